"""What a user says to a question about what is settled: it looks ahead to what it wants next, and else needs nothing."""

import re
from collections.abc import Sequence

from turnwise.goals.model import Request
from turnwise.users.asked import asked_slots, asks_subject
from turnwise.users.comparing import SET_TO, fits_slot, is_about, is_named_in, values_of
from turnwise.users.hearing import Heard, offers_none, sign, slot_words, talk, vocabulary, words_in, words_of
from turnwise.users.offers import is_offered, leans, names_other
from turnwise.users.oneself import is_of_me
from turnwise.users.proposals import ASKS_AFTER, asks_leave
from turnwise.users.turns import Reply


def answer_beside(act: Heard, reply: Reply, settled: Request, upcoming: Sequence[Request]) -> tuple[Reply | None, str]:
    """The answer to a question about what is settled, if any, and the id of what is taken up next because of it.

    Whoever wants something of the same next is not unsure, nor does it think not: what it wants says it.

    Args:
        reply: what would be said to it if it were not settled.
        settled: the request that it is about.
        upcoming: what is wanted next.
    """
    answer, invited = _answer(act, reply, settled, upcoming)
    filler = answer is not None and answer.form in ("unsure", "unsure_yet", "not_that_i_know", "dont_know")
    past = act.kind == "propose" and re.search(r"\b(?:did|was|were|had)\b", act.said, re.I)
    if filler and not past and any(_is_of(settled, wanted) for wanted in upcoming[:2]):
        return None, invited
    return answer, invited


def _answer(act: Heard, reply: Reply, settled: Request, upcoming: Sequence[Request]) -> tuple[Reply | None, str]:
    if goes_on := ASKS_AFTER.search(act.said):
        act = act._replace(said=act.said[goes_on.end() :], context=f"{act.context}\n{act.said[: goes_on.start()]}")
    if act.kind == "propose" and re.search(
        r"^\W*(?:ok|okay|fine|good|all right|alright|happy|enough)\b", act.said, re.I
    ):
        return Reply("confirm", "content"), ""
    if re.match(r"\W*(?:and |but )?did (?!you\b)", act.said, re.I):
        return Reply("dont_know", "not_that_i_know"), ""
    if act.kind == "propose" and re.search(
        r"\b(?:keep|leave|stays?|remain)\b(?!.* (?:longer|until)\b)", act.said, re.I
    ):
        return Reply("confirm", "fine"), ""
    if upcoming and re.match(
        r"\W*(?:and |so )?you(?:'d| had)? (?:said|mention\w+|asked|wanted)\b[^,;–—]*(?<! -)\?\W*$", act.said, re.I
    ):
        return Reply("confirm", "confirm_right"), ""
    told = {str(answer.value) for answer in settled.checkpoint.answers}
    asks = words_of(" ".join(settled.asks))
    if act.kind == "propose" and asks and asks <= words_of(act.said) and not sign("make", act.said):
        return Reply("confirm", "content"), ""  # did you want his email address?
    leave = act.kind == "propose" and (asks_leave(act.said) or sign("may_have", act.said) is not None)
    if leave and (
        offered := next((w for w in upcoming if is_offered(act, w, same=_is_of(settled, w), answers=told)), None)
    ):
        return Reply("confirm", "accept_offer"), offered.id
    if leave and (later := next((w for w in upcoming if _is_of(settled, w) and leans(act.said, w)), None)):
        return Reply("confirm", "accept_offer"), "" if later is upcoming[0] else later.id
    more = re.search(r"\b(?:more|other|another|further)\b", act.said, re.I)
    if more and re.search(r"\b(?:do you have|have you got|(?:is|are) there|any)\b", act.said, re.I):
        return (None if upcoming else Reply("decline", "no_need")), ""  # what comes next says it
    if act.kind in ("ask", "choose"):
        whole = f"{act.context}\n{act.said}\n{act.after}"
        for wanted in upcoming:
            ahead = wanted is upcoming[0] and wanted.writes and not re.search(r"\b(?:was|were|did|had)\b", act.said)
            subject = wanted.subject
            one = subject is not None and (asks_subject(act.said, wanted) or sign("which_of", act.said))
            if (
                subject is not None
                and act.kind == "ask"
                and (is_named_in(act.said, subject) or _is_of(settled, wanted))
            ):
                one = False  # which of them goes on order 10490?
            if one and subject is not None and subject.told_by is None and is_named_in(whole, subject):
                return Reply("choose", "choose", text=subject.name), wanted.id
            chosen = [s for s in wanted.slots if sum(fits_slot(option, s) for option in act.options) == 1]
            if len(chosen) == 1:  # by card, or in cash?
                return Reply("choose", "choose", (chosen[0],)), wanted.id
            days = wanted.intent == "adjust" and "days" in wanted.phrases.get("how", "")
            made = settled.intent == wanted.intent == "create" and settled.phrases.get("one") == wanted.phrases.get(
                "one"
            )
            if names_other(act.said, wanted):
                continue
            about = [
                s
                for s in asked_slots(act.said, wanted)
                if _is_of(settled, wanted) or slot_words(s) & words_of(act.said) or wanted.intent == "create" or ahead
            ]
            if (about and not made) or (days and re.search(r"\bhow (?:many days|long|far)\b", act.said, re.I)):
                return None, wanted.id
    if act.kind == "choose" and (none := offers_none(act)):
        return Reply("decline", none), ""
    if upcoming and act.kind == "ask" and _WHAT_NEXT.search(act.said):
        return None, ""  # what comes next says it
    if reply.form in ("aware", "dont_have") or sign("stays", act.said):
        return reply, ""
    if sign("why", act.said):
        return Reply("explain", "explain"), ""
    if upcoming and leave and re.search(r"\b(?:next|carry on|move on|go on|continue)\b", act.said, re.I):
        return None, ""
    if act.kind == "propose" and re.search(
        r"\byou (?:meant|wanted|asked for|had in mind)\b|\b(?:intended|on purpose|deliberate)\b", act.said, re.I
    ):
        return Reply("confirm", "confirm_right"), ""  # is that the one you meant?
    if leave and sign("send", act.said) and not any(sign("send", " ".join(w.asks)) for w in upcoming):
        return Reply("decline", "no_need"), ""
    if (
        not leave
        and sign("yes_no", act.said)
        and re.search(r"\b(?:still|the same|unchanged|up to date)\b(?!.* should\b)", act.said, re.I)
    ):
        return Reply("confirm", "confirm_right" if is_of_me(settled) else "as_far"), ""
    own = words_of(act.said) - talk() - words_in("measures")
    if not any(names_other(act.said, w) for w in upcoming[:1]) and any(
        is_about(act.said, wanted) or (vocabulary(wanted) & own and act.kind == "ask") for wanted in upcoming[:1]
    ):
        return None, ""
    if leave and upcoming and _is_of(settled, upcoming[0]) and upcoming[0].writes and not sign("send", act.said):
        others = set(SET_TO.findall(act.said)) - words_of(" ".join(values_of(upcoming[0])))
        return (Reply("decline", "no_need") if others else None), ""  # else it may be wanted: what comes next says it
    if act.kind == "propose" and not leave and upcoming and upcoming[0].writes and _is_of(settled, upcoming[0]):
        return None, ""  # has it turned up? What comes next says it
    trouble = act.kind == "propose" and re.search(r"\b(?:problem|trouble|bother|matter|too|as well)\b", act.said, re.I)
    if leave:
        part = any(w.writes and _is_of(settled, w) for w in upcoming[1:]) and sign("make", act.said)
        return (None if part else Reply("decline", "no_need")), ""  # it may be part of what is wanted
    if trouble or re.match(r"\W*(?:and |but )?(?:is|are|was|were) there\b", act.said, re.I):
        return Reply("decline", "not_that_i_know"), ""
    if act.kind != "choose" and re.search(r"(?:n't \w+|\b(?:right|eh|huh))\W*$", act.said, re.I):
        return Reply("confirm", "think_so"), ""  # quite a lot, isn't it?
    if re.search(r"\bdo(?:es)? (?:that|this|it|they) (?:help|suit|answer|work|do|sound|look)\b", act.said, re.I):
        return Reply("confirm", "content"), ""
    if re.search(
        r"\b(?:would|could|will|do|does|is|are)\b.*\b(?:work|help|suit|do|useful|enough|interesting)(?: for \w+(?: \w+)?)?\W*$",
        act.said,
        re.I,
    ):
        return Reply("confirm", "think_so"), ""
    if upcoming and re.search(r"\b(?:is|was|will) (?:that|this|it)(?: be)? (?:all|everything|it)\b", act.said, re.I):
        return Reply("decline", "not_all"), ""
    if act.kind == "propose" and re.search(
        r"\bis (?:everything|all|(?:that|this|it) (?:all|ok|okay|fine))\b", act.said, re.I
    ):
        return Reply("confirm", "content"), ""
    if act.kind == "propose" and reply.kind == "confirm" and _asks_whether_right(act.said):
        return Reply("confirm", "content"), ""
    if settled.intent == "find" and act.kind == "ask" and sign("which_of", act.said):
        return Reply("choose", "choose_all"), ""
    if sign("of_your_past", act.said) and not sign("which", act.said):
        return Reply("decline", "no_need"), ""
    if act.kind == "propose" and (builds := _builds_on(settled, upcoming)) is not None and sign("is_it", act.said):
        return Reply("confirm", "content" if builds else "think_so"), ""
    if reply.form == "supply" and not asked_slots(act.said, settled):
        return (None if upcoming else Reply("decline", "none_yet")), ""  # what should go on it?
    if (
        upcoming
        and reply.form == "supply_subject"
        and re.search(r"\b(?:would|should|shall|like|want)\b", act.said, re.I)
    ):
        return None, ""  # which one would you like on the list?
    if reply.form in ("supply", "supply_subject"):
        return reply, ""
    if act.kind == "ask" and re.match(r"\W*(?:and |so )?any\b", act.said, re.I):
        return (Reply("decline", "none_yet") if upcoming else None), ""  # any tracks to go on it?
    if act.kind == "ask" and not sign("which", act.said) and re.search(r"\b(?:that|this|it)\b", act.said, re.I):
        return Reply("confirm", "content"), ""  # that clears it up, I hope?
    if upcoming and act.kind != "propose":
        wish = re.search(r"\b(?:would|should|shall|do|want|like|prefer(?:ence)?)\b", act.said, re.I)
        return Reply("dont_know", "unsure_yet" if wish else "unsure"), ""
    return Reply("decline", "no_need") if reply.kind == "dont_mind" else Reply("dont_know", "not_that_i_know"), ""


_WHAT_NEXT = re.compile(
    r"\b(?:next|after|else|other|in mind|this time)\b|\bwhat\b.*\b(?:you|i|we)\b.*\b(?:do|change|look|see|know|want|need|like)\b",
    re.I,
)
"""How a question asks what is wanted now."""


def _is_of(settled: Request, wanted: Request) -> bool:
    """Whether what is wanted is about the same as what is settled, or about its answer, or is made for it."""
    told = {str(answer.value) for answer in settled.checkpoint.answers}
    about = [slot.mention for slot in wanted.slots] if wanted.intent in ("create", "link", "unlink") else []
    about += [wanted.subject] if wanted.intent != "create" else []
    named = {*told, *([settled.subject.name] if settled.subject else [])}
    named |= {*values_of(settled)} if settled.intent == "create" else set()
    return any(m is not None and m.told_by is None and m.name in named for m in about)


def _builds_on(settled: Request, upcoming: Sequence[Request]) -> bool | None:
    """Whether what is wanted next is about the answer that was just told; None where there is no such answer."""
    if not settled.checkpoint.answers:
        return None
    mentions = [m for r in upcoming for m in (r.subject, *(slot.mention for slot in r.slots))]
    values = {str(answer.value) for answer in settled.checkpoint.answers}
    return any(mention is not None and mention.name in values for mention in mentions)


def _asks_whether_right(text: str) -> bool:
    return bool(sign("is_it", text) or sign("right", text) or len(text.split()) == 1)
