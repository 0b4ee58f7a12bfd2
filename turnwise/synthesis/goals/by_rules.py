"""Goals composed from real rows: each request is solved by running it, and later ones build on earlier answers."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from turnwise.errors import CompositionError
from turnwise.goals.model import NEW, REQUESTS, Checkpoint, Difficulty, Goal, Mention, Request
from turnwise.synthesis.database.schema import Schema, Table
from turnwise.synthesis.goals import read_requests as reads
from turnwise.synthesis.goals import write_requests as writes
from turnwise.synthesis.goals.context import CompositionContext, Draft, Referent, Rejected, reject_if, schema_of
from turnwise.synthesis.goals.descriptions import describe
from turnwise.synthesis.goals.goal_validation import makes_wanted, stands_after, wanted_changes
from turnwise.values.text import normalised
from turnwise.values.words import said
from turnwise.worlds import World, net, open_session

_TRIES_PER_REQUEST = 40
_TRIES_PER_SET = 300
MIXED: tuple[Difficulty, ...] = ("easy", "medium", "hard")

Builder = Callable[[CompositionContext, Referent, str], Draft]
_READS: tuple[tuple[Builder, float], ...] = (
    *((reads.detail, 4), (reads.through, 1.5), (reads.children, 2), (reads.extreme, 3), (reads.count, 2)),
    *((reads.difference, 1.5), (reads.find, 1.5), (reads.rank, 0.2), (reads.top, 0.15)),
)
"""The kinds of request a goal is made of, and how often each is tried."""
_WRITES: tuple[tuple[Builder, float], ...] = (
    *((writes.update, 3), (writes.adjust, 1.5), (writes.update_all, 1.5), (writes.link_all, 2)),
    *((writes.create, 2), (writes.link, 3), (writes.unlink, 1), (writes.delete, 2)),
)
_OPENERS = (
    *(*_READS, (reads.rank, 0.5), (reads.top, 0.4)),
    *((writes.update, 2), (writes.create, 1), (writes.link, 1.5), (writes.unlink, 0.5)),
)
"""What a goal begins with: more often a question than a change."""

DifficultyChoice = Literal["easy", "medium", "hard", "mixed"]


@dataclass
class Composition:
    """Sets of goals, one set per dialogue, and why others were rejected."""

    sets: list[tuple[Goal, ...]] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)  # how often each kind of request was composed


def compose_goals(
    world: World, *, sets: int, goals: int | str = 1, difficulty: DifficultyChoice = "mixed", seed: int = 0
) -> Composition:
    """Compose sets of goals, one set per dialogue: those of a set do not interfere, and no two share a shape.

    `goals` per set is a number, or a range such as "1-4", from which each draws its own; `mixed` takes the three
    difficulties in turn. CompositionError where the world does not carry that many different goals.
    """
    schema = check_composable(world)
    check_choice(sets, difficulty)
    sizes = draw_sizes("goals", goals, sets, seed)
    composition = Composition()
    shapes: set[str] = set()

    def next_goal(before: list[Goal], level: Difficulty, rng: random.Random) -> Goal:
        for _ in range(_TRIES_PER_SET):
            try:
                with open_session(world) as session:
                    context = CompositionContext(world, schema, session, rng)
                    goal = compose_goal(context, f"g{len(before) + 1}", level, composition)
                reject_if(goal.shape in shapes, "it is alike another but for its values")
                if before and not stands_after(world, before, goal):
                    raise Rejected("it interferes with another goal of its dialogue")
            except Rejected as reason:
                composition.rejected[str(reason)] += 1
                continue
            shapes.add(goal.shape)
            return goal
        raise CompositionError(
            f"{world.name} carries only {len(shapes)} different {level} goals at this seed "
            f"(rejected: {leading_reasons(composition.rejected)}). "
            "Ask for fewer scenarios, fewer goals per dialogue, or another difficulty"
        )

    for number, size in enumerate(sizes):
        chosen: list[Goal] = []
        for place in range(size):
            level = difficulty if difficulty != "mixed" else MIXED[(number + place) % 3]
            chosen.append(next_goal(chosen, level, random.Random(f"{seed} {number} {place}")))
        composition.sets.append(tuple(chosen))
    return composition


def check_composable(world: World) -> Schema:
    """The schema of a world; CompositionError without rows, or with tools that do not say what they do."""
    if world.database is None or not any(tool.operation for tool in world.tools):
        lack = "has no database" if world.database is None else "has tools that do not say what they do"
        raise CompositionError(
            f"{world.name} {lack}, so rules cannot compose goals: have a model write them with turnwise goals WORLD "
            "--model MODEL -o FILE, and run the task with -T goal_file=FILE; further goals in a dialogue are written by "
            "the model in the role synthesizer (--model-role synthesizer=MODEL)"
        )
    return schema_of(world.database)


def check_choice(sets: int, difficulty: str) -> None:
    """Raise CompositionError where a number is no whole number of at least 1, or there is no such difficulty."""
    if not isinstance(sets, int) or sets < 1:
        raise CompositionError(f"scenarios is {sets}: it takes a whole number of at least 1")
    if difficulty not in get_args(DifficultyChoice):
        raise CompositionError(f"difficulty is {difficulty}: it takes {', '.join(get_args(DifficultyChoice))}")


def draw_sizes(
    name: str, wanted: int | str, sets: int, seed: int, *, least: int = 1, draws: str | None = None
) -> list[int]:
    """A number per set: the same for all, or drawn from a range such as "1-4", both ends included.

    `name` is what a message calls it, and, unless `draws` is given, what tells its draws from others of the same seed.
    """
    ends = [part.strip() for part in str(wanted).split("-")]
    if len(ends) > 2 or not all(end.isdecimal() for end in ends) or not least <= int(ends[0]) <= int(ends[-1]):
        raise CompositionError(
            f'{name} is {wanted}: it takes a whole number of at least {least}, or a range such as "1-4"'
        )
    rngs = (random.Random(f"{seed} {draws or name} {number}") for number in range(sets))
    return [rng.randint(int(ends[0]), int(ends[-1])) for rng in rngs]


def leading_reasons(counted: Counter[str]) -> str:
    """The three commonest reasons, with how often each was given."""
    return "; ".join(f"{reason} ({n})" for reason, n in counted.most_common(3))


def compose_goal(context: CompositionContext, goal_id: str, difficulty: Difficulty, composition: Composition) -> Goal:
    """One goal, played on the session of a context and begun with the first referent there, if any; or `Rejected`."""
    rng = context.rng
    wanted = rng.randint(*REQUESTS[difficulty]) if difficulty != "easy" else rng.choice((1, 2, 2))
    requests: list[Request] = []
    shape: list[str] = []
    if not context.referents:
        context.referents.append(context.known_row(_anchor(context.schema, rng)))
    while len(requests) < wanted:
        request_id = f"{goal_id}r{len(requests) + 1}"
        must_write = context.writes and 1 < wanted == len(requests) + 1 and not _any_writes(requests)
        request, part = _next_request(context, request_id, requests, must_write, shape, composition)
        requests.append(request)
        shape.append(part)
    reject_if(wanted > 1 and context.writes and not _any_writes(requests), "it writes nothing")
    reject_if(wanted > 2 and not any(r.needs for r in requests), "its requests do not build on each other")
    reject_if(not makes_wanted(requests, context.session), "its requests undo each other")
    text = describe(requests)
    return Goal(id=goal_id, difficulty=difficulty, description=text, requests=tuple(requests), shape=" | ".join(shape))


def _any_writes(requests: list[Request]) -> bool:
    return any(request.checkpoint.state for request in requests)


def _anchor(schema: Schema, rng: random.Random) -> Table:
    options = [t for t in schema.tables.values() if t.rows > 1 and len(t.key) == 1 and not t.view]
    if not options:
        raise CompositionError("no table has two rows and a key: nothing can be asked about by name")
    weights = [(3.0 if t.label else 1.0) * (2.0 if schema.children(t.name) else 1.0) for t in options]
    return rng.choices(options, weights)[0]


def _next_request(
    context: CompositionContext,
    request_id: str,
    before: list[Request],
    must_write: bool,
    shape: list[str],
    composition: Composition,
) -> tuple[Request, str]:
    """Try kinds of request on referents until one holds; what was rare so far is tried sooner."""
    for _ in range(_TRIES_PER_REQUEST):
        referent = _next_referent(context, before)
        kinds = _WRITES if must_write else _READS + _WRITES if before else _OPENERS
        rarity = [weight / (1 + composition.kinds[builder.__name__]) for builder, weight in kinds]
        builder = context.rng.choices([builder for builder, _ in kinds], rarity)[0]
        memory = context.remember()
        try:
            draft, request = _built(context, builder, referent, request_id)
            part = _shape(draft, request, before)
            reject_if(part in shape, "it asks the same thing twice")
        except Rejected as reason:
            composition.rejected[str(reason)] += 1
            if not context.forget_since(memory):
                raise
            continue
        named = {m.noun for m in _mentions(draft) if m.told_by is None}
        context.overshadow(named | {t.mention.noun for t in draft.told})
        context.referents.extend(draft.told)
        composition.kinds[builder.__name__] += 1
        return request, part
    raise Rejected("no next request was found")


def _next_referent(context: CompositionContext, before: list[Request]) -> Referent:
    """What the next request is about: the newest answer, something already named, or something new close by."""
    rng = context.rng
    if not before:
        return context.referents[0]
    draw = rng.random()
    told = [f for f in context.referents if f.mention.told_by or f.made_by is not None]
    if told and (draw < 0.6 or not any(request.needs for request in before)):
        return told[-1]
    if draw < 0.85:
        return rng.choice(context.referents)
    near = {r.table for f in context.referents for r in f.table.references}
    near |= {t.name for f in context.referents for t, _ in context.schema.children(f.table.name)}
    options = [context.schema.tables[n] for n in sorted(near) if len(context.schema.tables[n].key) == 1]
    return context.known_row(rng.choice(options)) if options else rng.choice(context.referents)


def _built(context: CompositionContext, builder: Builder, referent: Referent, request_id: str) -> tuple[Draft, Request]:
    """What a builder drafts, and its calls, changes and checks as a Request."""
    calls, changes = len(context.calls), len(context.session.changes)
    draft = builder(context, referent, request_id)
    made = list(context.session.changes)[changes:]
    reject_if(builder in [b for b, _ in _WRITES] and not made, "its writes change nothing")
    if referent not in context.referents and referent.mention == draft.subject:
        context.referents.append(referent)
    mentions = _mentions(draft)
    context.given |= {normalised(m.name) for m in mentions if m.told_by is None}
    context.given |= {normalised(said(s.value)) for s in draft.slots}
    values = [f" {normalised(said(answer.value))} " for answer in draft.answers]
    reject_if(any(value in f" {known} " for value in values for known in context.given), "its answer is given away")
    nouns = {f.mention.noun for f in context.referents if f.mention.told_by}
    named = {m.mention.noun for m in draft.told if m.mention.told_by} | set(draft.lists)
    reject_if(bool(named & nouns), "two answers would go by the same noun")
    new = {v[NEW][0] for call in context.calls[calls:] for v in call.arguments.values() if isinstance(v, dict)}
    needs = {f.made_for for f in context.referents if f.made_by in new} | {m.told_by for m in mentions}
    state = wanted_changes(context.schema, request_id, net(made), context.symbols)
    request = Request(
        id=request_id,
        intent=draft.intent,
        subject=_with_first_thought(context, draft, referent, not made),
        asks=draft.asks or tuple(answer.label for answer in draft.answers),
        slots=draft.slots,
        phrases=draft.phrases,
        solution=tuple(context.calls[calls:]),
        checkpoint=Checkpoint(state=state, answers=draft.answers),
        needs=tuple(sorted(name for name in needs if name not in (None, request_id))),
    )
    return draft, request


def _mentions(draft: Draft) -> list[Mention]:
    return [m for m in (draft.subject, *(slot.mention for slot in draft.slots)) if m is not None]


def _with_first_thought(context: CompositionContext, draft: Draft, referent: Referent, reads: bool) -> Any:
    """The subject, with another of its kind that a user who errs would ask about first."""
    subject = draft.subject
    if subject is None or not reads or subject.told_by or subject.numbered or referent.made_by is not None:
        return subject
    try:
        other = context.known_row(referent.table).mention.name
    except Rejected:
        return subject
    return subject.model_copy(update={"first_thought": other if other != subject.name else None})


def _shape(draft: Draft, request: Request, before: list[Request]) -> str:
    places = {r.id: n for n, r in enumerate(before)}
    told = request.subject.told_by if request.subject else None
    source = f"answer {places.get(told, '')}" if told else "known" if request.subject else "all"
    slots = [f"{s.label}<{'answer' if s.mention and s.mention.told_by else 'known'}" for s in request.slots]
    return f"{draft.intent} {draft.shape} of {source} with {', '.join(slots)}"
