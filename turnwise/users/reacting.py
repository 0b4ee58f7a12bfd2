"""How a user reacts to what it heard: every act of the assistant is answered, then what is open is pursued.

What it says to a question is decided in `answering`, what it takes for done in `memory`, how it asks again in
`asking_again`.
"""

import random
import re
from collections.abc import Sequence

from turnwise.goals.model import Request
from turnwise.users import memory
from turnwise.users.asked import asked_loosely, asked_slots, asks_subject, stray
from turnwise.users.asking_again import AskingAgain
from turnwise.users.behaviour import Behaviour
from turnwise.users.beside import Beside, answer_beside, is_beside, is_meant, led_to, note_lead
from turnwise.users.comparing import fits_slot, values_of
from turnwise.users.either_or import of_two
from turnwise.users.hearing import Heard, words_of
from turnwise.users.proposals import asks_leave
from turnwise.users.replying import Replies, known_already, not_told_yet, reply_to
from turnwise.users.rivals import is_rivalled, read_back_wrongly, rival_subject
from turnwise.users.signs import has_verb, sign, talk
from turnwise.users.standing import Message, OpenRequest, Standing
from turnwise.users.style import value
from turnwise.users.temper import Temper
from turnwise.users.turns import LABELLED, ONE_OF_SEVERAL, DialogueAct, Reply
from turnwise.users.wording import Wording
from turnwise.users.wording.kinds import is_day
from turnwise.values.states import mentions

_MOST_REPLIES, _MOST_WAITS = 6, 2
"""Questions about one request that are answered, and waits for it that are borne, before it counts as a miss."""
_BESIDES = (
    r"\b(?:also|too|as well|else|changes?|changed|along|same (?:time|day)|others?|another|new|is there|are there)\b"
)
"""What a question asks besides, so that no is an answer to it."""
_BESIDE_THE_POINT = ("leave_it", "leave_open", "the_same", "decline_extra", "unchanged", "just_that")
"""Answers that hold whatever the value is that has to be put right: just the street."""
_PASSES = {"dont_mind", "dont_know", "decline"}
_IDLE = {"dont_mind", "leave_it", "leave_open", "no_preference", "either"}
_IDLE |= {"dont_know", "unsure", "unsure_yet", "not_that_i_know"}


class Reactions:
    """What one user says to what it hears."""

    def __init__(
        self, behaviour: Behaviour, voice: Wording, standing: Standing, rng: random.Random, temper: Temper
    ) -> None:
        self._behaviour = behaviour
        self._voice = voice
        self._at = standing
        self._rng = rng
        self._temper = temper
        self._replies = Replies(voice, standing)
        self.again = AskingAgain(behaviour, voice, standing, rng, self._replies)

    def answer(self, act: Heard, acts: Sequence[Heard], message: Message) -> None:
        """Answer one act of the assistant for the request that it concerns."""
        item = next((item for item in self._at.open if item.request.id == act.request), None)
        request = item.request if item else next((r for r in self._at.settled if r.id == act.request), None)
        if request is None:
            return
        last = self._at.open[-1] if self._at.open else None
        named = any(mentions(act.said, value) for value in values_of(request))
        if item is None and last and (not named or is_meant(act, acts, last.request)):
            item = last  # what is settled was meant only by a word or a name that they share
            request, act = item.request, act._replace(request=item.request.id)
        elif item is None and not named and self._at.settled:
            request = self._at.settled[0]  # what was spoken of last
        if act.kind in ("ask", "choose", "propose"):
            self._answer_question(act, acts, self._at.resolved(request), item, message)
        if item is None or item.wrong:
            return
        apart = {item.request.id for item in self._at.open} - {act.request}
        others = {other.kind for other in acts if other.request not in apart}
        answerable, fresh = bool(others & {"ask", "choose", "propose"}), request.id not in message.answered
        none = sign("none", act.said) is not None and not request.writes
        only_waits = others <= {"wait", "inform", "offer"} and item.waits < _MOST_WAITS
        match act.kind:
            case "unclear" if not message.answered:
                self.again.miss(item, message, how="plainly")
            case "missing" if (none or not answerable) and "report" not in others and fresh:
                self.again.not_found(act, item, message)
            case "refuse" if not answerable and fresh:
                self.again.refused(act, item, message)
            case "offer" if sign("to_add", act.said) and fresh:
                if item.withheld:
                    self.again.add_details(item, message)
                else:
                    message.add(self._voice.say("nothing_more"), "decline", request.id)
            case "warn" if not answerable and "report" not in others:
                message.add(self._voice.say("note"), "note", request.id)
            case "wait" if only_waits and fresh:
                item.waits += 1
                message.add(self._voice.say("hold"), "acknowledge", request.id)

    def _answer_question(
        self, act: Heard, acts: Sequence[Heard], request: Request, item: OpenRequest | None, message: Message
    ) -> None:
        if item is not None and item.replies >= _MOST_REPLIES:
            return
        thinks = item is not None and item.withdrawn and (act.kind != "propose" or bool(sign("as_it_is", act.said)))
        if thinks or DialogueAct("ask_meaning", request.id) in message.acts:
            return  # it waits for what is meant; just tell me when
        withheld = item.withheld if item else []
        if item is not None and act.kind != "propose" and request.id not in message.answered:
            wrong = [slot for slot in read_back_wrongly(act.context, request) if slot not in withheld]
            wrong = [slot for slot in wrong if not (sign("which_of", act.said) and fits_slot(act.context, slot))]
            wrong = [slot for slot in wrong if slot not in asked_slots(act.said, request)]
            if wrong:
                message.add(self._replies.corrected(request, wrong), "correct", request.id)
        refused = any(other.kind in ("refuse", "missing") and other.request == request.id for other in acts)
        reply = reply_to(act, request, withheld, self._at.heard[:-1], refused=refused)
        reply = of_two(act, reply, request)
        if because := self._explains(act, request):
            reply = Reply("confirm", "confirm_right")
        if item is None or is_beside(act, acts, item):
            answer, invited = (reply, "") if because else answer_beside(act, reply, request, self._at.upcoming)
            beside = of_two(act, answer, request) if answer is not None else None, invited
            self._take_up(act, beside, request, message)
            return
        if reply.form == "decline_extra" and "?" not in act.said:
            return  # if her email has changed as well, I can do both
        if item.wrong and reply.form not in _BESIDE_THE_POINT:
            return  # that has to be put right first
        reply = not_told_yet(reply, act, request, withheld)
        led = led_to(act, request, self._at.upcoming) if act.kind == "propose" and reply.kind in _PASSES else None
        if led is not None and led[0] is not None:
            self._take_up(act, led, request, message)
            return
        reply = known_already(reply, act, withheld, self._at.heard[-1])
        if item.withheld and act.kind == "propose" and reply.form in ("not_that_i_know", "unsure"):
            named = tuple(slot for slot in asked_slots(act.said, request) if slot in item.withheld)
            reply = Reply("supply", "supply", named or tuple(item.withheld), LABELLED)  # has it become more pressing?
        if item.nameless and act.kind in ("ask", "choose") and reply.form in _IDLE | {"just_that", "dont_have"}:
            reply = Reply("supply", "supply_subject")  # that much it knows
        if item.nameless and reply.kind == "supply" and reply.slots and asks_subject(act.said, request):
            reply = reply._replace(form="supply_subject")  # which one, and its new status
        again = reply.kind in ("dont_know", "dont_mind") and any(other.kind == "unclear" for other in acts)
        if again or (reply.form == "dont_have" and request.id in message.supplied):
            return  # it wants to hear the request again; which fine? If you have its number, I can look it up
        unsaid = act.kind == "ask" or (act.kind == "choose" and reply.form in ("just_that", "either", "unsure"))
        if item.withheld and unsaid and reply.form in _IDLE | {"dont_have", "just_one", "just_that"}:
            near = asked_loosely(act.said, request, item.withheld)
            other = stray(act.said, request) and " in mind" not in act.said and not sign("which", act.said)
            if near and reply.form == "dont_have" and other:  # an email? No, but a phone number
                message.add(self._replies.worded(reply, request), reply.kind, request.id)
            reply = Reply("supply", "supply", near, LABELLED) if near else reply  # that much it knows
        item.replies += request.id not in message.answered  # several questions of one message are one
        fresh = not item.puzzled and request.id not in message.supplied
        fresh = fresh and not any(is_day(slot) or (slot.mention and slot.mention.person) for slot in reply.slots)
        lone = sum(other.kind in ("ask", "choose", "propose") for other in acts) == 1  # else more is to be answered
        if (
            act.kind == "ask"
            and reply.slots
            and fresh
            and lone
            and not message.answered
            and self._temper.moved("puzzled")
        ):
            item.puzzled = True
            message.add(self._voice.say("puzzled"), "ask_meaning", request.id)
            return
        if reply.form == "supply_subject" and DialogueAct("repeat", request.id) in message.acts:
            return  # it was just said in full
        if reply.form in ("supply", "supply_subject"):
            several = sum(other.kind == "ask" and other.request == request.id for other in acts) > 1
            self._give(reply._replace(text=reply.text or ONE_OF_SEVERAL) if several else reply, item, message)
            return
        if reply.form == "confirm_but" and self._at.took_in(item, self._replies.details(request, reply.slots)):
            reply = Reply("confirm", "confirm")
        said_yes = DialogueAct("confirm", request.id) in message.acts or request.id in message.supplied
        if reply.kind == "confirm" and (said_yes or (lone and self._wavers(item, message))):
            return
        if (reply.slots or reply.form == "not_that_subject") and self.again.says_again(reply, item, message):
            return
        if act.kind == "choose" and reply.text and any(reply.text in part for part in message.parts):
            return
        words = self._replies.worded(reply, request)
        if reply.form == "decline_alternative":
            self.again.give_up(item, message, words)
            return
        message.add(words, reply.kind, request.id)
        more = act.kind == "propose" and re.search(_BESIDES, act.said, re.I)  # does the fax change along with it?
        if reply.kind == "dont_know":
            message.unknown[words] = act.said
        apart = (act.kind, reply.form) in (("choose", "leave_it"), ("ask", "leave_open")) or (
            more and reply.form == "not_that_i_know"
        )
        if reply.form in _IDLE and not apart:
            message.idle.append(words)
            if "?" in act.said or act.said[:1] in "-*•123456789":
                wish = re.search(r"\b(?:would|should|shall|want|like|prefer\w*)\b", act.said, re.I)
                message.asks_rest = "dont_mind_rest" if wish else message.asks_rest or "know_no_more"
        item.withheld = [s for s in item.withheld if s not in reply.slots and not fits_slot(reply.text, s)]
        item.nameless = item.nameless and "subject" not in reply.form

    def _explains(self, act: Heard, request: Request) -> bool:
        """Whether what is asked is why it wants all this: is Gunnar going on leave?"""
        own = words_of(act.said) - talk()
        reason = words_of(self._at.reasons.get(request.id, ""))
        asks = act.kind == "propose" and sign("yes_no", act.said) and not asks_leave(act.said)
        return bool(asks) and len(own) > 1 and own <= reason

    def _give(self, reply: Reply, item: OpenRequest, message: Message) -> None:
        """Give what is asked for, together with what else the message gives of the same request."""
        request = item.request
        former, before, named = message.supplied.get(request.id, ("", (), False))
        slots = (*before, *(slot for slot in reply.slots if slot not in before))
        named = named or reply.form == "supply_subject"
        if not former and self.again.says_again(reply, item, message):
            return
        words = self._replies.given(request, slots, named=named, form=reply.text)
        if former in message.made_of:
            message.replace(former, words)
        else:
            message.add(words, "supply", request.id)
        message.supplied[request.id] = (words, slots, named)
        item.withheld = [slot for slot in item.withheld if slot not in slots]
        item.nameless = item.nameless and not named
        if slots:
            item.reaction = ("supply", self._replies.details(request, slots))

    def _take_up(self, act: Heard, beside: Beside, request: Request, message: Message) -> None:
        """Say what there is to say to a question beside what was asked for, and come to what it leads to."""
        answer, invited = beside
        if invited and not self._at.invited:
            note_lead(act, beside, self._at, message)
            says_what = answer is not None and (answer.form in ("accept_deed", "accept_first") or has_verb(answer.text))
            if says_what and not self._at.offered:
                answer = Reply("confirm", "accept_offer")  # what it is comes next
        passed = not invited and any(said.kind in ("decline", "dont_know", "dont_mind") for said in message.acts)
        comes_next = self._at.invited and act.kind == "ask" and answer and answer.kind in ("decline", "dont_know")
        if answer is None or passed or comes_next:
            return
        words = self._replies.worded(answer, request)
        message.add(words, answer.kind, invited or request.id, goes_on=False)
        if answer.form in _IDLE:
            message.idle.append(words)
        is_there = re.match(r"\W*(?:and )?is there (?:an?|any|some)\b", act.said, re.I)
        vague = answer.kind == "dont_know" or (answer.form == "not_that_i_know" and is_there)
        if vague or (answer.form == "not_yet" and not asks_leave(act.said)):
            message.unknown[words] = act.said
        elif answer.form == "no_need":
            message.declined[words] = act.said

    def _wavers(self, item: OpenRequest, message: Message) -> bool:
        """Take a yes back, once, and give it again the next time it is asked for."""
        if item.withdrawn:
            item.withdrawn = False
            message.add(self._voice.say("reconsidered"), "confirm", item.request.id)
            return True
        item.withdrawn = self._temper.takes_back(item.request, message, "withdraw")
        return item.withdrawn

    def pursue(self, item: OpenRequest, acts: Sequence[Heard], text: str, message: Message) -> None:
        """What an open request still needs once every act has been answered."""
        request = item.request
        if item.withheld and message.leaves_open and request.id in message.supplied:  # what else was asked may be it
            self._give(Reply("supply", "supply", tuple(item.withheld)), item, message)
        if item.withheld and DialogueAct("confirm", request.id) in message.acts:
            self.again.add_details(item, message)
        said = {act.kind for act in message.acts if act.request == request.id}
        if said and said <= _PASSES and not (item.wrong or item.withheld) and memory.is_made(request, acts):
            self._at.settle([request])  # but for what was asked besides
        if item.wrong and text and item in self._at.open:
            self.again.put_right(item, message)
            return
        if request.id in message.answered or item not in self._at.open:
            return
        doubts = request.writes and item.tries < self._behaviour.patience
        reports = memory.reports_of(request, acts) if doubts else ""
        if not text:
            self.again.miss(item, message, how="silent")
        elif item.withdrawn:
            self._wavers(item, message)
        elif item.nameless and request.subject is not None and not message.answered:
            item.nameless = False
            who = self._voice.mention(request.subject, self._at.plain_ground)
            item.reaction = ("supply", who)
            message.add(self._voice.say("supply_subject", subject=who), "supply", request.id)
        elif item.withheld and not message.answered:
            kinds = {act.kind for act in acts}
            asked = item.puzzled or {"ask", "choose"} & kinds or set(asked_slots(text, request)) & set(item.withheld)
            self.again.add_details(item, message, "supply" if asked else "add_details")
        elif reports and (other := rival_subject(reports, request)):
            item.tries += 1
            who = self._voice.mention(request.subject, self._at.plain_ground) if request.subject else ""
            item.reaction = ("correct", who)
            message.add(self._voice.say("not_that_subject", rival=value(other), subject=who), "correct", request.id)
        elif reports and (wrong := [slot for slot in request.slots if is_rivalled(reports, slot, request)]):
            item.tries += 1
            item.reaction = ("correct", self._replies.details(request, wrong))
            message.add(self._replies.corrected(request, wrong), "correct", request.id)
        elif memory.seems_settled(request, self._at.missing(item), acts, self._at.common):
            self._at.settle([request])
        elif any(act.kind in _PASSES | {"confirm", "choose"} for act in message.acts):
            message.answered.add(request.id)  # first things first
        elif not message.answered:
            self.again.miss(item, message, acts)
