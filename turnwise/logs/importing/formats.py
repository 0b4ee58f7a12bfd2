"""The formats that foreign transcripts come in, and a dialogue out of values that nobody checked.

openai      one object a line with `messages`, or a bare list of them; perhaps `id`, `instruction`, `goal` or `goals`, `tools`,
            `reward`
tau-bench   a result file: `task_id`, `trial`, `reward`, `traj`, `info.task.instruction`
tau2        a result file: `tasks`, `simulations`, each with `messages` and `reward_info`
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageSystem, ChatMessageUser

from turnwise.logs.importing.messages import Reader, Remark, strings_in
from turnwise.scoring.quality.speech import kind_of, kinds, sentences, topics
from turnwise.synthesis.tools.specified import effect_of, is_consequential

_LONGEST_ID = 200
_CONFIRM_FIRST = re.compile(r"(?i)\b(?:confirm\w*|consent|permission|approv\w+|ask (?:first|before))\b")
_MAY = re.compile(r"(?i)\b(?:you|agents?|assistants?) (?:may|can) (?:also |then )?confirm\b")
"""What lets the assistant tell something, and has nobody asked for a yes."""
_ANYTHING = re.compile(r"(?i)\b(?:any\w*|all|every\w*|actions?|changes|database)\b")
_ENDED = {"user_stop": "user", "max_steps": "turn_limit"}
"""How tau2 says that a run ended; all else is an error of somebody, or the agent's own end."""
_HANDS_OVER = re.compile(r"(?i)transfer_?to|escalat|hand_?(?:over|off)")
"""Tools that end the assistant's part: they change nothing that the person could have asked for."""


class Unusable(Exception):
    """Raised for a piece of a file that is no dialogue; says why."""


class Piece(NamedTuple):
    """What a file says of one dialogue, unchecked."""

    format: str
    messages: Any
    id: Any = None
    trial: Any = None
    """which counts from 0"""
    instruction: Any = None
    reward: Any = None
    tools: Any = None
    policy: Any = None
    ended: str = ""
    """see `ForeignDialogue.ended`; where it is empty, the user's last words may tell"""


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


def piece_of(value: Any) -> Piece:
    """What a record says, in whichever format it is; Unusable in none that is known."""
    if isinstance(value, list):
        return Piece("openai", value)
    about = value if isinstance(value, dict) else {}
    if "traj" in about:
        told, reward = at(about, "info", "task", "instruction"), about.get("reward")
        return Piece("tau-bench", about["traj"], about.get("task_id"), about.get("trial"), told, reward)
    if "messages" in about:
        told = about.get("instruction") or about.get("goal") or about.get("goals")
        given = (about["messages"], about.get("id"), None, told, about.get("reward"), about.get("tools"))
        return Piece("openai", *given)
    raise Unusable("there are no messages")


def tau2(run: Any, task: Any, policy: Any) -> Piece:
    """What a tau2 file says in a simulation, in its task, and of all of them."""
    instruction = at(task, "user_scenario", "instructions")
    if isinstance(instruction, dict):
        instruction = {name: text for name, text in instruction.items() if name != "domain"}
    return Piece(
        "tau2",
        at(run, "messages"),
        at(run, "task_id"),
        at(run, "trial"),
        [at(task, "user_scenario", "persona"), instruction],
        at(run, "reward_info", "reward"),
        policy=policy,
        ended=_ENDED.get(reason, "interrupted") if isinstance(reason := at(run, "termination_reason"), str) else "",
    )


def dialogue_of(piece: Piece, where: str, number: int) -> ForeignDialogue:
    """The dialogue of a piece, Unusable without messages; `where` names it in remarks, `number` begins its messages' ids."""
    if not isinstance(piece.messages, list) or not piece.messages:
        raise Unusable("there are no messages")
    reader = Reader(where, str(number))
    for message in piece.messages:
        reader.read(message)
    reader.close()
    messages, remarks, policy = reader.messages, reader.remarks, piece.policy
    if not any(isinstance(m, ChatMessageUser | ChatMessageAssistant) for m in messages):
        raise Unusable("no message of a user or an assistant can be read")
    if not any(isinstance(m, ChatMessageUser) for m in messages):
        remarks.append(Remark(where, "no user says anything in it"))
    if isinstance(policy, str) and policy.strip() and not isinstance(messages[0], ChatMessageSystem):
        messages.insert(0, ChatMessageSystem(id=f"{number}.0", content=policy))
    trial = piece.trial
    told = "\n".join(message.text for message in messages if isinstance(message, ChatMessageSystem))
    return ForeignDialogue(
        id=_id(piece.id),
        epoch=trial + 1 if isinstance(trial, int) and 0 <= trial < 10_000 else 1,
        messages=tuple(messages),
        instruction="\n".join([*strings_in(piece.instruction), *reader.told_user]),
        ended=piece.ended or ("user" if reader.stopped else ""),
        writes=_writes(piece.tools, messages, told),
        reward=_reward(piece.reward),
        remarks=tuple(remarks),
    )


def _writes(tools: Any, messages: list[ChatMessage], policy: str) -> dict[str, bool]:
    """The tools that change something, and whether they want a confirmation first.

    Both are taken from their annotations where these are given; else from what the policy says has to be confirmed;
    and where it says nothing of that, from their verbs.
    """
    replies = [message for message in messages if isinstance(message, ChatMessageAssistant)]
    hints: dict[str, dict[str, Any]] = {call.function: {} for reply in replies for call in reply.tool_calls or []}
    for tool in tools if isinstance(tools, list) else []:
        for spec in (tool, at(tool, "function")):
            name, said = at(spec, "name"), at(spec, "annotations") or at(tool, "annotations")
            if isinstance(name, str):
                hints[name] = said if isinstance(said, dict) else {}
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


def at(value: Any, *path: str) -> Any:
    """What an object holds at a path; None when there is nothing."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value
