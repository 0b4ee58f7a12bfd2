"""How the present result of a call differs from the recorded one, named as closely as it can be: by row and column."""

import json
from collections.abc import Mapping
from typing import Any

from turnwise.goals.model import Call
from turnwise.worlds import World
from turnwise.worlds.simulated.by_model import Outcome

_LONGEST = 60
"""Characters of a value that a sentence shows."""


def same_outcome(one: Outcome, other: Outcome) -> bool:
    """Whether two outcomes are equal, values of one type each: 25 is not 25.0."""
    return _text(one.result) == _text(other.result) and one.refusal == other.refusal


def difference(world: World, call: Call, recorded: Outcome, now: Outcome) -> str:
    """The first difference between two outcomes of a call that are not the same."""
    operation = world.by_name[call.tool].operation
    old, new = _rows(recorded), _rows(now)
    if operation is not None and old and new:
        for key, row in old.items():
            who = f"the row of {operation.table} with {key}"
            if key not in new:
                return f"{who} was in it, and is not any more"
            for field, then in row.items():
                if _text(then) != _text(new[key].get(field)):
                    source = operation.outputs.get(field, field)
                    return f"{who}: {source} was {_shown(then)}, and is {_shown(new[key].get(field))}"
    return f"it {_came(recorded)}, and now it {_came(now)}"


def _came(outcome: Outcome) -> str:
    return f"returned {_shown(outcome.result)}" if outcome.refusal is None else f"was refused: {outcome.refusal}"


def _rows(outcome: Outcome) -> dict[str, Mapping[str, Any]]:
    """The rows of a result by their first field, which is their key; none where it has no rows."""
    rows = outcome.result if isinstance(outcome.result, list) else [outcome.result]
    named = (row for row in rows if isinstance(row, dict) and row)
    return {f"{next(iter(row))} {_shown(next(iter(row.values())))}": row for row in named}


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
