"""What the assistant's words do: its message read into dialogue acts, each on the request that it concerns.

    for act in listen(text, requests): act.kind, act.request, act.said

After the dialogue act taxonomies of task-oriented dialogue (inform, request, select, confirm, refuse ...). It hears
words only: what is true of them is for whoever listens to say.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from turnwise.goals.model import Request, Slot
from turnwise.users.choices import OR_ELSE, offers_choice, options_of
from turnwise.users.facts import brings_about, slot_value
from turnwise.users.signs import has_verb, is_question, sign
from turnwise.users.wording.forms import forms
from turnwise.values.atoms import atoms
from turnwise.values.states import mentions
from turnwise.values.text import STOP_WORDS, normalised
from turnwise.values.words import singular

HeardKind = Literal[
    "inform",  # says how something is
    "report",  # says that something was done
    "ask",  # asks for something that it does not know
    "choose",  # asks which of some it is
    "propose",  # asks whether it may, or whether that is meant
    "refuse",  # says that it cannot, or may not
    "missing",  # says that it does not find something
    "unclear",  # says that it does not understand
    "warn",  # draws attention to a consequence
    "wait",  # says that it is about to look
    "offer",  # offers help in general
]


class Heard(NamedTuple):
    """One dialogue act of the assistant."""

    kind: HeardKind
    said: str
    """the sentence, or the part of it that asks one thing"""
    request: str = ""
    """id of the request that it concerns; empty where there is none"""
    context: str = ""
    """what the message says before a question: what is proposed often stands there"""
    options: tuple[str, ...] = ()
    """what is offered to choose from"""
    after: str = ""
    """what the message says after it"""


UNDOES = ("delete", "unlink")
"""Intents by which something goes."""


def offers_none(act: Heard) -> str:
    """How an offer to do without is taken, where it is one of the options; else empty."""
    option = next((option for option in act.options[1:] if sign("left_open", option)), "")
    return "" if not option else "leave_open" if "open" in option else "leave_it"


def offered_deed(question: str) -> str:
    """What a question offers to do, as one says it back, `delete it`; empty where it is too long, or speaks of someone."""
    asked = sign("offers_to", question)
    said = question[asked.end() :].strip(" ?.,\"'") if asked else ""
    return "" if len(said.split()) > 6 or re.search(r"\b(?:i|me|my|you|your|we|us|our)\b", said, re.I) else said


_ITEM = re.compile(r"^\s*(?:[-*•–]|\(?\d{1,2}[.)]|\(?[a-h][.)])\s+")
_MARKS = re.compile(r"[*_`#]{1,3}(?=\S)|(?<=\S)[*`#]{1,3}")
_ABBREVIATED = re.compile(
    r"\b(?:nr|dr|mr|mrs|ms|st|approx|e\.g|i\.e|vs|etc|p\.m|a\.m|(?-i:(?<![\w.])[A-HJ-Z]))\.$", re.I
)
_PARTS = re.compile(
    r"(?:,\s*(?:and)?\s*|;\s*|\band\s+)(?=(?:and |also |in |at |for |on |to |with |from |by )*(?:which(?! (?:makes?|means?|is|was|has|would|will|comes?)\b)|what|when|where|who|whose|how)\b)"
    r"|(?:[,;]\s*|\s)and (?=(?:also )?(?:whether|if|should|shall|do|does|did|is|are|was|were|would|will|has|have|can|could|may|must) \w+)",
    re.I,
)

_MAY_I_ASK = re.compile(
    r"\b(?:may|can|could|might) i (?:just |also )?ask,? (?=(?:what|who|when|where|how|which|why)\b)", re.I
)
_LIST_BEFORE = re.compile(
    r"(\bor\b[^;.!?]*);(?=\s(?:shall|should|is|are|do|does|did|would|will|can|could|may|which|what|who|whose|when|where|how)\b)",
    re.I,
)
"""Where a sentence that names several goes on to ask: we have balcony or stalls; shall I make it stalls?"""


def sentences(text: str) -> list[str]:
    """The sentences of a text and the items of its lists, without marks of layout."""
    found: list[str] = []
    for line in _MARKS.sub("", text.replace("’", "'").replace("—", "–")).splitlines():
        line = _MAY_I_ASK.sub("", line)
        line = _LIST_BEFORE.sub(r"\1.", line)
        whole = [line.strip()] if _ITEM.match(line) else re.split(r"(?<=[.!?])[\"')\]]*\s+", line.strip())
        for number, part in enumerate(whole):
            if number and found and _ABBREVIATED.search(found[-1]):
                found[-1] += f" {part}"
            elif re.search(r"\w", part):
                found.append(part)
    return found


def listen(text: str, requests: Sequence[Request]) -> list[Heard]:
    """The dialogue acts of a message, in order.

    Args:
        requests: those that it may concern, likeliest first: what points at none of them concerns the first, or the one
            that the sentence before was about.
    """
    acts: list[Heard] = []
    context: list[str] = []
    about = ""
    said = sentences(text)
    topics = [_Topic(request, tuple(_names(request)), vocabulary(request)) for request in requests]
    items = [sentence[match.end() :] for sentence in said if (match := _ITEM.match(sentence))]
    for place, sentence in enumerate(said):
        after = "\n".join(said[place + 1 :])
        for kind, whole in _acts_of(_ITEM.sub("", sentence)):
            if (
                kind == "inform"
                and _ITEM.match(sentence)
                and acts
                and acts[-1].kind == "ask"
                and "?" not in acts[-1].said
            ):
                kind = "ask"  # please tell me: the year, the price
            if kind == "offer" and sign("that_it", whole) and any(sign("checks", told) for told in context):
                kind = "propose"  # let me check that I've understood: ... Is that it?
            part = f"{_PURPOSE.sub('', whole).rstrip('?')}?" if kind == "propose" and _PURPOSE.search(whole) else whole
            about = _concerned(part, topics, about)
            options = tuple(options_of(part) or items) if kind in ("ask", "propose") else ()
            asks = is_question(sentence) or re.search(_CHOICE, part, re.I)
            chosen = len(options) > 1 and asks and offers_choice(part, bool(items))
            heard = Heard(
                "choose" if chosen else kind, part, about, "\n".join(context), options if chosen else (), after
            )
            if acts and acts[-1].kind == "propose" and sign("may_have", acts[-1].said) and sign("that_offer", part):
                acts[-1] = acts[-1]._replace(said=f"{acts[-1].said} {part}")
                continue  # I could also check the others. Shall I?
            asked = {"ask", "choose"} | ({"propose", "offer"} if kind == "offer" else set())
            if acts and acts[-1].kind in asked and re.match(r"\W*or\b", part, re.I):
                continue  # which is it? Or is it another one? I can tell you more. Or are we done?
            if kind == "propose" and acts and acts[-1].kind == "propose" and re.match(r"\W*or\b", part, re.I):
                one, other = acts.pop(), re.sub(r"^\W*or\W+", "", part, flags=re.I)
                heard = one._replace(kind="choose", said=f"{one.said} {part}", options=(one.said, other), after=after)
            acts.append(heard)
        context.append(sentence)
    return acts


_PURPOSE = re.compile(
    r",? (?:so|in case) (?:that )?(?:you|he|she|they) (?:can|could|may|want|wants|need|needs)\b[^;?]*", re.I
)
"""What something is offered for: so you can let her know it's ready."""
_CHOICE = r"\b(?:which|whether|either|choose|pick|prefer|wondering|asking)\b"
"""What offers a choice without a question mark."""
_NO: tuple[HeardKind, ...] = ("missing", "refuse")


def _acts_of(sentence: str) -> list[tuple[HeardKind, str]]:
    """What a sentence does, and each of the things it asks by itself."""
    proposed, *others = OR_ELSE.split(sentence)
    if any(sign("offer", other) for other in others) and not sign("offer", proposed):
        sentence = f"{proposed}?"  # shall I mark it as ready, or did you have something else in mind?
    if sign("unclear", sentence):
        return [("unclear", sentence)]
    if sign("exclaims", sentence) or sign("says_if", sentence):
        return [("inform", sentence)]
    if sign("say_yes", sentence):
        return [("propose", sentence)]
    if sign("on_hold", sentence):
        return [("wait", sentence)]
    asks = is_question(sentence)
    if sign("may_have", sentence) and not asks:
        return [("propose", sentence)]
    if sign("offer", sentence) and not sign("no_offer", sentence):
        parts = _questions_of(sentence) if asks else []
        if len(parts) > 1 and not sign("offer", parts[0]):  # is that right, and is there anything else?
            return [(("offer" if sign("offer", part) else _asking(part)), part) for part in parts]
        return [("offer", sentence)]
    if asks or sign("ask", sentence) or re.search(r"\b(?:please|kindly|just|simply) confirm\b", sentence, re.I):
        first: list[tuple[HeardKind, str]] = []
        if kind := next((kind for kind in _NO if sign(kind, sentence)), None):
            first = [(kind, sentence)]  # "I can't do that, but shall I ...?"
        return [*first, *((_asking(part), part) for part in _questions_of(sentence))]
    return [(_telling(sentence), sentence)]


def _questions_of(sentence: str) -> list[str]:
    """The questions that one sentence joins; what comes before the first belongs to it."""
    found: list[str] = []
    sentence = _IN_BRACKETS.sub("", sentence)
    listed = re.sub(r", (some(?:thing|body|one) else\?)", r", or \1", sentence)  # a road bike, something else?
    for part in _PARTS.split(listed):
        asked = _AFTER_LEAD.split(found[-1])[-1] if found else ""  # one question before I do: is it for good
        named = found and re.search(r"[A-Z][\w'-]*$", found[-1]) and re.match(r"who (?:has|had|is|was|lives)\b", part)
        asks = any(sign(name, one) for one in (*found[-1:], asked) for name in ("which", "leave", "ask", "yes_no"))
        if found and (named or not asks):  # do you mean Priya Nasser, who has it now?
            found[-1] = f"{found[-1]}, {part}"
        elif re.search(r"\w", part):
            found.append(part)
    return found


_IN_BRACKETS = re.compile(r" ?\((?:or|and|the|e\.g\.) [^()]*\)", re.I)
_AFTER_LEAD = re.compile(r"(?:[:;]|\s[-–—])\s+")


def _asking(part: str) -> HeardKind:
    if re.search(r", (?:should|shall) (?:i|we)\b", part, re.I):
        return "propose"  # what about the email, should I leave that empty?
    if any(sign(name, part) for name in ("asks_what", "ask", "bidden")):
        return "ask"
    if sign("leave", part):
        return "propose"
    return "propose" if has_verb(part) or atoms(part) else "ask"  # "New due date?" asks, "Add a note?" proposes


def _telling(sentence: str) -> HeardKind:
    kinds: tuple[HeardKind, ...] = ("missing", "refuse", "warn", "wait")
    return next((kind for kind in kinds if sign(kind, sentence)), "report" if reports(sentence) else "inform")


def reports(sentence: str) -> bool:
    """Whether a sentence says that something was done, not that it would be."""
    return sign("report", sentence) is not None and not sign("intends", sentence) and not _BEFORE.match(sentence)


_BEFORE = re.compile(
    r"\W*(?:just |and |so )?before (?:i|we)\b|.*\bnothing (?:has|is)\b|.*(?:\bnot|n't)\b[^.]{0,25}\byet\b", re.I
)


# -- which request a sentence is about ------------------------------------------------------------


class _Topic(NamedTuple):
    """A request, and the names and words by which it is spoken of."""

    request: Request
    names: tuple[str, ...]
    words: frozenset[str]


def _concerned(part: str, topics: Sequence[_Topic], before: str) -> str:
    """Id of the request that a sentence shares most with; where it shares nothing, that of the sentence before."""
    scores = [(_shared(part, topic), -place, topic.request.id) for place, topic in enumerate(topics)]
    best = max(scores, default=(0, 0, ""))
    if best[0] > 0:
        level = [name for score, _, name in scores if score == best[0]]
        return before if before in level else best[2]
    return before or (topics[0].request.id if topics else "")


def _shared(part: str, topic: _Topic) -> int:
    """How much a sentence shares with a request: names and values, words, and what is done."""
    request = topic.request
    names = sum(mentions(part, value) for value in topic.names)
    undoes, makes = sign("undo", part), sign("make", part)
    removes = request.intent in UNDOES
    brings = request.writes and any(brings_about(part, str(slot.value)) for slot in request.slots)
    deed = 2 * bool((undoes and removes) or brings) + bool(makes and not undoes and request.writes and not removes)
    return 3 * names + len(topic.words & words_of(part)) + deed


def _names(request: Request) -> list[str]:
    subject = [request.subject.name] if request.subject else []
    subject += subject[0].split()[:1] if request.subject and request.subject.person else []  # Ciara's most urgent one
    slots = [slot_value(slot) for slot in request.slots if slot.value is not None]
    return [name for name in dict.fromkeys([*subject, *slots]) if len(name) > 1]


@lru_cache(maxsize=1024)
def synonyms(label: str) -> tuple[str, ...]:
    """A label and the other usual words for it."""
    return (label, *forms()["labels"].get(label, ()))


@lru_cache(maxsize=4096)
def words_of(text: str) -> frozenset[str]:
    """The words of a text that say what it is about, in the singular."""
    return frozenset(singular(word) for word in normalised(text).split()) - STOP_WORDS


def slot_words(slot: Slot) -> frozenset[str]:
    """The words by which a slot is asked for."""
    called = " ".join((*synonyms(slot.label), slot.mention.noun if slot.mention else ""))
    return words_of(called)


def vocabulary(request: Request) -> frozenset[str]:
    """The words that a request is about, its values left out."""
    nouns = [request.subject.noun] if request.subject else []
    nouns += [word for ask in request.asks for word in synonyms(singular(ask))]
    nouns += [
        text for name, text in request.phrases.items() if name in ("one", "many", "measure", "superlative", "most")
    ]
    return words_of(" ".join(nouns)).union(*(slot_words(slot) for slot in request.slots))
