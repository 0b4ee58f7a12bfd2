"""Whether a text gives something another name, value or step than the one that is wanted: precision before reach."""

import re
from functools import lru_cache

from turnwise.goals.model import Mention, Request, Slot
from turnwise.users.comparing import (
    MONEY,
    NAME,
    TOTAL,
    fits_slot,
    is_called_in,
    is_named_in,
    kind_of,
    values_of,
    without_names,
)
from turnwise.users.facts import slot_value
from turnwise.users.hearing import slot_words, synonyms, vocabulary, words_of
from turnwise.users.signs import sign, talk
from turnwise.values.atoms import atoms
from turnwise.values.dates import MONTHS, durations, stamp
from turnwise.values.spoken import spoken_times
from turnwise.values.states import mentions


def other_number(text: str, request: Request) -> Slot | None:
    """The number of a change in whose place a text asks for another: should it be 4,200 perhaps?"""
    if not re.search(r"\b(?:should (?:it|that|this)|you mean|you meant|perhaps|rather|instead)\b", text, re.I):
        return None
    found = atoms(text)
    if any(atom.kind == "date" for atom in found) or any(fits_slot(text, slot) for slot in request.slots):
        return None
    asked = [atom.number.size for atom in found if atom.number]
    numbers = [
        (float(slot.value), slot) for slot in request.slots if isinstance(slot.value, int | float) and slot.value > 0
    ]
    if len(asked) != 1 or asked[0] <= 0 or not numbers:
        return None
    return min(numbers, key=lambda pair: max(pair[0] / asked[0], asked[0] / pair[0]))[1]


def read_back_wrongly(text: str, request: Request) -> list[Slot]:
    """The slots that a text which states others of them gives another value than the one that is wanted."""
    if not any("total" in slot.label for slot in request.slots):
        text = TOTAL.sub("", text)
    if not any(fits_slot(text, slot) for slot in request.slots):
        return []
    return [slot for slot in request.slots if is_rivalled(text, slot, request)]


def rival_subject(text: str, request: Request) -> str | None:
    """Another of the subject's kind that a text names, where it does not name the subject: 4143, of 4132; for Otis Ferro."""
    subject = request.subject
    if subject is None or subject.told_by or is_called_in(text, subject):
        return None
    noun = rf"(?i:\b{re.escape(subject.noun)}s?\b)(?: number| no\.?| called| named)? [\"“#]?"
    if subject.numbered:
        digits = rf"\d{{{len(subject.name)}}}" if subject.name.isdigit() else r"(?!)"
        found = re.findall(rf"{noun}(\d[\w-]*)|\b(?:mean|for|about|is|have) #?({digits})\b(?![.,/:]\d)", text)
    else:
        loose = r"mean" if any(fits_slot(text, slot) for slot in request.slots) else "mean|for|about|have"
        found = re.findall(rf"{noun}({NAME.pattern})|\b(?:{loose}) (?:the )?({NAME.pattern})", text)
    return next((one or other for one, other in found if _is_strange(one or other, request)), None)


def _is_strange(name: str, request: Request) -> bool:
    """Whether a name is none of a request's, nor a part of one."""
    known = [*values_of(request), *(str(answer.value) for answer in request.checkpoint.answers)]
    words = words_of(name) - _NO_NAMES
    near = (words & words_of(value) for value in known)
    return bool(words) and not any(
        words <= words_of(value) or words_of(value) <= words or len(shared) > 1
        for value, shared in zip(known, near, strict=True)
    )


def names_strange(text: str, request: Request) -> bool:
    """Whether a text has a name, but for its first word, that is none of a request's."""
    return any(_is_strange(name, request) for name in NAME.findall(text[1:]))


def is_rivalled(text: str, slot: Slot, request: Request) -> bool:
    """Whether a text gives a slot another value than the one that is wanted."""
    if request.intent == "adjust":
        return _is_other_step(without_names(text, request.model_copy(update={"slots": ()})), slot)
    wanted = slot_value(slot)
    if not wanted or fits_slot(text, slot):
        return False
    kind = kind_of(wanted)
    for name in sorted(synonyms(slot.label), key=len, reverse=True):
        for found in re.finditer(
            rf"\b{re.escape(name)}\b[^.;?\n]{{0,40}}?(?:\bto\b|\bis\b|\bas\b|\bof\b|\bbe\b|:|=|–|(?= \d))\s*(?:from \S+ to )?",
            text,
            re.I,
        ):
            if re.match(
                r"(?:\w+ )?(?:empty|blank|open|unset|missing|not set|fine|okay?|right|correct|good|unchanged|the same|as it is|still|which|what|who|whose|when|where|how)\b",
                text[found.end() :],
                re.I,
            ):
                continue
            if slot.mention is not None and slot.mention.person and text[found.end() :][:1].isdigit():
                continue  # member 85 is one of them
            rest = re.split(r"[.;?\n](?:\s|$)|, (?=[a-z])| and (?=the )", text[found.end() :], maxsplit=1)[0]
            if (
                any(kind_of(a.text) == kind and (a.kind != "money" or slot.mention is None) for a in atoms(rest))
                if kind != "text"
                else re.match(r"[\"“]?(?!(?:him|her|them|it|you|us|me|itself|himself|herself|themselves)\b)[\w(]", rest)
            ):
                return request.subject is None or not is_named_in(rest[:60], request.subject)
        if (
            kind == "text"
            and wanted.islower()
            and (beside := re.search(rf"\b{re.escape(name)}:? [\"“]?((?!{_SMALL})[a-z][\w-]+)", text))
        ):
            return not words_of(beside[1]) & (words_of(wanted) | vocabulary(request))
        if _stands_beside(text, name, request):
            return True
        if (
            kind == "text" and wanted.islower() and (sign("yes_no", text) or "?" in text)
        ):  # is a normal adult membership right?
            before = re.search(rf"\ban? (?:normal |standard |regular )?([a-z]+) {re.escape(name.split()[0])}\b", text)
            if before is not None and not words_of(before[1]) & (words_of(wanted) | _COMMON):
                return True
    if slot.mention is not None and not slot.mention.numbered:
        return _names_another(text, slot.mention, request)
    if kind == "text" and re.fullmatch(r"[a-z][a-z -]*", wanted):
        states = {found[1] for found in SET_TO.finditer(text)} - words_of(" ".join(values_of(request)))
        alike = [s for s in request.slots if SET_TO.search(f"set to {slot_value(s)}")]
        return len(states) == 1 and len(alike) == 1
    return _is_other_of_its_kind(text, slot, request)


SET_TO = re.compile(
    r"\b(?:set|chang\w+|mark\w*|switch\w*|put|mov\w+|is now|says now)\b(?: \w+){0,4}? (?:to|as) (?!(?:its|his|her|their|the|an?|my|your|our|well|soon|today|tomorrow|now|you|it|that|this|dropped|brought|picked)\b)([a-z][a-z-]+)\b"
)
"""What a row is set to, as a state: the word after `to` or `as`."""
_GIVEN_TO = re.compile(rf"\b(to|with|at|by|becomes?|into|onto|from|for) (?:the )?({NAME.pattern})")
_NO_NAMES = words_of(
    "January February March April May June July August September October November December Monday Tuesday Wednesday"
    " Thursday Friday Saturday Sunday Shall Should May Is Are Do Does Done The That This Yes No OK It So And I"
)


def _stands_beside(text: str, name: str, request: Request) -> bool:
    """Whether a name or a number that is none of a request's stands by what a slot is called: Hollow Oak as the hall."""
    called = rf"(?i:\b{re.escape(name)}\b)"
    found = re.findall(
        rf"{called}:? ({NAME.pattern})|({NAME.pattern}|\d[\d.,]*) as (?:the|its|his|her|their) {called}", text
    )
    return any(_is_strange(one or other, request) for one, other in found)


def _names_another(text: str, mention: Mention, request: Request) -> bool:
    """Whether a text gives a name in the place of one that is wanted: where one stands, or nothing else is named."""
    if mention.person:
        text = re.sub(r"\([^()]*\d[^()]*\)", "", text)  # the address on file (110 Raeburn Pl)
        text = _DOES.sub(" ", _ASKS.sub(" ", text))
    found = [given[2] for given in _GIVEN_TO.finditer(text) if given[1].lower() != "from"]
    if mention.person:  # a car has a name of two words, too: beside what is wanted it is nobody
        beside = (
            rf"\b(?i:{re.escape(mention.noun)})(?: is|:|,)? "
            if any(mentions(text, v) for v in values_of(request))
            else ""
        )
        found = [
            name
            for name in [*found, *re.findall(f"(?<!at )(?<![\\d#] ){beside}({NAME.pattern})", text)]
            if len(name.split()) > 1
        ]
    else:
        found = found[-1:]  # from Quayside to Fernhill
    return any(_is_strange(name, request) for name in found if not re.search(r"\d", name))  # QC H2G is nobody


_ASKS = re.compile(r"\b(?:Is|Are|Was|Were|Does|Do|Did|Has|Have|Will|Should|Shall|Can|Could|Would|May) (?=[A-Z])")
_DOES = re.compile(rf"{NAME.pattern} (?:\w+ing|away|ill|off|gone|on leave|know|mind|back)\b")
"""Somebody whose doings are asked about, and who is no value: is Gunnar Osei going on leave?"""
_COMMON = words_of("new normal standard regular usual different other particular certain single")
_SMALL = r"(?:of|for|to|is|as|and|or|the|an?|in|on|at|with|it|that|this|was|be|will|would|should|has|have|from|now)\b"
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_LONG_NUMBER = re.compile(r"\+?\d[\d ()/-]{6,}\d")


def _is_other_step(text: str, slot: Slot) -> bool:
    """Whether a text moves a number by another step: it says so, or what it starts from and ends at are not as far apart."""
    step = abs(float(slot.value or 0))
    found = [(a, a.number) for a in atoms(text) if a.number and a.kind in ("number", "money", "count")]
    of_days = MONEY.search(slot.label) is None
    said = [
        n
        for a, n in found
        if re.search(r"(?i)\bby\W*$", text[: a.start])
        or (of_days and re.match(r"\W*days? (?:later|earlier|longer|more|sooner|further|on|back)\b", text[a.end :]))
    ]
    if any(number.percent or number.size != step for number in said):
        return True
    ends = sorted({number.size for _, number in found} - {step})
    return len(ends) == 2 and abs(ends[1] - ends[0] - step) > 0.005


def _is_other_of_its_kind(text: str, slot: Slot, request: Request) -> bool:
    """Whether the only day, time, sum of money, address or number that a text names is not that of the only slot of that kind."""
    wanted, label = slot_value(slot), slot.label
    pattern = _MAIL if "@" in wanted else _LONG_NUMBER
    if pattern.fullmatch(wanted.strip()) and stamp(wanted) is None:
        digits = {re.sub(r"\W", "", value) for value in values_of(request)}
        return len({re.sub(r"\W", "", found[0]) for found in pattern.finditer(text)} - digits) == 1
    if re.search(r"\d", wanted) and re.search(r"[A-Za-z]{3}", wanted) and kind_of(wanted) == "text":
        pattern_of = re.sub(r"\d+", lambda _: r"(\d+)", re.escape(wanted))
        return any(found[0] != wanted for found in re.finditer(pattern_of, text, re.I))
    kind = kind_of(wanted)
    money = kind == "number" and MONEY.search(label) is not None
    unit_of = next((seconds for name, seconds in _SECONDS.items() if name in label), 0)
    if kind == "number" and unit_of:
        lengths = {seconds for _, _, seconds in durations(text)}
        return len(lengths) == 1 and abs(lengths.pop() - float(slot.value or 0) * unit_of) > 1
    if kind == "number" and not money:
        unit = "|".join(re.escape(word) for word in sorted(slot_words(slot))) or "$^"
        found = re.findall(rf"\b(\d+(?:\.\d+)?) (?:{unit})(?:s|es)?\b", text, re.I)
        return len(set(found)) == 1
    if kind == "date":
        moment = stamp(wanted)
        times = _times(text) if moment is not None and moment.minutes is not None else frozenset()
        other_time = moment is not None and len(times) == 1 and moment.minutes not in times
        return other_time or _only(text, slot, request, "date")
    return money and _only(text, slot, request, "money")


_SECONDS = {"minute": 60, "hour": 3600, "day": 86400, "week": 604800}


@lru_cache(maxsize=512)
def _times(text: str) -> frozenset[int]:
    """The times of day that a text names, in figures or in words, in minutes."""
    named = {int(atom.value[1]) for atom in atoms(text) if atom.kind == "time"}
    return frozenset(named or {minutes for minutes in range(0, 1440, 15) if spoken_times(minutes).search(text)})


def _is_product(size: float, slot: Slot, request: Request) -> bool:
    """Whether an amount is what so many cost together: 68, of four seats at 17."""
    if not isinstance(slot.value, int | float):
        return False
    counts = [other.value for other in request.slots if isinstance(other.value, int) and other is not slot]
    return any(abs(size - slot.value * count) < 0.005 for count in counts)


def _only(text: str, slot: Slot, request: Request, kind: str) -> bool:
    """Whether a text names one value of a kind, other than all that are known, where the request has one of it."""
    own = vocabulary(request) | slot_words(slot) | talk() | words_of("today now")
    bare = re.sub(r"\([\d-]+\)", "", without_names(text, request))
    other = {word for word in words_of(bare) - own if word.isalpha() and word not in MONTHS}
    if kind == "date" and other and "today" in text.lower() and "?" in text:
        return False  # is the bike being dropped off today?
    wanted = kind_of(slot_value(slot))
    if (
        kind == "date"
        and (called := re.search(r"\bas the ([\w-]+) date\b", text, re.I))
        and not words_of(called[1]) & slot_words(slot)
    ):
        return False  # as the drop-off date, of the day that it is promised for
    alike = [s for s in request.slots if kind_of(slot_value(s)) == wanted and (kind == "date" or MONEY.search(s.label))]
    given = [
        atom
        for atom in atoms(text)
        if (atom.kind == "date" if kind == "date" else atom.kind == "money" or re.search(r"\.\d\d$", atom.text))
        and not any(mentions(value, atom.text) for value in values_of(request))
        and not (atom.number and _is_product(atom.number.size, slot, request))
    ]
    return len(alike) == 1 and len({atom.value for atom in given}) == 1 and not mentions(text, slot_value(slot)[:10])
