"""Any turn of any dialogue as a new start: what was said and called up to there, and what is wanted from there on.

starts = load_starts("starts.jsonl")       # one line each, as `turnwise branch` writes them
inspect eval turnwise/resume -T starts=starts.jsonl

A start holds nothing of what came after it: no message, no score, no finding.
"""

import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from turnwise.dialogue.messages import Message
from turnwise.dialogue.scenario import Scenario
from turnwise.errors import StartError, first_problem
from turnwise.files import atomic_write, numbered_lines
from turnwise.goals.model import Goal
from turnwise.goals.progress import GoalPhase, read_goal_phases
from turnwise.untrusted import read_text
from turnwise.worlds import World

if TYPE_CHECKING:
    from inspect_ai.model import ChatMessage

Next = Literal["agent", "user"]
What = Literal["nothing", "goals", "behaviour", "seed", "need"]


@dataclass(frozen=True)
class Origin:
    """What a dialogue begins from: a session's seed and time, and what happened in it before."""

    session_seed: int
    reference_time: str
    tools: str
    """what runs them: executed, simulated by rules, simulated by model, or live"""
    goal_phases: tuple[GoalPhase, ...]
    history: Sequence[Message] = ()
    foreign: bool = False
    """whether something else recorded the dialogue"""


def blank(world: World, scenario: Scenario, tools: str) -> Origin:
    """The origin of a dialogue in which nothing has happened yet."""
    seed = zlib.crc32(scenario.seed.encode())
    if tools == "simulated by rules":
        seed = 0  # as in a database the same is there in every dialogue: what goals were composed and tried on
    return Origin(seed, world.reference_time, tools, (GoalPhase(0, 0, scenario.goals),))


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Data):
    """The dialogue that a start was taken from."""

    file: str = Field(description="name of the log, or of the file of foreign dialogues")
    file_hash: str = Field(description="sixteen hex digits of its content")
    eval_id: str = ""
    sample_uuid: str = ""
    sample_id: int | str
    epoch: int
    user_turn: int = Field(
        description="the user message, from 1, that the agent answers next or that the user writes next"
    )


class Change(_Data):
    """The one thing that changes from the dialogue to its continuation."""

    what: What = "nothing"
    value: str = Field(default="", description="a goal file's hash, `new`, a behaviour, a seed or a tool")
    words: str = "nothing was changed"


class ResumePoint(_Data):
    """One turn at which a dialogue is resumed."""

    id: int
    world: str
    world_hash: str
    place: str = Field(description="where the world is: a bundled world's name, or the directory as it was named")
    scenario: Scenario = Field(description="goals, those done before the start included; behaviour; the user's seed")
    behaviour: str = Field(description="the behaviour as it was named")
    next: Next = Field(description="who speaks first")
    history: tuple[dict[str, Any], ...] = Field(description="Inspect's messages as JSON, without system messages")
    pursued: tuple[dict[str, Any], ...] = Field(description="goal_phases; see DialogueLog")
    added: tuple[Goal, ...] = Field(default=(), description="goals of the goal_phases that are not the scenario's")
    session_seed: int
    reference_time: str
    tools: str = Field(description="executed, simulated by rules, simulated by model or live")
    source: Source
    change: Change = Change()
    foreign: bool = Field(default=False, description="whether something else recorded the dialogue")

    @cached_property
    def chat_history(self) -> "list[ChatMessage]":
        """The history as Inspect's messages; StartError where it does not hold messages."""
        from turnwise.dialogue.inspect_messages import load_chat_messages  # so that this module needs no Inspect

        try:
            return load_chat_messages(self.history)
        except ValidationError as error:
            raise self._unreadable(error) from error

    @cached_property
    def origin(self) -> Origin:
        """What the dialogue begins from; StartError where the history is unreadable or a goal phase names no goal."""
        from turnwise.dialogue.inspect_messages import plain_messages

        try:
            goal_phases = read_goal_phases(self.pursued, (*self.scenario.goals, *self.added))
        except KeyError as error:
            raise self._unreadable(error) from error
        history = plain_messages(self.chat_history)
        return Origin(self.session_seed, self.reference_time, self.tools, goal_phases, history, self.foreign)

    def _unreadable(self, error: Exception) -> StartError:
        return StartError(f"start {self.id} cannot be read: {str(error).splitlines()[0]}")


def save_starts(starts: Sequence[ResumePoint], path: str | Path) -> None:
    """Write starts, one a line; whole or not at all. A file that is there is replaced."""
    with atomic_write(path) as file:
        for start in starts:
            line = start.model_dump(mode="json", exclude_defaults=True)
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def load_starts(path: str | Path) -> list[ResumePoint]:
    """Read the starts of a file, which are all of one world and one behaviour.

    Raises:
        StartError: nothing is there, a line is no start, or the starts are not of one world and behaviour.
    """
    try:
        text = read_text(Path(path))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not a UTF-8 text"
        raise StartError(
            f"{path} cannot be read as starts ({reason}): make some with turnwise branch LOGS -o FILE"
        ) from error
    starts = [_read(line, f"{path}, line {number}") for number, line in numbered_lines(text)]
    if not starts:
        raise StartError(f"{path} holds no starts: make some with turnwise branch LOGS -o FILE")
    if len({start.id for start in starts}) < len(starts):
        raise StartError(f"{path}: two starts have one id")
    if len(behaviours := {start.behaviour for start in starts}) > 1:
        raise StartError(
            f"{path} holds starts with several behaviours ({', '.join(sorted(behaviours))}): keep those of each in a "
            "file of their own"
        )
    if len({start.world_hash for start in starts}) > 1:
        names = ", ".join(sorted({f"{start.world} ({start.world_hash})" for start in starts}))
        raise StartError(f"{path} holds starts in several worlds ({names}): keep those of each in a file of their own")
    return starts


def starts_hash(starts: Iterable[ResumePoint]) -> str:
    """Sixteen hex digits that change with the starts."""
    text = "\n".join(start.model_dump_json() for start in starts)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _read(line: str, where: str) -> ResumePoint:
    try:
        return ResumePoint.model_validate_json(line)
    except ValidationError as error:
        raise StartError(f"{where} is not a start: {first_problem(error, 'the line')}") from error
