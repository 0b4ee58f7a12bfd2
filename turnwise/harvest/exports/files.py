"""Files of archives and exports: read in batches, written whole or not at all, always the same bytes."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, cast

from turnwise.errors import HarvestError
from turnwise.harvest.pairs import PairRow
from turnwise.harvest.rows import Row

SPLITS = ("train", "validation")
MANIFEST = "export.json"
"""What a folder of an export has and no other: only such a folder is ever replaced."""
_GROUP_BYTES = 32_000_000
"""Viewers refuse row groups above about 50 MB."""
_BATCH = 64
"""Dialogues in memory at a time."""

Columns = Mapping[str, Any]
"""Names and kinds of columns: text, number, ids, json (any value, as JSON), message or messages of the archive, said
(role and text alone), or a mapping for a struct."""

ARCHIVED: Columns = {"sample_id": "text", "messages": "messages", "tools": "text"}
PAIRS: Columns = {
    "pair_id": "text",
    "prompt": "messages",
    "chosen": "message",
    "rejected": "message",
    "tools": "text",
    "chosen_score": "number",
    "rejected_score": "number",
    "provenance": "text",
    "split": "text",
}
TRL_SFT: Columns = {"sample_id": "text", "messages": "json", "tools": "text"}
TRL_SFT_TURN: Columns = {"sample_id": "text", "prompt": "json", "completion": "json", "tools": "text"}
TRL_DPO: Columns = {"pair_id": "text", "prompt": "json", "chosen": "json", "rejected": "json", "tools": "text"}
VERL: Columns = {"sample_id": "text", "messages": "said"}
VERL_RL: Columns = {
    "data_source": "text",
    "prompt": "said",
    "reward_model": {"style": "text", "ground_truth": "text"},
    "extra_info": dict.fromkeys(("sample_id", "split", "tools", "scores", "provenance"), "text"),
}
TOKENS: Columns = {"sample_id": "text", "input_ids": "ids", "labels": "ids"}


def _schema(columns: Columns) -> Any:
    import pyarrow as pa

    return pa.schema([pa.field(name, _type(kind)) for name, kind in columns.items()])


def _type(kind: Any) -> Any:
    import pyarrow as pa

    from turnwise.harvest.archive import schema

    if isinstance(kind, Mapping):
        return pa.struct([pa.field(name, _type(inner)) for name, inner in kind.items()])
    messages = schema().field("messages").type
    return {
        "text": pa.string(),
        "number": pa.float32(),
        "ids": pa.list_(pa.int32()),
        "json": pa.json_(),
        "messages": messages,
        "message": messages.value_type,
        "said": pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())])),
    }[kind]


def archive_rows(directory: Path) -> Iterator[Row]:
    """The rows of an archive, train first, in the order of its files.

    Raises:
        HarvestError: there is no archive, or a file of it cannot be read.
    """
    files = [file for split in SPLITS for file in sorted((directory / "data").glob(f"{split}-*.parquet"))]
    if not files:
        raise HarvestError(f"{directory} is no archive: it has no data/train-*.parquet; turnwise harvest writes one")
    for file in files:
        yield from cast("Iterator[Row]", parquet_rows(file))


def pair_rows(directory: Path) -> Iterator[PairRow]:
    """The preference pairs of an archive, train first.

    Raises:
        HarvestError: it has none, or a file of them cannot be read.
    """
    files = [file for split in SPLITS for file in sorted((directory / "pairs").glob(f"{split}*.parquet"))]
    if not files:
        raise HarvestError(
            f"{directory} has no preference pairs: no two dialogues share a beginning and differ in what came of it"
        )
    for file in files:
        yield from cast("Iterator[PairRow]", parquet_rows(file))


def parquet_rows(file: Path) -> Iterator[dict[str, Any]]:
    """Rows of a parquet file, a few in memory at a time.

    Raises:
        HarvestError: it cannot be read, or pyarrow is missing.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise HarvestError("archives are parquet files, which need pyarrow: pip install 'turnwise[harvest]'") from error
    try:
        with pq.ParquetFile(file) as opened:
            for batch in opened.iter_batches(batch_size=_BATCH):
                yield from batch.to_pylist()
    except pa.ArrowInvalid as error:
        raise HarvestError(f"{file} cannot be read: {str(error).splitlines()[0]}") from error


class RowFile(Protocol):
    """A file that rows are written into, one by one."""

    def write(self, row: Mapping[str, Any]) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class ParquetFile:
    """Rows of known columns; row groups stay small enough for viewers."""

    def __init__(self, path: Path, columns: Columns) -> None:
        try:
            import pyarrow.parquet as pq
        except ImportError as error:
            raise HarvestError("parquet files need pyarrow: pip install 'turnwise[harvest]'") from error
        self._schema = _schema(columns)
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._rows: list[Mapping[str, Any]] = []
        self._bytes = 0

    def write(self, row: Mapping[str, Any]) -> None:
        self._rows.append(row)
        self._bytes += len(json.dumps(row))
        if self._bytes > _GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        columns = [_column([row[field.name] for row in self._rows], field.type) for field in self._schema]
        self._writer.write_table(pa.table(columns, schema=self._schema))
        self._rows, self._bytes = [], 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
        self._writer.close()


def _column(values: list[Any], kind: Any) -> Any:
    import pyarrow as pa

    if isinstance(kind, pa.JsonType):
        return pa.ExtensionArray.from_storage(kind, pa.array(values, pa.string()))
    return pa.array(values, kind)


class LineFile:
    """Rows as lines of JSON."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", newline="\n")

    def write(self, row: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(row, ensure_ascii=False) + "\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
