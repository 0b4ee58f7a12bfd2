"""The archive on disk: parquet of one schema, and a folder that goes from one whole state to the next.

    folder/data/train-00000-of-00002.parquet   the rows; validation-... beside it
    folder/pairs/                              preference pairs, where dialogues share a beginning
    folder/dropped.jsonl                       what is not in it, and why
    folder/funnel.json                         the numbers of the harvest
    folder/README.md                           the dataset card
    folder/.harvest/                           what was read from logs, and a state that is being made

Nothing in it depends on the clock or on where it is written: the same rows give the same bytes.
"""

import io
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.json
import pyarrow.parquet

from turnwise.errors import HarvestError

if TYPE_CHECKING:
    from datasets import Features

HIDDEN = ".harvest"
ITEMS = ("data", "pairs", "dropped.jsonl", "funnel.json", "README.md")
"""What a state consists of, in the order in which it is put in place."""

_READY = "ready"
_MOST_BYTES = 8 * 2**20
"""of a row group, in memory; viewers refuse those that are much larger"""
_BATCH = 64


def schema() -> pa.Schema:
    """The columns of every file; see `turnwise.harvest.rows.Row`."""
    text = pa.string()
    function = pa.struct([("name", text), ("arguments", text)])
    call = pa.struct([("id", text), ("type", text), ("function", function)])
    message = pa.struct(
        [
            *(("role", text), ("content", text), ("reasoning_content", text)),
            *(("tool_calls", pa.list_(call)), ("tool_call_id", text), ("name", text)),
            *(("train", pa.bool_()), ("turn_score", pa.float32())),
        ]
    )
    return pa.schema(
        [
            *(("sample_id", text), ("messages", pa.list_(message)), ("tools", text)),
            *(("score", pa.float32()), ("scores", text), ("provenance", text)),
            *(("num_tokens", pa.int32()), ("split", text)),
        ]
    )


def features() -> "Features":
    """The same for `datasets.load_dataset("parquet", data_files=..., features=features())`.

    Raises:
        HarvestError: `datasets` is not installed.
    """
    try:
        from datasets import Features
    except ImportError as error:
        raise HarvestError("features need datasets; pip install 'turnwise[trainers]'") from error
    return Features.from_arrow_schema(schema())


def write_rows(path: Path, rows: Iterable[bytes]) -> None:
    """Write a file of the archive, one batch in memory at a time.

    Args:
        rows: each row as JSON.
    """
    with pa.parquet.ParquetWriter(path, schema(), compression="zstd") as writer:
        waiting: list[pa.Table] = []
        for batch in _batches(rows):
            table = _table(batch)
            if waiting and sum(t.nbytes for t in waiting) + table.nbytes > _MOST_BYTES:
                writer.write_table(pa.concat_tables(waiting))
                waiting = []
            waiting.append(table)
        if waiting:
            writer.write_table(pa.concat_tables(waiting))


def _batches(rows: Iterable[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for row in rows:
        if batch and (len(batch) == _BATCH or size + len(row) > _MOST_BYTES // 2):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += len(row)
    if batch:
        yield batch


def _table(batch: list[bytes]) -> pa.Table:
    """Rows as columns: Arrow reads JSON several times faster than it walks Python's dicts."""
    text = b"\n".join(batch)
    return pa.json.read_json(
        io.BytesIO(text),
        read_options=pa.json.ReadOptions(use_threads=False, block_size=len(text) + 1),
        parse_options=pa.json.ParseOptions(explicit_schema=schema(), unexpected_field_behavior="error"),
    ).select(schema().names)


def check_place(directory: Path) -> None:
    """Check that an archive may be written to a directory: it is not there, is empty, or holds an archive.

    Raises:
        HarvestError: the directory holds something else.
    """
    if (
        directory.exists()
        and not (directory / HIDDEN).is_dir()
        and (not directory.is_dir() or any(directory.iterdir()))
    ):
        raise HarvestError(f"{directory} exists and is not an archive of turnwise harvest: choose another directory")


@contextmanager
def next_state(directory: Path) -> Iterator[Path]:
    """A folder for the next state of an archive; when the block ends well, it takes the place of the last one.

    The state is named ready in one step and then put in place. A run that is killed in between is finished by
    `settle`, so an archive is never left between two states.
    """
    hidden = directory / HIDDEN
    made = Path(tempfile.mkdtemp(prefix="next-", dir=hidden))
    made.chmod(0o755)
    try:
        yield made
        os.replace(made, hidden / _READY)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    settle(directory)


def settle(directory: Path) -> None:
    """Put a state in place that is ready, and remove what an interrupted run left of one that is not."""
    hidden = directory / HIDDEN
    if not hidden.is_dir():
        return
    ready, old = hidden / _READY, hidden / "old"
    for item in ITEMS:
        if (ready / item).exists():
            if (directory / item).is_dir():  # a folder cannot be renamed onto one that holds files
                shutil.rmtree(old, ignore_errors=True)
                os.replace(directory / item, old)
            os.replace(ready / item, directory / item)
    for left in (old, ready, *hidden.glob("next-*")):
        shutil.rmtree(left, ignore_errors=True)
