"""What was told, or done, before it was asked for: nobody asks for what they have just heard.

Precision comes first: what is wrongly taken as told is a request that is lost.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from turnwise.goals.model import Answer, Mention, Request, Slot
from turnwise.users.comparing import MONEY, is_called_in, is_named_in
from turnwise.users.facts import slot_value
from turnwise.users.hearing import UNDOES, is_question, reports, sentences, synonyms, words_of
from turnwise.users.memory import NOT_YET
from turnwise.users.wording.kinds import counted
from turnwise.values.atoms import atoms
from turnwise.values.dates import MONTHS, durations
from turnwise.values.numbers import UNIT_WORDS
from turnwise.values.states import mentions, states_value
from turnwise.values.words import singular


def told_already(
    request: Request, messages: Sequence[str], said: Sequence[str] = (), raised: Sequence[Request] = ()
) -> bool:
    """Whether messages have answered a question, or reported a change, before it is asked for: all of it stands in them.

    Args:
        said: what the user had said before each of the messages.
        raised: what the user has asked for so far, latest first.
    """
    heard = list(zip_longest(messages, said[: len(messages)], fillvalue=""))
    if request.writes:
        once = all((r.intent, r.subject, r.slots) != (request.intent, request.subject, request.slots) for r in raised)
        return once and any(_is_done(request, *turn, raised) for turn in heard)
    if request.intent in ("extreme", "rank"):
        return bool(request.asks) and _is_ranked(request, heard, raised)
    if request.intent == "difference":
        return any(_differ(turn[0], request) for turn in heard[-2:])
    values = request.intent in ("detail", "count", "total", "children") and bool(request.checkpoint.answers)
    return values and not _untold(request, heard, raised)


def _differ(message: str, request: Request) -> bool:
    """Whether a message states two sizes that are as far apart as is asked for: whoever hears both can tell."""
    sizes = [atom.number.size for atom in atoms(message) if atom.number]
    apart = {abs(float(answer.value)) for answer in request.checkpoint.answers if isinstance(answer.value, int | float)}
    label = words_of(request.phrases.get("measure", ""))
    measured = bool(label & words_of(message)) or any(durations(message)) or "$" in message or "£" in message
    few = len(set(sizes)) <= 6  # in a list of many, some differ by anything
    return (
        few
        and measured
        and any(abs(abs(a - b) - size) < 0.005 for a in sizes for b in sizes for size in apart if a != b)
    )


def untold_part(
    request: Request, messages: Sequence[str], said: Sequence[str] = (), raised: Sequence[Request] = ()
) -> Request:
    """A request without those of the things it asks for that were told already; see `told_already`."""
    if request.intent != "detail" or len(request.asks) < 2:
        return request
    left = _untold(request, list(zip_longest(messages, said[: len(messages)], fillvalue="")), raised)
    asks = tuple(ask for ask in request.asks if any(answer.label == ask for answer in left))
    checkpoint = request.checkpoint.model_copy(update={"answers": left})
    return request.model_copy(update={"asks": asks, "checkpoint": checkpoint}) if asks else request


def _untold(request: Request, heard: list[tuple[str, str]], raised: Sequence[Request]) -> tuple[Answer, ...]:
    """The answers to a question that were not told in what was heard and said of its subject."""
    subject, answers = request.subject, request.checkpoint.answers
    if subject is None:
        return answers
    if request.intent == "children" and request.asks and len(answers) == 1:  # a loan of hers need not be all of them
        many = re.escape(request.asks[0].split()[-1])
        listed = re.compile(rf"(?<!of the )(?<!of their )\b{many}\b", re.I)
        whose = re.compile(rf"'s? {singular(request.asks[0].split()[-1])}\b", re.I)  # I have Haruka's bike here
        heard = [turn for turn in heard if _ONE.search(turn[0]) or whose.search(turn[0]) or listed.search(turn[1])]
    found_by = [r for r in raised if any(str(answer.value) == subject.name for answer in r.checkpoint.answers)]
    known = [r.subject.name for r in found_by if r.subject]  # the largest booking for that event: it is for that event
    near = rf"\b(?:that|this) {re.escape(subject.noun)}\b"
    topic = heard[-1:] if raised and _is_topic(subject, raised[0]) else []
    about = [turn for turn in heard if _is_in("\n".join(turn), subject.name) or re.search(near, turn[0], re.I)]
    return tuple(
        answer
        for answer in answers
        if str(answer.value) not in known
        and not any(_is_told(*turn, answer, len(answers), subject, topic=turn in topic) for turn in (*about, *topic))
    )


def _is_in(text: str, name: str) -> bool:
    """Whether a text names something, by its whole name or by parts of it in one sentence: the largest flat in Alder Court is 2B."""
    parts = name.split()
    apart = len(parts) > 1 and any(map(str.isdigit, parts[-1]))
    return mentions(text, name) or (
        apart and any(all(mentions(said, part) for part in parts) for said in sentences(text))
    )


def may_have_missed(
    request: Request, messages: Sequence[str], said: Sequence[str] = (), raised: Sequence[Request] = ()
) -> bool:
    """Whether a message about its subject had something of an answer in it, so that who asks may have missed it.

    Args and order as for `told_already`.
    """
    subject, answers = request.subject, request.checkpoint.answers
    if request.writes or not answers or request.intent not in ("detail", "count", "extreme", "rank"):
        return False
    heard = list(zip_longest(messages, said[: len(messages)], fillvalue=""))[-3:]
    topic = subject is not None and bool(raised) and _is_topic(subject, raised[0])
    about = [
        message
        for turn in heard
        for message in turn[:1]
        if subject is None or _is_in("\n".join(turn), subject.name) or (topic and turn is heard[-1])
    ]
    compared = request.intent in ("extreme", "rank")
    said_of = [sentence for message in about for sentence in sentences(message) if not compared or atoms(sentence)]
    return any(_has_something_of(sentence, answer) for sentence in said_of for answer in answers)


def _has_something_of(sentence: str, answer: Answer) -> bool:
    """Whether a sentence has a value in it, or most of its words."""
    if answer.kind == "text" and str(answer.value).lower() in ("yes", "no", "none", "true", "false"):
        return False
    stated = mentions(sentence, answer.value, answer.kind, label=answer.label)
    return stated or _in_other_words(sentence, str(answer.value))


def _in_other_words(message: str, value: str) -> bool:
    """Whether most of a sentence stands in a message, in whatever order and form: the creaking floorboard."""
    own, told = _stems(value), _stems(message)
    return (
        re.fullmatch(r"\w+(?:[ ,'-]+[a-z]+)+\.?", value) is not None and len(own) > 1 and 2 * len(own & told) > len(own)
    )


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:5] for word in words_of(text) if len(word) > 3)


def _is_topic(subject: Mention, latest: Request) -> bool:
    """Whether something is what was asked about last, or what was found, so that a message is about it by itself."""
    found = [str(answer.value) for answer in latest.checkpoint.answers]
    return subject.name in ([latest.subject.name] if latest.subject else []) + (found if len(found) == 1 else [])


# -- what was done --------------------------------------------------------------------------------

_GOES = r"(?:delet|remov|cancel|eras|void|gone)\w*"
_OFF = re.compile(r"\b(?:off|from|no longer|not|without|out of)\b|n't\b", re.I)
_IT = re.compile(r"^\W*(?:[\w'-]+\W+){0,4}?(?:it|that|this|they|them|he|she|his|her|their|its)\b", re.I)


def _is_done(request: Request, message: str, own: str, raised: Sequence[Request]) -> bool:
    """Whether a message reports a change in full, or says that it is so already."""
    intent, one = request.intent, words_of(request.phrases.get("one", ""))
    told = [
        s for s in _about(request.subject, message, own) if _tells_done(s) and not _is_of_another(s, request, raised)
    ]
    if intent in UNDOES and request.subject is not None and not request.slots:
        name = re.escape(request.subject.name)
        went = rf"{_GOES}(?:(?! from )[^;,.]){{0,40}}?\b{name}\b|\b{name}\W+(?:has|is|was)\b(?: \w+){{0,3}} {_GOES}"
        return any(re.search(went, s, re.I) for s in told)
    if intent in ("link", "unlink"):
        told = [s for s in told if bool(_OFF.search(s)) == (intent == "unlink")]
    elif intent == "adjust":
        steps, labels = re.compile(r"\b(?:by|from|earlier|later)\b"), [words_of(slot.label) for slot in request.slots]
        told = [s for s in told if steps.search(s) and all(label <= words_of(s) for label in labels)]
    elif intent == "create":
        told = told if any(one <= words_of(s) for s in told) else []
    return intent in _CHANGES and bool(request.slots) and all(_gives("\n".join(told), slot) for slot in request.slots)


_CHANGES = ("link", "unlink", "adjust", "create", "update")


def _about(subject: Mention | None, message: str, own: str) -> Iterator[str]:
    """The sentences of a message that are about something: which name it, or say `it` once it was named."""
    named = subject is not None and is_called_in(own, subject)
    for sentence in sentences(message):
        if subject is None or _has(sentence, subject):
            named = True
            yield sentence
        elif re.search(rf"\b{re.escape(subject.noun)} (?:number |no\.? |#)?(?!(?-i:[a-z]))", sentence, re.I):
            named = False  # of another one
        elif named and (_IT.search(sentence)):
            yield sentence


def _has(sentence: str, subject: Mention | None) -> bool:
    yours = subject is not None and subject.me and re.search(r"\byour?\b", sentence, re.I) is not None
    return subject is not None and (yours or is_called_in(sentence, subject))


def _tells_done(sentence: str) -> bool:
    """Whether a sentence says that something was done, or that it is so already."""
    so = re.search(r"\balready\b", sentence, re.I) is not None and not NOT_YET.search(sentence)
    return (so or reports(sentence)) and not is_question(sentence)


def _is_of_another(sentence: str, request: Request, raised: Sequence[Request]) -> bool:
    """Whether a sentence reports a change that was asked for, in which a value of this one stands as well."""
    own = {slot_value(slot) for slot in request.slots}
    changed = [slot for other in raised if other.writes for slot in other.slots if slot_value(slot) in own]
    named = any(words_of(slot.label) <= words_of(sentence) for slot in request.slots)
    return not named and any(_gives(sentence, slot) for slot in changed)


def _gives(text: str, slot: Slot) -> bool:
    value = slot_value(slot) if slot.mention else slot.value
    named = slot.mention is not None and is_named_in(text, slot.mention)
    return bool(slot_value(slot)) and (named or states_value(text, value, label=slot.label))


# -- which is first -------------------------------------------------------------------------------

_ONE = re.compile(
    r"\b(?:has|have|is|are|'s|'ve|see|find|found|shows?|got|holds|after|with|runs?)(?: \w+ly)?(?: just| only| exactly)?(?: the)? (?:one|a single)\b(?! of\b)"
    r"|\b(?:the|her|his|their|its|your|'s|whose) only\b(?: one\b)?(?! of\b)",
    re.I,
)
_OTHERS = re.compile(r"\b(?:others?|another|more|besides|rest|two|three|four|both|several)\b", re.I)
_ENDS = (
    ("lowest cheapest shortest fewest smallest least", "highest most largest biggest longest expensive dearest"),
    ("earliest oldest first ago lowest start", "latest newest last recent youngest highest"),
)
"""words for the two ends of sizes, and of times"""
_PLAIN = words_of("since from on in at costs priced published with dated who joined started") | {"for", "is"}


def _is_ranked(request: Request, heard: list[tuple[str, str]], raised: Sequence[Request]) -> bool:
    """Whether it was told which comes first: by a word for it, as the only one, or by a list of all with their sizes."""
    answer = str(request.checkpoint.answers[0].value)
    lists = ([str(a.value) for a in r.checkpoint.answers] for r in raised if r.intent in ("children", "find"))
    rows = next((rows for rows in lists if answer in rows), [])
    ranked = [r.checkpoint.answers for r in raised if r.intent in ("extreme", "rank")]
    if request.checkpoint.answers in ranked:
        return False  # the cheapest need not be the smallest
    return any(_is_first(request, *turn) or _is_read_off(request, turn[0], rows) for turn in heard[-2:])


def _phrase(request: Request) -> str:
    return f"{request.phrases.get('superlative', '')} {request.phrases.get('most', '')}"


def _end(request: Request) -> tuple[bool, frozenset[str]]:
    """Whether the first is the lowest, and the words that say so: of a day the earliest, of a price the cheapest."""
    phrase = _phrase(request)
    timed = re.search(r"\b(?:date|year|day|time|at|earliest|latest|oldest|newest|youngest|first|last)\b", phrase)
    low, high = (frozenset(words.split()) for words in _ENDS[timed is not None])
    end = next((word for word in phrase.split() if word in low | high), "")
    return end in low, frozenset() if not end else low if end in low else high


def _is_first(request: Request, message: str, own: str) -> bool:
    """Whether a message says of all answers that they come first, by a word for it, or that there is only one."""
    noun, (_, ends) = singular(request.asks[0].split()[-1]), _end(request)
    only = re.compile(rf"(?:{_ONE.pattern})(?: ?[:,.(–-]|\W+(?:[\w'-]+\W+){{0,3}}?{re.escape(noun)}\b)", re.I)
    alone = _has(f"{own}\n{message}", request.subject) and only.search(message) and not _OTHERS.search(message)
    return any(
        (alone or ends & {*re.findall(r"\w+", sentence.lower())})
        and all(states_value(sentence, a.value, a.kind, label=a.label) for a in request.checkpoint.answers)
        for sentence in sentences(message)
    )


def _is_read_off(request: Request, message: str, rows: Sequence[str]) -> bool:
    """Whether a message names all there are, each with what it is compared by, hired in May 2021 or £4, the first among them.

    Args:
        rows: all there are, where they were asked for; else a message says how many there are, or counts three or more.
    """
    phrase, answer = _phrase(request), str(request.checkpoint.answers[0].value)
    counts = re.search(r"\b(?:most|fewest)\b(?! expensive)", phrase) is not None
    last = {row.split()[-1]: row for row in rows}  # Marchetti, since 2012
    short = last if len(last) == len(rows) else {}
    name = "|".join(rf"\b{re.escape(called)}\b" for called in (*rows, *short)) or (
        _NAME if counts else rf"\b\d{{{len(answer)}}}\b" if answer.isdigit() else "$^"
    )
    found = list(re.finditer(name, message))
    ends = [*(match.start() for match in found[1:]), len(message)]
    compared = {
        short.get(m[0], m[0]): _compared(message[m.end() : end], phrase, counts)
        for m, end in zip(found, ends, strict=False)
    }
    sizes = {name: size for name, size in compared.items() if size is not None}
    many = rf"\b(?:{UNIT_WORDS[min(len(sizes), 19)]}|{len(sizes)})\b"
    whole = len(sizes) == len(rows) if rows else len(sizes) > 2 if counts else re.search(many, message, re.I)
    if len(sizes) < 2 or not whole:
        return False
    first = min(sizes.values()) if _end(request)[0] else max(sizes.values())
    return [name for name, size in sizes.items() if size == first] == [answer]


_NAME = r"[A-Z][\w'-]+(?: [A-Z][\w'-]+)*"


def _compared(text: str, phrase: str, counts: bool) -> tuple[float, ...] | None:
    """The one day, sum of money or number that is said of a thing, as what follows its name; None unless there is one."""
    line = sentences(text)[0] if sentences(text) else ""
    kind = "number" if counts else "money" if re.search(rf"cheap|expensive|{MONEY.pattern}", phrase) else "date"
    found: list[tuple[int, tuple[float, ...]]] = []
    for atom in atoms(line):
        if atom.kind == kind and atom.number:
            found.append((atom.start, (atom.number.size,)))
        elif atom.kind == kind:
            found.append((atom.start, tuple(float(part) for part in atom.value[1:])))
        elif kind == "date" and re.fullmatch(r"(?:19|20)\d\d", atom.text):
            before = re.search(r"\b([^\W\d]+)\.? $", line[: atom.start])
            month = MONTHS.get(before[1].lower(), 0) if before else 0
            found.append((before.start() if before and month else atom.start, (float(atom.text), float(month), 0.0)))
    if len({size for _, size in found}) != 1:
        return None
    between = words_of(line[: found[0][0]])
    meant = {word[:4] for word in words_of(phrase)}
    return found[0][1] if all(word in _PLAIN or word[:4] in meant for word in between) else None


# -- what was answered ----------------------------------------------------------------------------

_OTHER_SUMS = words_of("fee fine rent deposit wage salary budget balance refund discount penalty")
"""what a sum of money may be of instead"""
_SAID_AS = {"stock": "left available sold shelf", "capacity": "seat hold room"}
"""words by which a number is told without its label: only 3 left"""
_UNIT = re.compile(r"\b(?:second|minute|hour|day|week)s?\b")


def _is_told(message: str, own: str, answer: Answer, of: int, subject: Mention, *, topic: bool) -> bool:
    """Whether a message, in which something is named, states an answer about it.

    A value that nothing else is likely to be is told wherever it stands: a day, a full name, 25.95, an address. Another
    name or state is told of what its sentence names; a number, or a yes, by its label or its unit. What a question says
    in passing is told: shall I send Hana to request 8258, the creaking floor at Elmet Lodge 1A?

    Args:
        of: how many answers there are.
        topic: whether the message is about the subject by itself.
    """
    value, label = answer.value, answer.label
    text, values = answer.kind == "text", words_of(str(value))
    proper = text and str(value)[:1].isupper()
    distinct = len(values) > 1 and re.search(r"[A-Z\d]", str(value)) is not None if text else answer.kind == "date"
    distinct = distinct or re.search(r"@|\d{4}|\.\d*[1-9]", str(value)) is not None
    state = text and str(value).lower() not in ("yes", "no", "none")
    labels = [words_of(name) - values for name in (*synonyms(label), *filter(None, [counted(label)]))]
    labels += [words_of(word) for name, words in _SAID_AS.items() if name in label for word in words.split()]
    sum_of = not text and MONEY.search(label) is not None
    others = _OTHER_SUMS - words_of(" ".join((subject.noun, *synonyms(label)))) if sum_of else frozenset()
    near = [*_about(subject, message, own)]
    passing = re.compile(rf"\b{re.escape(subject.name)}\b(?:,| \(| [-–—])(.+)\?", re.S)

    def told_of(sentence: str) -> bool:
        """Whether a sentence says what a value in it is of; of a name one word of the label will do: pickup at Quayside."""
        words, signed = words_of(sentence), re.search(r"[$€£] ?\d", sentence) is not None
        if any(name & words and (proper or name <= words) for name in labels):
            return True
        measured = signed if sum_of else _UNIT.search(label) is not None and any(durations(sentence))
        measured = measured or ("square" in label and re.search(r"\d ?(?:m²|m2\b|sq)", sentence) is not None)
        fits = (
            (distinct and sum_of)
            or (measured and (topic or sentence in near))
            or (state and (topic or mentions(sentence, subject.name)))
        )
        return fits and not others & words

    def states(text: str) -> bool:
        aside = passing.search(text)
        if answer.kind == "text" and _in_other_words(text, str(value)):
            return True
        return states_value(aside[1] if aside else text, value, answer.kind, label=label, of=of)

    if distinct and mentions(own, value) and not mentions(message, subject.name):
        return False  # it was said back
    alone = distinct and not sum_of  # a full stop may stand in it: 105 N. Lake St.
    return (alone and states(message)) or any(told_of(sentence) and states(sentence) for sentence in sentences(message))
