"""How an answer of the user is put: its values by themselves where they were asked for, else with what they are of."""

import re
from collections.abc import Sequence

from turnwise.goals.model import Request, Slot
from turnwise.users.answering import answer_question
from turnwise.users.asked import asked_slots, stray
from turnwise.users.choices import OR_ELSE
from turnwise.users.choosing import amount_of, answer_choice
from turnwise.users.comparing import fits_slot, is_other_deed, other_name
from turnwise.users.disclosing import doubtful_slots, doubtful_subject
from turnwise.users.hearing import Heard, offers_none
from turnwise.users.oneself import who_speaks
from turnwise.users.proposals import answer_proposal, asked_after, asks_leave
from turnwise.users.rivals import is_rivalled, rival_subject
from turnwise.users.signs import sign
from turnwise.users.standing import Standing
from turnwise.users.style import value
from turnwise.users.turns import LABELLED, ONE_OF_SEVERAL, Reply
from turnwise.users.wording import Wording
from turnwise.users.wording.kinds import is_day
from turnwise.users.wording.topics import alone, topic
from turnwise.values.atoms import atoms


def reply_to(
    act: Heard, request: Request, withheld: Sequence[Slot], heard: Sequence[str] = (), *, refused: bool
) -> Reply:
    """The answer to a question, a choice or a proposal about one request, after what was `heard` before."""
    called = other_name(act.options, request.subject, heard) if request.subject is not None else ""
    if act.kind == "choose" and called:
        return Reply("choose", "choose", text=called)
    warned = sign("warn", f"{act.context}\n{act.said}") or re.search(
        r"\b(?:still|anyway|all the same|even so)\b", act.said, re.I
    )
    if act.kind == "propose" and warned and not withheld and goes_ahead(act, request):
        return Reply("confirm", "confirm_anyway")
    if request.intent == "adjust" and (amount := _not_by_percent(act.said, request)):
        return Reply("choose", "choose", text=amount)
    if (who := who_speaks(act.said, request, either=act.kind == "choose")) is not None:
        return who
    if act.kind == "ask":
        return answer_question(act, request, withheld)
    if act.kind == "choose":
        return answer_choice(act, request)
    return answer_proposal(act, request, refused=refused)


def _not_by_percent(text: str, request: Request) -> str:
    """The amount by which something is to be moved, where a text asks whether percent are meant: by 2 pounds, or by 2 per cent?"""
    absolute = re.sub(r"\S+ ?(?:%|per ?cent\b)", "", text, flags=re.I)
    if absolute == text or not re.search(r"\b(?:or|which)\b", text, re.I):
        return ""
    return next((amount for slot in request.slots if (amount := amount_of(absolute, slot))), "")


def goes_ahead(act: Heard, request: Request) -> bool:
    """Whether a question is whether to do what is wanted all the same: shall I still go ahead with the 25th, or wait?"""
    first = OR_ELSE.split(asked_after(act).said)[0]
    if not request.writes or not _ALL_THE_SAME.search(first) or not asks_leave(first) or sign("send", first):
        return False
    if any(is_rivalled(first, slot, request) for slot in request.slots) or rival_subject(first, request):
        return False
    return not is_other_deed(first, request) and not sign("look", first) and not stray(first, request)


_ALL_THE_SAME = re.compile(
    r"\b(?:still|anyway|all the same|even so|regardless|nevertheless|nonetheless|despite|sure|certain|go (?:ahead|on)|go through with)\b",
    re.I,
)


def not_told_yet(reply: Reply, act: Heard, request: Request, withheld: Sequence[Slot]) -> Reply:
    """A reply, but for what a proposal asks for or gets wrong that nobody was told yet: that is given, not put right."""
    besides = reply.form in ("decline_extra", "unchanged", "not_that_i_know") and any(
        s in withheld for s in asked_slots(act.said, request)
    )
    taken = (
        act.kind == "propose" and (reply.kind in ("confirm", "correct") or besides) and reply.form != "not_that_value"
    )
    kept = asked_slots(act.said, request) if taken else reply.slots if reply.form == "not_that_value" else ()
    whole = f"{act.context}\n{act.said}"
    told = any(s not in withheld or is_rivalled(whole if s.mention else act.said, s, request) for s in kept)
    if not kept or told:
        return reply
    offered = len(kept) == 1 and asks_leave(act.said)
    if offered and isinstance(kept[0].value, int) and any(atom.number for atom in atoms(act.said)):
        return Reply("correct", "not_that_value", kept)  # the same number of seats as before, four?
    if offered and all(is_day(s) and is_rivalled(whole, s, request) for s in kept):
        return Reply("correct", "not_that_details", kept)  # I'd date it today: go ahead?
    return Reply("confirm", "yes_value", kept) if offered else Reply("supply", "supply", kept, LABELLED)


def known_already(reply: Reply, act: Heard, withheld: Sequence[Slot], heard: str) -> Reply:
    """A reply, but where it gives to a choice what the assistant has `heard` already: what it asks is something else."""
    known = reply.kind == "supply" and reply.slots and not set(reply.slots) & set(withheld)
    if act.kind != "choose" or not known or not all(fits_slot(heard, slot) for slot in reply.slots):
        return reply
    none = offers_none(act)
    return Reply("decline", none) if none else Reply("dont_mind", "just_that")


def _alone(form: str, slots: Sequence[Slot]) -> bool:
    """Whether a value stands by itself: it was asked for, and of two days one hears which it is."""
    if len(slots) == 1 and slots[0].label == "amount":
        return True
    return form != LABELLED and not (form == ONE_OF_SEVERAL and is_day(slots[0]))


class Replies:
    """One user's answers in words."""

    def __init__(self, voice: Wording, standing: Standing) -> None:
        self._voice = voice
        self._at = standing

    def worded(self, reply: Reply, request: Request) -> str:
        """A reply in words."""
        if reply.form == "not_that_value":
            return self.corrected(request, reply.slots)
        if reply.form in ("supply", "supply_subject"):
            return self.given(request, reply.slots, named=reply.form == "supply_subject")
        fields = {"option": value(reply.text), "rival": value(reply.text)}
        fields["name"] = value(request.subject.name) if request.subject is not None else ""
        fields["reason"] = self._at.reasons.get(request.id) or self._voice.say("explain_nothing")
        if reply.slots:
            fields["details"] = fields["option"] = self.details(request, reply.slots, asked=reply.form != "confirm_but")
        if request.subject is not None:
            fields["subject"] = self._voice.answer(request.subject, self._at.plain_ground)
        if reply.form == "not_that_deed":
            fields["request"] = self.in_full(request)
        if reply.form == "just_that" and (what := alone(self._voice, request)):
            return self._voice.say("just_this", topic=what)
        if reply.form == "only_that":
            fields["topic"] = self.topic(request, self.missing(request))
        return self._voice.say(reply.form, **fields)

    def given(self, request: Request, slots: Sequence[Slot], *, named: bool, form: str = "") -> str:
        """What was asked for: which one it is about, and values."""
        if named and request.subject is not None:
            who = self._voice.answer(request.subject, self._at.plain_ground)
            if not slots:
                return self._voice.say("supply_subject", subject=who)
            return self._voice.say(
                "supply", details=", ".join([who, *(self.details(request, [s], asked=True) for s in slots)])
            )
        if form == LABELLED and request.intent == "create" and len(slots) == len(request.slots) > 1:
            return self.in_full(request)
        return self._voice.say("supply", details=self.details(request, slots, asked=_alone(form, slots)))

    def corrected(self, request: Request, slots: Sequence[Slot]) -> str:
        """What values should be that were taken for others."""
        form = "not_that_value" if len(slots) == 1 else "not_that_details"
        details = re.sub(r"^(?:raise|lower|move) it (?:by )?", "", self.details(request, slots, asked=True))
        return self._voice.say(form, details=details)

    def details(self, request: Request, slots: Sequence[Slot], *, asked: bool = False) -> str:
        """Values by the proper words; one that was `asked` for stands alone."""
        return self._voice.details(request, slots, self._at.ground._replace(plainly=True), asked=asked)

    def second_thought(self, request: Request, form: str) -> tuple[str, str]:
        """What is really wanted in place of a first thought, by a form of subjects and values: the sentence, and what it gives."""
        if (subject := doubtful_subject(request)) is not None:
            who = self._voice.mention(subject, self._at.plain_ground)
            return self._voice.say(f"{form}_subject", subject=who, first=value(subject.first_thought)), who
        slot = doubtful_slots(request)[0]
        given, first = self._voice.amended(slot)
        return self._voice.say(f"{form}_value", value=given, first=first), self.details(request, [slot])

    def again(self, details: str, tries: int) -> str:
        """What was said before, said again."""
        return self._voice.say("as_i_said" if tries < 2 else "as_i_said_again", details=details)

    def missing(self, request: Request) -> tuple[str, ...]:
        """What of an open question was not told yet."""
        return next((self._at.missing(item) for item in self._at.open if item.request is request), ())

    def topic(self, request: Request, missing: Sequence[str]) -> str:
        """What is still wanted, in short."""
        return topic(self._voice, request, missing, self._at.plain_ground)

    def in_full(self, request: Request) -> str:
        """A request anew, with all its values."""
        for item in self._at.open:
            if item.request is request:
                item.withheld, item.nameless = [], False
        self._at.referents.note(request)
        ground = self._at.plain_ground
        return self._voice.request(request, slots=request.slots, values={}, subject=request.subject, ground=ground)
