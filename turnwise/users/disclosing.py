"""What a user says of a request at first: what it keeps back, and what it gets wrong."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from turnwise.goals.model import Mention, Request, Slot, Value
from turnwise.users.behaviour import Behaviour
from turnwise.users.wording import Referents
from turnwise.users.wording.kinds import change, is_choice, is_kind, is_person
from turnwise.values.dates import stamp
from turnwise.values.words import article

SHORT = 4
"""Words of a value that one says back, or says wrong at first."""


def withheld(request: Request, behaviour: Behaviour, chance: Callable[[float], bool]) -> list[Slot]:
    """The slots that are not said at first: some of them, or all that say which one, when and how many."""
    slots = list(request.slots)
    if behaviour.details == "upfront" or request.intent not in ("create", "update", "do"):
        return []
    if request.intent == "update" and len(slots) == 1 and change(slots[0], request.subject) in ("state", "cancel"):
        return []  # nobody says to change a status, and not to what
    if behaviour.details == "on_request":
        telling = [s for s in slots if s.mention or not (is_kind(s.label, "names") or is_choice(s))]
        alone = len(slots) == 1 and request.intent == "update" and chance(0.6)
        return telling if request.intent == "create" else slots[0 if alone else 1 :]
    if len(slots) < 2:
        return slots if request.intent == "update" and chance(0.3) else []
    if not chance(0.5):
        return []
    kept = slots[max(int(request.intent == "create"), len(slots) // 2) :]
    return [slot for slot in kept if not is_kind(slot.label, "names")]  # nobody gives half a name


def may_be_vague(request: Request, referents: Referents) -> bool:
    """Whether it can be left open which one a request is about: `the order` after another one would mean that."""
    subject = request.subject
    known = subject is None or subject.told_by is not None or subject.me or referents.just_named(request)
    if subject is not None and not request.writes:  # the member's loans: whose?
        known = known or referents.brought_up(subject.noun) or is_person(subject)
    return not known and request.intent in ("update", "adjust", "delete", "unlink", "detail")


def subject_matter(request: Request) -> str:
    """What a request is about, with nothing that tells which one: a booking."""
    return article(request.subject.noun if request.subject else request.phrases.get("one", "question"))


def doubtful_subject(request: Request) -> Mention | None:
    """The subject with its first thought, where a user who errs would speak of another one first."""
    subject = request.subject
    if subject is None or request.intent in ("create", "delete", "unlink") or doubtful_slots(request):
        return None
    misread = _misread(subject.name) if subject.numbered and subject.told_by is None else None
    first = subject.first_thought if subject.first_thought is not None and not request.writes else misread
    return subject.model_copy(update={"first_thought": first}) if first is not None else None


def doubtful_slots(request: Request) -> list[Slot]:
    """The values that a user who errs would say wrong first: short ones, as nobody retypes a sentence; or numbers misread."""
    if request.intent not in ("create", "update", "adjust"):
        return []
    if wavering := [slot for slot in request.slots if _wavers(request, slot)]:
        return [slot for slot in wavering if len(str(slot.value).split()) <= SHORT]
    misread = [(slot, _misread(slot.value)) for slot in request.slots if slot.mention is None]
    return [slot.model_copy(update={"first_thought": first}) for slot, first in misread if first is not None]


def errs_in_passing(request: Request) -> bool:
    """Whether what is said wrong is put right in the same breath: what one misread, not what one changes one's mind on."""
    subject = request.subject
    changes = subject is not None and subject.first_thought is not None and not request.writes
    return not changes and not any(_wavers(request, slot) for slot in request.slots)


def _wavers(request: Request, slot: Slot) -> bool:
    return slot.first_thought is not None and request.intent == "update"


def _misread(given: Value) -> Value:
    """A number with two of its last digits the wrong way round, a day or a few that is one off; none of other values."""
    text = str(given)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text) and stamp(text) is not None:
        return str(date.fromisoformat(text) + timedelta(days=1 if text.endswith("01") else -1))
    if isinstance(given, int) and 1 < given < 10:
        return given + 1
    if isinstance(given, bool) or not re.fullmatch(r"\d{2,6}(?:\.\d+)?", text):
        return None
    swapped = re.sub(r"(\d)(?!\1|0)(\d)(?=\d?$)", r"\2\1", text, count=1)
    if swapped == text or given is None:
        return None
    return type(given)(swapped)
