"""What a trainer will learn from, in words of no trainer: an export is read back into this and compared with the archive."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from turnwise.harvest.exports.pieces import calls_of
from turnwise.harvest.rows import MessageRow


class TrainingTurn(NamedTuple):
    """One message, or the results of several calls in a row."""

    role: str
    texts: tuple[str, ...]
    """one, but for the results of parallel calls"""
    reasoning: str = ""
    calls: tuple[tuple[str, Any], ...] = ()
    """tool and arguments, which are an object"""
    trained: bool = False


class TrainingDialogue(NamedTuple):
    """A dialogue and its tools, as OpenAI has them; None where there are none."""

    turns: tuple[TrainingTurn, ...]
    tools: list[Any] | None


def turns_of(messages: Sequence[MessageRow], *, reasoning: bool) -> tuple[TrainingTurn, ...]:
    """Messages of the archive."""
    return joined(
        TrainingTurn(
            message["role"],
            (message["content"] or "",),
            (message["reasoning_content"] or "") if reasoning else "",
            tuple(calls_of(message)),
            message["train"],
        )
        for message in messages
    )


def joined(turns: Any) -> tuple[TrainingTurn, ...]:
    """Turns with the results of parallel calls taken together, as some formats have them."""
    found: list[TrainingTurn] = []
    for turn in turns:
        if found and turn.role == found[-1].role == "tool":
            found[-1] = found[-1]._replace(texts=(*found[-1].texts, *turn.texts))
        else:
            found.append(turn)
    return tuple(found)


def chat_of(dialogue: TrainingDialogue) -> list[dict[str, Any]]:
    """A dialogue as chat templates take it; calls get ids of our own."""
    said: list[dict[str, Any]] = []
    waiting: list[str] = []
    for number, turn in enumerate(dialogue.turns):
        for text in turn.texts:
            message: dict[str, Any] = {"role": turn.role, "content": text}
            if turn.reasoning:
                message["reasoning_content"] = turn.reasoning
            if turn.calls:
                waiting = [f"call{number:04}{place}" for place in range(len(turn.calls))]
                message["tool_calls"] = [
                    {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}
                    for id, (name, arguments) in zip(waiting, turn.calls, strict=True)
                ]
            elif turn.role == "tool" and waiting:
                message["tool_call_id"] = waiting.pop(0)
            said.append(message)
    return said


def differences(wanted: TrainingDialogue, found: TrainingDialogue) -> list[str]:
    """Where two dialogues differ, a sentence each: the archive first, then what the trainer reads."""
    lines = [] if same(wanted.tools, found.tools) else ["the tools differ"]
    if len(wanted.turns) != len(found.turns):
        return [*lines, f"{len(found.turns)} messages instead of {len(wanted.turns)}"]
    for number, (one, other) in enumerate(zip(wanted.turns, found.turns, strict=True)):
        lines.extend(f"message {number} ({one.role}): {line}" for line in _turn_differences(one, other))
    return lines


def _turn_differences(wanted: TrainingTurn, found: TrainingTurn) -> list[str]:
    lines = []
    if wanted.role != found.role:
        lines.append(f"its role is {found.role}")
    if wanted.texts != found.texts:
        lines.append("its text differs")
    if wanted.reasoning != found.reasoning:
        lines.append("its reasoning differs")
    if [name for name, _ in wanted.calls] != [name for name, _ in found.calls]:
        lines.append(f"its calls are {_names(found)} and not {_names(wanted)}")
    else:
        for (name, one), (_, other) in zip(wanted.calls, found.calls, strict=True):
            lines.extend(f"{name}: {line}" for line in argument_differences(one, other))
    if wanted.trained != found.trained:
        lines.append("it is learned and should not be" if found.trained else "it is not learned and should be")
    return lines


def _names(turn: TrainingTurn) -> str:
    return ", ".join(name for name, _ in turn.calls) or "none"


def argument_differences(wanted: Any, found: Any) -> list[str]:
    """Where the arguments of a call differ, types included."""
    if not (isinstance(wanted, dict) and isinstance(found, dict)):
        return [] if same(wanted, found) else [f"the arguments are {_shown(found)} and not {_shown(wanted)}"]
    lines = [f"the argument {key} is missing" for key in wanted if key not in found]
    lines += [f"the argument {key} is not in the archive" for key in found if key not in wanted]
    return lines + [
        f"the argument {key} is {_shown(found[key])} and not {_shown(value)}"
        for key, value in wanted.items()
        if key in found and not same(value, found[key])
    ]


def _shown(value: Any) -> str:
    text = repr(value)
    return f"{text[:60]}{'…' if len(text) > 60 else ''} ({type(value).__name__})"


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal and of the same type, all the way down: 25 is not 25.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)
