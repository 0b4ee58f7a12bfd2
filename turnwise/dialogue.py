"""The conversation between a simulated user and an agent, over tools that run: the page to read first.

    conversation = open_conversation(state, world, scenario)     # in a task's setup
    while not conversation.over:                                 # in the solver
        await agent.answer(messages)                             # tool calls run in the world, or are simulated
        await conversation.user_speaks(messages)                 # hears words only, and what was recorded
    conversation.record()                                        # what scorers read, in the log

Progress is recorded as it happens, here and nowhere else. This module does not know which agent answers.
"""

import json
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any, Self

from inspect_ai._util.error import PrerequisiteError  # prints one line instead of a traceback
from inspect_ai.agent import AgentState
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageSystem, ChatMessageUser, model_roles
from inspect_ai.solver import TaskState
from inspect_ai.tool import ToolDef, ToolError, ToolParams
from inspect_ai.util import StoreModel, sample_limits
from pydantic import Field

from turnwise.backends import Backend, open_backend, simulated_time
from turnwise.chat import Chat, Fault, Ledger
from turnwise.errors import CallRefused, ModelFault, TurnwiseError
from turnwise.goals import Call
from turnwise.progress import done_requests
from turnwise.prompts import Prompts
from turnwise.scenario import Scenario
from turnwise.simulator import simulator_prompt
from turnwise.users import User, UserKind, UserTurn
from turnwise.users.casting import cast_user
from turnwise.worlds import World


class DialogueRecord(StoreModel):
    """What the log keeps of a dialogue beside its messages; scorers read this and never a database."""

    ended: str = Field(
        default="",
        description="user, turn_limit, interrupted (by a limit of Inspect's or an error), user_fault, agent_fault or "
        "tool_fault; empty when the loop was never entered",
    )
    user: str = Field(default="", description="who played the user: agenda, llm or hybrid")
    tools: str = Field(default="", description="what ran the tools: executed, or simulated by rules or by model")
    progress: list[dict[str, Any]] = Field(
        default=[],
        description="each request when it was done: request, user_turn, tokens; `undone` when it no longer held",
    )
    changes: list[dict[str, Any]] = Field(default=[], description="net row changes of the session, at the end")
    ledger: dict[str, Any] = Field(default={}, description="what models were asked for, and what they got wrong")
    prompts: dict[str, str] = Field(default={}, description="version of each prompt that was used, by name")


class Conversation:
    """One live dialogue. Close it when the sample ends."""

    def __init__(
        self,
        world: World,
        scenario: Scenario,
        user: User,
        backend: Backend,
        *,
        record: DialogueRecord,
        ledger: Ledger,
        now: str,
        max_turns: int,
    ) -> None:
        self.scenario = scenario
        self.ended = ""
        self.ledger = ledger
        self.tools = [self._tool(tool.name, tool.description, tool.parameters) for tool in world.tools]
        self._policy = world.policy if world.database is not None else f"{world.policy}\n- It is {now[:16]} (UTC).\n"
        self._user = user
        self._backend = backend
        self._max_turns = max_turns
        self._user_turns = 0
        self._calls: list[Call] = []
        everything = [request.id for goal in scenario.goals for request in goal.requests]
        self._told = dict.fromkeys(everything if record.user == "llm" else [], "")
        self._done: frozenset[str] = frozenset()
        self._progress: list[dict[str, Any]] = []
        self._record = record

    @property
    def over(self) -> bool:
        """Whether the user has ended the dialogue, or a limit has."""
        return self.ended != ""

    async def begin(self) -> list[ChatMessage]:
        """The policy and the user's first message."""
        messages: list[ChatMessage] = [ChatMessageSystem(content=self._policy)]
        await self._speak(messages, [])
        return messages

    async def user_speaks(self, messages: list[ChatMessage]) -> None:
        """Record what the assistant has achieved and said, then append the user's reaction."""
        said = _said_since_user(messages)
        self._take_stock(said)
        if self.over:
            return
        if self._user_turns >= self._max_turns:
            self.ended = "turn_limit"
            return
        await self._speak(messages, said)

    def record(self) -> None:
        """Write the record of the dialogue as it stands."""
        self._record.ended = self.ended or "interrupted"
        self._record.changes = [change.model_dump(mode="json") for change in self._backend.net_changes()]
        self._record.ledger = self.ledger.dump()

    def agent_failed(self, reason: str, *, for_good: bool = False) -> None:
        """Count a reply of the candidate that holds neither words nor a call; `for_good` ends the dialogue."""
        self.ledger.blame(Fault("agent", "agent", "no_answer", reason, ""))
        if for_good:
            self.ended = self.ended or "agent_fault"

    def close(self) -> None:
        """Free what the dialogue held."""
        self._backend.close()

    async def _speak(self, messages: list[ChatMessage], said: Sequence[str]) -> None:
        try:
            turn = await self._user.speak(said, self._done)
        except ModelFault:  # the ledger has every reply that led to it
            self.ended = "user_fault"
            return
        if turn.message or not turn.is_task_complete:
            self._user_turns += 1
            self._backend.hear(turn.message)
            messages.append(_user_message(turn))
        for act in turn.acts:
            if act.kind == "request":
                self._told.setdefault(act.request, "")
        if turn.is_task_complete:
            self.ended = "user"

    def _tool(self, name: str, description: str, parameters: dict[str, Any]) -> ToolDef:
        """A world's tool as an Inspect tool."""

        async def run(**kwargs: Any) -> str:
            try:
                if self.ended:
                    raise CallRefused("the conversation is over")
                result = await self._backend.call(name, kwargs)
            except CallRefused as refusal:
                raise ToolError(str(refusal)) from refusal
            except ModelFault as fault:
                self.ended = "tool_fault"
                raise ToolError("the service does not answer") from fault
            self._calls.append(Call(tool=name, arguments=kwargs))
            return json.dumps(result, ensure_ascii=False)

        shared = _shared_params(json.dumps(parameters))
        return ToolDef(run, name=name, description=description, parameters=shared, max_output=0, parallel=False)

    def _take_stock(self, said: Sequence[str]) -> None:
        heard = "\n".join(said)
        for request in self._told:
            self._told[request] += "\n" + heard
        done = done_requests(self.scenario.goals, self._backend.net_changes(), self._told, self._calls)
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


async def open_conversation(
    state: TaskState,
    world: World,
    scenario: Scenario,
    *,
    max_turns: int,
    prompts: Prompts,
    user: UserKind | None = None,
) -> TaskState:
    """Open the conversation of a sample and let the user say the first thing.

    Args:
        user: who plays the user; a model when one has the role `user` and nothing else is said, else the agenda.
    """
    roles = model_roles()
    kind: UserKind = user or ("llm" if "user" in roles else "agenda")
    if kind != "agenda" and "user" not in roles:
        raise PrerequisiteError(f"-T user={kind} needs a model that plays the user: --model-role user=...")
    ledger, record = Ledger(), DialogueRecord()

    def open_chat(role: str, prompt: str, text: str) -> Chat:
        record.prompts = {**record.prompts, prompt: prompts[prompt].version}
        return Chat.open(role, role, text, ledger)

    seed = zlib.crc32(scenario.seed.encode())
    now, simulator = world.reference_time, None
    record.user, record.tools = kind, "executed"
    if world.database is None:
        now, record.tools = simulated_time(world, seed), "simulated by rules"
        if "simulator" in roles:
            record.tools = "simulated by model"
            simulator = open_chat("simulator", "simulator", simulator_prompt(prompts, world, now))
    conversation = Conversation(
        world,
        scenario,
        cast_user(kind, scenario.goals, scenario.behaviour, scenario.seed, prompts, partial(open_chat, "user")),
        open_backend(world, seed, now, simulator),
        record=record,
        ledger=ledger,
        now=now,
        max_turns=max_turns,
    )
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


def _user_message(turn: UserTurn) -> ChatMessageUser:
    acts = [[act.kind, act.request] for act in turn.acts]
    metadata = {"acts": acts, "worded_by": "model" if turn.by_model else "rules"}
    return ChatMessageUser(content=turn.message, metadata=metadata, source="generate" if turn.by_model else None)


def _said_since_user(messages: Sequence[ChatMessage]) -> list[str]:
    """The assistant's words since the user's last message, oldest first; reasoning and tool results are not words."""
    said = []
    for message in reversed(messages):
        if isinstance(message, ChatMessageUser):
            break
        if isinstance(message, ChatMessageAssistant) and message.text.strip():
            said.append(message.text)
    return said[::-1]
