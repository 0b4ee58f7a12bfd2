"""From an archive to the folder of an export: the one way through which `export` and `verify` both go."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from turnwise.errors import HarvestError
from turnwise.files import atomic_folder
from turnwise.harvest.archive import archive_rows, pair_rows
from turnwise.harvest.exports import EXPORTERS, NAMES, Format, Record, files
from turnwise.harvest.exports.masks import masker
from turnwise.harvest.exports.pieces import CannotHold, by_user_turn, messages_of, trains_all
from turnwise.harvest.exports.rendering import NotExact
from turnwise.harvest.extras import library
from turnwise.harvest.parquet import parquet_file
from turnwise.harvest.rows import Row
from turnwise.harvest.states import read_only

RowOrPair = Any
"""A Row, or a PairRow."""

_AXOLOTL = """\
chat_template: tokenizer_default
datasets:
  - path: {folder}/train.parquet
    ds_type: parquet
    type: chat_template
    field_messages: messages
    field_tools: tools
    message_field_training: train  # which turns are learned
    roles_to_train: []             # no others
    train_on_eos: turn
"""


class RecordOf(NamedTuple):
    """A dialogue, one user turn of it, or a pair; with its record, or why it has none."""

    source: RowOrPair
    record: Record | None
    reason: str


class Exported(NamedTuple):
    """What became of an archive."""

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
    """A format by name.

    Args:
        tokenizer: for `tokens`: its name on the hub, or a folder.

    Raises:
        HarvestError: no such format, or its tokenizer is missing.
        TurnwiseError: the tokenizer cannot be used.
    """
    if name not in NAMES:
        raise HarvestError(f"{name} is no format; there are {', '.join(NAMES)}")
    if name != "tokens":
        return EXPORTERS[name]
    if tokenizer is None:
        raise HarvestError("tokens are of one tokenizer: name it with --tokenizer")
    tokenise = masker(load_tokenizer(tokenizer))

    def record(row: Row) -> Record:
        try:
            made = tokenise(row)
        except NotExact as error:
            raise CannotHold(str(error)) from error
        return {"sample_id": row["sample_id"], "input_ids": made.input_ids, "labels": made.labels}

    advice = ("train on input_ids and labels as they are: TRL does, if max_length is long enough (1024 unless set)",)
    return Format("tokens", record, columns=files.TOKENS, masks=True, by_turn=record, advice=advice)


def load_tokenizer(name: str) -> Any:
    """A tokenizer of transformers by its name on the hub, or a folder.

    Raises:
        HarvestError: transformers is missing, or it finds none.
    """
    transformers = library("transformers", "a tokenizer")
    try:
        return transformers.AutoTokenizer.from_pretrained(name)
    except (OSError, ValueError, KeyError) as error:
        raise HarvestError(
            f"{name} is no tokenizer that can be loaded: {str(error).strip().splitlines()[0]}"
        ) from error


def sources(directory: Path, format: Format) -> Iterator[RowOrPair]:
    """What an export is made from, in order.

    Raises:
        HarvestError: there is none, or it cannot be read.
    """
    yield from pair_rows(directory) if format.pairs else archive_rows(directory)


def records_of(source: RowOrPair, format: Format, per_user_turn: bool) -> Iterator[RecordOf]:
    """The pieces of a dialogue or pair, each with its record or why it has none."""
    if format.pairs:
        yield _record_of(source, format.record)
        return
    if not any(message["train"] for message in source["messages"]):
        yield RecordOf(source, None, "nothing in it is to be learned")
    elif per_user_turn and format.by_turn:
        for turn in by_user_turn(source):
            yield _record_of(turn, format.by_turn)
    elif not (format.masks or trains_all(source)):
        others = "; --per-user-turn exports the other turns" if format.by_turn else ""
        yield RecordOf(source, None, f"a turn is not to be learned, and {format.name} would learn it{others}")
    else:
        yield _record_of(source, format.record)


def _record_of(source: RowOrPair, record: Callable[[RowOrPair], Record]) -> RecordOf:
    try:
        return RecordOf(source, record(source), "")
    except CannotHold as reason:
        return RecordOf(source, None, str(reason))


def file_name(format: Format, split: str) -> str:
    """The file of a split."""
    return f"{split}.{'parquet' if format.columns else 'jsonl'}"


def export(
    directory: Path, name: str, out: Path, *, tokenizer: str | None = None, per_user_turn: bool = False
) -> Exported:
    """Write an archive as a trainer reads it; the folder is written whole, or not at all.

    Args:
        per_user_turn: a record for each user turn instead of each dialogue.

    Raises:
        HarvestError: the archive or the format cannot be had, nothing is left, or the folder is not ours to replace.
        OSError: the folder cannot be written.
    """
    format = format_named(name, tokenizer)
    if per_user_turn and format.by_turn is None:
        able = ", ".join(n for n in NAMES if n == "tokens" or EXPORTERS[n].by_turn)
        raise HarvestError(f"{name} has no way to leave earlier turns unlearned; --per-user-turn is for {able}")
    if out.exists() and not (out / files.MANIFEST).is_file() and not (out.is_dir() and not any(out.iterdir())):
        raise HarvestError(f"{out} is there already and is no export: name another folder, or remove it")
    number = 0
    records: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    remarks: Counter[str] = Counter()
    columns = (format.turn_columns if per_user_turn else None) or format.columns
    with read_only(directory), atomic_folder(out) as folder:
        with ExitStack() as stack:
            write: dict[str, Callable[[Record], None]] = {}
            for source in sources(directory, format):
                number += 1
                for piece in records_of(source, format, per_user_turn):
                    if piece.record is None:
                        left_out[piece.reason] += 1
                        continue
                    split = piece.source["split"]
                    if split not in write:
                        path = folder / file_name(format, split)
                        file = parquet_file(path, columns) if columns else files.line_file(path)
                        write[split] = stack.enter_context(file)
                    write[split](piece.record)
                    records[split] += 1
                    said = messages_of(piece.source)
                    if not format.reasoning and any(message["reasoning_content"] for message in said):
                        remarks[f"have reasoning, which {name} has no place for"] += 1
                    if piece.source["tools"] is None and any(message["tool_calls"] for message in said):
                        remarks[
                            "call tools that their log does not list: a model learns calls of what it is not shown"
                        ] += 1
        if not records:
            why = "; ".join(f"{n}: {reason}" for reason, n in left_out.most_common())
            raise HarvestError(f"nothing of {directory} can be exported for {name} ({why or 'it is empty'})")
        done = Exported(format, out, number, records, left_out, remarks)
        _write_companions(folder, out, done, tokenizer, per_user_turn)
    return done


def _write_companions(folder: Path, out: Path, done: Exported, tokenizer: str | None, per_user_turn: bool) -> None:
    """What stands beside the rows: how they were made, and what the trainer has to know."""
    manifest = {
        "format": done.format.name,
        "per_user_turn": per_user_turn,
        "tokenizer": tokenizer,
        "records": dict(done.records),
        "left_out": dict(sorted(done.left_out.items())),
        "turnwise": version("turnwise"),
    }
    _write_json(folder / files.MANIFEST, manifest)
    if done.format.name == "axolotl":
        (folder / "axolotl.yaml").write_text(_AXOLOTL.format(folder=out), "utf-8")
    if done.format.name == "llamafactory":
        columns = {"messages": "conversations", "system": "system", "tools": "tools"}
        info = {
            f"turnwise_{split}": {
                "file_name": file_name(done.format, split),
                "formatting": "sharegpt",
                "columns": columns,
            }
            for split in done.records
        }
        _write_json(folder / "dataset_info.json", info)


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")
