"""New dates for a column: ahead of the world's present or behind it, as the column asks, and in step with its row."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from turnwise.synthesis.database.moments import Moment, read_moment
from turnwise.synthesis.database.phrases import is_about
from turnwise.synthesis.database.tables import Column
from turnwise.values.words import column_label

_SOON = (1, 22)
_OPEN = range(8, 21)
"""hours in which people do things, where any of a column's times lie in them"""
_LATELY = (0, 7)
_TO_COME = 0.05
"""the part of a column's dates from which on it is one of plans"""
_WEEKDAYS = 10
"""dates from which on a day of the week that none has is one on which nothing happens"""
_LONG_OVER = timedelta(days=60)
"""after which nobody puts off any more what was planned"""


def new_date(
    column: Column,
    seen: Sequence[object],
    current: object,
    rng: random.Random,
    now: datetime | None,
    row: Mapping[str, object],
) -> str | None:
    """A date that differs from the current one, written as the others are; None where the row leaves no room for one."""
    own = read_moment(current)
    others = [moment for value in seen if (moment := read_moment(value)) is not None and moment.real]
    if own is not None and now is not None and column.outlook == "ahead" and own.at < now - _LONG_OVER:
        return None
    usual = [moment for moment in others if moment.timed == (column.type == "datetime")]
    usual = [moment for moment in usual if not moment.at.hour or moment.at.hour in _OPEN] or usual
    form = own or (rng.choice(usual or others) if others else None)
    if form is None:
        form = Moment(now, "-", " 09:00:00" if column.type == "datetime" else "", True) if now else None
    if form is None or (current is not None and (own is None or not own.real)):
        return None
    if now is None:
        return form.moved(rng.randrange(1, 29))
    earliest, latest = _bounds(column, row)
    for _ in range(8):
        day = _on_open_day(_drawn(column, others, own, rng, now), others)
        if earliest is not None and day < earliest:
            day = earliest + timedelta(days=rng.randrange(1, 8))
        if latest is not None and day > latest:
            day = latest - timedelta(days=rng.randrange(1, 4))
        behind = column.outlook != "past" or day.date() <= now.date()
        if behind and (earliest is None or day >= earliest) and (text := form.on(day)) != current:
            return text
    return None


def _drawn(column: Column, others: Sequence[Moment], own: Moment | None, rng: random.Random, now: datetime) -> datetime:
    if is_about(column.label, "birth"):
        near = own or (rng.choice(others) if others else Moment(now - timedelta(days=12000), "-", "", True))
        return near.at + timedelta(days=rng.choice((-30, -10, -9, -2, -1, 1, 2, 9, 10, 30)))
    planned = column.outlook == "ahead"
    if column.outlook == "" and others:
        planned = sum(moment.at > now for moment in others) > _TO_COME * len(others)
    if planned:
        start = max(now, own.at) if own is not None else now
        return start + timedelta(days=rng.randrange(*_SOON))
    if own is not None and own.at <= now:
        days = [step for step in (-7, -5, -3, -2, -1, 1, 2, 3, 5) if own.at + timedelta(days=step) <= now]
        return own.at + timedelta(days=rng.choice(days))
    return now - timedelta(days=rng.randrange(*_LATELY))


def _on_open_day(day: datetime, others: Sequence[Moment]) -> datetime:
    """The day itself, or the next on whose weekday anything happens."""
    days = {moment.at.weekday() for moment in others} if len(others) >= _WEEKDAYS else set(range(7))
    while day.weekday() not in days:
        day += timedelta(days=1)
    return day


def _bounds(column: Column, row: Mapping[str, object]) -> tuple[datetime | None, datetime | None]:
    """Between which days a date of its row has to lie: an end after the beginning, a beginning before the end."""
    later = is_about(column.label, "later_dates")
    before, after = [], []
    for name, value in row.items():
        moment = read_moment(value)
        if moment is None or not moment.real or name == column.name or is_about(column_label(name), "birth"):
            continue
        if later and not is_about(column_label(name), "later_dates"):
            before.append(moment.at)
        elif not later and is_about(column_label(name), "later_dates") and not is_about(column.label, "birth"):
            after.append(moment.at)
    return max(before, default=None), min(after, default=None)


def shifted_date(column: Column, current: str, rng: random.Random, now: datetime | None) -> tuple[str | None, int]:
    """A date moved by a round number of days, which is negative where it comes earlier; one to come stays to come."""
    moment = read_moment(current)
    if moment is None or not moment.real:
        return None, 0
    steps = [step * sign for step in (2, 3, 5, 7, 10, 14) for sign in (1, 1, 1, 1, -1)]
    if now is not None and column.outlook == "ahead":
        steps = [days for days in steps if moment.at + timedelta(days=days) > now] or [
            days for days in (14, 21, 28, 42, 56) if moment.at + timedelta(days=days) > now
        ]
    elif now is not None and column.outlook == "past":
        steps = [days for days in steps if moment.at + timedelta(days=days) <= now]
    days = rng.choice(steps) if steps else 0
    return (moment.moved(days) if days else None), days
