"""Which of the calls that were made are those that a checkpoint wants, where tools are simulated.

A call that only shows something may be any that shows the same: of the same thing, under the same name.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from turnwise.goals.model import NEW, Call
from turnwise.values.dates import stamp
from turnwise.values.words import singular
from turnwise.worlds.simulated.naming import is_an_option, spoken


class SuccessfulCall(NamedTuple):
    """A call that succeeded, its number among all calls that were run, from 1, and its result as JSON."""

    number: int
    call: Call
    result: str = ""


ANY = "*"
"""in a path any row of a list"""


def values_at(result: Any, path: Sequence[int | str]) -> list[Any]:
    """What stands at a place in a result, in some row or each; nothing where there is none, or null."""
    if not path:
        return [] if result is None else [result]
    if path[0] == ANY:
        rows = result if isinstance(result, list) else [result]
        return [value for row in rows for value in values_at(row, path[1:])]
    try:
        return values_at(result[path[0]], path[1:])
    except (LookupError, TypeError):
        return []


class Fit(NamedTuple):
    """A call that fits a wanted one."""

    wanted: Call
    made: SuccessfulCall
    records: tuple[Mapping[str, Any], ...] = ()
    """where it is of another tool: what it shows of the same thing"""

    def at(self, path: Sequence[int | str]) -> list[Any]:
        """What it shows at a place of the wanted call's result."""
        if self.made.call.tool == self.wanted.tool:
            try:
                return values_at(json.loads(self.made.result), path)
            except ValueError:
                return []
        field, tools = field_of(path), (self.wanted.tool, self.made.call.tool)
        return [value for record in self.records for value in _named(record, field, *tools)]


def fitting(wanted: Sequence[Call], calls: Sequence[SuccessfulCall]) -> list[list[Fit]]:
    """Of each wanted call those that fit it; a later one may take what those before it returned."""
    found: list[list[Fit]] = []
    for call in wanted:
        fits = [_fit(call, made, found) for made in calls]
        found.append([fit for fit in fits if fit is not None])
    return found


def _fit(wanted: Call, made: SuccessfulCall, before: Sequence[Sequence[Fit]]) -> Fit | None:
    given = made.call.arguments
    if wanted.tool == made.call.tool:
        expected = wanted.arguments.items()
        fits = all(name in given and _is_argument(value, given[name], before) for name, value in expected)
        return Fit(wanted, made) if fits else None
    if wanted.gives is None:
        return None
    records = tuple(record for record in _records_of(made.result) if _shows(wanted, made, record, before))
    return Fit(wanted, made, records) if records else None


def _shows(wanted: Call, made: SuccessfulCall, record: Mapping[str, Any], before: Sequence[Sequence[Fit]]) -> bool:
    """Whether a record of another tool's result is of the same thing as a wanted call, and shows what that gives."""
    known = [*made.call.arguments.values(), *record.values()]
    of_the_same = all(
        any(_is_argument(value, one, before, loosely=True) for one in known)
        for name, value in wanted.arguments.items()
        if not is_an_option(name)
    )
    return of_the_same and all(_named(record, field, wanted.tool, made.call.tool) for field in wanted.gives or ())


def _is_argument(expected: Any, found: Any, before: Sequence[Sequence[Fit]], *, loosely: bool = False) -> bool:
    """Whether an argument is as expected, or what an earlier call returned; further fields of an object are open."""
    if isinstance(expected, dict) and NEW in expected:
        number, *path = expected[NEW]
        values = [value for fit in before[number] for value in fit.at(path)]
        return any(_is_argument(value, found, before, loosely=loosely) for value in values)
    if isinstance(expected, dict) and isinstance(found, dict):
        return all(name in found and _is_argument(value, found[name], before) for name, value in expected.items())
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(any(_is_argument(e, f, before) for f in found) for e in expected)
    if isinstance(expected, str) and isinstance(found, str):
        return expected.casefold().split() == found.casefold().split()
    if loosely and {type(expected), type(found)} == {int, str}:  # 101 and "101"
        return str(expected) == str(found).strip()
    return same(expected, found)


@lru_cache(maxsize=64)
def _records_of(result: str) -> tuple[dict[str, Any], ...]:
    try:
        return tuple(_records(json.loads(result), {}))
    except ValueError:
        return ()


def _records(value: Any, around: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The objects in a result, each with the plain fields of those that it stands in."""
    if isinstance(value, list):
        for item in value:
            yield from _records(item, around)
    elif isinstance(value, dict):
        plain = {name: inner for name, inner in value.items() if not isinstance(inner, dict | list)}
        record = {**around, **plain}
        yield record
        for inner in value.values():
            yield from _records(inner, record)


def _named(record: Mapping[str, Any], field: str, wanted_tool: str, tool: str) -> list[Any]:
    """What stands under a field in a record of another tool, which may say of what it is: status, parcel_status."""
    return [
        value
        for name, value in record.items()
        if value is not None
        and (
            _words(name) == _words(field)
            or _of(_words(name), _words(field), _words(wanted_tool))
            or _of(_words(field), _words(name), _words(tool))
        )
    ]


def _of(longer: tuple[str, ...], shorter: tuple[str, ...], thing: tuple[str, ...]) -> bool:
    rest = longer[: len(longer) - len(shorter)]
    return bool(rest and shorter) and longer[len(rest) :] == shorter and set(rest) <= set(thing)


def _words(name: str) -> tuple[str, ...]:
    return tuple(map(singular, spoken(name).split()))


def field_of(path: Sequence[int | str]) -> str:
    """The name under which a value stands at a place of a result; empty where it has none."""
    return next((part for part in reversed(path) if isinstance(part, str) and part != ANY), "")


def same(expected: Any, found: Any) -> bool:
    """Typed equality: 25 is 25.0, but not "25" and not True; a day is midnight of it, and 19:30 is 19:30:00."""
    if isinstance(expected, int | float) and isinstance(found, int | float):
        return expected == found or abs(expected - found) < 1e-9
    if isinstance(expected, str) and isinstance(found, str) and expected != found:
        of = [None if _SECONDS.search(text) else stamp(text) for text in (expected, found)]
        return of[0] is not None and of[0] == of[1]
    return type(expected) is type(found) and expected == found


_SECONDS = re.compile(r":\d\d:(?!00)\d\d")
