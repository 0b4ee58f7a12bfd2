"""Goals as a file that a person can read and edit."""

import hashlib
import json
from collections import Counter
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from turnwise.errors import GoalError, first_problem
from turnwise.files import atomic_write
from turnwise.goals.model import NEW, Goal
from turnwise.untrusted import load_json, read_text
from turnwise.worlds import World


class GoalFile(BaseModel):
    """Goals of one world, and where they come from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    world: str
    world_hash: str
    provenance: dict[str, Any] = {}
    goals: tuple[Goal, ...] = Field(min_length=1)

    @cached_property
    def hash(self) -> str:
        """Sixteen hex digits that change with the goals."""
        goals = json.dumps([goal.model_dump(mode="json") for goal in self.goals], sort_keys=True)
        return hashlib.sha256(goals.encode()).hexdigest()[:16]

    def check_world(self, world: World) -> None:
        """Raise GoalError where the goals are of another world, or of an earlier state of it."""
        if self.world_hash != world.hash:
            raise GoalError(
                f"these goals are of the world {self.world} as of {self.world_hash}, and {world.name} is {world.hash}: "
                "write goals for it with turnwise goals"
            )

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        ids = [request.id for goal in self.goals for request in goal.requests] + [goal.id for goal in self.goals]
        name, times = Counter(ids).most_common(1)[0]
        if times > 1:
            raise ValueError(f"two goals or requests have the id {name}")
        return self


def load_goals(path: str | Path) -> GoalFile:
    """Read a goal file; GoalError where nothing is there, it is not JSON, or it does not say what it should."""
    try:
        text = read_text(Path(path))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not a UTF-8 text"
        raise GoalError(
            f"{path} cannot be read as goals ({reason}): write some with turnwise goals WORLD -o FILE"
        ) from error
    try:
        return GoalFile.model_validate(load_json(text))
    except ValidationError as error:
        raise GoalError(f"{path} is not a goal file: {first_problem(error, 'the file')}") from error
    except ValueError as error:
        raise GoalError(f"{path} is not a goal file: it is not JSON ({error})") from error


def save_goals(goal_file: GoalFile, path: str | Path) -> None:
    """Write a goal file, whole or not at all; a file that is there is replaced."""
    data = goal_file.model_dump(mode="json", exclude_defaults=True)
    with atomic_write(path) as file:
        file.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def renumbered(goal: Goal, number: int) -> Goal:
    """A goal as the n-th of its set: its id, those of its requests, and all that refers to them."""
    ids = {request.id: f"g{number}r{place}" for place, request in enumerate(goal.requests, 1)}

    def renamed(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: renamed(part, name) for name, part in value.items()}
        if isinstance(value, list | tuple):
            return [renamed(part, key) for part in value]
        if key not in ("told_by", "needs", NEW) or not isinstance(value, str):
            return value
        request, space, rest = value.partition(" ")  # a symbol for a new row begins with an id
        return f"{ids.get(request, request)}{space}{rest}"

    requests = [{**renamed(request.model_dump()), "id": ids[request.id]} for request in goal.requests]
    return Goal.model_validate({**goal.model_dump(), "id": f"g{number}", "requests": requests})
