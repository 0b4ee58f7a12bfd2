"""Logs of Inspect that other tasks made, as pieces like those of any file."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inspect_ai.event import ModelEvent
from inspect_ai.log import EvalSample
from inspect_ai.scorer import value_to_float

from turnwise.errors import LogError
from turnwise.logs.importing.records import Piece
from turnwise.logs.read import read_info, read_sample, read_summaries


def samples_of(path: Path) -> Iterator[Piece]:
    """The samples of a log; a LogError where it is one of Turnwise's already."""
    info = read_info(path)
    if info.kind != "other":
        raise LogError(f"{path} is a log of Turnwise already: commands that read logs take it as it is")
    for summary in read_summaries(path):
        sample = read_sample(path, summary, excluding=(), own=False)
        notes: list[str] = []
        ended = ""
        if sample.error is not None:
            ended = "interrupted"
            notes.append("it failed in its run, and what came before was kept")
        elif sample.limit is not None:
            ended = "turn_limit" if sample.limit.type in ("message", "turn") else "interrupted"
        yield Piece(
            "inspect",
            [message.model_dump(mode="json", exclude_none=True) for message in sample.messages],
            sample.id,
            sample.epoch - 1,
            reward=_reward(sample),
            tools=_tools(sample),
            ended=ended,
            notes=tuple(notes),
        )


def _tools(sample: EvalSample) -> list[dict[str, Any]]:
    """The tools that the model was shown, each once."""
    found: dict[str, dict[str, Any]] = {}
    for event in sample.events:
        if isinstance(event, ModelEvent) and event.role is None:
            for tool in event.tools:
                parameters = tool.parameters.model_dump(mode="json", exclude_none=True)
                found.setdefault(
                    tool.name, {"name": tool.name, "description": tool.description, "parameters": parameters}
                )
    return list(found.values())


def _reward(sample: EvalSample) -> float | None:
    """The only score of a sample, where it is a number or a grade."""
    scores = list((sample.scores or {}).values())
    if len(scores) != 1 or not isinstance(scores[0].value, str | int | float):
        return None
    reward = value_to_float()(scores[0].value)
    return reward if math.isfinite(reward) else None
