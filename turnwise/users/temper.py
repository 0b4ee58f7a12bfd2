"""What a user's temper adds to what it wants: doubt, pressure, helplessness, asides, and wishes that nobody can grant."""

import random

from turnwise.goals.model import Request
from turnwise.users.behaviour import Behaviour
from turnwise.users.style import value
from turnwise.users.wording import Wording
from turnwise.users.wording.kinds import is_kind, is_person


class Temper:
    """The temper of one user."""

    def __init__(self, behaviour: Behaviour, voice: Wording, rng: random.Random) -> None:
        self._behaviour = behaviour
        self._voice = voice
        self._rng = rng

    def hedged(self, sentence: str, *, reads: bool) -> str:
        """A request, at times as it is put by somebody who is not sure."""
        if not self._chance(self._behaviour.hedges):
            return sentence
        if not reads and sentence.startswith(("I need", "I'd like")):
            return f"{self._voice.say('hedge.statement')}{sentence}"
        return f"{sentence} {self._voice.say('hedge.question')}" if reads and sentence.endswith("?") else sentence

    def aside(self, *, answers: bool) -> str:
        """What goes with a request, or with an answer: pressure, or doubt whether it was put right; mostly nothing."""
        if self._chance(self._behaviour.presses / (2 if answers else 1)):
            return self._voice.say("press_answer" if answers else "press")
        if not answers and self._chance(0.7 * self._behaviour.puzzled):
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
        if subject is None or subject.told_by is not None:
            return self._voice.say(
                "impossible.thing", noun=request.phrases.get("one") or (subject.noun if subject else "one")
            )
        kind = "place" if is_kind(subject.noun, "inside", "beside") else "thing"
        kind = "me" if subject.me else "person" if is_person(subject) else kind
        return self._voice.say(f"impossible.{kind}", name=value(subject.name), noun=subject.noun)

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share
