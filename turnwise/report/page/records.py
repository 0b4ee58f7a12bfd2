"""Dialogues as the page holds them: a row each for the list, and what was said in packs that are unpacked when read.

A pack is JSON, deflated, as base64. Texts that come again, as tool results do, are in it once.
"""

import base64
import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from turnwise.logs.read import FOREIGN, read_samples
from turnwise.report.tables import harmless
from turnwise.scoring.comparison import Condition, Dialogue, Run

_PACK = 500
"""Dialogues in a pack: more share more of their texts, and take longer to be unpacked."""
_RESULT, _TEXT, _GOALS = 600, 8000, 160
"""Characters shown of a tool result, of a message, and of goals in the list."""
Place = tuple[str, str, int]
"""Log, sample and trial."""


@dataclass
class Packed:
    """All dialogues of a page."""

    rows: list[list[Any]] = field(default_factory=list)
    scenarios: list[list[str]] = field(default_factory=list)
    packs: list[str] = field(default_factory=list)
    at: dict[Place, int] = field(default_factory=dict)
    """the row of each dialogue"""
    completed_at: dict[int, list[list[int]]] = field(default_factory=dict)
    """by condition, the user turns at which each dialogue completed its goals"""
    user_turns: dict[int, list[int]] = field(default_factory=dict)
    endings: dict[int, dict[str, int]] = field(default_factory=dict)
    """by condition, how many dialogues ended how"""

    def index(self, conditions: Sequence[Condition]) -> str:
        """The rows, packed."""
        return pack(
            {"conditions": [c.name for c in conditions], "scenarios": self.scenarios, "rows": self.rows, "per": _PACK}
        )


def pack(value: Any) -> str:
    """A value as the page holds it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode("utf-8", "replace"), 9)).decode()


def packed_dialogues(conditions: Sequence[Condition]) -> Packed:
    """Every dialogue of some conditions, one log in memory at a time."""
    found = Packed()
    scenarios: dict[str, int] = {}
    waiting: list[Any] = []
    texts: dict[str, int] = {}

    def number(text: Any, most: int = _TEXT) -> int:
        return texts.setdefault(shown(str(text), most), len(texts))

    def flush() -> None:
        if waiting:
            found.packs.append(pack({"texts": list(texts), "dialogues": waiting}))
        waiting.clear()
        texts.clear()

    for place, condition in enumerate(conditions):
        for run in condition.runs:
            numbers = {(d.sample, d.trial): d for d in run.dialogues}
            for sample in _samples(Path(run.log)):
                if not any(message["role"] != "system" for message in sample["messages"]):
                    continue
                dialogue = numbers.get((str(sample["id"]), sample["epoch"]))
                record = _record(sample, number)
                row = _row(place, run, sample, dialogue, record, scenarios, found)
                found.at[run.log, str(sample["id"]), sample["epoch"]] = len(found.rows)
                found.rows.append(row)
                waiting.append(record)
                if len(waiting) == _PACK:
                    flush()
    flush()
    return found


def shown(text: str, most: int) -> str:
    """A text that does nothing, and is not longer than a person reads."""
    text = harmless(text)
    return text if len(text) <= most else f"{text[:most]} … ({len(text):,} characters in the log)"


def _samples(log: Path) -> Iterator[Mapping[str, Any]]:
    try:
        from turnwise.logs.bulk import read_samples as in_bulk
        from turnwise.logs.bulk import sample_names
    except ModuleNotFoundError:  # pyarrow comes with the extra `harvest`
        for sample in read_samples(log):
            yield sample.model_dump(mode="json", exclude={"events"})
        return
    yield from in_bulk(log, sample_names(log))


def _record(sample: Mapping[str, Any], number: Callable[..., int]) -> dict[str, Any]:
    """One dialogue; a text is its number."""
    scores = sample.get("scores") or {}
    messages = []
    for message in sample["messages"]:
        text = _text(message.get("content"))
        if message["role"] == "user":
            messages.append(["u", number(text)])
        elif message["role"] == "assistant":
            calls = [
                [call["function"], number(json.dumps(call["arguments"], ensure_ascii=False), _RESULT)]
                for call in message.get("tool_calls") or []
            ]
            messages.append(["a", number(text), calls] if calls else ["a", number(text)])
        elif message["role"] == "tool":
            failed = message.get("error")
            result = number(failed["message"] if failed else text, _RESULT)
            messages.append(["t", result, message.get("function") or "", 1] if failed else ["t", result])
    quality = (scores.get("iq") or {}).get("metadata") or {}
    findings = [
        [f["message"], f["sub_score"], f["severity"], number(f["evidence"])] for f in quality.get("findings", [])
    ]
    requests = ((scores.get("completion") or {}).get("metadata") or {}).get("findings", [])
    collateral = scores.get("collateral") or {}
    unwanted = [number(collateral["explanation"])] if collateral.get("value") else []
    goals = [
        [
            goal["id"],
            number(goal["description"]),
            [
                [r["request"], r["raised_at_user_turn"], r["done_at_user_turn"], number(r["evidence"])]
                for r in requests
                if r["request"] in {one["id"] for one in goal["requests"]}
            ],
        ]
        for goal in _goals(sample)
    ]
    start = ((sample.get("metadata") or {}).get("start") or {}).get("messages", 0)
    error = sample.get("error") or {}
    return {
        "m": messages,
        "f": findings,
        "g": goals,
        "w": unwanted,
        "e": _ended(sample),
        **({"s": start} if start else {}),
        **({"x": number(error["message"])} if error else {}),
    }


def _row(
    place: int,
    run: Run,
    sample: Mapping[str, Any],
    dialogue: Dialogue | None,
    record: Mapping[str, Any],
    scenarios: dict[str, int],
    found: Packed,
) -> list[Any]:
    """Condition, scenario, sample, trial, success, completed, tasks, user turns, turns, iq_core, ending, sub-scores with findings, unfit for the numbers."""
    key = dialogue.scenario if dialogue and dialogue.scenario else f"{run.log}#{sample['id']}"
    if key not in scenarios:
        scenarios[key] = len(scenarios)
        goals = " ".join(str(goal["description"]) for goal in _goals(sample))
        found.scenarios.append([run.world, shown(goals, _GOALS)])
    turns = [[r[2] for r in goal[2]] for goal in record["g"]]
    if dialogue is not None:
        found.completed_at.setdefault(place, []).append([max(t) for t in turns if t and None not in t])
        found.user_turns.setdefault(place, []).append(int(dialogue.user_turns))
    ended = found.endings.setdefault(place, {})
    ended[record["e"]] = ended.get(record["e"], 0) + 1
    numbers = (
        [None] * 6
        if dialogue is None
        else [
            dialogue.success,
            int(dialogue.completed),
            int(dialogue.tasks),
            int(dialogue.user_turns),
            int(dialogue.turns),
            None if dialogue.iq_core is None else round(dialogue.iq_core, 3),
        ]
    )
    flawed = sorted({finding[1] for finding in record["f"]})
    return [
        place,
        scenarios[key],
        str(sample["id"]),
        sample["epoch"],
        *numbers,
        record["e"],
        flawed,
        int(dialogue is None),
    ]


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
    return "\n".join(part.get("text", f"[{part.get('type')}]") for part in content or [])
