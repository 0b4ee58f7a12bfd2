"""Numbers as people write them: figures of several locales, amounts of money, percentages, scales, and words.

Knows how a number is written, not what it is a number of.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple


class Number(NamedTuple):
    """One number and where it stands: `text[start:end]`."""

    kind: str
    """money, number, count (in words) or ordinal (25th)"""
    start: int
    end: int
    size: float
    """without its sign"""
    sign: int
    """1 or -1; 0 where the writing leaves it open: in brackets, or after a dash that may be none of it"""
    step: float
    """what 1 in its last digit is worth: 0.01 for 2.50, 10,000 for 1.23 million"""
    percent: bool


_UNIT_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TEN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = {word: n for n, word in enumerate(_UNIT_WORDS.split())}
_WORDS |= {word: 10 * n for n, word in enumerate(_TEN_WORDS.split(), 2)}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_SUFFIXES = _SCALES | {"k": 1000, "m": 10**6, "bn": 10**9}

_CURRENCY = (
    r"(?:(?:US|CA|AU|NZ|HK|[ACS])?[$€£¥₹₩]|USD|EUR|GBP|JPY|CNY|INR|CHF|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|BRL|MXN|kr|Rs)"
)
_MONEY_WORD = (
    r"(?:dollars?|euros?|pounds?|francs?|rupees?|yen|kronor|usd|eur|gbp|jpy|cny|inr|chf|cad|aud|nzd|sek|nok|dkk|kr)"
)
_FIGURE = (
    r"(?:\d{1,2}(?:,\d\d)+,\d{3}(?:\.\d+)?"  # 12,34,567.00
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!,?\d)"  # 1,234.50
    r"|\d{1,3}(?:\.\d{3})+,\d\d?|\d{1,3}(?:\.\d{3}){2,}"  # 1.234,50 and 1.234.567
    r"|\d{1,3}(?:[ ']\d{3})+(?:[.,]\d\d?)?(?![ ']?\d)"  # 1 234,50
    r"|\d+,\d\d?(?!,?\d)|\d+(?:\.\d+)?|\.\d+)"
)
_SIGN = r"(?P<sign>minus |negative |(?<![\w)\]])-\s?|(?<=\()(?=[^()]{1,16}\)))?"
_BEFORE = r"(?<!\w)(?<!\d[.,'])(?<!\d\.)(?<!\d/)"
_AFTER = r"(?!\d)(?P<scale>(?: ?(?:hundred|thousand|million|billion)|M|[kK]|bn|e\d\d?)(?![A-Za-z\d]))?"
_DEBIT = re.compile(r"\s?(?:overdrawn|in the red|below zero)\b")

_AMOUNT = re.compile(
    rf"{_BEFORE}{_SIGN}{_CURRENCY}\s?(?P<inner>-\s?)?(?P<figure>{_FIGURE}){_AFTER}(?!\w)"
    rf"|{_BEFORE}{_SIGN.replace('sign', 'sign2')}(?P<figure2>{_FIGURE}){_AFTER.replace('scale', 'scale2')}"
    rf"(?:\s?(?i:{_MONEY_WORD})\b|\s?[€£]|\s?(?P<cents>cents|pence)\b)"
)
_SCALED = re.compile(rf"{_BEFORE}{_SIGN}(?P<figure>{_FIGURE})(?P<scale>M|[kK]|bn|e\d\d?)(?![A-Za-z\d])")
_PLAIN = re.compile(
    rf"{_BEFORE}{_SIGN}(?P<figure>(?P<half>[123])/(?P<part>[234])(?![\d/])|{_FIGURE})"
    rf"(?:(?P<ordinal>st|nd|rd|th)\b|{_AFTER}(?![\d_A-Z])(?P<percent>\s?%|\s?per ?cent\b)?)"
)
_WORD = "|".join([*sorted(_WORDS, key=len, reverse=True), *_SCALES])
_COUNT = re.compile(
    rf"(?i)\b(?:an? (?=hundred|thousand|million|billion))?(?:{_WORD})(?:(?:[ -]|,? and )(?:{_WORD}))*\b"
)
_NO_COUNT = re.compile(r"(?i)\b(?:no|the|this|that|which|each|every|another|other|any|some) $")
_ONE_OF = re.compile(r"(?i) (?:more|of|or|another|moment|thing|after|by)\b")


def amounts(text: str) -> Iterator[Number]:
    """Amounts of money in figures, a currency beside them."""
    for match in _AMOUNT.finditer(text):
        figure, scale = match["figure"] or match["figure2"], match["scale"] or match["scale2"]
        yield _number(
            "money", text, match, figure, match["sign"] or match["sign2"] or match["inner"], scale, match["cents"]
        )


def scaled(text: str) -> Iterator[Number]:
    """Figures with a scale written to them, such as 1M and 1e6, which look like codes."""
    for match in _SCALED.finditer(text):
        yield _number("number", text, match, match["figure"], match["sign"], match["scale"])


def figures(text: str) -> Iterator[Number]:
    """All other figures."""
    for match in _PLAIN.finditer(text):
        if match["half"]:
            size = int(match["half"]) / int(match["part"])
            yield Number("number", *match.span(), size, 1, 0.01, False)
        else:
            kind = "ordinal" if match["ordinal"] else "number"
            found = _number(kind, text, match, match["figure"], match["sign"], match["scale"])
            yield found._replace(percent=bool(match["percent"]))


def counts(text: str) -> Iterator[Number]:
    """Numbers in words, up to billions; the one of "one more thing" and of "this one" is none."""
    for match in _COUNT.finditer(text):
        for start, end, size in _counted(match.group(), match.start()):
            if size == 1 and (_NO_COUNT.search(text[:start][-9:]) or _ONE_OF.match(text, end)):
                continue
            cents = re.compile(rf"(?i) {_MONEY_WORD} and ((?:{_WORD})(?:[ -](?:{_WORD}))?) (?:cents|pence)\b").match(
                text, end
            )
            more = sum(part for *_, part in _counted(cents[1], 0)) if cents else 0
            yield Number("count", start, cents.end() if cents else end, size + more / 100, 1, 1, False)


def _number(
    kind: str,
    text: str,
    match: re.Match[str],
    figure: str,
    sign: str | None,
    scale: str | None,
    cents: str | None = None,
) -> Number:
    plain, decimals = _plain(figure)
    factor = _factor(scale) / (100 if cents else 1)
    start, end = match.span()
    negative = 1
    if sign is not None:
        # A dash with a blank after it may be a dash; so may brackets be brackets.
        negative = 0 if sign in ("", "- ") else -1
        start += len(sign) if not negative else 0
    elif _DEBIT.match(text, end):
        negative = -1
    return Number(kind, start, end, float(plain) * factor, negative, 10**-decimals * factor, False)


def _plain(figure: str) -> tuple[str, int]:
    """A figure as Python reads it, and its decimals."""
    groups = re.split(r"[., ']", figure)
    mark = figure[-len(groups[-1]) - 1] if len(groups) > 1 else ""
    if figure.count(mark) != 1 or not (mark == "." or (mark == "," and len(groups[-1]) < 3)):
        return "".join(groups), 0
    return f"{''.join(groups[:-1]) or '0'}.{groups[-1]}", len(groups[-1])


def _factor(scale: str | None) -> float:
    if not scale:
        return 1
    word = scale.strip().lower()
    return float(10 ** int(word[1:])) if word.startswith("e") else float(_SUFFIXES[word])


def _counted(words: str, offset: int) -> Iterator[tuple[int, int, float]]:
    """The numbers that a run of number words makes: one where they follow on, as in twenty-five, several elsewhere."""
    total = part = 0
    start = end = None
    least = 0
    joined = True
    for match in re.finditer(r"[a-z]+", words.lower()):
        word = match.group()
        if word in ("and", "a", "an"):
            joined = word != "and" or part >= 100 or (part == 0 and total > 0)
            if word != "and" and start is None:
                start = match.start()
            continue
        value, scale = _WORDS.get(word, 0), _SCALES.get(word)
        follows = joined and (scale is not None or least == 0 or value < least)
        if end is not None and not follows:
            assert start is not None
            yield offset + start, offset + end, float(total + part)
            total = part = 0
            start = None
        if scale == 100:
            part = (part or 1) * 100
        elif scale:
            total, part = total + (part or 1) * scale, 0
        else:
            part += value
        least = 100 if scale else 10 if value >= 20 else 1
        joined = True
        start, end = match.start() if start is None else start, match.end()
    if end is not None and start is not None:
        yield offset + start, offset + end, float(total + part)
