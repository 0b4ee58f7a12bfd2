"""The one reader of logs: which files are logs, what their headers say, and their samples.

    for path in find_logs(["logs"]):
        info = read_info(path)              # the header: what made it, who talked to whom, what all dialogues share
        summaries = read_summaries(path)    # each sample in short, with its scores
        samples = read_samples(path)        # whole samples as Inspect has them

`turnwise.logs.bulk` reads the same samples as plain JSON, ten times as fast, for those who go through thousands. The
same task is `user_oriented`, `turnwise/user_oriented` or `tasks/user_oriented.py@user_oriented`, by the way it was
started; here it is one.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from inspect_ai.log import (
    EvalLog,
    EvalSample,
    EvalSampleSummary,
    read_eval_log,
    read_eval_log_sample,
    read_eval_log_sample_summaries,
    read_eval_log_samples_by_id,
)

from turnwise.dialogue.shapes import check_about, check_inspect_sample
from turnwise.dialogue.trajectory import Trajectory
from turnwise.errors import LogError
from turnwise.logs.bounds import check_log, check_member
from turnwise.logs.names import no_model, plain, who
from turnwise.logs.remote import fetched, is_url

CALIBRATION = "calibration"
"""The task of logs in which a judge read changed dialogues; see `turnwise.calibrate.judging`."""
IMPORTED = "imported"
"""The task of logs of foreign dialogues; see `turnwise.logs.importing.logs`."""
REWARD = "reward"
"""The score of an imported dialogue that its file gives."""
_STAGES = ("synthesis", "goals")
"""Stages of synthesis, whose logs hold no dialogue; see `turnwise.llm.stage.run_stage`."""
_SAMPLING = (
    *("temperature", "top_p", "top_k", "max_tokens", "stop_seqs", "seed"),
    *("frequency_penalty", "presence_penalty", "reasoning_effort", "reasoning_tokens"),
)
"""What is kept of a model's settings; its address, headers and arguments may be private."""

Kind = Literal["ours", "imported", "synthesis", "calibration", "other"]


@dataclass(frozen=True)
class LogInfo:
    """A log without its samples."""

    path: Path
    header: EvalLog

    @cached_property
    def about(self) -> Mapping[str, Any]:
        """What the task wrote down about itself: the world, its hash, its tools, the behaviour."""
        return self.header.eval.metadata or {}

    @cached_property
    def kind(self) -> Kind:
        """What made the log."""
        task, roles = self.header.eval.task, self.header.eval.model_roles or {}
        if task == IMPORTED and "imported_from" in self.about:
            return "imported"
        if task in _STAGES and "synthesizer" in roles:
            return "synthesis"
        if task == CALIBRATION and "grader" in roles:
            return "calibration"
        return "ours" if {"world", "world_hash"} <= set(self.about) else "other"

    @property
    def holds_dialogues(self) -> bool:
        """False for a log of synthesis or calibration; a LogError for one that Turnwise did not make."""
        if self.kind == "other":
            raise LogError(f"{self.path} was not made by a Turnwise task, but by {self.header.eval.task}")
        return self.kind in ("ours", "imported")

    @property
    def imported(self) -> bool:
        """Whether something else held the dialogues."""
        return self.kind == "imported"

    @property
    def task(self) -> str:
        """The task, however it was started."""
        return plain(self.header.eval.task)

    @cached_property
    def candidate(self) -> str:
        """Who answered: the model, and the agent unless it is the plain loop."""
        if self.imported:
            return "unknown"
        spec = self.header.eval
        model = "" if no_model(spec.model) else plain(spec.model)
        agent = who(spec.solver or "converse")
        if agent == "converse":
            agent = who(str((spec.solver_args or {}).get("agent", "tool_loop")))
        if model and agent == "tool_loop":
            return model
        return f"{agent} with {model}" if model else agent

    @property
    def user(self) -> str:
        """Who played the user: agenda, llm or hybrid; empty where something else did."""
        if self.imported:
            return ""
        spec = self.header.eval
        return str(spec.task_args.get("user") or ("llm" if "user" in (spec.model_roles or {}) else "agenda"))

    @property
    def world(self) -> str:
        """The name of the world, or of the file that dialogues were imported from."""
        return str(self.about["imported_from"] if self.imported else self.about["world"])

    @property
    def whole_goals(self) -> bool:
        """Whether the behaviour states goals whole."""
        return bool(self.about.get("whole_goals", False))

    @property
    def condition(self) -> Literal["task_oriented", "user_oriented"] | None:
        """None for foreign dialogues: nobody knows how their users were instructed to speak."""
        return None if self.imported else "task_oriented" if self.whole_goals else "user_oriented"

    @cached_property
    def models(self) -> Mapping[str, Mapping[str, Any]]:
        """Model and sampling of the agent and of every other role; the model is None where none was asked."""
        spec = self.header.eval
        given = spec.model_generate_config.model_dump() | self.header.plan.config.model_dump(exclude_none=True)
        found = {"agent": {"model": None if no_model(spec.model) else spec.model, "sampling": _sampling(given)}}
        for role, configs in (spec.model_roles or {}).items():
            for number, config in enumerate(configs if isinstance(configs, list) else [configs], 1):
                name = role if number == 1 else f"{role} {number}"
                found[name] = {"model": config.model, "sampling": _sampling(config.config.model_dump())}
        return found

    @cached_property
    def tools(self) -> str | None:
        """The tools of the world as a JSON list in OpenAI's form."""
        return openai_tools(self.about.get("tools") or [])

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the log's bytes."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    @cached_property
    def provenance(self) -> Mapping[str, Any]:
        """Where the dialogues come from, as training data records it."""
        spec = self.header.eval
        return {
            "log": self.path.name,
            "log_sha256": self.digest,
            "eval_id": spec.eval_id,
            "task_id": spec.task_id,
            "task": self.task,
            "turnwise": spec.packages.get("turnwise"),
            "agent": None if self.imported else self.candidate,
            "models": self.models,
            "task_seed": spec.task_args.get("seed"),
            "world": self.world,
            "world_hash": self.about.get("world_hash"),
            "goal_file": self.about.get("goals"),
        }


def openai_tools(tools: Sequence[Mapping[str, Any]]) -> str | None:
    """Tools as a JSON list in OpenAI's form; None without any."""
    fields = ("name", "description", "parameters")
    listed = [{"type": "function", "function": {key: tool[key] for key in fields if key in tool}} for tool in tools]
    return json.dumps(listed, ensure_ascii=False) if listed else None


def _sampling(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: settings[name] for name in _SAMPLING if settings.get(name) is not None}


_AT_A_TIME = 64
_EVENTS = ("events", "timelines")
_SNIFFED = 4096
"""Bytes in which an Inspect JSON log has named its status and its eval."""
FOREIGN = "foreign"
"""Key of a sample's metadata that holds what is known of an imported dialogue: `instruction`, `ended`, `writes` (the tools
that change something, and whether that is worth a confirmation), and `tools` where it has others than its neighbours."""


def find_logs(paths: Sequence[str | Path]) -> list[Path]:
    """The logs among files, folders and URLs (LogError: none there), each once, in order; hidden folders are passed over."""
    found: dict[Path, Path] = {}
    for named in paths:
        path = fetched(str(named)) if is_url(named) else Path(named)
        if not path.exists():
            raise LogError(f"{path} does not exist: name log files, or folders that hold them")
        inside = [file for file in path.rglob("*") if not any(p[0] == "." for p in file.relative_to(path).parts)]
        logs = sorted(filter(is_log, inside)) if path.is_dir() else [path]
        if not logs:
            raise LogError(f"{path} holds no logs: name a folder with .eval or .json logs of Inspect")
        for log in logs:
            found.setdefault(log.resolve(), log)
    return list(found.values())


def is_log(path: Path) -> bool:
    """Whether a file looks like a log of Inspect."""
    if path.suffix not in (".eval", ".json") or not path.is_file():
        return False
    if path.suffix == ".eval":
        return True
    with path.open("rb") as file:
        start = file.read(_SNIFFED)
    return b'"status"' in start and b'"eval"' in start


def read_info(path: Path) -> LogInfo:
    """What the header of a log says; a LogError where it is no Inspect log, or is damaged."""
    with damage_named(path):
        check_log(path)
        info = LogInfo(path, read_eval_log(str(path), header_only=True))
        if info.kind in ("ours", "imported"):
            check_about(info.about)
        return info


def read_dialogues_info(path: Path) -> LogInfo:
    """The same of a log of dialogues; a LogError where it is none."""
    info = read_info(path)
    if not info.holds_dialogues:
        raise LogError(f"{path} holds no dialogues: it was made by {info.task}")
    return info


def read_summaries(path: Path) -> list[EvalSampleSummary]:
    """The samples of a log in short, in the order of their ids; a LogError where they cannot be read."""
    with damage_named(path):
        check_log(path)
        summaries = read_eval_log_sample_summaries(str(path))
    return sorted(summaries, key=_place)


def _place(sample: EvalSampleSummary | EvalSample) -> tuple[bool, int | str, int]:
    """Where a sample stands among those of its log."""
    return isinstance(sample.id, str), sample.id, sample.epoch


def read_sample(
    path: Path, summary: EvalSampleSummary, excluding: Sequence[str] = _EVENTS, *, own: bool = True
) -> EvalSample:
    """The sample of a summary; without its events, unless they are asked for, which take most of the time.

    Args:
        own: whether it has to be what Turnwise writes, where it has what Turnwise writes.
    """
    with damage_named(path):
        check_member(path, summary.id, summary.epoch)
        sample = read_eval_log_sample(
            str(path),
            id=summary.id,
            epoch=summary.epoch,
            resolve_attachments="core",
            exclude_fields=set(excluding),
        )
        if own:
            check_inspect_sample(sample)
        return sample


def read_samples(path: Path) -> Iterator[EvalSample]:
    """All samples of a log but their events, a few in memory at a time, in the order of their ids."""
    waiting = iter(read_summaries(path))
    # Inspect lists what a log holds anew, and parses a JSON log anew, each time that it is asked for samples.
    while few := list(islice(waiting, _AT_A_TIME if path.suffix == ".eval" else None)):
        with damage_named(path):
            for summary in few:
                check_member(path, summary.id, summary.epoch)
            if path.suffix == ".eval":
                wanted = [(summary.id, summary.epoch) for summary in few]
                found = read_eval_log_samples_by_id(
                    str(path), wanted, resolve_attachments="core", exclude_fields=set(_EVENTS)
                )
            else:
                whole = read_eval_log(str(path), resolve_attachments="core").samples or []
                found = sorted(whole, key=_place)
        for sample in found:
            with damage_named(path):
                check_inspect_sample(sample)
            yield sample


@dataclass(frozen=True)
class Results:
    """Logs of dialogues; iterating reads one dialogue at a time."""

    logs: tuple[Path, ...]

    @classmethod
    def of(cls, source: "Results | str | Path | Sequence[str | Path]") -> "Results":
        """Results as they are, or the logs in a file, a folder or several of them (a LogError without)."""
        if isinstance(source, Results):
            return source
        return cls(tuple(find_logs([source] if isinstance(source, str | Path) else source)))

    def __iter__(self) -> Iterator[Trajectory]:
        for log in self.logs:
            for sample in read_samples(log):
                with damage_named(log):
                    trajectory = Trajectory.of(sample)
                if trajectory is not None:
                    yield trajectory


@contextmanager
def damage_named(path: Path) -> Iterator[None]:
    """Let whatever goes wrong while a log is read be a LogError that names it."""
    try:
        yield
    except Exception as error:  # a damaged file fails in the zip, the JSON or the model, each in its own way
        said = error.strerror if isinstance(error, OSError) else None
        reason = (said or str(error).strip() or type(error).__name__).splitlines()[0]
        raise LogError(f"{path} cannot be read as an Inspect log: {reason}") from error
