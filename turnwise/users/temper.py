"""What a user's temper adds to what it wants: doubt, pressure, helplessness, asides, and wishes that nobody can grant."""

import random
import re

from turnwise.goals.model import Request
from turnwise.users.behaviour import Behaviour
from turnwise.users.style import lowered, value
from turnwise.users.wording import CommonGround, Wording
from turnwise.users.wording.kinds import is_person

_MOST_LOST = 2
"""how often somebody says that they are new to this"""


class Temper:
    """The temper of one user."""

    def __init__(self, behaviour: Behaviour, voice: Wording, rng: random.Random) -> None:
        self._behaviour = behaviour
        self._voice = voice
        self._rng = rng
        self._lost = 0

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

    def aside(self, *, answers: bool) -> str:
        """What goes with a request, or with an answer: pressure, or doubt whether it was put right; mostly nothing."""
        if self._chance(self._behaviour.presses / (2 if answers else 1)):
            return self._voice.say("press_answer" if answers else "press")
        if not answers and self._lost < _MOST_LOST and self._chance(0.7 * self._behaviour.puzzled):
            self._lost += 1
            return self._voice.say("lost")
        return ""

    def stray(self) -> str:
        """Something that has nothing to do with it; mostly nothing."""
        return self._voice.say("digress") if self._chance(self._behaviour.digresses) else ""

    def wish(self, request: Request) -> str:
        """Something about what was just done that no tool does; mostly nothing."""
        if not self._chance(self._behaviour.impossible):
            return ""
        subject = request.subject
        kind = "me" if subject and subject.me else "person" if subject and subject.person else "thing"
        return self._voice.say(f"impossible.{kind}", name=value(subject.name) if subject else "")

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share
