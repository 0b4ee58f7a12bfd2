"""The conversation between a simulated user and an agent, over tools that run: the page to read first.

    conversation = open_conversation(state, world, scenario)     # in a task's setup
    while not conversation.over:                                 # in the solver
        await agent.answer(messages)                             # tool calls run in conversation.session
        await conversation.user_speaks(messages)                 # hears words only, and what was recorded
    conversation.record()                                        # what scorers read, in the log

Progress is recorded as it happens, here and nowhere else. This module does not know which agent answers.
"""

import json
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Self

from inspect_ai._util.error import PrerequisiteError  # prints one line instead of a traceback
from inspect_ai.agent import AgentState
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageSystem, ChatMessageUser
from inspect_ai.solver import TaskState
from inspect_ai.tool import ToolDef, ToolError, ToolParams
from inspect_ai.util import StoreModel, sample_limits
from pydantic import Field

from turnwise.errors import CallRefused, TurnwiseError
from turnwise.progress import done_requests
from turnwise.scenario import Scenario
from turnwise.users import Agenda, User
from turnwise.worlds import Session, World, open_session


class DialogueRecord(StoreModel):
    """What the log keeps of a dialogue beside its messages; scorers read this and never a database."""

    ended: str = Field(default="", description="user, turn_limit or interrupted; empty when the loop was never entered")
    progress: list[dict[str, Any]] = Field(
        default=[],
        description="each request when it was done: request, user_turn, tokens; `undone` when it no longer held",
    )
    changes: list[dict[str, Any]] = Field(default=[], description="net row changes of the session, at the end")


class Conversation:
    """One live dialogue. Close it when the sample ends."""

    def __init__(self, world: World, scenario: Scenario, user: User, max_turns: int) -> None:
        self.session: Session = open_session(world, seed=zlib.crc32(scenario.seed.encode()))
        self.scenario = scenario
        self.tools = _tools(world, self.session)
        self.ended = ""
        self._user = user
        self._max_turns = max_turns
        self._user_turns = 0
        self._told: dict[str, str] = {}
        self._done: frozenset[str] = frozenset()
        self._progress: list[dict[str, Any]] = []
        self._record = DialogueRecord()

    @property
    def over(self) -> bool:
        """Whether the user has ended the dialogue, or a limit has."""
        return self.ended != ""

    async def begin(self) -> list[ChatMessage]:
        """The policy and the user's first message."""
        messages: list[ChatMessage] = [ChatMessageSystem(content=self.session.world.policy)]
        await self._speak(messages, [])
        return messages

    async def user_speaks(self, messages: list[ChatMessage]) -> None:
        """Record what the assistant has achieved and said, then append the user's reaction."""
        said = _said_since_user(messages)
        self._take_stock(said)
        if self._user_turns >= self._max_turns:
            self.ended = "turn_limit"
            return
        await self._speak(messages, said)

    def record(self) -> None:
        """Write the record of the dialogue as it stands."""
        self._record.ended = self.ended or "interrupted"
        self._record.changes = [change.model_dump(mode="json") for change in self.session.net_changes()]

    def close(self) -> None:
        """Free the session."""
        self.session.close()

    async def _speak(self, messages: list[ChatMessage], said: Sequence[str]) -> None:
        turn = await self._user.speak(said, self._done)
        self._user_turns += 1
        for act in turn.acts:
            if act.kind == "request":
                self._told.setdefault(act.request, "")
        messages.append(
            ChatMessageUser(content=turn.message, metadata={"acts": [[act.kind, act.request] for act in turn.acts]})
        )
        if turn.is_task_complete:
            self.ended = "user"

    def _take_stock(self, said: Sequence[str]) -> None:
        heard = "\n".join(said)
        for request in self._told:
            self._told[request] += "\n" + heard
        done = done_requests(self.scenario.goals, self.session.net_changes(), self._told)
        if done != self._done:
            self._progress += [
                {
                    "request": request,
                    "event": "done" if request in done else "undone",
                    "user_turn": self._user_turns,
                    "tokens": int(sample_limits().token.usage),
                }
                for request in sorted(done ^ self._done)
            ]
            self._record.progress = list(self._progress)
        self._done = done


_live: dict[str, Conversation] = {}


async def open_conversation(state: TaskState, world: World, scenario: Scenario, max_turns: int) -> TaskState:
    """Open the conversation of a sample and let the user say the first thing."""
    conversation = Conversation(world, scenario, Agenda(scenario.goals, scenario.behaviour, scenario.seed), max_turns)
    _live[state.uuid] = conversation
    state.messages = await conversation.begin()
    return state


def live_conversation(state: TaskState) -> Conversation:
    """The conversation that `setup` opened for a sample.

    Raises:
        PrerequisiteError: none was opened: the solver runs outside a Turnwise task.
    """
    if state.uuid not in _live:
        raise PrerequisiteError("No conversation is open: this solver works with the Turnwise tasks, which open one.")
    return _live[state.uuid]


async def close_conversation(state: TaskState) -> None:
    """Close the conversation of a sample, whatever happened to it."""
    conversation = _live.pop(state.uuid, None)
    if conversation is not None:
        conversation.close()


def continue_with_user(state: TaskState) -> Any:
    """An `on_continue` for Inspect's `react()`: after a reply without calls, the user has the word.

    Use it as `react(prompt=None, tools=live_conversation(state).tools, submit=False, on_continue=continue_with_user(state))`.
    """
    conversation = live_conversation(state)

    async def go_on(agent_state: AgentState) -> bool | AgentState:
        if agent_state.output.message.tool_calls:
            return True
        await conversation.user_speaks(agent_state.messages)
        conversation.record()
        return False if conversation.over else agent_state

    return go_on


@contextmanager
def errors_for_people() -> Iterator[None]:
    """Let `inspect eval` print a Turnwise error as one line."""
    try:
        yield
    except TurnwiseError as error:
        raise PrerequisiteError(str(error)) from error


class _SharedParams(ToolParams):
    """Parameters that all samples share: Inspect copies tools at every generation, and copying these tells nothing."""

    def __deepcopy__(self, memo: Any = None) -> Self:
        return self


@lru_cache(maxsize=64)
def _shared_params(parameters: str) -> _SharedParams:
    return _SharedParams.model_validate_json(parameters)


def _tools(world: World, session: Session) -> list[ToolDef]:
    """A world's tools as Inspect tools that run in a session."""
    return [
        ToolDef(
            _runner(session, tool.name),
            name=tool.name,
            description=tool.description,
            parameters=_shared_params(json.dumps(tool.parameters)),
            max_output=0,
            parallel=False,
        )
        for tool in world.tools
    ]


def _runner(session: Session, name: str) -> Any:
    async def run(**kwargs: Any) -> str:
        try:
            return json.dumps(session.call(name, kwargs), ensure_ascii=False)
        except CallRefused as refusal:
            raise ToolError(str(refusal)) from refusal

    return run


def _said_since_user(messages: Sequence[ChatMessage]) -> list[str]:
    """The assistant's words since the user's last message, oldest first; reasoning and tool results are not words."""
    said = []
    for message in reversed(messages):
        if isinstance(message, ChatMessageUser):
            break
        if isinstance(message, ChatMessageAssistant) and message.text.strip():
            said.append(message.text)
    return said[::-1]
