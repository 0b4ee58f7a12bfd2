"""What a user says of a request at first: what it keeps back, and what it gets wrong."""

from collections.abc import Callable

from turnwise.goals.model import Mention, Request, Slot
from turnwise.users.behaviour import Behaviour
from turnwise.users.wording import Referents
from turnwise.users.wording.kinds import is_choice, is_kind

SHORT = 4
"""Words of a value that one says back, or says wrong at first."""


def withheld(request: Request, behaviour: Behaviour, chance: Callable[[float], bool]) -> list[Slot]:
    """The slots that are not said at first: some of them, or all that say which one, when and how many."""
    slots = list(request.slots)
    if behaviour.details == "upfront" or request.intent not in ("create", "update", "do"):
        return []
    if behaviour.details == "on_request":
        telling = [s for s in slots if s.mention or not (is_kind(s.label, "names") or is_choice(s))]
        return telling if request.intent == "create" else slots[1:]
    if len(slots) < 2:
        return slots if request.intent == "update" and chance(0.3) else []
    if not chance(0.5):
        return []
    kept = slots[max(int(request.intent == "create"), len(slots) // 2) :]
    return [slot for slot in kept if not is_kind(slot.label, "names")]  # nobody gives half a name


def may_be_vague(request: Request, referents: Referents) -> bool:
    """Whether it can be left open which one a request is about."""
    subject = request.subject
    known = subject is None or subject.told_by is not None or subject.me or referents.just_named(request)
    return not known and request.intent in ("update", "adjust", "delete", "unlink")


def doubtful_subject(request: Request) -> Mention | None:
    """The subject, where a user who errs would ask about another one first."""
    subject = request.subject
    return subject if subject and subject.first_thought is not None and not request.writes else None


def doubtful_slots(request: Request) -> list[Slot]:
    """The values of a change that a user who errs would say wrong first: short ones, as nobody retypes a sentence."""
    wavering = [slot for slot in request.slots if slot.first_thought is not None]
    return [slot for slot in wavering if len(str(slot.value).split()) <= SHORT] if request.intent == "update" else []
