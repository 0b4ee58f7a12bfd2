"""A goal in declarative words that a person could act on: the paper's descriptive task."""

from turnwise.goals.model import Mention, Request, Slot
from turnwise.values.words import article, listed, said


def describe(requests: list[Request]) -> str:
    """One sentence per request, in order."""
    return " ".join(f"{clause[0].upper()}{clause[1:]}." for clause in map(_clause, requests))


def mentioned(mention: Mention) -> str:
    """A row as the description names it; what an earlier answer names stays unnamed."""
    if mention.told_by is not None:
        return f"that {mention.noun}"
    return f"{mention.noun} {mention.name}" if mention.numbered else f"the {mention.noun} {mention.name}"


def _clause(request: Request) -> str:
    subject = mentioned(request.subject) if request.subject else ""
    of_subject = f" of {subject}" if subject else ""
    asks = listed([f"the {ask}" for ask in request.asks])
    phrases = request.phrases
    match request.intent:
        case "detail":
            return f"find out {asks}{of_subject}"
        case "children":
            return f"find out which {phrases['many']} belong to {subject}"
        case "extreme":
            superlative = phrases["superlative"]
            one = phrases["one"]
            what = f"the {one} {superlative}" if superlative.startswith("with") else f"the {superlative} {one}"
            return f"find out which is {what}{of_subject if subject else ' of all'}"
        case "count":
            return f"find out how many {phrases['many']} {subject} has"
        case "total":
            return f"find out the {phrases['measure']} over all {phrases['many']}{of_subject}"
        case "rank":
            return f"find out which {phrases['one']} has the {phrases['most']}"
        case "find":
            slot = request.slots[0]
            return f"find out which {phrases['many']} have {said(slot.value)} as their {slot.label}"
        case "update":
            return f"have {listed([f'the {s.label}{of_subject} changed to {said(s.value)}' for s in request.slots])}"
        case "difference":
            other = request.slots[0].mention
            assert other is not None
            return f"find out the difference in {phrases['measure']} between {subject} and {mentioned(other)}"
        case "update_all":
            slot = request.slots[0]
            return f"have the {slot.label} of all {phrases['many']} of {subject} set to {said(slot.value)}"
        case "link_all":
            into = request.slots[0]
            assert into.mention is not None
            return f"have all {phrases['many']} of {subject} added to {mentioned(into.mention)}"
        case "adjust":
            step = request.slots[0]
            how = phrases["how"]
            moved = f"{how} {said(step.value)}" if how.endswith("by") else f"moved {step.value} {how}"
            return f"have the {step.label}{of_subject} {moved}"
        case "create":
            return f"have {article('new ' + phrases['one'])} added with {listed([_stated(s) for s in request.slots])}"
        case "link" | "unlink":
            into, *extra = request.slots
            verb, preposition = ("added", "to") if request.intent == "link" else ("taken", "off")
            assert into.mention is not None
            with_extra = f" with {listed([_stated(s) for s in extra])}" if extra else ""
            return f"have {subject} {verb} {preposition} {mentioned(into.mention)}{with_extra}"
        case "delete":
            return f"have {subject} deleted"
        case "ask":
            return phrases["question"].rstrip(".!?")


def _stated(slot: Slot) -> str:
    if slot.mention is not None and slot.mention.told_by is not None:
        return f"that {slot.mention.noun} as {slot.label}"
    return f"{slot.label} {said(slot.value)}"
