"""How the present result of a call differs from the recorded one, named as closely as it can be: by row and column."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from turnwise.goals.model import Call
from turnwise.worlds import Tool, World
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
    tool = world.by_name[call.tool]
    then, there = _rows(recorded.result), _rows(now.result)
    if then is None or there is None:
        return Difference(f"it returned {_shown(recorded.result)}, and now {_shown(now.result)}", False)
    key = _key(world, tool, [*then, *there])
    if key is None:
        return _by_place(tool, then, there)
    old, new = ({_text([row[field] for field in key]): row for row in rows} for rows in (then, there))
    for name, row in (old | new).items():
        who = f"{tool.operation.table if tool.operation else tool.name} with {', '.join(f'{field} {_shown(row[field])}' for field in key)}"
        if name not in new:
            return Difference(f"the row of {who} was in it, and is not any more", True)
        if name not in old:
            return Difference(f"the row of {who} was not in it, and is now", True)
        if (column := _column(tool, old[name], new[name])) is not None:
            return Difference(f"the row of {who}: {column}", True)
    return Difference("it returned the same rows in another order", False)


def _by_place(tool: Tool, then: Sequence[Mapping[str, Any]], there: Sequence[Mapping[str, Any]]) -> Difference:
    for number, (old, new) in enumerate(zip(then, there, strict=False), 1):
        if (column := _column(tool, old, new)) is not None:
            return Difference(f"row {number} of the result: {column}", False)
    return Difference(f"it returned {len(then)} rows, and now {len(there)}", False)


def _column(tool: Tool, old: Mapping[str, Any], new: Mapping[str, Any]) -> str | None:
    """The first column in which two rows differ, with what was and what is there."""
    for field in dict.fromkeys((*old, *new)):
        if _text(old.get(field)) != _text(new.get(field)):
            source = tool.operation.outputs.get(field, field) if tool.operation else field
            return f"{source} was {_shown(old.get(field))}, and is {_shown(new.get(field))}"
    return None


def _key(world: World, tool: Tool, rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...] | None:
    """The fields of a result that tell its rows apart: those by which the table's rows are fetched."""
    if tool.operation is None:
        return None
    table = tool.operation.table
    getters = [
        t.operation for t in world.tools if t.operation and (t.operation.kind, t.operation.table) == ("get", table)
    ]
    columns = {source for getter in getters for source in getter.inputs.values()}
    fields = tuple(field for field, source in tool.operation.outputs.items() if source in columns)
    return fields if fields and all(field in row for row in rows for field in fields) else None


def _rows(result: Any) -> list[Mapping[str, Any]] | None:
    rows = result if isinstance(result, list) else [result]
    return rows if all(isinstance(row, dict) for row in rows) else None


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
