"""Parquet files: rows in and out, a few in memory at a time; the same rows give the same bytes. Knows no columns."""

import io
import json
from collections.abc import Callable, Iterator, Mapping
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
        with pa.parquet.ParquetFile(file) as opened:
            for batch in opened.iter_batches(batch_size=_BATCH):
                yield from batch.to_pylist()
    except pa.ArrowException as error:
        raise HarvestError(f"{file} cannot be read: {str(error).splitlines()[0]}") from error
