"""A written goal is played on a throw-away session, simulated where tools are: its requests, or why it fails."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from turnwise.errors import CallRefused
from turnwise.goals.calls import ANY, field_of
from turnwise.goals.model import Answer, Call, Checkpoint, Request, Slot, resolve
from turnwise.synthesis.database.schema import Schema
from turnwise.synthesis.goals import drafts, written
from turnwise.synthesis.goals.drafts import CallDraft, GoalDraft, RequestDraft, TellDraft
from turnwise.synthesis.goals.goal_validation import Symbols, makes_wanted, wanted_changes
from turnwise.synthesis.goals.written import GoalProblem
from turnwise.values.text import normalised
from turnwise.worlds import Change, Session, SimulatedSession, World, net

_EXCERPT = 300
_NO_FIELD = "no such field in the result"


class GoalTrial(NamedTuple):
    """What came of playing a goal; its requests are worth something only when there are no problems."""

    requests: tuple[Request, ...]
    results: tuple[Any, ...]  # what the calls returned; empty where tools are simulated
    problems: tuple[GoalProblem, ...]


def play(session: Session | SimulatedSession, schema: Schema | None, goal: GoalDraft, goal_id: str) -> GoalTrial:
    """Play a goal on a throw-away session; the first call that cannot be made ends it.

    What a simulated call returns is made up: it shows which fields there are, and nothing in it is known or told.
    """
    requests: list[Request] = []
    results: list[Any] = []
    problems: list[GoalProblem] = []
    symbols: Symbols = {}
    known = results if schema is not None else []
    calls = list[CallDraft]()
    tables = schema.tables if schema is not None else {}

    def changes() -> Sequence[Change]:
        return session.changes if isinstance(session, Session) else ()

    def new_numbers() -> set[Any]:
        """The numbers that SQLite gave to rows so far."""
        inserts = [change for change in changes() if change.kind == "insert"]
        return {v for change in inserts if tables[change.table].automatic_key for v in change.key.values()}

    for place, asked in enumerate(goal.requests, 1):
        raised = goal.requests[:place]
        facts = written.as_text([fact.value for request in raised for fact in request.facts])
        stated = " ; ".join([*(request.question for request in raised), facts, session.world.reference_time[:10]])
        before, made = len(changes()), list[CallDraft]()
        for number, drafted in enumerate(asked.calls, len(results) + 1):
            call = drafts.pointing(drafted, results)
            made.append(call)
            calls.append(call)
            problems += written.unreachable(session.world, call, number, stated, known, new_numbers())
            try:
                results.append(_run(session, call, number, results))
            except GoalProblem as problem:
                return GoalTrial((), tuple(known), (*problems, problem))
        changed, new = net(changes()[before:]), new_numbers()
        wanted = _wanted(session.world, calls, asked) if schema is None else {}
        answers, problem_count = list[Answer](), len(problems)
        for tell in asked.tells:
            try:
                value = _told(tell, results, place, made_up=schema is None)
                if schema is None:
                    answers.append(_made_up(tell, value, [*wanted].index(tell.from_call)))
                    continue
                answer = _answer(tell, value, schema)
                if answer.value in ("yes", "no") and changed:
                    continue  # that it is so now is the change itself
                if answer.value in new:
                    continue  # handed out by the database: it will be another in the dialogue
                if written.given_away(answer, raised, goal):
                    what = f"request {place} asks for {tell.label}, and {answer.value!r}"
                    raise GoalProblem("answer given away", f"{what} is given away in what the user says")
                answers.append(answer)
            except GoalProblem as problem:
                problems.append(problem)
        faulty = len(problems) > problem_count  # what could not be told has been said already
        if not changed and not answers and not faulty and not wanted:
            text = f"request {place} {_why_nothing(session.world, made, asked, len(changes()) > before)}"
            problems.append(GoalProblem("nothing changed or told", text))
        if schema is None:
            checkpoint = Checkpoint(calls=tuple(wanted.values()), answers=tuple(answers))
        else:
            state = wanted_changes(schema, f"{goal_id}r{place}", changed, symbols)
            checkpoint = Checkpoint(state=state, answers=tuple(answers))
        requests.append(_request(goal, goal_id, place, made, checkpoint))
    if isinstance(session, Session) and not makes_wanted(requests, session):
        text = "its requests undo or overwrite each other's changes"
        problems.append(GoalProblem("requests undo each other", text))
    return GoalTrial(tuple(requests), tuple(known), tuple(problems))


def _wanted(world: World, calls: Sequence[CallDraft], asked: RequestDraft) -> dict[int, Call]:
    """The calls that have to be made for a request, the last of all so far, by their numbers in the goal.

    Not what only leads to others; what only shows something may be any that shows it.
    """
    first = len(calls) - len(asked.calls) + 1
    earlier = sorted({tell.from_call for tell in asked.tells if tell.from_call < first})
    leading = {pointer.call for call in calls[first - 1 :] for pointer in call.pointers.values()}
    wanted, steps = dict[int, Call](), dict[int, Call]()
    for number in (*earlier, *range(first, len(calls) + 1)):
        call = calls[number - 1]
        told = [drafts.path_of(tell.field) for tell in asked.tells if tell.from_call == number]
        fields = tuple(dict.fromkeys(map(field_of, told)))
        reads = world.by_name[call.tool].effect == "read"
        gives = fields if reads and fields and all(fields) else None
        kept = Call(tool=call.tool, arguments=call.literals, gives=gives)
        (steps if reads and not told and number in leading else wanted)[number] = kept
    return wanted or steps


def _made_up(tell: TellDraft, value: Any, of_call: int) -> Answer:
    """What has to be told of a simulated call: what it returns in the dialogue, of a list in any row."""
    path = tuple(ANY if isinstance(step, int) else step for step in drafts.path_of(tell.field))
    known = written.answer_of(tell.label, value if isinstance(value, int | float | str) else "")
    known = known if known.kind != "text" else known.model_copy(update={"value": "something"})
    return known.model_copy(update={"returned": path, "of_call": of_call})


def _why_nothing(world: World, made: Sequence[CallDraft], asked: RequestDraft, undone: bool) -> str:
    """Why a request comes to nothing, and what would make it something."""
    writes = [call for call in made if world.by_name[call.tool].effect == "write"]
    if not made:
        return "makes no call: name the calls that serve it"
    if undone:
        return "leaves everything as it was, since its calls take back what they change: change something for good"
    if writes:
        values = ", ".join(f"{name} {written.spoken(value)}" for name, value in writes[-1].literals.items())
        return (
            f"calls {writes[-1].tool}, and nothing is different afterwards: the record has {values or 'these values'} "
            "already, or no record fits. Choose another new value or another record"
        )
    if asked.tells:
        return "only tells what is new and numbered in the dialogue itself: let it tell something of a record as well"
    called = ", ".join(call.tool for call in made)
    return f"only looks things up ({called}) and tells nothing: say under tells what the person wants to hear"


def _run(session: Session | SimulatedSession, call: CallDraft, number: int, results: Sequence[Any]) -> Any:
    try:
        return session.call(call.tool, resolve(call.call().arguments, results))
    except (LookupError, TypeError) as error:
        shown = "; ".join(f"call {p.call} {_in_words(results[p.call - 1])}" for p in call.pointers.values())
        raise GoalProblem(_NO_FIELD, f"call {number} takes what an earlier call did not return: {shown}") from error
    except CallRefused as error:
        raise GoalProblem("refused call", f"call {number} ({call.tool}) is refused: {error}") from error


def _answer(tell: TellDraft, value: Any, schema: Schema | None) -> Answer:
    """What has to be told; of a column that holds yes or no, that it is so or not."""
    field = str(drafts.path_of(tell.field)[-1])
    columns = [column for table in schema.tables.values() for column in table.columns] if schema is not None else []
    flag = next((column for column in columns if column.flag and column.field == field), None)
    if flag is not None and value in (0, 1):
        return Answer(label=flag.label, value="yes" if value else "no", kind="text")
    return written.answer_of(tell.label, value)


def _told(tell: TellDraft, results: Sequence[Any], place: int, *, made_up: bool) -> Any:
    """The value that is to be told; where results are made up also a list of values."""
    try:
        found = drafts.value_at(results[tell.from_call - 1], drafts.path_of(tell.field))
    except (LookupError, TypeError):
        returned = f"call {tell.from_call} {_in_words(results[tell.from_call - 1])}"
        raise GoalProblem(
            _NO_FIELD, f"request {place} tells {tell.label} from {tell.field!r}, and {returned}"
        ) from None
    if isinstance(found, bool):
        return "yes" if found else "no"
    if made_up and (found is None or (isinstance(found, list) and not any(isinstance(item, dict) for item in found))):
        return found
    if isinstance(found, dict | list) or found is None or not normalised(str(found)):
        one = found[0] if isinstance(found, list) and found else found
        names = f": name one of its fields {', '.join(one)} in field" if isinstance(one, dict) else ""
        text = f"request {place} tells {tell.label} from {tell.field!r}, and {_excerpt(found)} is not a value that can be told"
        raise GoalProblem(_NO_FIELD, text + names)
    return found


def _request(goal: GoalDraft, goal_id: str, place: int, made: Sequence[CallDraft], checkpoint: Checkpoint) -> Request:
    draft = goal.requests[place - 1]
    makers = [f"{goal_id}r{n}" for n, request in enumerate(goal.requests, 1) for _ in request.calls]
    needs = {makers[p.call - 1] for call in made for p in call.pointers.values()}
    # Where tools are simulated nothing is known of values, and what is asked for is what was to be told.
    asked = draft.tells if checkpoint.calls else checkpoint.answers
    return Request(
        id=f"{goal_id}r{place}",
        intent="ask",
        asks=tuple(item.label for item in asked),
        slots=tuple(Slot(label=fact.label, value=fact.value) for fact in draft.facts),
        phrases={"question": draft.question},
        solution=tuple(call.call() for call in made),
        checkpoint=checkpoint,
        needs=tuple(sorted(needs - {f"{goal_id}r{place}"})),
    )


def _in_words(result: Any) -> str:
    """What a call came to, as the model is told."""
    if result == []:
        return "found nothing: ask about something that is there"
    return f"returned {_excerpt(result)}"


def _excerpt(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…"
