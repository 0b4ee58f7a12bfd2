"""Tasks, their tools and their reward, and the user who is the environment's part of the dialogue.

verifiers runs the tools of a rollout in a process of their own, and the user in another. Both play the same numbered
episode: the process of the tools executes calls, and the environment repeats them on its own copy before the user
answers. An episode whose copies disagree fails, and is never scored.
"""

import itertools
import json
from collections.abc import Iterator
from inspect import Parameter, Signature
from typing import Annotated, Any

import verifiers.v1 as vf
from pydantic import WithJsonSchema

from turnwise.environments.rollout import Episodes, Rollout
from turnwise.worlds import Tool


class DialogueTaskConfig(vf.TaskConfig):
    """Where the tools run."""

    tools: vf.ToolsetConfig = vf.ToolsetConfig()


class Settings(vf.TasksetConfig):
    """Which dialogues there are, under `--env.taskset.*`."""

    world: str = "city_library"
    behaviour: str = "user_oriented"
    goals: int | str = 2
    difficulty: str = "mixed"
    seed: int = 0
    max_turns: int = 60
    task: DialogueTaskConfig = DialogueTaskConfig()


class DialogueData(vf.TaskData):
    """One dialogue: the settings of all, and its number."""

    episodes: dict[str, Any]
    number: int


class WorldTools(vf.Toolset[vf.ToolsetConfig]):
    """The tools of the world, on a database of the rollout's own."""

    TOOL_PREFIX = None

    async def setup_task(self, task: DialogueData) -> None:
        self.rollout = Rollout(Episodes(**task.episodes))
        self.rollout.reset(task.number)

    def register(self, mcp: Any) -> None:
        for tool in self.rollout.episode.world.tools:
            mcp.add_tool(self._with_state(self._function(tool)), name=tool.name, description=tool.description)

    def _function(self, tool: Tool) -> Any:
        """A function with the tool's own parameters: their schemas are shown as they are, and the world checks values."""

        def call(**arguments: Any) -> str:
            return self.rollout.call(
                tool.name, {name: value for name, value in arguments.items() if value is not _LEFT_OUT}
            )

        properties, required = tool.parameters.get("properties", {}), tool.parameters.get("required", [])
        places = [
            Parameter(
                name,
                Parameter.KEYWORD_ONLY,
                default=Parameter.empty if name in required else _LEFT_OUT,
                annotation=Annotated[Any, WithJsonSchema(schema)],
            )
            for name, schema in properties.items()
        ]
        call.__name__ = tool.name
        call.__signature__ = Signature(places, return_annotation=str)  # type: ignore[attr-defined]
        return call


_LEFT_OUT = None
"""What an argument is that nobody gave: no tool of a world takes null where it need not be given."""


class Dialogue(vf.Task[DialogueData, vf.State, DialogueTaskConfig]):
    """One dialogue; its reward is recorded by the environment, which has the user and the database."""

    @classmethod
    def toolsets(cls, config: DialogueTaskConfig) -> list[vf.Toolset]:
        return [WorldTools(config.tools)]


class Dialogues(vf.Taskset[Dialogue, Settings]):
    """Dialogues without end: 0 to 19 are those of a run of Turnwise with this seed, 20 to 39 of the next."""

    INFINITE = True

    def load(self) -> Iterator[Dialogue]:
        chosen = self.config.model_dump(include=set(Episodes.__dataclass_fields__))
        for number in itertools.count():
            rollout = Rollout(Episodes(**chosen))
            rollout.reset(number)
            about = {"name": f"{self.config.world}#{number}", "system_prompt": rollout.policy}
            rollout.close()
            yield Dialogue(DialogueData(**about, episodes=chosen, number=number), self.config.task)


class DialogueEnvConfig(vf.EnvConfig):
    """The one agent: it talks and calls tools, and executes no code."""

    assistant: vf.AgentConfig = vf.AgentConfig(harness={"id": "null"}, runtime={"type": "subprocess"})


class Disagreement(Exception):
    """Raised where a call returned something else to the agent than to the environment."""


class DialogueEnv(vf.Env[DialogueEnvConfig]):
    """The user speaks, the agent answers, until the user leaves or the episode is cut off."""

    async def run(self, task: Dialogue, agents: vf.Agents) -> None:
        rollout = Rollout(Episodes(**task.data.episodes))
        words = rollout.reset(task.data.number)
        async with agents.assistant.interaction(task) as talk:
            while words and not rollout.over:  # nobody answers a goodbye
                segment = await talk.turn(words)
                if segment.terminated:
                    break
                words = repeated(rollout, segment.messages)
        outcome, trace = rollout.outcome, talk.trace
        trace.record_reward("completion_less_collateral", rollout.reward, 1.0)
        trace.record_metric("completion", outcome.completion)
        trace.record_metric("collateral", float(outcome.collateral))
        trace.record_metric("success", float(outcome.success))
        trace.info["turnwise"] = {
            "ended": rollout.episode.conversation.ended,
            "credit": [list(c) for c in outcome.credit],
        }
        rollout.close()


def repeated(rollout: Rollout, messages: vf.Messages) -> str:
    """Do again what the agent did, and return what the user says to it; empty when the user has left."""
    results = {m.tool_call_id: _text(m.content) for m in messages if isinstance(m, vf.ToolMessage)}
    words = ""
    for message in messages:
        if not isinstance(message, vf.AssistantMessage):
            continue
        for call in message.tool_calls or []:
            tool = rollout.episode.world.by_name.get(call.name)
            if call.id not in results or tool is None:
                continue
            given = json.loads(call.arguments)
            known = {name: value for name, value in given.items() if name in tool.parameters.get("properties", {})}
            missing = any(name not in known for name in tool.parameters.get("required", []))
            if missing or rollout.over:
                continue
            own = rollout.call(call.name, {name: value for name, value in known.items() if value is not _LEFT_OUT})
            if own != results[call.id]:
                raise Disagreement(
                    f"{call.name}({call.arguments}) returned {results[call.id]!r} to the agent, here {own!r}"
                )
        if not message.tool_calls and not rollout.over:
            words = rollout.say(_text(message.content))
    return words


def _text(content: Any) -> str:
    if isinstance(content, str) or content is None:
        return content or ""
    return "\n".join(part.text for part in content if getattr(part, "text", None))


def load_environment(
    world: str = "city_library",
    behaviour: str = "user_oriented",
    difficulty: str = "mixed",
    seed: int = 0,
    goals: int | str = 2,
    max_turns: int = 60,
) -> DialogueEnv:
    """The environment of a world; its tasks are `environment.taskset`, without end."""
    chosen = {"world": world, "behaviour": behaviour, "difficulty": difficulty, "seed": seed, "goals": goals}
    settings = Settings(id="turnwise-dialogues", max_turns=max_turns, **chosen)
    return DialogueEnv(DialogueEnvConfig(taskset=settings))


if __name__ == "__main__":
    WorldTools.run()
