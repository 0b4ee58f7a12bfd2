"""Scenarios as an Inspect task: everything about the tasks but their names and defaults."""

from collections.abc import Mapping
from typing import get_args

from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import model_roles
from inspect_ai.solver import Generate, Solver, TaskState, solver

from turnwise._inspect import errors_for_people, within_run
from turnwise.dialogue.inspect_adapter import close_episode, open_episode
from turnwise.dialogue.resume import ResumePoint
from turnwise.dialogue.scenario import Scenario, compose_scenarios
from turnwise.errors import BehaviourError
from turnwise.goals.pool import load_goals
from turnwise.llm.prompts import Prompts, load_prompts
from turnwise.logs.spending import spending_now
from turnwise.scorers.iq import iq
from turnwise.scorers.outcomes import collateral, completion, counts, density, success
from turnwise.scorers.user_health import user_health
from turnwise.scorers.validity import validity
from turnwise.scorers.viewing import viewer
from turnwise.solvers.converse import converse
from turnwise.synthesis.goals.by_rules import DifficultyChoice, check_composable
from turnwise.users import UserKind, load_behaviour
from turnwise.worlds import World, load_world, verify_world
from turnwise.worlds.known import note_place
from turnwise.worlds.recording import Recording, check_recordable


def simulation(
    *,
    world: str,
    scenarios: int,
    goals: int | str,
    followup_goals: int | str,
    goal_file: str | None,
    difficulty: DifficultyChoice,
    behaviour: str,
    seed: int,
    max_turns: int,
    user: UserKind | None,
    prompts: str | None,
    record: bool | str,
) -> Task:
    """The task that lets a user with this behaviour pursue composed goals in a world; see the tasks for the arguments."""
    with errors_for_people():
        check_user(user)
        loaded = load_world(world)
        verify_world(loaded)
        note_place(loaded, world)
        pool = load_goals(goal_file) if goal_file is not None else None
        if followup_goals != 0 and "synthesizer" not in model_roles() and within_run():
            check_composable(loaded)
        recording = None
        if record and within_run():
            recording = check_recordable(loaded, world, record if isinstance(record, str) else "")
        who = load_behaviour(behaviour)
        composed = compose_scenarios(
            loaded,
            who,
            scenarios=scenarios,
            goals=goals,
            followup_goals=followup_goals,
            difficulty=difficulty,
            seed=seed,
            pool=pool,
        )
    return dialogues(
        loaded,
        [sample(scenario, loaded) for scenario in composed],
        f"{loaded.name}-{seed}",
        {"goals": pool.hash if pool else "composed", "behaviour": behaviour},
        max_turns=max_turns,
        user=user,
        prompts=prompts,
        recording=recording,
    )


def dialogues(
    world: World,
    samples: list[Sample],
    name: str,
    about: Mapping[str, str],
    *,
    max_turns: int,
    user: UserKind | None,
    prompts: str | None,
    starts: Mapping[int, ResumePoint] | None = None,
    recording: Recording | None = None,
) -> Task:
    """The task that has the dialogues of these samples and scores them; `about` tells the log what they are made of."""
    with errors_for_people():
        texts = load_prompts(prompts)
    judges = [validity(prompts)] if "grader" in model_roles() else []
    users = [(sample.metadata or {})["scenario"]["behaviour"] for sample in samples]
    return Task(
        dataset=MemoryDataset(samples, name=name),
        setup=begin(world, texts, max_turns=max_turns, user=user, starts=starts or {}, recording=recording),
        solver=converse(),
        cleanup=close_episode,
        scorer=[success(), completion(), counts(), density(), collateral(), iq(), user_health(), *judges],
        version=1,
        early_stopping=spending_now(),
        viewer=viewer(judged=bool(judges)),
        metadata={
            "world": world.name,
            "world_hash": world.hash,
            **about,
            "whole_goals": any(user["requests_per_turn"] == "all" for user in users),
            "tools": [tool.model_dump(include={"name", "description", "parameters"}) for tool in world.tools],
        },
    )


def check_user(user: str | None) -> None:
    """Raise BehaviourError where there is no such user, or no model that plays it."""
    if user not in (None, *get_args(UserKind)):
        raise BehaviourError(f"user is {user}: it takes {', '.join(get_args(UserKind))}")
    # Outside of a run nobody knows the models and roles yet.
    if user in ("llm", "hybrid") and within_run() and "user" not in model_roles():
        raise BehaviourError(f"user is {user}, and no model plays it: name one with --model-role user=MODEL")


def sample(scenario: Scenario, world: World) -> Sample:
    """A scenario as a sample: its goals are what a person reads, the whole of it is what scorers read."""
    return Sample(
        id=scenario.id,
        input="\n".join(f"{number}. {goal.description}" for number, goal in enumerate(scenario.goals, 1)),
        metadata={
            # Short ones to filter by in `inspect view`, as metadata.difficulty == "hard".
            "world": world.name,
            "behaviour": scenario.behaviour.name,
            "difficulty": max((goal.difficulty for goal in scenario.goals), key=("easy", "medium", "hard").index),
            "goals": len(scenario.goals),
            "scenario": scenario.model_dump(mode="json"),
            "writes": {tool.name: tool.consequential for tool in world.tools if tool.effect == "write"},
        },
    )


def begin(
    world: World,
    prompts: Prompts,
    *,
    max_turns: int,
    user: UserKind | None,
    starts: Mapping[int, ResumePoint],
    recording: Recording | None = None,
) -> Solver:
    """Open the session of a sample and let the user say the first thing, or what comes next after its start.

    The world stays out of the solver's own arguments: those are logged, and a database would be logged with them.
    """

    @solver(name="begin")
    def opening(max_turns: int, user: UserKind | None) -> Solver:
        async def solve(state: TaskState, generate: Generate) -> TaskState:
            scenario = Scenario.model_validate(state.metadata["scenario"])
            start = starts.get(scenario.id)
            return await open_episode(
                state,
                world,
                scenario,
                prompts=prompts,
                max_turns=max_turns,
                user=user,
                start=start,
                record=recording,
            )

        return solve

    return opening(max_turns, user)
