"""Scenarios as an Inspect task: everything about the tasks but their names and defaults."""

from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.solver import Generate, Solver, TaskState, solver

from turnwise.dialogue import close_conversation, errors_for_people, open_conversation
from turnwise.scenario import Scenario, compose_scenarios
from turnwise.scorers.collateral import collateral
from turnwise.scorers.completion import completion
from turnwise.scorers.counts import counts
from turnwise.scorers.density import density
from turnwise.scorers.success import success
from turnwise.solvers.converse import converse
from turnwise.synthesis.goals import DifficultyChoice
from turnwise.users import load_behaviour
from turnwise.worlds import World, load_world, verify_world


def simulation(
    *,
    world: str,
    scenarios: int,
    goals: int,
    difficulty: DifficultyChoice,
    behaviour: str,
    seed: int,
    max_turns: int,
) -> Task:
    """The task that lets a user with this behaviour pursue composed goals in a world; see the tasks for the arguments."""
    with errors_for_people():
        loaded = load_world(world)
        verify_world(loaded)
        composed = compose_scenarios(
            loaded,
            load_behaviour(behaviour),
            scenarios=scenarios,
            goals=goals,
            difficulty=difficulty,
            seed=seed,
        )
    return Task(
        dataset=MemoryDataset([sample(scenario) for scenario in composed], name=f"{loaded.name}-{seed}"),
        setup=begin(loaded, max_turns),
        solver=converse(),
        cleanup=close_conversation,
        scorer=[success(), completion(), counts(), density(), collateral()],
        version=1,
        metadata={"world": loaded.name, "world_hash": loaded.hash, "behaviour": behaviour},
    )


def sample(scenario: Scenario) -> Sample:
    """A scenario as a sample: its goals are what a person reads, the whole of it is what scorers read."""
    return Sample(
        id=scenario.id,
        input="\n".join(f"{number}. {goal.description}" for number, goal in enumerate(scenario.goals, 1)),
        metadata={"scenario": scenario.model_dump(mode="json")},
    )


@solver
def begin(world: World, max_turns: int) -> Solver:
    """Open the session of a sample and let the user say the first thing."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        scenario = Scenario.model_validate(state.metadata["scenario"])
        return await open_conversation(state, world, scenario, max_turns)

    return solve
