"""What a user says to a question: what is asked is compared with what it wants, and nothing is agreed to for its form.

Each function takes one dialogue act and the request that it concerns, and returns one `Reply`. What is not part of the
request the user has no opinion on: it does not mind, or it does not know.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from turnwise.goals.model import Mention, Request, Slot
from turnwise.users.comparing import (
    MONEY,
    deeds_of,
    fits,
    is_named_in,
    is_other_deed,
    is_rivalled,
    left_unsaid,
    rival_subject,
    says_what,
    values_of,
    without_names,
)
from turnwise.users.facts import slot_value
from turnwise.users.hearing import UNDOES, Heard, sign, synonyms, talk, vocabulary, words_of
from turnwise.users.turns import DialogueActKind
from turnwise.values.atoms import atoms
from turnwise.values.dates import stamp
from turnwise.values.states import mentions
from turnwise.values.text import normalised
from turnwise.values.words import singular


class Reply(NamedTuple):
    """One answer of the user, before it is worded."""

    kind: DialogueActKind
    form: str
    """how it is worded; see wording/answers.yaml"""
    slots: tuple[Slot, ...] = ()
    """whose values it gives"""
    text: str = ""
    """what is chosen, or taken for what is wanted"""


LABELLED = "labelled"
"""The text of a reply that says what its values are of, since the question did not."""
_ALL = ("update_all", "link_all", "children", "find")
_LENGTH = re.compile(r"duration|length|minutes|hours|days|weeks|months|period")
_PLACE = re.compile(r"city|town|address|street|branch|hall|room|location|place|country|building|site|area|venue")
_DO_YOU_HAVE = re.compile(
    r"\bdo you (?:have|know|remember|happen)\b|\bhave you (?:got|any)\b|\bare you able to (?:provide|give|tell|supply)\b|^\W*got\b",
    re.I,
)
_YES_NO = re.compile(
    r"^\W*(?:(?:and|so|but|also|or|ok|okay)\W+)*(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should)\b(?! (?:i|we)\b)",
    re.I,
)
"""A plain question for yes or no, which asks for no leave."""


def answer_question(act: Heard, request: Request, withheld: Sequence[Slot]) -> Reply:
    """The answer to a question for something: the values it asks for, what it is about, or that there is no opinion."""
    text = act.said
    if sign("why", text):
        return Reply("explain", "explain")
    if re.search(r"\b(?:whether|if) (?:the|it|there|that|this|they|he|she)\b", text, re.I):
        return Reply("dont_know", "not_that_i_know")
    if _DO_YOU_HAVE.search(text) and re.search(r"\b(?:one|any|it|that)\b", text, re.I) and not withheld:
        return Reply("dont_know", "dont_have")
    if re.search(r"\b(?:which|who|whom)\b", text, re.I) and (chosen := _chosen(act, request)):
        return chosen
    if asked := asked_slots(text, request):
        return Reply("supply", "supply", asked)
    if _asks_subject(text, request):
        return Reply("supply", "supply_subject")
    open_slots = tuple(withheld or request.slots)
    if open_slots and request.intent != "ask" and _is_general(text, request):
        return Reply("supply", "supply", open_slots, LABELLED)
    return _no_opinion(text, request)


_WHICH_OF = re.compile(
    r"\bwhich (?:one|of (?:them|these|those|the two))\b|\bwhich (?:is|was) (?:it|right|that)\b", re.I
)


def _chosen(act: Heard, request: Request) -> Reply | None:
    """The answer to `which one?`: the value or the name among those that were offered in the sentences before."""
    near = "\n".join([*act.context.splitlines()[-2:], act.said])
    offered = [
        slot for slot in request.slots if fits(near, request.model_copy(update={"slots": (slot,), "subject": None}))
    ]
    if _WHICH_OF.search(act.said) and len(offered) == 1:
        return Reply("choose", "choose", text=slot_value(offered[0]))
    subject = request.subject
    if subject is None or subject.told_by:
        return None
    nouns = words_of(subject.noun) | ({"who"} if subject.person else set())
    asked = words_of(act.said) | frozenset(re.findall(r"\bwho\b", act.said.lower()))
    if not (nouns & asked) and not (
        _WHICH_OF.search(act.said) and not request.slots and not _asks_what_it_asks(act, request)
    ):
        return None
    if is_named_in(near, subject):
        return Reply("choose", "choose", text=subject.name)
    return Reply("correct", "supply_subject") if _WHICH_OF.search(act.said) else None


def _asks_what_it_asks(act: Heard, request: Request) -> bool:
    """Whether a question is about what the user wants to know itself."""
    answers = words_of(" ".join((*request.asks, *(answer.label for answer in request.checkpoint.answers))))
    return bool(answers & words_of(f"{act.context} {act.said}"))


def answer_choice(act: Heard, request: Request) -> Reply:
    """The answer to a choice: the one that is wanted, neither of them, or either."""
    if re.search(r"\b(?:one|single)\b.*\bor (?:\w+ )?(?:more|several|two|both)\b", act.said, re.I):
        return Reply("dont_mind", "just_one")
    fitting = [option for option in act.options if fits(option, request)]
    if len(fitting) == 1:
        return Reply("choose", "choose", text=_said_back(fitting[0], request))
    if any(sign("several", option) for option in act.options) and any(sign("single", option) for option in act.options):
        return Reply("choose", "choose_all" if request.intent in _ALL else "choose_single")
    allowed = [option for option in act.options if not is_other_deed(option, request)]
    if len(allowed) == 1:
        return Reply("choose", "choose", text=_said_back(allowed[0], request))
    if asked := asked_slots(act.said, request):
        return Reply("correct", "neither", asked)
    subject = request.subject
    if not fitting and subject is not None and not subject.told_by and _are_names(act.options, subject):
        return Reply("correct", "neither_subject")
    open_to_it = request.intent in ("create", "link", "link_all")
    return Reply("dont_mind", "either") if open_to_it else Reply("dont_know", "dont_know")


def answer_proposal(act: Heard, request: Request, *, refused: bool = False) -> Reply:
    """Yes, where what is proposed is what the user wants; else what is wrong with it.

    Args:
        refused: whether it comes instead of what was asked for: then it has to hold what is wanted to be taken.
    """
    own = act.said if says_what(act.said, request) else f"{act.context}\n{act.said}"
    whole = f"{act.context}\n{act.said}"
    if sign("why", act.said):
        return Reply("explain", "explain")
    if sign("send", without_names(act.said, request)) and not sign("send", " ".join(vocabulary(request))):
        return Reply("decline", "decline_extra")
    if not request.writes:
        plainly = deeds_of(own, request)
        changes = sign("undo", plainly) or (sign("make", plainly) and not sign("look", plainly))
        if (
            changes
            and request.intent != "ask"
            and not re.search(r"\b(?:mean|confirm that|right|correct)\b", act.said, re.I)
        ):
            return Reply("decline", "decline_change")
        rival = rival_subject(own, request)
        return Reply("correct", "not_that_subject", text=rival) if rival else Reply("confirm", "confirm")
    plain = _YES_NO.search(act.said) is not None and not sign("leave", act.said)
    if not plain and is_other_deed(own, request):
        return Reply("decline", "not_that_deed")
    if rival := rival_subject(own, request):
        return Reply("correct", "not_that_subject", text=rival)
    if wrong_slots := tuple(slot for slot in request.slots if is_rivalled(own, slot, request)):
        return Reply("correct", "not_that_value", wrong_slots[:2])
    if refused and not any(mentions(whole, value) for value in values_of(request)):
        return Reply("decline", "decline_alternative")
    named = asked_slots(act.said, request)
    if (
        named
        and sign("verify", act.said)
        and not atoms(act.said)
        and not any(mentions(whole, slot_value(slot)) for slot in named)
    ):
        return Reply("supply", "supply", named)  # it asks for the value itself: "Could you confirm the due date?"
    if plain:
        named = asked_slots(act.said, request)
        if not named and not any(mentions(act.said, value) for value in values_of(request)):
            return Reply("dont_know", "not_that_i_know")
    if unsaid := left_unsaid(whole, request):
        return Reply("correct", "confirm_but", unsaid)
    return Reply("confirm", "confirm_anyway" if sign("warn", whole) else "confirm")


# -- what is asked for ----------------------------------------------------------------------------


def asked_slots(text: str, request: Request) -> tuple[Slot, ...]:
    """The slots whose values a question asks for: those that it names, else those of the kind it asks for."""
    words = words_of(text)
    by_name = tuple(slot for slot in request.slots if _is_named(slot, words))
    return by_name or tuple(slot for slot in request.slots if _is_asked_by_kind(slot, text))


def _is_named(slot: Slot, words: frozenset[str]) -> bool:
    heads = {
        singular(normalised(re.split(r" (?:per|in|of|for|on|at) ", name)[0]).split()[-1])
        for name in synonyms(slot.label)
    }
    nouns = {singular(word) for word in normalised(slot.mention.noun if slot.mention else "").split()}
    return bool((heads | nouns) & words)


def _is_asked_by_kind(slot: Slot, text: str) -> bool:
    value, label = slot.value, slot.label
    number = isinstance(value, int | float)
    if re.search(r"\bhow long\b", text, re.I):
        return bool(_LENGTH.search(label))
    if re.search(r"\bhow much\b", text, re.I):
        return number and bool(MONEY.search(label))
    if re.search(r"\bby how|\bhow far\b", text, re.I):
        return number
    if re.search(r"\bwhen\b|\b(?:what|which) (?:day|date|time)\b", text, re.I):
        return isinstance(value, str) and stamp(value) is not None
    if re.search(r"\b(?:who|whom|whose)\b", text, re.I):
        return slot.mention is not None and slot.mention.person
    return bool(
        re.search(r"\bwhere\b", text, re.I) and _PLACE.search(f"{label} {slot.mention.noun if slot.mention else ''}")
    )


def _asks_subject(text: str, request: Request) -> bool:
    subject = request.subject
    if subject is None:
        return False
    nouns = {singular(word) for word in normalised(subject.noun).split()[-1:]}
    which_one = re.search(r"\b(?:which|what) (?:one|name)\b|\bwhat(?: is|'s) (?:it|he|she|their name)\b", text, re.I)
    who = subject.person and re.search(r"\b(?:who|whom|whose)\b", text, re.I)
    return bool(which_one or who or (nouns & words_of(text) and not _stray(text, request)))


def _are_names(options: Sequence[str], subject: Mention) -> bool:
    """Whether options are names of the kind that a subject has."""
    bare = [option.removeprefix("the ").removeprefix(f"{subject.noun} ") for option in options]
    pattern = r"\W*\d" if subject.numbered else r"\W*[A-Z]"
    return all(re.match(pattern, option) for option in bare)


def _is_general(text: str, request: Request) -> bool:
    """Whether a question asks for nothing in particular: `what should I change it to?`, `what are the details?`."""
    return not _stray(text, request) and not re.search(r"\bhow (?:many|long|much)\b", text, re.I)


def _stray(text: str, request: Request) -> frozenset[str]:
    """The words of a question that belong neither to the request nor to any question."""
    own = words_of(" ".join(values_of(request)))
    return words_of(without_names(text, request)) - vocabulary(request) - talk() - own


def _no_opinion(text: str, request: Request) -> Reply:
    asked = words_of(" ".join((*request.asks, *(answer.label for answer in request.checkpoint.answers))))
    if asked & words_of(text) and request.subject is not None:  # that is what it wants to know itself
        return Reply("supply", "supply_subject")
    changes = request.writes and request.intent not in UNDOES
    if changes and sign("count", text) and not MONEY.search(text):
        return Reply("dont_mind", "just_one")
    has = _DO_YOU_HAVE.search(text)
    if changes and not has and not sign("identity", text):
        return Reply("dont_mind", "dont_mind")
    return Reply("dont_know", "dont_have" if has else "dont_know")


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
