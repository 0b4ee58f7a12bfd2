"""The files of an archive: their columns, and the rows and preference pairs in them, train first."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pyarrow as pa

from turnwise.errors import HarvestError
from turnwise.harvest.extras import library
from turnwise.harvest.pairs import PairRow
from turnwise.harvest.parquet import parquet_file, parquet_rows
from turnwise.harvest.rows import Row

if TYPE_CHECKING:
    from datasets import Features

SPLITS = ("train", "validation")
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
_PAIRS = pa.schema(
    [
        *(("pair_id", _TEXT), ("prompt", pa.list_(MESSAGE)), ("chosen", MESSAGE), ("rejected", MESSAGE)),
        *(("tools", _TEXT), ("chosen_score", pa.float32()), ("rejected_score", pa.float32())),
        *(("provenance", _TEXT), ("split", _TEXT)),
    ]
)


def features() -> "Features":
    """The columns for `datasets.load_dataset("parquet", data_files=..., features=features())`.

    Raises:
        HarvestError: `datasets` is not installed.
    """
    found: Features = library("datasets", "a schema of features").Features.from_arrow_schema(SCHEMA)
    return found


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


def write_pairs(directory: Path, pairs: Sequence[PairRow]) -> None:
    """Write pairs into the folder `pairs` of an archive, a file for each split that has any."""
    folder = directory / "pairs"
    folder.mkdir(exist_ok=True)
    for split in SPLITS:
        if rows := [pair for pair in pairs if pair["split"] == split]:
            with parquet_file(folder / f"{split}.parquet", _PAIRS) as write:
                for row in rows:
                    write(row)
