"""How a user's acts become words. Knows what can be said of a request, not when to say it."""

import random
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from turnwise.goals import Mention, Request, Slot
from turnwise.users.behaviour import Behaviour

# Values travel between these marks while a message is made, so that style never touches them.
_OPEN, _CLOSE = "\x02", "\x03"
_CHOICE = re.compile(r"\[([^\[\]]*)\]|\{([^{}]*)\}")
_FIELD = re.compile(r"<(\w+)>")
_PLACES = ("city", "country", "state", "town", "district", "branch")


@cache
def forms() -> dict[str, Any]:
    """The wording file."""
    loaded: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "wording.yaml").read_text("utf-8"))
    return loaded


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
        options: list[str] = node if isinstance(node, list) else node["short" if self._brief() else "long"]
        fresh = [option for option in options if f"{form} {option}" not in self._used] or options
        chosen = self.rng.choice(fresh)
        self._used.add(f"{form} {chosen}")
        return chosen

    def fill(self, template: str, **fields: str) -> str:
        """Resolve choices, innermost first, then put the fields in."""
        while (match := _CHOICE.search(template)) is not None:
            options = (match.group(1) if match.group(1) is not None else match.group(2)).split("|")
            template = template[: match.start()] + self.rng.choice(options) + template[match.end() :]
        return _FIELD.sub(lambda match: fields[match.group(1)], template)

    def _brief(self) -> bool:
        return self.rng.random() < self.behaviour.brevity

    def polite(self) -> bool:
        """Whether to be polite this time."""
        return self.rng.random() < self.behaviour.politeness

    # -- references -------------------------------------------------------------------------------

    def mention(self, mention: Mention, *, known: frozenset[str], clear: frozenset[str]) -> str:
        """A row as this user refers to it.

        Args:
            known: ids of requests whose answers the user has been told; what they name can be called by name.
            clear: ids of requests whose answer `that album` can only mean.
        """
        name = value(mention.name)
        if mention.told_by is not None:
            nameless = mention.told_by not in known
            if nameless or (mention.told_by in clear and self.rng.random() < 0.6):
                return f"that {mention.noun}"
        if mention.numbered:
            return f"{mention.noun} {self.rng.choice(['', '', 'number ', '#'])}{name}"
        if mention.person:
            return self.rng.choice([name, name, f"{mention.noun} {name}", f"the {mention.noun} {name}"])
        quoted = f'the {mention.noun} "{name}"' if '"' not in mention.name else f"the {mention.noun} {name}"
        return self.rng.choice([f"the {mention.noun} {name}", quoted, f"{mention.noun} {name}"])

    def details(
        self,
        slots: Sequence[Slot],
        *,
        known: frozenset[str],
        clear: frozenset[str],
        values: dict[str, Any] | None = None,
    ) -> str:
        """Labels and values: `due date 2026-03-20, member Ana Silva`."""
        parts = []
        for slot in slots:
            if slot.mention is not None and slot.mention.told_by is not None:
                who = self.mention(slot.mention, known=known, clear=clear)
                parts.append(f"{slot.label} {who}" if slot.label != slot.mention.noun else who)
            elif slot.mention is not None:
                parts.append(f"{slot.label} {value(slot.mention.name)}")
            else:
                stated = (values or {}).get(slot.label, slot.value)
                parts.append(f"{slot.label} {value(stated)}")
        return ", ".join(parts)

    # -- requests ---------------------------------------------------------------------------------

    def request(
        self,
        request: Request,
        *,
        slots: Sequence[Slot],
        values: dict[str, Any],
        subject: Mention | None,
        known: frozenset[str],
        clear: frozenset[str],
    ) -> str:
        """A request as a sentence.

        Args:
            slots: the slots to state now; others are held back.
            values: label -> value to state instead of the true one (a first thought).
            known, clear: as in `mention`.
        """
        who = self.mention(subject, known=known, clear=clear) if subject is not None else ""
        phrases = request.phrases
        fields = {"subject": who, "please_mark": "?", "asks": _asks(request.asks), **phrases}
        match request.intent:
            case "extreme":
                superlative, one = phrases["superlative"], phrases["one"]
                most = f"the {one} {superlative}" if superlative.startswith("with") else f"the {superlative} {one}"
                among = (
                    f" {self.rng.choice(['of', 'for'])} {who}"
                    if who
                    else self.rng.choice([" of all", " overall", " we have"])
                )
                fields["the_most_of_subject"] = most + among
                fields["which"], fields["what"] = ("who", "who") if "who" in phrases else ("which", "what")
            case "find":
                fields["where"] = self._where(slots[0] if slots else request.slots[0], values)
            case "update":
                fields["changes"] = self._changes(slots, values, who, "to")
                fields["changed"] = self._changes(slots, values, who, "changed to")
            case "create":
                said = self.details(slots, values=values, known=known, clear=clear)
                fields["with_details"] = f"{self.rng.choice([':', ' with'])} {said}" if said else ""
            case "link" | "unlink":
                into, *extra = request.slots
                assert into.mention is not None
                fields["into"] = self.mention(into.mention, known=known, clear=clear)
                said = self.details([s for s in extra if s in slots], values=values, known=known, clear=clear)
                fields["with_extra"] = f" with {said}" if said else ""
        template = self._pick(f"requests.{request.intent}")
        sentence = self.fill(template, **fields).replace("??", "?")
        if template.startswith("[I need you to|") or sentence.startswith("I need you to"):
            sentence = sentence.rstrip("?") + "."
        return sentence

    def _where(self, slot: Slot, values: dict[str, Any]) -> str:
        said = value(values.get(slot.label, slot.value))
        if slot.label.split()[-1] in _PLACES:
            return f"in {said}"
        return self.rng.choice(
            [
                f"with {said} as their {slot.label}",
                f"with the {slot.label} {said}",
                f"where the {slot.label} is {said}",
            ]
        )

    def _changes(self, slots: Sequence[Slot], values: dict[str, Any], who: str, to: str) -> str:
        if not slots:
            return f"something about {who}" if to == "to" else f"something about {who} changed"
        of = f"{self.rng.choice(['of', 'for'])} {who}"
        parts = []
        for number, slot in enumerate(slots):
            said = value(values.get(slot.label, slot.value))
            parts.append(f"the {slot.label}{f' {of}' if number == 0 else ''} {to} {said}")
        return " and ".join(parts)

    # -- style ------------------------------------------------------------------------------------

    def styled(self, message: str) -> str:
        """The message as this user types it: case, full stops and slips by the dials, values untouched."""
        message = re.sub(r"\s+", " ", message).strip()
        message = re.sub(r"\s+([,.!?])", r"\1", message)
        message = message.replace(f".{_CLOSE}.", f".{_CLOSE}")
        message = _sentence_case(message)
        if self.rng.random() < self.behaviour.brevity * 0.5:
            message = _lower_start(message)
            if message.endswith(".") and self.rng.random() < 0.7:
                message = message[:-1]
        return _unmarked(self._with_typos(message))

    def _with_typos(self, message: str) -> str:
        parts = re.split(f"({_OPEN}[^{_CLOSE}]*{_CLOSE})", message)
        return "".join(p if p.startswith(_OPEN) else re.sub(r"[a-z]{4,}", self._typo, p) for p in parts)

    def _typo(self, match: re.Match[str]) -> str:
        word = match.group()
        if self.rng.random() >= self.behaviour.typos:
            return word
        place = self.rng.randrange(1, len(word) - 1)
        slips = (
            word[:place] + word[place + 1 :],
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
            word[:place] + word[place] + word[place:],
        )
        return self.rng.choice(slips)


def value(stated: Any) -> str:
    """A value as it is typed, marked so that style leaves it alone."""
    text = f"{stated:.2f}" if isinstance(stated, float) else str(stated)
    if re.fullmatch(r"\d{4}-\d\d-\d\d 00:00:00", text):
        text = text[:10]
    return f"{_OPEN}{text}{_CLOSE}"


def _unmarked(message: str) -> str:
    return message.replace(_OPEN, "").replace(_CLOSE, "")


def _asks(asks: Sequence[str]) -> str:
    return " and the ".join(asks) if len(asks) < 3 else ", ".join(asks[:-1]) + f" and {asks[-1]}"


def _sentence_case(message: str) -> str:
    """A capital at the start and after every full stop, question and exclamation mark."""

    def capital(match: re.Match[str]) -> str:
        return match.group(1) + match.group(2).upper()

    return re.sub(r"(^|[.!?] )([a-z])", capital, message)


def _lower_start(message: str) -> str:
    return re.sub(r"(^|[.!?] )([A-Z])(?=[a-z']*\b)(?!I\b)", lambda m: m.group(1) + m.group(2).lower(), message)
