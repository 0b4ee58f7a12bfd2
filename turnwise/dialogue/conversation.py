"""The conversation between a simulated user and an agent, over tools that run: the page to read first.

    conversation = open_conversation(state, world, scenario)     # in a task's setup
    while not conversation.over:                                 # in the solver
        await agent.answer(messages)                             # tool calls run in the world, or are simulated
        await conversation.user_speaks(messages)                 # hears words only, and what was recorded
    conversation.record()                                        # what scorers read, in the log

Progress is recorded as it happens, here and nowhere else. This module does not know which agent answers.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any, Self

from inspect_ai._util.error import PrerequisiteError  # prints one line instead of a traceback
from inspect_ai.agent import AgentState
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageSystem, ChatMessageUser, model_roles
from inspect_ai.solver import TaskState
from inspect_ai.tool import ToolDef, ToolError, ToolParams
from inspect_ai.util import sample_limits

from turnwise.dialogue.followup import FollowupGoals
from turnwise.dialogue.record import DialogueLog
from turnwise.dialogue.replay import ReplayedState, replay
from turnwise.dialogue.resume import Origin, ResumePoint, blank
from turnwise.dialogue.scenario import Scenario
from turnwise.errors import CallRefused, ModelFault, TurnwiseError
from turnwise.goals.model import Call, Goal
from turnwise.goals.progress import GoalPhase, SuccessfulCall, done_in
from turnwise.llm.chat import Chat, Ledger, ReplyFault
from turnwise.llm.prompts import Prompts
from turnwise.synthesis.goals.followup_by_model import PROMPTS, followup_prompt
from turnwise.synthesis.goals.followup_by_rules import Observation
from turnwise.users import User, UserKind, UserTurn
from turnwise.users.casting import cast_user
from turnwise.worlds import Session, World
from turnwise.worlds.backend import Backend, Executed, open_backend
from turnwise.worlds.simulated.by_model import simulator_prompt


class Conversation:
    """One live dialogue. Close it when the sample ends."""

    def __init__(
        self,
        world: World,
        scenario: Scenario,
        user: User,
        backend: Backend,
        *,
        record: DialogueLog,
        ledger: Ledger,
        max_turns: int,
        origin: Origin,
        past: ReplayedState,
        followups: FollowupGoals,
    ) -> None:
        self.scenario = scenario
        self.ended = ""
        self.ledger = ledger
        self.tools = [self._tool(tool.name, tool.description, tool.parameters) for tool in world.tools]
        self.writes = {tool.name: tool.consequential for tool in world.tools if tool.effect == "write"}
        now = f"\n- It is {origin.reference_time[:16]} (UTC).\n" if world.database is None else ""
        self._policy = f"{world.policy}{now}"
        self._user = user
        self._backend = backend
        self._max_turns = max_turns
        self._history = origin.history
        self._heard = past.said
        # A user message that waits for its answer is the first turn of this dialogue.
        self._user_turns = int(bool(origin.history) and isinstance(origin.history[-1], ChatMessageUser))
        self._turns_before = len(past.turns) - self._user_turns
        self._run = past.calls
        self._made = list(past.made)
        self._shown = list(past.shown)
        self._given_up = {act.request for turn in past.turns for act in turn.dialogue_acts if act.kind == "give_up"}
        self._followups = followups
        self._told = dict(past.told)
        self._done = past.done
        self._chapters = list(origin.goal_phases)
        self._progress: list[dict[str, Any]] = []
        self._stock_taken = 0
        self._record = record
        self._open_goal_phases()

    @property
    def over(self) -> bool:
        """Whether the user has ended the dialogue, or a limit has."""
        return self.ended != ""

    @property
    def goals(self) -> tuple[Goal, ...]:
        """All goals so far, in the order in which they came up."""
        return tuple(goal for goal_phase in self._chapters for goal in goal_phase.goals)

    @property
    def session(self) -> Session | None:
        """The database on which the tools run; None where they are simulated. Look at it, or fork it; do not call."""
        return self._backend.session if isinstance(self._backend, Executed) else None

    @property
    def done(self) -> frozenset[str]:
        """Ids of the requests that were done when stock was last taken."""
        return self._done

    def begin_goal_phase(self, goals: Sequence[Goal]) -> None:
        """Give the user further goals, judged by what happens from here on; their ids are new in the dialogue.

        Call it between `take_stock` and `user_speaks`, when nothing that was asked for is open: what the assistant changes
        from here on counts for these goals alone.
        """
        self._chapters.append(GoalPhase(self._run, self._turns_before + self._user_turns, tuple(goals)))
        self._user.add(goals)
        self._open_goal_phases()

    async def begin(self) -> list[ChatMessage]:
        """The policy, and the user's first message or the history with what comes next."""
        messages: list[ChatMessage] = [ChatMessageSystem(content=self._policy), *self._history]
        if not self._user_turns:
            if self._history:
                await self._go_on(messages)
            await self._speak(messages, self._heard)
        return messages

    async def user_speaks(self, messages: list[ChatMessage]) -> None:
        """Record what the assistant has achieved and said, then append the user's reaction."""
        self.take_stock(messages)
        if self.over:
            return
        if self._user_turns >= self._max_turns:
            self.ended = "turn_limit"
            return
        await self._go_on(messages)
        await self._speak(messages, _said_since_user(messages))

    def take_stock(self, messages: Sequence[ChatMessage]) -> None:
        """Record what the assistant has achieved and said; `user_speaks` does it where it was not done before."""
        if self._stock_taken == len(messages):
            return
        self._stock_taken = len(messages)
        heard = "\n".join(_said_since_user(messages))
        for request in self._told:
            self._told[request] += "\n" + heard
        done = done_in(self._chapters, self._backend.changes, self._told, self._made)
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

    def record(self) -> None:
        """Write the record of the dialogue as it stands."""
        self._record.ended = self.ended or "interrupted"
        self._record.changes = [change.model_dump(mode="json") for change in self._backend.changes]
        self._record.ledger = self.ledger.dump()

    def agent_failed(self, reason: str, *, for_good: bool = False) -> None:
        """Count a reply of the candidate that holds neither words nor a call; `for_good` ends the dialogue."""
        self.ledger.record_fault(ReplyFault("agent", "agent", "no_answer", reason, ""))
        if for_good:
            self.ended = self.ended or "agent_fault"

    def close(self) -> None:
        """Free what the dialogue held."""
        self._backend.close()

    async def _go_on(self, messages: Sequence[ChatMessage]) -> None:
        """Give the user one goal more, where one is to come and nothing that was wanted is open."""
        settled = self._done | self._given_up
        if any(request not in settled for goal_phase in self._chapters for request in goal_phase.requests):
            return
        heard = "\n".join(m.text for m in messages if isinstance(m, ChatMessageUser | ChatMessageAssistant))
        goal = await self._followups.next_goal(self.session, self.goals, self._shown, heard)
        self._record.further = list(self._followups.attempts)
        if goal is not None:
            self.begin_goal_phase([goal])

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
        if (
            self._record.user == "llm"
        ):  # which does not say what it asks for when: all that is written from here on counts
            for request in (name for goal_phase in self._chapters for name in goal_phase.requests):
                self._told.setdefault(request, "")
        for act in turn.dialogue_acts:
            if act.kind == "request":
                self._told.setdefault(act.request, "")
            elif act.kind == "give_up":
                self._given_up.add(act.request)
        if turn.is_task_complete:
            self.ended = "user"

    def _tool(self, name: str, description: str, parameters: dict[str, Any]) -> ToolDef:
        """A world's tool as an Inspect tool."""

        async def run(**kwargs: Any) -> str:
            try:
                if self.ended:
                    raise CallRefused("the conversation is over")
                self._run += 1
                result = await self._backend.call(name, kwargs)
            except CallRefused as refusal:
                raise ToolError(str(refusal)) from refusal
            except ModelFault as fault:
                self.ended = "tool_fault"
                raise ToolError("the service does not answer") from fault
            self._made.append(SuccessfulCall(self._run, Call(tool=name, arguments=kwargs)))
            self._shown.append(Observation(name, result))
            return json.dumps(result, ensure_ascii=False)

        shared = _shared_params(json.dumps(parameters))
        return ToolDef(run, name=name, description=description, parameters=shared, max_output=0, parallel=False)

    def _open_goal_phases(self) -> None:
        """Record the goal_phases."""
        assigned = {goal.id for goal in self.scenario.goals}
        self._record.goal_phases = [goal_phase.dump() for goal_phase in self._chapters]
        self._record.added = [goal.model_dump(mode="json") for goal in self.goals if goal.id not in assigned]


_live: dict[str, Conversation] = {}


async def open_conversation(
    state: TaskState,
    world: World,
    scenario: Scenario,
    *,
    max_turns: int,
    prompts: Prompts,
    user: UserKind | None = None,
    start: ResumePoint | None = None,
) -> TaskState:
    """Open the conversation of a sample and let the user say the first thing, or what comes next after a start.

    Args:
        start: the dialogue that is taken up.
        user: who plays the user; a model when one has the role `user` and nothing else is said, else the agenda.
    """
    roles = model_roles()
    kind: UserKind = user or ("llm" if "user" in roles else "agenda")
    if kind != "agenda" and "user" not in roles:
        raise PrerequisiteError(f"-T user={kind} needs a model that plays the user: --model-role user=...")
    ledger, record = Ledger(), DialogueLog()

    def open_chat(role: str, prompt: str, text: str) -> Chat:
        record.prompts = {**record.prompts, prompt: prompts[prompt].version}
        return Chat.open(role, role, text, ledger)

    def open_synthesizer() -> Chat:
        record.prompts = {**record.prompts, **{name: prompts[name].version for name in PROMPTS}}
        return Chat.open("synthesizer", "further", followup_prompt(prompts, world), ledger)

    tools = "executed" if world.database is not None else f"simulated by {'model' if 'simulator' in roles else 'rules'}"
    origin = start.origin if start is not None else blank(world, scenario, tools)
    record.user, record.tools, simulator = kind, origin.tools, None
    if origin.tools == "simulated by model":
        prompt = simulator_prompt(prompts, world, origin.reference_time)
        simulator = open_chat("simulator", "simulator", prompt)
    backend = open_backend(world, origin.session_seed, origin.reference_time, simulator)
    try:
        past = replay(origin, world, backend, everything=kind == "llm")
        who, restored = await cast_user(
            kind,
            scenario.goals,
            scenario.behaviour,
            scenario.seed,
            prompts,
            partial(open_chat, "user"),
            past.turns,
        )
    except BaseException:
        backend.close()
        raise
    record.restored = restored if origin.history else ""
    conversation = Conversation(
        world,
        scenario,
        who,
        backend,
        record=record,
        ledger=ledger,
        max_turns=max_turns,
        origin=origin,
        past=past,
        followups=FollowupGoals(
            world, scenario.further, scenario.seed, prompts, open_synthesizer if "synthesizer" in roles else None
        ),
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
    dialogue_acts = [[act.kind, act.request] for act in turn.dialogue_acts]
    metadata = {"dialogue_acts": dialogue_acts, "worded_by": "model" if turn.by_model else "rules"}
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
