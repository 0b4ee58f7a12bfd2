"""Dialogues become starts: cut at a turn, replayed up to there, and one thing changed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from turnwise.branching.changing import FOREIGN_BEHAVIOUR, Wish, new_goal
from turnwise.branching.recorded import RecordedDialogue, read_recorded, reopened
from turnwise.branching.turns import At, history_until, turns_of
from turnwise.dialogue.inspect_messages import dump_chat_messages
from turnwise.dialogue.messages import UserMessage
from turnwise.dialogue.replay import replay
from turnwise.dialogue.resume import Next, ResumePoint
from turnwise.dialogue.scenario import Scenario
from turnwise.errors import CompositionError, StartError
from turnwise.goals.model import Goal
from turnwise.goals.progress import GoalPhase, still_wanted
from turnwise.users import load_behaviour


@dataclass
class Branched:
    """Starts, and what was left out."""

    starts: list[ResumePoint] = field(default_factory=list)
    dialogues: int = 0
    """that were read"""
    refused: list[str] = field(default_factory=list)
    """a sentence for each dialogue or file of which nothing was used"""
    left_out: Counter[str] = field(default_factory=Counter)
    """turns at which no start was made, by reason"""
    calls: int = 0
    """calls of the histories that were made again and returned the same"""
    unverified: int = 0
    """starts whose results a model made up, so that they cannot be compared"""


def branch(
    paths: Sequence[Path], *, at: Sequence[At], wish: Wish, first: Next | None = None, world: str | None = None
) -> Branched:
    """Starts out of the dialogues in logs, or in files of foreign ones.

    Args:
        first: who speaks first after the start: the agent, unless something about the user is changed.
        world: name or directory of the world, where logs do not name it or something else recorded the dialogues.

    Raises:
        StartError: no start can be made at all, or those made would not be of one world and behaviour.
        GoalError, WorldError: the goals are of another world, or the world cannot be read.
    """
    speaker: Next = first or ("agent" if wish.change.what == "nothing" else "user")
    if first == "agent" and any(rule.kind == "end" for rule in at):
        raise StartError("--at end: after the last reply the user speaks, and --next agent cannot be")
    reading = read_recorded(paths, world)
    made = Branched(dialogues=len(reading.dialogues), refused=reading.refused)
    _check_one("worlds", {f"{recorded.world.name} ({recorded.world.hash})" for recorded in reading.dialogues})
    if wish.behaviour is None:
        _check_one("behaviours", {recorded.behaviour for recorded in reading.dialogues})
    for recorded in reading.dialogues:
        if recorded.scenario is None and not wish.new_goals:
            file = recorded.source.file
            raise StartError(
                f"{file} holds dialogues of something else: say what is wanted from there on with --goals or --need"
            )
        if wish.change.what == "need" and wish.change.value not in recorded.world.by_name:
            raise StartError(f"--need {wish.change.value}: {recorded.world.name} has no such tool")
        try:
            found = _starts(recorded, at, wish, speaker, made.left_out)
        except StartError as error:
            made.refused.append(f"{recorded.source.file}, {recorded.where}: {error}")
            continue
        made.starts += [start for start, _ in found]
        made.calls += sum(calls or 0 for _, calls in found)
        made.unverified += sum(calls is None for _, calls in found)
    if not made.starts:
        reasons = [*made.refused, *(f"{reason} (turns: {n})" for reason, n in made.left_out.items())]
        raise StartError(f"no start was made: {reasons[0] if reasons else 'no dialogue comes to such a turn'}")
    for number, start in enumerate(made.starts):
        scenario = start.scenario.model_copy(update={"id": number + 1})
        made.starts[number] = start.model_copy(update={"id": number + 1, "scenario": scenario})
    return made


def _check_one(what: str, found: set[str]) -> None:
    if len(found) > 1:
        raise StartError(
            f"the dialogues have several {what} ({', '.join(sorted(found))}): branch those of each by themselves"
        )


def _starts(
    recorded: RecordedDialogue, at: Sequence[At], wish: Wish, first: Next, left_out: Counter[str]
) -> list[tuple[ResumePoint, int | None]]:
    """The starts of one dialogue, each with the calls that were made again; None where a model made up the results."""
    turns: dict[int, Next] = {}
    for rule in at:
        speaker: Next = "user" if rule.kind == "end" else first
        turns |= dict.fromkeys(turns_of(recorded, rule, speaker), speaker)
    found = []
    for turn, speaker in sorted(turns.items()):
        count = history_until(recorded.origin.history, turn, speaker)
        if count is None:
            left_out[f"the {speaker} does not have the word there"] += 1
            continue
        try:
            found.append(_start(recorded, count, turn, speaker, wish))
        except CompositionError as error:
            left_out[str(error)] += 1
    return found


def _start(
    recorded: RecordedDialogue, count: int, turn: int, first: Next, wish: Wish
) -> tuple[ResumePoint, int | None]:
    history = recorded.origin.history[:count]
    said = sum(isinstance(message, UserMessage) for message in history)
    goal_phases = [c for place, c in enumerate(recorded.origin.goal_phases) if c.user_turn < said or not place]
    origin = replace(recorded.origin, history=history, goal_phases=tuple(goal_phases))
    seed = f"{recorded.source.sample_id} {recorded.source.epoch} {turn}"
    with reopened(recorded.world, origin) as backend:
        past = replay(origin, recorded.world, backend, unannounced=recorded.user == "llm").state
        if wish.new_goals:
            new = new_goal(wish, recorded, history, past.observations, backend, seed)
            goal_phases = [GoalPhase(past.calls, said, (new,))]
    goals = [goal for goal_phase in goal_phases for goal in goal_phase.goals]
    scenario = _scenario(recorded, wish, goals, seed)
    if not still_wanted(goals, past.done, past.given_up) and not scenario.followup_goals:
        raise CompositionError("everything was done or given up there, and nothing new is wanted")
    start = ResumePoint(
        id=0,
        world=recorded.world.name,
        world_hash=recorded.world.hash,
        place=recorded.place,
        scenario=scenario,
        behaviour=wish.named or recorded.behaviour or FOREIGN_BEHAVIOUR,
        next=first,
        history=dump_chat_messages(recorded.messages[:count]),
        pursued=tuple(goal_phase.dump() for goal_phase in goal_phases),
        added=scenario.added(goals),
        session_seed=origin.session_seed,
        reference_time=origin.reference_time,
        tools=origin.tools,
        source=recorded.source.model_copy(update={"user_turn": turn}),
        change=wish.change,
        foreign=origin.foreign,
    )
    return start, None if backend is None else past.calls


def _scenario(recorded: RecordedDialogue, wish: Wish, goals: Sequence[Goal], seed: str) -> Scenario:
    """What is wanted from the start on, by whom."""
    old = recorded.scenario
    return Scenario(
        id=0,
        world=recorded.world.name,
        world_hash=recorded.world.hash,
        goals=tuple(goals) if wish.new_goals or old is None else old.goals,
        behaviour=wish.behaviour or (old.behaviour if old else load_behaviour(FOREIGN_BEHAVIOUR)),
        seed=f"{wish.change.value} {seed}" if wish.change.what == "seed" else old.seed if old else seed,
        followup_goals=0 if wish.new_goals or old is None else max(0, old.followup_goals - len(old.added(goals))),
    )
