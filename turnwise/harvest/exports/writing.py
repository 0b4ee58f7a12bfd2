"""From an archive to the folder of an export: the one way through which `export` and `verify` both go."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from string import Template
from typing import Any, NamedTuple

import pyarrow as pa

from turnwise.errors import HarvestError
from turnwise.files import atomic_folder
from turnwise.harvest.archive import SPLITS, archive_rows, locked, pair_rows, parquet_file
from turnwise.harvest.exports.formats import EXPORTERS, NAMES, TOKENS, Format, Record
from turnwise.harvest.exports.pieces import CannotHold, by_user_turn, library, made_by_rules, messages_of
from turnwise.harvest.exports.rendering import IGNORED, masker
from turnwise.harvest.rows import Row

RowOrPair = Any
"""A Row, or a PairRow."""
MANIFEST = "export.json"
"""What a folder of an export has and no other: only such a folder is ever replaced."""


class RecordOf(NamedTuple):
    """A dialogue, one user turn of it, or a pair; with its record, or why it has none."""

    source: RowOrPair
    record: Record | None
    reason: str = ""


class Exported(NamedTuple):
    format: Format
    folder: Path
    sources: int
    """dialogues or pairs that were read"""
    records: Mapping[str, int]
    """by split"""
    left_out: Mapping[str, int]
    """by reason"""
    remarks: Mapping[str, int]
    """what is lost of records that are there"""


def format_named(name: str, tokenizer: str | None = None) -> Format:
    """A format by name; `tokens` takes a tokenizer, by its name on the hub, or a folder."""
    if name not in NAMES:
        raise HarvestError(f"{name} is no format; there are {', '.join(NAMES)}")
    if name != "tokens":
        return EXPORTERS[name]
    if tokenizer is None:
        raise HarvestError("tokens are of one tokenizer: name it with --tokenizer")
    tokenise = masker(load_tokenizer(tokenizer))

    def record(row: Row) -> Record:
        made = tokenise(row)
        mask = [int(label != IGNORED) for label in made.labels]
        return {"sample_id": row["sample_id"], **made._asdict(), "loss_mask": mask}

    advice = "train on input_ids and labels as they are: TRL does, if max_length is long enough (1024 unless set)"
    return Format("tokens", record, TOKENS, masks=True, by_turn=record, advice=advice)


def load_tokenizer(name: str) -> Any:
    """A tokenizer of transformers by its name on the hub, or a folder; HarvestError where there is none."""
    transformers = library("transformers", "a tokenizer")
    try:
        return transformers.AutoTokenizer.from_pretrained(name)
    except (OSError, ValueError, KeyError) as error:
        why = str(error).strip().splitlines()[0]
        raise HarvestError(f"{name} is no tokenizer that can be loaded: {why}") from error


def records_of(directory: Path, format: Format, per_user_turn: bool) -> Iterator[RecordOf]:
    """The dialogues or pairs of an archive in order, or the user turns, each with its record or why it has none."""
    with as_harvested(directory):
        yield from _records_of(directory, format, per_user_turn)


@contextmanager
def as_harvested(directory: Path) -> Iterator[None]:
    """Let what is wrong with the rows of an archive be a HarvestError."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        why = f"{type(error).__name__}: {str(error)[:100]}"
        raise HarvestError(
            f"{directory} is not as turnwise harvest writes it ({why}): harvest its logs again"
        ) from error


def _records_of(directory: Path, format: Format, per_user_turn: bool) -> Iterator[RecordOf]:
    sources: Iterator[RowOrPair] = pair_rows(directory) if format.pairs else archive_rows(directory)
    for source in sources:
        learned = {message["train"] for message in messages_of(source) if message["role"] == "assistant"}
        if True not in learned:
            yield RecordOf(source, None, "nothing in it is to be learned")
        elif per_user_turn and format.by_turn:
            yield from (_record_of(turn, format.by_turn, format) for turn in by_user_turn(source))
        elif format.sides:
            yield from (_record_of({**source, "side": side}, format.record, format) for side in ("chosen", "rejected"))
        elif False in learned and not (format.masks or format.pairs):
            others = "; --per-user-turn exports the other turns" if format.by_turn else ""
            yield RecordOf(source, None, f"a turn is not to be learned, and {format.name} would learn it{others}")
        else:
            yield _record_of(source, format.record, format)


def _record_of(source: RowOrPair, record: Callable[[RowOrPair], Record], format: Format) -> RecordOf:
    rules = made_by_rules(source)
    mark = {} if format.lines else {"made_by_rules": rules}
    try:
        made = record(source)
        return RecordOf(source, {**made, **mark} if mark else made)
    except CannotHold as reason:
        return RecordOf(source, None, str(reason))


def export(
    directory: Path, name: str, out: Path, *, tokenizer: str | None = None, per_user_turn: bool = False
) -> Exported:
    """Write an archive as a trainer reads it, a record for each dialogue or user turn; the folder is whole, or not there."""
    format = format_named(name, tokenizer)
    if per_user_turn and format.by_turn is None:
        able = ", ".join(n for n in NAMES if n == "tokens" or EXPORTERS[n].by_turn)
        raise HarvestError(f"{name} has no way to leave earlier turns unlearned; --per-user-turn is for {able}")
    if out.exists() and not (out / MANIFEST).is_file() and not (out.is_dir() and not any(out.iterdir())):
        raise HarvestError(f"{out} is there already and is no export: name another folder, or remove it")
    sources: set[str] = set()
    records, left_out, remarks = Counter[str](), Counter[str](), Counter[str]()
    by_rules = 0
    columns = (format.turn_columns if per_user_turn else None) or format.columns
    columns = columns.append(pa.field("made_by_rules", pa.bool_())) if columns else None
    with locked(directory, alone=False), atomic_folder(out) as folder:
        with ExitStack() as stack:
            write: dict[str, Callable[[Record], None]] = {}
            for source, record, reason in records_of(directory, format, per_user_turn):
                sources.add(source_id(source).partition("#")[0])
                if record is None:
                    left_out[reason] += 1
                    continue
                split = source["split"]
                if split not in SPLITS:
                    raise HarvestError(f"{directory} has a row of {split!r}, which is none of {', '.join(SPLITS)}")
                if split not in write:
                    path = folder / format.file(split)
                    if format.separate:
                        write[split] = _file_each(path)
                    else:
                        file = parquet_file(path, columns) if columns else _line_file(path)
                        write[split] = stack.enter_context(file)
                write[split](record)
                records[split] += 1
                remarks.update(_lost(source, format))
                by_rules += made_by_rules(source)
        if not records:
            why = "; ".join(f"{n}: {reason}" for reason, n in left_out.most_common())
            raise HarvestError(f"nothing of {directory} can be exported for {name} ({why or 'it is empty'})")
        made = {"format": name, "per_user_turn": per_user_turn, "tokenizer": tokenizer, "records": dict(records)}
        made |= {"left_out": dict(sorted(left_out.items())), "made_by_rules": by_rules, "turnwise": version("turnwise")}
        _write_json(folder / MANIFEST, made)
        if name == "axolotl":
            text = resources.files(__package__).joinpath("axolotl.yaml").read_text("utf-8")
            (folder / "axolotl.yaml").write_text(Template(text).substitute(folder=out), "utf-8")
        if name == "llamafactory":
            columns_of = {"messages": "conversations", "system": "system", "tools": "tools"}
            about = {"formatting": "sharegpt", "columns": columns_of}
            info = {f"turnwise_{split}": {"file_name": format.file(split), **about} for split in records}
            _write_json(folder / "dataset_info.json", info)
    return Exported(format, out, len(sources), records, left_out, remarks)


def source_id(source: RowOrPair) -> str:
    return str(source["pair_id"] if "pair_id" in source else source["sample_id"])


def _lost(source: RowOrPair, format: Format) -> Iterator[str]:
    """What a record does not say of its dialogue."""
    said = messages_of(source)
    if not format.reasoning and any(message["reasoning_content"] for message in said):
        yield f"have reasoning, which {format.name} has no place for"
    if made_by_rules(source):
        yield "were made by rules, not by a model: what they say is in few words that repeat"
    if source["tools"] is None and any(message["tool_calls"] for message in said):
        yield "call tools that their log does not list: a model learns calls of what it is not shown"


def _file_each(folder: Path) -> Callable[[Any], None]:
    """A function that writes lines of JSON, each list of them to a file of its own."""
    folder.mkdir()

    def write(lines: Any) -> None:
        number = sum(1 for _ in folder.iterdir()) + 1
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (folder / f"{number:06}.jsonl").write_text(text, "utf-8", newline="\n")

    return write


@contextmanager
def _line_file(path: Path) -> Iterator[Callable[[Record], None]]:
    """Open a file to write rows into as lines of JSON, with the function that is returned."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        yield lambda row: print(json.dumps(row, ensure_ascii=False), file=file)


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")


def push_folder(folder: Path, repository: str) -> str:
    """Upload a folder to the Hugging Face hub as a dataset, private when it is new; returns its address."""
    hub = library("huggingface_hub", "uploading", "harvest").HfApi()
    try:
        address = hub.create_repo(repository, repo_type="dataset", private=True, exist_ok=True)
        hub.upload_folder(
            repo_id=address.repo_id, repo_type="dataset", folder_path=folder, ignore_patterns=[".*", ".*/**"]
        )
    except Exception as error:  # its client, and so the errors of the connection, change from version to version
        raise HarvestError(f"{repository} was not uploaded: {' '.join(str(error).split())}") from error
    return str(address)
