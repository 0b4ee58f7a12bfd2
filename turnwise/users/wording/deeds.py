"""A call that is wanted, as a person asks for it: `cancel order 4821`, `look up the weather forecast for Lisbon`."""

from collections.abc import Sequence

from turnwise.goals.model import Mention, Slot
from turnwise.users.wording.clauses import Said, labelled
from turnwise.users.wording.forms import forms
from turnwise.users.wording.kinds import counted, is_day, is_plural
from turnwise.values.words import listed

_CHANGES = ("set", "update", "change", "edit", "modify")


def deed(
    verb: str,
    thing: str,
    one: str,
    subject: Mention | None,
    who: str,
    whose: str,
    slots: Sequence[Slot],
    said: Said,
) -> str:
    """A verb with what it is done to, and the values that go with it.

    Args:
        thing: what it is done to, with its article; empty where the name of the tool says none.
        one: the same in the singular, without one.
        who: the subject as it is referred to, and `whose` things are its.
    """
    last = one.split()[-1:]
    if subject is not None and (not thing or subject.noun.split()[-1:] == last):
        first, _, particle = verb.partition(" ")
        named = f"{first} it {particle}" if who == "it" else f"{verb} {who}"  # look it up
        return _joined(named, clauses_of(slots, said))
    free = [slot for slot in slots if slot.mention is None]
    if subject is not None and (bare := thing.replace(f"{subject.noun.split()[-1]} ", "", 1)) != thing:
        thing, one = (
            bare,
            one.replace(f"{subject.noun.split()[-1]} ", "", 1),
        )  # the address of a user, not their user address
    if verb in _CHANGES and len(free) == 1 and (subject is not None or free[0].label.split()[-1:] == last):
        what = one if one.endswith(free[0].label) else free[0].label
        of = f" of {who}" if subject is not None and not whose else ""
        others = clauses_of([slot for slot in slots if slot is not free[0]], said)
        return _joined(f"{verb} {whose or 'the'} {what}{of} to {said(free[0])}", others)
    if subject is not None:
        what = (
            f"{whose} {thing.removeprefix('the ')}"
            if whose and not thing.startswith("a")
            else f"{thing} {_joint(verb)} {who}"
        )
        return _joined(f"{verb} {what}", clauses_of(slots, said))
    if slots and _all_numbers(slots):
        return f"{verb} {thing if last and one not in ('', verb) else ''} {listed([said(slot) for slot in slots])}".replace(
            "  ", " "
        )
    topic = next((slot for slot in slots if is_topic(slot)), None)
    if topic is not None and thing and verb in ("search for", "find", "look up"):
        others = clauses_of([slot for slot in slots if slot is not topic], said)
        searches = verb == "search for" or is_plural(thing)
        named = f"search {thing} for {said(topic)}" if searches else f"{verb} {thing} {said(topic)}"
        return _joined(named, others)
    same = next((slot for slot in slots if slot.label.split()[-1:] == last or not (thing or " " in verb)), None)
    if same is not None:  # read the file notes/summary.txt
        rest = [slot for slot in slots if slot is not same]
        named = said(same) if is_topic(same) and verb.endswith((" for", " to")) else f"the {same.label} {said(same)}"
        return _joined(f"{verb} {named}", clauses_of(rest, said))
    return _joined(f"{verb} {thing}", clauses_of(slots, said))


def clauses_of(slots: Sequence[Slot], said: Said) -> str:
    """Values that go with a deed: for Lisbon, on 3 March, with two guests and status active."""
    before: list[str] = []
    rest: list[str] = []
    for slot in slots:
        joint = _place(slot)
        if joint and not any(part.startswith(f"{joint} ") for part in before):
            before.append(f"{joint} {_quoted(slot, said(slot))}")
        elif slot.mention is not None and not before and not rest:
            before.append(f"for {said(slot)}")
        else:
            rest.append(labelled(slot, _quoted(slot, said(slot)), slot.label))
    return " ".join([*before, *([f"with {listed(rest)}"] if rest else [])])


def _quoted(slot: Slot, value: str) -> str:
    """A value of several words, such as a message, in quotes."""
    long = isinstance(slot.value, str) and len(slot.value.split()) > 3 and not is_day(slot)
    return f'"{value}"' if long and '"' not in value else value


def is_topic(slot: Slot) -> bool:
    """Whether a slot holds what is looked for, in the user's own words."""
    return slot.mention is None and slot.label.split()[-1] in _words("topics")


def _place(slot: Slot) -> str:
    """What stands before a value that needs no label; empty where it needs one."""
    last = slot.label.split()[-1]
    if slot.mention is not None or not isinstance(slot.value, str):
        many = isinstance(slot.value, int) and slot.mention is None and bool(counted(slot.label))
        return "for" if many and last in _words("lengths") else ""
    if is_topic(slot):
        return "for"
    if is_day(slot) and last in ("date", "day") and len(slot.label.split()) == 1:
        return "on"
    return next((joint for joint in ("in", "to", "from") if last in _words(joint)), "")


def _words(name: str) -> list[str]:
    found: str = forms()["joints"][name]
    return found.split()


def _joint(verb: str) -> str:
    return "of" if verb in (*_CHANGES, "look up", "check", "list", "show me", "count", "describe", "read") else "for"


def _all_numbers(slots: Sequence[Slot]) -> bool:
    """Whether the values are numbers that need no name: multiply 12 and 5."""
    return len(slots) > 1 and all(
        isinstance(slot.value, int | float) and (len(slot.label) < 3 or slot.label.endswith("number")) for slot in slots
    )


def _joined(*parts: str) -> str:
    return " ".join(" ".join(parts).split())
