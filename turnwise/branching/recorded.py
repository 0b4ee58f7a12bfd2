"""Recorded dialogues as starts are made of them: out of our own logs, and out of files of foreign ones."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspect_ai.log import EvalSample
from inspect_ai.model import ChatMessage, ChatMessageSystem

from turnwise.dialogue.inspect_messages import plain_messages
from turnwise.dialogue.replay import Differs, replay
from turnwise.dialogue.resume import Origin, Source, blank
from turnwise.dialogue.scenario import Scenario
from turnwise.dialogue.trajectory import Trajectory
from turnwise.errors import LogError, StartError, WorldError
from turnwise.goals.model import Goal
from turnwise.goals.progress import GoalPhase
from turnwise.logs.importing.logs import grouped, read_dialogues
from turnwise.logs.read import LogInfo, damage_named, is_log, read_info, read_samples
from turnwise.worlds import World, load_world, verify_world
from turnwise.worlds.backend import Backend, open_backend
from turnwise.worlds.known import find_world


@dataclass(frozen=True)
class RecordedDialogue:
    where: str
    """as a sentence names it, beside its file"""
    world: World
    place: str
    source: Source
    origin: Origin
    """what it began from, with all that was said and called in it"""
    messages: Sequence[ChatMessage]
    """the same as Inspect's messages, without system messages"""
    scenario: Scenario | None
    """None where something else recorded it"""
    behaviour: str = ""
    user: str = ""
    done: frozenset[str] = frozenset()
    """ids of the requests that were done at its end"""
    findings: Sequence[Mapping[str, Any]] | None = None
    """of interaction quality; None where that was not scored"""

    @property
    def goals(self) -> tuple[Goal, ...]:
        return tuple(goal for goal_phase in self.origin.goal_phases for goal in goal_phase.goals)


@contextmanager
def reopened(world: World, origin: Origin) -> Iterator[Backend | None]:
    """What the calls of a dialogue are made on again; None where a model made up their results, or a live server gave them."""
    if origin.tools in ("simulated by model", "live"):
        yield None
    else:
        with closing(open_backend(world, origin.session_seed, origin.reference_time, None)) as backend:
            yield backend


def read_recorded(paths: Sequence[Path], world: str | None) -> tuple[list[RecordedDialogue], list[str]]:
    """The dialogues of logs and foreign files, and a sentence for each that cannot be used. A named world must be there."""
    read: list[RecordedDialogue] = []
    refused: list[str] = []
    seen: set[str] = set()
    for path in paths:
        try:
            dialogues = _log(path, world, refused) if is_log(path) else _foreign(path, world, refused)
            for dialogue in dialogues:
                if not dialogue.source.sample_uuid or dialogue.source.sample_uuid not in seen:
                    read.append(dialogue)
                seen.add(dialogue.source.sample_uuid)
        except (LogError, StartError) as error:
            refused.append(str(error))
    return read, refused


def _log(path: Path, world: str | None, refused: list[str]) -> Iterator[RecordedDialogue]:
    info = read_info(path)
    if not info.holds_dialogues:
        return
    if info.imported:
        raise LogError(f"{path} was imported: branch the file that it came from, with --world DIR")
    place = world or str(info.header.eval.task_args.get("world") or info.world)
    try:
        loaded, place = (load_world(place), place) if world else find_world(place, str(info.about["world_hash"]), path)
        verify_world(loaded)
    except WorldError as error:
        if world:
            raise
        raise StartError(f"{path}: its world is not where it was ({place}): name it with --world DIR") from error
    dialogues = (d for sample in read_samples(path) if (d := _of_sample(sample, info, loaded, place, refused)))
    recorded = bool(info.header.eval.task_args.get("record"))  # it made the world another, and is not replayed
    if (made_in := info.about["world_hash"]) != loaded.hash and not recorded:
        shown = _first_difference(dialogues)
        raise StartError(
            f"{path} was made in {info.world} as of {made_in}, and {place} is {loaded.hash}: "
            f"{shown or 'no call in it shows where they differ'}"
        )
    yield from dialogues


def _of_sample(
    sample: EvalSample, info: LogInfo, world: World, place: str, refused: list[str]
) -> RecordedDialogue | None:
    where = f"dialogue {sample.id}" + (f" epoch {sample.epoch}" if sample.epoch > 1 else "")
    with damage_named(info.path):
        trajectory = Trajectory.of(sample)
    if trajectory is None:
        refused.append(f"{info.path.name}, {where}: it holds no dialogue")
        return None
    scenario = trajectory.scenario
    messages = [*trajectory.history, *trajectory.messages]
    fresh, start = blank(world, scenario, trajectory.tools), sample.metadata.get("start", {})
    iq = (sample.scores or {}).get("iq")
    return RecordedDialogue(
        where=where,
        world=world,
        place=place,
        source=Source(
            file=info.path.name,
            file_hash=info.digest[:16],
            eval_id=info.header.eval.eval_id,
            sample_uuid=sample.uuid or "",
            sample_id=sample.id,
            epoch=sample.epoch,
            user_turn=0,
        ),
        origin=Origin(
            start.get("session_seed", fresh.session_seed),
            start.get("reference_time", fresh.reference_time),
            trajectory.tools,
            tuple(trajectory.goal_phases),
            plain_messages(messages),
            start.get("foreign", False),
        ),
        messages=messages,
        scenario=scenario,
        behaviour=str(info.about.get("behaviour", scenario.behaviour.name)),
        user=trajectory.user,
        done=trajectory.done,
        findings=(iq.metadata or {}).get("findings") if iq is not None else None,
    )


def _foreign(path: Path, world: str | None, refused: list[str]) -> Iterator[RecordedDialogue]:
    if world is None:
        raise StartError(
            f"{path} holds dialogues of something else: name the world in which they continue with --world DIR"
        )
    loaded = load_world(world)
    verify_world(loaded)
    found = read_dialogues(path)
    refused.extend(f"{path.name}: {line}" for line in grouped(r for r in found.remarks if r.left_out))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    for dialogue in found.dialogues:
        assert dialogue.id is not None
        messages = [message for message in dialogue.messages if not isinstance(message, ChatMessageSystem)]
        called = any(message.role == "tool" for message in messages)
        invented = "simulated by model" if called else "simulated by rules"
        tools = "executed" if loaded.database is not None else invented
        source = Source(file=path.name, file_hash=digest, sample_id=dialogue.id, epoch=dialogue.epoch, user_turn=0)
        seed = int(hashlib.sha256(f"{digest} {dialogue.id} {dialogue.epoch}".encode()).hexdigest()[:8], 16)
        origin = Origin(seed, loaded.reference_time, tools, (GoalPhase(0, 0, ()),), plain_messages(messages), True)
        yield RecordedDialogue(f"dialogue {dialogue.id}", loaded, world, source, origin, messages, None)


def _first_difference(dialogues: Iterator[RecordedDialogue]) -> str:
    """The first call that returns something else now; empty for want of one."""
    for dialogue in dialogues:
        try:
            with reopened(dialogue.world, dialogue.origin) as backend:
                replay(dialogue.origin, dialogue.world, backend)
        except Differs as differs:
            return f"{dialogue.where}, {differs}"
        except StartError:  # it was cut off in the middle of a call: what came before was the same
            continue
    return ""
