"""What a user says to a proposal: yes only where its values are what it wants, else what is wrong with it."""

import re
from collections.abc import Sequence

from turnwise.goals.model import Request, Slot
from turnwise.users.asked import asked_slots, stray
from turnwise.users.choices import OR_ELSE, as_planned, options_of
from turnwise.users.comparing import (
    TOTAL,
    deeds_of,
    fits_slot,
    is_named_in,
    is_other_deed,
    left_unsaid,
    says_what,
    values_of,
    without_names,
)
from turnwise.users.facts import slot_value
from turnwise.users.hearing import UNDOES, Heard, offered_deed, slot_words, vocabulary, words_of
from turnwise.users.oneself import about_oneself, besides_me, has_moved, still_so
from turnwise.users.rivals import is_rivalled, other_number, rival_subject
from turnwise.users.signs import has_verb, sign, words_in
from turnwise.users.turns import Reply
from turnwise.values.atoms import atoms
from turnwise.values.dates import stamp
from turnwise.values.states import mentions

_ASKS = r"\s+(?=(?:is|are|was|were|do|does|did|has|have|had|will|would|shall|should|can|could|may)\b)"
_ASKS_AFTER = re.compile(
    rf"(?:[:;]|\s[-–—]){_ASKS}|^\W*(?:as|since|because|now that|given that|while|seeing) (?!it is\b)[^?]*?,{_ASKS}",
    re.I,
)
"""Where a sentence that has told something goes on to ask: before I change that: is it for good?"""


def asked_after(act: Heard) -> Heard:
    """A question without what its own sentence has told before it, which stands in its context then."""
    asks = _ASKS_AFTER.search(act.said)
    if asks is None:
        return act
    rest, context = act.said[asks.end() :], f"{act.context}\n{act.said[: asks.end()]}"
    if act.kind == "ask" and OR_ELSE.search(rest) and asks_leave(rest):  # what should happen to it: shall I ...?
        act = act._replace(kind="choose", options=tuple(options_of(rest)))
    return act._replace(said=rest, context=context)


_LIKENED = re.compile(
    r", (?:like|as with|the same as|as for) (?:your|the|his|her|their) (?:other |last )?\w[^:;.,?]*"
    r"|, (?:and |but )?not (?:the )?(?-i:[A-Z])[^:;.,?]*",
    re.I,
)
"""What something is likened to, or told from: unreserved, like your seats for another show; them, and not the others."""


def day_called(options: Sequence[str], request: Request) -> str:
    """The label of the one day of a request that one of two options names; empty where it is none, or more."""
    if any(re.search(r"\b(?:another|other|different)\b", option, re.I) for option in options):
        return ""  # 23 March, or another date?
    if not re.search(r"\b(?:when|days?|dates?)\b", " ".join(options), re.I):
        return ""  # for the invoice, or for good?
    days = [(slot.label, slot_words(slot) - words_in("measures")) for slot in request.slots if stamp(slot_value(slot))]
    named = [label for label, own in days if own and sum(own <= words_of(option) for option in options) == 1]
    return named[0] if len(named) == 1 else ""


_STARTS_AS = re.compile(r"\W*(?:also,? |and |so )?should (?:it|they|he|she|that) (?:start|begin|be|go)\b", re.I)
_AS_IT_IS = re.compile(r"\b(?:like (?:this|that)|create it|go ahead|enter it|book it|add it|save it)\b", re.I)


def answer_proposal(act: Heard, request: Request, *, refused: bool = False) -> Reply:
    """Yes, where what is proposed is what the user wants; else what is wrong with it.

    Args:
        refused: whether it comes instead of what was asked for: then it has to hold what is wanted to be taken.
    """
    sentence = act.said
    summed = TOTAL.search(f"{act.context} {act.said}") is not None
    if not any("total" in slot.label for slot in request.slots):
        act = act._replace(said=TOTAL.sub("", act.said), context=TOTAL.sub("", act.context))
    act = act._replace(context=_LIKENED.sub("", act.context), said=_LIKENED.sub("", act.said))
    if request.intent != "adjust":
        act = asked_after(act)
    first, *others = OR_ELSE.split(act.said)
    deeds = [part for part in (first, *others) if sign("delete", part)]
    if others and request.intent in UNDOES and len(deeds) == 1 and (deed := offered_deed(deeds[0])):
        return Reply("choose", "choose", text=deed)  # leave it there, or should I delete it completely?
    if not (others or deeds) and request.intent == "delete" and sign("instead", act.said):
        return Reply("decline", "plainly", text="no, delete it")  # wouldn't you rather mark it as lost?
    if others:
        wanted = asked_slots(others[0], request)
        if wanted and re.search(r"\b(?:is|are) there\b|\b(?:do|have) you (?:have|got)\b", others[0], re.I):
            return Reply(
                "supply", "supply", wanted
            )  # should somebody in particular take it, or is there a date to note?
        alone = (
            re.search(r"\bfor (?:this|that|the) \w+\b", others[0], re.I)
            if re.search(r"\b(?:only|just)\b", others[0], re.I)
            else None
        )
        if alone and re.search(r"\b(?:also|too|as well)\b", first, re.I):
            return Reply(
                "choose", "choose", text=f"just {alone[0]}"
            )  # is it the new address, too, or for this one only?
        if day := day_called((first, others[0]), request):
            return Reply("choose", "choose", text=f"the {day}")
        waits = re.search(r"\b(?:ask|check with|talk to|wait)\b", others[0], re.I)  # or would you rather ask him first?
        second = [slot for slot in besides_me(request) if fits_slot(others[0], slot) and not waits]
        second = [slot for slot in second if not isinstance(slot.value, int) or any(a.number for a in atoms(first))]
        whole_of = re.search(r"\b(?:all|the only thing)(?: (?:that|you|there))?(?:'s| is| need| want)\b", first, re.I)
        if whole_of and len(request.slots) == 1 and slot_words(request.slots[0]) & words_of(first):
            return Reply("choose", "choose", text=f"just the {request.slots[0].label}")  # is the phone all that's new?
        if len(second) == 1:
            kept = as_planned(others[0])
            return Reply("choose", "choose", text=kept) if kept else Reply("choose", "choose", (second[0],))
        same = re.search(r"\bas well\b", first) and re.search(r"\b(?:new|another|different)\b", others[0])
        if same and request.intent in ("update", "adjust"):
            return Reply("dont_mind", "just_that")  # is that in Porto as well, or is there a new city?
        if sign("as_it_is", first):
            asked = asked_slots(others[0], request)
            if asked and not any(fits_slot(first, slot) for slot in asked):
                return Reply("supply", "supply", asked)  # or did you have another level in mind?
            return Reply("confirm", "the_same")  # does he stay in Fort Worth, or does the city change, too?
        stated = [slot for slot in besides_me(request) if fits_slot(first, slot)]
        state = len(stated) == 1 and stated[0].mention is None and slot_value(stated[0]).islower()
        if state and not asks_leave(first):
            return Reply("choose", "choose", (stated[0],))  # is it to be active again, or is she going to be suspended?
        deed = offered_deed(others[0])
        if re.match(r"(?:leave|keep)\b", deed, re.I) and not any(fits_slot(first, slot) for slot in request.slots):
            return Reply("choose", "choose", text=deed)  # did you mean another day, or should I leave it as it is?
        if re.search(
            r"\b(?:does|is|would) (?:that|this|it|the \w+) (?:suit|work|ok|okay|fine|all right|do|be (?:all right|fine|ok))\b",
            first,
            re.I,
        ):
            return Reply("confirm", "fine")  # does that suit, or do you want another day?
        act = act._replace(said=f"{first}?")
    steps = request.intent == "adjust"  # from where to where it goes counts
    lines = act.context.splitlines()
    if asks_leave(act.said):
        lines = [line for line in lines if not sign("done", line)]  # what was done is not what is proposed
    made = request.slots if request.intent == "create" else ()  # nothing of what is new was so far
    context = "\n".join(
        line for line in lines if steps or not sign("so_far", line) or any(fits_slot(line, slot) for slot in made)
    )
    whole = f"{context}\n{act.said}"
    asks = asked_after(act).said
    plain = sign("yes_no", asks) is not None and not sign("leave", asks)
    apart = plain and re.search(r"\b(?:that|this|it|you)\b", act.said, re.I) is None  # is the copy there already?
    own = act.said if apart or says_what(act.said, request) else whole
    would = "\n".join([*(line for line in context.splitlines()[-1:] if sign("intends", line)), act.said])
    strange, named = stray(act.said, request), asked_slots(act.said, request)
    if named and re.search(r"\b(?:another|a different|is there (?:an?|any))\b", act.said, re.I):
        return Reply("supply", "supply", named)  # did you mean another year? is there a note to go with it?
    if personal := about_oneself(sentence, request):
        return personal
    if len(request.slots) == 1 and sign("someone", act.said) and not fits_slot(whole, request.slots[0]):
        return Reply("confirm", "yes_value", request.slots)  # shall I assign someone?
    lacking = tuple(s for s in request.slots if _is_lacking(context, s) and not fits_slot(whole, s))
    if lacking and asks_leave(act.said) and request.intent == "create":
        form = "confirm_but" if _AS_IT_IS.search(act.said) else "yes_value"  # no promoter: shall I create it like that?
        return Reply("correct" if form == "confirm_but" else "confirm", form, lacking)
    unnamed = tuple(s for s in request.slots if _is_any(act.said, s) and not fits_slot(whole, s))
    if asks_leave(act.said) and len(unnamed) == 1 and not re.search(r"[a-z,] [A-Z][a-z]", act.said):
        return Reply("confirm", "yes_value", unnamed)  # should I put down a librarian as its curator?
    if re.search(r"\b(?:a|any|anyone in) (?:particular|specific|certain)\b", act.said, re.I) and not named:
        return Reply("dont_mind", "no_preference")  # should a particular mechanic take it?
    someone = re.search(r"\b(?:some|any)(?:one|body)\b", act.said, re.I) and asks_leave(act.said)
    if someone or (sign("send", without_names(act.said, request)) and not sign("send", " ".join(vocabulary(request)))):
        return Reply("decline", "unchanged" if _CHANGED.search(act.said) else "decline_extra")
    if (namesake := _namesake(f"{context} {act.said}", request)) and (
        sign("is_it", act.said) or sign("means", act.said)
    ):
        return Reply("correct", "not_that_subject", text=namesake)
    if request.subject is not None and (
        (sign("is_that_one", act.said) and is_named_in(_found(context), request.subject))
        or (sign("means", act.said) and is_named_in(act.said, request.subject) and not sign("make", act.said))
    ):
        return Reply("confirm", "confirm_right")
    if request.intent in ("update_all", "link_all") and (sign("extra", act.said) or sign("several", act.said)):
        return Reply(
            "confirm", "both" if re.search(r"\bboth\b", act.said, re.I) else "choose_all"
        )  # the ready one, too?
    called = any(mentions(act.said, value) for value in values_of(request))
    if request.writes and re.search(r"\b(?:all|both|the (?:two|three|four))\b.*\btogether\b", act.said, re.I):
        return Reply("confirm", "confirm")  # should all five seats move together?
    if (rival := rival_subject(own, request)) and not is_other_deed(would, request):
        return Reply("correct", "not_that_subject", text=rival)
    if sign("checks_it", act.said) and not refused:
        wrong = any(is_rivalled(own, slot, request) for slot in request.slots) or is_other_deed(would, request)
        if not wrong:
            return Reply("confirm", "confirm_right")  # are they really the ones you want on it?
    if not request.writes:
        plainly = deeds_of(would, request)
        changes = sign("undo", plainly) or (sign("make", plainly) and not sign("look", plainly))
        if changes and not sign("right", act.said):
            return Reply("decline", "decline_change")
        if asks_leave(act.said) and sign("look", act.said):
            return Reply("confirm", "confirm")  # shall I look up the owner?
        if plain and strange and not called:
            return Reply("dont_know", "not_that_i_know")
        if strange and sign("means", act.said) and not called:
            return Reply("decline", "no_need")  # or did you mean the next one?
        if strange - words_in("read") and not called:
            return Reply("decline", "no_need") if asks_leave(act.said) else Reply("dont_know", "dont_know")
        return Reply("confirm", _yes_to(act.said))
    if is_other_deed(would, request):
        if plain and not asks_leave(act.said):
            return Reply("dont_know", "not_that_i_know")  # will it be taken out of the hall for that?
        return Reply("decline", "not_that_deed")
    if meant := other_number(act.said, request):
        return Reply("correct", "not_that_value", (meant,))
    said = lines[-1] if lines else ""  # 49 in cash; they'd get 15.80 back then, wouldn't they?
    read_back = {
        slot.label
        for slot in request.slots
        if not steps and isinstance(slot.value, int | float) and fits_slot(said, slot)
    }
    rivalled = (slot for slot in request.slots if slot.label not in read_back and is_rivalled(own, slot, request))
    if re.search(r"\byou (?:didn't|don't|did not|do not) mean (?:those|that|it|this|them)\b", act.said, re.I):
        return Reply("decline", "not_meant")
    if wrong_slots := tuple(rivalled):
        return Reply("correct", "not_that_value", wrong_slots[:2])
    if re.search(r"\b(?:all right|ok(?:ay)?|fine|good) (?:with|for|by) you\W*$", act.said, re.I) and not refused:
        return Reply("confirm", "fine")  # unreserved all right with you?
    if sign("instead", own) and not refused and not any(mentions(own, v) for v in values_of(request)):
        days = tuple(slot for slot in request.slots if stamp(slot_value(slot)))  # Friday the 10th instead?
        return Reply("correct", "not_that_value", days[:1]) if days else Reply("decline", "just_that")
    goes_on = re.search(
        r"\b(?:go ahead|proceed|all the same|anyway|do (?:it|that|this) now|are you sure)\b", act.said, re.I
    )
    if refused and not goes_on and not any(mentions(whole, value) for value in values_of(request)):
        return Reply("decline", "decline_alternative")
    if named and sign("verify", act.said):
        return Reply("supply", "supply", named)  # it asks for the value itself: "Could you confirm the due date?"
    some = re.search(r"\b(?:any|some) (\w+)", act.said) if asks_leave(act.said) else None
    stated = [slot for slot in request.slots if fits_slot(sentence, slot) and not fits_slot(act.said, slot)]
    if any(slot_words(slot) & words_of(act.said) for slot in stated):
        return Reply("confirm", "confirm_right")  # 8 Mill Lane: is that her new address, too?
    if plain and re.search(r"\b(?:still|unchanged|up to date)\b", act.said, re.I) and not called:
        return still_so(request)  # is your email still good as well?
    happens = re.match(r"\W*(?:did|has|have|does) (?!you\b|that\b|this\b|it\b)", act.said, re.I)
    if plain and not others and happens and not has_moved(act.said, request):
        return Reply("dont_know", "not_that_i_know")  # did he give you a postal code, too?
    if not plain and request.intent == "create" and _STARTS_AS.match(act.said) and not named:
        return Reply("confirm", "fine")  # should it start out as announced?
    if (sign("extra", act.said) or (some and words_of(some[1]) & strange)) and not called:
        return Reply("decline", "unchanged" if _CHANGED.search(act.said) else "decline_extra")
    checked = re.search(
        r"\b(?:is|are|was) (?:the|that|this|it|his|her|their)\b[\w ]{0,20}\b(?:right|correct|spelt|spelled)\b", act.said
    )
    if plain and (checked or (sign("right", act.said) and atoms(act.said))):
        return Reply("confirm", "confirm_right")  # is 8 pm right?
    dated = any(stamp(slot_value(slot)) for slot in request.slots)
    if plain and request.intent == "create" and not dated and re.search(r"\btoday\b", act.said, re.I):
        return Reply("confirm", "confirm_right")  # was it paid today?
    if plain and not others and (has_moved(act.said, request) or sign("just_one", act.said)):
        return Reply("confirm", "confirm_right")
    if plain and not named and not called:
        so = re.search(r"\bonly\b", act.said) or re.match(
            r"\W*(?:then|if so)\b(?!,? (?:which|what|when|where|who)\b)", act.after, re.I
        )
        return Reply("confirm", "think_so") if so else Reply("dont_know", "not_that_i_know")
    of_one = re.search(r"\bstill\b", act.said, re.I) and any(
        fits_slot(act.said, slot) for slot in request.slots
    )  # still under locks?
    checks = not of_one and (asks_leave(act.said) or sign("right", act.said))
    of_one = of_one or (sign("right", act.said) and bool(atoms(act.said)))  # is 20:00 right?
    if not summed and checks and not of_one and (unsaid := left_unsaid(whole, request)):
        return Reply("correct", "confirm_but", unsaid)
    if sign("warn", whole):
        return Reply("confirm", "confirm_anyway")
    if others and not has_verb(first) and (deed := offered_deed(others[0])):
        return Reply("choose", "choose", text=deed)  # any preference, or shall I leave it open?
    if others and asks_leave(first):
        return first_of(first)
    if others and strange and not (asks_leave(act.said) or named or called):
        return Reply("dont_know", "unsure")  # has it been dropped off, or is it still to come?
    return Reply("confirm", _yes_to(act.said))


def first_of(offer: str) -> Reply:
    """Yes to the first of two things that are offered: delete it, please."""
    deed = offered_deed(offer)
    return Reply("confirm", "accept_deed", text=deed) if deed else Reply("confirm", "accept_first")


def _found(context: str) -> str:
    """A text without what it says is not there: no Michael Mitchell; the only Mitchell is Aaron."""
    return re.sub(
        r"\b(?:[Nn]o|can't find|cannot find|couldn't find|could not find|don't (?:have|see) an?y?)\b[^.;:,–]*",
        "",
        context,
    )


def _namesake(text: str, request: Request) -> str:
    """Another of the same name whom a text names in place of the one who is meant: Aaron Mitchell, of Michael Mitchell."""
    subject = request.subject
    if subject is None or not subject.person or subject.told_by or mentions(_found(text), subject.name):
        return ""
    names = re.findall(r"[A-Z][\w'-]+ [A-Z][\w'-]+", _found(text))
    return next((name for name in names if set(name.split()) & set(subject.name.split())), "")


def _is_lacking(text: str, slot: Slot) -> bool:
    """Whether a text says that there is no value of a slot yet."""
    return re.search(rf"\bno (?:\w+ (?:and|or) (?:no )?)?{re.escape(slot.label)}\b", text, re.I) is not None


def _is_any(text: str, slot: Slot) -> bool:
    """Whether a text speaks of some value of a slot without saying which: a librarian, a day, a curator."""
    called = [slot.label, slot.label.split()[-1], *([slot.mention.noun] if slot.mention else [])]
    called += ["day", "date"] if stamp(slot_value(slot)) else []
    return any(re.search(rf"\b(?:an?|any) (?:\w+ )?{re.escape(name)}\b", text, re.I) for name in called)


def _yes_to(text: str) -> str:
    """Which yes answers a question: it may go ahead, it is fine, it is so."""
    named = re.search(r": (?:the )?[A-Z][^:]*\?\W*$", text)  # to be certain who the tenant is: Melanie Knapp?
    if asks_leave(text) and not named:
        return "confirm"
    if sign("fine", text):
        return "fine"
    return "confirm_right" if named or sign("is_it", text) or sign("right", text) else "agree"


_CHANGED = re.compile(r"^\W*(?:and |so )?(?:has|have|did|is|are)\b.*\b(?:changed?|moved|new|different)\b", re.I)
"""Whether something else has changed, too."""


def asks_leave(text: str) -> bool:
    """Whether a question asks whether to do something, not whether something is so."""
    if sign("right_so", text):
        return False
    return sign("asks_leave", text) is not None or not (
        sign("yes_no", text) or sign("is_it", text) or sign("right", text)
    )
