"""The folder of an archive: its files, their columns, what is in them, and how one state takes the place of the last.

    folder/data/train-00000-of-00002.parquet   the rows; validation-... beside it
    folder/pairs/                              preference pairs, where dialogues share a beginning
    folder/dropped.jsonl                       what is not in it, and why
    folder/README.md                           the dataset card
    folder/funnel.json                         the numbers of the harvest; written last: where it is, all is
    folder/.harvest/                           a state that is being made; tells an archive from other folders

Nothing in a state depends on the clock or on where it is written.
"""

import fcntl
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.json
import pyarrow.parquet

from turnwise.errors import HarvestError
from turnwise.harvest.pairs import PairRow
from turnwise.harvest.rows import Row
from turnwise.untrusted import LARGEST, check_file

SPLITS = ("train", "validation")
HIDDEN = ".harvest"
MANIFEST = "funnel.json"
ITEMS = ("data", "pairs", "dropped.jsonl", "README.md", MANIFEST)
"""What a state consists of, in the order in which it is put in place."""
_TEXT = pa.string()
_FUNCTION = pa.struct([("name", _TEXT), ("arguments", _TEXT)])
_CALL = pa.struct([("id", _TEXT), ("type", _TEXT), ("function", _FUNCTION)])
MESSAGE = pa.struct(
    [
        *(("role", _TEXT), ("content", _TEXT), ("reasoning_content", _TEXT)),
        *(("tool_calls", pa.list_(_CALL)), ("tool_call_id", _TEXT), ("name", _TEXT)),
        *(("train", pa.bool_()), ("turn_quality", pa.float32())),
    ]
)
SCHEMA = pa.schema(
    [
        *(("sample_id", _TEXT), ("messages", pa.list_(MESSAGE)), ("tools", _TEXT)),
        *(("score", pa.float32()), ("scores", _TEXT), ("provenance", _TEXT)),
        *(("num_tokens", pa.int32()), ("split", _TEXT)),
    ]
)
"""See `turnwise.harvest.rows.Row`."""
PAIRS = pa.schema(
    [
        *(("pair_id", _TEXT), ("prompt", pa.list_(MESSAGE)), ("chosen", MESSAGE), ("rejected", MESSAGE)),
        *(("tools", _TEXT), ("chosen_score", pa.float32()), ("rejected_score", pa.float32())),
        *(("provenance", _TEXT), ("split", _TEXT)),
    ]
)


_MOST_BYTES = 8 * 2**20
"""of a row group, as JSON; viewers refuse those that are much larger in memory"""
_BATCH = 64
_LARGEST_FILE = 64 << 30


def archive_rows(directory: Path) -> Iterator[Row]:
    """The rows of an archive, train first; HarvestError where there is none, or a file of it cannot be read."""
    missing = f"{directory} is no archive: it has no data/train-*.parquet; turnwise harvest writes one"
    return cast("Iterator[Row]", _rows(directory, "data", missing))


def pair_rows(directory: Path) -> Iterator[PairRow]:
    """The preference pairs of an archive, train first; HarvestError where it has none, or a file cannot be read."""
    missing = f"{directory} has no preference pairs: no two dialogues share a beginning and differ in what came of it"
    return cast("Iterator[PairRow]", _rows(directory, "pairs", missing))


def _rows(directory: Path, folder: str, missing: str) -> Iterator[dict[str, Any]]:
    if (directory / HIDDEN).is_dir() and not (directory / MANIFEST).is_file():
        raise HarvestError(f"{directory} is not whole: a harvest was killed, and the same one again puts it right")
    files = [file for split in SPLITS for file in sorted((directory / folder).glob(f"{split}*.parquet"))]
    if not files:
        raise HarvestError(missing)
    for file in files:
        yield from parquet_rows(file)


def check_place(directory: Path, beside: Path | None = None) -> None:
    """Raise HarvestError where a directory holds something else than an archive, and what may stand beside it."""
    if not directory.exists() or (directory / HIDDEN).is_dir():
        return
    if not directory.is_dir() or any(path != beside for path in directory.iterdir()):
        raise HarvestError(f"{directory} exists and is not an archive of turnwise harvest: choose another directory")


@contextmanager
def locked(folder: Path, *, alone: bool) -> Iterator[None]:
    """Keep others from a folder while it is written (`alone`), or from writing it while it is read.

    The system's lock goes with the process, however that ends; HarvestError where another process holds it.
    """
    number = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(number, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HarvestError(f"{folder} is in use by another turnwise process: wait until it has ended") from error
        yield
    finally:
        os.close(number)


@contextmanager
def next_state(directory: Path) -> Iterator[Path]:
    """A folder for the next state of an archive; when the block ends well, it takes the place of the last one.

    The manifest goes first and comes last, so that an archive between two states is never taken for a whole one.
    """
    made = directory / HIDDEN / "next"
    shutil.rmtree(made, ignore_errors=True)  # a killed harvest left it
    made.mkdir(parents=True)
    try:
        yield made
        (directory / MANIFEST).unlink(missing_ok=True)
        for item in ITEMS:
            shutil.rmtree(directory / item, ignore_errors=True)  # a folder cannot be renamed onto one that holds files
            os.replace(made / item, directory / item)
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def parquet_file(path: Path, schema: pa.Schema) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Open a file to write rows into, one by one, with the function that is returned."""
    texts = [field.name for field in schema if isinstance(field.type, pa.JsonType)]
    plain = [field.with_type(pa.string()) if field.name in texts else field for field in schema]
    parsing = pa.json.ParseOptions(explicit_schema=pa.schema(plain), unexpected_field_behavior="error")
    rows: list[bytes] = []

    def end_group() -> None:
        # Arrow reads JSON several times faster than it walks Python's dicts.
        whole = b"\n".join(rows)
        reading = pa.json.ReadOptions(use_threads=False, block_size=len(whole) + 1)
        table = pa.json.read_json(io.BytesIO(whole), read_options=reading, parse_options=parsing)
        writer.write_table(pa.table([table[field.name].cast(field.type) for field in schema], schema=schema))
        rows.clear()

    def write(row: Mapping[str, Any]) -> None:
        dumped = {name: json.dumps(row[name], ensure_ascii=False) for name in texts}
        raw = json.dumps({**row, **dumped}).encode()
        if rows and sum(map(len, rows)) + len(raw) > _MOST_BYTES:
            end_group()
        rows.append(raw)

    with pa.parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        yield write
        if rows:
            end_group()


def parquet_rows(file: Path) -> Iterator[dict[str, Any]]:
    """The rows of a file; HarvestError where it cannot be read."""
    try:
        check_file(file, _LARGEST_FILE)
        with pa.parquet.ParquetFile(file) as opened:
            for number in range(opened.num_row_groups):
                if (size := opened.metadata.row_group(number).total_byte_size) > LARGEST:
                    raise HarvestError(f"{file} cannot be read: {size >> 20:,} MB of it would be in memory at once")
            for batch in opened.iter_batches(batch_size=_BATCH):
                yield from batch.to_pylist()
    except (OSError, pa.ArrowException) as error:
        said = error.strerror if isinstance(error, OSError) else None
        raise HarvestError(f"{file} cannot be read: {said or str(error).splitlines()[0]}") from error
