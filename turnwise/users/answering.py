"""What a user says to a question: what is asked is compared with what it wants, and nothing is agreed to for its form.

Each function takes one dialogue act and the request that it concerns, and returns one `Reply`. What is not part of the
request the user has no opinion on: it does not mind, or it does not know.
"""

import re
from collections.abc import Sequence

from turnwise.goals.model import Mention, Request, Slot
from turnwise.users.asked import asked_slots, asks_subject, is_general
from turnwise.users.choosing import amount_of, undoing
from turnwise.users.comparing import fits, fits_slot, is_named_in
from turnwise.users.facts import slot_value
from turnwise.users.hearing import UNDOES, Heard, words_of
from turnwise.users.oneself import about_oneself
from turnwise.users.proposals import answer_proposal
from turnwise.users.signs import has_verb, sign
from turnwise.users.turns import LABELLED, Reply
from turnwise.values.dates import stamp

_SUGGESTS = re.compile(r"(?:[,:;]|\s[-–—])\s*(?=(?:just|only|so|is it|is that|maybe|perhaps)\b)", re.I)
"""Where a question goes on to suggest what may be its answer."""


def answer_question(act: Heard, request: Request, withheld: Sequence[Slot]) -> Reply:
    """The answer to a question for something: the values it asks for, what it is about, or that there is no opinion."""
    text = act.said
    stated = tuple(slot for slot in request.slots if fits_slot(text, slot))
    if (meant := _SUGGESTS.search(text)) and fits(suggested := text[meant.end() :], request):
        return answer_proposal(act._replace(said=suggested), request)  # what changes: just the street, 8 Mill Lane?
    if stated and sign("of_what", text):
        return Reply("supply", "supply", stated, LABELLED)  # 3 days for what?
    if sign("why", text):
        return Reply("explain", "explain")
    days = [day for slot in request.slots if (day := stamp(slot_value(slot))) is not None and fits_slot(text, slot)]
    if days and re.search(r"\b(?:which|what|need the) year\b", text, re.I):
        return Reply("choose", "choose", text=str(days[0][0]))  # which year is 22 December?
    if re.search(
        r"\b(?:whether|if) (?:the|it|there(?!(?: is|'s| are) (?:one|any))|that|this|they|he|she)\b", text, re.I
    ):
        return Reply("dont_know", "not_that_i_know")
    left_open = act.context and sign("left_open", act.context.splitlines()[-1])
    if left_open and sign("which_of", text):
        return Reply("dont_mind", "leave_open")  # I need the city, or I can leave that blank: which do you prefer?
    asked = asked_slots(text, request)
    if request.intent in UNDOES and sign("which_of", act.said) and (deed := undoing(act.context)):
        return Reply("choose", "choose", text=deed)
    takes_over = asked and re.search(r"\bwho (?:should|shall|will|would)\b", text, re.I)  # whoever has it is named, too
    if not takes_over and sign("which", text) and (chosen := _chosen(act, request, withheld)):
        return chosen
    if asked:
        return Reply("supply", "supply", asked)
    if sign("bidden", text) and request.subject is not None:
        return Reply("supply", "supply_subject")  # could you check the name?
    if "?" in text and len(text.split()) < 5 and not has_verb(text) and fits(text, request) and not sign("which", text):
        return answer_proposal(act, request)  # for Warmhearth Heating?
    open_slots = tuple(withheld or request.slots)
    form = "" if len(withheld) == 1 and sign("its_value", text) else LABELLED
    if sign("more", text):
        return Reply("supply", "supply", open_slots, form) if open_slots else Reply("explain", "only_that")
    if sign("do_you_have", text):
        return Reply("dont_know", "dont_have")
    guess = re.search(r"\b(?:what|when|which|how|who)\b.*, ?([^,?]{1,30})\?\W*$", text, re.I)
    if guess is not None and any(fits_slot(guess[1], slot) for slot in stated):
        return Reply("confirm", "confirm_right")  # when was it finished, today?
    if request.intent in ("children", "find") and words_of(" ".join(request.asks)) & words_of(text):
        return Reply("choose", "choose_all")
    if asks_subject(text, request):
        return Reply("supply", "supply_subject")
    if open_slots and is_general(text, request):
        return Reply("supply", "supply", open_slots, form)
    if personal := about_oneself(text, request):
        return personal
    if "?" in text and not sign("which", text) and fits(text, request):
        return answer_proposal(act, request)  # Robert Brown in Toronto?
    return _no_opinion(text, request)


def _chosen(act: Heard, request: Request, withheld: Sequence[Slot]) -> Reply | None:
    """The answer to `which one?`: the value or the name among those that were offered in the sentences before."""
    near = "\n".join([*act.context.splitlines()[-2:], act.said, *act.after.splitlines()[:2]])
    offered = [slot for slot in request.slots if fits_slot(near, slot)]
    list_of = act.context.splitlines()[-1].partition(": ")[2] if act.context else ""
    if (
        sign("which_of", act.said)
        and len(offered) == 1
        and list_of
        and not fits_slot(f"{list_of} {act.said}", offered[0])
    ):
        return None if offered[0] in withheld else Reply("dont_mind", "no_preference")  # the third row, or the ninth?
    if sign("which_of", act.said) and len(offered) == 1:
        amount = amount_of(near, offered[0])
        return Reply("choose", "choose", text=amount) if amount else Reply("choose", "choose", (offered[0],))
    subject = request.subject
    if subject is None or subject.told_by:
        return None
    rows = tuple(slot for slot in withheld if slot.mention is not None)
    if len(rows) == 1 and not offered and sign("which_of", act.said) and is_named_in(act.context, subject):
        return Reply("supply", "supply", rows)  # she has Jane; the others are Margaret and Steve: which of them?
    nouns = words_of(subject.noun) | ({"who"} if subject.person else set())
    wh = re.search(r"\b(?:which|whose)\b(?: \w+){1,3}|\bwho\b", act.said, re.I)
    asked = words_of(wh[0]) | {wh[0].lower()} if wh else frozenset()
    listed = any(slot.mention is not None and is_named_in(near, slot.mention) for slot in request.slots)
    if not listed and not _tells_apart(near, subject):
        return Reply("dont_know", "unsure_which" if subject.me else "only_the_name")
    meant = (nouns & asked or re.search(r"\bwhich (?:one|of)\b", act.said, re.I)) and is_named_in(near, subject)
    return Reply("choose", "choose", text=subject.name) if meant else None


def _tells_apart(text: str, subject: Mention) -> bool:
    """Whether those that a text calls alike have names of their own, such as two of one family."""
    name = re.escape(subject.name)
    same = rf"\b(?:called|named)\W+{name}|\b(?:that|the same|this|by) name\b|\bthe name {name}|\b(?:two|three|several|\d+) {name}"
    return re.search(same, text, re.I) is None


def _no_opinion(text: str, request: Request) -> Reply:
    asked = words_of(" ".join((*request.asks, *(answer.label for answer in request.checkpoint.answers))))
    if asked & words_of(text) and request.subject is not None:  # that is what it wants to know itself
        return Reply("supply", "supply_subject")
    if sign("of_what_is", text):  # nobody has a preference
        return Reply("dont_know", "dont_know")
    if request.writes and sign("count", text):
        return Reply("dont_mind", "just_one")
    free = request.intent != "update" or sign("what_to_do", text)
    if request.writes and free and not sign("identity", text):
        return Reply("dont_mind", "dont_mind")
    own = re.search(r"\byour\b|\b(?:requires?|insists?|asks for)\b", text, re.I)
    return Reply("dont_know", "not_to_hand" if own else "dont_know")
