"""A request as the form it is put in, and what fills the form. Knows no dialogue beyond what is common ground."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from turnwise.goals.model import Mention, Request, Slot
from turnwise.users.style import marked, value
from turnwise.users.wording import questions
from turnwise.users.wording.clauses import Said, filtered, new_row, put_on, verbs_for, what_is_booked, with_unit
from turnwise.users.wording.deeds import clauses_of, deed
from turnwise.users.wording.forms import forms
from turnwise.users.wording.ground import CommonGround
from turnwise.users.wording.kinds import (
    bare_label,
    change,
    counted,
    done,
    is_kind,
    is_person,
    is_plural,
    is_state,
    label_joint,
    place_joint,
    quantity,
    timeless,
    unit_of,
    unmistakable,
)
from turnwise.users.wording.referring import Speaker, back, named
from turnwise.values.words import article, listed, listed_each, plural, singular

_ALONE = frozenset(["state", "done", "charge", "place", "owner", "weekday"])  # told as deeds, one by one
_LEAD = re.compile(r"^(?:(?:and|also|then|next|finally)\b,?\s+)+", re.IGNORECASE)
"""How a written question goes on from the one before; the agenda has leads of its own."""


class Told(NamedTuple):
    """The name of a form, its fields, and a sentence that follows it."""

    form: str
    fields: dict[str, str]
    rest: str = ""
    also: tuple["Told", ...] = ()
    """changes that go with it"""


def tell(
    speaker: Speaker,
    request: Request,
    slots: Sequence[Slot],
    values: dict[str, Any],
    subject: Mention | None,
    ground: CommonGround,
    *,
    again: bool,
    theirs: bool,
) -> Told:
    """How to put a request. After `again`, the subject is `it`; where it is `theirs`, it is somebody just named."""
    who = "" if subject is None else "it" if again else speaker.mention(subject, ground)
    whose = "" if subject is None else "its" if again else speaker.possessive(subject, ground)
    fields = dict(request.phrases)
    if theirs:
        whose, fields = ground.pronoun.their, {**fields, **ground.pronoun._asdict()}
        who = ground.pronoun.them if request.intent in ("link", "unlink", "count", "children", "delete") else who
    fields |= {"subject": who, "whose": whose}
    said = speaker.said(values, ground)
    teller = _Teller(speaker, request, list(slots), said, subject, who, whose, ground, fields)
    return getattr(teller, request.intent)()  # type: ignore[no-any-return]


@dataclass(frozen=True)
class _Teller:
    """A method for each intent."""

    speaker: Speaker
    request: Request
    slots: list[Slot]
    said: Said
    subject: Mention | None
    who: str
    whose: str
    ground: CommonGround
    fields: dict[str, str]

    def told(self, form: str, rest: str = "", /, **more: str) -> Told:
        return Told(form, {**self.fields, **more}, rest)

    @property
    def by_pronoun(self) -> bool:
        """Whether somebody is spoken of as she, he or they."""
        return self.whose == self.ground.pronoun.their and self.subject is not None and is_person(self.subject)

    def joint(self, *labels: str) -> str:
        """What stands between labels and the subject."""
        named = self.subject is not None and not self.subject.numbered
        linked = [slot.label for slot in self.request.slots if slot.mention is not None]
        return label_joint(labels, named, labels if "who" in self.fields else linked)

    def of(self, label: str) -> str:
        """A label of the subject: my phone number, the price of it, the amount of payment 22."""
        label = bare_label(label, self.subject.noun if self.subject is not None else "")
        if self.whose == "its" and self.subject is not None and self.subject.numbered:
            return f"the {label}"
        return f"{self.whose} {label}" if self.whose else f"the {label} {self.joint(label)} {self.who}"

    def rows(self, many: str) -> str:
        """The rows of the subject: my loans, the tracks on that album."""
        noun = self.subject.noun if self.subject is not None else ""
        if (
            self.subject is not None
            and not self.subject.told_by
            and (self.subject.name[:1].islower() or is_kind(noun, "choices"))
        ):
            return f"the {value(self.subject.name)} {many}"  # the plumbing contractors, the Latin books
        on = self.whose == "its" and self.subject is not None and (self.subject.numbered or place_joint(noun))
        if self.whose and not on:
            return f"{self.whose} {many}"
        joint = place_joint(noun)
        if self.who == "it" and joint in ("at", "in"):
            return f"the {many} there"
        return f"the {many} {joint or ('from' if is_kind(noun, 'sources') else 'for')} {self.who}"

    def all(self, rows: str) -> str:
        """All of some rows."""
        return f"all of {rows}" if self.whose else f"all {rows}"

    def ask(self) -> Told:
        question = _LEAD.sub("", self.request.phrases["question"])
        question = question[:1].upper() + question[1:]
        return self.told("ask", question=marked(question, [slot.value for slot in self.request.slots]))

    def look(self) -> Told:
        if not self.request.asks or self.request.asks == (self.request.phrases["one"],):
            return self._deed("look")
        labels = [self.speaker.label(ask, self.ground) for ask in self.request.asks]
        about = self.topic_of_call()
        what = f"{self.whose} {listed(labels)}" if self.whose else f"the {listed(labels)} {about}"
        whats = "what's" if len(labels) == 1 and not is_plural(labels[0]) else "what are"
        return self.told("detail", what=" ".join(what.split()), asks=listed_each(labels), whats=whats)

    def topic_of_call(self) -> str:
        """What a value that a call returns is of: order 4821, or the weather forecast for Lisbon."""
        extra = clauses_of(self.slots, self.said)
        if self.subject is not None:
            return f"{self.joint(*self.request.asks)} {self.who} {extra}"
        return extra or f"of {self.request.phrases['thing']}"

    def do(self) -> Told:
        return self._deed("do")

    def _deed(self, form: str) -> Told:
        phrases = self.request.phrases
        said = deed(
            phrases["verb"], phrases["thing"], phrases["one"], self.subject, self.who, self.whose, self.slots, self.said
        )
        return self.told(form, deed=said)

    def detail(self) -> Told:
        asks, answers = self.request.asks, self.request.checkpoint.answers
        joint = self.joint(*asks)
        if len(asks) == 1 and self.subject is not None:
            answer = answers[0] if len(answers) == 1 else None
            question = questions.about(
                asks[0], self.subject, answer, self.who, self.whose, joint, person="who" in self.fields
            )
            clumsy = "'s " in asks[0] or asks[0].endswith(" by")  # where it has to be called by its label
            clumsy = clumsy or (question is not None and not re.match("when is|how much", question.direct))
            direct = self.ground.plainly or clumsy or self.speaker.rng.random() < (0.3 if self.who == "it" else 0.7)
            if question is not None and direct and (not self.by_pronoun or question.direct.startswith("who")):
                return self.told("question", direct=question.direct, indirect=question.indirect)
        if len(asks) == 2 and self.subject is not None and not is_person(self.subject):
            of_label = {answer.label: answer for answer in answers}
            if two := questions.both(asks, of_label, self.subject, self.who, self.whose):
                return self.told("questions", direct=two)
        noun = self.subject.noun if self.subject is not None else ""
        labels = [bare_label(timeless(self.speaker.label(ask, self.ground)), noun) for ask in asks]
        labels = unmistakable(labels, person=self.subject is not None and is_person(self.subject))
        numbers = {answer.label for answer in answers if answer.kind == "number"}
        labels = [quantity(label) if ask in numbers else label for ask, label in zip(asks, labels, strict=True)]
        what = f"{self.whose} {listed(labels)}" if self.whose else f"{listed_each(labels)} {joint} {self.who}"
        one = len(asks) == 1 and (labels[0].startswith("number of") or not is_plural(labels[0]))
        form = "details" if len(asks) > 1 and self.who == "it" else "detail"
        return self.told(form, what=what, asks=listed_each(labels), whats="what's" if one else "what are")

    def children(self) -> Told:
        person = self.subject is not None and is_person(self.subject) and not is_kind(self.subject.noun, "makers")
        many, sole = self.request.phrases["many"], self.ground.sole
        form = "children_one" if sole else "children_of_person" if person else "children"
        head, *tail = re.split("(?= for )", many, maxsplit=1)
        rows = self.rows(singular(many) if sole else many)
        return self.told(form, rows=rows, head=head, tail="".join(tail), joint=self._beside())

    def count(self) -> Told:
        person = self.subject is not None and is_person(self.subject) and not is_kind(self.subject.noun, "makers")
        return self.told("count_of_person" if person else "count", joint=self._beside())

    def _beside(self) -> str:
        """What joins rows with the thing they hang on: on an album, in a hall, for an event."""
        noun = self.subject.noun if self.subject is not None else ""
        return place_joint(noun) or ("by" if is_kind(noun, "makers") else "for")

    def extreme(self) -> Told:
        phrases = self.request.phrases
        said, one = phrases["superlative"], phrases["one"]
        most = f"{one} {said}" if said.startswith("with") else f"{said} {one}"
        does = questions.superlative(said, one)
        if self.subject is None:
            first = "who" if "who" in phrases else f"which {one}"
            everywhere = self.speaker.rng.choice([" of all", " overall", "", ""])
            return self.told("extreme", first=first, does=does, everywhere=everywhere, most=most)
        joint = "from" if is_kind(self.subject.noun, "sources") else self._beside()
        of = f"{self.whose} {most}" if self.whose else f"the {most} {joint} {self.who}"
        form = "extreme_one" if not said.startswith("with") and self.speaker.rng.random() < 0.75 else "extreme_of"
        what = "who" if is_kind(one, "people") else "what"
        return self.told(form, does=does, rows=self.rows(plural(one)), of=of, what=what, whats=f"{what}'s")

    def total(self) -> Told:
        phrases, subject = self.request.phrases, self.subject
        assert subject is not None
        payer = "" if not is_person(subject) else "I" if subject.me else self.who
        rows = self.rows(phrases["many"])
        question = questions.total(phrases["measure"], phrases["many"], rows, payer, subject.me)
        return self.told("question", direct=question.direct, indirect=question.indirect)

    def rank(self) -> Told:
        most = self.request.phrases["most"]
        if (match := re.fullmatch(r"highest (total .+?|total) over its (.+)", most)) is not None:
            measure, many = match.groups()
            return self.told("rank_total", many=many, measure=measure)
        return self.told("rank")

    def find(self) -> Told:
        slot = self.slots[0] if self.slots else self.request.slots[0]
        many = self.request.phrases["many"]
        kind = filtered(slot, many, self.said(slot), self.speaker.label(slot.label, self.ground))
        if kind.before:
            return self.told("find", many=f"{kind.before} {many}", where="")
        form = "find_state" if kind.state else "find"
        return self.told(form, where=f" {kind.where}", state=kind.state)

    def difference(self) -> Told:
        other = self.request.slots[0].mention
        assert other is not None
        measure = timeless(self.request.phrases["measure"])
        two = self.subject is not None and {(m.noun, m.name) for m in (self.subject, other)} <= self.ground.here
        both = (self.subject, self.who), (other, self.speaker.mention(other, self.ground))
        between = "the two" if two else " and ".join(self._bare(*one) for one in both)
        return self.told("difference", measure=measure, between=between)

    def _bare(self, mention: Mention | None, said: str) -> str:
        """A name without its noun, where something is told of it that says what it is: a track on a playlist."""
        return named(mention) if mention and not mention.numbered and mention.name and mention.name in said else said

    def update(self) -> Told:
        if not self.slots:
            form = f"any_{change(self.request.slots[0], self.subject)}"
            return self._change(self.request.slots[0], form if form in forms()["deeds"] else "any_other")
        first, *more = (self._change(slot) for slot in self.slots)
        if [first.form, *(told.form for told in more)] == ["state", "done"]:  # completed on 3 May
            day, state = more[0].fields["value"], first.fields["value"]
            value = day if day.startswith(str(self.slots[0].value)) else f"{state}, {day}"
            return first._replace(fields={**first.fields, "value": value})
        if more and _ALONE.isdisjoint({first.form, *(told.form for told in more)}):
            rest = "".join(f" and the {told.fields['label']} to {told.fields['value']}" for told in more)
            return self.told("others", what=first.fields["what"], value=f"{first.fields['value']}{rest}")
        them, their = "it", "its"
        if self.subject is not None and is_person(self.subject):
            them, their = self.ground.pronoun.them, self.ground.pronoun.their
        again = replace(self, who=them, whose=their)
        return first._replace(also=tuple(again._change(slot) for slot in self.slots[1:]))

    def _change(self, slot: Slot, form: str = "") -> Told:
        """The change of one value, put by what kind of value it is."""
        form = form or change(slot, self.subject)
        noun = self.subject.noun if self.subject is not None else ""
        given = self.said(slot)
        if slot.mention is not None and (form == "place" or given == back(slot.label)):  # change the branch to Quayside
            given = self.speaker.mention(slot.mention, self.ground._replace(plainly=given == back(slot.label)))
        elif form == "place":
            given = f"the {given}"
        did = done(slot, noun)
        given = f"{did} on {given}" if did else given
        label, given = with_unit(slot, bare_label(self.speaker.label(slot.label, self.ground), noun), given)
        label = quantity(label) if isinstance(slot.value, int | float) else label
        who = self.ground.pronoun.them if self.by_pronoun else self.who
        fields = {"what": self.of(label), "label": label, "value": given, "things": counted(slot.label)}
        return self.told(form, subject=who, did=did.removeprefix("last "), **fields)

    def adjust(self) -> Told:
        step, how = (self.slots or self.request.slots)[0], self.request.phrases["how"]
        unit, up, said = unit_of(step.label), how.startswith("raised"), self.said(step)
        stock = re.fullmatch(r"(?:quantity|number|units) in stock", step.label)
        if "days" not in how and not stock and (things := counted(step.label)):
            booked = self.subject is not None and is_kind(self.subject.noun, "made", "for_counts")
            named = singular(things) if step.value == 1 else things
            if up:
                return self.told("more", more=f"{said} more {named} {'to' if booked else 'of'} {self.who}")
            return self.told(
                "lower_by", step=f"{said} {named}" if booked else said, what=self.who if booked else self.of(things)
            )
        label = (
            timeless(step.label).removesuffix(f" in {unit}") if unit else self.speaker.label(step.label, self.ground)
        )
        label = "stock" if stock else re.sub(r"start(?:ing)? (?:date|time)", "start", label)
        what = self.who if step.label == "start time" else self.of(label)  # the event itself is moved
        if "days" in how and self.subject is not None and self.subject.numbered and not self.whose:
            what = f"{self.who}'s {bare_label(label, self.subject.noun)}"  # loan 7's due date, 14 days later
        by = f"{said} {singular(unit) if step.value == 1 else unit}" if unit else said
        form = "shift" if "days" in how else "raise_by" if up else "lower_by"
        return self.told(form, what=what, step=by, how=how.replace("days", "day") if step.value == 1 else how)

    def update_all(self) -> Told:
        (slot,) = self.request.slots
        label, rows = self.speaker.label(slot.label, self.ground), self.rows(self.request.phrases["many"])
        rows, given = self.all(rows), self.said(slot)
        return self.told("state" if is_state(slot) else "all", subject=rows, all_rows=rows, label=label, value=given)

    def link_all(self) -> Told:
        other = self.request.slots[0].mention
        assert other is not None
        rows, into = self.all(self.rows(self.request.phrases["many"])), self.speaker.mention(other, self.ground)
        form = "link_on" if is_kind(other.noun, "wholes", "for_counts") else "link"
        return self.told(form, subject=rows, into=into, with_extra="")

    def create(self) -> Told:
        brief = self.speaker.rng.random() < self.speaker.behaviour.brevity
        one = self.request.phrases["one"]
        row, rest = new_row(one, self.slots, self.said, brief=brief)
        make, seats = self.speaker.rng.choice(verbs_for(one)), what_is_booked(one, row)
        new = seats or article(row if is_kind(one, "for_counts") else f"new {row}")
        return self.told("create", rest, a_new=new, make="book" if seats else make)

    def link(self) -> Told:
        into, *extra = self.request.slots
        assert into.mention is not None
        at, who = self.speaker.mention(into.mention, self.ground), self._bare(self.subject, self.who)
        if self.subject is not None and is_person(into.mention) and not is_person(self.subject):
            theirs = self.speaker.possessive(into.mention, self.ground)  # Skyline Roofing's trades
            at, who = f"{theirs} {plural(self.subject.noun)}", self.speaker.answer(self.subject, self.ground)
        on = self.request.intent == "link" and is_kind(into.mention.noun, "wholes", "for_counts")
        beside = put_on([s for s in extra if s in self.slots], into.mention.noun, self.said)
        return self.told("link_on" if on else self.request.intent, into=at, subject=who, with_extra=beside)

    unlink = link

    def delete(self) -> Told:
        assert self.subject is not None
        return self.told("delete", noun=self.subject.noun)
