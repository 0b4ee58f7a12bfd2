"""What the assistant offers before it is asked for: taken by a yes, put off, or answered by what is left to say."""

import re
from collections.abc import Collection
from datetime import date

from turnwise.goals.model import Request
from turnwise.users.asked import asked_slots
from turnwise.users.choices import OR_ELSE
from turnwise.users.comparing import fits_slot, is_named_in, is_other_deed, values_of, without_names
from turnwise.users.facts import brings_about
from turnwise.users.hearing import UNDOES, Heard, offered_deed, synonyms, vocabulary, words_of
from turnwise.users.proposals import asks_leave, first_of
from turnwise.users.rivals import rival_subject
from turnwise.users.signs import sign, talk
from turnwise.users.standing import Message, Standing
from turnwise.users.turns import Reply
from turnwise.users.wording.kinds import is_day, is_person, when
from turnwise.values.atoms import atoms
from turnwise.values.dates import stamp
from turnwise.values.states import mentions

_REFERS = re.compile(r"\b(?:that|this|those|these|the same) \w+", re.I)
"""`that member`, which is not asked for by it"""
_BACK = re.compile(
    r"\b(?:it|its|that(?! (?:are|is|was|were|have|has|can|could|would|you|i)\b)|this|them|their|his|her|him)\b", re.I
)


def _moves_by(text: str, request: Request) -> bool:
    """Whether two days that a text names are as far apart as a day is to be moved: due today, which would become 16 March."""
    if request.intent != "adjust" or "days" not in request.phrases.get("how", ""):
        return False
    named = [tuple(map(int, atom.value[1:])) for atom in atoms(text) if atom.kind == "date"]
    year = max((one[0] for one in named), default=0) or 2000
    written = [f"{one[0] or year:04}-{one[1]:02}-{one[2]:02}" for one in named]
    days = [date.fromisoformat(day) for day in written if stamp(day) is not None]  # not 29 February 2026
    return any(abs((one - other).days) == request.slots[0].value for one in days for other in days)


def offers_all(text: str, request: Request) -> bool:
    """Whether a text that offers what is wanted says all there is to say of it, but for what it is about."""
    if request.writes:
        if _moves_by(text, request):
            return True
        named = request.intent not in ("link", "link_all") or any(mentions(text, v) for v in values_of(request)[:1])
        return (
            named
            and bool(request.slots or request.intent in UNDOES)
            and all(
                fits_slot(text, s)
                or brings_about(text, str(s.value))
                or (
                    s.mention is not None
                    and re.search(rf"\b(?:the|that|this) {s.mention.noun.split()[-1]}\b", text, re.I)
                )
                for s in request.slots
            )
        )
    return request.intent == "detail" and all(
        any(words_of(name) <= words_of(text) for name in synonyms(ask)) for ask in request.asks
    )


def is_offered(act: Heard, request: Request, *, same: bool = False, answers: Collection[str] = ()) -> bool:
    """Whether a question offers what is wanted next: what it is called and what is done, and nothing else in its place.

    Args:
        same: whether it is about what was just spoken of, which need not be named.
        answers: what was just told, which may be meant by `them`.
    """
    text = act.said
    if _moves_by(f"{act.context}\n{text}", request):
        return True
    longer = request.intent == "adjust" and "days later" in request.phrases.get("how", "")
    if longer and same and re.search(r"\b(?:renew|extend|prolong)", text, re.I) and not atoms(text):
        return True
    if rival_subject(text, request) or is_other_deed(text, request) or sign("send", without_names(text, request)):
        return False
    if re.search(r"\b(?:on order|reorder)\b", text, re.I) or (request.intent == "update" and sign("several", text)):
        return False
    named = same or any(mentions(text, value) for value in values_of(request))
    noun = request.subject.noun if request.subject and request.writes else ""
    named = named or bool(noun and re.search(rf"\b(?:the|that|this) {re.escape(noun)}\b", text, re.I))
    words = words_of(_REFERS.sub(" ", text))
    if request.writes and sign("look", text) and not sign("make", text) and not sign("undo", text):
        return False  # to see the status is not to set it
    if (
        request.intent in ("link", "link_all")
        and named
        and (sign("make", text) or re.search(r"\bgo (?:on|to|into)\b", text))
    ):
        return True
    if request.intent == "create":
        one = request.phrases.get("one", "")
        booked = re.search(rf"\b{re.escape(one.split()[-1][:4])}", text, re.I) if one else None  # book something
        goes_on = re.search(r"\b(?:go on|move on|carry on|continue|start|begin) (?:to|with|on)\b", text, re.I)
        called = booked if len(one.split()) == 1 else words_of(one) <= words
        return bool(called) and bool(sign("make", text) or goes_on)
    if request.intent == "difference" and (label := request.phrases.get("measure", "")):
        return bool(words_of(label) & words) or (bool(re.search(r"duration|length", label)) and "how long" in text)
    asked = words_of(" ".join((*request.asks, request.phrases.get("many", "") if not request.writes else "")))
    labels = [words_of(name) for slot in request.slots for name in synonyms(slot.label)]
    days = [day["ask"].split()[-1] for slot in request.slots if is_day(slot) and (day := when(slot.label, ""))]
    if named and any(brings_about(text, str(state)) for state in [*days, *(slot.value for slot in request.slots)]):
        return True  # shall I postpone it?
    told = [
        slot
        for slot in request.slots
        if slot.mention is not None
        and _BACK.search(text)
        and (slot.mention.name in answers or is_named_in("".join(act.context.splitlines()[-1:]), slot.mention))
    ]
    if (
        request.writes
        and (sign("make", text) or _SOMEBODY.search(text))
        and (named or told or _BACK.search(text))
        and (told or any(fits_slot(text, s) for s in request.slots))
    ):
        return True
    called = bool(asked and asked <= words) or any(label and label <= words for label in labels)
    return named and (called or bool(sign("undo", text) and request.intent in UNDOES))


_REACH = re.compile(
    r"\bcontact|\bget hold of|\bget in touch|\breach\b|\bin touch\b|\b(?:ring|call|phone|mail|email|text|write to|number)\b",
    re.I,
)
"""Words for how somebody is reached."""
_SOMEBODY = re.compile(
    r"\b(?:some(?:body|one)(?: else)?|anyone|colleague|hand (?:it|that|this|them|any)|take (?:it |that |this )?over|pass|give|(?:re)?assign\w*|(?:want|like|have|put|get) (?:him|her|them|it) (?:on|for|to|down|in))\b",
    re.I,
)

_NEW_ONE = re.compile(
    r"\b(?:new one|another|one more|(?:add|register|record|enter) (?:it|that|this)|set (?:it|one|that) up)\b", re.I
)


def leans(text: str, request: Request) -> bool:
    """Whether an offer goes the way of what is wanted next, although it does not name it: her contact details, for a phone number."""
    if request.writes and re.search(r"\b(?:give|show|tell|read) you\b", text, re.I):
        return False  # shall I give you the whole list?
    if re.search(
        r"\b(?:shall|should|can|could|want me to|like me to)(?: i)? (?:get|call|ring|phone|reach|contact)\b", text, re.I
    ):
        return False  # shall I get in touch with her?
    wanted = " ".join((*request.asks, *(slot.label for slot in request.slots)))
    if re.search(r"phone|e-?mail|address", wanted) and _REACH.search(text) and not request.writes:
        return not _of_other_contact(text, wanted)
    if request.intent == "detail" and re.search(
        r"\b(?:details?|(?<!me to )(?<!i )record|more about|look (?:it|that|him|her|them) up)\b", text, re.I
    ):
        return True
    if request.writes and any(s.mention and is_person(s.mention) for s in request.slots) and _SOMEBODY.search(text):
        return True
    if request.intent == "create" and sign("make", text) and _NEW_ONE.search(text):
        return True
    if request.intent in ("link", "link_all") and sign("make", text) and re.search(r"\b(?:any|some)\b", text, re.I):
        return True
    if request.intent == "update" and sign("make", text) and re.search(r"\bdate\b", text, re.I):
        return sum(is_day(slot) for slot in request.slots) == 1  # her leaving date is the end of it
    if request.writes and not sign("make", text):
        return False
    labels = [words_of(name) for slot in request.slots for name in synonyms(slot.label)]
    return any(label and label <= words_of(text) for label in (*labels, *(words_of(ask) for ask in request.asks)))


def _of_other_contact(text: str, wanted: str) -> bool:
    """Whether a text names a way to reach somebody, and none that is wanted: his email, where an address is."""
    kinds = [kind for kind in ("phone", "mail") if re.search(kind, text, re.I)]
    return bool(kinds) and not any(kind in wanted for kind in kinds)


def offers_contact(text: str, request: Request) -> bool:
    """Whether somebody's contact details are offered where their number or address is wanted next."""
    wanted = re.search(r"phone|e-?mail|address", " ".join(request.asks)) and not request.writes
    if _of_other_contact(text, " ".join(request.asks)):
        return False
    yours = re.search(r"\b(?:your|for you|leave|send|changed?)\b", text, re.I)
    theirs = re.search(r"\b(?:his|her|their|them|him|\w's?) (?:contact|phone|number|e-?mail|details)", text, re.I)
    return bool(wanted and theirs and _REACH.search(text)) and not yours and not names_other(text, request)


def names_other(text: str, request: Request) -> bool:
    """Whether a text has names, and none of a request among them."""
    named = set(re.findall(r"(?<=[a-z] )(?:[A-Z][\w-]+|\d+[A-Z]\b)", text)) - {"I"}
    return bool(named) and not any(name in value for name in named for value in values_of(request))


def _of_it(text: str) -> bool:
    """Whether an offer is of something to be done with what was just spoken of."""
    thing = r"\b(?:any|some)thing\b(?! else| more| further)[^?]*\b(?:on|to|with|about|for) (?:it|that|this|them|these|those|him|her|either)\b"
    return re.search(thing, text, re.I) is not None and re.search(r"\belse\b|\bor\b", text, re.I) is None


def _shares(settled: Request, wanted: Request) -> bool:
    """Whether what is wanted names something that what is settled names, or was told by it."""
    names = {*values_of(settled), *(str(answer.value) for answer in settled.checkpoint.answers)}
    mentions_of = [m for m in (wanted.subject, *(slot.mention for slot in wanted.slots)) if m is not None]
    return any(m.name in names or m.told_by == settled.id for m in mentions_of)


def drop_denials(message: Message, place: int, at: Standing) -> int:
    """Leave out what answers a question by nothing where what is asked for now answers it; how many parts are left out.

    Args:
        place: where what is asked for begins.
    """
    raised = [item.request for item in at.open if item.since == len(at.heard)]
    said = [(part, question) for part, question in message.unknown.items() if part in message.parts[:place]]
    gone = [part for part, question in said if any(_leads_to(question, at, request) for request in raised)]
    offers = [(part, offer) for part, offer in message.declined.items() if part in message.parts[:place]]
    gone += [part for part, offer in offers if any(_offers_it(offer, at, request) for request in raised)]
    for part in gone:
        message.drop(part)
    return len(gone)


def _offers_it(offer: str, at: Standing, wanted: Request) -> bool:
    """Whether an offer is, in other words, of what is asked for now: to find the owner, of whose bike it is."""
    if wanted.intent != "detail" or names_other(offer, wanted):
        return False
    theirs = re.search(r"\b(?:his|her|their|them|him)\b", offer, re.I)
    if theirs and not any(_shares(settled, wanted) for settled in at.settled[:2]):
        return False
    asks = " ".join(wanted.asks)
    owner = re.search(r"\bowner\b|\bwho (?:that|it) (?:is|belongs)\b", offer, re.I) and re.search(
        r"customer|member|tenant|owner", asks
    )
    reach = _REACH.search(offer) and re.search(r"phone|e-?mail|address", asks)
    return bool(owner or reach or (words_of(offer) - talk()) & words_of(asks))


def _leads_to(question: str, at: Standing, wanted: Request) -> bool:
    """Whether a question comes close to what is wanted, so that to ask for this answers it: who'll be playing?"""
    if re.search(
        r"\b(?:when|how (?:many|much|long)|what (?:date|day|time|price)|what(?:'s| is) (?:it|his|her|their|the))\b",
        question,
        re.I,
    ):
        return bool(asked_slots(question, wanted))
    if re.search(r"\bwho (?:should|shall|will|would)\b", question, re.I):
        return wanted.intent == "link" or any(slot.mention and slot.mention.person for slot in wanted.slots)
    if re.search(
        r"\b(?:does|do|did) (?!you\b)[\w ]{2,20} (?:know|want)\b|\bknow anything about\b|\bon purpose\b", question, re.I
    ):
        return False  # does the customer know?
    has = re.search(r"\b(?:do you have|have you got|got) (?:an?|one|any|it|them|his|her|their)\b", question, re.I)
    if has and not re.search(r"\b(?:in mind|planned|for (?:him|her|them|it))\b", question, re.I):
        return bool(asked_slots(question, wanted))
    near = vocabulary(wanted) | words_of(" ".join(values_of(wanted)))
    shares = wanted.writes and any(_shares(settled, wanted) for settled in at.settled[:2])
    return shares or bool((words_of(question) - talk()) & near)


def answer_to_offer(text: str, at: Standing) -> str:
    """The form by which a next request answers an offer of more: yes to anything else, no to any more tracks; else empty."""
    if re.search(r"\bis there (?:anything|something) to \w+", text, re.I) or sign("send", text):
        return "no_but"  # is there anything to sort out for them?
    other = not any(_shares(settled, wanted) for settled in at.settled[:3] for wanted in at.upcoming[:1])
    of_it = _of_it(text) or _of_it(re.sub(r"\b(?:the|that|this) \w+", "it", text))
    if other and of_it:
        return "no_but"  # is there something you'd like to put on it?
    if not other and sign("make", text) and of_it:
        return "next_of_it"  # would you like to change anything about it?
    if sign("which", text) or (sign("more_about", text) and not re.search(r"\bor\b.*\b(?:else|other)\b", text, re.I)):
        return ""  # what's next? Anything about that booking? What comes next says it
    if sign("more_of", text):
        return "no_more_of"
    if re.search(
        r"\bor (?:(?:is|was) (?:that|this|it) (?:it|all|everything)|are we (?:done|finished|all set))\b", text, re.I
    ):
        return "not_all"  # if you need more on this, I can look; or was that all?
    if re.search(r"\b(?:is|was|will) (?:that|this|it)(?: be)? (?:it|all|everything)\b", text, re.I) and not re.search(
        r"\bor\b|\belse\b", text, re.I
    ):
        return "not_all"
    done = sign("make", text) or re.search(r"\bdone (?:with|about|to)\b", text, re.I)
    if done and not any(wanted.writes for wanted in at.upcoming[:1]):
        return ""  # anything you'd like changed?
    other = any(names_other(text, wanted) for wanted in at.upcoming[:1])
    return "" if other else "next_asked"  # do you want anything booked in for Hector?


def accepts(text: str) -> Reply:
    """A yes to an offer: to the first, where the question offers another thing besides."""
    first, *others = OR_ELSE.split(text)
    if others and not re.match(r"\W*(?:not|something|anything)\b", others[0], re.I):
        meant = next((part for part in (first, *others) if asks_leave(part)), first)
        deed = offered_deed(meant) if meant is not first else ""
        return Reply("choose", "choose", text=deed) if deed else first_of(first)
    own = re.search(r"\b(?:do|would|did) you (?:want|like|need) to\b", text, re.I)
    return Reply("confirm", "agree" if own else "accept_offer")  # do you want to put another one on it?
