"""What a user's temper adds to what it wants, and when: doubt, pressure, asides, wishes that nobody can grant.

What makes a user who they are shows in nearly every dialogue: the share of a dial is spread evenly over its occasions,
where chance alone would leave many a dialogue without any.
"""

import random
import re
from collections.abc import Sequence

from turnwise.goals.model import Request
from turnwise.users.behaviour import Behaviour
from turnwise.users.disclosing import SHORT
from turnwise.users.hearing import Heard
from turnwise.users.standing import Message, OpenRequest
from turnwise.users.style import lowered, value
from turnwise.users.wording import CommonGround, Wording
from turnwise.users.wording.kinds import is_person

_UNEVEN = 0.4
"""how far off its time something may come, so that it is no clockwork"""

_TRIES = 4
"""how often another wish is looked for than one that was refused already"""

_HEEDS = 0.8
"""how often a warning gets a word"""


class Temper:
    """The temper of one user."""

    def __init__(self, behaviour: Behaviour, voice: Wording, rng: random.Random) -> None:
        self._behaviour = behaviour
        self._voice = voice
        self._rng = rng
        self._due: dict[str, float] = {}
        self._noted = False
        self._wavered: set[str] = set()
        """requests whose yes, or whose being done, was ever taken back"""
        self._wished: set[str] = set()
        self._thinks = ""
        """id of the one that was done and taken back just now"""

    def hedged(self, sentence: str, request: Request, ground: CommonGround) -> str:
        """A request, at times as it is put by somebody who is not sure, in a few words after one detail of a thing."""
        if not self._chance(self._behaviour.hedges):
            return sentence
        if request.writes and re.search(r" (?:should|needs? to) be [^?]*$", sentence):
            return f"{self._voice.say('hedge.statement')}{lowered(sentence)}"
        subject = request.subject
        fresh = subject is not None and subject.told_by is None and not is_person(subject) and not ground.just_named
        stored = fresh and request.intent == "detail" and len(request.asks) == 1
        whole = stored and re.match(r"(?:can|could|do|would|who|when|how|which)\b.*\?$", sentence, re.I)
        return f"{sentence} {self._voice.say('hedge.question')}" if whole else sentence

    def aside(self, *, answers: bool, reads: bool = False) -> str:
        """What goes with a request, or with an answer: pressure; mostly nothing."""
        if self.moved("presses", 0.5 if answers else 1.0):
            return self._voice.say("press.answer" if answers else "press.reads" if reads else "press.writes")
        return ""

    def stray(self) -> str:
        """Something that has nothing to do with it; mostly nothing."""
        return self._voice.say("digress") if self.moved("digresses") else ""

    def wish(self, request: Request) -> str:
        """Something about what was just done that no tool does; mostly nothing."""
        if not self.moved("impossible"):
            return ""
        subject = request.subject
        kind = "me" if subject and subject.me else "person" if subject and subject.person else "thing"
        for _ in range(_TRIES):
            said = self._voice.say(f"impossible.{kind}", name=value(subject.name) if subject else "")
            if said not in self._wished:
                break
        self._wished.add(said)
        return said

    def feedback(self, request: Request, *, warned: bool) -> list[str]:
        """What a message says of what was just done or told, or warned of, before it goes on; at times nothing."""
        if warned and self._chance(_HEEDS):
            return [self._voice.say("feedback.warned")]
        if not self._chance(self._behaviour.feedback):
            return [self._voice.say("acknowledge")] if self._voice.polite() else []
        answers = request.checkpoint.answers
        short = len(answers) == 1 and answers[0].kind == "text" and len(str(answers[0].value).split()) <= SHORT
        if short and answers[0].returned is None and re.fullmatch(r"[A-Z][^\d@]*\w", str(answers[0].value)):
            return [self._voice.say("feedback.named", answer=self._voice.spoken(answers[0].value, answers[0].label))]
        return [self._voice.say("feedback.done" if request.writes else "feedback.told")]

    def pause(self, request: Request) -> str:
        """A message that only reacts to what was just done or told; once, that it is being noted, where it is worth it."""
        answers = request.checkpoint.answers
        worth = any(answer.kind == "date" or re.search(r"@|\d{3}", str(answer.value)) for answer in answers)
        notes = worth and not request.writes and not self._noted and self._chance(0.5)
        self._noted = self._noted or notes
        return self._voice.say("pause_note" if notes else "pause_done" if request.writes else "pause")

    def takes_back(self, request: Request, message: Message, form: str = "withdraw_done") -> bool:
        """Take back the yes to a change, or that it was made, once."""
        if not request.writes or request.id in self._wavered or not self.moved("withdraws"):
            return False
        self._wavered.add(request.id)
        self._thinks = request.id if form == "withdraw_done" else ""
        message.add(self._voice.say(form), "withdraw", request.id)
        return True

    def let_stand(self, acts: list[Heard], message: Message, open_: Sequence[OpenRequest]) -> list[Heard]:
        """Let what was made and taken back stand after all; what is left to answer of what was said."""
        if not self._thinks:
            return acts
        message.add(self._voice.say("let_stand"), "confirm", self._thinks, goes_on=False)
        self._thinks = ""
        return [act for act in acts if any(act.request == item.request.id for item in open_)]

    def moved(self, dial: str, weight: float = 1.0) -> bool:
        """Whether to do it this time: as often as the dial says, the first time soon, and at distances that are nearly even."""
        share: float = getattr(self._behaviour, dial) * weight
        if share and dial not in self._due:
            self._due[dial] = self._rng.uniform(min(1.0, 2 * share), 1)
        due = self._due.get(dial, 0.0) + share
        self._due[dial] = due - 1 + self._rng.uniform(-_UNEVEN, _UNEVEN) if due >= 1 else due
        return due >= 1

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share
