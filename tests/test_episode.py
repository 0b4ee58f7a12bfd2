"""An episode is plain data in and out, and its one fold says the same live, from the record and in replay."""

import asyncio
import json
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inspect_ai import eval as inspect_eval
from inspect_ai.agent import AgentState
from inspect_ai.log import EvalSample, read_eval_log
from inspect_ai.model import ChatMessageAssistant, execute_tools
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.tool import ToolCall as InspectCall

from turnwise._inspect import QUIET, run_task
from turnwise.dialogue.conversation import Conversation, Progress, play
from turnwise.dialogue.episode import Episode, StepResult
from turnwise.dialogue.inspect_adapter import InspectAgent, inspect_tools, live_episode, write_log
from turnwise.dialogue.inspect_messages import plain_messages
from turnwise.dialogue.messages import (
    MESSAGES,
    AssistantMessage,
    Message,
    ToolCall,
    ToolMessage,
    UserMessage,
)
from turnwise.dialogue.replay import replay
from turnwise.dialogue.resume import Next, Origin, ResumePoint, Source
from turnwise.dialogue.scenario import Scenario, compose_scenarios
from turnwise.dialogue.state import DialogueState, beginning, fold, fold_all
from turnwise.dialogue.trajectory import Trajectory
from turnwise.errors import TurnwiseError
from turnwise.goals.model import Request, resolve
from turnwise.goals.progress import GoalPhase, read_goal_phases
from turnwise.tasks.user_oriented import user_oriented
from turnwise.users import load_behaviour
from turnwise.worlds import Tool, World, load_world
from turnwise.worlds.backend import open_backend

WORLD = load_world("bike_workshop")


def scenario(behaviour: str = "user_oriented", seed: int = 0, followup_goals: int = 0, number: int = 0) -> Scenario:
    made = compose_scenarios(
        WORLD,
        load_behaviour(behaviour),
        scenarios=number + 1,
        goals=1,
        difficulty="easy",
        seed=seed,
        followup_goals=followup_goals,
    )
    return made[number]


class RandomAgent:
    """Calls any tool with arguments that fit or do not, says anything, and now and then does what was asked."""

    def __init__(self, seed: int, world: World) -> None:
        self.rng = random.Random(seed)
        self.world = world
        self.calls = 0

    def act(self, state: DialogueState) -> AssistantMessage:
        if state.said or self.rng.random() < 0.3:
            return AssistantMessage(
                self.rng.choice(["", "Anything else?", "Which one?", "Shall I go ahead?", "42 2024"])
            )
        wanted = [r for goal in state.goals for r in goal.requests if r.id in state.raised and r.id not in state.done]
        if wanted and self.rng.random() < 0.5:
            return self.solve(wanted[0])
        calls = tuple(self.any_call() for _ in range(self.rng.choice([1, 1, 2])))
        return AssistantMessage(self.rng.choice(["", "One moment."]), calls)

    def solve(self, request: Request) -> AssistantMessage:
        told = "; ".join(f"{answer.label} {answer.value}" for answer in request.checkpoint.answers)
        try:
            calls = tuple(self.call(call.tool, resolve(call.arguments, [])) for call in request.solution)
        except LookupError:
            calls = ()
        return AssistantMessage(f"Done. {told}", calls)

    def any_call(self) -> ToolCall:
        tool = self.rng.choice(self.world.tools)
        if self.rng.random() < 0.1:
            return self.call("no_such_tool", {})
        return self.call(tool.name, self.arguments(tool))

    def arguments(self, tool: Tool) -> dict[str, Any]:
        odd: list[Any] = [None, "x", -1, 1, 2, 3.5, "2026-01-01", [], True]
        likely = {"integer": [1, 2, 3, 4, 5], "number": [1.5, 10.0], "string": ["a", "done", "2026-02-03"]}
        found = {}
        for name, schema in tool.parameters.get("properties", {}).items():
            values = schema.get("enum") or likely.get(str(schema.get("type")), odd)
            found[name] = self.rng.choice(odd if self.rng.random() < 0.1 else values)
        return found

    def call(self, tool: str, arguments: dict[str, Any]) -> ToolCall:
        self.calls += 1
        return ToolCall(f"c{self.calls}", tool, arguments)


async def played(episode: Episode, agent: RandomAgent) -> tuple[StepResult, list[Progress]]:
    seen = await episode.reset()
    progress: list[Progress] = []
    while not seen.over:
        seen = await episode.step(agent.act(episode.conversation.state))
        progress += seen.progress
    return seen, progress


def recorded_progress(messages: list[Message], goal_phases: tuple[GoalPhase, ...]) -> list[tuple[str, str, int]]:
    """Progress as a reader of the record derives it: stock is taken at the end of every assistant turn."""
    first, *later = goal_phases
    state, done, found = DialogueState.begin(first), frozenset[str](), []
    for message in [*messages, None]:
        ends_turn = message is None or isinstance(message, UserMessage)
        if ends_turn:
            events = [(name, "done" if name in state.done else "undone") for name in sorted(done ^ state.done)]
            found += [(name, event, state.user_turns) for name, event in events]
            done = state.done
            for goal_phase in beginning(later, state):
                state = fold(state, goal_phase)
        if message is not None:
            state = fold(state, message)
    return found


@given(
    seed=st.integers(0, 10_000),
    behaviour=st.sampled_from(["user_oriented", "task_oriented", "corrects_often", "impatient"]),
    number=st.integers(0, 2),
    followup_goals=st.integers(0, 2),
    cut=st.floats(0, 1),
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_fold_is_live_is_replay(seed: int, behaviour: str, number: int, followup_goals: int, cut: float) -> None:
    asyncio.run(_fold_is_live_is_replay(seed, scenario(behaviour, 1, followup_goals, number), cut))


async def _fold_is_live_is_replay(seed: int, wanted: Scenario, cut: float) -> None:
    episode = Episode(WORLD, wanted, max_turns=12)
    _, progress = await played(episode, RandomAgent(seed, WORLD))
    episode.close()
    live, messages = episode.conversation.state, episode.conversation.messages

    # the record, by way of JSON
    again = MESSAGES.validate_json(MESSAGES.dump_json(messages))
    dumped = json.loads(json.dumps([goal_phase.dump() for goal_phase in live.goal_phases]))
    goal_phases = read_goal_phases(dumped, live.goals)
    folded = fold_all(DialogueState.begin(goal_phases[0], now=live.now), again, goal_phases[1:])
    assert folded == replace(live, goal_phases=folded.goal_phases)
    assert live.goal_phases == goal_phases
    assert (folded.done, folded.disclosed) == (live.done, live.disclosed)
    assert episode.conversation.progress == progress
    assert [(p.request, p.event, p.user_turn) for p in progress] == recorded_progress(again, goal_phases)

    # the replay, which is given no changes
    bare = [replace(m, changes=()) if isinstance(m, ToolMessage) else m for m in again]
    origin = replace(episode.origin, history=bare, goal_phases=goal_phases)
    assert replayed(origin) == folded

    # a branch at any user message, with the same agent from there on
    turns = [place for place, message in enumerate(messages) if isinstance(message, UserMessage)]
    place = turns[int(cut * (len(turns) - 1))]
    for first in ("agent", "user"):
        history = messages[: place + (first == "agent")]
        if history:
            await _resumes_alike(episode, history, first)


def replayed(origin: Origin) -> DialogueState:
    backend = open_backend(WORLD, origin.session_seed, origin.reference_time, None)
    try:
        return replay(origin, WORLD, backend).state
    finally:
        backend.close()


async def _resumes_alike(episode: Episode, history: list[Message], first: Next) -> None:
    """A dialogue that is resumed and continues with the same actions comes to the same messages, state and progress."""
    whole = episode.conversation
    start = start_of(episode, history, first)
    resumed = Episode(WORLD, start.scenario, max_turns=100, start=start)
    seen = await resumed.reset()
    actions = [message for message in whole.messages[len(history) :] if isinstance(message, AssistantMessage)]
    for action in actions:
        if not seen.over:
            seen = await resumed.step(action)
    resumed.close()
    told = len(whole.messages)
    assert resumed.conversation.messages[:told] == whole.messages
    if whole.ended != "turn_limit":
        assert (seen.ended, resumed.conversation.state) == (whole.ended, whole.state)
    before = sum(isinstance(message, UserMessage) for message in history) - (first == "agent")
    later = [p._replace(user_turn=p.user_turn - before) for p in whole.progress if p.user_turn > before]
    if first == "user":  # what was achieved by the history's last turn is no progress of what follows
        later = [p for p in later if p.user_turn > 0]
    assert resumed.conversation.progress == later


def start_of(episode: Episode, history: list[Message], first: Next) -> ResumePoint:
    said = sum(isinstance(message, UserMessage) for message in history)
    state, origin = episode.conversation.state, episode.origin
    goal_phases = [c for place, c in enumerate(state.goal_phases) if not place or c.user_turn < said]
    added = episode.scenario.added(goal for goal_phase in goal_phases for goal in goal_phase.goals)
    left = max(0, episode.scenario.followup_goals - len(added))
    return ResumePoint(
        id=1,
        world=WORLD.name,
        world_hash=WORLD.hash,
        place=WORLD.name,
        scenario=episode.scenario.model_copy(update={"followup_goals": left}),
        behaviour=episode.scenario.behaviour.name,
        next=first,
        history=tuple(chats(history)),
        pursued=tuple(goal_phase.dump() for goal_phase in goal_phases),
        added=added,
        session_seed=origin.session_seed,
        reference_time=origin.reference_time,
        tools=origin.tools,
        source=Source(file="", file_hash="", sample_id=1, epoch=1, user_turn=said),
    )


def chats(history: list[Message]) -> list[dict[str, Any]]:
    """Messages as Inspect's JSON."""
    found: list[dict[str, Any]] = []
    for message in history:
        match message:
            case UserMessage():
                acts = [list(act) for act in message.dialogue_acts]
                found.append({"role": "user", "content": message.text, "metadata": {"dialogue_acts": acts}})
            case AssistantMessage():
                asked = [{"id": c.id, "function": c.tool, "arguments": c.arguments} for c in message.calls]
                found.append({"role": "assistant", "content": message.text, "tool_calls": asked or None})
            case ToolMessage():
                kind = "unknown" if message.ran else "parsing"
                error = {"type": kind, "message": message.refusal} if message.refusal is not None else None
                found.append({"role": "tool", "content": message.text, "tool_call_id": message.call_id, "error": error})
    return found


def test_the_random_agents_do_what_the_property_needs() -> None:
    """Refusals, unknown tools, changes, progress, follow-up goals and every kind of ending are among them."""
    needed = {"user", "turn_limit", "done", "refused", "not run", "changed", "followed up"}
    seen: set[str] = set()
    for seed in range(30):
        if seen >= needed:
            break
        episode = Episode(WORLD, scenario("user_oriented", 1, followup_goals=2), max_turns=12)
        last, progress = asyncio.run(played(episode, RandomAgent(seed, WORLD)))
        state, messages = episode.conversation.state, episode.conversation.messages
        tools = [message for message in messages if isinstance(message, ToolMessage)]
        seen |= {last.ended} | {event.event for event in progress}
        seen |= {"refused" for message in tools if message.ran and message.refusal}
        seen |= {"not run" for message in tools if not message.ran}
        seen |= {"changed"} if state.changes else set()
        seen |= {"followed up"} if len(state.goal_phases) > 1 else set()
        episode.close()
    assert seen >= needed


def test_what_inspect_plays_an_episode_plays(tmp_path: Path) -> None:
    """The same actions give the same messages, changes and progress, whoever runs the loop."""
    options = {"world": WORLD.name, "scenarios": 1, "behaviour": "corrects_often", "followup_goals": 1}
    log = read_eval_log(str(run_task("user_oriented", options, "oracle", tmp_path)))
    for sample in log.samples or []:
        asyncio.run(_plays_alike(sample))


async def _plays_alike(sample: EvalSample) -> None:
    trajectory = Trajectory.of(sample)
    assert trajectory is not None
    messages = plain_messages(trajectory.messages, trajectory.changes)
    async with Episode(WORLD, trajectory.scenario) as episode:
        for action in [message for message in messages if isinstance(message, AssistantMessage)]:
            seen = await episode.step(action)
    assert episode.conversation.messages == messages
    assert seen.ended == trajectory.ended == "user"
    assert episode.conversation.state.done == trajectory.done
    assert [event._asdict() for event in episode.conversation.progress] == list(trajectory.progress)


@solver
def random_solver() -> Solver:
    """The random agent as Inspect runs it: its calls go through Inspect's own execution."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        episode = live_episode(state)
        agent, tools = RandomAgent(int(state.sample_id), WORLD), inspect_tools(episode)

        async def turn(talk: AgentState) -> AgentState:
            heard = episode.conversation.state
            while True:
                action = agent.act(heard)
                calls = [InspectCall(id=c.id, function=c.tool, arguments=c.arguments) for c in action.calls]
                talk.messages.append(ChatMessageAssistant(content=action.text, tool_calls=calls or None))
                heard = fold(heard, action)
                if not calls:
                    return talk
                results = (await execute_tools(talk.messages, tools)).messages
                talk.messages.extend(results)
                changes = episode.backend.changes[len(heard.changes) :]
                heard = fold_all(heard, plain_messages(results, changes, heard.calls))

        side = InspectAgent(episode, AgentState(messages=state.messages), turn)
        await play(episode.conversation, episode.user, side)
        side.tell(episode.conversation)
        state.messages = side.talk.messages
        write_log(episode)
        return state

    return solve


def test_random_agents_fare_alike_in_inspect_and_in_an_episode(tmp_path: Path) -> None:
    task = user_oriented(world=WORLD.name, scenarios=3, goals=1, followup_goals=1, max_turns=12)
    (log,) = inspect_eval(task, model="none", solver=random_solver(), log_dir=str(tmp_path), **QUIET)
    assert log.status == "success", log.error
    for sample in read_eval_log(log.location).samples or []:
        assert sample.error is None, sample.error
        trajectory = Trajectory.of(sample)
        assert trajectory is not None
        episode = Episode(WORLD, trajectory.scenario, max_turns=12)
        seen, progress = asyncio.run(played(episode, RandomAgent(int(sample.id), WORLD)))
        episode.close()
        ours, theirs = episode.conversation.messages, plain_messages(trajectory.messages, trajectory.changes)
        assert ours == theirs
        assert (seen.ended, episode.conversation.state) == (trajectory.ended, trajectory.after)
        recorded = [{**event, "tokens": 0} for event in trajectory.progress]
        assert [event._asdict() for event in progress] == recorded


def test_reset_begins_anew_and_an_episode_that_is_over_takes_no_step() -> None:
    async def twice() -> None:
        episode = Episode(WORLD, scenario())
        with pytest.raises(TurnwiseError, match="reset"):
            await episode.step(AssistantMessage("Hello."))
        one = await played(episode, RandomAgent(3, WORLD))
        first = episode.conversation.messages
        with pytest.raises(TurnwiseError, match="over"):
            await episode.step(AssistantMessage("Hello."))
        other = await played(episode, RandomAgent(3, WORLD))
        assert (other, episode.conversation.messages) == (one, first)
        episode.close()

    asyncio.run(twice())


def test_the_loop_lets_any_two_sides_talk() -> None:
    class Silent:
        async def answer(self, said: UserMessage, conversation: Conversation) -> None:
            conversation.add(AssistantMessage(""))

    async def talk() -> Conversation:
        async with Episode(WORLD, scenario()) as episode:
            await play(episode.conversation, episode.user, Silent())
            return episode.conversation

    conversation = asyncio.run(talk())
    assert (conversation.ended, conversation.progress) == ("user", [])
    assert "give_up" in {
        act.kind for m in conversation.messages if isinstance(m, UserMessage) for act in m.dialogue_acts
    }


def test_the_episode_and_what_lies_below_it_know_no_inspect() -> None:
    names = ["values", "worlds", "goals", "users", "dialogue.episode", "dialogue.state", "goals.pool", "users.casting"]
    imports = "; ".join(f"import turnwise.{name}" for name in names)
    script = f"{imports}; import sys; print([name for name in sys.modules if name.split('.')[0] == 'inspect_ai'])"
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


def test_the_agent_of_every_world_is_told_what_day_it_is() -> None:
    episode = Episode(WORLD, scenario())
    asyncio.run(episode.reset())
    assert episode.policy == f"{WORLD.policy}\n- It is Tuesday, 14 April 2026, 08:30 (UTC).\n"
    episode.close()
