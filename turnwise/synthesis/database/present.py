"""What day it is in a database that does not say: one from which some things have happened and some are still to come."""

from datetime import datetime, timedelta

from turnwise.synthesis.database.moments import read_moment
from turnwise.synthesis.database.phrases import is_about
from turnwise.synthesis.database.tables import Schema
from turnwise.worlds import load_script
from turnwise.worlds.changes import quoted

UNDATED = "2026-01-05 09:00:00"
"""the present where no row has a date"""
_YEARS = range(1900, 2101)
_BEHIND = 0.8
"""the part of the dates that have happened, where nothing tells what has"""
_TO_COME = (0.02, 0.5)
"""the part of what is planned that may lie after the newest thing that has happened"""
_HOUR = 9


def present_time(schema: Schema | None, script: str | None) -> str:
    """Nine in the morning of the day that it is in a database.

    It is the day after the newest thing that has happened, if much of what was planned is over then and some is to come
    (or nothing is planned at all); else the day at which four fifths of all dates are past. Dates of birth do not
    count, nor years that no one plans for, nor what a program keeps for itself if there is anything else.
    """
    if schema is None or script is None:
        return UNDATED
    happened, others, kept = _dates(schema, script)
    if not happened and not others:
        happened = kept
    if not happened and not others:
        return UNDATED
    newest = happened[-1] if happened else None
    later = sum(day > newest for day in others) / len(others) if newest is not None and others else 0.0
    if newest is not None and (not others or _TO_COME[0] <= later <= _TO_COME[1]):
        day = newest + timedelta(days=1)
    else:
        days = sorted([*happened, *others])
        day = days[int(_BEHIND * (len(days) - 1))]
    return f"{day:%Y-%m-%d} {_HOUR:02}:00:00"


def lies_within(schema: Schema, script: str, now: str) -> bool:
    """Whether a moment that somebody named lies within the dates of the rows; without dates any moment will do."""
    moment = read_moment(now)
    days = sorted(day for days in _dates(schema, script) for day in days)
    return moment is not None and (not days or days[0] <= moment.at <= days[-1])


def _dates(schema: Schema, script: str) -> tuple[list[datetime], list[datetime], list[datetime]]:
    """The days of what has happened, of what is planned or may be, and of what a program keeps for itself, in order."""
    connection = load_script(script)
    happened: list[datetime] = []
    others: list[datetime] = []
    kept: list[datetime] = []
    for table in schema.tables.values():
        for column in table.columns if not table.view else ():
            if column.dated and not is_about(column.label, "birth"):
                values = connection.execute(f"SELECT {quoted(column.name)} FROM {quoted(table.name)}").fetchall()
                days = [moment.at for (value,) in values if (moment := read_moment(value)) and moment.at.year in _YEARS]
                (kept if column.bookkeeping else happened if column.outlook == "past" else others).extend(days)
    return sorted(happened), sorted(others), sorted(kept)
