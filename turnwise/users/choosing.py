"""What a user says to a choice: the one of the options that is wanted, neither of them, or either."""

import re
from collections.abc import Sequence

from turnwise.goals.model import Mention, Request
from turnwise.users.asked import asked_slots, stray
from turnwise.users.comparing import (
    fits,
    fits_slot,
    is_named_in,
    is_other_deed,
    is_rivalled,
)
from turnwise.users.facts import slot_value
from turnwise.users.hearing import Heard, sign, slot_words, words_in, words_of
from turnwise.users.oneself import is_of_me
from turnwise.users.turns import LABELLED, Reply
from turnwise.values.atoms import atoms
from turnwise.values.dates import stamp
from turnwise.values.states import mentions

_ANOTHER = re.compile(r"\b(?:new|separate|another|different|second|(?:add|create) (?:it|one|this|that))\b", re.I)
_ALL = ("update_all", "link_all", "children", "find", "count", "total")


def answer_choice(act: Heard, request: Request) -> Reply:
    """The answer to a choice: the one that is wanted, neither of them, or either."""
    if re.search(r"\b(?:one|single)\b.*\bor (?:\w+ )?(?:more|several|two|both)\b", act.said, re.I):
        return Reply("dont_mind", "just_one")
    if sign("why", act.said) or re.search(r"\breason\b", act.said, re.I):
        return Reply("explain", "explain")
    if is_of_me(request) and re.search(r"\byour?\b", act.said, re.I) and not sign("asks_leave", act.said):
        return Reply("dont_know", "unsure_which")
    if (day := day_called(act.options, request)) and sum(atom.kind == "date" for atom in atoms(act.said)) < 2:
        return Reply("choose", "choose", text=f"the {day}")  # is that when it was ordered, or when it's required?
    fitting = [option for option in act.options if fits(option, request)]
    if (subject := request.subject) is not None and not subject.told_by:
        fitting = [option for option in fitting if is_named_in(option, subject)] or fitting
    if len(fitting) == 1:
        return _choose(fitting[0], request)
    if (none := offers_none(act)) and sign("yes_no", act.said) and not asked_slots(act.said, request):
        return Reply("dont_mind", none)  # is there a date yet, or shall I leave that open?
    another = [option for option in act.options if _ANOTHER.search(option)]
    if request.intent == "create" and len(another) == 1 and len(act.options) == 2:
        return Reply("choose", "choose_new")  # add another one, or change the one that is there?
    if not fitting and any(
        re.search(r"\b(?:now|today|(?:right|straight) away|immediately)\b", o, re.I) for o in act.options
    ):
        return Reply("choose", "now")
    if any(sign("several", option) for option in act.options) and any(sign("single", option) for option in act.options):
        if not request.checkpoint.state and any(stray(option, request) for option in act.options):
            return Reply("dont_mind", "just_that")  # all the details, or just a summary?
        return Reply("choose", "choose_all" if request.intent in _ALL else "choose_single")
    allowed = [option for option in act.options if not is_other_deed(option, request)]
    if len(allowed) == 1:
        return _choose(allowed[0], request)
    if asked := asked_slots(act.said, request):
        stated = any(atoms(option) or is_rivalled(option, slot, request) for option in act.options for slot in asked)
        return Reply("correct", "neither", asked) if stated else Reply("supply", "supply", asked, LABELLED)
    if not fitting and subject is not None and not subject.told_by and _are_names(act.options, subject):
        return Reply("correct", "neither_subject")
    open_to_it = sign("asks_leave", act.said) is not None or not any(sign("yes_no", option) for option in act.options)
    open_to_it = open_to_it and not re.search(r"\bmean\b", act.said, re.I)
    if open_to_it and request.intent in ("update", "adjust", "delete", "update_all"):
        return Reply("dont_mind", "just_that")
    return Reply("dont_mind", "either") if open_to_it else Reply("dont_know", "unsure")


def day_called(options: Sequence[str], request: Request) -> str:
    """The label of the one day of a request that one of two options names; empty where it is none, or more."""
    days = [(slot.label, slot_words(slot) - words_in("measures")) for slot in request.slots if stamp(slot_value(slot))]
    named = [label for label, own in days if own and sum(own <= words_of(option) for option in options) == 1]
    return named[0] if len(named) == 1 else ""


def _are_names(options: Sequence[str], subject: Mention) -> bool:
    """Whether options are names of the kind that a subject has."""
    bare = [option.removeprefix("the ").removeprefix(f"{subject.noun} ") for option in options]
    pattern = r"\W*\d" if subject.numbered else r"\W*[A-Z]"
    return all(re.match(pattern, option) for option in bare)


def _said_back(option: str, request: Request) -> str:
    """An option as one says it back: the name or the amount that is meant, else what it says without brackets."""
    names = [request.subject.name] if request.subject else []
    names += [slot_value(slot) for slot in request.slots if not isinstance(slot.value, int | float)]
    if named := next((name for name in names if name and mentions(option, name)), ""):
        return named
    bare = re.sub(r"\s*\([^)]*\)", "", option).strip(" .?\"'")
    amounts = [atom for atom in atoms(bare) if atom.number]
    if amounts:
        start = re.search(r"(?:\bby )?[$€£]?$", bare[: amounts[0].start])
        bare = bare[start.start() if start else amounts[0].start :]
    return bare if len(bare.split()) <= 6 else " ".join(bare.split()[:4]).rstrip(",;:–-")


def _choose(option: str, request: Request) -> Reply:
    """The choice of an option; a day as the user writes days, or as today where that was offered."""
    day = next((slot for slot in request.slots if stamp(slot_value(slot)) and fits_slot(option, slot)), None)
    if day is None:
        return Reply("choose", "choose", text=_said_back(option, request))
    near = re.search(r"\b(?:today|tomorrow|yesterday)\b", option, re.I)
    return Reply("choose", "choose", text=near[0].lower()) if near else Reply("choose", "choose", (day,))


def offers_none(act: Heard) -> str:
    """How an offer to do without is taken, where it is one of the options; else empty."""
    option = next((option for option in act.options[1:] if sign("left_open", option)), "")
    return "" if not option else "leave_open" if "open" in option else "leave_it"
