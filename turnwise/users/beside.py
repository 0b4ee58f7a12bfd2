"""What a user says to a question about what is settled: it looks ahead to all that it still wants, and else needs nothing.

First what the question leads to among what is wanted: that is taken up, or put off where its turn is later. Nobody says
no to what they want, nor yes to what they do not. Where it leads to nothing, a short word answers it.
"""

import re
from collections.abc import Sequence

from turnwise.goals.model import Request
from turnwise.users.asked import TROUBLES, apart, asked_slots, asks_subject, stray
from turnwise.users.choices import OR_ELSE
from turnwise.users.comparing import fits, fits_slot, is_called_in, is_named_in, is_of, values_of
from turnwise.users.facts import slot_value
from turnwise.users.hearing import UNDOES, Heard, offered_deed, slot_words, words_of
from turnwise.users.in_passing import IS_THAT, in_passing, is_near, is_offer, may_stay, own_words
from turnwise.users.memory import is_made
from turnwise.users.offers import accepts, is_offered, leans, names_other, offers_all, offers_contact
from turnwise.users.proposals import asked_after, asks_leave
from turnwise.users.signs import sign
from turnwise.users.standing import Message, OpenRequest, Standing
from turnwise.users.turns import Reply
from turnwise.users.wording.kinds import is_day
from turnwise.values.states import mentions
from turnwise.values.words import plural

Beside = tuple[Reply | None, str]
"""The answer, if any, and the id of what is taken up next because of it."""


def is_meant(act: Heard, acts: Sequence[Heard], request: Request) -> bool:
    """Whether something open is meant, though the words are of something settled: what is asked for, or being seen to."""
    made = any(other.kind == "report" and other.request == request.id for other in acts)
    return bool(asked_slots(act.said, request)) or fits(act.said, request) or (request.writes and not made)


def is_beside(act: Heard, acts: Sequence[Heard], item: OpenRequest) -> bool:
    """Whether a proposal is about something else, since what was asked for is reported as made: any tracks on it?"""
    request, text = item.request, f"{act.context}\n{act.said}"
    made = any(other.kind == "report" and other.request == request.id and other.said in act.context for other in acts)
    if not made or act.kind != "propose" or item.withheld or not is_made(request, acts):
        return False
    left = (slot for slot in request.slots if slot_words(slot) <= words_of(text) and not fits_slot(text, slot))
    strange = stray(act.said, request) and not re.search(r"\b(?:really|sure|anyway|ahead|proceed)\b", act.said, re.I)
    return bool(strange) and not asked_slots(act.said, request) and not any(left)


def answer_beside(act: Heard, reply: Reply, settled: Request, upcoming: Sequence[Request]) -> Beside:
    """The answer to a question about what is settled.

    Args:
        reply: what would be said to it if it were not settled.
        settled: the request that it is about.
        upcoming: all that is still wanted, in order.
    """
    act = asked_after(act)
    if sign("is_it_fine", act.said):
        return Reply("confirm", "fine"), ""
    is_so = reply.form == "confirm_right" and sign("checks_it", act.said)
    led = led_to(act, settled, upcoming)
    if led is None or led == (None, ""):
        if act.kind == "choose" and settled.writes:
            changes = any(wanted.writes and is_of(settled, wanted) for wanted in upcoming[:2])
            if may_stay(act) and not changes:
                return Reply("decline", "leave_it"), ""  # cancel the seats, too, or leave them as refunded?
            if reply.kind == "choose":
                return reply, ""  # is it the letter or the phone that she'd rather have?
        if is_so:
            return reply, ""  # is it the Tramline you're after?
    if led is not None:
        return led
    answer = in_passing(act, reply, settled, upcoming)
    first = upcoming[0] if upcoming else None
    if first and answer and answer.form == "no_need" and is_of(settled, first) and offers_contact(act.said, first):
        return Reply("confirm", "accept_offer"), first.id  # do you want his contact details?
    if answer is not None and answer.kind == "decline" and any(_leads(act.said, settled, w) for w in upcoming):
        answer = Reply("decline", "not_yet")  # it is wanted after something else
    if answer is not None and answer.kind == "decline" and upcoming and "?" not in act.said:
        return None, ""  # what is only mentioned need not be declined
    unsure = answer is not None and answer.form in ("unsure", "unsure_yet") and act.kind != "propose"
    fact = sign("of_what_is", act.said) and not re.search(r"\byou\b", act.said, re.I)  # when did he move out?
    unsure = unsure and not fact and not sign("own_answer", act.said)
    unsure = unsure and (sign("which", act.said) is None or re.search(r"\byou\b", act.said, re.I) is not None)
    return (None if unsure and upcoming else answer), ""  # what comes next says enough


def _leads(text: str, settled: Request, wanted: Request) -> bool:
    """Whether a proposal may be of a change that is still wanted: shall I give it to Okoro & Sons, do you want it booked in?"""
    if not wanted.writes or not asks_leave(text) or sign("send", text):
        return False
    names = [slot.mention for slot in wanted.slots if slot.mention is not None and not slot.mention.me]
    begins = [m.name.rpartition(" ")[0] for m in names if m.name.count(" ") > 1]  # Okoro & Sons
    named = any(is_called_in(text, m) for m in names) or any(mentions(text, name) for name in begins)
    return named or (wanted.intent == "create" and is_of(settled, wanted) and len(own_words(text, settled, wanted)) < 2)


def led_to(act: Heard, settled: Request, upcoming: Sequence[Request]) -> Beside | None:
    """The answer to a question that leads to what is still wanted; None where it leads to nothing of it."""
    act = asked_after(act)
    if re.search(r"\b(?:is|are) (?:your|his|her|their|the) [\w ]{2,20} still\b", act.said, re.I):
        return None  # is your email still the same?
    soon = _soon(settled, upcoming)
    ill = next((w for w in soon[:1] if w.intent == "create" and any(s.label in TROUBLES for s in w.slots)), None)
    if ill is not None and re.search(r"\b(?:wrong|trouble|problem|broken)\b", act.said, re.I):
        return None, ill.id  # is it giving her trouble?
    if act.kind == "choose" and sign("do_you_have", act.said):
        act = act._replace(kind="ask")  # have you a new phone number or email for her?
    if act.kind == "choose":
        states = any(re.match(r"\w+(?:ed|en)\b", option) for option in act.options)  # as ready, or as completed
        for wanted in (w for w in soon if not states or (w.intent in UNDOES and "?" in act.said)):
            offered = [o for o in act.options if is_offered(act._replace(said=o), wanted, same=is_of(settled, wanted))]
            if wanted.intent in UNDOES:  # mark it as cancelled, or delete it?
                offered = [option for option in offered if sign("delete", option)]
            long = len(offered) == 1 and len(offered[0].split()) >= 5 and not sign("left_open", offered[0])
            if long and wanted.intent in ("link", "link_all"):
                return Reply("confirm", "accept_offer"), wanted.id  # put any parts on it, or choose a mechanic?
            if len(offered) == 1 and len(offered[0].split()) < 5:  # shall I move it, or delete it?
                said = (asks_leave(offered[0]) and offered_deed(offered[0])) or offered[0].removeprefix("to ")
                deed = re.match(r"(?:just |only )?[a-z]+ (?:it|that|this|them|him|her|both)\b", said)
                said = re.sub(r"^(remov|delet)ed\b", r"\1e", said) if re.search(r"\b(?:it|that)\b", said) else said
                chosen = deed or wanted.intent in ("detail", *UNDOES)
                return Reply("choose", "choose", text=said) if chosen else Reply("confirm", "accept_offer"), wanted.id
    if act.kind == "choose" and any(sign("several", o) for o in act.options):
        one = next((w for w in soon if w.writes and w.subject and is_of(settled, w)), None)
        if one is not None and not one.intent.endswith("_all"):  # that one, or several?
            return Reply("choose", "choose_single"), one.id
    if act.kind in ("ask", "choose"):
        for wanted in soon:
            if asked := _asks_for(act, settled, wanted, first=wanted is upcoming[0]):
                return asked
    question = act.said
    if not own_words(act.said, settled) and act.context:  # OK to go ahead? Shall I add one? What with, stands before
        act = act._replace(said=f"{act.context.splitlines()[-1]} {act.said}")
    near = next((wanted for wanted in upcoming if is_near(act.said, settled, wanted)), None)
    if not is_offer(act):
        one = upcoming[0] if upcoming and upcoming[0].writes and is_of(settled, upcoming[0]) else None
        if one is not None and _IS_IT.search(act.said):  # is that the one you want on it? is that the amount you see?
            named = one.intent in ("link", "link_all") and any(mentions(act.said, value) for value in values_of(one))
            named = named or offers_all(act.said, one)
            return (Reply("confirm", "confirm_right"), one.id) if named else (None, "")
        return (None, "") if near is not None and near is upcoming[0] and not IS_THAT.search(act.said) else None
    told = {str(answer.value) for answer in settled.checkpoint.answers}
    alone = act._replace(said=question)  # what was told is no offer to tell it
    acts = {w.id: act if w.writes else alone for w in upcoming}
    taken = next((w for w in upcoming if is_offered(acts[w.id], w, same=is_of(settled, w), answers=told)), None)
    if taken is None and not sign("send", act.said):
        taken = next((w for w in upcoming if is_of(settled, w) and leans(acts[w.id].said, w)), None)
    if taken in soon and taken is not None:
        first, *others = OR_ELSE.split(question)
        other = others and not any(is_offered(act._replace(said=first), taken, same=same) for same in (True, False))
        if other and is_offered(act._replace(said=others[0]), taken, same=is_of(settled, taken)):
            return None, taken.id  # do you want it renewed, or is he bringing it in?
        return accepts(act.said), taken.id
    first = upcoming[0] if upcoming else None
    looks = sign("look", question) and not sign("make", question)
    deed = sign("make", act.said) or sign("undo", act.said) or re.search(r"\bdo (?:it|that|either|both)\b", act.said)
    if (
        first is not None
        and first.writes
        and deed
        and is_of(settled, first)
        and not looks
        and not sign("send", act.said)
    ):
        return None, ""  # it may be what is wanted, in other words: what comes next says it
    if (later := taken or near) is None:
        return None
    if looks and later.writes:
        return Reply("decline", "no_need"), ""  # shall I tell you which books are on it?
    return (None if later is upcoming[0] else Reply("decline", "not_yet")), ""


def note_lead(act: Heard, beside: Beside, at: Standing, message: Message) -> None:
    """Keep what a question leads to, so that it comes next, and how much of it the answer has said already."""
    answer, at.invited = beside
    message.invites = True
    wanted = next(w for w in at.upcoming if w.id == at.invited)
    message.asked = at.invited if act.kind == "ask" and wanted.intent in ("create", "update") else ""
    whole = answer is not None and bool(answer.slots) and answer.slots == wanted.slots
    accepted = answer is not None and answer.kind in ("confirm", "choose")
    told = "\n".join((*at.said, *at.heard))
    known = wanted.subject is None or wanted.subject.told_by or wanted.subject.me or mentions(told, wanted.subject.name)
    at.offered = bool(known) and (whole or (accepted and offers_all(f"{act.context}\n{act.said}", wanted)))


def _soon(settled: Request, upcoming: Sequence[Request]) -> Sequence[Request]:
    """What can be taken up before its turn: the next few of a goal, and of another goal the first."""
    goals = [request.id.partition("r")[0] for request in (settled, *upcoming[:3])]
    return [wanted for n, wanted in enumerate(upcoming[:3]) if n == 0 or goals[n + 1] == goals[0]]


def _asks_for(act: Heard, settled: Request, wanted: Request, *, first: bool) -> Beside | None:
    """The answer to a question for a value, or a choice of one, that what is wanted has."""
    subject = wanted.subject
    if subject is not None and subject.told_by is None and (act.kind == "choose" or not is_of(settled, wanted)):
        one = (asks_subject(act.said, wanted) or sign("which_of", act.said)) and not is_named_in(act.said, subject)
        one = one and not re.search(
            r"\b(?:after|before|besides|instead of) (?:him|her|them)\b|\belse\b", act.said, re.I
        )
        if one and is_named_in(f"{act.context}\n{act.said}\n{act.after}", subject):
            return Reply("choose", "choose", text=subject.name), wanted.id
    options = apart(act.options) if act.options else []
    options = [option for option in options if len(option.split()) < 7]
    chosen = [slot for slot in wanted.slots if sum(fits_slot(option, slot) for option in options) == 1]
    if len(chosen) == 1:  # by card, or in cash?
        said = next(option for option in options if fits_slot(option, chosen[0]))
        if said.lower() == plural(slot_value(chosen[0])):
            return Reply("choose", "choose", text=said), wanted.id  # for adults, or for children?
        return Reply("choose", "choose", (chosen[0],)), wanted.id
    if names_other(act.said, wanted):
        return None
    days = wanted.intent == "adjust" and "days" in wanted.phrases.get("how", "")
    if days and re.search(r"\bhow (?:many days|long|far)\b", act.said, re.I):
        return None, wanted.id
    one_more = settled.intent == wanted.intent == "create" and settled.phrases.get("one") == wanted.phrases.get("one")
    past = re.search(r"\b(?:was|were|did|had)\b", act.said)
    of_it = is_of(settled, wanted) or wanted.intent == "create" or (first and wanted.writes and not past)
    if subject is not None and subject.told_by is None and not is_of(settled, wanted) and wanted.writes:
        called = words_of(act.said) & words_of(subject.noun)
        if called and asks_subject(act.said, wanted) and not is_named_in(act.said, subject):
            return Reply("supply", "supply_subject"), wanted.id  # which repair is it for?
    if (
        first
        and wanted.writes
        and any(s.mention is None and is_day(s) and fits_slot(act.said, s) for s in wanted.slots)
    ):
        return None, wanted.id  # what date should I put down, today's, 19 January?
    if sign("when", act.said) and past and not any(slot_words(s) & words_of(act.said) for s in wanted.slots):
        return None  # when did she give notice?
    about = [s for s in asked_slots(act.said, wanted) if of_it or slot_words(s) & words_of(act.said)]
    return (None, wanted.id) if about and not one_more else None


_IS_IT = re.compile(r"^\W*is (?:that|it|this) the\b", re.I)
