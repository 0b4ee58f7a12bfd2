"""The rows of an archive: parquet of one schema; the same rows give the same bytes."""

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.json
import pyarrow.parquet

from turnwise.errors import HarvestError

if TYPE_CHECKING:
    from datasets import Features

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
            *(("train", pa.bool_()), ("turn_quality", pa.float32())),
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
