"""The types of what Turnwise keeps in a log beside what is Inspect's own: a stranger may have put anything there.

Inspect checks the fields that it knows, and takes metadata, the store and the metadata of scores as they are.
"""

from collections.abc import Mapping
from typing import Any

from inspect_ai.log import EvalSample
from inspect_ai.scorer import Score
from inspect_ai.solver import TaskState
from pydantic import ValidationError
from pydantic_core import CoreSchema, SchemaValidator
from pydantic_core import core_schema as of

from turnwise.errors import LogError, first_problem

_LONGEST = 200
"""Characters of a problem that are told: names in it are a stranger's."""
_LARGEST = 2**53
_A_SCORE = "Input should be a number, a text, or numbers by name"


def _keys(needed: Mapping[str, CoreSchema] | None = None, /, **known: CoreSchema) -> CoreSchema:
    """An object that has the needed keys, and others of these types or any that are not named."""
    fields = {name: of.typed_dict_field(shape, required=True) for name, shape in (needed or {}).items()}
    return of.typed_dict_schema(fields | {name: of.typed_dict_field(s, required=False) for name, s in known.items()})


def _map(values: CoreSchema) -> CoreSchema:
    return of.dict_schema(of.str_schema(), values)


def _or_null(shape: CoreSchema) -> CoreSchema:
    return of.nullable_schema(shape)


_text, _yes, _objects = of.str_schema(), of.bool_schema(), of.list_schema(of.dict_schema())
_whole, _place = of.int_schema(ge=-_LARGEST, le=_LARGEST), of.int_schema(ge=0, le=_LARGEST)
_number = of.union_schema(
    [of.float_schema(), _yes, of.none_schema()],
    custom_error_type="number",
    custom_error_message="Input should be a number",
)
_name = of.union_schema([_text, of.int_schema()])
_words, _numbers, _writes = _or_null(_text), _map(_number), _map(_yes)

_ABOUT = _keys(
    **dict.fromkeys(("world", "world_hash", "goals", "behaviour", "imported_from", "format"), _text),
    whole_goals=_yes,
    tools=_objects,
)
_GOAL = _keys(
    {
        "id": _text,
        "description": _text,
        "difficulty": of.literal_schema(["easy", "medium", "hard"]),
        "requests": of.list_schema(_keys({"id": _text})),
    }
)
_GOALS = of.list_schema(_GOAL)
_START = _keys(
    {"messages": _place, "change": _keys({"words": _text})},
    source=_keys(file=_text, sample_id=_name, sample_uuid=_words, epoch=_whole, user_turn=_whole),
    session_seed=_whole,
    reference_time=_text,
    foreign=_yes,
)
_LEDGER = _keys(
    faults=of.list_schema(_keys(dict.fromkeys(("role", "kind", "reason"), _text))),
    usage=_map(_keys(dict.fromkeys(("input", "cached", "output"), _whole))),
)
_STORE = {
    **dict.fromkeys(("ended", "user", "tools", "now"), _text),
    "progress": of.list_schema(_keys({"request": _text, "event": _text, "user_turn": _whole})),
    "changes": _objects,
    "goal_phases": of.list_schema(_keys({"since": _whole, "user_turn": _whole, "goals": of.list_schema(_text)})),
    "added": _GOALS,
    "ledger": _LEDGER,
}
_ERROR = _or_null(_keys({"message": _text}))
_MESSAGE = _keys(
    {"role": _text},
    content=_or_null(
        of.union_schema([_text, of.list_schema(_keys({"type": _text}, text=_words, reasoning=_words, summary=_words))])
    ),
    tool_calls=_or_null(of.list_schema(_keys({"id": _text, "function": _text, "arguments": of.dict_schema()}))),
    tool_call_id=_words,
    function=_words,
    error=_ERROR,
    metadata=_or_null(_keys(dialogue_acts=of.list_schema(of.list_schema(_text, min_length=2, max_length=2)))),
)


def _score(**metadata: CoreSchema) -> CoreSchema:
    value = of.union_schema([_text, _number, _numbers], custom_error_type="score", custom_error_message=_A_SCORE)
    return _keys(value=value, metadata=_or_null(_keys(also=_numbers, **metadata)), answer=_words)


_DEFECT = _keys({"message": _place, "sub_score": _text, "severity": _whole, "evidence": _text})
_TURNS = dict.fromkeys(("raised_at_user_turn", "done_at_user_turn"), _or_null(_whole))
_OUTCOME = _keys({"request": _text, "evidence": _text, **_TURNS})
_SCORES = _keys(
    **dict.fromkeys(("success", "collateral", "validity", "reward", "counts", "density", "user_health"), _score()),
    completion=_score(findings=of.list_schema(_OUTCOME)),
    iq=_score(findings=of.list_schema(_DEFECT)),
)
_ANY_SCORE = _keys(explanation=_words, metadata=_or_null(of.dict_schema()))
_SAMPLE = _keys(
    id=_name,
    epoch=_whole,
    uuid=_words,
    messages=of.list_schema(_MESSAGE),
    metadata=_or_null(
        _keys(
            scenario=_keys({"world_hash": _text, "goals": _GOALS}, behaviour=_keys(name=_text), seed=_text),
            start=_START,
            foreign=_keys(instruction=_text, ended=_text, writes=_writes, tools=_objects),
            writes=_writes,
        )
    ),
    store=_or_null(_keys(**{f"DialogueLog:{name}": shape for name, shape in _STORE.items()}, ledger=_LEDGER)),
    scores=_or_null(_map(_ANY_SCORE)),
    error=_ERROR,
    attachments=_or_null(_map(_text)),
    **dict.fromkeys(("role_usage", "model_usage"), _or_null(_map(of.dict_schema()))),
)
_about, _sample, _scores = map(SchemaValidator, (_ABOUT, _SAMPLE, _SCORES))


def check_about(metadata: Mapping[str, Any]) -> None:
    """LogError where what a task wrote down about itself is not what it should be."""
    _check(_about, metadata, "its metadata")


def check_sample(sample: Mapping[str, Any]) -> None:
    """LogError where what a dialogue of ours has in a sample, as JSON or a part of it, is not what it should be."""
    _check(_sample, sample, "a dialogue")
    check_scores(sample.get("scores") or {})


def check_scores(scores: Mapping[str, Any]) -> None:
    """The same of its scores alone, as JSON or as Inspect's."""
    parts = ("value", "metadata", "answer")
    told = {
        name: {part: getattr(score, part) for part in parts} if isinstance(score, Score) else score
        for name, score in scores.items()
    }
    _check(_scores, told, "a score")


def check_inspect_sample(sample: EvalSample | TaskState) -> None:
    """LogError where what a dialogue of ours has in a sample of Inspect's is not what it should be."""
    spoken = [{"role": message.role, "metadata": message.metadata} for message in sample.messages]
    store = sample.store if isinstance(sample.store, Mapping) else dict(sample.store.items())
    _check(_sample, {"metadata": sample.metadata, "store": store, "messages": spoken}, "a dialogue")
    check_scores(sample.scores or {})


def _check(shape: SchemaValidator, value: Mapping[str, Any], what: str) -> None:
    try:
        shape.validate_python(value, strict=True)
    except ValidationError as error:
        raise LogError(f"{what} is not what it should be: {first_problem(error)[:_LONGEST]}") from error
