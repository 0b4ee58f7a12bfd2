"""Ways to say a time, an amount or a year that can be read only by who knows what to look for.

"Half past two" is 02:30 or 14:30, "twelve fifty" is 12.50 or 12:50: what finds a value is made from the value.
"""

import re
from functools import cache

from turnwise.values.numbers import TEN_WORDS, UNIT_WORDS

_NOT_EARLY = r"(?!\W*(?:a\.?m\b|(?:in the|this|tomorrow) morning\b))"
_NOT_LATE = r"(?!\W*(?:p\.?m\b|(?:in the|this|tomorrow) (?:afternoon|evening)\b|tonight\b))"
_EARLY = r"(?:a\.?m\b|in the morning\b)"
_LATE = r"(?:p\.?m\b|(?:in the|this|tomorrow) (?:afternoon|evening)\b|tonight\b|at night\b)"
_ENDS = r"(?![.:]\d)(?=\W*$|\W*[.,;!?]|\W+(?:on|today|tomorrow|tonight|this|then|please|and|or|if|for|in the|with|sharp|instead|would|works?|is)\b)"
_NO_MORE = r"(?!-\w|[ -](?:\d|and a\b)|[ -](?:hundred|thousand|million|percent|per cent)\b|\.\d)"
_THINGS = r"(?! (?!(?:is|was|as|plus|less|this)\b)[a-z]+s\b)"
_DAWN = 5  # the hour before which it is still night


@cache
def number_words(number: int) -> str:
    """What finds a whole number below a hundred in words: twenty-five, twenty five."""
    if number < len(UNIT_WORDS):
        return UNIT_WORDS[number]
    tens, units = divmod(number, 10)
    return TEN_WORDS[tens - 2] + (f"[ -]{UNIT_WORDS[units]}" if units else "")


@cache
def spoken_times(minutes: int) -> re.Pattern[str]:
    """What finds a time of day said otherwise than as 14:30: half past two, 2:30 in the afternoon, noon, 14h30, at eight."""
    hour, minute = divmod(minutes, 60)
    late = hour >= 12
    named, following = map(_hour, (hour, hour + 1))
    part = _LATE if late else rf"(?:{_EARLY}|at night\b)" if hour < _DAWN else _EARLY
    exact = [rf"{hour:02}h{minute:02}", rf"{hour}h{minute:02}", rf"\bat {hour:02}{minute:02}\b(?!\d)"]
    open_ones = [
        rf"(?<![\d.,$€£]){h}\.{minute:02}(?!\d|[.,]\d|\s?%)" for h in {f"{hour}", f"{hour:02}", f"{hour % 12 or 12}"}
    ]
    if minute == 0:
        exact += [rf"\b{named} {part}", {0: r"\bmidnight\b", 720: r"\b(?:noon|midday)\b"}.get(minutes, r"(?!)")]
        open_ones += [
            rf"\b{named} ?o'?clock\b",
            rf"\b(?:at|by|until|till|from|around|about) {named}{_ENDS}",
            rf"\b{named}[ -]?ish\b",
        ]
    else:
        after, before = (_minutes(m) for m in (minute, 60 - minute))
        open_ones += [rf"\b{after} (?:past|after) {named}\b(?!\d){_THINGS}"] if minute <= 30 else []
        open_ones += [rf"\b{before} (?:to|before) {following}\b(?!\d){_THINGS}(?! people\b)"] if minute > 30 else []
        open_ones += [rf"\bhalf {named}\b{_NO_MORE}{_THINGS}"] if minute == 30 else []
        if minute % 5 == 0:
            open_ones.append(
                rf"(?<![\w-]){number_words(hour % 12 or 12)}[ -]{_after_hour(minute)}\b{_NO_MORE}{_THINGS}"
            )
    half = _NOT_EARLY if late else _NOT_LATE
    return re.compile(rf"(?i)(?:{'|'.join(exact)}|(?:{'|'.join(open_ones)}){half})")


def _hour(hour: int) -> str:
    """What finds an hour by its name."""
    of_day = {0: "|midnight", 12: "|noon|midday"}.get(hour % 24, "")
    return rf"(?:{number_words(hour % 12 or 12)}|{hour % 12 or 12}{of_day})"


def _minutes(many: int) -> str:
    """What finds so many minutes before or after an hour."""
    names = {15: r"(?:a )?quarter|", 30: "half|"}.get(many, "")
    unit = "(?: minutes?)?" if many % 5 == 0 else " minutes?"
    return rf"(?:{names}(?:{number_words(many)}|{many}){unit})"


def _after_hour(minute: int) -> str:
    return f"(?:oh|o)[ -]{number_words(minute)}" if minute < 10 else number_words(minute)


@cache
def spoken_number(value: int | float) -> re.Pattern[str] | None:
    """What finds a number said in two parts: twelve fifty, nineteen eighty-four; None where nobody says it so."""
    if isinstance(value, float) and not value.is_integer():
        first, second = divmod(round(value * 100), 100)
        if abs(value * 100 - round(value * 100)) > 1e-6 or not 0 < first < 100:
            return None
    elif 1100 <= value < 2100 and value % 100:
        first, second = divmod(int(value), 100)
    else:
        return None
    parts = rf"{number_words(first)}[ -]{_after_hour(second)}"
    return re.compile(rf"(?i)(?<![\w-])(?<!hundred )(?<!hundred and ){parts}\b{_NO_MORE}{_THINGS}")
