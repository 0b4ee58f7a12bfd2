"""What a user says to a choice: the option that it wants, in the words of the question; neither of them, or either."""

import re
from collections.abc import Sequence

from turnwise.goals.model import Mention, Request, Slot
from turnwise.users.asked import apart, asked_slots, stray
from turnwise.users.choices import as_planned
from turnwise.users.comparing import fits, fits_slot, is_named_in, values_of, without_names
from turnwise.users.facts import brings_about, slot_value
from turnwise.users.hearing import UNDOES, Heard, offered_deed, offers_none, slot_words, words_of
from turnwise.users.oneself import besides_me
from turnwise.users.proposals import asked_after, day_called
from turnwise.users.rivals import is_rivalled, names_strange
from turnwise.users.signs import sign
from turnwise.users.turns import Reply
from turnwise.values.atoms import atoms
from turnwise.values.dates import stamp
from turnwise.values.states import mentions
from turnwise.values.words import listed

_ALL = ("update_all", "link_all", "children", "find", "count", "total")


def answer_choice(act: Heard, request: Request) -> Reply:
    """The answer to a choice: the one that is wanted, neither of them, or either."""
    if re.search(r"\b(?:one|single)\b.*\bor (?:\w+ )?(?:more|several|two|both)\b", act.said, re.I):
        return Reply("dont_mind", "just_one")
    only = [o for o in act.options if re.search(r"\b(?:just|only) (?:\w+ )?the\b", o, re.I) and "?" not in o]
    if len(only) == 1 and request.writes and not any(sign("several", o) for o in act.options):
        own = {word for slot in request.slots for word in slot_words(slot)}
        own |= {"street"} if "address" in own else set()
        if own & words_of(only[0]) or any(fits_slot(only[0], slot) for slot in request.slots):
            said = re.sub(r" to [A-Z\d].*", "", _said_back(only[0], request))
            return Reply("choose", "choose", text=said)  # the rest, too, or just the street?
    deeds = [deed for option in act.options if (deed := undoing(option))]
    several = any(sign("several", option) for option in act.options)
    unsaid = [slot for slot in request.slots if not fits_slot(act.said, slot)]
    done = [o for o in act.options if any(brings_about(o, str(slot.value)) for slot in unsaid)]
    if request.intent == "update" and len(done) == 1 and len(done[0].split()) < 9 and not several:
        return Reply("choose", "choose", text=re.sub(r"^(?:do|does|did|would) \w+ (?:want|like) ", "", done[0]))
    if request.intent in UNDOES and len(deeds) == 1 and not several:  # delete it for good, or mark it as cancelled?
        return Reply("choose", "choose", text=deeds[0])
    wanted = request.phrases.get("superlative", "") or request.phrases.get("most", "")
    shared = [len(words_of(option) & words_of(wanted)) for option in act.options]
    if wanted and max(shared, default=0) > 1 and sorted(shared)[-2:-1] < [max(shared)]:
        return Reply("choose", "choose", text=f"the one {wanted}")  # with the latest start date, or that ends last?
    altogether = [
        o for o in act.options if re.search(r"\b(?:everything|overall|altogether|of all|all of (?:them|those))\b", o)
    ]
    if request.intent in ("extreme", "rank") and len(altogether) == 1:
        return Reply("choose", "choose_all")  # the latest altogether, or only of those that are still out?
    if request.writes and (alone := _only_that(act.options)):
        return Reply("choose", "choose", text=alone)
    open_question = sign("yes_no", act.options[0]) or sign("which", act.options[0])
    first = [slot for slot in request.slots if slot.mention is None and fits_slot(act.options[0], slot)]
    if offers_none(act) and len(first) == 1 and request.intent == "update" and len(act.options) == 2:
        return Reply("choose", "choose", (first[0],))  # should it be cancelled, or left open until the parts are here?
    if any(sign("do_you_have", option) for option in act.options[:2]) and (asked := asked_slots(act.said, request)):
        return Reply("supply", "supply", asked)  # do you have a phone number or an email for him?
    if request.writes and (none := offers_none(act)) and open_question and not asked_slots(act.options[0], request):
        return Reply("dont_mind", none)  # is there a date yet, or shall I leave that open?
    if re.search(r"\b(?:would|will)\b.*\b(?:help|be (?:useful|of use))\b", act.said, re.I):
        return Reply("decline", "no_need")  # would the amount or the tracks on it help as well?
    if not request.writes and (asked_for := _told_apart_by(request.asks, act.options)):
        return Reply("choose", "choose", text=asked_for)
    dated = sum(atom.kind == "date" for atom in atoms(act.said))
    if dated == 1 and (day := day_called(act.options, request)):
        return Reply("choose", "choose", text=f"the {day}")  # is that when it was ordered, or when it's required?
    told = act.said.removesuffix((asks := asked_after(act)).said)  # empty where it tells nothing before it asks
    if told and act.options:
        act = asks._replace(options=(act.options[0].removeprefix(told), *act.options[1:]))
    exact = [s for s in request.slots if sum(option.lower() == slot_value(s).lower() for option in act.options) == 1]
    if len(exact) == 1:
        return Reply("choose", "choose", (exact[0],))  # who will be reading it: adults, teens or children?
    row = request.subject if request.subject and request.subject.numbered and sign("which", act.said) else None
    if row is not None and sum(mentions(option, row.name) for option in act.options) == 1:
        return Reply("choose", "choose", text=row.name)  # which of the two, 52112 or the new one, 52202?
    same = re.search(r"\b(?:usual|same|existing|one on file)\b", act.options[0], re.I)
    if same and sign("other_one", act.options[-1]) and not (fits(act.said, request) or asked_slots(act.said, request)):
        return Reply("choose", "choose", text=f"the {same[0].lower()} one".replace("one on file one", "one on file"))
    other = re.sub(r"\b(?:another|a different|someone else)\b", "which", act.said)
    if (sign("which", other) or sign("make", other)) and (asked := asked_slots(other, request)):
        return Reply("supply", "supply", asked)  # who is it by, is the artist called that, too, or someone else?
    more = re.search(r"\b(?:all|enough|only|just)\b.*\bor\b.*\b(?:too|as well|also)\b", act.said, re.I)
    if more and request.intent == "detail" and words_of(" ".join(request.asks)) <= words_of(act.options[0]):
        return Reply("choose", "choose", text=f"just the {listed([*request.asks])}")  # is the email all you need?
    one = request.subject if request.subject and not request.subject.numbered else None
    another = re.search(r"\banother\b|\bsome(?:one|body) else\b", act.options[-1], re.I)
    if one and len(act.options) < 4 and another and is_named_in(act.options[0], one):
        is_it = re.match(
            r"\W*(?:is|was) (?:it|that|this)\b", act.options[0], re.I
        )  # ... that you'd like gone, or another?
        return Reply("confirm", "confirm_right") if is_it else Reply("choose", "choose", text=one.name)
    if sign("other_one", act.options[-1]):
        wrong = tuple(s for s in request.slots if s.mention is not None and is_rivalled(act.options[0], s, request))
        named = names_strange(act.options[0], request)
        rows = tuple(s for s in request.slots if s.mention is not None and not s.mention.person)
        if (
            len(rows) == 1
            and re.search(r"\b(?:still|there)\b", act.options[0], re.I)
            and not request.phrases.get("one")
        ):
            return Reply("supply", "supply", rows)  # do you still want it there, or on some other playlist?
        things = [s for s in request.slots if s.mention is not None and not (s.mention.person or s.mention.numbered)]
        wrong = wrong or tuple(s for s in things if named and not fits_slot(act.said, s))
        counts = (s for s in request.slots if isinstance(s.value, int) and slot_words(s) & words_of(act.options[0]))
        wrong = wrong or tuple(s for s in counts if not fits_slot(act.said, s))  # five seats again, or another number?
        stated = any(fits_slot(act.options[0], slot) for slot in request.slots)
        if stated and not (wrong or named) and re.match(r"\W*(?:is|was) the\b", act.options[0], re.I):
            return Reply("confirm", "confirm_right")  # was the 87 paid today, or on another day?
        if len(wrong) == 1:
            return Reply("supply", "supply", wrong)  # does it come from Bright & Daughters, or from someone else?
    options = apart(act.options)
    options = [re.sub(r"^.*\s[-–—]\s|\s[-–—]$", "", option) for option in options]
    figures = sum(any(atom.number for atom in atoms(option)) for option in options) > 1
    telling = [slot for slot in besides_me(request) if figures or not isinstance(slot.value, int)]
    apt = [slot for slot in telling if sum(fits_slot(option, slot) for option in options) == 1]
    fitting = [option for option in options if fits_slot(option, apt[0])] if len(apt) == 1 else []
    fitting = fitting or [option for option in options if fits(option, request)]
    if figures and len(fitting) == 1 and len(apt) == 1 and (amount := amount_of(fitting[0], apt[0])):
        return Reply("choose", "choose", text=amount)
    if len(fitting) == 1 and not _tells_options_apart(fitting[0], options, request):
        fitting = []
    if (subject := request.subject) is not None and not subject.told_by:
        fitting = [option for option in fitting if is_named_in(option, subject)] or fitting
    if len(fitting) == 1:
        return _choose(fitting[0], request)
    without = [option for option in act.options[1:] if re.match(r"(?:no|none|without)\b(?! one)", option, re.I)]
    if not fitting and without:
        return Reply("choose", "choose", text=without[0])  # as a friend or a patron, or no membership for now?
    if request.writes and (none := offers_none(act)) and sign("yes_no", act.said):
        return Reply("dont_mind", none)
    soon = next((option for option in act.options if sign("at_once", option) and len(option.split()) < 7), "")
    if not fitting and soon:
        said = offered_deed(soon) or soon  # announce it right away
        return Reply("choose", "now") if len(said.split()) < 4 else Reply("choose", "choose", text=said)
    if several and re.search(r"\b(?:only|just) (?:some|part|a few)\b", act.said, re.I):
        return Reply("choose", "choose_all")  # all four seats, or only some of them?
    if several and any(sign("single", option) for option in act.options):
        if request.intent in ("extreme", "rank", "count", "total"):
            return Reply("choose", "choose_all")  # of all, or only of those that are still open?
        if not request.checkpoint.state:
            return Reply("dont_mind", "just_that")  # all the details, or just a summary?
        just = next((found[0] for o in act.options if (found := re.search(r"\b(?:just|only) the [\w ]+$", o))), "")
        if just and len(just.split()) < 6 and request.intent not in _ALL and not re.search(r"\bone\b", just):
            return Reply("choose", "choose", text=just)  # the rest of it, too, or just the postal code?
        return Reply("choose", "choose_all" if request.intent in _ALL else "choose_single")
    if not fitting and subject is not None and not subject.told_by and _are_names(act.options, subject):
        return Reply("correct", "neither_subject")
    named = re.search(r"\b(?:about|for|mean) (?:the )?[A-Z][a-z]", act.options[0]) is not None
    if named and subject is not None and not subject.told_by and not fits(act.options[0], request):
        return Reply("supply", "supply_subject")  # is this still about Brightspark, or another firm?
    if not fitting and request.intent in ("update", "update_all") and sign("as_it_is", act.options[0]):
        return Reply("dont_mind", "the_same")  # is he staying in Calgary, or moving to another city?
    open_to_it = not re.search(r"\bmean\b", act.said, re.I) and not any(sign("yes_no", o) for o in act.options[1:])
    if open_to_it and request.intent in ("update", "adjust", "delete", "update_all"):
        return Reply("dont_mind", "just_that")
    leave = re.match(r"\W*(?:and |so )?(?:should|shall)\b", act.options[0], re.I)
    added = re.search(r"\b(?:i|we) (\w+ (?:it|her|him|them|that))\b", act.options[0], re.I)
    adds = request.intent in ("link", "create") and added and sign("make", added[1])
    if leave and added and adds and sign("instead", act.options[-1]):
        return Reply("choose", "choose", text=added[1])  # shall I add her all the same, or look for another instead?
    fact = re.match(r"\W*(?:and |so )?(?:is|was|are|were|does|did|has|have) (?:it|he|she|they)\b", act.said, re.I)
    open_to_it = open_to_it and not fact and bool(leave or not sign("yes_no", act.options[0]))
    return Reply("dont_mind", "either") if open_to_it else Reply("dont_know", "unsure")


def _only_that(options: Sequence[str]) -> str:
    """The one of two options by which nothing else is done, as it is said back: count it as a renewal, or simply move the date."""
    only = [
        option
        for option in options
        if re.match(r"(?:should i |shall i )?(?:simply|just|only)\b(?! to be\b)", option, re.I)
    ]
    if any(sign("several", option) for option in options):
        return ""
    if len(only) != 1 or re.match(r"(?:\w+ ){0,3}also\b", options[0] + options[1], re.I):
        return ""
    said = re.sub(r"^(?:should|shall) i ", "", re.split(r" and |[,(]", only[0])[0], flags=re.I)
    return said if len(said.split()) < 7 else ""


def _told_apart_by(asks: Sequence[str], options: Sequence[str]) -> str:
    """The one of two options that is what is asked for, of its address and its email address; empty where none is, or both."""
    own = words_of(" ".join(asks))
    near = [option for option in options if own & words_of(option)]
    exact = [option for option in near if not (words_of(option) - own) & _OTHER_CONTACTS]
    meant = near if len(near) == 1 else exact
    said = re.sub(r"^(?:[A-Z][\w'-]* )+|^(?:his|her|their|its|the) ", "", meant[0]) if len(meant) == 1 else ""
    short = (
        len(options) == 2
        and len(said.split()) < 5
        and not re.match(r"(?:an?|another|that|this|these|those)\b", said, re.I)
    )
    return f"the {said}" if said and short else ""


_OTHER_CONTACTS = words_of("email e-mail phone mobile fax billing work home")


def _tells_options_apart(option: str, options: Sequence[str], request: Request) -> bool:
    """Whether the name in an option is what tells it from the others: not in `are the eight single bar ends, or eight pairs?`."""
    others = [other for other in options if other != option]
    bare = [without_names(other, request) for other in others]
    rivals = any(re.search(r"[A-Z\d]", other[1:]) or sign("other_one", other) for other in bare)
    named = [value for value in values_of(request) if mentions(option, value) and re.match("[A-Z]", value)]
    return rivals or not named or not stray(option, request)


def _are_names(options: Sequence[str], subject: Mention) -> bool:
    """Whether options are names of the kind that a subject has."""
    bare = [option.removeprefix("the ").removeprefix(f"{subject.noun} ") for option in options]
    pattern = r"\W*\d" if subject.numbered else r"\W*[A-Z]"
    return all(re.match(pattern, option) for option in bare)


def _choose(option: str, request: Request) -> Reply:
    """The choice of an option; a day as the user writes days, or as today where that was offered."""
    day = next((slot for slot in request.slots if stamp(slot_value(slot)) and fits_slot(option, slot)), None)
    if sign("several", option) and re.match(r"\W*(?:should|shall|do|does|is|are|can)\b", option, re.I):
        return Reply("choose", "both" if re.search(r"\bboth\b", option, re.I) else "choose_all")
    if day is None:
        return Reply("choose", "choose", text=_said_back(option, request))
    if kept := as_planned(option):
        return Reply("choose", "choose", text=kept)
    near = re.search(r"\b(?:today|tomorrow|yesterday)\b", option, re.I)
    dated = next((atom.text for atom in atoms(option) if atom.kind == "date"), "")  # 1 June anyway, or 1 July?
    said = near[0].lower() if near else "" if re.fullmatch(r"\d{4}-\d\d-\d\d", dated) else dated
    return Reply("choose", "choose", text=said) if said else Reply("choose", "choose", (day,))


def _said_back(option: str, request: Request) -> str:
    """An option as one says it back: the name or the amount that is meant, else what it says without brackets."""
    if (only := re.search(r"\b(?:just|only) .+", re.split(r"[,(]", option)[0], re.I)) and len(only[0].split()) < 8:
        return only[0]  # go ahead with just the street
    rows = (slot.mention for slot in request.slots if slot.mention is not None and not slot.mention.me)
    if called := next((row.name for row in rows if is_named_in(option, row)), ""):
        return called
    names = [slot_value(slot) for slot in request.slots if not isinstance(slot.value, int | float)]
    names += [request.subject.name] if request.subject and request.intent not in UNDOES else []
    if named := next((name for name in names if name and mentions(option, name)), ""):
        return named
    return re.sub(r"^.*\b(?:do|did) you mean |\s*\([^)]*\)", "", option, flags=re.I).strip(" .?\"'")


def undoing(text: str) -> str:
    """What a text offers to undo, as it is said back: delete it for good; empty where it offers none."""
    deed = sign("delete", text)
    return " ".join(re.split(r"[,\n]", text[deed.start() :])[0].split()[:4]).rstrip(".;?") if deed else ""


def amount_of(text: str, slot: Slot) -> str:
    """The words of a text for a number that is wanted: five pounds, of five pounds or 5 per cent."""
    if not isinstance(slot.value, int | float):
        return ""
    for atom in atoms(text):
        unit = re.match(r" (?:pounds?|dollars?|euros?|pence|cents?|days?|weeks?)\b", text[atom.end :])
        if atom.number and fits_slot(atom.text, slot) and (unit or re.search(r"\d", atom.text)):
            return atom.text + (unit[0] if unit else "")
    return ""
