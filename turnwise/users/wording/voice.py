"""How a user's acts become words. Knows what can be said of a request, not when to say it."""

import random
import re
from collections.abc import Sequence
from typing import Any

from turnwise.goals.model import Mention, Request, Slot
from turnwise.users.behaviour import Behaviour
from turnwise.users.style import marked, typed, value
from turnwise.users.wording.forms import forms
from turnwise.users.wording.ground import CommonGround
from turnwise.values.words import article, listed

_CHOICE = re.compile(r"\[([^\[\]]*)\]|\{([^{}]*)\}")
_LEAD = re.compile(r"^(?:(?:and|also|then|next|finally)\b,?\s+)+", re.IGNORECASE)
"""How a written question goes on from the one before; the agenda has leads of its own."""
_FIELD = re.compile(r"<(\w+)>")
_PLACES = ("city", "country", "state", "town", "district", "branch")


class Wording:
    """One user's voice: the same seed says the same things."""

    def __init__(self, behaviour: Behaviour, rng: random.Random) -> None:
        self.behaviour = behaviour
        self.rng = rng
        self._used: set[str] = set()

    def say(self, form: str, **fields: str) -> str:
        """One form of an act, filled in, preferring one that this user has not used yet."""
        return self.fill(self._pick(form), **fields)

    def _pick(self, form: str) -> str:
        node = forms()
        for part in form.split("."):
            node = node[part]
        if isinstance(node, str):
            return node
        options: list[str] = (
            node if isinstance(node, list) else node["short" if self.rng.random() < self.behaviour.brevity else "long"]
        )
        fresh = [option for option in options if f"{form} {option}" not in self._used] or options
        chosen = self.rng.choice(fresh)
        self._used.add(f"{form} {chosen}")
        return chosen

    def form(self, name: str) -> str:
        """One form of an act as it stands in the file."""
        return self._pick(name)

    def introduce(self, mention: Mention) -> str:
        """Who speaks, by name."""
        return self.say("introductions", name=value(mention.name))

    def fill(self, template: str, **fields: str) -> str:
        """Resolve choices, innermost first, then put the fields in."""
        while (match := _CHOICE.search(template)) is not None:
            options = (match.group(1) if match.group(1) is not None else match.group(2)).split("|")
            template = template[: match.start()] + self.rng.choice(options) + template[match.end() :]
        return _FIELD.sub(lambda match: fields[match.group(1)], template)

    def polite(self) -> bool:
        """Whether to be polite this time."""
        return self.rng.random() < self.behaviour.politeness

    # -- references -------------------------------------------------------------------------------

    def mention(self, mention: Mention, ground: CommonGround) -> str:
        """A row as this user refers to it: by its name once that is known, else as `that album`; unnamed, `an album`."""
        if not mention.name:
            return article(mention.noun)
        if mention.told_by is not None:
            nameless = mention.told_by not in ground.known
            if nameless or (mention.told_by in ground.clear and self.rng.random() < 0.6):
                return f"that {mention.noun}"
        if mention.numbered:
            return f"{mention.noun} {self.rng.choice(['', '', 'number ', '#'])}{value(mention.name)}"
        if mention.short is not None and self._loose(ground):
            return f"{self.rng.choice(['the ', ''])}{mention.noun} {value(mention.short)}"
        name = value(mention.name)
        if mention.person:
            return self.rng.choice([name, name, f"{mention.noun} {name}", f"the {mention.noun} {name}"])
        quoted = f'the {mention.noun} "{name}"' if '"' not in mention.name else f"the {mention.noun} {name}"
        return self.rng.choice([f"the {mention.noun} {name}", quoted, f"{mention.noun} {name}"])

    def label(self, label: str, ground: CommonGround) -> str:
        """A column as this user calls it: by its label, or now and then by another usual word for it."""
        others: list[str] = forms()["labels"].get(label, [])
        return self.rng.choice(others) if others and self._loose(ground) else label

    def _loose(self, ground: CommonGround) -> bool:
        return not ground.plainly and self.rng.random() < self.behaviour.shorthand

    def details(self, slots: Sequence[Slot], ground: CommonGround, values: dict[str, Any] | None = None) -> str:
        """Labels and values: `due date 2026-03-20, member Ana Silva`."""
        parts = []
        for slot in slots:
            if slot.mention is not None and slot.mention.told_by is not None:
                who = self.mention(slot.mention, ground)
                parts.append(f"{slot.label} {who}" if slot.label != slot.mention.noun else who)
            elif slot.mention is not None:
                parts.append(f"{slot.label} {value(slot.mention.name)}")
            else:
                stated = (values or {}).get(slot.label, slot.value)
                parts.append(f"{self.label(slot.label, ground)} {value(stated)}")
        return ", ".join(parts)

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
        again = ground.just_named and request.intent in forms()["again"] and self._loose(ground)
        again = again and not (subject is not None and subject.person and request.intent in ("count", "children"))
        fields = self._fields(request, slots, values, subject, ground, again)
        form: str = request.intent
        if form == "adjust":
            form = "adjust_date" if "days" in request.phrases["how"] else "adjust_number"
        template = self._pick(f"{'again' if again else 'requests'}.{form}")
        sentence = self.fill(template, **fields).replace("??", "?")
        return f"{sentence.rstrip('?')}." if sentence.startswith("I need you to") else sentence

    def _fields(
        self,
        request: Request,
        slots: Sequence[Slot],
        values: dict[str, Any],
        subject: Mention | None,
        ground: CommonGround,
        again: bool,
    ) -> dict[str, str]:
        """What the forms of a request may be filled with. After `again`, the subject is `it`."""
        phrases = request.phrases
        who = self.mention(subject, ground) if subject is not None and not again else ""
        person = subject is not None and subject.person
        asks = [self.label(ask, ground) for ask in request.asks]
        fields = {"subject": who, "please_mark": "?", "asks": " and the ".join(asks), "asks_of_it": listed(asks)}
        fields |= {"its": "their" if person else "its", "it": "them" if person else "it", **phrases}
        match request.intent:
            case "ask":
                question = _LEAD.sub("", phrases["question"])
                question = question[:1].upper() + question[1:]
                fields["question"] = marked(question, [slot.value for slot in request.slots])
            case "extreme":
                superlative, one = phrases["superlative"], phrases["one"]
                most = f"{one} {superlative}" if superlative.startswith("with") else f"{superlative} {one}"
                everywhere = self.rng.choice([" of all", " overall", " we have"])
                among = f" {self.rng.choice(['of', 'for'])} {who}" if who else everywhere
                fields |= {"the_most_of_subject": f"the {most}{among}", "most_of_it": most}
                fields["which"], fields["what"] = ("who", "who") if "who" in phrases else ("which", "what")
            case "find":
                fields["where"] = self._where(slots[0] if slots else request.slots[0], values, ground)
            case "update":
                fields["changes"] = self._changes(slots, values, who, "to", ground)
                fields["changed"] = self._changes(slots, values, who, "changed to", ground)
                fields["changes_of_it"] = fields["changes"].removeprefix("the ")
            case "difference" | "link_all":
                other = request.slots[0].mention
                assert other is not None
                fields["other"] = self.mention(other, ground)
            case "update_all":
                (slot,) = request.slots
                fields |= {"label": self.label(slot.label, ground), "value": value(slot.value)}
            case "adjust":
                step = slots[0] if slots else request.slots[0]
                fields |= {"label": self.label(step.label, ground), "step": value(step.value)}
                fields["raise"] = "raise" if phrases["how"].startswith("raised") else "lower"
            case "create":
                details = self.details(slots, ground, values)
                fields["with_details"] = f"{self.rng.choice([':', ' with'])} {details}" if details else ""
            case "link" | "unlink":
                into, *extra = request.slots
                assert into.mention is not None
                fields["into"] = self.mention(into.mention, ground)
                details = self.details([s for s in extra if s in slots], ground, values)
                fields["with_extra"] = f" with {details}" if details else ""
        return fields

    def _where(self, slot: Slot, values: dict[str, Any], ground: CommonGround) -> str:
        said = value(values.get(slot.label, slot.value))
        if slot.label.split()[-1] in _PLACES:
            return f"in {said}"
        return self.fill(forms()["where"], label=self.label(slot.label, ground), value=said)

    def _changes(self, slots: Sequence[Slot], values: dict[str, Any], who: str, to: str, ground: CommonGround) -> str:
        if not slots:
            return f"something about {who or 'it'}{'' if to == 'to' else ' changed'}"
        of = f" {self.rng.choice(['of', 'for'])} {who}" if who else ""
        parts = []
        for number, slot in enumerate(slots):
            stated = value(values.get(slot.label, slot.value))
            parts.append(f"the {self.label(slot.label, ground)}{of if number == 0 else ''} {to} {stated}")
        return " and ".join(parts)

    def typed(self, message: str) -> str:
        """The message as this user types it."""
        return typed(message, self.behaviour.brevity, self.behaviour.typos, self.rng)
