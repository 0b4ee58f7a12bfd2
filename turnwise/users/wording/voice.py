"""How a user's acts become words. Knows what can be said of a request, not when to say it."""

import random
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from turnwise.goals.model import Mention, Request, Situation, Slot
from turnwise.users.behaviour import Behaviour
from turnwise.users.style import clipped, ended, lowered, marked, typed, value
from turnwise.users.wording.forms import forms
from turnwise.users.wording.ground import CommonGround, Pronoun
from turnwise.users.wording.kinds import is_person
from turnwise.users.wording.referring import Speaker
from turnwise.users.wording.telling import tell

_CHOICE = re.compile(r"\[([^\[\]]*)\]|\{([^{}]*)\}")
_NAMES = re.compile(r"(?!The\b)[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)+")
_FIELD = re.compile(r"<(\w+)>")
_PLEASE = 0.5
"""how often a polite person says please with a request that may have it"""
_BY_PRONOUN = 0.7
"""how often a person who was spoken of last is called by a pronoun, not by the first name"""
_CLIPS = 0.85
"""how often a message of somebody who writes fragments has no articles"""
_WHOLE = 0.4
"""how often a change is told as a fact, where it can be"""
_TRIES = 3
"""to find words that were not used before"""


class Wording(Speaker):
    """One user's voice: the same seed says the same things."""

    def __init__(self, behaviour: Behaviour, rng: random.Random, now: datetime | None = None) -> None:
        super().__init__(behaviour, rng, now)
        self._used: set[str] = set()
        self._said: set[str] = set()

    def say(self, form: str, **fields: str) -> str:
        """One form of an act, filled in, preferring words that this user has not used yet."""
        for _ in range(_TRIES):
            said = self.fill(self._pick(form), **fields)
            if said not in self._said:
                break
        self._said.add(said)
        return said

    def _pick(self, form: str) -> str:
        node = forms()
        for part in form.split("."):
            node = node[part]
        node = forms()["manners"].get(self.behaviour.manner, {}).get(form, node)  # in their own words
        if isinstance(node, str):
            return node
        options: list[str] = (
            node if isinstance(node, list) else node["short" if self.rng.random() < self.behaviour.brevity else "long"]
        )
        fresh = [option for option in options if f"{form} {option}" not in self._used] or options
        chosen = self._one_of(fresh)
        self._used.add(f"{form} {chosen}")
        return chosen

    def _one_of(self, options: Sequence[str]) -> str:
        """One way to put it; whoever writes telegrams takes the shorter of two."""
        chosen = self.rng.choice(options)
        if self.behaviour.manner == "courteous":
            return max(chosen, self.rng.choice(options), key=lambda option: ("<please>" in option, len(option)))
        tries = (self.behaviour.brevity == 1) + 2 * (self.behaviour.manner == "curt")
        return min([chosen, *(self.rng.choice(options) for _ in range(tries))], key=len)

    def fill(self, template: str, **fields: str) -> str:
        """Resolve choices, innermost first, then put the fields in."""
        while (match := _CHOICE.search(template)) is not None:
            options = (match.group(1) if match.group(1) is not None else match.group(2)).split("|")
            template = template[: match.start()] + self._one_of(options) + template[match.end() :]
        return _FIELD.sub(lambda match: fields[match.group(1)], template)

    # -- who speaks, and why ----------------------------------------------------------------------

    def introduce(self, speaker: Mention) -> str:
        """The user says who they are."""
        return self.say("introduce", name=value(speaker.name))

    def reason(self, situation: Situation, values: Sequence[Any] = ()) -> str:
        """The user says why they come, as their situation has it; the values in it stay as they are."""
        said = situation.said.strip()
        return marked(said, [*values, *_NAMES.findall(said)])

    # -- requests ---------------------------------------------------------------------------------

    def request(
        self,
        request: Request,
        *,
        slots: Sequence[Slot],
        values: dict[str, Any],
        subject: Mention | None,
        ground: CommonGround,
    ) -> str:
        """A request as a sentence that states these slots, by a first thought where `values` has one."""
        mine = subject is not None and subject.me
        here = subject is not None and (subject.noun, subject.name) in ground.here
        person = subject is not None and is_person(subject)
        asked = subject is not None and subject.told_by is not None and subject.told_by not in ground.known
        near = ground.just_named and not mine and not ground.plainly
        again = near and not person
        called = subject is not None and subject.person and not asked and ground.pronoun == Pronoun()
        theirs = person and not mine and not called and (here or (near and (asked or self.rng.random() < _BY_PRONOUN)))
        told = tell(self, request, slots, values, subject, ground, again=again, theirs=theirs)
        own = "again" if again and not here else "mine" if mine else "theirs" if theirs else "requests"
        form, fields = told.form, told.fields
        at = own if form in forms()[own] else "requests"
        whole = form in forms()[at] and not told.also and (at != "requests" or self.rng.random() < _WHOLE)
        if form in forms()["deeds"] and not whole:
            deeds = [self.fill(self._pick(f"deeds.{one.form}"), **one.fields) for one in (told, *told.also)]
            at, form, fields = "requests", "do", {**fields, "deed": " and ".join(deeds)}
        template = self._pick(f"{at}.{form}")
        often = 1 if self.behaviour.manner == "courteous" else _PLEASE
        please = ", please" if self.polite() and self.rng.random() < often else ""
        sentence = self.fill(template, **fields, please=please)
        return f"{ended(sentence)} {told.rest}" if told.rest else sentence

    def joined(self, sentence: str, request: Request, before: Sequence[Request]) -> str:
        """A request that shares a message with those before it: `and` only with one of the same kind and subject."""
        alike = all((r.subject, r.writes) == (request.subject, request.writes) for r in before)
        form = "joins" if alike else "joins_other"
        form = "chained" if set(request.needs) & {r.id for r in before} else form
        return self.say(form, request=re.sub(r"^and |(?<=you )also ", "", lowered(sentence)))

    def typed(self, message: str) -> str:
        """The message as this user types it."""
        message = clipped(message) if self.behaviour.manner == "curt" and self.rng.random() < _CLIPS else message
        if (first := re.search(r"(?i)\bplease", message)) is not None:  # once is enough
            message = message[: first.end()] + message[first.end() :].replace(", please", "")
        return typed(message, self.behaviour.brevity, self.behaviour.typos, self.rng)
