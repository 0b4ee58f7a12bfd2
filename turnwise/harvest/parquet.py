"""Parquet files: rows in and out, a few in memory at a time; the same rows give the same bytes. Knows no columns."""

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.json
import pyarrow.parquet

from turnwise.errors import HarvestError

_MOST_BYTES = 8 * 2**20
"""of a row group, as JSON; viewers refuse those that are much larger in memory"""
_BATCH = 64


@contextmanager
def parquet_file(path: Path, schema: pa.Schema) -> Iterator[Callable[[Mapping[str, Any] | bytes], None]]:
    """Open a file to write rows into, one by one, with the function that is returned. A row may be JSON already.

    Args:
        schema: of the columns. A column of type JSON takes its value as JSON in a string.
    """
    plain = [field.with_type(pa.string()) if isinstance(field.type, pa.JsonType) else field for field in schema]
    parsing = pa.json.ParseOptions(explicit_schema=pa.schema(plain), unexpected_field_behavior="error")
    rows: list[bytes] = []
    size = 0

    def end_group() -> None:
        # Arrow reads JSON several times faster than it walks Python's dicts.
        reading = pa.json.ReadOptions(use_threads=False, block_size=size + len(rows) + 1)
        table = pa.json.read_json(io.BytesIO(b"\n".join(rows)), read_options=reading, parse_options=parsing)
        writer.write_table(pa.table([table[field.name].cast(field.type) for field in schema], schema=schema))
        rows.clear()

    def write(row: Mapping[str, Any] | bytes) -> None:
        nonlocal size
        raw = row if isinstance(row, bytes) else json.dumps(row).encode()
        if rows and size + len(raw) > _MOST_BYTES:
            end_group()
        size = size + len(raw) if rows else len(raw)
        rows.append(raw)

    with pa.parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        yield write
        if rows:
            end_group()


def parquet_rows(file: Path, columns: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
    """Rows of a file, with some of its columns or all.

    Raises:
        HarvestError: it cannot be read.
    """
    try:
        with pa.parquet.ParquetFile(file) as opened:
            for batch in opened.iter_batches(batch_size=_BATCH, columns=columns):
                yield from batch.to_pylist()
    except pa.ArrowException as error:
        raise HarvestError(f"{file} cannot be read: {str(error).splitlines()[0]}") from error
