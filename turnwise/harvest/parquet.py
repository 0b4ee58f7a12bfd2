"""Parquet files: rows in and out, a few in memory at a time; the same rows give the same bytes. Knows no columns."""

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.json
import pyarrow.parquet

from turnwise.errors import HarvestError

_MOST_BYTES = 8 * 2**20
"""of a row group, in memory; viewers refuse those that are much larger"""
_BATCH = 64


class ParquetFile:
    """A file that rows are written into, one by one.

    Args:
        schema: of the columns. A column of type JSON takes its value as JSON in a string.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._schema = schema
        plain = [field.with_type(pa.string()) if _is_json(field) else field for field in schema]
        self._parsing = pa.json.ParseOptions(explicit_schema=pa.schema(plain), unexpected_field_behavior="error")
        self._writer = pa.parquet.ParquetWriter(path, schema, compression="zstd")
        self._batch: list[bytes] = []
        self._batch_bytes = 0
        self._waiting: list[pa.Table] = []

    def write(self, row: Mapping[str, Any] | bytes) -> None:
        """Write a row, which may be JSON already."""
        raw = row if isinstance(row, bytes) else json.dumps(row).encode()
        if self._batch and (len(self._batch) == _BATCH or self._batch_bytes + len(raw) > _MOST_BYTES // 2):
            self._end_batch()
        self._batch.append(raw)
        self._batch_bytes += len(raw)

    def _end_batch(self) -> None:
        table = self._table(b"\n".join(self._batch))
        if self._waiting and sum(t.nbytes for t in self._waiting) + table.nbytes > _MOST_BYTES:
            self._end_group()
        self._waiting.append(table)
        self._batch, self._batch_bytes = [], 0

    def _end_group(self) -> None:
        self._writer.write_table(pa.concat_tables(self._waiting))
        self._waiting = []

    def _table(self, text: bytes) -> pa.Table:
        """Rows as columns: Arrow reads JSON several times faster than it walks Python's dicts."""
        reading = pa.json.ReadOptions(use_threads=False, block_size=len(text) + 1)
        table = pa.json.read_json(io.BytesIO(text), read_options=reading, parse_options=self._parsing)
        return pa.table([table[field.name].cast(field.type) for field in self._schema], schema=self._schema)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self._batch:
            self._end_batch()
        if kind is None and self._waiting:
            self._end_group()
        self._writer.close()


def _is_json(field: pa.Field) -> bool:
    return isinstance(field.type, pa.JsonType)


def parquet_rows(file: Path) -> Iterator[dict[str, Any]]:
    """Rows of a file.

    Raises:
        HarvestError: it cannot be read.
    """
    try:
        with pa.parquet.ParquetFile(file) as opened:
            for batch in opened.iter_batches(batch_size=_BATCH):
                yield from batch.to_pylist()
    except pa.ArrowException as error:
        raise HarvestError(f"{file} cannot be read: {str(error).splitlines()[0]}") from error
