"""Logs become Runs. Headers and sample summaries are read, and no sample: they carry every score.

The same task is `user_oriented`, `turnwise/user_oriented` or `tasks/user_oriented.py@user_oriented`, by the
way it was started; here it is one.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from inspect_ai.log import (
    EvalLog,
    EvalSample,
    EvalSampleSummary,
    read_eval_log,
    read_eval_log_sample,
    read_eval_log_sample_summaries,
)

from turnwise.errors import LogError
from turnwise.report.conditions import Dialogue, Run
from turnwise.scoring.quality.health import UserFacts

_POOLED = {"world", "scenarios", "seed", "goal_file"}
"""Arguments of a task that make more dialogues of the same condition and not another condition."""

_SNIFFED = 4096
"""Bytes in which an Inspect JSON log has named its status and its eval."""


class Reading(NamedTuple):
    """Runs, one sentence for each log that could not be used, and remarks on those that could."""

    runs: list[Run]
    unusable: list[str]
    remarks: list[str]


def find_logs(paths: Sequence[str | Path]) -> list[Path]:
    """The log files among files and folders, each once, sorted within a folder.

    Raises:
        LogError: a path does not exist, or a folder holds no log.
    """
    found: dict[Path, Path] = {}
    for path in map(Path, paths):
        if path.is_dir():
            logs = sorted(file for file in path.rglob("*") if _looks_like_log(file))
            if not logs:
                raise LogError(f"{path} holds no logs: name a folder with .eval or .json logs of Inspect")
        elif path.is_file():
            logs = [path]
        else:
            raise LogError(f"{path} does not exist: name log files, or folders that hold them")
        for log in logs:
            found.setdefault(log.resolve(), log)
    return list(found.values())


def read_runs(logs: Iterable[Path]) -> Reading:
    """Read logs; one that cannot be used costs a sentence and not the others."""
    reading = Reading([], [], [])
    attempts: dict[str, _Attempt] = {}
    for path in logs:
        try:
            header = read_header(path)
            if is_stage(header) or is_calibration(header):
                continue
            attempt = _read(header, path)
        except LogError as error:
            reading.unusable.append(str(error))
            continue
        earlier = attempts.get(attempt.task_id)
        if earlier is None:
            attempts[attempt.task_id] = attempt
        else:
            kept, left = sorted((earlier, attempt), key=lambda a: (a.created, len(a.run.dialogues)), reverse=True)
            attempts[attempt.task_id] = kept
            reading.remarks.append(f"{left.run.log} is an earlier state of {kept.run.log} and was left out.")
    reading.runs.extend(_told_apart([attempt.run for attempt in attempts.values() if attempt.run.dialogues]))
    reading.unusable.extend(_without_dialogues(a.run) for a in attempts.values() if not a.run.dialogues)
    reading.remarks.extend(
        f"{run.log} did not finish (status: {run.status}); what is in it was counted."
        for run in reading.runs
        if run.status != "success"
    )
    return reading


def read_header(path: Path) -> EvalLog:
    """A log without its samples.

    Raises:
        LogError: it is no Inspect log, or is damaged.
    """
    with _damage_named(path):
        return read_eval_log(str(path), header_only=True)


def read_summaries(path: Path) -> list[EvalSampleSummary]:
    """The samples of a log in short, in the order of their ids.

    Raises:
        LogError: they cannot be read.
    """
    with _damage_named(path):
        summaries = read_eval_log_sample_summaries(str(path))
    return sorted(summaries, key=lambda s: (isinstance(s.id, str), s.id, s.epoch))


def read_sample(path: Path, summary: EvalSampleSummary, *, events: bool = True) -> EvalSample:
    """The whole of a sample, or all but its events, which take most of the time.

    Raises:
        LogError: it cannot be read.
    """
    with _damage_named(path):
        return read_eval_log_sample(
            str(path),
            id=summary.id,
            epoch=summary.epoch,
            resolve_attachments="core",
            exclude_fields=None if events else {"events", "timelines"},
        )


@contextmanager
def _damage_named(path: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # a damaged file fails in the zip, the JSON or the model, each in its own way
        raise LogError(f"{path} cannot be read as an Inspect log: {_first_line(error)}") from error


def is_ours(header: EvalLog) -> bool:
    """Whether a Turnwise task made the log."""
    return {"world", "world_hash"} <= set(header.eval.metadata or {})


STAGES = ("synthesis", "goals")
"""Stages of synthesis, whose logs hold no dialogue; see `turnwise.llm.stage.run_stage`."""


CALIBRATION = "calibration"
"""The task of logs in which a judge read changed dialogues; see `turnwise.calibrate.judging`."""

IMPORTED = "imported"
"""The task of logs of foreign dialogues; see `turnwise.logs.importing.logs`."""
REWARD = "reward"
"""The score of an imported dialogue that its file gives."""


def is_imported(header: EvalLog) -> bool:
    """Whether the log holds dialogues that something else held."""
    return header.eval.task == IMPORTED and "imported_from" in (header.eval.metadata or {})


def is_calibration(header: EvalLog) -> bool:
    """Whether a judge was measured in the log."""
    return header.eval.task == CALIBRATION and "grader" in (header.eval.model_roles or {})


def is_stage(header: EvalLog) -> bool:
    """Whether a stage of synthesis made the log."""
    return header.eval.task in STAGES and "synthesizer" in (header.eval.model_roles or {})


def task_name(header: EvalLog) -> str:
    """The task, by whichever way it was started."""
    return _plain(header.eval.task)


def user_kind(header: EvalLog) -> str:
    """Who played the user: agenda, llm or hybrid; empty where something else did."""
    if is_imported(header):
        return ""
    return str(header.eval.task_args.get("user") or ("llm" if "user" in (header.eval.model_roles or {}) else "agenda"))


def candidate(header: EvalLog) -> str:
    """Who answered: the model, and the agent unless it is the plain loop."""
    if is_imported(header):
        return "unknown"
    model = "" if header.eval.model in ("none", "none/none") else _plain(header.eval.model)
    solver = _plain(header.eval.solver or "converse")
    agent = _plain(str((header.eval.solver_args or {}).get("agent", "tool_loop"))) if solver == "converse" else solver
    if model and agent == "tool_loop":
        return model
    return f"{agent} with {model}" if model else agent


def dialogue_in(summary: EvalSampleSummary) -> Dialogue | None:
    """The numbers of a sample; None when it was not scored."""
    scores = summary.scores or {}
    counts = scores["counts"].value if "counts" in scores else None
    if not isinstance(counts, Mapping):
        return None
    faults = [name for name in ("user", "tool", "agent") if counts.get(f"{name}_fault")]
    try:
        # Of an imported dialogue nobody knows the goals, and what follows from them.
        numbers = {key: float(counts.get(key, 0.0) if key in _OF_GOALS else counts[key]) for key in _COUNTED}  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError):
        return None
    return Dialogue(
        turns=numbers["turns"],
        user_turns=numbers["user_turns"],
        segments=numbers["segments"],
        steps_sum=numbers["steps_generation_sum"],
        steps_max=numbers["steps_generation_max"],
        tasks=numbers["tasks"],
        requests=numbers["requests"],
        completed=numbers["completed"],
        censored=_score(scores, "counts", "censored"),
        success=_score(scores, "success"),
        collateral=_score(scores, "collateral"),
        iq_core=_score(scores, "iq", "iq_core"),
        valid=_score(scores, "validity", "valid"),
        agrees=_score(scores, "validity", "agrees"),
        reward=_score(scores, REWARD),
        ended=faults[0] if faults else "",
    )


def user_in(summary: EvalSampleSummary) -> UserFacts | None:
    """How the user of a sample behaved; None when that was not scored."""
    score = (summary.scores or {}).get("user_health")
    if score is None or not isinstance(score.value, Mapping):
        return None
    known = {key: None if math.isnan(number := float(value)) else number for key, value in score.value.items()}  # type: ignore[arg-type]
    return UserFacts(
        ended=known["ended"] == 1,
        pending=known["pending"] == 1,
        invented=None if known["invented"] is None else known["invented"] == 1,
        raised=None if known["raised"] is None else int(known["raised"]),
        assigned=None if known["assigned"] is None else int(known["assigned"]),
        pacing=known["pacing"],
        messages=int(known["messages"] or 0),
        words=known["words_per_message"],
        short=int(known["short"] or 0),
        corrected=None if known["corrected"] is None else known["corrected"] == 1,
        opening=score.answer or "",
        taken_up=known.get("taken_up") == 1,
    )


_COUNTED = (
    "turns",
    "user_turns",
    "segments",
    "steps_generation_sum",
    "steps_generation_max",
    "tasks",
    "requests",
    "completed",
)
_OF_GOALS = ("tasks", "requests", "completed")


class _Attempt(NamedTuple):
    """A run with what tells retried and re-scored logs of it apart."""

    task_id: str
    created: str
    run: Run


def _read(header: EvalLog, path: Path) -> _Attempt:
    if not (is_ours(header) or is_imported(header)):
        raise LogError(f"{path} was not made by a Turnwise task, but by {header.eval.task}")
    dialogues, simulation_failed, failed, unscored = [], 0, 0, 0
    summaries = read_summaries(path)
    for summary in summaries:
        dialogue = dialogue_in(summary)
        if summary.error:
            failed += 1
        elif dialogue is None:
            unscored += 1
        elif dialogue.ended in ("user", "tool"):
            simulation_failed += 1
        else:
            dialogues.append(dialogue)
    about = header.eval.metadata or {}
    arguments = header.eval.task_args
    planned = (header.eval.dataset.samples or 0) * (header.eval.config.epochs or 1)
    run = Run(
        log=str(path),
        task=task_name(header),
        candidate=candidate(header),
        world=str(about["imported_from"] if is_imported(header) else about["world"]),
        scenarios=(
            str(about.get("world_hash", header.eval.task_id)),
            str(about.get("goals", "composed")),
            *(str(arguments.get(name)) for name in ("scenarios", "goals", "difficulty", "seed")),
        ),
        settings=_settings(header),
        dialogues=tuple(dialogues),
        simulation_failed=simulation_failed,
        failed=failed,
        unscored=unscored,
        missing=max(0, planned - len(summaries)) if header.status != "success" else 0,
        status=header.status,
        users=tuple(facts for summary in summaries if (facts := user_in(summary)) is not None),
        whole_goals=bool(about.get("whole_goals", False)),
        user=user_kind(header),
    )
    return _Attempt(header.eval.task_id, header.eval.created, run)


def _settings(header: EvalLog) -> dict[str, str]:
    """All that two runs of one task may differ in beside the candidate, the world and the seed."""
    spec = header.eval
    found = {name: value for name, value in spec.task_args.items() if name not in _POOLED}
    found |= {name: value for name, value in (spec.solver_args or {}).items() if name != "agent"}
    found |= spec.model_generate_config.model_dump(exclude_none=True)
    for role, configs in (spec.model_roles or {}).items():
        models = configs if isinstance(configs, list) else [configs]
        found[f"{role} model"] = " ".join(config.model for config in models)
    return {name: str(value) for name, value in found.items()}


def _told_apart(runs: list[Run]) -> list[Run]:
    """Worlds of one name that are not the same world get their hash into their name."""
    hashes: dict[str, set[str]] = {}
    for run in runs:
        hashes.setdefault(run.world, set()).add(run.scenarios[0])
    return [
        replace(run, world=f"{run.world} {run.scenarios[0][:6]}") if len(hashes[run.world]) > 1 else run for run in runs
    ]


def _without_dialogues(run: Run) -> str:
    counted = {
        "simulation_failed by the simulation": run.simulation_failed,
        "failed": run.failed,
        "not scored": run.unscored,
        "never reached": run.missing,
    }
    reasons = ", ".join(f"{number} {what}" for what, number in counted.items() if number)
    return f"{run.log} holds no scored dialogue ({reasons or 'no dialogue at all'}; status: {run.status})"


def _plain(name: str) -> str:
    return name.rsplit("@", 1)[-1].removeprefix("turnwise/")


def _score(scores: Mapping[str, Any], name: str, key: str | None = None) -> float | None:
    value = scores[name].value if name in scores else None
    if key is not None:
        value = value.get(key) if isinstance(value, Mapping) else None
    return float(value) if isinstance(value, int | float) and not math.isnan(value) else None


def _looks_like_log(path: Path) -> bool:
    if path.suffix == ".eval":
        return path.is_file()
    if path.suffix != ".json" or not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(_SNIFFED)
    return b'"status"' in start and b'"eval"' in start


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
