"""A goal in declarative words that a person could act on: the paper's descriptive task."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from turnwise.goals.model import Mention, Request, Slot
from turnwise.values.words import article, listed, said


@cache
def _clauses() -> dict[str, Any]:
    clauses: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "clauses.yaml").read_text("utf-8"))
    return clauses


def introductions() -> list[str]:
    """How who speaks for themselves says who they are, where {name} is their name."""
    found: list[str] = _clauses()["introductions"]
    return found


def describe(requests: list[Request]) -> str:
    """One sentence per request, in order."""
    return " ".join(f"{clause[0].upper()}{clause[1:].removesuffix('.')}." for clause in map(_clause, requests))


def mentioned(mention: Mention) -> str:
    """A row as the description names it; what an earlier answer names stays unnamed."""
    if mention.told_by is not None:
        return f"that {mention.noun}"
    return f"{mention.noun} {mention.name}" if mention.numbered else f"the {mention.noun} {mention.name}"


def _clause(request: Request) -> str:
    subject = mentioned(request.subject) if request.subject else ""
    of = f" of {subject}" if subject else ""
    fields = {"subject": subject, "of_subject": of, "of_subject_or_all": of or " of all", **request.phrases}
    fields["asks"] = listed([f"the {ask}" for ask in request.asks])
    fields["stated"] = listed([_stated(slot) for slot in request.slots])
    for slot in request.slots[:1]:
        fields |= {"label": slot.label, "value": said(slot.value)}
        fields["other"] = mentioned(slot.mention) if slot.mention else ""
    match request.intent:
        case "extreme":
            superlative, one = fields["superlative"], fields["one"]
            fields["what"] = (
                f"the {one} {superlative}" if superlative.startswith("with") else f"the {superlative} {one}"
            )
        case "update":
            fields["changes"] = listed([f"the {s.label}{of} changed to {said(s.value)}" for s in request.slots])
        case "adjust":
            how, step = fields["how"], request.slots[0].value
            fields["moved"] = f"{how} {said(step)}" if how.endswith("by") else f"moved {step} {how}"
        case "create":
            fields["a_new"] = article(f"new {fields['one']}")
        case "link" | "unlink":
            rest = listed([_stated(slot) for slot in request.slots[1:]])
            fields["with_rest"] = f" with {rest}" if rest else ""
        case "ask":
            fields["question"] = fields["question"].rstrip(".!?")
    clause: str = _clauses()[request.intent]
    return clause.format(**fields)


def _stated(slot: Slot) -> str:
    if slot.mention is not None and slot.mention.told_by is not None:
        return f"that {slot.mention.noun} as {slot.label}"
    return f"{slot.label} {said(slot.value)}"
