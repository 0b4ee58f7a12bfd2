"""A user by rules: an agenda of requests, worked through turn by turn.

After agenda-based user simulation (Schatzmann et al. 2007): what is left to do sits on an agenda. Each message of the
assistant is heard as dialogue acts (`hearing`), every one of which is answered for the request that it concerns
(`answering`), by what the user wants and remembers (`memory`); then comes what is next. It hears words and what was
recorded as done, and decides what to say; `wording` decides how.
"""

import random
import re
from collections.abc import Sequence
from datetime import datetime

from turnwise.goals.model import Goal, Request, Slot
from turnwise.users import memory
from turnwise.users.asked import asks_subject
from turnwise.users.behaviour import Behaviour
from turnwise.users.comparing import fits_slot, knows_slot
from turnwise.users.disclosing import (
    doubtful_slots,
    doubtful_subject,
    errs_in_passing,
    may_be_vague,
    subject_matter,
    withheld,
)
from turnwise.users.hearing import listen
from turnwise.users.offers import answer_to_offer, drop_denials
from turnwise.users.reacting import Reactions
from turnwise.users.reasons import says_more, untitled, values_said
from turnwise.users.signs import sign
from turnwise.users.standing import Message, OpenRequest, Standing
from turnwise.users.style import joined, led, marked, repeats, stated
from turnwise.users.taking_up import not_guessed, rest_of, take_up, unsaid
from turnwise.users.temper import Temper
from turnwise.users.turns import DialogueAct, PastTurn, UserTurn
from turnwise.users.wording import CommonGround, Wording
from turnwise.values.relative import with_days
from turnwise.values.text import says_something


class Agenda:
    """The agenda user of one dialogue; `speak` is called once per user turn."""

    def __init__(
        self, goals: Sequence[Goal], behaviour: Behaviour, seed: int | str, now: datetime | None = None
    ) -> None:
        """Make a user; `now` is the time in its world, whose year goes without saying."""
        self._rng = random.Random(f"agenda {seed}")
        self._voice = Wording(behaviour, self._rng, now)
        self._behaviour = behaviour
        self._now = now.isoformat(" ") if now else ""
        self._goals: list[Goal] = []
        self._waiting: list[Request] = []
        self._at = Standing()
        self._temper = Temper(behaviour, self._voice, self._rng)
        self._reactions = Reactions(behaviour, self._voice, self._at, self._rng, self._temper)
        self._checked = False
        self._began = False
        self._introduced = False
        self._begun: set[str] = set()
        """goals whose reason was given, or kept"""
        self._impossible = False
        self.add(goals)

    def add(self, goals: Sequence[Goal]) -> None:
        """Take further goals, to be pursued after those there are."""
        self._goals.extend(goals)
        self._at.answering |= {r.id for goal in goals for r in goal.requests if r.checkpoint.answers}
        for goal in goals:
            said = self._voice.reason(untitled(goal.situation), values_said(goal)) if goal.situation else ""
            self._at.reasons |= {request.id: said for request in goal.requests}

    def join(self, past: Sequence[PastTurn]) -> None:
        """Continue a dialogue that another user began: its dialogue acts say what was asked, and what was given up.

        What that user withheld or first said wrong is not known: it counts as said.
        """
        dialogue_acts = [act for turn in past for act in turn.dialogue_acts]
        raised = [act.request for act in dialogue_acts if act.kind in ("request", "known")]
        begun = [goal for goal in self._goals if any(request.id in raised for request in goal.requests)]
        requests = {request.id: request for goal in begun for request in goal.requests}
        self._began = True
        self._at.heard = ["\n".join(turn.said) for turn in past if turn.said]
        self._at.said = [turn.message for turn in past]
        self._at.done = past[-1].done if past else frozenset()
        self._checked = any(act.kind == "check" for act in dialogue_acts)
        self._at.dropped = {act.request for act in dialogue_acts if act.kind == "give_up"}
        self._goals = [goal for goal in self._goals if goal not in begun]
        self._waiting = [request for request in requests.values() if request.id not in raised]
        for request in (requests[name] for name in dict.fromkeys(raised) if name in requests):
            self._at.referents.note(request)
            if request.id not in self._at.done | self._at.dropped:
                self._at.open.append(OpenRequest(request, 0))

    async def speak(self, said: Sequence[str], done: frozenset[str]) -> UserTurn:
        """The user's next message, after what the assistant `said` since the last one and what is `done` so far."""
        if not self._began:
            return self.opening()
        text = with_days("\n".join(part for part in said if says_something(part)), self._now)
        self._at.correct_first_thoughts(text)
        fresh = [item.request for item in self._at.open if item.request.id in done and not item.wrong]
        self._at.settle(fresh)
        self._at.done = done
        self._at.heard.append(text)
        return self._react(text, fresh)

    def opening(self) -> UserTurn:
        """The first message."""
        self._began = True
        message = Message()
        reason = self._reason(self._goals[0])
        greets = self._chance(self._behaviour.greets_first)
        if not self._introduce(message):
            form = "openings_with_reason" if reason else "greetings" if greets else "openings"
            message.add(self._voice.say(form, about=subject_matter(self._goals[0].requests[0])), "greet")
        if reason:
            message.parts.append(reason)
        if not greets:
            self._raise_next(message)
        return self._turn(message)

    def _introduce(self, message: Message) -> bool:
        """Say who speaks, where the first goal is about their own things and nothing they say of it names them."""
        situation = self._goals[0].situation if self._goals and not self._introduced else None
        self._introduced = True
        if situation is None or situation.speaker is None:
            return False
        message.add(self._voice.introduce(situation.speaker), "greet", goes_on=False)
        return True

    def _react(self, text: str, fresh: list[Request]) -> UserTurn:
        """Answer every act of what was said, then take up what is next."""
        message = Message()
        if self._goals and self._goals[0].id in self._begun and not self._waiting and not self._goals[0].question:
            self._waiting = list(self._goals.pop(0).requests)  # the reason was enough to answer it
        self._drop_known(message)
        self._waiting = not_guessed(text, self._at, self._waiting, message)
        current = [item.request for item in reversed(self._at.open)]
        acts = listen(text, [*current, *self._at.settled[:2], *self._at.given_up[-2:]]) if text else []
        wished, self._impossible = self._impossible, False
        if wished and {act.kind for act in acts} & {"refuse", "missing"}:
            message.add(self._voice.say("accept_impossible"), "acknowledge", goes_on=False)
        coming = [*self._waiting, *(request for goal in self._goals[:1] for request in goal.requests)]
        self._at.upcoming, self._at.invited, self._at.offered = tuple(map(self._at.resolved, coming)), "", False
        for item in self._at.open:  # what the assistant knows need not be said
            item.withheld = [slot for slot in item.withheld if not knows_slot(text, slot)]
        self._at.settle([item.request for item in self._at.open if self._at.seems_told(item, acts)])
        first = not current and not self._at.settled and take_up(text, self._at, self._voice, message) and self._begun
        acts = self._temper.let_stand(acts, message, self._at.open)
        for act in acts:
            self._reactions.answer(act, acts, message)
        message.keep_to_one(lambda form: self._voice.say(form) if self._at.says_all(acts) else "")
        kinds = {act.kind for act in acts}
        asked = bool(kinds & {"ask", "choose", "propose"})
        more = bool(acts) and acts[-1].kind == "offer" and "?" in acts[-1].said
        for item in list(self._at.open):
            self._reactions.pursue(item, acts, text, message)
        if message.answered:
            message.parts.append(self._temper.aside(answers=True))
            return self._turn(message)
        if fresh and not asked and self._temper.takes_back(fresh[-1], message):
            return self._turn(message)
        calls_for_more = asked or more or "warn" in kinds or any(sign("to_add", act.said) for act in acts)
        if fresh and not calls_for_more and self._waiting and self._chance(self._behaviour.acknowledges):
            pause, self._at.paused = [self._temper.pause(fresh[-1])], True
            return self._turn(Message(pause, [*message.known, DialogueAct("acknowledge")]))
        sure = self._checked or asked or more or not self._has_more() or re.search(r"\d", text) is not None
        sure = sure or any(fits_slot(text, slot) for request in fresh[-1:] for slot in request.slots)  # read back
        if fresh and fresh[-1].writes and not sure and self._chance(self._behaviour.double_checks):
            self._checked = True
            message.add(self._voice.say("check"), "check", fresh[-1].id)
            return self._turn(message)
        if not self._has_more():
            return self._close(message)
        if fresh and not message.parts and not more and not asked:  # OK would be a yes
            message.parts += self._temper.feedback(fresh[-1], warned="warn" in kinds)
            message.acts.append(DialogueAct("acknowledge"))
        if fresh and fresh[-1].writes and not asked and not wished and (wish := self._temper.wish(fresh[-1])):
            self._impossible = True
            message.add(wish, "ask_impossible")
            return self._turn(message)
        place, goes_on = len(message.parts), bool(self._at.settled or self._at.given_up) and not self._at.invited
        goes_on = goes_on and not asked and (not message.acts or self._chance(0.5))
        offer = answer_to_offer(acts[-1].said, self._at) if more else ""
        form = "first" if first else offer or ("next" if self._waiting else "next_goal")
        lead = self._voice.say(form) if goes_on or first else ""
        self._raise_next(message, leads=bool(lead))
        if not message.answered or len(message.parts) == place:
            return self._turn(message) if message.answered else self._close(message)
        place -= drop_denials(message, place, self._at)
        if fresh and place and any(repeats(message.parts[place - 1], part) for part in message.parts[place:]):
            del message.parts[place - 1]  # "Red Courier, got it. Who owns Red Courier?"
            place -= 1
        if (message.asks_again and not offer) or sum(part in message.made_of for part in message.parts[place:]) > 1:
            lead = ""  # "also" comes with the second
        if message.parts[place] not in message.made_of:  # before the reason
            lead = re.sub(r"[:.] ?$", ".", lead) if re.search(r"[:.] ?$", lead) else ""
        message.parts[place] = led(lead, message.parts[place])
        return self._turn(message)

    def _close(self, message: Message) -> UserTurn:
        unhappy = any(act.kind == "give_up" for act in message.acts) or not (self._at.done or self._at.settled)
        message.add(self._voice.say("close_unhappy" if unhappy else "close"), "close")
        return self._turn(message)

    def _has_more(self) -> bool:
        return bool(self._waiting or self._goals)

    def _raise_next(self, message: Message, *, leads: bool = False) -> None:
        """Raise the next one or two requests, or a whole goal; nothing where nothing is left that can be asked."""
        whole = self._behaviour.requests_per_turn == "all"
        self._drop_hopeless()
        self._drop_known(message)
        while not self._waiting and self._goals:
            goal = self._goals.pop(0)
            self._waiting = list(goal.requests)
            self._drop_hopeless()
            self._drop_known(message)  # there is no reason to give for what was told already
            if self._waiting and (reason := self._reason(goal)):
                message.parts.append(reason)
            if whole and goal.question is not None and self._waiting:
                self._raise_whole(goal.question, message)
                return
        if invited := next(
            (r for r in self._waiting if r.id == self._at.invited and not set(r.needs) - self._at.met), None
        ):
            self._waiting = [invited, *(r for r in self._waiting if r is not invited)]  # which was just offered
            if self._at.offered:  # yes is all there is to say
                self._waiting.pop(0)
                left = unsaid(invited, "\n".join(self._at.heard[-2:]))
                self._at.open.append(OpenRequest(invited, len(self._at.heard), left))
                self._at.referents.note(invited)
                message.acts.append(DialogueAct("request", invited.id))
                message.answered.add(invited.id)
                return
        if not self._waiting:
            return
        pairs = not whole and self._behaviour.requests_per_turn == 2 and self._chance(self._behaviour.pairs)
        batch = [self._at.without_known(self._waiting.pop(0)) for _ in self._waiting[: None if whole else 1 + pairs]]
        if not whole and len(batch) == 2 and (memory.stands_apart(*batch) or self._at.is_known(batch[1])):
            self._waiting.insert(0, batch.pop())
        for place, request in enumerate(batch):
            slots, values, item = self._first_words(request, message, alone=len(batch) == 1)
            self._at.open.append(item)
            if request.id == self._at.invited and (rest := rest_of(request, self._at, self._voice, message)):
                message.add(rest, "request", request.id)
                continue
            sole = len(request.checkpoint.answers) == 1 and any(request.id in other.needs for other in batch)
            ground = self._at.ground_for(request, message.parts, batch[:place])._replace(sole=sole)
            sentence = self._request(request, slots, values, ground)
            aside = (place or "?" in "".join(self._at.heard[-1:])) and sentence.startswith(("I don't", "I'm ", "I was"))
            if aside or any(sentence[:9] == part[:9] for part in message.made_of):  # I need to know ... twice
                sentence = self._request(request, slots, values, ground)
            if not place and not whole and self._at.may_have_missed(request):
                message.asks_again = True
                sentence = led(self._voice.say("missed"), sentence)
            elif not place and not whole and not leads and not any(act.kind == "dont_know" for act in message.acts):
                sentence = self._temper.hedged(sentence, request, ground)
            if place:
                sentence = self._voice.joined(sentence, request, batch[:place])
            message.add(sentence, "request", request.id)
            if item.wrong and errs_in_passing(request):
                self._reactions.again.put_right(item, message, "misread")
        self._at.paused = False
        if self._at.said:  # an opening presses enough
            message.parts.append(self._temper.aside(answers=False, reads=not any(r.writes for r in batch)))

    def _reason(self, goal: Goal) -> str:
        """Why the user wants a goal, once, where a person would say it; else nothing."""
        situation = goal.situation
        if situation is None or goal.id in self._begun:
            return ""
        self._begun.add(goal.id)
        if not says_more(goal) or not self._chance(self._behaviour.tells_why):
            return ""
        return self._voice.reason(situation, values_said(goal))

    def _raise_whole(self, question: str, message: Message) -> None:
        """Raise a goal by the one question that whoever wrote it put it in."""
        raised, self._waiting = self._waiting, []
        self._at.open += [OpenRequest(request, len(self._at.heard)) for request in raised]
        said = marked(question, [slot.value for request in raised for slot in request.slots])
        for request in raised:
            self._at.referents.note(request)
            message.add(said, "request", request.id)

    def _drop_hopeless(self) -> None:
        """Leave out requests that build on an answer the user never got."""
        for request in self._waiting:
            if set(request.needs) & self._at.dropped:
                self._at.dropped.add(request.id)
        self._waiting = [request for request in self._waiting if request.id not in self._at.dropped]

    def _drop_known(self, message: Message) -> None:
        """Leave out what has been told already."""
        while self._waiting and self._at.is_known(self._waiting[0]):
            request = self._waiting.pop(0)
            self._at.settled.insert(0, request)
            self._at.overheard.add(request.id)
            message.acts.append(DialogueAct("known", request.id))

    def _first_words(
        self, request: Request, message: Message, *, alone: bool
    ) -> tuple[list[Slot], dict[str, object], OpenRequest]:
        """What to state of a request at first: which slots, which of them wrongly, and what is withheld."""
        item = OpenRequest(request, len(self._at.heard))
        slots = list(request.slots)
        values: dict[str, object] = {}
        wavering, subject = doubtful_slots(request), doubtful_subject(request)
        heard = (*message.parts, *self._at.said, *self._at.heard[-1:])
        errs = bool(wavering) or (subject is not None and not any(subject.name in part for part in heard))
        if alone and errs and request.id != self._at.invited and self._temper.moved("second_thoughts"):
            item.wrong = True
            values |= {slot.label: slot.first_thought for slot in wavering[:1]}
        if not item.wrong and alone and request.id != self._at.invited:
            item.withheld = withheld(request, self._behaviour, self._chance)
            slots = [slot for slot in slots if slot not in item.withheld]
            named = any(request.subject and request.subject.name in part for part in heard)
            named = named or any(asks_subject(told, request) for told in self._at.heard[-1:])
            item.nameless = self._behaviour.details == "on_request" and not named
            item.nameless = item.nameless and may_be_vague(request, self._at.referents) and self._chance(0.7)
            if item.nameless and request.intent == "update":  # I need to change the phone number of a customer
                item.withheld, slots = list(request.slots), []
        return slots, values, item

    def _request(self, request: Request, slots: Sequence[Slot], values: dict[str, object], ground: CommonGround) -> str:
        subject = request.subject
        item = next((i for i in self._at.open if i.request is request), None)
        self._at.referents.note(request)
        if item is not None and item.wrong and not values and subject is not None:
            subject = doubtful_subject(request) or subject
            subject = subject.model_copy(update={"name": subject.first_thought, "short": None})
            ground = ground._replace(just_named=False)
        elif item is not None and item.nameless and subject is not None:
            loose = {"name": "", "short": None} if request.writes else {"told_by": "?"}  # a booking; that booking
            subject = subject.model_copy(update=loose)
        return self._voice.request(request, slots=slots, values=values, subject=subject, ground=ground)

    def _turn(self, message: Message) -> UserTurn:
        over = any(act.kind == "close" for act in message.acts)
        if not over and not message.is_idle and (stray := self._temper.stray()):
            message.add(stray, "digress", goes_on=False)
        text = joined(message.parts, message.made_of)
        typed = self._voice.typed(text)
        self._at.said.append(typed)
        return UserTurn(typed, over, tuple(message.acts), stated(text))

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share
