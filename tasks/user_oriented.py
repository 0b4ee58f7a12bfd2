"""The same goals, pursued the way people do: one or two requests at a time, reacting to every answer."""

from inspect_ai import Task, task

from turnwise.synthesis.goals.by_rules import DifficultyChoice
from turnwise.tasks.simulation import simulation
from turnwise.users import UserKind


@task
def user_oriented(
    world: str = "city_library",
    scenarios: int = 20,
    goals: int | str = 2,
    followup_goals: int | str = 0,
    goal_file: str | None = None,
    difficulty: DifficultyChoice = "mixed",
    behaviour: str = "user_oriented",
    seed: int = 0,
    max_turns: int = 60,
    user: UserKind | None = None,
    prompts: str | None = None,
    record: bool | str = False,
) -> Task:
    """A simulated user pursues goals step by step.

    The arguments are those of `task_oriented`; the behaviour alone differs.
    """
    return simulation(**locals())
