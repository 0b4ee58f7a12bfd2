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


_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
UNIT_WORDS = _UNITS.split()
"""The numbers below twenty in words."""
TEN_WORDS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
"""The tens from twenty in words."""
_WORDS = {word: n for n, word in enumerate(UNIT_WORDS)}
_WORDS |= {word: 10 * n for n, word in enumerate(TEN_WORDS, 2)}
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_SUFFIXES = _SCALES | {"k": 1000, "m": 10**6, "mn": 10**6, "mln": 10**6, "bn": 10**9}
_FRACTIONS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_VULGAR = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3}

_CURRENCY = (
    r"(?:(?:US|CA|AU|NZ|HK|[ACS])?[$€£¥₹₩]|USD|EUR|GBP|JPY|CNY|INR|CHF|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|BRL|MXN|kr|Rs)"
)
_MONEY_WORD = r"(?:dollars?|bucks?|euros?|pounds?|quid|francs?|rupees?|yen|kronor|usd|eur|gbp|jpy|cny|inr|chf|cad|aud|nzd|sek|nok|dkk|kr)"
_FIGURE = (
    r"(?:\d{1,2}(?:,\d\d)+,\d{3}(?:\.\d+)?"  # 12,34,567.00
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!,?\d)"  # 1,234.50
    r"|\d{1,3}(?:\.\d{3})+,\d\d?|\d{1,3}(?:\.\d{3}){2,}"  # 1.234,50 and 1.234.567
    r"|\d{1,3}(?:[ ']\d{3})+(?:[.,]\d\d?)?(?![ ']?\d)"  # 1 234,50
    r"|\d+,\d\d?(?!,?\d)|\d+(?:\.\d+)?|\.\d+)"
)
_SIGN = r"(?P<sign>minus |negative |(?<![\w)\]])-\s?|(?<=\()(?=[^()]{1,16}\)))?"
_BEFORE = r"(?<!\w)(?<!\d[.,'])(?<!\d\.)(?<!\d/)"
_AFTER = r"(?!\d)(?P<scale>(?: ?(?:hundred|thousand|million|billion| mn)|M|[kK]|ml?n|bn|e\d\d?)(?![A-Za-z\d]))?"
_DEBIT = re.compile(r"\s?(?:overdrawn|in the red|below zero)\b")
_OPEN_SIGN = re.compile(r"\s?(?:DR|debit)\b|-(?=[\s.,;)]|$)")
_OWED = re.compile(r"(?i)\b(?:owes?|owing|debt of|deficit of|loss of|shortfall of)\W*$")

_AMOUNT = re.compile(
    rf"{_BEFORE}{_SIGN}{_CURRENCY}\s?(?P<inner>-\s?)?(?P<figure>{_FIGURE}){_AFTER}(?!\w)"
    rf"|{_BEFORE}{_SIGN.replace('sign', 'sign2')}(?P<figure2>{_FIGURE}){_AFTER.replace('scale', 'scale2')}"
    rf"(?:\s?(?i:{_MONEY_WORD})\b|\s?[€£]|\s?(?P<cents>cents|pence|(?<=\b\d)p|(?<=\b\d\d)p)\b)"
)
_SCALED = re.compile(rf"{_BEFORE}{_SIGN}(?P<figure>{_FIGURE})(?P<scale>M|[kK]|ml?n|bn|e\d\d?)(?![A-Za-z\d])")
_PLAIN = re.compile(
    rf"{_BEFORE}{_SIGN}(?P<figure>(?:(?P<whole>\d+) )?(?P<half>[1-3])/(?P<part>[2-4])(?![\d/])|(?P<before>\d*)(?P<vulgar>[½¼¾⅓⅔])|{_FIGURE})"
    rf"(?:(?P<ordinal>st|nd|rd|th)\b|{_AFTER}(?![\d_A-Z])(?P<percent>\s?%|\s?per ?cent\b)?)"
)
_WORD = "|".join([*sorted(_WORDS, key=len, reverse=True), *_SCALES])
_COUNT = re.compile(
    rf"(?i)\b(?P<minus>minus |negative )?(?P<words>(?:an? (?=dozen|hundred|thousand|million|billion))?(?:{_WORD})"
    rf"(?:(?:[ -]|,? and )(?:{_WORD})(?! quarters))*)(?: point (?P<decimals>(?:{_WORD})(?: (?:{_WORD}))*))?"
    r"(?: and (?P<half>a half|a quarter|three quarters)(?: (?P<scale>million|billion|thousand|hundred))?)?\b"
)
_FRACTION = re.compile(
    rf"(?i)(?<!first )(?<!second )(?<!other )\b(?:(?P<many>an?|one|two|three|four)[ -])?(?P<part>{'|'.join(_FRACTIONS)})s?\b(?: an? (?P<scale>thousand|million|billion)\b)?"
    r"(?! (?:past|to|an? (?:hour|dozen))\b)"
)
_FEW = re.compile(
    r"(?i)\b(?:(?P<two>(?:a|the) (?:couple|pair) of|a (?:couple|pair)(?=\W*$|\s*[.,;!?]| (?:more|please)\b)|both)|(?P<one>(?:a|one) (?:single|sole)|just (?:the )?one|only one)"
    r"|(?P<six>half a dozen))\b(?! of\b(?! (?:them|those|these)\b))"
)
ORDINALS = dict(
    zip(("first", "second", "third", "fifth", "eighth", "ninth", "twelfth"), (1, 2, 3, 5, 8, 9, 12), strict=True)
)
ORDINALS |= {f"{word}th": n for word, n in _WORDS.items() if 0 < n < 20 and n not in ORDINALS.values()}
ORDINALS |= {f"{word[:-1]}ieth": n for word, n in _WORDS.items() if n >= 20}
"""First, second, ... in one word each."""
_ORDINAL = re.compile(rf"(?i)\b(?:(?P<tens>{'|'.join(TEN_WORDS)})[ -])?(?P<last>{'|'.join(ORDINALS)})\b")
_CENTS = r"\s?(?:cents|pence|p)\b"
_IS_CENTS = re.compile(rf"(?i){_CENTS}")
_NO_CENTS = r"(?![-.,]?\d| (?!(?:is|was|as|plus|less|this)\b)[a-z]+s\b|[ -](?:hundred|thousand|million|per|percent|minutes?|more)\b)"
_PART = rf"(?:(?:{_WORD})(?:[ -](?:{_WORD}))?|\d{{1,2}})"
_AND_CENTS = re.compile(
    rf"(?i)(?: {_MONEY_WORD})?,?(?: and)? (?P<named>{_PART}){_CENTS}"
    rf"|(?: {_MONEY_WORD}) (?P<bare>[1-9]\d|(?:{'|'.join([*TEN_WORDS, *UNIT_WORDS[10:]])})(?:[ -](?:{'|'.join(UNIT_WORDS[1:10])}))?)\b{_NO_CENTS}"
)
"""What makes cents of an amount: twelve pounds fifty, 12 dollars and 50 cents."""
_SLANG = re.compile(
    rf"(?i)\b(?:an? (?:(?P<five>fiver)|(?P<ten>tenner)|(?P<one>pound|quid|dollar|buck|euro)\b(?! (?:of|more|less|[a-z]+er)\b))"
    rf"|(?P<grands>an?|(?:an? )?(?:{_WORD})(?:(?:[ -]| and )(?:{_WORD}))*|\d{{1,3}}) grand\b(?! (?!(?:for|in|or|and|to|each|please|is|was|off)\b)[a-z]))\b"
)
"""Amounts that have a name of their own: a fiver, a pound, two grand; no grand piano."""
_UNIT_PRICE = re.compile(rf"(?i)(?:\d|[$€£]|{_MONEY_WORD}|{_WORD}) $")
_PERCENT = re.compile(r"\s?(?:%|per ?cent\b)")
_NO_COUNT = re.compile(r"(?i)\b(?:no|the|this|that|which|each|every|another|other|any|some) $")
_ONE_OF = re.compile(r"(?i) (?:more|of|or|another|moment|sec|thing|after|by)\b")


def amounts(text: str) -> Iterator[Number]:
    """Amounts of money in figures, a currency beside them."""
    for match in _AMOUNT.finditer(text):
        figure, scale = match["figure"] or match["figure2"], match["scale"] or match["scale2"]
        sign = match["sign"] or match["sign2"] or match["inner"]
        found = _number("money", text, match, figure, sign, scale, match["cents"])
        if (found.step == 1 and not match["cents"] and (more := _AND_CENTS.match(text, found.end))) or (
            found.step == 1 and (more := _AND_CENTS.match(text, match.end("figure2"))) and match["figure2"]
        ):
            found = _with_cents(found, more)
        yield found


def _with_cents(amount: Number, more: re.Match[str]) -> Number:
    part = more["named"] or more["bare"]
    cents = float(part) if part.isdigit() else sum(size for *_, size in _counted(part, 0))
    return amount._replace(end=more.end(), size=amount.size + cents / 100, step=0.01)


def scaled(text: str) -> Iterator[Number]:
    """Figures with a scale written to them, such as 1M and 1e6, which look like codes."""
    for match in _SCALED.finditer(text):
        yield _number("number", text, match, match["figure"], match["sign"], match["scale"])


def figures(text: str) -> Iterator[Number]:
    """All other figures."""
    for match in _PLAIN.finditer(text):
        if match["half"] or match["vulgar"]:
            part = _VULGAR[match["vulgar"]] if match["vulgar"] else int(match["half"]) / int(match["part"])
            whole = int(match["whole"] or match["before"] or 0)
            yield Number("number", *match.span(), whole + part, 1, 0.01, False)
        else:
            kind = "ordinal" if match["ordinal"] else "number"
            found = _number(kind, text, match, match["figure"], match["sign"], match["scale"])
            yield found._replace(percent=bool(match["percent"]))


def counts(text: str) -> Iterator[Number]:
    """Numbers in words, up to billions, with halves and decimals; the one of "one more thing" and "this one" is none."""
    taken = bytearray(len(text))
    for number in sorted(_counts(text), key=lambda found: found.start - found.end):  # the longest reading of a place
        if not any(taken[number.start : number.end]):
            taken[number.start : number.end] = b"\1" * (number.end - number.start)
            yield number


def _counts(text: str) -> Iterator[Number]:
    for match in _COUNT.finditer(text):
        found = list(_counted(match["words"], match.start("words")))
        for start, end, size in found[:-1]:
            if not _is_no_count(text, start, end, size):
                yield Number("count", start, end, size, 1, 1, False)
        start, end, size = found[-1]
        if match.end() == match.end("words") and _is_no_count(text, start, end, size):
            continue
        if match["decimals"]:
            digits = "".join(f"{part:.0f}" for *_, part in _counted(match["decimals"], 0))
            size += float(f"0.{digits}")
        if match["half"]:
            last = _SCALES.get(match["words"].split()[-1].lower(), 1)
            scale = _SCALES.get((match["scale"] or "").lower(), 1)
            size = (
                size + {"half": 0.5, "quarter": 0.25, "quarters": 0.75}[match["half"].split()[1].lower()] * last
            ) * scale
        end = match.end()
        if cents := _AND_CENTS.match(text, end):
            whole = Number("money", start, end, size, _sign_before(text, start), 0.01, False)
            yield _with_cents(whole, cents)
            continue
        if only := _IS_CENTS.match(text, end):
            yield Number("money", start, only.end(), size / 100, 1, 0.01, False)
            continue
        sign = -1 if match["minus"] and len(found) == 1 else _sign_before(text, start)
        percent = _PERCENT.match(text, end) is not None
        yield Number("count", start, end, size, sign, 0.01 if match["decimals"] else 1, percent)
    for match in _ORDINAL.finditer(text):
        size = _WORDS.get((match["tens"] or "").lower(), 0) + ORDINALS[match["last"].lower()]
        yield Number("ordinal", *match.span(), size, 1, 1, False)
    for match in _FEW.finditer(text):
        yield Number("count", *match.span(), 2 if match["two"] else 1 if match["one"] else 6, 1, 1, False)
    for match in _SLANG.finditer(text):
        if not (match["one"] and _UNIT_PRICE.search(text, max(0, match.start() - 20), match.start())):
            size = 5.0 if match["five"] else 10.0 if match["ten"] else 1.0
            if many := (match["grands"] or "").lower():
                size = 1000.0 * (int(many) if many.isdigit() else sum(part for *_, part in _counted(many, 0)) or 1)
            amount = Number("money", *match.span(), size, 1, 1, False)
            cents = _AND_CENTS.match(text, text.index(" ", match.start())) if match["one"] else None
            yield _with_cents(amount, cents) if cents else amount
    for match in _FRACTION.finditer(text):
        part, many = _FRACTIONS[match["part"].lower()], (match["many"] or "").lower()
        if (many or part == 2) and not text.endswith("and ", 0, match.start()):
            scale = _SCALES.get((match["scale"] or "").lower(), 1)
            yield Number("count", *match.span(), scale * _WORDS.get(many, 1) / part, 1, 0.01, False)


def _is_no_count(text: str, start: int, end: int, size: float) -> bool:
    return size == 1 and bool(_NO_COUNT.search(text[max(0, start - 9) : start]) or _ONE_OF.match(text, end))


def _sign_before(text: str, start: int) -> int:
    """0 after what may make an amount a debt, else 1."""
    return 0 if _OWED.search(text, max(0, start - 20), start) else 1


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
    elif _OPEN_SIGN.match(text, end):
        negative = 0
    else:
        negative = _sign_before(text, start)
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
        if scale in (12, 100):
            part = (part or 1) * scale
        elif scale:
            total, part = total + (part or 1) * scale, 0
        else:
            part += value
        least = 100 if scale else 10 if value >= 20 else 1
        joined = True
        start, end = match.start() if start is None else start, match.end()
    if end is not None and start is not None:
        yield offset + start, offset + end, float(total + part)
