"""What the assistant offers, guesses or asks for before it was told what is wanted: taken up, with what is left to say."""

import re

from turnwise.goals.model import Request, Slot
from turnwise.users.asked import asked_slots
from turnwise.users.choices import OR_ELSE
from turnwise.users.comparing import fits_slot, is_about
from turnwise.users.facts import brings_about, slot_value
from turnwise.users.hearing import UNDOES, listen, sentences, slot_words, words_of
from turnwise.users.offers import accepts, is_offered, offers_all
from turnwise.users.oneself import who_speaks
from turnwise.users.proposals import asks_leave
from turnwise.users.signs import is_question, sign
from turnwise.users.standing import Message, OpenRequest, Standing
from turnwise.users.style import ended
from turnwise.users.turns import DialogueAct
from turnwise.users.wording import Wording
from turnwise.values.states import mentions

_OF_ANYTHING = re.compile(
    r"\b(?:what|how)\b.*\b(?:you|i|we|me|up|changed?|new|details|wrong|happened|matter|about|going on|questions?|requests?)\b"
    r"|\b(?:is|was) (?:it|this|that) something\b",
    re.I,
)
_TO_WHAT = re.compile(r"\bwhat (?:should|shall|do|would) .*\b(?:it|that|this) (?:down )?(?:to|as)\W*$", re.I)
"""What should I change it to?"""
_OPEN = re.compile(r"\b(?:what|which|how)\b(?!.*\byour\b)", re.I)
"""What are they after? Whatever is asked for answers it."""
_OR_ANOTHER = re.compile(
    r"\bor (?:should|would|is|was) (?:it|that|they) (?:be |have been )?(?:some(?:one|body|thing)|another|different)\b",
    re.I,
)
_WOULD_MAKE = re.compile(
    r"\b(?:I(?:'d| would|'ll| will)|before I) (?:enter|put|set|add|book|create|save|register)\b", re.I
)


def _is_offer(text: str) -> bool:
    """Whether a question offers one thing: shall I take it off, is that the one you want taken off?"""
    offers = asks_leave(text) or re.search(r"\byou(?:'d| would)? (?:want|like)\b", text, re.I) is not None
    offers = offers or re.search(r"\b(?:all right|ok(?:ay)?|fine) (?:for|with|by) you\W*$", text, re.I) is not None
    return offers and re.search(r"\bor\b", OR_ELSE.split(text)[0]) is None


def _offers_of(question: str) -> list[str]:
    """What a question offers: its first part, and what is offered in the place of it."""
    first, *others = OR_ELSE.split(question)
    return [first, *filter(asks_leave, others)]


def take_up(text: str, at: Standing, voice: Wording, message: Message) -> bool:
    """Before anything was asked for: begin with what the assistant offers for the reason it was given.

    Returns:
        Whether it asks something that what the user wants does not answer, so that another thing comes first.
    """
    if at.upcoming and (reply := who_speaks(text, at.upcoming[0], either=True)) is not None:
        message.add(voice.say(reply.form), reply.kind, goes_on=False)
        return False
    for wanted in at.upcoming[:3]:
        acts = [act for act in listen(text, [wanted]) if act.kind in ("ask", "choose", "propose")]
        offers = [a for a in acts if a.kind == "propose" and _is_offer(a.said)]
        unknown = wanted.subject is not None and wanted.subject.told_by is not None  # it has to be found first
        early = (unknown or wanted.intent in UNDOES) and wanted is not at.upcoming[0]
        same = wanted is at.upcoming[0]
        meant = [
            a for a in offers if any(is_offered(a._replace(said=p), wanted, same=same) for p in _offers_of(a.said))
        ]
        if meant and not early:
            at.invited, at.offered = wanted.id, offers_all(text, wanted)
            yes = accepts(meant[0].said)
            message.add(voice.say(yes.form, option=yes.text), "confirm", wanted.id, goes_on=False)
            if any(act.kind == "choose" and sign("leave", act.said) for act in acts):
                message.add(voice.say("leave_that"), "dont_mind", goes_on=False)
            return False
        asked = [
            slot
            for act in acts
            if act.kind == "ask" and not sign("more", act.said)
            for slot in asked_slots(act.said, wanted)
        ]
        loosely = any(_OR_ANOTHER.search(act.said) or _TO_WHAT.search(act.said) for act in acts)
        if wanted.intent == "update" and len(wanted.slots) == 1 and loosely:
            asked = asked or [*wanted.slots]  # is that the right band, or should it be someone else?
        if asked and any(first.intent == "create" for first in at.upcoming if first.id in wanted.needs):
            continue  # which bike is it? It has to be made first
        if asked and set(wanted.needs) - at.done:  # it has to be found first
            details = voice.details(wanted, asked[:1], at.ground._replace(plainly=True), asked=True)
            message.add(voice.say("supply", details=details), "supply", wanted.id, goes_on=False)
            return False
        if asked:
            at.invited = wanted.id
            message.asked = wanted.id if wanted.intent in ("create", "update") else ""
            return False
    questions = [a.said for a in listen(text, at.upcoming) if a.kind in ("ask", "choose", "propose") and "?" in a.said]
    days = any("days" in wanted.phrases.get("how", "") for wanted in at.upcoming)
    about = any(is_about(text, wanted) for wanted in at.upcoming) or (
        days and re.search(r"\b(?:date|day|when)\b", text)
    )
    return not about and any(not (_OF_ANYTHING.search(said) or _OPEN.search(said)) for said in questions)


def not_guessed(text: str, at: Standing, waiting: list[Request], message: Message) -> list[Request]:
    """What waits, but for what the assistant guesses from the reason and asks about with values of it: that counts as made."""
    wanted = waiting[0] if waiting and not at.open else None
    if wanted is None or wanted.intent != "create" or wanted.needs:
        return waiting
    given = [slot for slot in wanted.slots if fits_slot(text, slot)]
    acts = listen(text, [wanted])
    asks = any(act.kind in ("propose", "choose") and not sign("look", act.said) for act in acts)
    one = words_of(wanted.phrases.get("one", "")) <= words_of(text)
    means = any(
        ((sign("intends", act.said) or _WOULD_MAKE.search(act.said)) and len(given) > 1)
        or (one and re.match(r"\W*should the\b", act.said, re.I))
        for act in acts
    )
    if not (given and asks and means):
        return waiting
    at.open.append(OpenRequest(wanted, len(at.heard) - 1, [slot for slot in wanted.slots if slot not in given]))
    at.referents.note(wanted)
    message.acts.append(DialogueAct("request", wanted.id))
    return waiting[1:]


def unsaid(request: Request, heard: str) -> list[Slot]:
    """The values of a request that a text which offers it does not say: they are still to be given."""
    return [slot for slot in request.slots if not fits_slot(heard, slot) and not brings_about(heard, str(slot.value))]


def rest_of(request: Request, at: Standing, voice: Wording, message: Message) -> str:
    """What is left to say of a change to which the message has said yes; empty where it has to be said in full."""
    accepts = request.intent in ("create", "update") and DialogueAct("confirm", request.id) in message.acts
    if not accepts and message.asked != request.id:
        return ""
    told = [*at.said, *at.heard[-1:]] if request.intent == "create" else []
    heard = at.heard[-1] if accepts else "\n".join(told)
    before = "\n".join((*at.said[-3:], *at.heard[-2:]))  # seats for it: what it is goes without saying
    left = [s for s in unsaid(request, heard) if s.mention is None or not mentions(before, s.mention.name)]
    subject = request.subject
    if subject is not None and not (
        subject.me or subject.told_by or mentions("\n".join((*at.said, *at.heard)), subject.name)
    ):
        return ""  # nobody knows yet which one it is
    own = "\n".join(at.said)  # a cargo bike was another one
    named = [s for s in request.slots if slot_words(s) & words_of(at.heard[-1]) and slot_value(s).islower()]
    left += [s for s in request.slots if told and s in named and not fits_slot(own, s)]
    if accepts and request.intent == "create":  # two choirs are no two seats
        offer = next((said for said in reversed([*sentences(heard)]) if is_question(said)), heard)
        left += [s for s in request.slots if isinstance(s.value, int) and s.value < 20 and not fits_slot(offer, s)]
    left = [s for s in request.slots if s in left]
    if not left:
        return ""
    at.referents.note(request)
    alone = message.asked == request.id and len(request.slots) == 1
    said = voice.details(request, left, at.ground._replace(plainly=True), asked=alone)
    return f"{ended(said)} {voice.say('dont_mind_rest')}" if said and message.leaves_open else said
