"""Where a user stands in its dialogue: what is open, settled and dropped, what it said and heard; and a message in the making."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from turnwise.goals.model import Mention, Request, Slot
from turnwise.goals.progress import missing_answers
from turnwise.users.asked import asked_slots
from turnwise.users.comparing import fits_slot
from turnwise.users.disclosing import doubtful_slots
from turnwise.users.hearing import Heard
from turnwise.users.memory import seems_answered
from turnwise.users.missed import may_have_missed
from turnwise.users.proposals import asks_leave
from turnwise.users.signs import sign
from turnwise.users.style import stated, unmarked
from turnwise.users.told import in_other_words, told_already, untold_part
from turnwise.users.turns import DialogueAct, DialogueActKind
from turnwise.users.wording import CommonGround, Referents
from turnwise.users.wording.ground import pronoun_for
from turnwise.users.wording.kinds import is_person
from turnwise.values.states import mentions
from turnwise.values.text import MESSAGE_END


@dataclass
class OpenRequest:
    """One request that was raised and is not settled."""

    request: Request
    since: int
    """messages heard before it was raised"""
    withheld: list[Slot] = field(default_factory=list)
    """values not yet given"""
    nameless: bool = False
    """said without which one it is about"""
    wrong: bool = False
    """said with a first thought that has to be put right"""
    tries: int = 0
    """times it was asked again"""
    replies: int = 0
    """questions about it that were answered"""
    waits: int = 0
    """messages that only said to wait"""
    pushed: bool = False
    """a refusal of it was not accepted at once"""
    withdrawn: bool = False
    """a yes to it was taken back, and not given again"""
    puzzled: bool = False
    """a question about it was met by a question"""
    reaction: tuple[DialogueActKind, str] | None = None
    """what was put right or supplied last, which the assistant has to take in"""


_YES = re.compile(r"\W*(?:yes|yep|yeah|right|correct|ok|okay|sure|go ahead|please|do|that's (?:right|fine))\b", re.I)
_GIVES: tuple[DialogueActKind, ...] = ("supply", "choose", "correct")
"""What the assistant can go on with."""
_IDLE = ("dont_mind", "dont_know", "note", "acknowledge", "known")


@dataclass
class Message:
    """A message in the making."""

    parts: list[str] = field(default_factory=list)
    acts: list[DialogueAct] = field(default_factory=list)
    made_of: dict[str, DialogueAct] = field(default_factory=dict)
    """part -> the act that it puts into words"""
    idle: list[str] = field(default_factory=list)
    """parts that tell the assistant nothing: I don't mind"""
    supplied: dict[str, tuple[str, tuple[Slot, ...], bool]] = field(default_factory=dict)
    """request id -> the part that gives values for it, which, and whether it says which one it is about"""
    asked: str = ""
    """id of a request that is made by answering what the assistant asks"""
    unknown: dict[str, str] = field(default_factory=dict)
    """part that answers a question by nothing, I don't know, not yet -> the question"""
    declined: dict[str, str] = field(default_factory=dict)
    """part that declines an offer -> the offer"""
    asks_again: bool = False
    """whether it asks for what the user may have missed"""
    asks_rest: str = ""
    """the form for the rest, where a question was asked that only `I don't mind` answers"""
    leaves_open: bool = False
    """whether something was asked besides that it has no opinion on"""
    invites: bool = False
    """whether the assistant asks for what comes next"""
    answered: set[str] = field(default_factory=set)
    """requests of which it says something that the assistant can go on with"""

    def add(self, part: str, kind: DialogueActKind, request: str = "", *, goes_on: bool = True) -> None:
        """One thing said; `goes_on` where the assistant has something to do now."""
        act = DialogueAct(kind, request)
        if part not in self.parts:
            self.parts.append(part)
            self.made_of[part] = act
        if act not in self.acts:
            self.acts.append(act)
        if goes_on:
            self.answered.add(request)

    def replace(self, former: str, part: str) -> None:
        """Put a part in other words."""
        self.made_of[part] = self.made_of.pop(former)
        self.parts[self.parts.index(former)] = part

    def drop(self, part: str) -> None:
        """Leave a part out after all."""
        self.parts.remove(part)
        act = self.made_of.pop(part)
        self.acts = [other for other in self.acts if other != act]

    @property
    def known(self) -> list[DialogueAct]:
        """What it leaves out, since it was told already: this holds whatever else is said."""
        return [act for act in self.acts if act.kind == "known"]

    @property
    def is_idle(self) -> bool:
        """Whether it says nothing of any request."""
        return all(act.kind in _IDLE for act in self.acts)

    def keep_to_one(self, rest: Callable[[str], str]) -> None:
        """Say one thing at a time: an idle word only where nothing else is said, and no yes beside what was missing.

        Args:
            rest: what is said by a form of all else that was asked, once something is given.
        """
        given = {act.request for act in self.acts if act.kind in _GIVES}
        said = [(part, act) for part, act in self.made_of.items() if part not in self.idle]
        idle = [part for part in self.parts if part in self.idle]
        answers = any(act.kind not in ("dont_know", "decline", "acknowledge") for _, act in said)
        gone = idle if answers or self.invites else idle[1:]
        self.leaves_open = bool(gone)
        yes = [part for part, act in said if act.kind == "confirm" and not stated(part) and _YES.match(unmarked(part))]
        missing = {act.request for act in self.acts if act.kind in ("supply", "correct")}
        gone += [part for part in yes if self.made_of[part].request in missing]
        settled = {act.request for _, act in said if act.kind in ("confirm", "choose")}
        chosen = {act.request for _, act in said if act.kind == "choose"}
        gone += [part for part, act in said if act.kind == "dont_know" and act.request in chosen]
        gone += [part for part, act in said if act.kind == "dont_know" and part not in gone][1:]
        gone += [part for part, act in said if act.kind == "confirm" and part not in gone and not stated(part)][:-1]
        left = next((self.made_of[part] for part in gone if self.made_of[part].kind == "dont_mind"), None)
        for part in gone:
            self.parts.remove(part)
            del self.made_of[part]
        if left is not None and self.asks_rest and (given or settled) and (words := rest(self.asks_rest)):
            self.add(words, left.kind, left.request)
        kept = set(self.made_of.values())
        self.acts = [act for act in self.acts if act in kept or act.kind in ("known", "request")]


def lists_several(text: str) -> bool:
    """Whether a message lists things, so that `that loan` after it could mean any of them."""
    numbers = re.findall(r"(?<![\d.,:/£$€-])(?!(?:19|20)\d\d\b)\d{3,}(?![\d.,:/-]*\d)", text)
    alike = {len(number): {n for n in numbers if len(n) == len(number)} for number in numbers}
    return len(re.findall(r"(?m)^\s*(?:[-*•]|\d+[.)])\s", text)) > 1 or any(len(n) > 1 for n in alike.values())


@dataclass
class Standing:
    """What a user remembers of its dialogue."""

    open: list[OpenRequest] = field(default_factory=list)
    upcoming: tuple[Request, ...] = ()
    """what it will ask for next"""
    paused: bool = False
    """whether the last message of the user only reacted, so that `it` is clear no more"""
    invited: str = ""
    """id of what it will ask for next, where the assistant has just offered it"""
    offered: bool = False
    """whether the assistant has offered it with all that would be said of it"""
    settled: list[Request] = field(default_factory=list)
    """done, or taken for done, latest first"""
    done: frozenset[str] = frozenset()
    """ids of the requests that were recorded as done"""
    overheard: set[str] = field(default_factory=set)
    """ids of the requests that were answered before they were made"""
    answering: set[str] = field(default_factory=set)
    """ids of the requests that are questions"""
    dropped: set[str] = field(default_factory=set)
    """ids of the requests that were given up, or cannot be made any more"""
    given_up: list[Request] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    """request id -> why it is wanted"""
    heard: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    referents: Referents = field(default_factory=Referents)

    def settle(self, requests: Sequence[Request]) -> None:
        """Take requests for done."""
        self.open = [item for item in self.open if item.request not in requests]
        self.settled = [*requests, *(r for r in self.settled if r not in requests)]

    def correct_first_thoughts(self, text: str) -> None:
        """Forget that something was said wrongly at first where the assistant has it right: it was given meanwhile."""
        for item in self.open:
            item.wrong = item.wrong and not any(fits_slot(text, slot) for slot in doubtful_slots(item.request)[:1])

    def took_in(self, item: OpenRequest, details: str) -> bool:
        """Whether the assistant has said the values in a text itself since a request was made."""
        heard, values = "\n".join(self.heard[item.since :]), stated(details)
        return bool(values) and all(mentions(heard, given) for given in values)

    def missing(self, item: OpenRequest) -> tuple[str, ...]:
        """Labels of the answers that were not told since a request was raised."""
        return missing_answers(item.request, MESSAGE_END.join(self.heard[item.since :]))

    @property
    def met(self) -> frozenset[str]:
        """Ids of the requests on which others may build."""
        return self.done | {request.id for request in self.settled}

    @property
    def common(self) -> str:
        """What was told of other requests and what was said, the latest last: none of it answers a new one."""
        told = (str(answer.value) for r in self.settled if r.id in self.done for answer in r.checkpoint.answers)
        return "\n".join([*told, *self.said])

    def seems_told(self, item: OpenRequest, acts: Sequence[Heard]) -> bool:
        """Whether a question seems answered and nothing is asked of it, so that what else is said needs no answer about it."""
        request = item.request
        asked = any(
            act.request == request.id
            and (act.kind in ("ask", "choose") or (act.kind == "propose" and asks_leave(act.said)))
            and not (
                act.kind == "propose"
                and (sign("make", act.said) or sign("undo", act.said))
                and not sign("look", act.said)
            )  # what to do next
            for act in acts
        )
        if item.wrong or request.writes or asked:
            return False
        missing = self.missing(item)
        values = [str(answer.value) for answer in request.checkpoint.answers if answer.label in missing]
        if values and all(in_other_words(self.heard[-1], given) for given in values):
            return True
        told = bool(request.checkpoint.answers) and not missing
        return told or seems_answered(request, missing, acts, self.common)

    def says_all(self, acts: Sequence[Heard]) -> bool:
        """Whether nothing is kept back, and nothing that it wants next is asked for."""
        asked = any(asked_slots(act.said, r) for act in acts if act.kind == "ask" for r in self.upcoming[:1])
        asked = asked or any(re.search(r"\([A-Z][^()]*\?\)", act.said) for act in acts)  # who moves in (Austin?)
        return not asked and not any(item.withheld for item in self.open)

    def is_known(self, request: Request) -> bool:
        """Whether a request has been answered, or done, before it was made."""
        return told_already(request, self.heard, self.said, self._raised)

    def may_have_missed(self, request: Request) -> bool:
        """Whether what a request asks for may have been told, though not clearly so."""
        return may_have_missed(request, self.heard, self.said, [r for r in self._raised if r.id != request.id])

    def without_known(self, request: Request) -> Request:
        """A request without those of the things it asks for that have been told."""
        return untold_part(request, self.heard, self.said, self._raised)

    @property
    def _raised(self) -> list[Request]:
        return [*(item.request for item in reversed(self.open)), *self.settled]

    @property
    def known(self) -> frozenset[str]:
        """Requests whose answers the user has been told; that something was made does not tell its number."""
        return (self.done | self.overheard) & self.answering

    def resolved(self, request: Request) -> Request:
        """A request in which what the user has been told is named."""

        def named(mention: Mention | None) -> Mention | None:
            told = mention is not None and mention.told_by is not None and mention.told_by in self.known
            return mention.model_copy(update={"told_by": None}) if mention is not None and told else mention

        slots = tuple(slot.model_copy(update={"mention": named(slot.mention)}) for slot in request.slots)
        return request.model_copy(update={"subject": named(request.subject), "slots": slots})

    def nameable(self, mention: Mention) -> bool:
        """Whether the user knows what a thing is called."""
        return mention.told_by is None or mention.told_by in self.known

    @property
    def ground(self) -> CommonGround:
        """What can be said without explaining it."""
        if lists_several(self.heard[-1] if self.heard else ""):
            return self.plain_ground._replace(plainly=False)
        return self.plain_ground._replace(clear=self.referents.clear, recent=self.referents.recent, plainly=False)

    def ground_for(self, request: Request, parts: Sequence[str], before: Sequence[Request] = ()) -> CommonGround:
        """What can be said of a request without explaining it, after the parts and requests of the same message."""
        named = not (self.paused or any(item.wrong for item in self.open)) and self.referents.just_named(request)
        told = request.subject is not None and request.subject.told_by is not None
        named = named and not (told and lists_several(self.heard[-1] if self.heard else ""))
        opening = self.said if len(self.said) == 1 else ()  # which says whom it is about
        parts = [unmarked(part) for part in parts if part] or opening
        mentions = [m for m in (request.subject, *(slot.mention for slot in request.slots)) if m]
        spoken_of = [m for m in mentions if self.nameable(m)]
        here = frozenset(
            (m.noun, m.name)
            for m in spoken_of
            if any((m.short or m.name) in part for part in (parts[-1:] if m.person else parts))
            and not any(
                noun == m.noun and name != m.name and any(name in part for part in parts)
                for noun, name in self.referents.named
            )
        )  # `their` can only mean who was named last
        asked_of = {(m.noun, m.name) for r in before[-1:] if (m := r.subject) is not None}
        here |= {(m.noun, m.name) for m in spoken_of} & asked_of
        before_it = here | {(m.noun, m.name) for m in spoken_of if any(m.name in said for said in self.said)}
        others = (m for r in self.upcoming for m in (r.subject, *(s.mention for s in r.slots)) if m and m.person)
        if len({m.name for m in others if any(m.name in part for part in parts)}) > 1:
            here -= {(m.noun, m.name) for m in spoken_of if m.person}  # of two people, nobody knows who they are
        last, subject, ground = parts[-1] if parts else "", request.subject, self.ground
        if subject is not None and (subject.noun, subject.name) in here and subject.name in last:
            named = named or re.search(r"[A-Z]|\d", last.rpartition(subject.name)[2]) is None  # what it is about
        if subject is not None and is_person(subject):
            talk = [f"{said}\n{heard}" for said, heard in zip(self.said, self.heard, strict=False)]
            ground = ground._replace(pronoun=pronoun_for(subject, talk))
        return ground._replace(just_named=named, recent=ground.recent | here, here=here, named=ground.named | before_it)

    @property
    def plain_ground(self) -> CommonGround:
        """What can be said when it is asked again: in full and by the proper words."""
        raised = {r.id: r for r in (*(item.request for item in self.open), *self.settled, *self.given_up)}
        return CommonGround(self.known, named=self.referents.named, raised=raised, plainly=True)
