"""What a question of the assistant asks for: values of a request, which one it is about, or nothing in particular."""

import re
from collections.abc import Sequence, Set

from turnwise.goals.model import Request, Slot
from turnwise.users.comparing import MONEY, fits_slot, values_of, without_names
from turnwise.users.hearing import synonyms, vocabulary, words_of
from turnwise.users.signs import sign, talk, words_in
from turnwise.users.wording.kinds import counted, is_person
from turnwise.values.dates import stamp
from turnwise.values.text import STOP_WORDS, normalised
from turnwise.values.words import singular

_LENGTH = re.compile(r"duration|length|minutes|hours|days|weeks|months|period")
TROUBLES = ("problem", "fault", "issue", "complaint", "reason for visit")
_PLACE = re.compile(r"city|town|address|street|branch|hall|room|location|place|country|building|site|area|venue")


def asked_slots(text: str, request: Request) -> tuple[Slot, ...]:
    """The slots whose values a question asks for: those that it names, else those of the kind it asks for."""
    unsaid = [slot for slot in request.slots if not fits_slot(text, slot)]
    if re.match(r"\W*(?:and |so |but )?whose\b", text, re.I):
        return tuple(slot for slot in unsaid if slot.mention is not None and is_person(slot.mention))
    if sign("what_trouble", text) and (trouble := [slot for slot in unsaid if slot.label in TROUBLES]):
        return tuple(trouble)
    by_kind = tuple(slot for slot in unsaid if _is_asked_by_kind(slot, text, request))
    if re.match(r"\W*(?:and |so |but )?(?:by |from |until )?(?:where|when)\b", text, re.I):
        return by_kind  # where is she picking up the book?
    by_name = tuple(slot for slot in unsaid if _is_named(slot, text, request))
    if re.match(r"\W*(?:and |so |but )?how (?:many|much)\b", text, re.I):
        by_name = tuple(slot for slot in by_name if isinstance(slot.value, int | float))
    whole = tuple(slot for slot in by_name if re.search(rf"\b{re.escape(slot.label)}s?\b", text, re.I))
    heads = {slot.label.split()[-1] for slot in whole}  # the last name, not the first one
    by_name = tuple(slot for slot in by_name if slot in whole or slot.label.split()[-1] not in heads)
    if sign("who_is_it", text) and stray(re.sub(r"\bin mind\b", "", text), request) - words_in("anyone"):
        return by_name
    return (*by_name, *(slot for slot in by_kind if slot not in by_name))  # the price, and how long it lasts


def _is_named(slot: Slot, text: str, request: Request) -> bool:
    names = {re.split(r" (?:per|in|of|for|on|at) ", normalised(name))[0] for name in synonyms(slot.label)}
    names -= {"number"} if "number" not in slot.label else set()  # of pages
    names |= {"sort", "kind", "type"} if slot.label.split()[-1] in ("type", "kind", "category") else set()
    if slot.label == "name" and re.search(r"\w's name\b", text) and request.intent == "create":
        return False  # the owner's name is not its name
    titled = slot.mention is not None and not (slot.mention.numbered or is_person(slot.mention))
    names |= {"title"} if titled and not _PLACE.search(slot.label) else set()
    names |= {name.replace(" ", "") for name in names}  # the username
    own = vocabulary(request) | talk() | STOP_WORDS | words_in("plain")
    stems = {word[:5] for word in normalised(slot.label).split() if len(word) > 6}
    if slot.mention is not None and stems & {word[:5] for word in normalised(text).split()}:
        return True  # who is supplying it?
    return any(asks_for(part, name, own) for part in re.split(r"[,;]\s", text) for name in names if name)


def asks_for(text: str, name: str, own: Set[str]) -> bool:
    """Whether a text names something by the last word of its name, as itself: not the frame number for a number, not the bike type for a bike."""
    words = [singular(word) for word in normalised(text).split()]
    parts = [singular(word) for word in name.split()]
    for place, word in enumerate(words):
        if word != parts[-1]:
            continue
        before, after = words[place - 1] if place else "", words[place + 1] if place + 1 < len(words) else ""
        of = after in words_in("measures") and after not in parts
        of = of or (
            words[place - 2 : place - 1] in (["of"], ["in"], ["on"], ["for"], ["with"], ["at"])
            and before in ("the", "this", "that")
            and words[place - 3 : place - 2] not in (["title"], ["name"], ["description"], ["nature"])
        )
        of = of or (word == "date" and after == "of" and words[place + 2 : place + 3] == ["birth"])
        if not of and (not before or before in own or before in parts):
            return True
    return False


def _is_asked_by_kind(slot: Slot, text: str, request: Request) -> bool:
    value, label = slot.value, slot.label
    number = isinstance(value, int | float)
    if re.search(r"\bcalled\W*$", text, re.I):
        return label.split()[-1] in ("name", "title")
    if sign("how_long", text):
        return bool(_LENGTH.search(label))
    if many := re.search(r"\bhow many(?: more| of)?\b\W*(\w*)", text, re.I):
        counts = bool(re.search(r"quantity|stock|number|copies|count|seats", label)) or many[1].lower() in label.split()
        return number and counts and words_of(many[1]) <= words_of(label) | vocabulary(request) | talk()
    if sign("how_much", text):
        return number and bool(MONEY.search(label))
    if sign("how_urgent", text):
        return label in ("priority", "urgency")
    if sign("when", text):
        return isinstance(value, str) and stamp(value) is not None
    if sign("who", text):
        return slot.mention is not None and is_person(slot.mention)
    return bool(re.search(r"\bwhere\b", text, re.I) and _PLACE.search(label))


def asked_loosely(text: str, request: Request, slots: Sequence[Slot]) -> tuple[Slot, ...]:
    """Those of the slots that a question may ask for in words of its own: which concert, of an event; how many tickets, of seats."""
    if len(slots) == 1 or request.intent == "update" or is_general(text, request):
        return tuple(slots)
    things = re.search(r"\b(?:which|what|name|title)\b", text, re.I) is not None
    rows = [slot for slot in slots if things and slot.mention is not None and not is_person(slot.mention)]
    counts = [
        slot for slot in slots if isinstance(slot.value, int) and "how many" in text.lower() and counted(slot.label)
    ]
    return (*rows[:1], *counts[:1])


def asks_subject(text: str, request: Request) -> bool:
    subject = request.subject
    if subject is None or (subject.numbered and re.match(r"\W*(?:and |so )?whose\b", text, re.I)):
        return False  # whose payment was it?
    noun, called = re.escape(subject.noun), "(?:number|no\\.|id|reference|code)" if subject.numbered else "name"
    if re.search(rf"\b{noun}(?:'s)? {called}\b|\b{called} (?:of|for|on) (?:the|that|this|your) {noun}\b", text, re.I):
        return True  # do you have the number of the fine?
    if re.match(r"\W*(?:and |so )?whose\b", text, re.I) and not stray(text, request):
        return True  # whose number is it?
    own = vocabulary(request) | talk() | STOP_WORDS | words_in("plain")
    if sign("which_or_what", text) and asks_for(text, normalised(subject.noun), own):
        return True
    kind = subject.noun.split()[0] if subject.numbered else ""
    if kind != subject.noun and kind and re.search(rf"\b(?:which|what) {re.escape(kind)}\b", text, re.I):
        return True  # which repair, of a repair request?
    if any(re.search(rf"\b(?:which|what|who) {re.escape(part)}\b", text, re.I) for part in subject.name.split()):
        return True  # which Campos?
    strange = stray(text, request) - words_in("measures")  # whose number is it?
    strange = frozenset(word for word in strange if not (request.writes and sign("make", word)))  # who is moving?
    bears = request.intent in ("link", "unlink") and re.search(r"\bwho (?:should|shall|will|would)\b", text, re.I)
    someone = is_person(subject)
    return bool(
        sign("which_of", text) or (someone and (bears or (subject.person and sign("who", text) and not strange)))
    )


def is_general(text: str, request: Request) -> bool:
    """Whether a question asks for nothing in particular: `what should I change it to?`, `what are the details?`."""
    asking = re.split(r"[,;:–-]\s+(?=(?:what|which|how)\b)", text, flags=re.I)[-1]  # it's card now, what should it be?
    return not stray(asking, request) and not re.search(
        r"\b(?:who|whom|whose|when|where|how (?:many|long|much))\b", asking, re.I
    )


def stray(text: str, request: Request) -> frozenset[str]:
    """The words of a question that belong neither to the request nor to any question."""
    own = words_of(" ".join(values_of(request)))
    return words_of(without_names(text, request)) - vocabulary(request) - talk() - own


_PREPOSITIONS = frozenset(["in", "by", "with", "on", "for", "at", "to", "from"])


def apart(options: Sequence[str]) -> list[str]:
    """Options without what a question says before the first: is Gene joining | as a friend, a patron, or neither?"""
    if len(options) < 2:
        return list(options)
    first, *others = options
    words, joint = first.split(), others[0].split()[0].lower()
    shared = max((n for n, word in enumerate(words) if word.lower() == joint), default=-1)
    if shared >= 0:  # become | a friend or a patron, put her | on that one or on all of them
        return [" ".join(words[shared:]), *others]
    last = max((n for n, word in enumerate(words) if word.lower() in _PREPOSITIONS), default=-1)
    if joint in _PREPOSITIONS and last >= 0:  # paid | in cash or by card
        return [" ".join(words[last:]), *others]
    longest = max(len(option.split()) for option in others)
    asks = sign("yes_no", first) or sign("leave", first) or re.match(r"\W*(?:whether|if)\b", first, re.I)
    tail = re.sub(r"^[A-Z]\w+ (?=\w+ing\b|wants?\b|needs?\b|prefers?\b)", "", " ".join(words[-longest - 1 :]))
    return [tail if asks else first, *others]
