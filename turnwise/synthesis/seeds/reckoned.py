"""Moments that a dump reckons from its own now, as `NOW() - INTERVAL '3 days'`: read as on one fixed day, so that a file is one world.

And those that it reads from a text, as `TO_DATE('17-JUN-1987', 'DD-MON-YYYY')`.
"""

import calendar
import operator
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import lru_cache

import sqlglot
from sqlglot import exp

NOW = datetime(2026, 1, 5, 9)
"""when a dump is taken to be read"""
_CURRENT = (exp.CurrentTimestamp, exp.Localtimestamp, exp.CurrentDatetime)
_FUNCTIONS = ("now", "getdate", "sysdatetime", "getutcdate", "utc_timestamp")
_SIGNS: dict[type[exp.Expr], int] = {exp.Add: 1, exp.DateAdd: 1, exp.Sub: -1, exp.DateSub: -1}
_NUMERIC: dict[type[exp.Expr], Callable[[float, float], float]] = {
    exp.Add: operator.add,
    exp.Sub: operator.sub,
    exp.Mul: operator.mul,
}
_MONTHS = {"month": 1, "mon": 1, "quarter": 3, "year": 12, "yr": 12}
_SECONDS = {"second": 1, "sec": 1, "minute": 60, "min": 60, "hour": 3600, "day": 86400, "week": 604800}
_CUT = ("year", "month", "day", "hour", "minute", "second")

Reckoned = date | int | float


def reckoned(value: exp.Expr) -> str | int | float | None:
    """What an expression over the current moment comes to, a date or a moment in ISO; None where it is another."""
    if not any(_is_now(node) for node in value.walk()):
        return None
    try:
        found = _read(value)
    except (ValueError, OverflowError):
        return None
    return str(found) if isinstance(found, date) else found


def written(value: exp.Expr) -> str | None:
    """The day or the moment that a function reads from a text, in ISO: TO_DATE('17-JUN-1987', 'DD-MON-YYYY'); None of another."""
    if isinstance(value, exp.Convert):  # of SQL Server
        style = str(value.args["style"].this) if value.args.get("style") else ""
        text, form = value.expression, _STYLES.get(style, "")
    elif isinstance(value, (exp.StrToDate, exp.StrToTime)):
        text, form = value.this, value.text("format")
    elif isinstance(value, (exp.TsOrDsToDate, exp.Date, exp.Timestamp)):
        text, form = value.this, ""
    else:
        return None
    if not (isinstance(text, exp.Literal) and text.is_string):
        return None
    return stated(str(text.this), form) if form else str(text.this)


def stated(text: str, form: str) -> str | None:
    """The day or the moment that a text states in a form of `strptime`, in ISO; None where it is not, or has no year."""
    if not re.search("%y", form, re.IGNORECASE):
        return None
    for name, directive in _NAMES.items():
        form = re.sub(rf"(?<!%)\b{name}\b", directive, form, flags=re.IGNORECASE)
    for spelt in (form, form.replace("%B", "%b"), form.replace("%b", "%B")):
        with suppress(ValueError):
            moment = datetime.strptime(text, spelt)
            return str(moment if re.search(r"%[HIMSp]", spelt) else moment.date())
    return None


@lru_cache(maxsize=256)
def strptime_form(function: str, form: str) -> str | None:
    """The second argument of TO_DATE or STR_TO_DATE, or the style of CONVERT, as a form of `strptime`; None of no known one."""
    if function.endswith("CONVERT"):
        return _STYLES.get(form)
    call = exp.func(function, exp.Literal.string(""), exp.Literal.string(form)).sql()
    read = sqlglot.parse_one(call, read="mysql" if function == "STR_TO_DATE" else "postgres")
    return read.text("format") or None


@lru_cache(maxsize=4096)  # a script may have one in every row
def day_or_moment(text: str, day: bool) -> str | None:
    """A day, or a moment of a day, as databases read it from a text without a form, in ISO; None where the text is neither."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        named = (stated(text.strip(), form) for form in _WITH_NAMES)
        plain = next((said for said in named if said), None)
        return plain if plain is None or day else f"{plain} 00:00:00"
    year, month, date_, time = found.group("y"), found["m"] or found["mm"], found["d"] or found["dd"], found["time"]
    try:
        whole = datetime.fromisoformat(f"{year}-{month:0>2}-{date_:0>2} {time or '00:00'}")
    except ValueError:
        return None
    return str(whole.date() if day else whole)


_WRITTEN = re.compile(
    r"(?P<y>\d{4})(?:[-/.](?P<m>\d\d?)[-/.](?P<d>\d\d?)|(?P<mm>\d\d)(?P<dd>\d\d))"
    r"(?:[T ]\s*(?P<time>\d\d:\d\d(?::\d\d)?)(?:\.\d+)?\s*(?:Z|UTC|[+-]\d\d(?::?\d\d)?)?)?"
)
_WITH_NAMES = ("%d-%b-%Y", "%d %b %Y", "%b %d, %Y")
_STYLES = {
    "101": "%m/%d/%Y",
    "103": "%d/%m/%Y",
    "104": "%d.%m.%Y",
    "105": "%d-%m-%Y",
    "110": "%m-%d-%Y",
    "112": "%Y%m%d",
}
"""How SQL Server numbers the ways to write a day."""
_NAMES = {"MONTH": "%B", "MON": "%b", "DAY": "%A", "DY": "%a"}
"""Names in a format of Oracle or PostgreSQL that sqlglot leaves as they are."""


def _is_now(node: exp.Expr) -> bool:
    named = isinstance(node, exp.Anonymous) and str(node.this).lower() in _FUNCTIONS
    return named or isinstance(node, (*_CURRENT, exp.CurrentDate))


def _read(value: exp.Expr) -> Reckoned | None:
    match value:
        case exp.Paren():
            return _read(value.this)
        case exp.Cast():
            moment = _read(value.this)
            day = isinstance(moment, datetime) and value.to.this == exp.DataType.Type.DATE
            return moment.date() if day and isinstance(moment, datetime) else moment
        case exp.CurrentDate():
            return NOW.date()
        case exp.Literal():
            return float(value.this) if not str(value.this).isdecimal() else int(value.this)
        case exp.Neg():
            number = _read(value.this)
            return -number if isinstance(number, int | float) else None
        case exp.TimestampTrunc() | exp.DateTrunc():
            return _cut(_read(value.this), value.text("unit").lower())
        case exp.Extract():
            return _part(_read(value.expression), value.name.lower())
    if _is_now(value):
        return NOW
    if type(value) in _SIGNS:
        return _moved(value, _read(value.this))
    if type(value) in _NUMERIC:
        return _number(value, _read(value.this))
    return None


def _moved(value: exp.Expr, start: Reckoned | None) -> Reckoned | None:
    """A moment and some time, which is an interval or, of a bare number, days."""
    if not isinstance(start, date):
        return _number(value, start)
    step = value.expression
    inner = step.this if isinstance(step, exp.Interval) else step
    unit = (step if isinstance(step, exp.Interval) else value).text("unit").lower().removesuffix("s") or "day"
    amount = _read(inner)
    if not isinstance(amount, int | float):
        return None
    amount *= _SIGNS[type(value)]
    if unit in _MONTHS:
        years, month = divmod(start.month - 1 + int(amount) * _MONTHS[unit], 12)
        last = calendar.monthrange(start.year + years, month + 1)[1]
        return start.replace(year=start.year + years, month=month + 1, day=min(start.day, last))
    if unit not in _SECONDS:
        return None
    if not isinstance(start, datetime) and _SECONDS[unit] < _SECONDS["day"]:
        start = datetime(start.year, start.month, start.day)
    return start + timedelta(seconds=amount * _SECONDS[unit])


def _number(value: exp.Expr, first: Reckoned | None) -> int | float | None:
    second = _read(value.expression)
    if isinstance(first, date) or isinstance(second, date) or first is None or second is None:
        return None
    return _NUMERIC[type(value)](first, second) if type(value) in _NUMERIC else None


def _cut(moment: Reckoned | None, unit: str) -> Reckoned | None:
    if not isinstance(moment, date) or unit.partition("(")[0] not in (*_CUT, "week"):
        return None
    whole = moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day)
    if unit.startswith("week"):
        whole, unit = whole - timedelta(days=whole.weekday()), "day"
    kept = _CUT.index(unit) + 1
    month, day, hour, minute, second = [
        getattr(whole, part) if at < kept else int(part in ("month", "day")) for at, part in enumerate(_CUT)
    ][1:]
    return datetime(whole.year, month, day, hour, minute, second)


def _part(moment: Reckoned | None, part: str) -> int | None:
    """A part of a moment; its epoch as if it were of UTC."""
    if not isinstance(moment, date):
        return None
    if part == "epoch":
        return calendar.timegm(moment.timetuple())
    return getattr(moment, part) if part in _CUT and hasattr(moment, part) else None
