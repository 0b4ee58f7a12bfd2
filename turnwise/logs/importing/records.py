"""The formats that foreign dialogues come in, as they lie in a file: an object of a list, a line, or the whole of it.

openai      `messages`, perhaps with `tools`, `id`, `instruction`, `goal`, `reward`; with the `response` or `choices` to them, or `completion`
responses   `input` and `output` of OpenAI's Responses, or a list of their items; `instructions`, `tools`
anthropic   `messages` with parts for calls and results, `system` and `tools` beside them
gemini      `contents`, `systemInstruction`, `tools`
sharegpt    `conversations` of `from` and `value`; Hermes' tags for calls, results, thoughts and tools
xlam        `query`, `answers` and `tools`: calls without results
tau-bench   `task_id`, `trial`, `reward`, `traj`, `info.task.instruction`
tau2        `tasks` and `simulations`, each with `messages` and `reward_info`; or one simulation
atif        `schema_version`, `agent` and `steps`
"""

import re
from typing import Any, NamedTuple

from turnwise.logs.importing.reading import at, first, load
from turnwise.logs.importing.shapes import Unusable

ACCEPTED = (
    "OpenAI chat messages or Responses, Anthropic messages, Gemini contents, ShareGPT or Hermes, xLAM, results of tau-bench "
    "or tau2, ATIF, and logs of Inspect"
)
_ENDED = {"user_stop": "user", "max_steps": "turn_limit"}
"""How tau2 says that a run ended; all else is an error of somebody, or the agent's own end."""
_RESPONSES = re.compile(r"message|reasoning|\w+_call|\w+_call_output|item_reference")
_PACKED = (
    "messages",
    "conversations",
    "conversation",
    "traj",
    "prompt",
    "completion",
    "contents",
    "input",
    "output",
    "steps",
)
"""What may be JSON in a string, as in the columns of a table."""
_INSTRUCTION = ("instruction", "goal", "goals")


class Piece(NamedTuple):
    """What a file says of one dialogue, unchecked."""

    format: str
    items: Any
    """see `turnwise.logs.importing.items`"""
    id: Any = None
    trial: Any = None
    """which counts from 0"""
    instruction: Any = None
    reward: Any = None
    tools: Any = None
    policy: Any = None
    ended: str = ""
    """see `ForeignDialogue.ended`; where it is empty, the user's last words may tell"""
    notes: tuple[str, ...] = ()
    """what of it cannot be told"""
    without_results: bool = False
    """whether the format has no place for what calls return"""


def piece_of(value: Any) -> Piece:
    """What a record says, in whichever format it is; Unusable in none that is known."""
    if isinstance(value, list):
        return Piece("responses" if any(_is_item(item) for item in value) else "openai", value)
    if not isinstance(value, dict):
        raise Unusable("there are no messages")
    about = _asked_and_answered({key: _unpacked(part) if key in _PACKED else part for key, part in value.items()})
    if "traj" in about:
        told, reward = at(about, "info", "task", "instruction"), about.get("reward")
        return Piece("tau-bench", about["traj"], about.get("task_id"), about.get("trial"), told, reward)
    if "termination_reason" in about and (isinstance(about.get("messages"), list) or "ticks" in about):
        return tau2(about, about.get("task"), about.get("policy"), None)
    if "tasks" in about and "info" in about and not about.get("simulations"):
        raise Unusable("it holds no simulations, and none lie in a folder `simulations` beside it")
    if "steps" in about and ("schema_version" in about or "agent" in about):
        return _atif(about)
    if "query" in about and "answers" in about:
        return _xlam(about)
    given = {
        "id": first(about, "id", "custom_id", "sample_id", "request_id", "conversation_id"),
        "instruction": first(about, *_INSTRUCTION),
        "reward": about.get("reward"),
        "tools": first(about, "tools", "functions"),
        "policy": _prompt(
            first(about, "system", "system_prompt", "instructions", "systemInstruction", "system_instruction")
        ),
    }
    if "contents" in about:
        answer = at(_one(about.get("candidates")), "content")
        return Piece("gemini", _joined(about["contents"], answer), **given)
    if "conversations" in about or "conversation" in about:
        return Piece("sharegpt", first(about, "conversations", "conversation"), **given)
    if ("input" in about or "output" in about or "items" in about) and not isinstance(about.get("output"), str):
        asked = _texts("user", first(about, "input", "items"))
        cut = ("what came before it (previous_response_id) is not in it",) * bool(about.get("previous_response_id"))
        items = _joined(asked, *(_texts("assistant", about.get("output")) or []))
        return Piece("responses", items, **given, notes=cut)
    messages, answers = _texts("user", first(about, "messages", "prompt")), _texts("assistant", about.get("completion"))
    notes: tuple[str, ...] = ()
    if "chosen" in about or "preferred_output" in about:
        answers = _texts("assistant", first(about, "chosen", "preferred_output"))
        notes = ("the answer that was rejected was left out",)
        messages = messages if messages is not None or answers is None else []
    if isinstance(choices := about.get("choices"), list) and choices:
        answers = [at(_one(choices), "message")]
        notes = (f"{len(choices) - 1} other choices of the model were left out",) * (len(choices) > 1)
    elif about.get("role") == "assistant" and "content" in about:  # a message of Anthropic's as it is returned
        answers = [{"role": "assistant", "content": about["content"]}]
    if (messages is None and answers is None) or isinstance(about.get("messages"), str):
        raise Unusable("there are no messages")
    kind = "anthropic" if "system" in about or about.get("type") == "message" or _has_blocks(messages) else "openai"
    return Piece(kind, _joined(messages, *(answers if isinstance(answers, list) else [])), **given, notes=notes)


def members_of(whole: Any) -> Any:
    """The members of a list that an API or a viewer of data sets answers with; all else as it is."""
    if isinstance(whole, dict) and whole.get("object") == "list" and isinstance(whole.get("data"), list):
        return whole["data"]
    rows = whole.get("rows") if isinstance(whole, dict) else None
    return [at(row, "row") for row in rows] if isinstance(rows, list) and all(at(row, "row") for row in rows) else whole


def whole_dialogue(values: list[Any]) -> bool:
    """Whether a list is one dialogue, and not a list of them."""
    return all(
        isinstance(value, dict) and ("role" in value or "from" in value or _is_item(value)) and "messages" not in value
        for value in values
    )


def simulation_of(run: Any, whole: dict[str, Any]) -> Piece:
    """A simulation of a result file of tau2."""
    name, environment = str(at(run, "task_id")), at(whole, "info", "environment_info")
    task = next((task for task in _list(whole.get("tasks")) if str(at(task, "id")) == name), None)
    return tau2(run, task, at(environment, "policy"), at(environment, "tool_defs"))


def tau2(run: Any, task: Any, policy: Any, tools: Any) -> Piece:
    """What a tau2 file says in a simulation, in its task, and of all of them."""
    instruction = at(task, "user_scenario", "instructions")
    if isinstance(instruction, dict):
        instruction = {name: text for name, text in instruction.items() if name != "domain"}
    reason = at(run, "termination_reason")
    if at(run, "ticks") and not at(run, "messages"):
        raise Unusable("it was spoken, in ticks, and has no messages: dialogues in writing are read")
    return Piece(
        "tau2",
        at(run, "messages"),
        at(run, "task_id"),
        at(run, "trial"),
        [at(task, "user_scenario", "persona"), instruction],
        at(run, "reward_info", "reward"),
        tools=tools,
        policy=policy or at(run, "policy"),
        ended=_ENDED.get(reason, "interrupted") if isinstance(reason, str) else "",
    )


def _atif(about: dict[str, Any]) -> Piece:
    """An Agent Trajectory Interchange Format file: a step has a message, its calls, and what came back for them."""
    items: list[Any] = []
    for step in _list(about["steps"]):
        agent = at(step, "source") == "agent"
        said = {
            "role": at(step, "source"),
            "content": at(step, "message"),
            "reasoning_content": at(step, "reasoning_content"),
        }
        calls = [
            {"id": at(call, "tool_call_id"), "name": at(call, "function_name"), "arguments": at(call, "arguments")}
            for call in _list(at(step, "tool_calls"))
        ]
        items.append({**said, "tool_calls": calls} if calls else said)
        results = _list(at(step, "observation", "results"))
        if results and not calls and agent and all(at(result, "content") for result in results):
            raise Unusable(f"step {len(items)} has results without calls, as of an agent that writes its calls as text")
        for result in results:
            items.append(
                {"role": "tool", "tool_call_id": at(result, "source_call_id"), "content": at(result, "content")}
            )
            if at(result, "subagent_trajectory_ref") and not at(result, "content"):
                raise Unusable(f"step {at(step, 'step_id')} has a result of a subagent that lies elsewhere")
    others = [name for name in ("subagent_trajectories", "continued_trajectory_ref") if about.get(name)]
    return Piece(
        "atif",
        items,
        first(about, "trajectory_id", "session_id"),
        tools=at(about, "agent", "tool_definitions"),
        notes=tuple(f"its {name} are no part of it, and were left out" for name in others),
    )


def _xlam(about: dict[str, Any]) -> Piece:
    calls = about["answers"]
    if isinstance(calls, str):
        try:
            calls = load(calls)
        except ValueError as error:
            raise Unusable("its answers are no JSON") from error
    items = [{"role": "user", "content": about["query"]}, {"role": "assistant", "content": "", "tool_calls": calls}]
    return Piece("xlam", items, about.get("id"), tools=about.get("tools"), without_results=True)


def _asked_and_answered(value: dict[str, Any]) -> dict[str, Any]:
    """A request and the response to it as one object: side by side, in one another, or as lines of a batch."""
    asked = first(value, "request", "body", "kwargs")
    if isinstance(value.get("input"), dict) and "messages" in value["input"]:
        asked = value["input"]  # of OpenAI's preferences
        value = {key: part for key, part in value.items() if key != "input"}
    answered = first(value, "response", "completion")
    found = {**value, **(asked if isinstance(asked, dict) else {})}
    if isinstance(asked, dict) and isinstance(asked.get("body"), dict):
        found |= asked["body"]
    if isinstance(answered, dict):
        answered = answered["body"] if isinstance(answered.get("body"), dict) else answered
        found = {**{key: part for key, part in answered.items() if key != "id"}, **found}
        found.pop("completion" if "completion" in value else "response", None)
    elif isinstance(answered, str | list) and "messages" in found and "completion" not in found:
        found["completion"] = answered
    return found


def _list(given: Any) -> list[Any]:
    return given if isinstance(given, list) else []


def _unpacked(given: Any) -> Any:
    """A list that is packed into a string; all else as it is."""
    if isinstance(given, str) and given.lstrip().startswith("["):
        try:
            value = load(given)
        except ValueError:
            return given
        return value if isinstance(value, list) and all(isinstance(one, dict) for one in value) else given
    return given


def _joined(asked: Any, *answers: Any) -> Any:
    answers = tuple(answer for answer in answers if answer is not None)
    if not answers:
        return asked
    return [*(asked if isinstance(asked, list) else [] if asked is None else [asked]), *answers]


def _texts(role: str, given: Any) -> Any:
    """Messages, where a bare text stands for one."""
    return [{"role": role, "content": given}] if isinstance(given, str) else given if isinstance(given, list) else None


def _one(values: Any) -> Any:
    return values[0] if isinstance(values, list) and values else None


def _prompt(given: Any) -> str | None:
    """A system prompt: a text, or parts of it."""
    parts = at(given, "parts") if isinstance(given, dict) else given
    if isinstance(parts, list):
        return "\n".join(text for part in parts if isinstance(text := at(part, "text") or part, str)) or None
    return parts if isinstance(parts, str) else None


def _is_item(value: Any) -> bool:
    kind = at(value, "type")
    return isinstance(kind, str) and _RESPONSES.fullmatch(kind) is not None


def _has_blocks(messages: Any) -> bool:
    parts = (
        [part for m in messages if isinstance(at(m, "content"), list) for part in m["content"]]
        if isinstance(messages, list)
        else []
    )
    return any(at(part, "type") in ("tool_use", "tool_result", "thinking") for part in parts)
