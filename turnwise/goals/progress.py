"""Progress of goals against what was changed and what was disclosed: pure functions of recorded facts.

The live dialogue and the scorers call the same functions, so a score never differs from what the user saw.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, NamedTuple

from turnwise.goals.calls import ANY, SuccessfulCall, fitting, same
from turnwise.goals.model import NEW, Answer, Call, Goal, Request, WantedChange
from turnwise.values.states import states_value
from turnwise.values.text import content_words
from turnwise.values.words import snake
from turnwise.worlds import Change, RowChange, net

_LONG = 6  # words of a text from which on nobody repeats it word for word


class StateMatch(NamedTuple):
    """Requests whose wanted changes have all been made, and the changes that nobody wanted."""

    made: frozenset[str]
    unwanted: tuple[WantedChange, ...]


def match_state(requests: Iterable[Request], changes: Sequence[RowChange]) -> StateMatch:
    """Match the net changes of a session with those the requests want.

    An update counts column by column; a new row's number, given by SQLite, is matched by what else is in
    the row. What the user left open is open: in a new row only the columns that the reference solution gives have to be
    as they are there, and its defaults are no wish. Each change serves one request at most.
    """
    left = [atom for change in changes for atom in _atoms(change)]
    numbers: dict[str, Any] = {}
    made = set()
    for request in requests:
        taken = _take(_stated(request), left, numbers)
        if taken is not None:
            left, numbers = taken
            if request.checkpoint.state:
                made.add(request.id)
    return StateMatch(frozenset(made), tuple(left))


def _stated(request: Request) -> list[WantedChange]:
    """The wanted changes of a request, new rows without the columns that its solution does not give."""
    if not request.solution:
        return list(request.checkpoint.state)
    arguments = [item for call in request.solution for item in call.arguments.items()]
    names = {name for name, _ in arguments}
    values = [value for _, value in arguments if not isinstance(value, dict | list)]

    def is_given(column: str, value: Any) -> bool:
        return isinstance(value, dict) or snake(column) in names or any(same(value, given) for given in values)

    return [
        change.model_copy(update={"values": {c: v for c, v in change.values.items() if is_given(c, v)}})
        if change.kind == "insert"
        else change
        for change in request.checkpoint.state
    ]


def _atoms(change: RowChange) -> list[WantedChange]:
    parts = [{column: v} for column, v in change.values.items()] if change.kind == "update" else [change.values]
    return [WantedChange(table=change.table, kind=change.kind, key=change.key, values=part) for part in parts]


def _take(
    wanted: Sequence[WantedChange], left: list[WantedChange], numbers: dict[str, Any]
) -> tuple[list[WantedChange], dict[str, Any]] | None:
    """What is left, and the numbers of new rows, once every wanted change is taken; None when one is missing."""
    if not wanted:
        return left, numbers
    for place, atom in enumerate(left):
        bound = _fits(wanted[0], atom, numbers)
        if bound is not None:
            taken = _take(wanted[1:], left[:place] + left[place + 1 :], bound)
            if taken is not None:
                return taken
    return None


def _fits(wanted: WantedChange, actual: WantedChange, numbers: dict[str, Any]) -> dict[str, Any] | None:
    """The numbers of new rows by symbol when the two changes are the same, else None."""
    if (wanted.table, wanted.kind) != (actual.table, actual.kind):
        return None
    open_columns = actual.values.keys() - wanted.values.keys()
    if wanted.key.keys() != actual.key.keys() or (open_columns and wanted.kind != "insert"):
        return None
    if not wanted.values.keys() <= actual.values.keys():
        return None
    bound = dict(numbers)
    for expected, found in (
        *((wanted.key[c], actual.key[c]) for c in wanted.key),
        *((wanted.values[c], actual.values[c]) for c in wanted.values),
    ):
        if isinstance(expected, dict):
            if bound.setdefault(expected[NEW], found) != found:
                return None
        elif not (same(expected, found) or _is_same_sentence(expected, found)):
            return None
    return bound


def _is_same_sentence(expected: Any, found: Any) -> bool:
    """Whether two texts of several words differ only in what a sentence begins and ends with: a capital, a full stop."""
    if not (isinstance(expected, str) and isinstance(found, str) and " " in expected):
        return False
    one, other = (text.strip().rstrip(".") for text in (expected, found))
    return one[1:] == other[1:] and one[:1].lower() == other[:1].lower()


def missing_answers(request: Request, text: str, calls: Sequence[SuccessfulCall] | None = None) -> tuple[str, ...]:
    """Labels of the answers that a text does not state; unless `calls` are given, those of the reference solution."""
    answers = request.checkpoint.answers
    return tuple(answer.label for answer in answers if not _is_told(request, answer, text, calls))


def _is_told(request: Request, answer: Answer, text: str, calls: Sequence[SuccessfulCall] | None) -> bool:
    """Whether a text states the value, or where tools are simulated one of those that fitting calls returned.

    What they returned no value for cannot be told, and is not missed.
    """
    of = len(request.checkpoint.answers)
    fits = () if answer.returned is None or calls is None else fitting(request.checkpoint.calls, calls)[answer.of_call]
    if answer.returned is None or not fits:
        return states_value(text, answer.value, answer.kind, label=answer.label, of=of)
    values = [value for fit in fits for value in fit.at(answer.returned)]
    several = max(of, len(values)) if ANY in answer.returned else of
    return not values or any(_is_shown(value, answer.label, text, several) for value in values)


def _is_shown(value: Any, label: str, text: str, of: int) -> bool:
    """Whether a text states what a simulated call returned: each item of a list, and of long texts half of the words."""
    if isinstance(value, list):
        return all(_is_shown(item, label, text, max(of, len(value))) for item in value)
    if isinstance(value, bool | dict | None):
        return True  # the words for it are open
    if isinstance(value, str) and len(value.split()) > _LONG:
        words = content_words(value)
        return 2 * len(words & content_words(text)) >= len(words)
    return states_value(text, value, label=label, of=of)


def missing_calls(request: Request, calls: Sequence[SuccessfulCall]) -> tuple[Call, ...]:
    """The expected calls that were not made with at least the expected arguments."""
    wanted = request.checkpoint.calls
    return tuple(call for call, found in zip(wanted, fitting(wanted, calls), strict=True) if not found)


def done_requests(
    goals: Sequence[Goal],
    changes: Sequence[RowChange],
    disclosed: Mapping[str, str],
    calls: Sequence[SuccessfulCall] = (),
) -> frozenset[str]:
    """Ids of the requests that are done: wanted changes made, answers told, expected calls made.

    Args:
        changes: net changes of the session so far.
        disclosed: request id -> all that the assistant wrote since the user raised it; a request that was not
            raised is absent, and never done.
        calls: the tool calls so far that succeeded.
    """
    requests = [request for goal in goals for request in goal.requests if request.id in disclosed]
    made = match_state(requests, changes).made
    return frozenset(
        request.id
        for request in requests
        if (not request.checkpoint.state or request.id in made)
        and not missing_answers(request, disclosed[request.id], calls)
        and not missing_calls(request, calls)
    )


class GoalPhase(NamedTuple):
    """A stretch of a dialogue, and the goals that are pursued from its beginning.

    They are judged by what is changed and called in it: what happened before it counts neither for nor against them.
    """

    since: int
    """calls that were made before it"""
    user_turn: int
    """user messages before it"""
    goals: tuple[Goal, ...]

    @property
    def requests(self) -> list[str]:
        """Ids of the requests of its goals."""
        return [request.id for goal in self.goals for request in goal.requests]

    def dump(self) -> dict[str, Any]:
        """As JSON, for the log; of its goals the ids."""
        return {"since": self.since, "user_turn": self.user_turn, "goals": [goal.id for goal in self.goals]}


class Observation(NamedTuple):
    """What a call that succeeded returned."""

    tool: str
    result: Any


def read_goal_phases(dumped: Iterable[Mapping[str, Any]], goals: Iterable[Goal]) -> tuple[GoalPhase, ...]:
    """Goal phases out of a log, with the goals they name."""
    known = {goal.id: goal for goal in goals}
    return tuple(
        GoalPhase(found["since"], found["user_turn"], tuple(known[goal] for goal in found["goals"])) for found in dumped
    )


def done_in(
    goal_phases: Sequence[GoalPhase],
    changes: Sequence[Change],
    disclosed: Mapping[str, str],
    calls: Sequence[SuccessfulCall] = (),
) -> frozenset[str]:
    """Ids of the requests that are done, each goal by what happened in its own goal phase.

    Args:
        changes: every change so far, in order.
        disclosed: see `done_requests`.
        calls: every call so far that succeeded.
    """
    done: frozenset[str] = frozenset()
    for goal_phase, until in _spans(goal_phases):
        own = [made for made in calls if goal_phase.since < made.number <= until]
        done |= done_requests(goal_phase.goals, _net(changes, goal_phase.since, until), disclosed, own)
    return done


def state_in(goal_phases: Sequence[GoalPhase], changes: Sequence[Change]) -> StateMatch:
    """`match_state` phase by phase; what was changed before the first is nobody's."""
    made: frozenset[str] = frozenset()
    unwanted: tuple[WantedChange, ...] = ()
    for goal_phase, until in _spans(goal_phases):
        requests = [request for goal in goal_phase.goals for request in goal.requests]
        match = match_state(requests, _net(changes, goal_phase.since, until))
        made, unwanted = made | match.made, unwanted + match.unwanted
    return StateMatch(made, unwanted)


def still_wanted(goals: Iterable[Goal], done: Set[str], given_up: Set[str]) -> tuple[Goal, ...]:
    """The goals that a user who comes this far can still pursue: not all done, and no request of them given up."""
    return tuple(
        goal
        for goal in goals
        if any(request.id not in done for request in goal.requests)
        and not any(request.id in given_up - done for request in goal.requests)
    )


def _spans(goal_phases: Sequence[GoalPhase]) -> Iterator[tuple[GoalPhase, float]]:
    """Goal phases with the number of the last call in each."""
    ends = [*(goal_phase.since for goal_phase in goal_phases[1:]), float("inf")]
    return zip(goal_phases, ends, strict=False)


def _net(changes: Sequence[Change], since: int, until: float) -> list[RowChange]:
    return net(change for change in changes if since < change.call <= until)
