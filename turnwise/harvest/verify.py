"""Whether an export says what the archive says, by the trainer's own reading of it.

Every record is loaded as the trainer loads it, read back, and compared with the archive: texts, calls, the types and
numbers of arguments, and what is learned. Some are rendered, by the trainer's own code where it is installed.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from turnwise.errors import HarvestError
from turnwise.files import numbered_lines
from turnwise.harvest import trainers
from turnwise.harvest.archive import SPLITS
from turnwise.harvest.exports import Format, files
from turnwise.harvest.exports.dialogues import TrainingDialogue, differences, same
from turnwise.harvest.exports.writing import (
    RecordOf,
    export,
    file_name,
    format_named,
    load_tokenizer,
    records_of,
    sources,
)
from turnwise.harvest.plain import plain_tokenizer
from turnwise.harvest.states import read_only


class FileCheck(NamedTuple):
    """What was found in the file of a split; counts of equal things come with how many there are."""

    file: str
    records: int
    """that the archive gives"""
    loaded: int
    rendered: int
    calls: tuple[int, int]
    masks: tuple[int, int]
    """messages of the assistant that are learned, or not, as the archive says; by the trainer where it renders"""
    problems: tuple[str, ...]
    samples: tuple[str, ...]


class Verified(NamedTuple):
    """What became of the records of an export."""

    format: Format
    by: str
    """what read and rendered them"""
    files: tuple[FileCheck, ...]

    @property
    def problems(self) -> list[str]:
        """All that is wrong, a sentence each; an export without any is sound."""
        return [f"{checked.file}: {problem}" for checked in self.files for problem in checked.problems]


def verify(
    directory: Path, name: str, *, exported: Path | None = None, tokenizer: str | None = None, render: int = 200
) -> Verified:
    """Check an export of an archive.

    Args:
        exported: its folder; None makes one for the purpose.
        tokenizer: by name or folder, with the chat template to render with; None takes a plain one of our own.
        render: how many records of each file are rendered.

    Raises:
        HarvestError: the archive cannot be read, the folder is no export for this trainer, or a library is missing.
    """
    if exported is None:
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / "export"
            export(directory, name, made, tokenizer=tokenizer)
            return verify(directory, name, exported=made, tokenizer=tokenizer, render=render)
    manifest = _manifest(exported, name)
    format = format_named(name, manifest["tokenizer"])
    writer = load_tokenizer(tokenizer or manifest["tokenizer"]) if tokenizer or manifest["tokenizer"] else None
    writer = writer or plain_tokenizer()
    with read_only(directory):
        found = tuple(
            _check(directory, exported, format, split, bool(manifest["per_user_turn"]), writer, render)
            for split in SPLITS
            if split in manifest["records"] or (exported / file_name(format, split)).exists()
        )
    return Verified(format, _BY.get(name, "datasets and a chat template"), found)


_BY = {
    "trl-sft": "trl.SFTTrainer",
    "trl-dpo": "trl.DPOTrainer",
    "openai": "our reading of OpenAI's rules, and a chat template",
    "openai-dpo": "our reading of OpenAI's rules, and a chat template",
    "tokens": "datasets and the tokenizer",
}


def _manifest(exported: Path, name: str) -> Mapping[str, Any]:
    path = exported / files.MANIFEST
    try:
        manifest: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
        made_for = manifest["format"]
    except (OSError, ValueError, KeyError) as error:
        raise HarvestError(f"{exported} is no export: turnwise harvest export writes one") from error
    if made_for != name:
        raise HarvestError(f"{exported} is an export for {made_for}, and not for {name}")
    return manifest


def _check(
    directory: Path, exported: Path, format: Format, split: str, per_user_turn: bool, tokenizer: Any, render: int
) -> FileCheck:
    file = exported / file_name(format, split)
    wanted = _wanted(directory, format, split, per_user_turn)
    try:
        records = _load(file, format)
    except _Unreadable as error:
        number = sum(1 for _ in wanted)
        return FileCheck(file.name, number, 0, 0, (0, 0), (0, 0), (f"it cannot be loaded: {error}",), ())
    problems: list[str] = []
    first: list[RecordOf] = []
    number, calls, masks = 0, [0, 0], [0, 0]
    reading = iter(records)
    for piece in wanted:
        number += 1
        if len(first) < render:
            first.append(piece)
        record = next(reading, None)
        if record is None or format.read is None:
            continue
        expected = format.expected(piece.source)
        calls[1] += sum(len(turn.calls) for turn in expected.turns)
        masks[1] += sum(turn.role == "assistant" for turn in expected.turns)
        try:
            read = format.read(record)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            problems.append(f"record {number} ({_id(piece)}): it cannot be read: {error!s}")
            continue
        calls[0] += _equal_calls(expected, read)
        masks[0] += sum(
            one.trained == other.trained
            for one, other in zip(expected.turns, read.turns, strict=False)
            if one.role == other.role == "assistant"
        )
        problems.extend(f"record {number} ({_id(piece)}): {line}" for line in differences(expected, read))
    if len(records) != number:
        problems.append(f"it has {len(records)} records, and the archive gives {number}")
    samples: tuple[str, ...] = ()
    rendered = 0
    if not problems:  # trainers stop at the first record they cannot read, and would say less
        seen = _rendered(records, first, format, tokenizer)
        rendered, samples = len(seen), tuple(one.text for one in seen[:3])
        for place, (one, piece) in enumerate(zip(seen, first, strict=True), 1):
            problems.extend(f"record {place} ({_id(piece)}): {line}" for line in one.problems)
        if format.name == "tokens":
            masks = [sum(not one.problems for one in seen), rendered]
        elif format.name == "trl-sft" and not all(one.masked for one in seen):
            masks = [0, 0]  # nobody can tell what TRL would learn
    return FileCheck(
        file.name, number, len(records), rendered, (calls[0], calls[1]), (masks[0], masks[1]), tuple(problems), samples
    )


def _wanted(directory: Path, format: Format, split: str, per_user_turn: bool) -> Iterator[RecordOf]:
    for source in sources(directory, format):
        if source["split"] == split:
            yield from (piece for piece in records_of(source, format, per_user_turn) if piece.record is not None)


def _id(piece: RecordOf) -> str:
    return str(piece.source["pair_id"] if "pair_id" in piece.source else piece.source["sample_id"])


def _equal_calls(expected: TrainingDialogue, read: TrainingDialogue) -> int:
    pairs = zip(expected.turns, read.turns, strict=False)
    return sum(same([*one], [*other]) for a, b in pairs for one, other in zip(a.calls, b.calls, strict=False))


class _Unreadable(Exception):
    """A file that its reader gives up on."""


def _load(file: Path, format: Format) -> Sequence[Any]:
    """The records of a file, by the library that the trainer uses; OpenAI reads lines."""
    if format.name.startswith("openai"):
        try:
            return [json.loads(line) for _, line in numbered_lines(file.read_text("utf-8"))]
        except (OSError, ValueError) as error:
            raise _Unreadable(str(error)) from error
    kind = "parquet" if format.columns else "json"
    try:
        with tempfile.TemporaryDirectory() as cache, trainers.quiet() as datasets:
            loaded: Sequence[Any] = datasets.load_dataset(
                kind, data_files=str(file), split="train", cache_dir=cache, keep_in_memory=True
            )
    except HarvestError:
        raise
    except Exception as error:  # whatever it raises, what it says is the finding
        raise _Unreadable(" ".join(str(error.__cause__ or error).split())[:200]) from error
    return loaded


def _rendered(records: Any, first: Sequence[RecordOf], format: Format, tokenizer: Any) -> list[trainers.Seen]:
    if not first:
        return []
    if format.name == "trl-sft":
        return trainers.trl_sft(records.select(range(len(first))), [piece.source for piece in first], tokenizer)
    if format.name == "trl-dpo":
        return trainers.trl_dpo(records.select(range(len(first))), [piece.source for piece in first], tokenizer)
    some = islice(records, len(first))
    if format.read is not None:
        return [trainers.by_template(format.read(record), tokenizer) for record in some]
    return trainers.pretokenised(some, [piece.source for piece in first], tokenizer)
