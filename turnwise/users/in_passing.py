"""A short word for a question that leads to nothing that is wanted: no need, not yet, I think so, any will do."""

import re
from collections.abc import Sequence

from turnwise.goals.model import Request
from turnwise.users.asked import asked_slots
from turnwise.users.choices import OR_ELSE
from turnwise.users.comparing import NAME, fits_slot, is_of, values_of
from turnwise.users.hearing import Heard, offered_deed, offers_none, vocabulary, words_of
from turnwise.users.offers import names_other
from turnwise.users.oneself import has_moved, still_so
from turnwise.users.proposals import asks_leave, first_of
from turnwise.users.rivals import SET_TO
from turnwise.users.signs import has_verb, sign, talk, words_in
from turnwise.users.turns import Reply
from turnwise.values.states import mentions

_STAYS = r"\b(?:keep|leave|stays?|remain)\b(?!.* (?:longer|until)\b)"
_LOOKS_OVER = re.compile(
    r"\W*(?:could|can|would|will) you (?:please |just |quickly )*(?:compare|look over|check|read)\b", re.I
)
"""Asks to see whether what was changed is right."""
_WHICH_ONE = re.compile(r"\bwhich (?!\w+s\b)\w+ (?:would|do) you\b", re.I)
"""Which mechanic would you like? Not: which tracks should go on it?"""
_MEANT = re.compile(r"\W*(?:was|is) (?:it|that|this) (?:really )?(?:meant|supposed|intended|right|correct)\b", re.I)
_ELSE_FINE = re.compile(r"is (it|that|this|the [\w ]{2,20}?) ((?:fine|ok|okay|all right|good)(?: \w+)?)\W*$", re.I)
"""Would you rather keep it off, or is it fine there?"""
IS_THAT = re.compile(
    r"\b(?:is|does|was|are|do) (?:that|this|it|they|everything|all)(?: one| all| both| look| sound)? (?:right|correct|ok|okay|fine|good|all right|alright|help|enough|what you)\b"
    r"|^(?!\W*(?:do|does|did|has|have|had|will|is|are|was|were|can) (?:he|she|they|you)\b)(?:\W*\w+){1,3}\W*$",
    re.I,
)
"""Asks whether what was told, or done, will do."""


def in_passing(act: Heard, reply: Reply, settled: Request, upcoming: Sequence[Request]) -> Reply | None:
    """A short word for a question that leads to nothing that is wanted."""
    text = act.said
    decided = re.search(r"\bhave (?:you|they) (?:\w+ )?(?:thought|decided|settled|chosen|picked)\b", text, re.I)
    if decided or (reply.form == "dont_have" and re.search(r"\b(?:already|yet)\b", text, re.I)):
        return Reply("decline", "not_yet")  # do you already have a new date?
    if reply.form in ("aware", "dont_have", "i_am", "not_staff", "me", "not_me"):
        return reply
    if re.search(r"\bi (?:take it|assume|suppose|presume|guess)\W*$", text, re.I):
        return still_so(settled)  # your email is still x, I take it?
    if re.match(r"\W*(?:and |so )?did (?:they|he|she) (?:\w+ )?(?:say|tell|mention)\b", text, re.I):
        return Reply("decline", "not_that_i_know")
    if re.search(r"\b(?:do|does|would) [\w ]{2,20} mind\b", text, re.I):
        return Reply("confirm", "fine")
    if re.search(r"\b(?:does|do) (?:it|they|that|this) need an? \w+", text, re.I):
        return Reply("decline", "no_need")
    if sign("are_you_sure", text):
        return Reply("confirm", "confirm_right")
    if sign("why", text) and (act.kind == "ask" or re.search(r"\byou(?:'re)? (?:ask|want|need)", text, re.I)):
        return Reply("explain", "explain")  # is there a reason you ask?
    if settled.writes and _LOOKS_OVER.match(text):
        return Reply("confirm", "confirm_right")  # could you compare it with your note?
    if act.kind == "choose":
        alone = (o for o in act.options[1:] if re.match(r"(?:just|only)\b", o, re.I) and len(o.split()) < 7)
        if sign("other_one", act.options[-1]) and re.search(r"\b(?:this|that) one\b", act.options[0], re.I):
            return Reply("confirm", "confirm_right")  # is it really this one, or a different track?
        someone = re.match(
            r"\W*(?:is|are|was|were) (?!(?:it|that|this|the)\b)\w", text, re.I
        )  # is she moving, or just tired?
        if not someone and (only := next(alone, "")):
            return Reply("choose", "choose", text=only)  # counted as a renewal, too, or just the new date?
        stays = may_stay(act)
        open_to = stays and any(w.writes and is_of(settled, w) for w in upcoming)
        if open_to and re.match(r"\W*(?:and |so )?what\b", text, re.I):
            return Reply("dont_know", "unsure_yet")  # what would you like to do: lower it, or leave it?
        at_once = next((o for o in act.options if sign("at_once", o) and re.search(r"\b(?:when|from)\b", text)), "")
        if at_once and len(at_once.split()) < 5:
            return Reply("choose", "now")  # from when, today or the first of next month?
        which = re.match(r"\W*(?:now, |and |so )?(?:which|who|where)\b(?!.*\bmean\b)", text, re.I)
        if which and len(act.options) > 2:
            return Reply("dont_mind", "no_preference")  # which mechanic shall it be: Ciara, Dmitri or Camila?
        person = any(slot.mention and slot.mention.person for w in upcoming if w.intent == "update" for slot in w.slots)
        if person and stays and re.search(r"\bsome(?:one|body)\b", text, re.I):
            return Reply("decline", "not_yet")  # would you like me to put someone down for it, or leave it?
        if form := offers_none(act) or ("leave_it" if stays else ""):
            return Reply("decline", form)
        if sign("do_you_have", text):
            return Reply("dont_know", "dont_have")
        if asks_leave(text) and not re.search(r"\byou (?:rather|prefer)\b", text, re.I):
            soon = upcoming[0] if upcoming else None
            return (
                None if soon and (is_of(settled, soon) or is_near(text, settled, soon)) else Reply("decline", "no_need")
            )  # do you need her phone, or her email?
        return Reply("dont_know", "unsure")
    if sign("stays", text):
        return reply
    if not has_verb(text) and not sign("which", text) and any(mentions(text, value) for value in values_of(settled)):
        return None if upcoming else Reply("confirm", "confirm_right")  # the Bass marimba? It's in good condition
    if act.kind == "ask":
        return _to_ask(act, reply, settled, upcoming)
    told = words_of(" ".join(settled.asks))
    offered = sign("may_have", text) is not None
    pleased = re.match(
        r"\W*(?:do you know (?:how|where) to|ok|okay|fine|good|all right|alright|happy|enough)\b", text, re.I
    )
    goes_on = any(mentions(act.after, str(answer.value)) for answer in settled.checkpoint.answers)
    offered = bool(offered or sign("make", text) or (sign("offers_to", text) and not goes_on))
    if pleased or (told and told <= words_of(text) and not offered):
        return Reply("confirm", "content")  # did you want his email address?
    first, *others = OR_ELSE.split(text)
    if others and (plan := re.match(r"\W*(?:and |so )?will you ((?!your\b)[\w' ]{3,30})$", first, re.I)):
        said = f"I'll {NAME.sub('them', plan[1])}"
        return Reply("choose", "plainly", text=said)  # will you pick them up, or should they be sent?
    if others and re.match(r"leave\b", offered_deed(others[0]), re.I) and not asks_leave(first):
        return Reply("decline", "leave_it")  # do you have the new city, or shall we leave that?
    if others and upcoming and re.match(r"\W*(?:is|was) (?:that|this|it) (?:all|everything)\b", others[0], re.I):
        return Reply("decline", "not_all")  # do you want to keep going with it, or is that all?
    if others and settled.writes and _MEANT.match(first):
        return Reply("confirm", "plainly", text="it's right as it is")  # was it meant to go there, or on another list?
    if others and (fine := _ELSE_FINE.match(others[0])):
        what = "it" if fine[1].lower() in ("it", "that", "this") else fine[1]
        return Reply("choose", "plainly", text=f"{what} is {fine[2]}".replace("it is", "it's"))
    if others and sign("checks_it", others[0]) and not sign("checks_it", first):
        said = "one is enough" if re.search(r"\benough\b", others[0], re.I) else "that's the one"
        return Reply("choose", "plainly", text=said)  # did you mean a second, or is 413 the one you wanted?
    if others and sign("as_it_is", first) and sign("yes_no", first) and not asks_leave(first):
        return Reply("confirm", "as_far")  # is that still right, or has it changed?
    if others and re.match(r"should\b.*\b(?:different|another|changed|corrected)\b", others[0], re.I):
        return Reply("decline", "leave_it")  # is the bike here already, or should that date be different?
    if others and re.search(_STAYS, first, re.I) and asks_leave(first):
        left = first_of(first)
        return left if left.text else Reply("decline", "leave_it")  # shall I leave it, or would you rather pass it on?
    if re.search(_STAYS, text, re.I) and not re.search(r"\bdid\b", text, re.I):
        changes = any(wanted.writes and is_of(settled, wanted) for wanted in upcoming[:1])
        return None if changes else Reply("confirm", "fine")
    if re.search(r"\b(?:are|were) you (?:\w+ )?(?:looking|planning|hoping|thinking|going|trying)\b", text, re.I):
        if _reaches(text, settled):
            return Reply("confirm", "think_so")  # are you going to ring her?
        close = any(is_near(text, settled, wanted) for wanted in upcoming[:2]) or any(w.writes for w in upcoming[:1])
        return None if close else Reply("decline", "not_really")  # are you trying to spread the work?
    own = (
        re.match(r"(?:is|was) (?:it|that|this) ((?:just|only) (?:for|to) [\w ]+)\W*$", others[0], re.I)
        if others
        else None
    )
    if own is not None and not any(w.writes or is_of(settled, w) for w in upcoming[:1]):
        return Reply("choose", "choose", text=re.sub(r"\byour\b", "my", own[1]))  # or is it just for your overview?
    leave = asks_leave(first) and not re.match(r"\W*do you like\b(?! (?:me|to)\b)", first, re.I)
    if others and not leave and re.match(r"(?:is|are|was|were|does|did|has|have)\b", others[0], re.I):
        return Reply("dont_know", "unsure")  # do you like it, or is it for somebody else?
    if re.match(r"\W*(?:might|could|may) (?:the|it|he|she|they|that|this|there)\b.*\b(?:have|be)\b", text, re.I):
        return Reply("dont_know", "unsure")  # might the book have been handed in without being recorded?
    if has_moved(text, settled) or sign("just_one", text):
        return Reply("confirm", "confirm_right")
    if re.match(r"\W*should (?:it|that|this|they|he|she) (?:really |not )?have\b", text, re.I):
        return Reply("dont_know", "not_that_i_know")  # should it have been less?
    if not upcoming and re.match(
        r"\W*(?:and |so )?(?:is|was|will|does) (?:that|this|it)(?: be)? (?:(?:cover |do )?(?:all|everything|it))\b(?! right| correct| ok)",
        text,
        re.I,
    ):
        return None  # the goodbye says it
    if sign("is_right", text):
        return Reply("confirm", "content")
    if re.search(r"\b(?:some|any)thing (?:that )?you(?:'d| would)? (?:like|want|wanted|need|needed) to\b", text, re.I):
        later = any(wanted.writes and is_of(settled, wanted) for wanted in upcoming)
        return Reply("decline", "not_yet" if later else "no_need")  # was there anything you wanted to do with it?
    if re.match(r"\W*(?:and |so )?is (?:it|this|that) (?:about|for|to do with|because of)\b", text, re.I):
        return None if upcoming else Reply("decline", "not_really")  # is it about the child seat?
    if re.match(r"\W*(?:and |so )?are you (?!\w+ing (?:for|about)\b)\w+ing\b", text, re.I):
        return Reply("confirm", "think_so") if _reaches(text, settled) else Reply("decline", "not_really")
    if sign("of_your_past", text) or re.search(
        r"\b(?:did (?!you)|is there|are there|problem|trouble|too|as well)\b", text, re.I
    ):
        return Reply("decline", "no_need" if is_offer(act) else "not_that_i_know")
    if is_offer(act):
        return Reply("decline", "no_need")
    if re.search(
        r"\byou(?:'d| had)? (?:said|mean|meant|mention\w+|asked|wanted|found|noticed|seen|had in mind)\b|\b(?:on purpose|deliberate)\b",
        text,
        re.I,
    ):
        return Reply("confirm", "confirm_right")
    if sign("yes_no", text) and re.search(r"\b(?:still|the same|unchanged|up to date)\b", text, re.I):
        return still_so(settled)
    if upcoming and re.search(r"(?:\bis |^\W*)(?:that|this|it) (?:all|everything|it)\b(?! right)", text, re.I):
        return Reply("decline", "not_all")
    if IS_THAT.search(text):
        return Reply("confirm", "content")
    suits = re.search(r"\b(?:would|will|does|do|is|are)\b.*\b(?:work|help|suit|do|useful|enough)\b", text, re.I)
    agrees = suits or re.search(r"(?:n't \w+|\b(?:right|eh|huh))\W*$|\b(?:is|was) that\b|\bthat's\b", text, re.I)
    offers = act.context and re.search(r"\b(?:i|we) (?:can|could)\b", act.context.splitlines()[-1], re.I)
    if suits and offers and re.match(r"\W*would (?:that|it)\b", text, re.I):
        return Reply("decline", "no_need")  # I can tell you which is the shortest; would that be useful?
    if agrees:
        return Reply("confirm", "think_so")
    if re.match(r"\W*should (?:that|it|this|he|she) be\b", text, re.I):
        return Reply("dont_mind", "leave_open")
    return Reply("dont_know", "not_that_i_know")


_CALLS = re.compile(r"\b(?:call|ring|phon|writ|contact|email)ing\b|\b(?:ring|call|phone|write|contact|email)\b", re.I)


def _reaches(text: str, settled: Request) -> bool:
    """Whether a question is whether somebody will be called whose number was just told."""
    return bool(re.search(r"phone|e-?mail|address", " ".join(settled.asks)) and _CALLS.search(text))


def may_stay(act: Heard) -> bool:
    """Whether one of two things that are offered is that all stays as it is."""
    kept = any(re.search(_STAYS, option, re.I) for option in act.options)
    return kept and re.search(r"\bwe stay\b", act.said) is None


def _to_ask(act: Heard, reply: Reply, settled: Request, upcoming: Sequence[Request]) -> Reply | None:
    """A short word for a question for something that nobody wants anything of."""
    if reply.form == "not_that_i_know":
        return Reply("dont_know", "dont_know")  # do you know whether it was ever tuned?
    if reply.kind == "choose" and reply.text:
        return reply  # which of the two did you have in mind?
    if sign("what_next", act.said):
        return None if upcoming else Reply("decline", "none_yet")  # what comes next says it
    read_back = bool(reply.slots) and all(fits_slot(act.context, slot) for slot in reply.slots)
    who = sign("who", act.said) and not any(slot.mention and slot.mention.person for slot in reply.slots)
    if reply.form in ("supply", "supply_subject") and asked_slots(act.said, settled) and not read_back and not who:
        return reply  # it starts at 8; when do tickets go on sale?
    if re.match(r"\W*(?:and |so )?any\b", act.said, re.I):
        return Reply("decline", "none_yet")
    if not sign("which", act.said):
        clear = re.search(r"\b(?:that|this|it)\b[^?]*\?", act.said, re.I)  # that clears it up, I hope?
        both = OR_ELSE.search(act.said)
        return Reply("confirm", "content") if clear and not both else Reply("decline", "no_need")
    wish = re.search(
        r"\b(?:would|should|shall|do|want|like|prefer(?:ence)?)\b|\b(?:expect|plan|hop)ing\b|\byou thinking\b",
        act.said,
        re.I,
    )
    if wish and reply.form in ("dont_mind", "no_preference") and _WHICH_ONE.search(act.said):
        return Reply("dont_mind", "no_preference")  # which mechanic would you like on it?
    return Reply("dont_know", "unsure_yet" if wish else "unsure")


def is_near(text: str, settled: Request, wanted: Request) -> bool:
    """Whether a question speaks of what is wanted: by words of it that what is settled has not, or by no words of its own."""
    if names_other(text, wanted) or sign("send", text) or re.search(r"\bother \w+s\b", text, re.I):
        return False
    of_settled = re.search(r"\b(?:its|their|his|her)\b", text, re.I) and wanted.subject and not wanted.subject.told_by
    if of_settled and not is_of(settled, wanted):
        return False  # do its tracks look right?
    if set(SET_TO.findall(text)) - words_of(" ".join(values_of(wanted))):
        return False
    if sign("make", text) and asks_leave(text) and not wanted.writes:
        return False  # to change it is not to tell it
    if own := own_words(text, settled, wanted):
        return bool(own & vocabulary(wanted))
    return is_of(settled, wanted) and (wanted.writes or not sign("make", text))


def own_words(text: str, settled: Request, wanted: Request | None = None) -> frozenset[str]:
    """The words by which a question speaks of something else than what is settled."""
    names = [
        *values_of(settled),
        *(str(answer.value) for answer in settled.checkpoint.answers),
        *(values_of(wanted) if wanted else []),
    ]
    names += [settled.subject.noun] if settled.subject else []
    return words_of(text) - talk() - words_in("measures") - words_in("idle") - words_of(" ".join(names))


def is_offer(act: Heard) -> bool:
    return act.kind == "propose" and (asks_leave(act.said) or sign("may_have", act.said) is not None)
