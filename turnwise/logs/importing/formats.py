"""The formats that foreign transcripts come in: one small function each.

openai      one object a line with `messages`, or a bare list of them; perhaps `id`, `instruction`, `goal` or `goals`, `tools`,
            `reward`
tau-bench   a result file: `task_id`, `trial`, `reward`, `traj`, `info.task.instruction`
tau2        a result file: `tasks`, `simulations`, each with `messages` and `reward_info`
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageSystem, ChatMessageUser

from turnwise.logs.importing.messages import Reader, Remark, called
from turnwise.logs.importing.text import strings_in
from turnwise.scoring.quality.speech import kind_of, kinds, sentences, topics
from turnwise.synthesis.tools.specified import effect_of, is_consequential

_LONGEST_ID = 200
_CONFIRM_FIRST = re.compile(r"(?i)\b(?:confirm\w*|consent|permission|approv\w+|ask (?:first|before))\b")
_ANYTHING = re.compile(r"(?i)\b(?:any\w*|all|every\w*|actions?|changes|database)\b")
_ENDED = {"user_stop": "user", "max_steps": "turn_limit"}
"""How tau2 says that a run ended; all else is an error of somebody, or the agent's own end."""
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


class Unusable(Exception):
    """Raised for a piece of a file that is no dialogue; says why."""


class FilePosition(NamedTuple):
    """Where in a file a dialogue is: as a remark says it, and its number."""

    where: str
    number: int


def openai(position: FilePosition, record: Any) -> ForeignDialogue:
    """A dialogue in the messages of OpenAI's API."""
    if isinstance(record, list):
        return _dialogue(position, record)
    instruction = record.get("instruction") or record.get("goal") or record.get("goals")
    return _dialogue(
        position, record["messages"], record.get("id"), 1, instruction, record.get("reward"), tools=record.get("tools")
    )


def tau_bench(position: FilePosition, record: Any) -> ForeignDialogue:
    """A trial of tau-bench, whose trials count from 0."""
    instruction = at(record, "info", "task", "instruction")
    return _dialogue(
        position, record["traj"], record.get("task_id"), _trial(record.get("trial")), instruction, record.get("reward")
    )


def tau2(position: FilePosition, record: Any) -> ForeignDialogue:
    """A simulation of tau2, with its task and the policy; see `turnwise.logs.importing.files`."""
    run = record["simulation"]
    scenario = at(record, "task", "user_scenario")
    instruction = at(scenario, "instructions")
    if isinstance(instruction, dict):
        instruction = {name: text for name, text in instruction.items() if name != "domain"}
    dialogue = _dialogue(
        position,
        at(run, "messages"),
        at(run, "task_id"),
        _trial(at(run, "trial")),
        [at(scenario, "persona"), instruction],
        at(run, "reward_info", "reward"),
        policy=record["policy"],
    )
    reason = at(run, "termination_reason")
    return replace(dialogue, ended=_ENDED.get(reason, "interrupted")) if isinstance(reason, str) else dialogue


FORMATS: Mapping[str, Callable[[FilePosition, Any], ForeignDialogue]] = {
    "openai": openai,
    "tau-bench": tau_bench,
    "tau2": tau2,
}


def _dialogue(
    position: FilePosition,
    raw: Any,
    id_: Any = None,
    epoch: int = 1,
    instruction: Any = None,
    reward: Any = None,
    *,
    tools: Any = None,
    policy: Any = None,
) -> ForeignDialogue:
    """A dialogue out of values that nobody checked."""
    if not isinstance(raw, list) or not raw:
        raise Unusable("there are no messages")
    reader = Reader(position.where, str(position.number))
    for message in raw:
        reader.read(message)
    reader.close()
    messages = tuple(reader.messages)
    if not any(isinstance(m, ChatMessageUser | ChatMessageAssistant) for m in messages):
        raise Unusable("no message of a user or an assistant can be read")
    silent = not any(isinstance(m, ChatMessageUser) for m in messages)
    if isinstance(policy, str) and policy.strip() and not isinstance(messages[0], ChatMessageSystem):
        messages = (ChatMessageSystem(id=f"{position.number}.0", content=policy), *messages)
    told = "\n".join(message.text for message in messages if isinstance(message, ChatMessageSystem))
    return ForeignDialogue(
        id=_id(id_),
        epoch=epoch,
        messages=messages,
        instruction="\n".join([*strings_in(instruction), *reader.told_user]),
        ended="user" if reader.stopped else "",
        writes=_writes(tools, called(messages), told),
        reward=_reward(reward),
        remarks=(*reader.remarks, *([Remark(position.where, "no user says anything in it")] if silent else [])),
    )


def _writes(tools: Any, calls: list[str], policy: str) -> dict[str, bool]:
    """The tools that change something, and whether they want a confirmation first.

    Both are taken from their annotations where these are given; else from what the policy says has to be confirmed;
    and where it says nothing of that, from their verbs.
    """
    hints: dict[str, dict[str, Any]] = {name: {} for name in calls}
    for tool in list_of(tools):
        for spec in (tool, at(tool, "function")):
            name, said = at(spec, "name"), at(spec, "annotations") or at(tool, "annotations")
            if isinstance(name, str):
                hints[name] = said if isinstance(said, dict) else {}
    changing = {n: said for n, said in hints.items() if effect_of(n, said) == "write" and not _HANDS_OVER.search(n)}
    rules = [rule for rule in sentences(policy) if _CONFIRM_FIRST.search(rule)]
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


def _trial(given: Any) -> int:
    """The epoch of a trial, which counts from 0."""
    return given + 1 if isinstance(given, int) and 0 <= given < 10_000 else 1


def _reward(given: Any) -> float | None:
    try:
        reward = float(given) if isinstance(given, int | float) else math.nan
    except OverflowError:
        reward = math.inf
    return reward if math.isfinite(reward) else None


def at(value: Any, *path: str) -> Any:
    """What an object holds at a path; None when there is nothing."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def list_of(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
