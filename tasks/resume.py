"""Dialogues that resume others at any of their turns."""

from pathlib import Path

from inspect_ai import Task, task
from inspect_ai.model import ChatMessageUser

from turnwise._inspect import errors_for_people
from turnwise.dialogue.resume import load_starts, starts_hash
from turnwise.errors import StartError
from turnwise.tasks.simulation import check_user, dialogues, sample
from turnwise.users import UserKind
from turnwise.worlds import load_world, verify_world
from turnwise.worlds.known import find_world


@task
def resume(
    starts: str, world: str | None = None, max_turns: int = 60, user: UserKind | None = None, prompts: str | None = None
) -> Task:
    """Each start resumes: its calls are made again and have to return what they returned, then the dialogue continues.

    Args:
        starts: a file as `turnwise branch` writes it.
        world: the starts' world, where it is not found under the name that they give.
        max_turns: user messages after the start at which a dialogue is cut off.
        user: who plays the user from here on: `agenda` (rules), `llm` (the model in the role `user`) or `hybrid` (rules
            decide what is said, the model how); unset, `llm` when a model has that role, else `agenda`.
        prompts: a folder with prompts of your own, named as those they replace.
    """
    with errors_for_people():
        check_user(user)
        found = load_starts(starts)
        first = found[0]
        loaded = load_world(world) if world else find_world(first.place, first.world_hash, Path(starts))[0]
        if loaded.hash != first.world_hash:
            raise StartError(
                f"{starts} starts in the world {first.world} as of {first.world_hash}, and {world or first.place} is "
                f"{loaded.hash}: name the world it was made in with -T world=DIR"
            )
        verify_world(loaded)
        origins = {start.id: start.origin for start in found}
    samples = []
    for start in found:
        resumed = sample(start.scenario, loaded)
        history = origins[start.id].history
        assert resumed.metadata is not None
        resumed.metadata["start"] = {
            **start.model_dump(mode="json", include={"source", "change", "session_seed", "reference_time", "foreign"}),
            "messages": len(history),
            "user_turns": sum(isinstance(message, ChatMessageUser) for message in history),
        }
        samples.append(resumed)
    return dialogues(
        loaded,
        samples,
        f"{loaded.name}-starts",
        {"goals": starts_hash(found), "behaviour": first.behaviour},
        max_turns=max_turns,
        user=user,
        prompts=prompts,
        starts={start.id: start for start in found},
    )
