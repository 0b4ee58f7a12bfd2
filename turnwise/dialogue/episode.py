"""One scenario being played: `reset`, `step`, `close`, with plain data in and out.

    episode = Episode(world, scenario)
    seen = await episode.reset()                                    # the user's first words
    while not seen.over:
        seen = await episode.step(agent(seen.messages))             # an AssistantMessage
    episode.close()

An action with calls is answered by their results; one without ends the turn, and the user speaks. Inspect tasks, resumed
dialogues and training environments all play episodes. Knows no framework, and not which agent acts.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

from jsonschema import Draft7Validator

from turnwise.dialogue.cast import Cast
from turnwise.dialogue.conversation import Conversation, Progress
from turnwise.dialogue.messages import AssistantMessage, ExecutedCall, Message, ToolCall, ToolMessage
from turnwise.dialogue.relied_on import expected_calls, state_of
from turnwise.dialogue.replay import replay
from turnwise.dialogue.resume import ResumePoint, blank
from turnwise.dialogue.scenario import Scenario
from turnwise.dialogue.simulated_user import SimulatedUser
from turnwise.errors import CallRefused, ModelFault, ServiceFault, TurnwiseError
from turnwise.llm.chat import ReplyFault
from turnwise.llm.prompts import Prompts, load_prompts
from turnwise.users import UNANNOUNCED, UserKind
from turnwise.users.casting import cast_user
from turnwise.worlds import World
from turnwise.worlds.backend import AfterRecording, Backend, open_backend
from turnwise.worlds.recording import Recorder, Recording
from turnwise.worlds.simulated.by_model import simulator_prompt


@dataclass(frozen=True)
class StepResult:
    """What an agent sees next."""

    messages: tuple[Message, ...]
    """at `reset` the history and the user's words, after calls their results, after a reply the user's next words"""
    ended: str
    """why the episode is over; empty while it is not, see `turnwise.dialogue.endings`"""
    progress: tuple[Progress, ...] = ()
    """requests that came to be done, or undone, by the step"""

    @property
    def over(self) -> bool:
        """Whether the episode is over."""
        return self.ended != ""


class Episode:
    """One dialogue of a scenario; the same scenario and the same actions give the same episode."""

    def __init__(
        self,
        world: World,
        scenario: Scenario,
        *,
        max_turns: int = 60,
        user: UserKind | None = None,
        start: ResumePoint | None = None,
        prompts: Prompts | None = None,
        roles: Collection[str] = (),
        record: Recording | None = None,
        tokens: Callable[[], int] = lambda: 0,
    ) -> None:
        """Make an episode; nothing is opened before `reset`.

        Args:
            max_turns: user messages at which it is cut off.
            user: who plays the user; unset, a model when the role `user` has one, else rules.
            start: the turn of another dialogue at which it resumes.
            prompts: those of the models; Turnwise's own unless given.
            roles: the roles of Inspect's that have a model: user, simulator, synthesizer.
            record: the live server that answers the calls, and where its answers are kept.
            tokens: tells the tokens spent so far, for the record of progress.
        """
        self.world = world
        self.scenario = scenario
        self.user_kind: UserKind = user or ("llm" if "user" in roles else "agenda")
        self.writes: Mapping[str, bool] = {t.name: t.consequential for t in world.tools if t.effect == "write"}
        """the tools that change something, and whether that is worth a confirmation"""
        self._cast: Callable[[], Cast] = lambda: Cast(prompts or load_prompts(), roles)
        self._start = start
        self._record = record
        self._max_turns = max_turns
        self._tokens = tokens
        self._backend: Backend | None = None
        self.executed: list[ExecutedCall] = []
        """the calls that were run, also those that the agent shows to nobody"""

    async def reset(self) -> StepResult:
        """Begin, or begin anew, and let the user speak; StartError where a recorded call returns something else."""
        self.close()
        self.executed = []
        self.cast, start, scenario = self._cast(), self._start, self.scenario
        tools = "simulated by model" if "simulator" in self.cast.roles else "simulated by rules"
        tools = "executed" if self.world.database is not None else "live" if self._record else tools
        self.origin = origin = start.origin if start else blank(self.world, scenario, tools)
        simulator = None
        if origin.tools == "simulated by model":
            told = simulator_prompt(self.cast.prompts, self.world, origin.reference_time)
            simulator = self.cast.open_chat("simulator", "simulator", told)
        if self._record is not None:
            self._backend = Recorder(self.world, *self._record)
        elif origin.tools == "live":
            self._backend = AfterRecording(self.world, origin.reference_time, origin.session_seed)
        else:
            self._backend = open_backend(self.world, origin.session_seed, origin.reference_time, simulator)
        if simulator is not None:
            self._backend.expect(state_of(scenario.goals), expected_calls(scenario.goals))
        past = replay(origin, self.world, self._backend, unannounced=self.user_kind in UNANNOUNCED)
        user, restored = await cast_user(
            self.user_kind,
            scenario.goals,
            scenario.behaviour,
            scenario.seed,
            self.cast.prompts,
            partial(self.cast.open_chat, "user"),
            past.turns,
            origin.reference_time,
            self.world.domain,
        )
        self.restored = restored if origin.history else ""
        self.user = SimulatedUser(user, self._backend, self.world, scenario, self.cast)
        self.conversation = Conversation(
            past.state, list(past.messages), max_turns=self._max_turns, tokens=self._tokens
        )
        await self.user.speak(self.conversation)
        return StepResult(tuple(self.conversation.messages), self.conversation.ended)

    async def step(self, action: AssistantMessage) -> StepResult:
        """Act: make calls, or say something and hear what the user says to it.

        Raises:
            TurnwiseError: the episode is over, or was never begun.
        """
        if self._backend is None or self.conversation.over:
            raise TurnwiseError("the episode is over: call reset() first")
        talk, recorded = self.conversation, len(self.conversation.progress)
        talk.add(action)
        seen = len(talk.messages)
        for call in action.calls:
            talk.add(await self._answered(call))
        if not action.calls or talk.over:
            talk.take_stock()
        if not action.calls and not talk.over:
            await self.user.speak(talk)
        return StepResult(tuple(talk.messages[seen:]), talk.ended, tuple(talk.progress[recorded:]))

    def misfits(self, tool: str, arguments: Mapping[str, Any]) -> list[str] | None:
        """What in a call does not fit the tool's parameters, a sentence each; None where the world has no such tool."""
        known = self.world.by_name.get(tool)
        if known is None:
            return None
        return [error.message for error in Draft7Validator(known.parameters).iter_errors(arguments)]

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> Any:
        """Run a call in the world and return its result; the conversation is told nothing of it.

        Raises:
            CallRefused: it is not allowed, or the service does not answer, which ends the episode.
        """
        if self.conversation.over:
            raise CallRefused("the conversation is over")
        number = len(self.executed) + 1
        try:
            result = await self.backend.call(tool, arguments)
        except CallRefused as refused:
            self.executed.append(ExecutedCall(number, tool, dict(arguments), None, str(refused)))
            raise
        except ModelFault as fault:
            if isinstance(fault, ServiceFault):
                self.cast.ledger.record_fault(ReplyFault("live server", "tools", "no_answer", str(fault), ""))
            self.conversation.end("tool_fault")
            raise CallRefused("the service does not answer") from fault
        self.executed.append(ExecutedCall(number, tool, dict(arguments), result))
        return result

    def agent_failed(self, reason: str, *, for_good: bool = False) -> None:
        """Count a reply of the agent that holds neither words nor a call; `for_good` ends the episode."""
        self.cast.ledger.record_fault(ReplyFault("agent", "agent", "no_answer", reason, ""))
        if for_good:
            self.conversation.end("agent_fault")

    def close(self) -> None:
        """Free the database; what was said and recorded can still be read."""
        if self._backend is not None:
            self._backend.close()

    async def __aenter__(self) -> Self:
        await self.reset()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    @property
    def backend(self) -> Backend:
        """What runs the tool calls; TurnwiseError where the episode was never begun."""
        if self._backend is None:
            raise TurnwiseError("the episode has not begun: call reset() first")
        return self._backend

    @property
    def policy(self) -> str:
        """What the agent is told of its task: the policy, and what day and time it is."""
        now = self.world.moment(self.origin.reference_time)
        return f"{self.world.policy}\n- It is {now:%A}, {now.day} {now:%B %Y}, {now:%H:%M} (UTC).\n"

    async def _answered(self, call: ToolCall) -> ToolMessage:
        """The message of a call; as with Inspect, one that does not fit the tool's parameters does not reach the world."""
        misfits = self.misfits(call.tool, call.arguments)
        if misfits is None:
            return ToolMessage(call.id, refusal=f"Tool {call.tool} not found", ran=False)
        if misfits:
            lead = f"Found {len(misfits)} validation errors parsing tool input arguments:"
            return ToolMessage(call.id, refusal="\n".join([lead, *(f"- {misfit}" for misfit in misfits)]), ran=False)
        known = len(self.conversation.state.changes)
        try:
            result, refusal = await self.call(call.tool, call.arguments), None
        except CallRefused as refused:
            result, refusal = None, str(refused)
        text = json.dumps(result, ensure_ascii=False) if refusal is None else ""
        return ToolMessage(call.id, text, refusal, changes=tuple(self.backend.changes[known:]))
