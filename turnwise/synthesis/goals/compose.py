"""One goal from a situation: its rows are drawn, its requests are built one by one, and each is solved by running it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from turnwise.goals.model import NEW, REQUESTS, Checkpoint, Difficulty, Goal, Mention, Request, Situation
from turnwise.synthesis.goals import read_requests as reads
from turnwise.synthesis.goals import write_requests as writes
from turnwise.synthesis.goals.binding import bind, text_with_names
from turnwise.synthesis.goals.choices import Choice
from turnwise.synthesis.goals.composition import Company
from turnwise.synthesis.goals.context import UNNAMED, CompositionContext, Draft, Referent, Rejected, reject_if
from turnwise.synthesis.goals.descriptions import describe, introductions
from turnwise.synthesis.goals.goal_validation import makes_wanted, wanted_changes
from turnwise.synthesis.goals.situations import WRITES, SituationPlan, Step
from turnwise.values.text import normalised
from turnwise.values.words import said
from turnwise.worlds import net

Builder = Callable[[CompositionContext, Referent, str, Choice], Draft]
BUILDERS: dict[str, Builder] = {
    "detail": reads.detail,
    "children": reads.children,
    "extreme": reads.extreme,
    "top": reads.top,
    "rank": reads.rank,
    "count": reads.count,
    "find": reads.find,
    "difference": reads.difference,
    "update": writes.update,
    "adjust": writes.adjust,
    "update_all": writes.update_all,
    "link_all": writes.link_all,
    "create": writes.create,
    "delete": writes.delete,
    "link": writes.link,
    "unlink": writes.unlink,
}
_WANDERING_WRITES = {"update": "update", "adjust": "update", "create": "create", "link": "link", "delete": "delete"}
_WANDERING = {"detail": "get", "children": "find", "count": "find", **_WANDERING_WRITES}
"""what any request may be, and the kind of tool that it takes"""
_TRIES_TO_WANDER = 40
APART = "its requests do not build on each other"


def compose_goal(
    context: CompositionContext,
    goal_id: str,
    difficulty: Difficulty,
    plan: SituationPlan,
    company: Company,
    fixed: Mapping[str, Referent],
) -> tuple[Goal, Company]:
    """A goal of a situation, played on the session of a context, and who has spoken by then; `Rejected` where it fails.

    Args:
        fixed: rows of the situation that are given, by their name there.
    """
    bound = bind(context, plan, fixed)
    situation = _situation(context, plan, bound, company)
    context.referents = [bound[name] for name, row in plan.rows.items() if row.known]
    context.given |= {normalised(referent.mention.name) for referent in context.referents}
    context.given |= {normalised(situation.said), normalised(situation.reason)}
    requests, shape = _requests(context, plan, goal_id, difficulty, bound)
    writes_something = any(request.checkpoint.state for request in requests)
    reject_if(len(requests) > 2 and context.writes and not writes_something, "it writes nothing")
    reject_if(are_apart(requests) and not plan.wanders, APART)
    reject_if(not makes_wanted(requests, context.session), "its requests undo each other")
    goal = Goal(
        id=goal_id,
        difficulty=difficulty,
        description=f"{situation.reason} {describe(requests)}",
        requests=tuple(requests),
        shape=" | ".join(shape),
        situation=situation,
    )
    return goal, Company(company.role or plan.role, bound.get(plan.speaker))


def are_apart(requests: Sequence[Request]) -> bool:
    """Whether none of three requests or more needs what another is answered."""
    return len(requests) > 2 and not any(request.needs for request in requests)


def _situation(
    context: CompositionContext, plan: SituationPlan, bound: Mapping[str, Referent], company: Company
) -> Situation:
    """Who speaks and why; who speaks for themselves says who they are, the first time."""
    speaker = bound[plan.speaker] if plan.speaker else None
    spoken = text_with_names(context.rng.choice(plan.said), bound, plan.generic) if plan.said else ""
    if speaker is not None and company.speaker is None:
        name = context.rng.choice(introductions()).format(name=speaker.mention.name)
        spoken = f"{name} {spoken}".strip()
    role = company.role if company.role and company.speaker is None and not plan.speaker else plan.role
    return Situation(
        role=text_with_names(role, bound, plan.generic, lead=False),
        reason=text_with_names(plan.reason, bound, plan.generic),
        said=spoken,
        speaker=speaker.mention if speaker else None,
    )


def _requests(
    context: CompositionContext,
    plan: SituationPlan,
    goal_id: str,
    difficulty: Difficulty,
    bound: dict[str, Referent],
) -> tuple[list[Request], list[str]]:
    """The requests of a situation, as many as the difficulty wants: those it must make, and others where they hold."""
    least, most = REQUESTS[difficulty]
    optional = [n for n, step in enumerate(plan.requests) if step.optional]
    wanted = context.rng.randint(max(least, plan.least), most) if plan.least <= most else most
    taken = set(context.rng.sample(optional, min(len(optional), wanted - plan.least)))
    requests: list[Request] = []
    shape: list[str] = []
    left = sum(not step.optional for step in plan.requests)
    last = len(plan.requests)
    for number, step in enumerate(plan.requests):
        left -= not step.optional
        spare = [n for n in optional if n > number and n in taken]
        if step.optional and number not in taken and len(requests) + left + len(spare) >= wanted:
            continue
        reject_if(len(requests) + last - number < least and not plan.wanders, "it makes too few requests")
        memory = context.remember()
        try:
            request, part = _next_request(context, step, f"{goal_id}r{len(requests) + 1}", requests, bound, shape)
        except Rejected:
            if not step.optional or not context.forget_since(memory):
                raise
            continue
        requests.append(request)
        shape.append(part)
        if len(requests) + left >= most:
            optional = []
            taken = set()
    if plan.wanders:
        _wander(context, goal_id, max(least, wanted), bound, requests, shape)
    reject_if(not least <= len(requests) <= most, "it makes too few requests")
    return requests, shape


def _wander(
    context: CompositionContext,
    goal_id: str,
    wanted: int,
    bound: dict[str, Referent],
    requests: list[Request],
    shape: list[str],
) -> None:
    """Go on with any request that holds, about what came up or lies close by, until there are as many as wanted."""
    rng = context.rng
    kinds = {tool.operation.kind for tool in context.world.tools if tool.operation is not None}
    writing = [verb for verb, kind in _WANDERING_WRITES.items() if kind in kinds]
    verbs = [verb for verb, kind in _WANDERING.items() if kind in kinds]
    for _ in range(_TRIES_TO_WANDER):
        if len(requests) >= wanted:
            return
        last = len(requests) + 1 == wanted and not any(request.checkpoint.state for request in requests)
        memory = context.remember()
        try:
            verb = rng.choice(writing if last and writing else verbs)
            told = [referent for referent in context.referents if referent.mention.told_by]
            if told and not any(request.needs for request in requests):
                bound["here"] = rng.choice(told)
            elif rng.random() < 0.4 or not context.referents:
                bound["here"] = _near(context)
            else:
                bound["here"] = rng.choice(context.referents[-3:])
            if bound["here"] not in context.referents:
                context.referents.append(bound["here"])
            step = Step(verb=verb, row="here") if verb != "create" else Step(verb=verb, **{"for": "here"})
            request, part = _next_request(context, step, f"{goal_id}r{len(requests) + 1}", requests, bound, shape)
        except Rejected:
            if not context.forget_since(memory):
                raise
            continue
        requests.append(request)
        shape.append(part)


def _near(context: CompositionContext) -> Referent:
    """A row of a table that is next to what came up."""
    near = {r.table for f in context.referents for r in f.table.references}
    near |= {t.name for f in context.referents for t, _ in context.schema.children(f.table.name)}
    tables = [context.schema.tables[name] for name in sorted(near)]
    return context.known_row(context.choose([table for table in tables if len(table.key) == 1], UNNAMED))


def _next_request(
    context: CompositionContext,
    step: Step,
    request_id: str,
    before: list[Request],
    bound: dict[str, Referent],
    shape: list[str],
) -> tuple[Request, str]:
    """One request of a situation; the row that it finds or makes is bound to its name."""
    used = [name for name in (step.row, step.near, step.other) if name]
    reject_if(any(name not in bound for name in used), "a row it is about was not found")
    reject_if(any(bound[name] not in context.referents for name in used), "another of its kind came up since")
    referent = bound[step.row or step.near] if step.row or step.near else _anyone(context, step)
    builder = reads.through if step.verb == "detail" and step.through else BUILDERS[step.verb]
    draft, request = _built(context, builder, referent, request_id, Choice(step, bound))
    part = _shape(draft, request, before)
    reject_if(part in shape, "it repeats itself")
    named = {m.noun for m in _mentions(draft) if m.told_by is None}
    context.overshadow(named | {referent.mention.noun for referent in draft.told})
    told = [
        referent for referent in draft.told if len(referent.table.key) == 1
    ]  # what has no key cannot be asked about
    context.referents.extend(told)
    if step.name and told:
        bound[step.name] = told[0]
    return request, part


def _anyone(context: CompositionContext, step: Step) -> Referent:
    """A row for a builder that is about a whole table: the first that came up, or any."""
    if context.referents:
        return context.referents[0]
    return context.known_row(context.schema.tables[step.table])


def _built(
    context: CompositionContext, builder: Builder, referent: Referent, request_id: str, choice: Choice
) -> tuple[Draft, Request]:
    """What a builder drafts, and its calls, changes and checks as a Request."""
    calls, changes = len(context.calls), len(context.session.changes)
    draft = builder(context, referent, request_id, choice)
    made = list(context.session.changes)[changes:]
    reject_if(choice.step.verb in WRITES and not made, "its writes change nothing")
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
    """The subject, with another of its kind that a user who errs would ask about first; nobody mistakes themselves."""
    subject = draft.subject
    if (
        subject is None
        or not reads
        or subject.told_by
        or subject.numbered
        or subject.me
        or referent.made_by is not None
    ):
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
