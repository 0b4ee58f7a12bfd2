"""The environment: an episode of Turnwise whose tools, and talking, are MCP tools."""

import json
import os
from typing import Any

from fastmcp import FastMCP
from fastmcp.tools import Tool, ToolResult

from openenv.core.env_server.mcp_environment import MCPEnvironment
from openenv.core.env_server.mcp_types import CallToolObservation, ListToolsAction, ListToolsObservation
from openenv.core.env_server.mcp_types import Tool as ShownTool
from openenv.core.env_server.types import Action, Observation, State
from turnwise.environments.rollout import Episodes, Rollout

TELL_USER = {
    "name": "tell_user",
    "description": "Say something to the person and hear what they say next; empty when they have left.",
    "parameters": {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]},
}


class _Played(Tool):
    """A tool that acts in the episode; its schema is the world's own, and the world checks the arguments."""

    rollout: Any

    async def run(self, arguments: dict[str, Any]) -> ToolResult:
        """Act, and return what the agent sees."""
        if self.rollout.over:
            seen = json.dumps({"error": "the conversation is over"})
        elif self.name == TELL_USER["name"]:
            seen = self.rollout.say(str(arguments.get("text", "")))
        else:
            seen = self.rollout.call(self.name, arguments)
        return ToolResult(content=seen, structured_content={"result": seen})


class Dialogues(MCPEnvironment):
    """Dialogues of one world; `reset(seed=n)` begins the n-th, `reset()` the next."""

    SUPPORTS_CONCURRENT_SESSIONS = True

    def __init__(self, **settings: Any) -> None:
        """Settings are those of `Episodes`; unless given, TURNWISE_WORLD, TURNWISE_BEHAVIOUR, _DIFFICULTY and _SEED."""
        for name in ("world", "behaviour", "difficulty", "seed"):
            if name not in settings and (value := os.environ.get(f"TURNWISE_{name.upper()}")):
                settings[name] = int(value) if name == "seed" else value
        settings.setdefault("world", "city_library")
        self.rollout = Rollout(Episodes(**settings))
        self._number, self._steps = -1, 0
        self._tools = [TELL_USER, *(tool["function"] for tool in self.rollout.tools)]
        server = FastMCP("turnwise")
        for tool in self._tools:
            server.add_tool(_Played(**tool, rollout=self.rollout))
        super().__init__(server)

    def reset(self, seed: int | None = None, episode_id: str | None = None, **_: Any) -> Observation:
        """Begin an episode; the observation holds the policy and the person's first words."""
        self._number = self._number + 1 if seed is None else seed
        self._steps = 0
        words = self.rollout.reset(self._number)
        seen = {"policy": self.rollout.policy, "words": words, "number": self._number}
        return CallToolObservation(tool_name="reset", result=seen, done=False, reward=0.0)

    def step(self, action: Action, timeout_s: float | None = None, **more: Any) -> Observation:
        """List the tools, or call one; the reward comes with the step that ends the episode."""
        if isinstance(action, ListToolsAction):
            return self._listed()
        return self._judged(super().step(action, timeout_s=timeout_s, **more))

    async def step_async(self, action: Action, timeout_s: float | None = None, **more: Any) -> Observation:
        """The same without blocking."""
        if isinstance(action, ListToolsAction):
            return self._listed()
        return self._judged(await super().step_async(action, timeout_s=timeout_s, **more))

    def _listed(self) -> ListToolsObservation:
        shown = [
            ShownTool(name=t["name"], description=t["description"], input_schema=t["parameters"]) for t in self._tools
        ]
        return ListToolsObservation(tools=shown)

    def _judged(self, seen: Observation) -> Observation:
        self._steps += 1
        if isinstance(seen, CallToolObservation) and hasattr(seen.result, "structured_content"):
            seen.result = seen.result.structured_content["result"]  # the text alone
        seen.done = self.rollout.over
        seen.reward = self.rollout.reward if seen.done else 0.0
        if seen.done:
            outcome = self.rollout.outcome
            seen.metadata = {
                "ended": self.rollout.episode.conversation.ended,
                "completion": outcome.completion,
                "collateral": outcome.collateral,
                "credit": [list(one) for one in outcome.credit],
            }
        return seen

    def _step_impl(self, action: Action, timeout_s: float | None = None, **_: Any) -> Observation:
        return Observation(metadata={"error": f"{type(action).__name__} is no action here: list or call tools"})

    @property
    def state(self) -> State:
        """The episode's number and how many steps it has had."""
        return State(episode_id=str(self._number), step_count=self._steps)

    def close(self) -> None:
        """Free the database."""
        self.rollout.close()
        super().close()
