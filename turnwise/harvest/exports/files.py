"""Files of exports: the columns that each trainer reads, and lines of JSON."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import pyarrow as pa

from turnwise.harvest.archive import MESSAGE

MANIFEST = "export.json"
"""What a folder of an export has and no other: only such a folder is ever replaced."""

_TEXT, _JSON = pa.string(), pa.json_()
_SAID = pa.list_(pa.struct([("role", _TEXT), ("content", _TEXT)]))
"""Role and text alone."""

ARCHIVED = pa.schema([("sample_id", _TEXT), ("messages", pa.list_(MESSAGE)), ("tools", _TEXT)])
TRL_SFT = pa.schema([("sample_id", _TEXT), ("messages", _JSON), ("tools", _TEXT)])
TRL_SFT_TURN = pa.schema([("sample_id", _TEXT), ("prompt", _JSON), ("completion", _JSON), ("tools", _TEXT)])
TRL_DPO = pa.schema(
    [("pair_id", _TEXT), *((name, _JSON) for name in ("prompt", "chosen", "rejected")), ("tools", _TEXT)]
)
VERL = pa.schema([("sample_id", _TEXT), ("messages", _SAID)])
VERL_RL = pa.schema(
    [
        ("data_source", _TEXT),
        ("prompt", _SAID),
        ("reward_model", pa.struct([("style", _TEXT), ("ground_truth", _TEXT)])),
        ("extra_info", pa.struct([(name, _TEXT) for name in ("sample_id", "split", "tools", "scores", "provenance")])),
    ]
)
TOKENS = pa.schema([("sample_id", _TEXT), ("input_ids", pa.list_(pa.int32())), ("labels", pa.list_(pa.int32()))])


class RowFile(Protocol):
    """A file that rows are written into, one by one."""

    def write(self, row: Mapping[str, Any]) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


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
