"""Dialogues become starts: cut at a turn, replayed up to there, and one thing changed.

That is new goals, another behaviour, another seed, or a tool that is needed. Looking ahead for turns is fair: nothing
of what is seen goes into a start.
"""

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, NamedTuple

from turnwise.branching.recorded import RecordedDialogue, read_recorded, reopened
from turnwise.dialogue.inspect_messages import dump_chat_messages
from turnwise.dialogue.messages import AssistantMessage, Message, ToolMessage, UserMessage
from turnwise.dialogue.replay import replay
from turnwise.dialogue.resume import Change, Next, ResumePoint
from turnwise.dialogue.scenario import Scenario
from turnwise.errors import CompositionError, StartError
from turnwise.goals.model import Goal
from turnwise.goals.pool import GoalFile, load_goals, renumbered
from turnwise.goals.progress import GoalPhase, Observation, still_wanted
from turnwise.synthesis.goals.by_rules import MIXED
from turnwise.synthesis.goals.followup_by_rules import compose_followup
from turnwise.synthesis.goals.goal_validation import stands_on
from turnwise.users import UNANNOUNCED, Behaviour, load_behaviour
from turnwise.values.text import says_something
from turnwise.worlds import World
from turnwise.worlds.backend import Backend

FOREIGN_BEHAVIOUR = "user_oriented"
"""Of the user in a dialogue that something else recorded, unless another behaviour is named."""


@dataclass(frozen=True)
class Wish:
    """The change that a person wants, read and checked."""

    change: Change = field(default_factory=Change)
    pool: GoalFile | None = None
    behaviour: Behaviour | None = None
    named: str = ""
    """the behaviour as it was named"""

    @property
    def new_goals(self) -> bool:
        """Whether something else is wanted from the start on."""
        return self.change.what in ("goals", "need")


def read_wish(goals: str | None, behaviour: str | None, seed: int | None, need: str | None) -> Wish:
    """The change that a person wants, at most one (else StartError); `goals` is `new` or a goal file."""
    given = {"--goals": goals, "--behaviour": behaviour, "--seed": seed, "--need": need}
    if len(named := [name for name, value in given.items() if value is not None]) > 1:
        raise StartError(f"{' and '.join(named)} were given: one thing is changed at a time")
    if goals == "new":
        return Wish(Change(what="goals", value="new", words="a new goal, composed where the dialogue stands"))
    if goals is not None:
        pool = load_goals(goals)
        return Wish(Change(what="goals", value=pool.hash, words=f"a goal from {Path(goals).name}"), pool)
    if behaviour is not None:
        who = load_behaviour(behaviour)
        change = Change(what="behaviour", value=who.name, words=f"the user behaves as {who.name}")
        return Wish(change, behaviour=who, named=behaviour)
    if seed is not None:
        return Wish(Change(what="seed", value=str(seed), words=f"the seed of the user is {seed}"))
    if need is not None:
        return Wish(Change(what="need", value=need, words=f"a new goal that needs {need}"))
    return Wish()


def new_goal(
    wish: Wish,
    recorded: RecordedDialogue,
    history: Sequence[Message],
    observations: Sequence[Observation],
    backend: Backend | None,
    seed: str,
) -> Goal:
    """The goal that is wanted from a start on (CompositionError: there is none); it was run there, where tools execute.

    `backend` is where the history was replayed; None where its results were taken as they were.
    """
    needed = wish.change.value if wish.change.what == "need" else None
    if wish.pool is not None:
        goal = _from_pool(wish.pool, recorded.world, backend, seed)
    elif backend is None or backend.session is None:
        raise CompositionError(
            f"{recorded.world.name} has no rows to compose goals from: give them with --goals FILE (turnwise goals --model)"
        )
    else:
        goal = compose_followup(
            backend.session,
            recorded.goals,
            difficulty="easy" if needed else random.Random(seed).choice(MIXED),
            seed=f"start {seed}",
            shown=observations,
            heard="\n".join(message.text for message in history if not isinstance(message, ToolMessage)),
            tool=needed,
        ).goal
    # Ids are like g2, and those of its requests like g2r1: the new goal is the next after all that came up.
    raised = [act.request for m in history if isinstance(m, UserMessage) for act in m.dialogue_acts]
    names = (*(known.id for known in recorded.goals), *raised)
    return renumbered(
        goal, 1 + max((int(found[1]) for name in names if (found := re.match(r"g(\d+)", name))), default=0)
    )


def _from_pool(pool: GoalFile, world: World, backend: Backend | None, seed: str) -> Goal:
    pool.check_world(world)
    goals = random.Random(f"start {seed}").sample(pool.goals, len(pool.goals))
    session = backend.session if backend is not None else None
    if session is None:
        return goals[0]
    found = next((goal for goal in goals if stands_on(session, goal)), None)
    if found is None:
        raise CompositionError("no goal of the file does there what it does in the world as it was")
    return found


_WORTH_A_START = 2
"""The least severity of such a finding."""

Kind = Literal["every", "turn", "first", "finding", "failed", "end"]


class At(NamedTuple):
    """Which turns of each dialogue; `number` is the k of every k-th, or the turn."""

    kind: Kind
    number: int = 1


def read_at(text: str) -> At:
    if found := re.fullmatch(r"(every:)?([1-9]\d{0,5})", text):
        return At("every" if found[1] else "turn", int(found[2]))
    if text in ("first", "finding", "failed", "end"):
        return At(text)  # type: ignore[arg-type]
    raise StartError(f"--at {text}: it takes every:N, first, finding, failed, end or the number of a user turn")


@dataclass
class Branched:
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
    """Starts out of the dialogues in logs, or in files of foreign ones; a StartError where none can be made.

    After the start the agent speaks `first`, unless something about the user is changed. `world` is its name or
    directory, where logs do not name it or something else recorded the dialogues.
    """
    speaker: Next = first or ("agent" if wish.change.what == "nothing" else "user")
    if first == "agent" and any(rule.kind == "end" for rule in at):
        raise StartError("--at end: after the last reply the user speaks, and --next agent cannot be")
    dialogues, refused = read_recorded(paths, world)
    made = Branched(dialogues=len(dialogues), refused=refused)
    _check_one("worlds", {f"{recorded.world.name} ({recorded.world.hash})" for recorded in dialogues})
    if wish.behaviour is None:
        _check_one("behaviours", {recorded.behaviour for recorded in dialogues})
    for recorded in dialogues:
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
            f"the dialogues have several {what} ({', '.join(sorted(found))}): take those of one with --only, as --only behaviour=user_oriented"
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
        past = replay(origin, recorded.world, backend, unannounced=recorded.user in UNANNOUNCED).state
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


def turns_of(recorded: RecordedDialogue, at: At, first: Next) -> list[int]:
    """Numbers of the user messages, from 1, which the agent answers next or which the user writes next."""
    messages = recorded.origin.history
    last = sum(isinstance(message, UserMessage) for message in messages)
    match at.kind:
        case "every":
            return list(range(at.number, last + 1, at.number))
        case "turn" | "first":
            return [at.number] if at.number <= last else []
        case "end":
            return [last if messages and isinstance(messages[-1], UserMessage) else last + 1]
        case "finding":
            return _found(recorded, first)
        case "failed":
            return _failed(recorded)


def history_until(messages: Sequence[Message], turn: int, first: Next) -> int | None:
    """How many messages come before the agent answers user message `turn` or the user writes it; None where they cannot."""
    places = [place for place, message in enumerate(messages) if isinstance(message, UserMessage)]
    places.append(len(messages))
    count = places[turn - 1] + (first == "agent")
    match messages[count - 1] if count else None:
        case UserMessage(text=text, dialogue_acts=acts) if first == "agent":
            return count if says_something(text) and not any(act.kind == "close" for act in acts) else None
        case AssistantMessage(calls=()) if first == "user":
            return count
    return None


def _found(recorded: RecordedDialogue, first: Next) -> list[int]:
    """The turn of the first finding that is more than a blemish; a user's own flaw is not part of the history."""
    if recorded.findings is None:
        raise StartError("it holds no findings: have it scored with iq")
    flaws = [int(finding["message"]) for finding in recorded.findings if int(finding["severity"]) >= _WORTH_A_START]
    if not flaws:
        return []
    messages, place = recorded.origin.history, min(flaws)
    turn = sum(isinstance(message, UserMessage) for message in messages[: place + 1])
    turn -= first == "agent" and isinstance(messages[place], UserMessage)
    return [turn] if turn else []


def _failed(recorded: RecordedDialogue) -> list[int]:
    """The turn whose answer lost a request: the last before it was given up, or the last that spoke of it."""
    if recorded.scenario is None:
        raise StartError("something else recorded it, and nobody knows what was wanted in it")
    spoken_of: dict[str, int] = {}
    lost: list[int] = []
    for turn, message in enumerate((m for m in recorded.origin.history if isinstance(m, UserMessage)), 1):
        for kind, request in message.dialogue_acts:
            if kind == "give_up":
                lost.append(turn - 1)
            elif request:
                spoken_of[request] = turn
    wanted = {request.id for goal in recorded.goals for request in goal.requests}
    lost += [turn for request, turn in spoken_of.items() if request in wanted - recorded.done]
    return [max(1, min(lost))] if lost else []
