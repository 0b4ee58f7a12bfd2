"""Tools whose results a language model makes up, each checked before the agent sees it.

A result has to fit the tool's return schema and what was shown before; one that does not goes back to the model.
"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel

from turnwise.errors import CallRefused
from turnwise.llm.chat import Chat, InvalidReply
from turnwise.llm.prompts import Prompts
from turnwise.worlds import Change, Tool, World
from turnwise.worlds.arguments import find_tool
from turnwise.worlds.json_schema import misfit
from turnwise.worlds.simulated.by_rules import verify_simulated
from turnwise.worlds.simulated.memory import Answered, contradiction


class Outcome(NamedTuple):
    """What came of a call: a result, or the sentence with which it was refused."""

    result: Any = None
    refusal: str | None = None


class SimulatedResult(BaseModel):
    """What a tool answers: a result, or the sentence with which the service refuses."""

    result: Any | None = None
    error: str | None = None


def simulator_prompt(prompts: Prompts, world: World, now: str) -> str:
    """What the simulating model is told first: the world, its tools and the present moment, "YYYY-MM-DD HH:MM:SS"."""
    shown = {"name", "description", "parameters", "returns", "effect"}
    tools = [json.dumps(tool.model_dump(mode="json", include=shown), ensure_ascii=False) for tool in world.tools]
    return prompts["simulator"].fill(
        domain=world.domain, description=world.description, tools="\n".join(tools), reference_time=now
    )


class ModelSimulator:
    """A `Backend`: the tools of one dialogue, answered by the model of a chat that `simulator_prompt` opened."""

    session = None
    changes: tuple[Change, ...] = ()

    def __init__(self, world: World, chat: Chat) -> None:
        self.world = world
        self._chat = chat
        self._signatures = verify_simulated(world)
        self._answered: list[Answered] = []
        self._heard: list[str] = []

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """See `Executed`; the model is asked only for calls that the tool's signature allows."""
        tool, request = self._request(name, arguments)

        def read(reply: SimulatedResult) -> SimulatedResult:
            if (reply.result is None) == (reply.error is None):
                raise InvalidReply('give either a "result" or an "error"')
            if reply.error is None:
                _check(Answered(tool, arguments, reply.result), self._answered)
            return reply

        reply = await self._chat.ask(request, SimulatedResult, read)
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
        self._heard.append(text)

    def close(self) -> None:
        """Nothing is held."""

    def _request(self, name: str, arguments: Mapping[str, Any]) -> tuple[Tool, str]:
        """A tool that may be called so, and what the model is told of the call and of what was said since the last."""
        tool = find_tool(self.world, name)
        self._signatures[name].check(arguments)
        said = "".join(f"The user has said: {json.dumps(text, ensure_ascii=False)}\n" for text in self._heard)
        self._heard.clear()
        return tool, f"{said}The assistant calls {name} with {json.dumps(arguments, ensure_ascii=False)}"


def _check(answered: Answered, earlier: list[Answered]) -> None:
    """Check that a result fits its schema and what was shown before; InvalidReply says where it does not."""
    if (problem := misfit(answered.result, answered.tool.returns)) is not None:
        raise InvalidReply(f"it does not fit what {answered.tool.name} returns: {problem}")
    if (sentence := contradiction(earlier, answered)) is not None:
        raise InvalidReply(f"{sentence}: keep what was said before")
