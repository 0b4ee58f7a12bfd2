"""Logs that can be harvested, told by their headers, and one sentence for each that cannot."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from inspect_ai.log import EvalLog

from turnwise.errors import LogError
from turnwise.harvest.reading import Source
from turnwise.logs.runs import (
    candidate,
    is_calibration,
    is_imported,
    is_ours,
    is_stage,
    read_header,
    task_name,
    user_kind,
)

_SAMPLING = (
    *("temperature", "top_p", "top_k", "max_tokens", "stop_seqs", "seed"),
    *("frequency_penalty", "presence_penalty", "reasoning_effort", "reasoning_tokens"),
)
"""What is kept of a model's settings; its address, headers and arguments may hold what is nobody's business."""


def read_source(path: Path) -> Source | None:
    """What the samples of a log share; None for a log of synthesis or calibration, which holds no dialogue to learn.

    Raises:
        LogError: it cannot be read, or holds no dialogues of Turnwise's.
        OSError: it cannot be read.
    """
    header = read_header(path)
    if is_stage(header) or is_calibration(header):
        return None
    imported = is_imported(header)
    if not (imported or is_ours(header)):
        raise LogError(f"{path} was not made by a Turnwise task, but by {header.eval.task}")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    spec, about = header.eval, header.eval.metadata or {}
    world = str(about["imported_from"] if imported else about["world"])
    roles = _roles(header)
    return Source(
        log=path.name,
        digest=digest,
        eval_id=spec.eval_id,
        task_id=spec.task_id,
        created=spec.created,
        status=header.status,
        scorers=len(spec.scorers or []),
        imported=imported,
        tools=_tools(about.get("tools")),
        condition=None if imported else "task_oriented" if about.get("whole_goals") else "user_oriented",
        world=world,
        user=f"{world} {task_name(header)} {about.get('behaviour')} {user_kind(header)} {(roles.get('user') or {}).get('model')}",
        models={role: about["model"] for role, about in roles.items()},
        provenance={
            "log": path.name,
            "log_sha256": digest,
            "eval_id": spec.eval_id,
            "task_id": spec.task_id,
            "task": task_name(header),
            "turnwise": spec.packages.get("turnwise"),
            "agent": None if imported else candidate(header),
            "models": roles,
            "task_seed": spec.task_args.get("seed"),
            "world": world,
            "world_hash": about.get("world_hash"),
            "goal_file": about.get("goals"),
        },
    )


def _tools(listed: Sequence[dict[str, Any]] | None) -> str | None:
    """Tools of a world as OpenAI has them."""
    if not listed:
        return None
    functions = [{key: tool[key] for key in ("name", "description", "parameters") if key in tool} for tool in listed]
    return json.dumps([{"type": "function", "function": function} for function in functions], ensure_ascii=False)


def _roles(header: EvalLog) -> dict[str, Any]:
    """Model and sampling of the agent and of every other role."""
    spec = header.eval
    settings = {
        **spec.model_generate_config.model_dump(exclude_none=True),
        **header.plan.config.model_dump(exclude_none=True),
    }
    none = spec.model in ("none", "none/none")
    found = {"agent": {"model": None if none else spec.model, "sampling": _sampling(settings)}}
    for role, configs in (spec.model_roles or {}).items():
        for number, config in enumerate(configs if isinstance(configs, list) else [configs], 1):
            name = role if number == 1 else f"{role} {number}"
            found[name] = {"model": config.model, "sampling": _sampling(config.config.model_dump(exclude_none=True))}
    return found


def _sampling(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: settings[name] for name in _SAMPLING if name in settings}
