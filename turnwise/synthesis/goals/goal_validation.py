"""What goals change: as a checkpoint when they are made, and played again on a fresh session."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from turnwise.errors import CallRefused
from turnwise.goals.model import NEW, Goal, Request, Value, WantedChange, resolve
from turnwise.goals.progress import match_state
from turnwise.synthesis.database.schema import Schema, Table
from turnwise.worlds import Reads, RowChange, Session, World, open_session

Symbols = dict[tuple[str, Any], dict[str, str]]
"""(table, key) of rows a goal makes -> what their numbers are called in checkpoints."""


def wanted_changes(
    schema: Schema, request: str, changes: Sequence[RowChange], symbols: Symbols
) -> tuple[WantedChange, ...]:
    """Row changes as a checkpoint: numbers of new rows become symbols, which join `symbols`; updates go by column."""
    for change in changes:
        table = schema.tables[change.table]
        for column, number in change.key.items() if change.kind == "insert" else ():
            if table.automatic_key or column not in table.by_name:  # a row without a key goes by its place
                symbols[(_owner(table, column), number)] = {NEW: f"{request} {table.name} {len(symbols) + 1}"}
    wanted = []
    for change in changes:
        table = schema.tables[change.table]
        key = {c: _symbolic(table, c, v, symbols) for c, v in change.key.items()}
        values = {c: _symbolic(table, c, v, symbols) for c, v in change.values.items()}
        for part in [{c: v} for c, v in values.items()] if change.kind == "update" else [values]:
            wanted.append(WantedChange(table=change.table, kind=change.kind, key=key, values=part))
    return tuple(wanted)


def _symbolic(table: Table, column: str, value: Value, symbols: Symbols) -> Any:
    owner = _owner(table, column)
    return symbols.get((owner, value), value) if owner else value


def _owner(table: Table, column: str) -> str:
    """Whose numbers a column holds, a table's or the places of its rows; empty where it holds none."""
    if column not in table.by_name:
        return f"{table.name} {column}"
    reference = table.reference(column)
    return reference.table if reference else table.name if column in table.key else ""


class Replay(NamedTuple):
    """What the calls of a goal returned, and per call the numbers of the rows it made."""

    results: list[Any]
    made: list[set[Any]]


def replay(session: Session, goal: Goal) -> Replay:
    """Play a goal's solution; CallRefused, or LookupError or TypeError where an earlier call returned too little."""
    done = Replay([], [])
    for request in goal.requests:
        for call in request.solution:
            before = len(session.changes)
            done.results.append(session.call(call.tool, resolve(call.arguments, done.results)))
            keys = [change.key for change in session.changes[before:] if change.kind == "insert"]
            done.made.append({value for key in keys if len(key) == 1 for value in key.values()})
    return done


def makes_wanted(requests: Sequence[Request], session: Session) -> bool:
    """Whether a session's changes are those that the requests want, all of them and no others."""
    match = match_state(requests, session.net_changes())
    return not match.unwanted and all(r.id in match.made for r in requests if r.checkpoint.state)


def stands_after(world: World, before: Sequence[Goal], goal: Goal, reads: Reads | None = None) -> bool:
    """Whether a goal's solution gives the same results, but for numbers of new rows, after the goals before it.

    `reads` is what copies of the world share, see `open_session`.
    """
    with open_session(world, reads=reads) as session:
        try:
            for other in before:
                replay(session, other)
        except (CallRefused, LookupError, TypeError):
            return False
        return stands_on(session, goal, reads)


def stands_on(session: Session, goal: Goal, reads: Reads | None = None) -> bool:
    """Whether a goal's solution gives the same results where a session stands as on a fresh one; it is left as it is."""
    with open_session(session.world, reads=reads) as alone, session.fork() as trial:
        try:
            first, again = replay(alone, goal), replay(trial, goal)
        except (CallRefused, LookupError, TypeError):
            return False
    return all(map(_alike, first.results, again.results, first.made, again.made))


def _alike(one: Any, other: Any, new: set[Any], newer: set[Any]) -> bool:
    """Whether two results of one call are equal but for the numbers of the rows that it made."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        pairs = [(value, other[name]) for name, value in one.items()]
        return all(a == b or (isinstance(a, int | str) and a in new and b in newer) for a, b in pairs)
    return bool(one == other)
