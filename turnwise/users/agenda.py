"""A user by rules: an agenda of requests, worked through turn by turn.

After agenda-based user simulation (Schatzmann et al. 2007): what is left to do sits on an agenda, each
assistant turn pushes reactions on top of it (a value asked for, a correction, a repeated question), and the
user says what is uppermost. It knows what was achieved from recorded progress alone, and what things are
called only once they have been told. It decides what to say; `wording` decides how.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from turnwise.goals.model import Goal, Mention, Request, Slot
from turnwise.users.behaviour import Behaviour
from turnwise.users.style import ended, led, lowered, marked, stated, value
from turnwise.users.turns import DialogueAct, DialogueActKind, PastTurn, UserTurn
from turnwise.users.wording import CommonGround, Referents, Wording
from turnwise.values.text import normalised

_MOST_REPLIES = 4
"""Questions about one request that the user answers before it counts as a miss."""

_ASKS_LEAVE = re.compile(
    r"\b(shall i|should i|do you want me|would you like me|may i|can i go ahead|confirm|go ahead|proceed|is that (right|correct)"
    r"|are you sure|ok(ay)? to|correct\?|right\?|yes or no|yes/no)",
    re.IGNORECASE,
)
_ASKS_WHICH = re.compile(r"\b(what|which|who|whom|whose|when|where|how)\b", re.IGNORECASE)

_Reaction = tuple[list[str], list[DialogueAct]]
"""Parts of a message, and what they do."""


@dataclass
class _Open:
    """One request that was raised and is not done."""

    request: Request
    withheld: list[Slot] = field(default_factory=list)
    """values not yet given"""
    wrong: bool = False
    """said with a first thought that has to be put right"""
    tries: int = 0
    replies: int = 0


class Agenda:
    """The agenda user of one dialogue; `speak` is called once per user turn."""

    def __init__(self, goals: Sequence[Goal], behaviour: Behaviour, seed: int | str) -> None:
        self._rng = random.Random(f"agenda {seed}")
        self._voice = Wording(behaviour, self._rng)
        self._behaviour = behaviour
        self._goals: list[Goal] = []
        self._waiting: list[Request] = []
        self._open: list[_Open] = []
        self._done: frozenset[str] = frozenset()
        self._answering: set[str] = set()
        self._dropped: set[str] = set()
        self._checked = False
        self._began = False
        self._referents = Referents()
        self.add(goals)

    def add(self, goals: Sequence[Goal]) -> None:
        """Take further goals, to be pursued after those there are."""
        self._goals.extend(goals)
        self._answering |= {r.id for goal in goals for r in goal.requests if r.checkpoint.answers}

    def join(self, past: Sequence[PastTurn]) -> None:
        """Continue a dialogue that another user began: its dialogue acts say what was asked, and what was given up.

        What that user withheld or first said wrong is not known: it counts as said.
        """
        dialogue_acts = [act for turn in past for act in turn.dialogue_acts]
        raised = [act.request for act in dialogue_acts if act.kind == "request"]
        begun = [goal for goal in self._goals if any(request.id in raised for request in goal.requests)]
        requests = {request.id: request for goal in begun for request in goal.requests}
        self._began = True
        self._done = past[-1].done if past else frozenset()
        self._checked = any(act.kind == "check" for act in dialogue_acts)
        self._dropped = {act.request for act in dialogue_acts if act.kind == "give_up"}
        self._goals = [goal for goal in self._goals if goal not in begun]
        self._waiting = [request for request in requests.values() if request.id not in raised]
        for request in (requests[name] for name in dict.fromkeys(raised) if name in requests):
            self._referents.note(request)
            if request.id not in self._done | self._dropped:
                self._open.append(_Open(request))

    async def speak(self, said: Sequence[str], done: frozenset[str]) -> UserTurn:
        """The user's next message, after what the assistant `said` since the last one and what is `done` so far."""
        if not self._began:
            return self.opening()
        fresh = [item.request for item in self._open if item.request.id in done and not item.wrong]
        self._open = [item for item in self._open if item.request.id not in done or item.wrong]
        self._done = done
        text = "\n".join(part for part in said if part.strip())
        return self._react(text, fresh)

    # -- what to say ------------------------------------------------------------------------------

    def opening(self) -> UserTurn:
        """The first message."""
        self._began = True
        greeting = self._voice.say("openings")
        raised, dialogue_acts = self._raise_next()
        return self._turn([greeting, *raised], [DialogueAct("greet"), *dialogue_acts])

    def _react(self, text: str, fresh: list[Request]) -> UserTurn:
        """Put the reaction to what was said on top of the agenda, then take up what is next."""
        parts: list[str] = []
        dialogue_acts: list[DialogueAct] = []
        if self._open:
            parts, dialogue_acts = self._pursue(text, fresh)
            if parts:
                return self._turn(parts, dialogue_acts)
        if not self._waiting and not self._goals:
            return self._close(dialogue_acts)
        changed = [r for r in fresh if r.checkpoint.state]
        if changed and not self._checked and self._chance(self._behaviour.double_checks):
            self._checked = True
            return self._turn([self._voice.say("check")], [*dialogue_acts, DialogueAct("check", changed[0].id)])
        if fresh and self._chance(self._behaviour.acknowledges):
            return self._turn([self._voice.say("pause")], [*dialogue_acts, DialogueAct("acknowledge")])
        if fresh:
            parts += self._feedback(fresh)
            dialogue_acts.append(DialogueAct("acknowledge"))
        new_goal = not self._waiting
        lead = self._voice.say("next_goal" if new_goal else "next") if not dialogue_acts or self._chance(0.5) else ""
        raised, more = self._raise_next()
        if not raised:
            return self._close(dialogue_acts)
        return self._turn([*parts, led(lead, raised[0]), *raised[1:]], [*dialogue_acts, *more])

    def _pursue(self, text: str, fresh: list[Request]) -> _Reaction:
        """The reaction to requests that are still open; empty when all of them were just given up."""
        item = self._open[0]
        if not text:
            return self._miss(item, [self._voice.say("silence")])
        if item.wrong:
            return self._put_right(item)
        if item.withheld and (self._behaviour.details == "gradual" or "?" in text):
            return self._supply(item, text)
        asked = "?" in text
        if asked and item.replies < _MOST_REPLIES:
            item.replies += 1
            question = re.split(r"(?<=[.!?])\s+|\n", text[: text.rindex("?") + 1])[-1]
            asks_leave = _ASKS_LEAVE.search(question) and not _ASKS_WHICH.search(question)
            return self._does("confirm", item.request) if asks_leave else self._clarify(item, question)
        lead = [self._voice.say("both_open")] if fresh else []
        return self._miss(item, lead)

    def _supply(self, item: _Open, text: str) -> _Reaction:
        """Give the values that were withheld: those asked for, or all of them."""
        wanted = [slot for slot in item.withheld if normalised(slot.label) in normalised(text)] or item.withheld
        item.withheld = [slot for slot in item.withheld if slot not in wanted]
        form = "supply" if "?" in text else "add_details"
        return self._does("supply", item.request, form, details=self._details(wanted))

    def _clarify(self, item: _Open, question: str) -> _Reaction:
        """Answer a question about a request: by the values it names, else by what the request is about."""
        request = item.request
        heard = normalised(question)
        asked = [
            s
            for s in (request.slots if request.intent != "adjust" else ())  # a step alone says nothing
            if normalised(s.label) in heard or any(w in heard for w in normalised(s.label).split() if len(w) > 4)
        ]
        if asked:
            return self._does("supply", request, details=self._details(asked))
        subject = request.subject
        if subject is not None and (subject.noun in heard or "which" in heard) and self._nameable(subject):
            return self._does("supply", request, details=self._voice.mention(subject, self._plainly()))
        return self._repeat(item)

    def _put_right(self, item: _Open) -> _Reaction:
        """Replace a first thought by what is really wanted."""
        item.wrong = False
        request = item.request
        if (subject := _doubtful_subject(request)) is not None:
            who = self._voice.mention(subject, self._plainly())
            first = value(subject.first_thought)
            return self._does("correct", request, "second_thought_subject", subject=who, first=first)
        slot = next(s for s in request.slots if s.first_thought is not None)
        fields = {"label": f"the {slot.label}", "value": value(slot.value), "first": value(slot.first_thought)}
        return self._does("correct", request, "second_thought_value", **fields)

    def _does(self, kind: DialogueActKind, request: Request, form: str | None = None, **fields: str) -> _Reaction:
        """One act about a request, said in a form of its own or in that of the act."""
        return [self._voice.say(form or kind, **fields)], [DialogueAct(kind, request.id)]

    def _miss(self, item: _Open, lead: list[str]) -> _Reaction:
        """Ask again in full, or give up once patience is spent."""
        if item.tries >= self._behaviour.patience:
            self._open.remove(item)
            self._dropped.add(item.request.id)
            said, dialogue_acts = self._does("give_up", item.request)
            if self._open:
                return said, dialogue_acts
            raised, more = self._raise_next()
            if raised:
                return [*said, *raised], [*dialogue_acts, *more]
            return [*said, self._voice.say("close_unhappy")], [*dialogue_acts, DialogueAct("close")]
        item.tries += 1
        item.wrong = False
        said, dialogue_acts = self._repeat(item)
        return ([*lead, *said] if lead else [self._voice.say("repeat.lead"), *said]), dialogue_acts

    def _repeat(self, item: _Open) -> _Reaction:
        item.withheld = []
        said = self._request(item.request, item.request.slots, {}, self._plainly())
        return [said], [DialogueAct("repeat", item.request.id)]

    def _feedback(self, fresh: list[Request]) -> list[str]:
        if not self._chance(self._behaviour.feedback):
            return [self._voice.say("acknowledge")] if self._voice.polite() else []
        answers = fresh[-1].checkpoint.answers
        if len(answers) == 1 and answers[0].kind == "text" and len(str(answers[0].value)) < 30:
            return [self._voice.say("feedback.named", answer=value(answers[0].value))]
        if fresh[-1].checkpoint.state:
            return [self._voice.say("feedback.done")]
        return [self._voice.say("feedback.told")]

    def _close(self, dialogue_acts: list[DialogueAct]) -> UserTurn:
        form = "close" if self._done else "close_unhappy"
        return self._turn([self._voice.say(form)], [*dialogue_acts, DialogueAct("close")])

    # -- raising requests -------------------------------------------------------------------------

    def _raise_next(self) -> _Reaction:
        """Raise the next one or two requests, or a whole goal; empty when nothing is left that can be asked."""
        whole = self._behaviour.requests_per_turn == "all"
        self._drop_hopeless()
        while not self._waiting and self._goals:
            goal = self._goals.pop(0)
            self._waiting = list(goal.requests)
            self._drop_hopeless()
            if whole and goal.question is not None and self._waiting:
                return self._raise_whole(goal.question)
        most = len(self._waiting) if whole else self._behaviour.requests_per_turn
        count = most if whole else 2 if most == 2 and self._chance(self._behaviour.pairs) else 1
        batch = [self._waiting.pop(0) for _ in range(min(int(count), len(self._waiting)))]
        if not whole and len(batch) == 2 and set(batch[1].needs) & {batch[0].id}:
            self._waiting.insert(0, batch.pop())
        sentences, dialogue_acts = [], []
        for place, request in enumerate(batch):
            slots, values, item = self._first_words(request, alone=len(batch) == 1)
            self._open.append(item)
            named = not any(other.wrong for other in self._open) and self._referents.just_named(request)
            ground = CommonGround(self._known(), self._referents.clear, not place and named)
            sentence = self._request(request, slots, values, ground)
            if place:
                form = "chained" if set(request.needs) & {r.id for r in batch[:place]} else "joins"
                sentence = self._voice.say(form, request=lowered(sentence))
            sentences.append(sentence)
            dialogue_acts.append(DialogueAct("request", request.id))
        return sentences, dialogue_acts

    def _raise_whole(self, question: str) -> _Reaction:
        """Raise a goal by the one question that whoever wrote it put it in."""
        raised, self._waiting = self._waiting, []
        self._open += [_Open(request) for request in raised]
        for request in raised:
            self._referents.note(request)
        values = [slot.value for request in raised for slot in request.slots]
        return [marked(question, values)], [DialogueAct("request", request.id) for request in raised]

    def _drop_hopeless(self) -> None:
        """Leave out requests that build on an answer the user never got."""
        for request in self._waiting:
            if set(request.needs) & self._dropped:
                self._dropped.add(request.id)
        self._waiting = [request for request in self._waiting if request.id not in self._dropped]

    def _first_words(self, request: Request, *, alone: bool) -> tuple[list[Slot], dict[str, object], _Open]:
        """What to state of a request at first: which slots, which of them wrongly, and what is withheld."""
        item = _Open(request)
        slots = list(request.slots)
        values: dict[str, object] = {}
        if alone and self._chance(self._behaviour.second_thoughts):
            wavering = [s for s in slots if s.first_thought is not None]
            if request.intent == "update" and wavering:
                values[wavering[0].label] = wavering[0].first_thought
                item.wrong = True
            else:
                item.wrong = _doubtful_subject(request) is not None
        if not item.wrong and alone and self._behaviour.details != "upfront" and request.intent in ("create", "update"):
            least = 1 if request.intent == "create" and self._behaviour.details == "gradual" else 0
            if len(slots) > 1 and (self._behaviour.details == "on_request" or self._chance(0.5)):
                item.withheld = slots[max(least, len(slots) // 2 if self._behaviour.details == "gradual" else 0) :]
                slots = [s for s in slots if s not in item.withheld]
        return slots, values, item

    def _request(self, request: Request, slots: Sequence[Slot], values: dict[str, object], ground: CommonGround) -> str:
        subject = request.subject
        item = next((i for i in self._open if i.request is request), None)
        self._referents.note(request)
        if item is not None and item.wrong and not values and subject is not None:
            subject = subject.model_copy(update={"name": subject.first_thought, "short": None})
            ground = ground._replace(just_named=False)
        return self._voice.request(request, slots=slots, values=values, subject=subject, ground=ground)

    def _plainly(self) -> CommonGround:
        return CommonGround(self._known(), plainly=True)

    def _known(self) -> frozenset[str]:
        """Requests whose answers the user has been told; that something was made does not tell its number."""
        return self._done & self._answering

    def _details(self, slots: Sequence[Slot]) -> str:
        return self._voice.details(slots, CommonGround(self._known(), self._referents.clear, plainly=True))

    def _nameable(self, mention: Mention) -> bool:
        return mention.told_by is None or mention.told_by in self._known()

    # -- how it comes out -------------------------------------------------------------------------

    def _turn(self, parts: Sequence[str], dialogue_acts: Sequence[DialogueAct]) -> UserTurn:
        message = " ".join(ended(part) for part in parts if part)
        over = any(act.kind == "close" for act in dialogue_acts)
        return UserTurn(self._voice.typed(message), over, tuple(dialogue_acts), stated(message))

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share


def _doubtful_subject(request: Request) -> Mention | None:
    """The subject, where a user who errs would ask about another one first."""
    subject = request.subject
    return subject if subject and subject.first_thought is not None and not request.checkpoint.state else None
