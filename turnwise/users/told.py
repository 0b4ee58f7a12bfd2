"""What was told, or done, before it was asked for: nobody asks for what they have just heard.

Precision comes first: what is wrongly taken as told is a request that is lost.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from turnwise.goals.model import Answer, Mention, Request, Slot
from turnwise.users.comparing import MONEY, is_called_in, is_named_in
from turnwise.users.facts import slot_value
from turnwise.users.hearing import UNDOES, reports, sentences, synonyms, words_of
from turnwise.users.memory import NOT_YET
from turnwise.users.ranked import ONE, is_ranked, speaks_of
from turnwise.users.signs import is_question
from turnwise.users.wording.kinds import counted
from turnwise.values.atoms import atoms
from turnwise.values.dates import durations
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
        return bool(request.asks) and is_ranked(request, heard, raised)
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
        state, _, rows = request.asks[0].partition(" ")
        of_state = rf"\b{re.escape(str(answers[0].value))}\b[^;.\n]*\b{re.escape(state)}\b" if rows else "$^"
        heard = [
            turn
            for turn in heard
            if ONE.search(turn[0])
            or whose.search(turn[0])
            or listed.search(turn[1])
            or re.search(of_state, turn[0], re.I)
        ]  # two bookings, 52193 paid and 52192 reserved
    found_by = [r for r in raised if any(str(answer.value) == subject.name for answer in r.checkpoint.answers)]
    known = [r.subject.name for r in found_by if r.subject]  # the largest booking for that event: it is for that event
    near = rf"\b(?:that|this) {re.escape(subject.noun)}\b"
    topic = heard[-1:] if raised and is_topic(subject, raised[0]) else []
    about = [turn for turn in heard if is_in("\n".join(turn), subject.name) or re.search(near, turn[0], re.I)]
    if subject.me:  # your home branch is Fernhill
        about += [
            turn for turn in heard if any(re.search(rf"\byour {re.escape(a.label)}\b", turn[0], re.I) for a in answers)
        ]
    return tuple(
        answer
        for answer in answers
        if str(answer.value) not in known
        and not any(_is_told(*turn, answer, len(answers), subject, topic=turn in topic) for turn in (*about, *topic))
    )


def is_in(text: str, name: str) -> bool:
    """Whether a text names something, by its whole name or by parts of it in one sentence: the largest flat in Alder Court is 2B."""
    parts = name.split()
    apart = len(parts) > 1 and any(map(str.isdigit, parts[-1]))
    return mentions(text, name) or (
        apart and any(all(mentions(said, part) for part in parts) for said in sentences(text))
    )


def in_other_words(message: str, value: str) -> bool:
    """Whether most of a sentence stands in a message, in whatever order and form: the creaking floorboard."""
    own, told = _stems(value), _stems(message)
    return (
        re.fullmatch(r"\w+(?:[ ,'-]+[a-z]+)+\.?", value) is not None and len(own) > 1 and 2 * len(own & told) > len(own)
    )


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:5] for word in words_of(text) if len(word) > 3)


def is_topic(subject: Mention, latest: Request) -> bool:
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
        if subject is None or speaks_of(sentence, subject):
            named = True
            yield sentence
        elif named and _points_back(sentence, subject):
            yield sentence
        elif re.search(rf"\b{re.escape(subject.noun)} (?:number |no\.? |#)?(?!(?-i:[a-z]))", sentence, re.I):
            named = False  # of another one
        elif named and (_IT.search(sentence)):
            yield sentence


def _points_back(sentence: str, subject: Mention) -> bool:
    """Whether a sentence speaks of what was just named by its kind: that list."""
    return re.search(rf"\b(?:that|this) {re.escape(subject.noun.split()[-1])}\b(?! #?\d)", sentence, re.I) is not None


def _tells_done(sentence: str) -> bool:
    """Whether a sentence says that something was done, or that it is so already."""
    so = re.search(r"\balready\b", sentence, re.I) is not None and not NOT_YET.search(sentence)
    return (so or reports(sentence)) and not is_question(sentence)


def _is_of_another(sentence: str, request: Request, raised: Sequence[Request]) -> bool:
    """Whether a sentence reports a change that was asked for, in which a value of this one stands as well."""
    subject = request.subject
    if (
        request.intent == "link"
        and subject is not None
        and is_named_in(sentence, subject)
        and all(subject.name not in map(slot_value, other.slots) for other in raised)
    ):
        return False  # the evening is set up, with Maeve Tarrabane on the bill
    own = {slot_value(slot) for slot in request.slots}
    changed = [slot for other in raised if other.writes for slot in other.slots if slot_value(slot) in own]
    named = any(words_of(slot.label) <= words_of(sentence) for slot in request.slots)
    return not named and any(_gives(sentence, slot) for slot in changed)


def _gives(text: str, slot: Slot) -> bool:
    value = slot_value(slot) if slot.mention else slot.value
    named = slot.mention is not None and is_named_in(text, slot.mention)
    return bool(slot_value(slot)) and (named or states_value(text, value, label=slot.label))


# -- what was answered ----------------------------------------------------------------------------

_OTHER_SUMS = words_of("fee fine rent deposit wage salary budget balance refund discount penalty")
"""what a sum of money may be of instead"""
_SAID_AS = {"stock": "left available sold shelf", "capacity": "seat hold room take fit"}
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
        if "capacity" in label and re.search(rf"\bup to {value}\b", sentence):
            return True
        of_them = re.search(r"\b(?:\w+) of (?:them|those|these)\b", sentence, re.I)
        if of_them and answer.kind == "number" and any(name and name <= words_of(message) for name in labels):
            return True  # his invoices? I see seven of them
        words, signed = words_of(sentence), re.search(r"[$€£] ?\d", sentence) is not None
        if any(name & words and (proper or name <= words) for name in labels):
            return True
        measured = signed if sum_of else _UNIT.search(label) is not None and any(durations(sentence))
        stock = re.search(r"stock|copies", label) and re.search(
            rf"\b(?:have|has|got|are|is|left)\b.{{0,12}}\b{value}\b", sentence
        )
        measured = (
            measured or bool(stock) or ("square" in label and re.search(r"\d ?(?:m²|m2\b|sq)", sentence) is not None)
        )
        fits = (
            (distinct and sum_of)
            or (measured and (topic or sentence in near))
            or (state and (topic or mentions(sentence, subject.name)))
            or (state and sentence in near and _points_back(sentence, subject))
        )
        return fits and not others & words

    def states(text: str) -> bool:
        if "capacity" in label and re.search(rf"\bup to {value}\b", text):
            return True
        aside = passing.search(text)
        if answer.kind == "text" and in_other_words(text, str(value)):
            return True
        return states_value(aside[1] if aside else text, value, answer.kind, label=label, of=of)

    if distinct and mentions(own, value) and not mentions(message, subject.name):
        return False  # it was said back
    alone = distinct and not sum_of  # a full stop may stand in it: 105 N. Lake St.
    return (alone and states(message)) or any(told_of(sentence) and states(sentence) for sentence in sentences(message))
