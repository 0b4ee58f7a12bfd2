"""A dialogue out of what a file says of it, which nobody checked."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageSystem, ChatMessageUser

from turnwise.logs.importing.items import read_items
from turnwise.logs.importing.messages import Reader, Remark
from turnwise.logs.importing.reading import strings_in
from turnwise.logs.importing.records import Piece
from turnwise.logs.importing.shapes import Unusable
from turnwise.logs.importing.tools import Function, listed_in, read_tools
from turnwise.scoring.quality.speech import kind_of, kinds, sentences, topics
from turnwise.synthesis.tools.specified import effect_of, is_consequential

_LONGEST_ID = 200
_CONFIRM_FIRST = re.compile(r"(?i)\b(?:confirm\w*|consent|permission|approv\w+|ask (?:first|before))\b")
_MAY = re.compile(r"(?i)\b(?:you|agents?|assistants?) (?:may|can) (?:also |then )?confirm\b")
"""What lets the assistant tell something, and has nobody asked for a yes."""
_ANYTHING = re.compile(r"(?i)\b(?:any\w*|all|every\w*|actions?|changes|database)\b")
_HANDS_OVER = re.compile(r"(?i)transfer_?to|escalat|hand_?(?:over|off)")
"""Tools that end the assistant's part: they change nothing that the person could have asked for."""


@dataclass(frozen=True)
class ForeignDialogue:
    """A dialogue that something else held."""

    id: int | str | None
    """None where the file gives none"""
    epoch: int
    """which trial of it, from 1"""
    messages: tuple[ChatMessage, ...]
    instruction: str
    """the user's instruction, and what the user's own tools told the user"""
    ended: str
    """`user` when the user stopped, `turn_limit` or `interrupted`; empty when that is not known"""
    writes: Mapping[str, bool]
    """the tools that change something, and whether that is worth a confirmation"""
    reward: float | None
    remarks: tuple[Remark, ...] = ()
    tools: tuple[Function, ...] = ()
    """all that the assistant could call, where the file says it"""


def dialogue_of(piece: Piece, where: str, number: int) -> ForeignDialogue:
    """The dialogue of a piece, Unusable without messages; `where` names it in remarks, `number` begins its messages' ids."""
    if not isinstance(piece.items, list) or not piece.items:
        raise Unusable("there are no messages")
    reader = Reader(where, str(number), piece.without_results)
    for said in read_items(piece.items):
        reader.read(said)
    reader.close()
    messages, policy = reader.messages, piece.policy
    if not any(isinstance(m, ChatMessageUser | ChatMessageAssistant) for m in messages):
        raise Unusable("no message of a user or an assistant can be read")
    remarks = [*reader.remarks, *(Remark(where, note) for note in piece.notes)]
    if not any(isinstance(m, ChatMessageUser) for m in messages):
        remarks.append(Remark(where, "no user says anything in it"))
    if isinstance(policy, str) and policy.strip() and not isinstance(messages[0], ChatMessageSystem):
        messages.insert(0, ChatMessageSystem(id=f"{number}.0", content=policy))
    prompts = [message.text for message in messages if isinstance(message, ChatMessageSystem)]
    tools, notes = read_tools(piece.tools or [spec for prompt in prompts for spec in listed_in(prompt)])
    remarks += [Remark(where, note) for note in notes]
    trial = piece.trial
    return ForeignDialogue(
        id=_id(piece.id),
        epoch=trial + 1 if isinstance(trial, int) and 0 <= trial < 10_000 else 1,
        messages=tuple(messages),
        instruction="\n".join([*strings_in(piece.instruction), *reader.told_user]),
        ended=piece.ended or ("user" if reader.stopped else ""),
        writes=_writes(tools, messages),
        reward=_reward(piece.reward),
        remarks=tuple(remarks),
        tools=tuple(tools),
    )


def _writes(tools: list[Function], messages: list[ChatMessage]) -> dict[str, bool]:
    """The tools that change something, and whether they want a confirmation first.

    Both are taken from their annotations where these are given; else from what the policy says has to be confirmed;
    and where it says nothing of that, from their verbs.
    """
    replies = [message for message in messages if isinstance(message, ChatMessageAssistant)]
    hints: dict[str, dict[str, Any]] = {call.function: {} for reply in replies for call in reply.tool_calls or []}
    hints |= {tool["name"]: tool.get("annotations", {}) for tool in tools}
    changing = {n: said for n, said in hints.items() if effect_of(n, said) == "write" and not _HANDS_OVER.search(n)}
    policy = "\n".join(message.text for message in messages if isinstance(message, ChatMessageSystem))
    rules = [rule for rule in sentences(policy) if _CONFIRM_FIRST.search(rule) and not _MAY.search(rule)]
    return {
        name: any(_is_meant(name, rule) for rule in rules)
        if rules and not isinstance(said.get("destructiveHint"), bool)
        else is_consequential(name, "write", said)
        for name, said in changing.items()
    }


def _is_meant(tool: str, rule: str) -> bool:
    """Whether a rule of a policy speaks of what a tool does: to its thing, or to anything."""
    verb, *nouns = tool.split("_")
    spoken = any(noun[:5] in topics(rule) for noun in nouns)
    return any(
        (kind_of(verb) in kinds(clause) or verb[:5] in topics(clause)) and (spoken or _ANYTHING.search(clause))
        for clause in rule.split(",")
    )


def _id(given: Any) -> int | str | None:
    """An id that Inspect can name a sample by."""
    if isinstance(given, int) and not isinstance(given, bool) and 0 <= given < 2**53:
        return given
    fits = isinstance(given, str) and given.strip() and given.isprintable() and len(given) <= _LONGEST_ID
    return given.strip() if fits else None


def _reward(given: Any) -> float | None:
    try:
        reward = float(given) if isinstance(given, int | float) else math.nan
    except OverflowError:
        return None
    return reward if math.isfinite(reward) else None
