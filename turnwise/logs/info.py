"""What the header of a log says: what made it, who talked to whom, and what all its dialogues share. No sample is read.

The same task is `user_oriented`, `turnwise/user_oriented` or `tasks/user_oriented.py@user_oriented`, by the way it was
started; here it is one.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from inspect_ai.log import EvalLog

from turnwise.errors import LogError

CALIBRATION = "calibration"
"""The task of logs in which a judge read changed dialogues; see `turnwise.calibrate.judging`."""
IMPORTED = "imported"
"""The task of logs of foreign dialogues; see `turnwise.logs.importing.logs`."""
REWARD = "reward"
"""The score of an imported dialogue that its file gives."""
_STAGES = ("synthesis", "goals")
"""Stages of synthesis, whose logs hold no dialogue; see `turnwise.llm.stage.run_stage`."""
_NO_MODEL = ("none", "none/none")
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
        return _plain(self.header.eval.task)

    @cached_property
    def candidate(self) -> str:
        """Who answered: the model, and the agent unless it is the plain loop."""
        if self.imported:
            return "unknown"
        spec = self.header.eval
        model = "" if spec.model in _NO_MODEL else _plain(spec.model)
        agent = _plain(spec.solver or "converse")
        if agent == "converse":
            agent = _plain(str((spec.solver_args or {}).get("agent", "tool_loop")))
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
        found = {"agent": {"model": None if spec.model in _NO_MODEL else spec.model, "sampling": _sampling(given)}}
        for role, configs in (spec.model_roles or {}).items():
            for number, config in enumerate(configs if isinstance(configs, list) else [configs], 1):
                name = role if number == 1 else f"{role} {number}"
                found[name] = {"model": config.model, "sampling": _sampling(config.config.model_dump())}
        return found

    @cached_property
    def tools(self) -> str | None:
        """The tools of the world as a JSON list in OpenAI's form."""
        fields = ("name", "description", "parameters")
        listed = [
            {"type": "function", "function": {key: tool[key] for key in fields if key in tool}}
            for tool in self.about.get("tools") or []
        ]
        return json.dumps(listed, ensure_ascii=False) if listed else None

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


def _plain(name: str) -> str:
    return name.rsplit("@", 1)[-1].removeprefix("turnwise/")


def _sampling(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: settings[name] for name in _SAMPLING if settings.get(name) is not None}
