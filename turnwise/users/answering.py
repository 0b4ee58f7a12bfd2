"""What a user says to a question: what is asked is compared with what it wants, and nothing is agreed to for its form.

Each function takes one dialogue act and the request that it concerns, and returns one `Reply`. What is not part of the
request the user has no opinion on: it does not mind, or it does not know.
"""

import re
from collections.abc import Sequence

from turnwise.goals.model import Mention, Request, Slot
from turnwise.users.asked import asked_slots, asks_subject, is_general, stray
from turnwise.users.choosing import day_called
from turnwise.users.comparing import (
    MONEY,
    deeds_of,
    fits,
    fits_slot,
    is_called_in,
    is_named_in,
    is_other_deed,
    is_rivalled,
    left_unsaid,
    other_number,
    rival_subject,
    says_what,
    values_of,
    without_names,
)
from turnwise.users.facts import slot_value
from turnwise.users.hearing import OR_ELSE, UNDOES, Heard, sign, vocabulary, words_in, words_of
from turnwise.users.oneself import about_oneself
from turnwise.users.turns import LABELLED, Reply
from turnwise.values.atoms import atoms
from turnwise.values.dates import stamp
from turnwise.values.states import mentions

_SUGGESTS = re.compile(r"(?:[,:;]|\s[-–—])\s*(?=(?:just|only|so|is it|is that|maybe|perhaps)\b)", re.I)
"""Where a question goes on to suggest what may be its answer."""
_ASKS_AFTER = re.compile(
    r"(?:[:;]|\s[-–—])\s+(?=(?:is|are|was|were|do|does|did|has|have|had|will|would|shall|should|can|could|may)\b)", re.I
)
"""Where a sentence that has told something goes on to ask."""
_IS_THAT_ONE = re.compile(r"\W*(?:is|was) (?:that|this|it) (?:him|her|them|it|the one|the right one)\W*$", re.I)
_MEANS = re.compile(r"\b(?:do|did) you mean\b|\byou mean\b|\b(?:talking|speaking) about\b", re.I)
_SEVERAL = re.compile(r"\b(?:two|three|four|several|both|multiple|more than one|these|\d+)\b", re.I)


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
    if re.search(r"\b(?:whether|if) (?:the|it|there|that|this|they|he|she)\b", text, re.I):
        sure = not stray(text, request) - words_in("read") and sign("is_it", text)
        return Reply("confirm", "confirm_right") if sure else Reply("dont_know", "not_that_i_know")
    asked = asked_slots(text, request)
    if not asked and sign("bidden", text) and _asks_again(text, request):
        lost = sign("missing", f"{act.context} {text}") or re.search(r"\b(?:name|title|spell\w*)\b", text, re.I)
        return Reply("supply", "supply_subject") if lost else Reply("confirm", "as_given")
    if sign("more", text) and not asked:
        if withheld:
            return Reply("supply", "supply", tuple(withheld), LABELLED)
        return Reply("decline", "nothing_more") if request.writes else Reply("explain", "only_that")
    if (
        sign("do_you_have", text)
        and re.search(r"\b(?:name|number|title)\b", text, re.I)
        and asks_subject(text, request)
    ):
        return Reply("supply", "supply_subject")
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
        sole = len(open_slots) == 1 and re.search(r"\b(?:be|to|with|it as)\W*$", text, re.I)
        return Reply("supply", "supply", open_slots, "" if sole else LABELLED)  # what should it be?
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
    asked = words_of(act.said) | frozenset(re.findall(r"\bwho(?=se\b|\b)", act.said.lower()))
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


def answer_proposal(act: Heard, request: Request, *, refused: bool = False) -> Reply:
    """Yes, where what is proposed is what the user wants; else what is wrong with it.

    Args:
        refused: whether it comes instead of what was asked for: then it has to hold what is wanted to be taken.
    """
    if request.intent != "adjust" and (
        asks := _ASKS_AFTER.search(act.said)
    ):  # before I change it to 8 Mill Lane: is that a new home?
        act = act._replace(said=act.said[asks.end() :], context=f"{act.context}\n{act.said[: asks.start()]}")
    first, *others = OR_ELSE.split(act.said)
    if others:
        if (day := day_called((first, others[0]), request)) and not day_called((first, ""), request):
            return Reply("choose", "choose", text=f"the {day}")
        second = [s for s in request.slots if fits_slot(others[0], s) and not fits_slot(first, s)]
        if len(second) == 1:
            return Reply("choose", "choose", (second[0],))
        if not says_what(first, request) and not asks_leave(first):
            return Reply("dont_know", "unsure")
        act = act._replace(said=f"{first}?")
    steps = request.intent == "adjust"  # from where to where it goes counts
    context = "\n".join(line for line in act.context.splitlines() if steps or not sign("so_far", line))
    whole = f"{context}\n{act.said}"
    own = act.said if says_what(act.said, request) else whole
    if sign("why", act.said):
        return Reply("explain", "explain")
    strange, named = stray(act.said, request), asked_slots(act.said, request)
    if named and re.search(r"\b(?:another|a different)\b", act.said, re.I):
        return Reply("supply", "supply", named)  # did you mean another year?
    if personal := about_oneself(act.said, request):
        return personal
    if request.intent == "create" and (
        alike := re.search(r"\b(different|another|separate)\b|\bthe same(?: one| \w+)?(?: as\b|\W*$)", act.said, re.I)
    ):
        return Reply("confirm", "confirm_right") if alike[1] else Reply("decline", "not_the_same")
    if sign("send", without_names(act.said, request)) and not sign("send", " ".join(vocabulary(request))):
        return Reply("decline", "decline_extra")
    if request.subject is not None and (
        (_IS_THAT_ONE.match(act.said) and is_named_in(context, request.subject))
        or (_MEANS.search(act.said) and is_named_in(act.said, request.subject) and not sign("make", act.said))
    ):
        return Reply("confirm", "confirm_right")
    if request.intent in ("update_all", "link_all") and re.search(
        r"\b(?:too|as well|also|all|every)\b", act.said, re.I
    ):
        return Reply("confirm", "choose_all")  # the one that is ready, too?
    plain = sign("yes_no", act.said) is not None and not sign("leave", act.said)
    if named and re.search(r"\bis there (?:an?|any)\b", act.said, re.I):
        return Reply("supply", "supply", named)  # is there a note to go with it?
    subject = request.subject
    called = any(mentions(act.said, v) for v in values_of(request)) or (subject and is_called_in(act.said, subject))
    if not request.writes:
        plainly = deeds_of(own, request)
        changes = sign("undo", plainly) or (sign("make", plainly) and not sign("look", plainly))
        if (
            changes
            and request.intent != "ask"
            and not re.search(r"\b(?:mean|confirm that|right|correct)\b", act.said, re.I)
        ):
            return Reply("decline", "decline_change")
        if rival := rival_subject(own, request):
            return Reply("correct", "not_that_subject", text=rival)
        if plain and strange and not called:
            return _about_it(act.said)
        if strange - words_in("read") and not called and not sign("is_it", act.said):
            return Reply("decline", "no_need") if asks_leave(act.said) else Reply("dont_know", "dont_know")
        return Reply("confirm", _yes_to(act.said))
    if not plain and is_other_deed(own, request):
        return Reply("decline", "not_that_deed")
    if rival := rival_subject(own, request):
        return Reply("correct", "not_that_subject", text=rival)
    if request.intent != "adjust" and (meant := other_number(act.said, request)):
        return Reply("correct", "not_that_value", (meant,))
    if wrong_slots := tuple(slot for slot in request.slots if is_rivalled(own, slot, request)):
        return Reply("correct", "not_that_value", wrong_slots[:2])
    if sign("instead", own) and not refused and not any(mentions(own, v) for v in values_of(request)):
        days = tuple(slot for slot in request.slots if stamp(slot_value(slot)))  # Friday the 10th instead?
        dated = days and sign("day", own)
        return Reply("correct", "not_that_value", days[:1]) if dated else Reply("decline", "just_that")
    if refused and not any(mentions(whole, value) for value in values_of(request)):
        return Reply("decline", "decline_alternative")
    if plain and named and re.search(r"\b(?:have|has|got|(?:is|are) there)\b", act.said, re.I):
        return Reply("supply", "supply", named)  # does he have an email address?
    if (
        named
        and sign("verify", act.said)
        and not atoms(act.said)
        and not any(mentions(whole, slot_value(slot)) for slot in named)
    ):
        return Reply("supply", "supply", named)  # it asks for the value itself: "Could you confirm the due date?"
    if strange and sign("extra", act.said) and not named and not any(mentions(act.said, v) for v in values_of(request)):
        return Reply("decline", "decline_extra")
    if plain and not named and not called:
        return _about_it(act.said)
    if unsaid := left_unsaid(whole, request):
        return Reply("correct", "confirm_but", unsaid)
    if sign("warn", whole):
        return Reply("confirm", "confirm_anyway")
    return Reply("confirm", _yes_to(act.said))


def _about_it(text: str) -> Reply:
    """The answer to a plain question about something that is not wanted: it is no problem, or nothing is known of it."""
    past = re.search(r"\b(?:did|was|were|had)\b", text, re.I)
    return Reply("dont_know", "unsure") if past else Reply("dont_know", "not_that_i_know")


def _yes_to(text: str) -> str:
    """Which yes answers a question: it may go ahead, it is fine, it is so."""
    if asks_leave(text):
        return "confirm"
    return "fine" if re.search(r"\b(?:ok|okay|fine|all right|alright)\b", text, re.I) else "confirm_right"


def asks_leave(text: str) -> bool:
    """Whether a question asks whether to do something, not whether something is so."""
    if re.fullmatch(
        r"(?:\W*(?:is )?(?:that|this|it|so|and|ok|okay|all right|alright|right|fine|good|with|you))+\W*", text, re.I
    ):
        return False
    return sign("asks_leave", text) is not None or not (
        sign("yes_no", text) or sign("is_it", text) or sign("right", text)
    )


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
