"""What a user says to a question: what is asked is compared with what it wants, and nothing is agreed to for its form.

Each function takes one dialogue act and the request that it concerns, and returns one `Reply`. What is not part of the
request the user has no opinion on: it does not mind, or it does not know.
"""

import re
from collections.abc import Sequence

from turnwise.goals.model import Mention, Request, Slot
from turnwise.users.asked import apart, asked_slots, asks_subject, is_general, stray
from turnwise.users.comparing import (
    MONEY,
    fits,
    fits_slot,
    is_called_in,
    is_named_in,
    is_other_deed,
    is_rivalled,
)
from turnwise.users.facts import slot_value
from turnwise.users.hearing import UNDOES, Heard, offers_none, sign, words_in, words_of
from turnwise.users.oneself import about_oneself, is_of_me
from turnwise.users.proposals import answer_proposal, day_called
from turnwise.users.turns import LABELLED, Reply
from turnwise.values.atoms import atoms
from turnwise.values.dates import stamp
from turnwise.values.states import mentions

_SUGGESTS = re.compile(r"(?:[,:;]|\s[-–—])\s*(?=(?:just|only|so|is it|is that|maybe|perhaps)\b)", re.I)
"""Where a question goes on to suggest what may be its answer."""
_ITS_VALUE = re.compile(r"\b(?:be|to|with|as|become|instead)\b(?: \w+)?\W*$|\bnew (?:one|value)\b", re.I)
"""How one asks what a single value is to be: what should it be now?"""
_ANOTHER = re.compile(r"\b(?:new|separate|another|different|second|(?:add|create) (?:it|one|this|that))\b", re.I)
_SEVERAL = re.compile(r"\b(?:two|three|four|several|both|multiple|more than one|these|\d+)\b", re.I)
_ALL = ("update_all", "link_all", "children", "find", "count", "total")


def answer_question(act: Heard, request: Request, withheld: Sequence[Slot]) -> Reply:
    """The answer to a question for something: the values it asks for, what it is about, or that there is no opinion."""
    text = act.said
    stated = tuple(slot for slot in request.slots if fits_slot(text, slot))
    if stated and (meant := _SUGGESTS.search(text)) and fits(text[meant.end() :], request):
        return answer_proposal(
            act._replace(said=text[meant.end() :]), request
        )  # what changes: just the street, 8 Mill Lane?
    if stated and sign("of_what", text):
        return Reply("supply", "supply", stated, LABELLED)  # 3 days for what?
    if sign("why", text):
        return Reply("explain", "explain")
    days = [day for slot in request.slots if (day := stamp(slot_value(slot))) is not None and fits_slot(text, slot)]
    if days and re.search(r"\b(?:which|what) year\b", text, re.I):
        return Reply("choose", "choose", text=str(days[0][0]))  # which year is 22 December?
    if re.search(r"\b(?:whether|if) (?:the|it|there|that|this|they|he|she)\b", text, re.I):
        sure = not stray(text, request) - words_in("read") and sign("is_it", text)
        return Reply("confirm", "confirm_right") if sure else Reply("dont_know", "not_that_i_know")
    asked = asked_slots(text, request)
    if not asked and sign("bidden", text) and _asks_again(text, request):
        lost = sign("missing", f"{act.context} {text}") or re.search(r"\b(?:name|title|spell\w*)\b", text, re.I)
        return Reply("supply", "supply_subject") if lost else Reply("confirm", "as_given")
    sole = len(withheld) == 1 and _ITS_VALUE.search(text)
    if sign("more", text) and not asked:
        wished = request.slots if re.search(r"\bchange\b", text, re.I) else ()  # what would you like to change on it?
        if slots := tuple(withheld) or wished:
            return Reply("supply", "supply", slots, "" if sole else LABELLED)
        return Reply("decline", "nothing_more") if request.writes else Reply("explain", "only_that")
    if re.search(r"\banything\b", text, re.I) and not asked:  # can you tell me anything that sets it apart?
        return Reply("supply", "supply", tuple(withheld), LABELLED) if withheld else Reply("decline", "nothing_more")
    if (
        sign("do_you_have", text)
        and re.search(r"\b(?:name|number|title)\b", text, re.I)
        and asks_subject(text, request)
    ):
        return Reply("supply", "supply_subject")
    if re.search(r"\bpreference\b", text, re.I) and not asked:
        return Reply("dont_mind", "no_preference")
    if sign("do_you_have", text) and not withheld and (not asked or re.search(r"\b(?:one|any|it|that)\b", text, re.I)):
        return Reply("dont_know", "dont_have")
    if re.search(r"\b(?:which|who|whom|whose)\b", text, re.I) and (chosen := _chosen(act, request)):
        return chosen
    if asked:
        return Reply("supply", "supply", asked)
    guess = re.search(r"\b(?:what|when|which|how|who)\b.*, ?([^,?]{1,30})\?\W*$", text, re.I)
    if guess is not None and any(fits_slot(guess[1], slot) for slot in stated):
        return Reply("confirm", "confirm_right")  # when was it finished, today?
    if (
        request.intent in ("children", "find")
        and sign("which", text)
        and words_of(" ".join(request.asks)) & words_of(text)
    ):
        return Reply("choose", "choose_all")
    if asks_subject(text, request):
        return Reply("supply", "supply_subject")
    open_slots = tuple(withheld or request.slots)
    if open_slots and request.intent != "ask" and is_general(text, request):
        return Reply("supply", "supply", open_slots, "" if sole else LABELLED)
    near = (
        "\n".join([text, *act.after.splitlines()[:1]])
        if re.search(r"\byou (?:said|mentioned)\b", act.after, re.I)
        else text
    )
    stated = tuple(slot for slot in request.slots if fits_slot(near, slot))
    other = sign("count", text) or re.search(r"\bwhen\b|\b(?:which|what) (?:day|date|time)\b", text, re.I)
    if request.writes and len(stated) == 1 and not other:
        if fits_slot(text, stated[0]) and not sign("which", text):
            return Reply("confirm", "confirm_right")  # in progress from today?
        if not fits_slot(text, stated[0]):
            return Reply("choose", "choose", (stated[0],))  # how urgent is it? You said normal
    if personal := about_oneself(text, request):
        return personal
    subject = request.subject
    if not sign("which", text) and (stated or (subject is not None and is_called_in(text, subject))):
        return answer_proposal(act, request)  # Robert Brown in Toronto?
    return _no_opinion(text, request)


def _asks_again(text: str, request: Request) -> bool:
    """Whether a question wants the name again that was not found: could you check the spelling?"""
    again = re.search(r"\b(?:name|title|number|spelling|spell|spelt|it|that|this)\b", text, re.I)
    return request.subject is not None and again is not None and not request.subject.me


def _chosen(act: Heard, request: Request) -> Reply | None:
    """The answer to `which one?`: the value or the name among those that were offered in the sentences before."""
    near = "\n".join([*act.context.splitlines()[-2:], act.said, *act.after.splitlines()[:2]])
    question = act.said[act.said.lower().rfind("which") :]  # "which one goes to Fernhill?" does not ask for Fernhill
    offered = [slot for slot in request.slots if fits_slot(near, slot) and not fits_slot(question, slot)]
    if sign("which_of", act.said) and len(offered) == 1:
        return Reply("choose", "choose", (offered[0],))
    subject = request.subject
    if subject is None or subject.told_by:
        return None
    nouns = words_of(subject.noun) | ({"who"} if subject.person else set())
    wh = re.search(r"\b(?:which|whose)\b(?: \w+){1,3}|\bwho\b", act.said, re.I)
    asked = words_of(wh[0]) | {wh[0].lower()} if wh else frozenset()
    if _SEVERAL.search(near) and not _tells_apart(near, subject):
        return Reply("dont_know", "unsure_which" if subject.me else "only_the_name")
    among = is_named_in(near, subject) and (nouns & words_of(near) or _SEVERAL.search(near) or sign("single", act.said))
    if not (nouns & asked) and not (
        sign("which_of", act.said) and (among or not request.slots) and not _asks_what_it_asks(act, request)
    ):
        return None
    if is_named_in(near, subject):
        return Reply("choose", "choose", text=subject.name)
    return Reply("correct", "supply_subject") if sign("which_of", act.said) else None


def _tells_apart(text: str, subject: Mention) -> bool:
    """Whether those that a text calls alike have names of their own, such as two of one family."""
    name = re.escape(subject.name)
    same = rf"\b(?:called|named)\W+{name}|\b(?:that|the same|this|by) name\b|\bthe name {name}|\b(?:two|three|several|\d+) {name}"
    return re.search(same, text, re.I) is None


def _asks_what_it_asks(act: Heard, request: Request) -> bool:
    """Whether a question is about what the user wants to know itself."""
    answers = words_of(" ".join((*request.asks, *(answer.label for answer in request.checkpoint.answers))))
    return bool(answers & words_of(f"{act.context} {act.said}"))


def answer_choice(act: Heard, request: Request) -> Reply:
    """The answer to a choice: the one that is wanted, neither of them, or either."""
    if re.search(r"\b(?:one|single)\b.*\bor (?:\w+ )?(?:more|several|two|both)\b", act.said, re.I):
        return Reply("dont_mind", "just_one")
    if sign("why", act.said) or re.search(r"\breason\b", act.said, re.I):
        return Reply("explain", "explain")
    if is_of_me(request) and re.search(r"\byour?\b", act.said, re.I) and not sign("asks_leave", act.said):
        return Reply("dont_know", "unsure_which")
    open_ended = any(
        re.search(r"\b(?:some|any)(?:one|body|thing|where) else\b|\b(?:another|a different|elsewhere)\b", option, re.I)
        for option in act.options
    )
    kind = re.sub(r"\b(?:another|a different)\b", "which", act.said)
    if open_ended and (asked := asked_slots(kind, request)):
        return Reply("supply", "supply", asked)  # who is it by, is the artist called that, too, or someone else?
    dated = sum(atom.kind == "date" for atom in atoms(act.said))
    told = dated or any(atom.kind == "date" for atom in atoms(act.context))
    if told and dated < 2 and (day := day_called(act.options, request)):
        return Reply("choose", "choose", text=f"the {day}")  # is that when it was ordered, or when it's required?
    options = apart(act.options)
    apt = [slot for slot in request.slots if sum(fits_slot(option, slot) for option in options) == 1]
    fitting = (
        [option for option in options if any(fits_slot(option, slot) for slot in apt[:1])] if len(apt) == 1 else []
    )
    fitting = fitting or [option for option in options if fits(option, request)]
    if (subject := request.subject) is not None and not subject.told_by:
        fitting = [option for option in fitting if is_named_in(option, subject)] or fitting
    if len(fitting) == 1:
        return _choose(fitting[0], request)
    without = [option for option in act.options[1:] if re.match(r"(?:no|none|without)\b(?! one)", option, re.I)]
    if not fitting and without and not asked_slots(act.said, request):
        return Reply("choose", "choose", text=without[0])  # as a friend or a patron, or no membership for now?
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
    deeds = [found for option in act.options if (found := sign("delete", option))]
    if request.intent in UNDOES and len(deeds) == 1:  # delete it for good, or mark it as cancelled?
        return Reply("choose", "choose", text=" ".join(deeds[0].string[deeds[0].start() :].split()[:4]))
    allowed = [option for option in act.options if not is_other_deed(option, request)]
    if len(allowed) == 1:
        return _choose(allowed[0], request)
    if asked := asked_slots(act.said, request):
        stated = any(atoms(option) or is_rivalled(option, slot, request) for option in act.options for slot in asked)
        labelled = LABELLED if len(asked) > 1 else ""
        return Reply("correct", "neither", asked) if stated else Reply("supply", "supply", asked, labelled)
    if not fitting and subject is not None and not subject.told_by and _are_names(act.options, subject):
        return Reply("correct", "neither_subject")
    open_to_it = sign("asks_leave", act.said) is not None or not any(sign("yes_no", option) for option in act.options)
    open_to_it = open_to_it and not re.search(r"\bmean\b", act.said, re.I)
    if open_to_it and request.intent in ("update", "adjust", "delete", "update_all"):
        return Reply("dont_mind", "just_that")
    return Reply("dont_mind", "either") if open_to_it else Reply("dont_know", "unsure")


def _are_names(options: Sequence[str], subject: Mention) -> bool:
    """Whether options are names of the kind that a subject has."""
    bare = [option.removeprefix("the ").removeprefix(f"{subject.noun} ") for option in options]
    pattern = r"\W*\d" if subject.numbered else r"\W*[A-Z]"
    return all(re.match(pattern, option) for option in bare)


def _no_opinion(text: str, request: Request) -> Reply:
    asked = words_of(" ".join((*request.asks, *(answer.label for answer in request.checkpoint.answers))))
    if asked & words_of(text) and request.subject is not None:  # that is what it wants to know itself
        return Reply("supply", "supply_subject")
    if re.search(
        r"\b(?:did|was|were|had|happened|(?:who|whom|whose)(?! (?:should|shall|will|would|do you))|how many [\w ]+ does (?:it|he|she|the))\b",
        text,
        re.I,
    ):  # of what was or is, nobody has a preference
        return Reply("dont_know", "dont_know")
    changes = request.writes and request.intent not in UNDOES
    if changes and sign("count", text) and not MONEY.search(text):
        return Reply("dont_mind", "just_one")
    has = sign("do_you_have", text)
    free = request.intent != "update" or re.search(
        r"\b(?:should|shall|want|like|prefer|i (?:put|set|use|make))\b", text, re.I
    )
    if changes and free and not has and not sign("identity", text):
        return Reply("dont_mind", "dont_mind")
    own = re.search(r"\byour\b|\b(?:requires?|insists?|asks for)\b", text, re.I)
    return Reply("dont_know", "dont_have" if has else "not_to_hand" if own else "dont_know")


def _choose(option: str, request: Request) -> Reply:
    """The choice of an option; a day as the user writes days, or as today where that was offered."""
    day = next((slot for slot in request.slots if stamp(slot_value(slot)) and fits_slot(option, slot)), None)
    if day is None and re.search(r"\b(?:do|would|could|can) you\b", option, re.I):
        return Reply("dont_mind", "either")  # how many, and do you have a preference for the stalls or a box?
    if day is None:
        return Reply("choose", "choose", text=_said_back(option, request))
    near = re.search(r"\b(?:today|tomorrow|yesterday)\b", option, re.I)
    return Reply("choose", "choose", text=near[0].lower()) if near else Reply("choose", "choose", (day,))


def _said_back(option: str, request: Request) -> str:
    """An option as one says it back: the name or the amount that is meant, else what it says without brackets."""
    names = (
        [request.subject.name] if request.subject and request.intent not in UNDOES else []
    )  # delete it, or cancel it?
    names += [slot_value(slot) for slot in request.slots if not isinstance(slot.value, int | float)]
    if named := next((name for name in names if name and mentions(option, name)), ""):
        return named
    bare = re.sub(r"\s*\([^)]*\)", "", option).strip(" .?\"'")
    amounts = [atom for atom in atoms(bare) if atom.number and request.intent not in UNDOES]
    if amounts:
        start = re.search(r"(?:\bby )?[$€£]?$", bare[: amounts[0].start])
        bare = bare[start.start() if start else amounts[0].start :]
    return bare if len(bare.split()) <= 6 else " ".join(bare.split()[:4]).rstrip(",;:–-")
