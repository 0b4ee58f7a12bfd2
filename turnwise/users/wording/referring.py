"""How one person refers to rows and columns, and writes values."""

import random
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from turnwise.goals.model import Mention, Request, Slot
from turnwise.users.behaviour import Behaviour
from turnwise.users.style import unmarked, value
from turnwise.users.wording.clauses import Said, fragment, new_row, told, with_unit
from turnwise.users.wording.forms import forms
from turnwise.users.wording.ground import CommonGround
from turnwise.users.wording.kinds import bare_label, called, change, done, is_kind, is_person, place_joint
from turnwise.users.wording.spoken import habits, spoken, spoken_apart
from turnwise.values.words import article, has_a_name, headed, listed, takes_article


def _is_sentence(told: Any) -> bool:
    """Whether a value is a sentence of its own, which stands in quotes within another."""
    return isinstance(told, str) and told.endswith((".", "!", "?")) and len(told.split()) > 2 and '"' not in told


_BY_DEED = ("state", "cancel", "charge", "owner", "place")
"""changes that are put as what is done, not as what a value should be"""


def _changed(slot: Slot, subject: Mention | None, label: str, told: str) -> str:
    """What a value should be: the fee should be 20, give it to Malik, completed on 14 April."""
    noun = subject.noun if subject is not None else ""
    if did := done(slot, noun):
        return f"{did} on {told}"
    if (kind := change(slot, subject)) in _BY_DEED:
        deed: str = forms()["deeds"][kind][0]
        return deed.replace("<subject>", "it").replace("<value>", told)
    label, told = with_unit(slot, bare_label(label, noun), told)
    return f"the {label} should be {told}"


def named(mention: Mention) -> str:
    """A name as it stands in a sentence: Iggy, the Disc brake pads."""
    return f"{'the ' if takes_article(mention.noun, mention.name) else ''}{value(mention.name)}"


def back(noun: str) -> str:
    """What stands for a thing that was the last of its kind to be spoken of: the list, for a reading list."""
    return f"the {headed(noun).split()[-1]}"


def _is_long(mention: Mention) -> bool:
    """Whether a thing goes by what nobody says twice: a number, a title of many words."""
    return not is_person(mention) and (mention.numbered or len(mention.name.split()) > 2)


class Speaker:
    """One person's ways to name things."""

    def __init__(self, behaviour: Behaviour, rng: random.Random, now: datetime | None = None) -> None:
        """
        Args:
            now: the day and time in the world, which a person knows: its year goes without saying.
        """
        self.behaviour = behaviour
        self.rng = rng
        self.habits = habits(rng, behaviour.brevity, now)

    def polite(self) -> bool:
        """Whether to be polite this time."""
        return self.rng.random() < self.behaviour.politeness

    def spoken(self, given: Any, label: str = "") -> str:
        """A value as this user writes it, marked so that style leaves it alone."""
        return value(spoken(given, label, self.habits))

    def in_full(self, given: Any, label: str) -> str:
        """A value as this user writes it once it was not taken in: a day with its year."""
        return value(spoken(given, label, self.habits._replace(loose=False)))

    def amended(self, slot: Slot) -> tuple[str, str]:
        """What a value should be and what it was said to be at first: of days in one month, the 25th of June and the 24th."""
        given, first = spoken_apart(slot.value, slot.first_thought, slot.label, self.habits)
        return value(with_unit(slot, slot.label, given)[1]), value(first)

    def mention(self, mention: Mention, ground: CommonGround) -> str:
        """A row as this user refers to it: by its name once that is known, else as `that album`."""
        if mention.me:
            return "me"
        goes_by_name = mention.person or has_a_name(mention.noun)
        if not mention.name:  # which one is left open
            return article(mention.noun)
        if mention.told_by is not None:
            if mention.told_by not in ground.known:
                return self._untold(mention.noun, ground.raised.get(mention.told_by), ground)
            clear = mention.told_by in ground.clear and not ground.plainly and _is_long(mention)
            if clear and self.rng.random() < 0.6:
                return back(mention.noun)
        at = (mention.noun, mention.name)
        here = at in ground.here and [noun for noun, _ in ground.here].count(mention.noun) == 1
        recent = at in ground.recent and [noun for noun, _ in ground.recent].count(mention.noun) == 1
        if (
            not (goes_by_name or is_person(mention))
            and not ground.plainly
            and (here or (recent and _is_long(mention) and self.rng.random() < 0.8))
        ):
            return back(mention.noun)
        if mention.numbered:
            noun = re.sub(r"^(\w+) (received)$", r"\2 \1", mention.noun.removeprefix("first "))
            numbers = ["", "", "", "number "] if mention.name.isdigit() else [""]
            return f"{noun} {self.rng.choice(numbers)}{value(mention.name)}"
        if mention.person and not ground.plainly and (first := self._first_name(mention, ground)):
            return value(first)
        if mention.short is not None and not mention.person and self.loose(ground):
            return f"the {mention.noun} {value(mention.short)}"
        name = named(mention)
        if goes_by_name or takes_article(mention.noun, mention.name):
            return name
        if mention.noun.split()[-1] in mention.name.lower():
            return name
        if is_kind(mention.noun, "sorts"):
            return f"{mention.noun} {name}"
        if is_kind(mention.noun, "choices") or not mention.name[:1].isupper():  # International alone could be anything
            return f"the {name} {mention.noun}"
        if mention.told_by is not None or (mention.noun, mention.name) in ground.named:
            return name
        full = f"the {name} {mention.noun}" if is_kind(mention.noun, "beside") else f"the {mention.noun} {name}"
        title = (len(mention.name.split()) > 3 or "," in mention.name) and '"' not in mention.name
        quoted = f'the {mention.noun} "{name}"' if title else full
        return self.rng.choice([name if " " in mention.name else full, quoted, name])

    def _first_name(self, mention: Mention, ground: CommonGround) -> str:
        """The first name of somebody who was named before, where nobody else has it; else nothing."""
        names = {name for _, name in ground.named | ground.here}
        first = mention.name.split()[0]
        met = mention.name in names or mention.told_by in ground.known
        alike = any(name.split()[0] == first for name in names - {mention.name} if name)
        return first if met and not alike and re.fullmatch(r"[^\W\d_]{2,}", first) else ""

    def answer(self, mention: Mention, ground: CommonGround) -> str:
        """A row that was asked for: joinery, to which trade it is."""
        bare = mention.name and not mention.numbered and is_kind(mention.noun, "choices")
        return value(mention.name) if bare or mention.name[:1].islower() else self.mention(mention, ground)

    def _untold(self, noun: str, request: Request | None, ground: CommonGround) -> str:
        """What nobody has named yet, by the request that asks for it: the curator of Local Voices."""
        if request is None or not ground.plainly:
            return back(noun)
        if request.intent == "create":
            return f"the new {headed(noun)}"
        if request.intent == "rank":
            return f"the {noun} with the {request.phrases['most']}"
        what = request.asks[0] if request.intent == "detail" else noun
        most = request.phrases.get("superlative", "")
        what = f"{what} {most}" if most.startswith("with") else f"{most} {what}".strip()
        subject = request.subject
        if subject is None or (whose := self.possessive(subject, ground)):
            return f"{whose} {what}" if subject else f"the {what}"
        of = request.intent == "detail" and is_kind(
            subject.noun, "wholes"
        )  # the curator of a list, the longest track on it
        joint = "of" if of else place_joint(subject.noun) or "of"
        return f"the {what} {joint} {self.mention(subject, ground)}"

    def possessive(self, mention: Mention, ground: CommonGround) -> str:
        """Whose something is: my, Ana Silva's, that customer's; empty for what is no person, which has things `of` it."""
        if mention.me:
            return "my"
        if not is_person(mention) and not has_a_name(mention.noun):
            return ""
        name = mention.told_by is None and not mention.numbered and not mention.person
        who = value(mention.name) if name and mention.name else self.mention(mention, ground)
        return who if who.endswith("'s\x03") else f"{who}'" if who.endswith("s\x03") else f"{who}'s"

    def label(self, label: str, ground: CommonGround) -> str:
        """A column as this user calls it: by its label, or now and then by another usual word for it."""
        label = called(label)
        others: list[str] = forms()["labels"].get(label, [])
        return self.rng.choice(others) if others and self.loose(ground) else label

    def loose(self, ground: CommonGround) -> bool:
        """Whether to leave out, this time, what goes without saying."""
        return not ground.plainly and self.rng.random() < self.behaviour.shorthand

    def details(self, request: Request, slots: Sequence[Slot], ground: CommonGround, *, asked: bool = False) -> str:
        """Values given without the rest of a request: `the email should be x@y.org`; one that was `asked` for alone."""
        said = self.said({}, ground)
        others = [slot for slot in slots if slot.mention is None or not slot.mention.me]
        if slots and not others:
            return "it's for me"
        slots = others
        if request.intent == "adjust":
            how = request.phrases.get("how", "")
            verb = "move" if "days" in how else "raise" if how.startswith("raised") else "lower"
            to = "" if verb == "move" else "by "
            step = f" {how.replace('days', 'day') if slots and slots[0].value == 1 else how}" if verb == "move" else ""
            return listed([f"{verb} it {to}{fragment(slot, said(slot))}{step}" for slot in slots])
        if asked and len(slots) == 1:
            return fragment(slots[0], said(slots[0]))
        if request.intent in ("update", "update_all"):
            changed = [_changed(slot, request.subject, self.label(slot.label, ground), said(slot)) for slot in slots]
            days = [part.partition(" on ")[0] for part in changed]  # completed on 11 May is completed
            return listed([part for slot, part in zip(slots, changed, strict=True) if str(slot.value) not in days])
        one, brief = request.phrases.get("one", ""), self.rng.random() < self.behaviour.brevity
        if one and len(slots) > 2 and not brief:
            row, more = new_row(one, slots, said, brief=False)
            its = f"it's {article(unmarked(row)).split()[0]} {row}"
            its = re.sub(rf"^it's an? {re.escape(one)} (?=with |starting )", "", its)
            its = re.sub(rf"^it's an? {re.escape(one)} (?=called |in |for |by )", "it's ", its)
            its = re.sub(r"^it's called ", "it's ", its) if is_kind(one.split()[-1], "people") else its
            return f"{its}. {more.removesuffix('.')}" if more else its
        parts = [told(slot, one, said(slot)) for slot in slots]
        labelled = [part.startswith("the ") for part in parts]
        mixed = any(labelled) and not all(labelled)  # the amount is 49 and by card
        short = [re.sub(r"^the ([^\x02]+) is (?=\x02|the )", r"\1 ", part) for part in parts]
        bare = any(is_kind(slot.label, "texts") for slot in slots) or any(part.startswith("\x02") for part in parts)
        return ", ".join(short) if brief or bare or mixed else listed(parts)

    def said(self, values: dict[str, Any], ground: CommonGround) -> Said:
        """How the values of slots are said, by a first thought where `values` has one."""

        def said(slot: Slot) -> str:
            if slot.mention is not None:
                known = slot.mention.told_by or slot.mention.me or slot.mention.numbered
                known = known or slot.mention.person
                return self.answer(slot.mention, ground) if known else named(slot.mention)
            wanted = values.get(slot.label, slot.value)
            day = ground.plainly and isinstance(wanted, str)
            written = self.in_full(wanted, slot.label) if day else self.spoken(wanted, slot.label)
            return f'"{written}"' if _is_sentence(wanted) and is_kind(slot.label, "texts") else written

        return said
