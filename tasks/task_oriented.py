"""The baseline: each goal is stated whole, in one message, as benchmarks of task solving do."""

from inspect_ai import Task, task

from turnwise.synthesis.goals.by_rules import DifficultyChoice
from turnwise.tasks.simulation import simulation
from turnwise.users import UserKind


@task
def task_oriented(
    world: str = "city_library",
    scenarios: int = 20,
    goals: int | str = 2,
    followup_goals: int | str = 0,
    goal_file: str | None = None,
    difficulty: DifficultyChoice = "mixed",
    behaviour: str = "task_oriented",
    seed: int = 0,
    max_turns: int = 60,
    user: UserKind | None = None,
    prompts: str | None = None,
    record: bool | str = False,
) -> Task:
    """A simulated user states each goal at once.

    Args:
        world: a bundled world's name, or a world directory.
        scenarios: how many dialogues.
        goals: goals per dialogue: a number, or a range such as 1-4, from which each draws its own.
        followup_goals: goals more, each composed in the dialogue itself from where it stands, once those before are done
            or given up: by the model in the role `synthesizer` where there is one, else by rules.
        goal_file: where they come from, as `turnwise goals` writes it; composed from the world's rows unless given.
        difficulty: easy (1-2 requests per goal), medium (3-4), hard (5-6) or mixed.
        behaviour: a preset's name, or a YAML file.
        seed: drives the goals and the user; the same seed gives the same scenarios.
        max_turns: user messages after which a dialogue is cut off.
        user: who plays the user: `agenda` (rules), `llm` (the model in the role `user`) or `hybrid` (rules decide what
            is said, the model how); unset, `llm` when a model has that role, else `agenda`.
        prompts: a folder with prompts of your own, named as those they replace.
        record: the live server that the tools are of answers the calls, and its answers are kept in the world's folder as
            examples for whoever simulates it: `true` where the world knows the server, else `mcp:COMMAND` or its URL.
    """
    return simulation(**locals())
