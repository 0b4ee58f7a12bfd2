"""How the present result of a call differs from the recorded one, named as closely as it can be: by row and column."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from turnwise.goals.model import Call
from turnwise.worlds import World
from turnwise.worlds.simulated.by_model import Outcome

_LONGEST = 60
"""Characters of a value that a sentence shows."""


class Difference(NamedTuple):
    """Where a recorded and a present result differ."""

    sentence: str
    row: bool
    """whether it names a row"""


def same_outcome(one: Outcome, other: Outcome) -> bool:
    """Whether two outcomes are equal, values of one type each: 25 is not 25.0."""
    return _text(one.result) == _text(other.result) and one.refusal == other.refusal


def difference(world: World, call: Call, recorded: Outcome, now: Outcome) -> Difference:
    """The first difference between two outcomes of a call that are not the same."""
    if now.refusal is not None:
        was = f"was refused ({recorded.refusal})" if recorded.refusal is not None else "returned something"
        return Difference(f"it {was}, and now it is refused: {now.refusal}", False)
    if recorded.refusal is not None:
        return Difference(f"it was refused ({recorded.refusal}), and now it returns something", False)
    operation = world.by_name[call.tool].operation
    old, new = _rows(recorded.result), _rows(now.result)
    if operation is None or old is None or new is None:
        return Difference(f"it returned {_shown(recorded.result)}, and now {_shown(now.result)}", False)
    for key in dict.fromkeys((*old, *new)):
        who = f"the row of {operation.table} with {key}"
        if key not in old or key not in new:
            gone = "was in it, and is not any more" if key in old else "was not in it, and is now"
            return Difference(f"{who} {gone}", True)
        for field in dict.fromkeys((*old[key], *new[key])):
            then, there = old[key].get(field), new[key].get(field)
            if _text(then) != _text(there):
                source = operation.outputs.get(field, field)
                return Difference(f"{who}: {source} was {_shown(then)}, and is {_shown(there)}", True)
    return Difference("it returned the same rows in another order", False)


def _rows(result: Any) -> dict[str, Mapping[str, Any]] | None:
    """The rows of a result by their first field, which is their key; None when they have none."""
    rows = result if isinstance(result, list) else [result]
    if not all(isinstance(row, dict) and row for row in rows):
        return None
    found = {f"{next(iter(row))} {_shown(next(iter(row.values())))}": row for row in rows}
    return found if len(found) == len(rows) else None


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
