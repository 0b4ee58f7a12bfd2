"""What a table shows, as JSON for programs."""

import csv
import io
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from turnwise.logs.conditions import conditions_of
from turnwise.logs.read import read_dialogues_info, read_summaries
from turnwise.logs.runs import dialogue_in
from turnwise.scoring.comparison import Run, conditions_by, conditions_by_world, conditions_overall, summarize, unfit
from turnwise.scoring.contrasts import Contrast, condition_estimate, contrasts, pass_curve
from turnwise.scoring.measures import MEASURES, SUB_MEASURES
from turnwise.values.text import harmless

_STEERING = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


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
    """A value as JSON that a terminal may show: what steers one is written as an escape of JSON's."""
    return _STEERING.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(plain(value), ensure_ascii=False, indent=1))


def comparison_json(runs: Sequence[Run], remarks: Sequence[str], by: Sequence[str] = ()) -> dict[str, Any]:
    """The conditions of some runs with their numbers, how they differ, and what was remarked on."""
    conditions = [
        {
            "name": condition.name,
            "world": condition.world,
            "task": condition.task,
            "agent": condition.candidate,
            "settings": condition.settings,
            "logs": [run.log for run in condition.runs],
            "users_unfit": unfit(condition.runs),
            **summarize(condition.dialogues)._asdict(),
            "intervals": {m.name: found for m in MEASURES if (found := condition_estimate(condition, m))},
            "pass_k": pass_curve(condition),
        }
        for condition in (conditions_by(runs, by) if by else conditions_by_world(runs))
    ]
    overall = conditions_by(runs, by) if by else conditions_overall(runs)
    return {
        "conditions": conditions,
        "contrasts": [_contrast_json(contrast) for contrast in contrasts(overall)],
        "remarks": list(remarks),
    }


def _contrast_json(contrast: Contrast) -> dict[str, Any]:
    alone = dict(zip(("reference", "other"), contrast.unshared, strict=True))
    flips = [(flip.won, flip.other[0].run.log, flip.other[0].dialogue.sample) for flip in contrast.flips]
    return {
        "reference": contrast.reference.name,
        "other": contrast.other.name,
        "shared_scenarios": len(contrast.shared),
        "unshared_scenarios": alone,
        "results": [
            {"measure": r.measure.name, **{f.name: getattr(r, f.name) for f in fields(r) if f.name != "measure"}}
            for r in contrast.results
        ],
        "won": [place for won, *place in flips if won],
        "lost": [place for won, *place in flips if not won],
    }


CSV_COLUMNS = [
    "row",
    "condition",
    "reference",
    "measure",
    "value",
    "low",
    "high",
    "scenarios",
    "p",
    "p_adjusted",
    "hypothesis",
]


def comparison_csv(runs: Sequence[Run], by: Sequence[str] = ()) -> str:
    """One line per number: of a condition, or of a difference between two."""
    overall = conditions_by(runs, by) if by else conditions_overall(runs)
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(CSV_COLUMNS)
    for condition in overall:
        for measure in (*MEASURES, *SUB_MEASURES):
            if found := condition_estimate(condition, measure):
                table.writerow(("condition", condition.name, "", measure.name, *found, "", "", ""))
    for contrast in contrasts(overall):
        for r in contrast.results:
            names = "difference", contrast.other.name, contrast.reference.name, r.measure.name
            table.writerow((*names, *r.difference, r.p, r.adjusted, r.hypothesis))
    return harmless(text.getvalue())


def dialogues_json(log: Path) -> dict[str, Any]:
    info = read_dialogues_info(log)
    entries = [
        {"id": summary.id, "epoch": summary.epoch, "error": summary.error, "dialogue": dialogue_in(summary)}
        for summary in read_summaries(log)
    ]
    return {**conditions_of(info), "status": info.header.status, "dialogues": entries}
