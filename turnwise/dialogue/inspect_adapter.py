"""Episodes in Inspect samples: a task's setup opens one, its solver plays it, and the log gets its record."""

import json
from typing import Any

from inspect_ai.agent import Agent, AgentState
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageSystem, model_roles
from inspect_ai.solver import TaskState
from inspect_ai.tool import ToolDef, ToolError
from inspect_ai.util import sample_limits

from turnwise._inspect import prerequisite_error
from turnwise._inspect_sample import log_tools_once, shared_params, spare_watchers
from turnwise.dialogue.conversation import Conversation
from turnwise.dialogue.episode import Episode
from turnwise.dialogue.inspect_messages import chat_user, new_messages, plain_messages, with_calls
from turnwise.dialogue.messages import UserMessage
from turnwise.dialogue.record import DialogueLog
from turnwise.dialogue.resume import ResumePoint
from turnwise.dialogue.scenario import Scenario
from turnwise.errors import CallRefused
from turnwise.llm.prompts import Prompts
from turnwise.users import UserKind
from turnwise.values.words import words
from turnwise.worlds import Tool, World
from turnwise.worlds.recording import Recording

_live: dict[str, Episode] = {}
"""The episodes of the samples that run, by their uuid."""


async def open_episode(
    state: TaskState,
    world: World,
    scenario: Scenario,
    *,
    max_turns: int,
    prompts: Prompts,
    user: UserKind | None = None,
    start: ResumePoint | None = None,
    record: Recording | None = None,
) -> TaskState:
    """Begin the episode of a sample: its messages are the policy, the history and the user's words.

    Unless `user` says who plays the user, a model with the role `user` does, else rules.
    """
    spare_watchers()
    roles = model_roles()
    if user in ("llm", "hybrid") and "user" not in roles:
        raise prerequisite_error(f"-T user={user} needs a model that plays the user: --model-role user=...")
    episode = Episode(
        world,
        scenario,
        max_turns=max_turns,
        user=user,
        start=start,
        prompts=prompts,
        roles=frozenset(roles),
        record=record,
        tokens=lambda: int(sample_limits().token.usage),
    )
    _live[state.uuid] = episode
    seen = await episode.reset()
    history = start.chat_history if start is not None else []
    spoken = [chat_user(said) for said in seen.messages[len(history) :] if isinstance(said, UserMessage)]
    state.messages = [ChatMessageSystem(content=episode.policy), *history, *spoken]
    write_log(episode, begun=False)
    return state


def live_episode(state: TaskState) -> Episode:
    """The episode that a task's setup opened for a sample; PrerequisiteError where the task is not Turnwise's."""
    if state.uuid not in _live:
        raise prerequisite_error("No episode is open: this solver works with the Turnwise tasks, which open one.")
    return _live[state.uuid]


async def close_episode(state: TaskState) -> None:
    """Close the episode of a sample, whatever happened to it."""
    if (episode := _live.pop(state.uuid, None)) is not None:
        episode.close()
    log_tools_once()


def write_log(episode: Episode, *, begun: bool = True) -> None:
    """Write the record of an episode for scorers to read; one that has `begun` and is not over was interrupted."""
    conversation = episode.conversation
    record = {
        "ended": conversation.ended or "interrupted" if begun else "",
        "user": episode.user_kind,
        "tools": episode.origin.tools,
        "restored": episode.restored,
        "now": episode.origin.reference_time,
        "progress": [progress._asdict() for progress in conversation.progress],
        "changes": [change.model_dump(mode="json") for change in episode.backend.changes],
        "goal_phases": [goal_phase.dump() for goal_phase in conversation.state.goal_phases],
        "added": [goal.model_dump(mode="json") for goal in episode.scenario.added(conversation.state.goals)],
        "followup_goals": list(episode.user.attempts),
        "ledger": episode.cast.ledger.dump(),
        "prompts": dict(episode.cast.used),
    }
    kept = DialogueLog().store
    for name, value in record.items():  # an attribute of the model would validate all of them each time
        kept.set(f"{DialogueLog.__name__}:{name}", value)


class InspectAgent:
    """An Inspect `@agent` that plays one assistant turn, as the `Answerer` of an episode's conversation.

    The agent's messages are its working memory: it may shorten or rewrite them. `record` is the dialogue, as it was.
    """

    def __init__(self, episode: Episode, talk: AgentState, agent: Agent | None = None) -> None:
        """Take the agent's messages, which hold all that was said so far; without an agent, call `take` and `tell`."""
        self.talk = talk
        self.record: list[ChatMessage] = list(talk.messages)
        self._episode = episode
        self._agent = agent
        self._told = len(episode.conversation.messages)
        self._ran = len(episode.executed)

    async def answer(self, said: UserMessage, conversation: Conversation) -> None:
        """See `Answerer`."""
        assert self._agent is not None
        self.tell(conversation)
        try:
            self.talk = await self._agent(self.talk)
        finally:  # also what was called before the agent failed
            self.take(conversation)
        if conversation.waiting:  # it added nothing, which is heard as silence; else the user would wait for ever
            self.talk.messages.append(ChatMessageAssistant(content=""))
            self.take(conversation)

    def take(self, conversation: Conversation) -> None:
        """Add what the agent wrote and called since the user's last message to the record and the conversation."""
        state = conversation.state
        changes = self._episode.backend.changes[len(state.changes) :]
        executed = self._episode.executed[self._ran :]
        new = with_calls(new_messages(self.talk.messages, self.record), executed)
        self._ran += len(executed)
        self.record.extend(new)
        conversation.add(*plain_messages(new, changes, state.calls))
        self._told = len(conversation.messages)

    def tell(self, conversation: Conversation) -> None:
        """Show the agent what the user has said since."""
        new = conversation.messages[self._told :]
        said = [chat_user(message) for message in new if isinstance(message, UserMessage)]
        self.talk.messages.extend(said)
        self.record.extend(said)
        self._told = len(conversation.messages)


def continue_with_user(state: TaskState) -> Any:
    """An `on_continue` for Inspect's `react()`: after a reply without calls, the user has the word.

    Use it as `react(prompt=None, tools=inspect_tools(episode), submit=False, on_continue=continue_with_user(state))`.
    """
    episode = live_episode(state)
    conversation = episode.conversation
    side = InspectAgent(episode, AgentState(messages=state.messages))

    async def go_on(agent_state: AgentState) -> bool | AgentState:
        if agent_state.output.message.tool_calls:
            return True
        side.talk = agent_state
        side.take(conversation)
        conversation.take_stock()
        if not conversation.over:
            await episode.user.speak(conversation)
            side.tell(conversation)
        write_log(episode)
        return False if conversation.over else agent_state

    return go_on


def inspect_tools(episode: Episode, *, described: bool = True) -> list[ToolDef]:
    """The tools of an episode's world as Inspect's.

    Args:
        described: every parameter has a description, as Inspect's own agents insist; else those whose name does not tell.
    """
    return [_inspect_tool(episode, tool, described) for tool in episode.world.tools]


def _inspect_tool(episode: Episode, tool: Tool, described: bool) -> ToolDef:
    async def run(**kwargs: Any) -> str:
        try:
            result = await episode.call(tool.name, kwargs)
        except CallRefused as refusal:
            raise ToolError(str(refusal)) from refusal
        return json.dumps(result, ensure_ascii=False)

    shared = shared_params(json.dumps(_all_described(tool.parameters) if described else tool.parameters))
    return ToolDef(run, name=tool.name, description=tool.description, parameters=shared, max_output=0, parallel=False)


def _all_described(parameters: dict[str, Any]) -> dict[str, Any]:
    properties = {
        name: {**about, "description": about.get("description") or words(name) or name}
        for name, about in parameters.get("properties", {}).items()
    }
    return {**parameters, "properties": properties}
