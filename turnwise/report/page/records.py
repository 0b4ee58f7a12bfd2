"""Dialogues as the page holds them: a column for each thing that the list knows of them, and what was said in packs.

A pack is JSON, compressed by LZMA, as base64; `lzma.js` reads it when one of its dialogues is read.
"""

import base64
import json
import lzma
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

from turnwise.errors import LogError
from turnwise.logs.bulk import read_samples, sample_names
from turnwise.logs.read import FOREIGN
from turnwise.report.page.told import CHECK_NUMBERS, out_of_numbers, told_of_user
from turnwise.scoring.comparison import Condition, Dialogue, Run
from turnwise.scoring.measures import MEASURES, SUB_MEASURES, Measure
from turnwise.values.text import harmless

PACK = 500
"""Dialogues in a pack: more share more of their texts, and take longer to be unpacked."""
_RESULT, _TEXT, _GOALS = 600, 8000, 160
"""Characters shown of a tool result, of a message, and of goals in the list."""
_FILTERS = [{"id": lzma.FILTER_LZMA1, "preset": 5, "lc": 3, "lp": 0, "pb": 0}]
"""What `lzma.js` expects."""
_WAITING = 2
"""Packs that may wait to be compressed."""
COLUMNS = ("condition", "scenario", "sample", "trial", "ended", "flaws", "out", "goals")
LISTED: tuple[Measure, ...] = (*MEASURES, *SUB_MEASURES)


class Pack(NamedTuple):
    text: str
    size: int
    """bytes when unpacked"""


class Branch(NamedTuple):
    """A dialogue that took up another, which is on the page or, without a row, is not."""

    row: int
    parent: int | None
    named: str
    """the other, where it is not on the page"""
    turn: int
    change: str


@dataclass
class Packed:
    columns: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    parts: dict[str, list[float | None]] = field(default_factory=lambda: {m.name: [] for m in LISTED})
    """by measure, what each dialogue adds to it; None where it was not measured"""
    wholes: dict[str, list[float | None]] = field(default_factory=dict)
    """by measure, what it is measured over, where that is not 1"""
    scenarios: list[list[str]] = field(default_factory=list)
    packs: list[Pack] = field(default_factory=list)
    packing: list[Future[Pack]] = field(default_factory=list)
    """those that are being compressed"""
    at: dict[tuple[str, str, int], int] = field(default_factory=dict)
    """the row of each dialogue, by log, sample and trial"""
    completed_at: dict[int, list[list[int]]] = field(default_factory=dict)
    """by condition, the user turns at which each dialogue completed its goals"""
    user_turns: dict[int, list[int]] = field(default_factory=dict)
    branches: list[Branch] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    """logs of which something could not be read"""

    def __len__(self) -> int:
        return len(self.columns["condition"])

    def index(self, conditions: Sequence[Condition]) -> Pack:
        """All but what was said, packed."""
        titles = {m.name: [m.title, m.kind] for m in LISTED} | {k: list(v) for k, v in CHECK_NUMBERS.items()}
        known = {name: values for name, values in self.parts.items() if any(v is not None for v in values)}
        return pack(
            {
                "conditions": [harmless(c.name) for c in conditions],
                "scenarios": self.scenarios,
                "columns": self.columns,
                "measures": {name: [*titles[name], v, self.wholes.get(name)] for name, v in known.items()},
                "branches": self.branches,
                "per": PACK,
            }
        )


def pack(value: Any) -> Pack:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return Pack(base64.b64encode(lzma.compress(text, lzma.FORMAT_RAW, filters=_FILTERS)).decode(), len(text))


def packed_dialogues(conditions: Sequence[Condition], tell: Callable[[], None] = lambda: None) -> Packed:
    """Every dialogue of some conditions, a few in memory at a time; `tell` is called after each.

    Packs are compressed on a second core while the next dialogues are read.
    """
    with ThreadPoolExecutor(1) as pool:
        found = _packed(conditions, pool, tell)
    found.packs = [future.result() for future in found.packing]
    return found


def _packed(conditions: Sequence[Condition], pool: Executor, tell: Callable[[], None]) -> Packed:
    found = Packed()
    scenarios: dict[str, int] = {}
    waiting: list[Any] = []
    uuids: dict[str, int] = {}
    starts: list[tuple[int, Mapping[str, Any]]] = []

    def flush() -> None:
        if waiting:
            found.packing.append(pool.submit(pack, list(waiting)))
        waiting.clear()
        for future in found.packing[:-_WAITING]:
            future.result()  # reading does not run ahead of what is compressed

    # Runs of the same scenarios stand together: they share most of their texts, which are packed once then.
    runs = [(place, run) for place, condition in enumerate(conditions) for run in condition.runs]
    for place, run in sorted(runs, key=lambda held: (held[1].world, held[1].scenarios)):
        numbers = {(d.sample, d.trial): d for d in run.dialogues}
        for sample in _samples(Path(run.log), found.damaged):
            row, name = len(found), (str(sample["id"]), int(sample["epoch"]))
            record = _record(sample)
            _add(found, place, run, sample, numbers.get(name), record, scenarios)
            found.at[run.log, *name] = row
            uuids[str(sample.get("uuid") or f"row {row}")] = row
            if start := (sample.get("metadata") or {}).get("start"):
                starts.append((row, start))
            waiting.append(record)
            tell()
            if len(waiting) == PACK:
                flush()
    flush()
    by_name = {(Path(log).name, sample, trial): row for (log, sample, trial), row in found.at.items()}
    found.branches = [_branch(row, start, uuids, by_name) for row, start in starts]
    return found


def shown(text: str, most: int) -> str:
    """A text that does nothing, and is not longer than a person reads."""
    text = harmless(text)
    return text if len(text) <= most else f"{text[:most]} … ({len(text):,} characters in the log)"


def listed_value(value: float | None) -> float | None:
    """A number as the list has it: what is drawn and what is linked to are the same."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.6g}")


def _samples(log: Path, damaged: list[str]) -> Iterator[Mapping[str, Any]]:
    """The samples of a log; one that cannot be read costs itself."""
    try:
        names, place = sample_names(log), 0
    except (OSError, BadZipFile) as error:
        damaged.append(f"{log} cannot be read, and its dialogues are not in the list ({error}).")
        return
    while place < len(names):
        try:
            for found in read_samples(log, names[place:]):
                place += 1
                yield found
            return
        except (OSError, ValueError, LogError) as error:
            damaged.append(f"{log}: a dialogue cannot be read and is not in the list ({error}).")
            place += 1


def _record(sample: Mapping[str, Any]) -> dict[str, Any]:
    """One dialogue: what was said, found, wanted and done."""
    scores = sample.get("scores") or {}
    messages: list[list[Any]] = []
    for message in sample.get("messages") or ():
        text = _text(message.get("content"))
        if message["role"] == "user":
            messages.append(["u", shown(text, _TEXT)])
        elif message["role"] == "assistant":
            calls = [
                [harmless(call["function"]), shown(json.dumps(call["arguments"], ensure_ascii=False), _RESULT)]
                for call in message.get("tool_calls") or []
            ]
            messages.append(["a", shown(text, _TEXT), *([calls] if calls else [])])
        elif message["role"] == "tool":
            failed = message.get("error")
            result = shown(failed["message"] if failed else text, _RESULT)
            messages.append(["t", result, "", 1] if failed else ["t", result])
    quality = (scores.get("iq") or {}).get("metadata") or {}
    requests = ((scores.get("completion") or {}).get("metadata") or {}).get("findings", [])
    collateral = scores.get("collateral") or {}
    error = sample.get("error") or {}
    start = ((sample.get("metadata") or {}).get("start") or {}).get("messages", 0)
    return {
        "m": messages,
        "f": [
            [f["message"], f["sub_score"], f["severity"], shown(str(f["evidence"]), _TEXT)]
            for f in quality.get("findings", [])
        ],
        "g": [_goal(goal, requests) for goal in _goals(sample)],
        "w": [shown(str(collateral.get("explanation")), _TEXT)] if collateral.get("value") else [],
        **({"s": start} if start else {}),
        **({"x": shown(str(error["message"]), _TEXT)} if error else {}),
    }


def _goal(goal: Mapping[str, Any], requests: Sequence[Mapping[str, Any]]) -> list[Any]:
    ids = {one["id"] for one in goal["requests"]}
    return [
        harmless(str(goal["id"])),
        shown(str(goal["description"]), _TEXT),
        [
            [
                harmless(str(r["request"])),
                r["raised_at_user_turn"],
                r["done_at_user_turn"],
                shown(str(r["evidence"]), _TEXT),
            ]
            for r in requests
            if r["request"] in ids
        ],
    ]


def _add(
    found: Packed,
    place: int,
    run: Run,
    sample: Mapping[str, Any],
    dialogue: Dialogue | None,
    record: Mapping[str, Any],
    scenarios: dict[str, int],
) -> None:
    """Put what the list knows of a dialogue into its columns."""
    key = dialogue.scenario if dialogue and dialogue.scenario else f"{run.log}#{sample['id']}"
    if key not in scenarios:
        scenarios[key] = len(scenarios)
        goals = " ".join(str(goal["description"]) for goal in _goals(sample))
        found.scenarios.append([harmless(run.world), shown(goals, _GOALS)])
    tasks = None if dialogue is None or not dialogue.tasks else f"{dialogue.completed:.0f} of {dialogue.tasks:.0f}"
    flawed = sorted({harmless(str(finding[1])) for finding in record["f"]})
    out = "" if dialogue is not None else out_of_numbers(sample)
    values = (place, scenarios[key], harmless(str(sample["id"])), sample["epoch"], _ended(sample), flawed, out, tasks)
    row = len(found)
    for name, value in zip(COLUMNS, values, strict=True):
        found.columns[name].append(value)
    for measure in LISTED:
        found.parts[measure.name].append(None if dialogue is None else listed_value(measure.part(dialogue)))
        if measure.whole is not None:
            whole = None if dialogue is None else listed_value(measure.whole(dialogue))
            found.wholes.setdefault(measure.name, []).append(whole)
    for name, (part, whole) in told_of_user(sample).items():
        found.parts.setdefault(name, [None] * row).append(listed_value(part))
        if whole is not None or name in found.wholes:
            found.wholes.setdefault(name, [None] * row).append(whole)
    if dialogue is not None:
        turns = [[r[2] for r in goal[2]] for goal in record["g"]]
        found.completed_at.setdefault(place, []).append([max(t) for t in turns if t and None not in t])
        found.user_turns.setdefault(place, []).append(int(dialogue.user_turns))


def _branch(
    row: int, start: Mapping[str, Any], uuids: Mapping[str, int], by_name: Mapping[tuple[str, str, int], int]
) -> Branch:
    """Where a dialogue took up another, which is found by its own id, or by its log, sample and trial."""
    source, change = start.get("source") or {}, start.get("change") or {}
    place = str(source.get("file", "")), str(source.get("sample_id", "")), int(source.get("epoch") or 1)
    parent = uuids.get(str(source.get("sample_uuid") or ""), by_name.get(place))
    named = harmless(f"dialogue {place[1]} of {place[0]}")
    words = shown(str(change.get("words", "")), _GOALS)
    return Branch(row, parent, named, int(source.get("user_turn") or 0), words)


def _goals(sample: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    metadata, store = sample.get("metadata") or {}, sample.get("store") or {}
    given = (metadata.get("scenario") or {}).get("goals", [])
    return [*given, *store.get("DialogueLog:added", [])]


def _ended(sample: Mapping[str, Any]) -> str:
    if sample.get("error"):
        return "error"
    known = (sample.get("metadata") or {}).get(FOREIGN) or {}
    return str((sample.get("store") or {}).get("DialogueLog:ended") or known.get("ended") or "unknown")


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(part.get("text") or f"[{part.get('type')}]" for part in content or [])
