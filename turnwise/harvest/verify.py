"""Whether an export says what the archive says, as its trainer reads it.

Every record is loaded as the trainer loads it, and compared with the record that the archive gives: texts, calls, the
types and numbers of arguments, and what is learned. Some are rendered, by the trainer's own code where it is installed.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from turnwise.errors import HarvestError
from turnwise.files import numbered_lines
from turnwise.harvest import trainers
from turnwise.harvest.archive import SPLITS, locked
from turnwise.harvest.exports import writing
from turnwise.harvest.exports.formats import Format
from turnwise.harvest.exports.writing import RecordOf, as_harvested, export, records_of, source_id


class FileCheck(NamedTuple):
    """What was found in the file of a split."""

    file: str
    records: int
    """that the archive gives"""
    loaded: int = 0
    equal: int = 0
    """records that say what the archive says"""
    rendered: int = 0
    masked: bool = True
    """whether TRL, where it is the trainer, could tell what the assistant writes"""
    problems: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()


class Verified(NamedTuple):
    """What became of the records of an export."""

    by: str
    """what read and rendered them"""
    files: tuple[FileCheck, ...]

    @property
    def problems(self) -> list[str]:
        """All that is wrong, a sentence each; an export without any is sound."""
        return [f"{checked.file}: {problem}" for checked in self.files for problem in checked.problems]


_LINES = "a reader of JSON lines, and a chat template"
_BY = {"trl-sft": "trl.SFTTrainer", "trl-dpo": "trl.DPOTrainer", "openai": _LINES, "openai-dpo": _LINES}
_BY |= {"atif": "a reader of JSON lines", "session-trace": "a reader of JSON lines"}
_BY["tokens"] = "datasets and the tokenizer"


def verify(
    directory: Path, name: str, *, exported: Path | None = None, tokenizer: str | None = None, render: int = 200
) -> Verified:
    """Check an export of an archive, or one made for the purpose; some records of each file are rendered.

    The tokenizer, by name or folder, has the chat template to render with; None takes a plain one of our own.
    """
    if exported is None:
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / "export"
            export(directory, name, made, tokenizer=tokenizer)
            return verify(directory, name, exported=made, tokenizer=tokenizer, render=render)
    try:
        manifest = json.loads((exported / writing.MANIFEST).read_text("utf-8"))
        made_for = manifest["format"]
    except (OSError, ValueError, KeyError) as error:
        raise HarvestError(f"{exported} is no export: turnwise harvest export writes one") from error
    if made_for != name:
        raise HarvestError(f"{exported} is an export for {made_for}, and not for {name}")
    format = writing.format_named(name, manifest["tokenizer"])
    writer = tokenizer or manifest["tokenizer"]
    renders_with = writing.load_tokenizer(writer) if writer else trainers.plain_tokenizer()
    with locked(directory, alone=False), as_harvested(directory):
        found = []
        for split in SPLITS:
            file = exported / format.file(split)
            if split in manifest["records"] or file.exists():
                pieces = records_of(directory, format, manifest["per_user_turn"])
                wanted = (piece for piece in pieces if piece.record is not None and piece.source["split"] == split)
                found.append(_check(file, wanted, format, renders_with, render))
    return Verified(_BY.get(name, "datasets and a chat template"), tuple(found))


def _check(file: Path, wanted: Iterator[RecordOf], format: Format, tokenizer: Any, render: int) -> FileCheck:
    records = _load(file, format)
    if isinstance(records, str):
        return FileCheck(file.name, sum(1 for _ in wanted), problems=(f"it cannot be loaded: {records}",))
    problems: list[str] = []
    first: list[RecordOf] = []
    number, equal = 0, 0
    for piece, record in zip_longest(wanted, records):
        if piece is None:
            break
        number += 1
        if len(first) < render:
            first.append(piece)
        if record is not None:
            lines = list(differences(piece.record, record))
            equal += not lines
            problems += [f"record {number} ({source_id(piece.source)}): {line}" for line in lines]
    if len(records) != number:
        problems.append(f"it has {len(records)} records, and the archive gives {number}")
    # Trainers stop at the first record they cannot read, and would say less.
    seen = [] if problems or not first else _rendered(records, first, format, tokenizer)
    for place, (one, piece) in enumerate(zip(seen, first, strict=False), 1):
        problems += [f"record {place} ({source_id(piece.source)}): {line}" for line in one.problems]
    masked = all(one.masked for one in seen)
    samples = tuple(one.text for one in seen[:3])
    return FileCheck(file.name, number, len(records), equal, len(seen), masked, tuple(problems), samples)


def differences(wanted: Any, found: Any, where: str = "") -> Iterator[str]:
    """Where two JSON values differ, types included: 25 is not 25.0. JSON within a string is compared by its parts."""
    if isinstance(wanted, dict) and isinstance(found, Mapping):
        for key in [*wanted, *(key for key in found if key not in wanted)]:
            place = f"{where}.{key}" if where else str(key)
            if key not in found:
                yield f"{place} is missing"
            elif key not in wanted:
                yield f"{place} is not in the archive"
            else:
                yield from differences(wanted[key], found[key], place)
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for number, (one, other) in enumerate(zip(wanted, found, strict=True)):
            yield from differences(one, other, f"{where}[{number}]")
    elif isinstance(wanted, list) and isinstance(found, list):
        yield f"{where} has {len(found)} parts and not {len(wanted)}"
    elif type(wanted) is not type(found) or wanted != found:
        one, other = _within(wanted), _within(found)
        lines = list(differences(one, other, where)) if one and other else []
        yield from lines or [f"{where} is {_shown(found)} and not {_shown(wanted)}"]


def _within(value: Any) -> Any:
    """What a string of JSON holds; None for any other value."""
    try:
        found = json.loads(value)
    except (TypeError, ValueError):
        return None
    return found if isinstance(found, dict | list) else None


def _shown(value: Any) -> str:
    text = repr(value)
    return f"{text[:60]}{'…' if len(text) > 60 else ''} ({type(value).__name__})"


def _load(file: Path, format: Format) -> Sequence[Any] | str:
    """The records of a file, by the library that the trainer uses, or why it gives up; OpenAI reads lines."""
    try:
        if format.separate:
            return [_lines(one) for one in sorted(file.iterdir())]
        if format.lines:
            return _lines(file)
        kind = "parquet" if format.columns else "json"
        with tempfile.TemporaryDirectory() as cache, trainers.quiet() as datasets:
            loaded: Sequence[Any] = datasets.load_dataset(
                kind, data_files=str(file), split="train", cache_dir=cache, keep_in_memory=True
            )
            return loaded
    except HarvestError:
        raise
    except Exception as error:  # whatever it raises, what it says is the finding
        return " ".join(str(error.__cause__ or error).split())[:200] or type(error).__name__


def _lines(file: Path) -> list[Any]:
    return [json.loads(line) for _, line in numbered_lines(file.read_text("utf-8"))]


def _rendered(records: Any, first: Sequence[RecordOf], format: Format, tokenizer: Any) -> list[trainers.Seen]:
    sources = [piece.source for piece in first]
    if format.name == "trl-sft":
        return trainers.trl_sft(records.select(range(len(first))), sources, tokenizer)
    if format.name == "trl-dpo":
        return trainers.trl_dpo(records.select(range(len(first))), sources, tokenizer)
    some = islice(records, len(first))
    if format.name in ("atif", "session-trace"):
        return [trainers.Seen(json.dumps(one, ensure_ascii=False)) for one in some]
    if format.name == "tokens":
        return [trainers.Seen(trainers.bracketed(one["input_ids"], one["labels"], tokenizer)) for one in some]
    return trainers.by_template(some, tokenizer)
