"""Tools whose results a language model makes up, each checked before the agent sees it.

A result has to fit the tool's return schema and what was shown before; one that does not goes back to the model.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel

from turnwise.errors import CallRefused
from turnwise.llm.chat import Chat, InvalidReply
from turnwise.llm.prompts import Prompts
from turnwise.llm.shapes import strict
from turnwise.worlds import Change, Tool, World
from turnwise.worlds.arguments import find_tool
from turnwise.worlds.examples import Example
from turnwise.worlds.json_schema import fits, misfit
from turnwise.worlds.sandbox import CALL
from turnwise.worlds.simulated.by_rules import verify_simulated
from turnwise.worlds.simulated.examples import examples_of, in_words
from turnwise.worlds.simulated.memory import Answered, contradiction

_COME_ABOUT = (
    "What the person comes with. People and things named here are there, what they want it changed to is not so yet:"
)

_REAL = "For comparison, the real service, before anything was changed in this dialogue:"


class Outcome(NamedTuple):
    """What came of a call: a result, or the sentence with which it was refused."""

    result: Any = None
    refusal: str | None = None


class SimulatedResult(BaseModel):
    """What a tool answers: a result, or the sentence with which the service refuses."""

    error: str | None = None
    result: Any | None = None


class Expected(NamedTuple):
    """A call that goals rely on: what is known of its arguments, and whether it has to find something."""

    tool: str
    arguments: Mapping[str, Any]
    finds: bool


def simulator_prompt(prompts: Prompts, world: World, now: str) -> str:
    """What the simulating model is told first: the world, its tools and the present moment, "YYYY-MM-DD HH:MM:SS"."""
    tools = [
        json.dumps(
            {
                "name": tool.name,
                "description": " ".join(tool.description.split()),
                "parameters": _untitled(tool.parameters),
                "returns": _untitled(tool.returns),
                "effect": tool.effect,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for tool in world.tools
    ]
    return prompts["simulator"].fill(
        domain=world.domain, description=world.description, tools="\n".join(tools), reference_time=now
    )


def _untitled(schema: Any) -> Any:
    """A schema without the titles that programs give to its parts: they say nothing."""
    if isinstance(schema, list):
        return [_untitled(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    fields = schema.get("properties")
    kept = {word: _untitled(part) for word, part in schema.items() if word not in ("title", "properties")}
    return kept if fields is None else {**kept, "properties": {name: _untitled(part) for name, part in fields.items()}}


class ModelSimulator:
    """A `Backend`: the tools of one dialogue, answered by the model of a chat that `simulator_prompt` opened."""

    session = None
    changes: tuple[Change, ...] = ()

    def __init__(self, world: World, chat: Chat) -> None:
        self.world = world
        self._chat = chat
        self._signatures = verify_simulated(world)
        self._examples = examples_of(world)
        self._shown: set[str] = set()
        """examples that the model was shown"""
        self._answered: list[Answered] = []
        self._heard: list[str] = []
        self._expected: list[Expected] = []

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """See `Executed`; the model is asked only for calls that the tool's signature allows.

        Nor is it asked for what a real service has answered, as long as the dialogue has changed nothing.
        """
        tool, request = self._request(name, arguments)
        if (known := self._recorded(name, arguments)) is not None:
            self._chat.remember(request, SimulatedResult(result=known.result, error=known.error))
            if known.error is not None:
                raise CallRefused(known.error)
            self._answered.append(Answered(tool, arguments, known.result))
            return json.loads(json.dumps(known.result))

        def read(reply: SimulatedResult) -> SimulatedResult:
            if (reply.result is None) == (reply.error is None):
                raise InvalidReply('give either a "result" or an "error", and null for the other')
            if reply.error is None:
                reply = reply.model_copy(update={"result": fitted(reply.result, tool.returns)})
                if len(json.dumps(reply.result, ensure_ascii=False)) > CALL.bytes:
                    raise InvalidReply(f"a service answers at most {CALL.bytes // 1024} KB at once: answer with less")
                _check(Answered(tool, arguments, reply.result), self._answered)
            if reply.result in (None, []) and self._relied_on(name, arguments, refused=reply.error is not None):
                raise InvalidReply(
                    f"the person has come for this, so it is there and {name} succeeds: answer with a result that holds it"
                )
            return reply

        reply = await self._chat.ask(request, SimulatedResult, read, schema=reply_schema(tool))
        if reply.error is not None:
            raise CallRefused(reply.error)
        self._answered.append(Answered(tool, arguments, reply.result))
        return reply.result

    def recall(self, name: str, arguments: Mapping[str, Any], recorded: Outcome) -> Outcome:
        """See `Executed`; a call that does not fit the tool's signature was never put to the model."""
        try:
            tool, request = self._request(name, arguments)
        except CallRefused:
            return recorded
        self._chat.remember(request, SimulatedResult(result=recorded.result, error=recorded.refusal))
        if recorded.refusal is None:
            self._answered.append(Answered(tool, arguments, recorded.result))
        return recorded

    def hear(self, text: str) -> None:
        """Keep what the user said for the next call."""
        self._heard.append(f"The user has said: {json.dumps(text, ensure_ascii=False)}\n")

    def expect(self, state: str, calls: Sequence[Expected]) -> None:
        """Tell the model, with the next call, what goals rely on, and hold it to the calls that have to succeed."""
        self._expected += calls
        if state:
            self._heard.insert(0, f"{_COME_ABOUT}\n{state}\n")

    def _relied_on(self, name: str, arguments: Mapping[str, Any], *, refused: bool) -> bool:
        """Whether a goal cannot be reached where this call is refused, or finds nothing.

        A call that was answered before has been done; one about an id that no result has shown may well be wrong.
        """
        if any(a.tool.name == name and a.arguments == arguments for a in self._answered):
            return False
        shown = json.dumps([answered.result for answered in self._answered], ensure_ascii=False)
        return any(
            (expected.finds or refused)
            and all(arguments.get(n) == value for n, value in expected.arguments.items())
            and all(n in expected.arguments or json.dumps(v, ensure_ascii=False) in shown for n, v in arguments.items())
            for expected in self._expected
            if expected.tool == name
        )

    def close(self) -> None:
        """Nothing is held."""

    def _recorded(self, name: str, arguments: Mapping[str, Any]) -> Example | None:
        """What a real service has answered to this call, as long as the dialogue has changed nothing."""
        changed = any(answered.tool.effect == "write" for answered in self._answered)
        return None if changed else self._examples.exact(name, arguments)

    def _request(self, name: str, arguments: Mapping[str, Any]) -> tuple[Tool, str]:
        """A tool that may be called so, and what the model is told of the call and of what was said since the last."""
        tool = find_tool(self.world, name)
        self._signatures[name].check(arguments)
        said = "".join(self._heard)
        self._heard.clear()
        if (known := self._recorded(name, arguments)) is not None:
            self._shown.add(known.key)
        like = [example for example in self._examples.like(name, arguments) if example.key not in self._shown]
        self._shown |= {example.key for example in like}
        shown = "".join(f"\n{_REAL} {in_words(example)}" for example in like)
        return tool, f"{said}The assistant calls {name} with {json.dumps(arguments, ensure_ascii=False)}{shown}"


def reply_schema(tool: Tool) -> dict[str, Any]:
    """The strict schema of a reply about a tool: its own result, or an error."""
    result = {"anyOf": [strict(tool.returns), {"type": "null"}]}
    error = {"anyOf": [{"type": "string"}, {"type": "null"}]}
    fields = {"error": error, "result": result}
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def fitted(value: Any, schema: Any) -> Any:
    """A result without fields that a closed schema has not, and without null for what may be missing but not be null."""
    if not isinstance(schema, dict):
        return value
    if isinstance(value, list):
        return [fitted(item, schema.get("items")) for item in value]
    if not isinstance(value, dict):
        return value
    known, needed = schema.get("properties", {}), schema.get("required", [])
    shown = {n: v for n, v in value.items() if n in known or schema.get("additionalProperties") is not False}
    kept = {n: v for n, v in shown.items() if v is not None or n in needed or n not in known or fits(None, known[n])}
    return {name: fitted(inner, known.get(name)) for name, inner in kept.items()}


def _check(answered: Answered, earlier: list[Answered]) -> None:
    """Check that a result fits its schema and what was shown before; InvalidReply says where it does not."""
    if (problem := misfit(answered.result, answered.tool.returns)) is not None:
        raise InvalidReply(f"it does not fit what {answered.tool.name} returns: {problem}")
    if (sentence := contradiction(earlier, answered)) is not None:
        raise InvalidReply(f"{sentence}: keep what was said before")
