"""What a table shows, as JSON for programs."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from turnwise.logs.conditions import conditions_of
from turnwise.logs.read import read_info, read_summaries
from turnwise.logs.runs import dialogue_in
from turnwise.scoring.comparison import Run, conditions_by_world, summarize


def plain(value: Any) -> Any:
    """A value of any of our types as JSON has it; what is not known (NaN) is null."""
    if isinstance(value, BaseModel):
        return plain(value.model_dump(mode="json"))
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: plain(part) for name, part in value._asdict().items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(map(plain, value), key=str)
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [plain(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)


def as_json(value: Any) -> str:
    """The text of a value: one JSON document."""
    return json.dumps(plain(value), ensure_ascii=False, indent=1)


def comparison_json(runs: Sequence[Run], remarks: Sequence[str]) -> dict[str, Any]:
    """The conditions of some runs with their numbers, and what was remarked on."""
    conditions = [
        {
            "world": condition.world,
            "task": condition.task,
            "agent": condition.candidate,
            "settings": condition.settings,
            "logs": [run.log for run in condition.runs],
            **summarize(condition.dialogues)._asdict(),
        }
        for condition in conditions_by_world(runs)
    ]
    return {"conditions": conditions, "remarks": list(remarks)}


def dialogues_json(log: Path) -> dict[str, Any]:
    """The dialogues of a log, one entry each."""
    info = read_info(log)
    entries = [
        {"id": summary.id, "epoch": summary.epoch, "error": summary.error, "dialogue": dialogue_in(summary)}
        for summary in read_summaries(log)
    ]
    return {**conditions_of(info), "status": info.header.status, "dialogues": entries}
