"""Whether a dialogue shows what a benchmark asks: its words, its tools, the things in its database.

Words are compared in stretches of 13; tools by signature (name and names of parameters), as names alone are shared by
chance; ids of things (canaries) as they are written.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from turnwise.errors import HarvestError, LogError
from turnwise.files import numbered_lines
from turnwise.harvest.archive import parquet_rows
from turnwise.harvest.filters import Filter, Rejection
from turnwise.harvest.rows import MessageRow, Rollout
from turnwise.logs.importing.reading import CONVERT, is_broken, load, read_text

_STRETCH = 13
_TIME = re.compile(r"\d{4}-\d\d-\d\d")
_ID = re.compile(r"#?(?=.*[A-Za-z])(?=(?:.*\d){3})[\w-]{6,64}|#?\d{9,64}")
"""An id by its looks: letters and at least three digits, or a long number."""
_TOKEN = re.compile(r"#?\w[\w-]{3,}")
_MARKS = ".,;:!?\"'()[]{}*"


@dataclass
class Benchmarks:
    """What is in files of benchmarks, each with the name of the first file that has it."""

    stretches: dict[str, str] = field(default_factory=dict)
    """by 13 words"""
    tools: dict[str, str] = field(default_factory=dict)
    """by signature; tools without parameters have none"""
    ids: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, paths: Sequence[Path]) -> "Benchmarks":
        """Read files: JSON or JSON lines of any shape (dialogues, tasks, tool lists, databases), parquet, or text.

        A text with one word a line is a list of ids, taken as they are; of JSON, the values and keys that look like ids are.
        """
        found = cls()
        for path in paths:
            one = cls()
            for value in _values(path):
                one._take(value, path.name)
            if not (one.stretches or one.tools or one.ids):
                raise HarvestError(f"{path} has nothing to compare with: no 13 words in a row, no tool and no id")
            found.stretches, found.tools = {**one.stretches, **found.stretches}, {**one.tools, **found.tools}
            found.ids = {**one.ids, **found.ids}
        return found

    def _take(self, value: Any, name: str, spoken: bool = True) -> None:
        """Take in a value; `spoken` is false for what an assistant or a tool says, who say the same everywhere."""
        if isinstance(value, _Ids):
            self.ids |= dict.fromkeys(value, name)
        elif isinstance(value, str):
            if value[:1] in ("{", "[") and (inner := _json(value)) is not None:
                self._take(inner, name, spoken)
            elif _ID.fullmatch(value) and not _TIME.match(value):
                self.ids[value] = name
            elif spoken:
                self.stretches |= dict.fromkeys(_stretches(value), name)
        elif isinstance(value, list):
            for inner in value:
                self._take(inner, name, spoken)
        elif isinstance(value, dict):
            if signature := _signature(value):
                self.tools[signature] = name
            self.ids |= {str(key): name for key in value if _ID.fullmatch(str(key))}
            for inner in value.values():
                self._take(inner, name, spoken and value.get("role") not in ("assistant", "tool"))


def contaminated(rollout: Rollout, benchmarks: Benchmarks, thresholds: Filter) -> Iterator[Rejection]:
    """What a dialogue shares with benchmarks, where that is more than the filter allows: an example of each kind."""
    tools = [_signature(tool["function"]) for tool in json.loads(rollout.tools or "[]")] if benchmarks.tools else []
    ids = sorted(_tokens(rollout)) if benchmarks.ids else []
    words = [stretch for m in rollout.messages for stretch in _compared(m)] if benchmarks.stretches else []
    found: tuple[tuple[str, int | None, list[str], Mapping[str, str]], ...] = (
        ("words", thresholds.benchmark_stretches, words, benchmarks.stretches),
        ("tools", thresholds.benchmark_tools, tools, benchmarks.tools),
        ("ids", thresholds.benchmark_ids, ids, benchmarks.ids),
    )
    for kind, most, said, files in found:
        shared = [one for one in said if one in files]
        if most is not None and len(shared) > most:
            more = f" and {len(shared) - 1} more" * (len(shared) > 1)
            name = "benchmark_stretches" if kind == "words" else f"benchmark_{kind}"
            yield Rejection(name, f"{kind} of a benchmark", f"{files[shared[0]]}: {shared[0]}{more}")


class _Ids(list[str]):
    """The ids of a text with one word a line."""


def _values(path: Path) -> Iterator[Any]:
    """What a file holds, piece by piece."""
    if path.suffix == ".parquet":
        yield from parquet_rows(path)
        return
    try:
        text, note = read_text(path)
    except LogError as error:
        raise HarvestError(str(error)) from error
    is_json = path.name.removesuffix(".gz").endswith((".json", ".jsonl"))
    if "\0" in text or note or is_broken(text):
        raise HarvestError(f"{path} is no text in UTF-8: name JSON, JSON lines, parquet or text, or {CONVERT}")
    lines = [line.strip() for _, line in numbered_lines(text)]
    if not is_json:
        yield text if any(len(line.split()) > 1 for line in lines) else _Ids(lines)
    elif (whole := _json(text)) is not None:
        yield whole
    else:
        for number, line in numbered_lines(text):
            try:
                yield load(line)
            except ValueError as error:
                raise HarvestError(f"{path}, line {number}: neither JSON nor JSON lines ({error})") from error


def _json(text: str) -> Any:
    try:
        return load(text)
    except ValueError:
        return None


def _stretches(text: str) -> list[str]:
    words = re.findall(r"\w+", text.lower())
    return [" ".join(words[n : n + _STRETCH]) for n in range(len(words) - _STRETCH + 1)]


_of_policy = lru_cache(maxsize=8)(_stretches)
"""All dialogues of a log have one policy."""


def _compared(message: MessageRow) -> list[str]:
    text = message["content"] or ""
    return _of_policy(text) if message["role"] == "system" else _stretches(text) if message["role"] == "user" else []


def _signature(value: dict[str, Any]) -> str:
    """`name(a, b)` of a tool as OpenAI, MCP or a function-calling benchmark has it; empty when it is none."""
    schema = next((value[key] for key in ("parameters", "inputSchema", "input_schema") if key in value), None)
    names = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(value.get("name"), str) or not isinstance(names, dict) or not names:
        return ""
    return f"{value['name']}({', '.join(sorted(names))})"


def _tokens(rollout: Rollout) -> set[str]:
    """Everything in a dialogue that could be an id; its system message is no part of it."""
    found: set[str] = set()
    for message in rollout.messages:
        texts = [message["content"] or ""] if message["role"] != "system" else []
        texts += [call["function"]["arguments"] for call in message["tool_calls"] or []]
        for text in texts:
            found.update(_TOKEN.findall(text))
            found.update(word.strip(_MARKS) for word in text.split())
    return found
