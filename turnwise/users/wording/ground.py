"""What a dialogue has brought up, so that `it` and `that album` are said only while it is clear what they mean."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from turnwise.goals.model import Answer, Mention, Request
from turnwise.users.wording.kinds import is_kind, is_person
from turnwise.values.words import singular


class Pronoun(NamedTuple):
    """What stands for a person, as the one who does something, to whom it is done, and whose something is."""

    they: str = "they"
    them: str = "them"
    their: str = "their"
    have: str = "have"
    do: str = "do"


_SAID = {
    **dict.fromkeys(("she", "her", "hers"), Pronoun("she", "her", "her", "has", "does")),
    **dict.fromkeys(("he", "him", "his"), Pronoun("he", "him", "his", "has", "does")),
}
_NO_OTHER = r"(?:(?!(?<!\d )(?<![Tt]he )[A-Z][\w'’-]+ [A-Z]).){0,200}?"
"""Some text that names nobody else."""


def pronoun_for(mention: Mention, talk: Sequence[str]) -> Pronoun:
    """The pronoun that was just used of somebody, after their name and before anybody else's; they, where none was."""
    if not mention.person:
        return Pronoun()  # a company
    first, _, rest = mention.name.partition(" ")
    after = rf"\b{re.escape(first)}\b(?: {re.escape(rest)}\b)?{_NO_OTHER}\b([Ss]he|[Hh]ers?|[Hh]e|[Hh]im|[Hh]is)\b"
    plain = (re.sub(r"\d[\w-]* (?:[A-Z][\w'’-]*,? ?)+", "", text) for text in talk[-1:])  # a street is nobody
    found = (match for text in plain for match in re.findall(after, text, re.DOTALL)[-1:])
    return _SAID.get(next(found, "").lower(), Pronoun())


class CommonGround(NamedTuple):
    """What the dialogue so far allows a user to say without explaining it."""

    known: frozenset[str] = frozenset()
    """ids of requests whose answers the user has been told: what they name can be called by name"""
    clear: frozenset[str] = frozenset()
    """ids of requests whose answer `that album` can only mean"""
    just_named: bool = False
    """the subject is what was spoken of last, so that `it` is clear"""
    recent: frozenset[tuple[str, str]] = frozenset()
    """(noun, name) of what the last request named, where it named one of the kind: `that album` can only mean it"""
    here: frozenset[tuple[str, str]] = frozenset()
    """(noun, name) of what the same message has named already"""
    named: frozenset[tuple[str, str]] = frozenset()
    """(noun, name) of everything that was named so far: it needs no noun beside its name"""
    raised: Mapping[str, Request] = MappingProxyType({})
    """id -> request, of all that were raised: by them one explains what was not told yet"""
    sole: bool = False
    """the same message goes on with what is found, so that one thing is expected"""
    pronoun: Pronoun = Pronoun()
    """what stands for the subject, where it is a person"""
    plainly: bool = False
    """said in full and by the proper words, as when something is asked again"""


class Referents:
    """What a user has spoken of, so that `it` and `that album` are said only while it is clear what they mean."""

    def __init__(self) -> None:
        self._last_about: dict[str, str] = {}
        """noun -> id of the last request that was about one"""
        self._last: Request | None = None
        self.recent: frozenset[tuple[str, str]] = frozenset()
        self.named: frozenset[tuple[str, str]] = frozenset()

    def note(self, request: Request) -> None:
        """Remember which nouns a request brings up."""
        nouns = {request.phrases.get("one"), singular(request.phrases.get("many", "")), *map(singular, request.asks)}
        nouns |= {request.subject.noun} if request.subject and not request.subject.told_by else set()
        nouns |= {slot.mention.noun for slot in request.slots if slot.mention and not slot.mention.told_by}
        self._last_about |= {noun: request.id for noun in nouns if noun}
        self._last = request
        named = [
            m for m in (request.subject, *(slot.mention for slot in request.slots)) if m and not m.told_by and not m.me
        ]
        self.named |= {(m.noun, m.name) for m in named}
        kinds = [mention.noun for mention in named]
        self.recent = frozenset((m.noun, m.name) for m in named if kinds.count(m.noun) == 1)

    @property
    def clear(self) -> frozenset[str]:
        """Ids of the requests whose answer is still the last thing of its kind that was spoken of."""
        return frozenset(self._last_about.values())

    def brought_up(self, noun: str) -> bool:
        """Whether one of a kind was spoken of."""
        return noun in self._last_about

    def just_named(self, request: Request) -> bool:
        """Whether a request is about what the last one was about, or found."""
        last, subject = self._last, request.subject
        if last is None or subject is None or last.intent == "difference":
            return False
        same = last.subject is not None and (last.subject.noun, last.subject.name) == (subject.noun, subject.name)
        same = same and not any(_names_other(answer, subject) for answer in last.checkpoint.answers)
        found = subject.told_by == last.id and len(last.checkpoint.answers) == 1
        return (same or found) and last.id.partition("r")[0] == request.id.partition("r")[0]


def _names_other(answer: Answer, subject: Mention) -> bool:
    """Whether an answer names another that `it`, or `she`, could mean as well."""
    named = answer.kind == "text" and str(answer.value)[:1].isupper()
    named = named and not is_kind(answer.label, "contacts", "texts", "choices", "names")
    return named and is_kind(answer.label, "people") == is_person(subject)
