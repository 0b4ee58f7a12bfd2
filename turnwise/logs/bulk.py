"""The samples of an Inspect log as plain JSON, fast: no models of Inspect's are made, and no event is parsed.

Events are most of a sample's bytes and say nothing that its messages do not.
"""

import json
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

_EVENTS, _BEHIND_EVENTS = b',"events":[', b'],"model_usage":'
_ATTACHMENT = "attachment://"
_NAME_LENGTHS = 26
"""Place of the lengths of name and extra field in a member's own header."""
_DEFLATE, _ZSTANDARD = 8, 93

Sample = Mapping[str, Any]


def sample_names(path: Path) -> list[str]:
    """What names the samples of a log for `read_samples`, in the order of the log; one for all of a JSON log."""
    if path.suffix == ".json":
        return ["*"]
    with zipfile.ZipFile(path) as members:
        # A sample that was written again stands in the list of members twice, and the later one counts.
        return [name for name in members.NameToInfo if name.startswith("samples/") and name.endswith(".json")]


def read_samples(path: Path, names: Sequence[str]) -> Iterator[Sample]:
    """Some samples of a log, attachments resolved, events left out; a ValueError where one is damaged."""
    if path.suffix == ".json":
        yield from map(_resolved, json.loads(path.read_bytes()).get("samples") or [])
        return
    with path.open("rb") as file, zipfile.ZipFile(file) as members:
        for name in names:
            yield _resolved(_parsed(_content(file, members.getinfo(name))))


def _content(file: IO[bytes], member: zipfile.ZipInfo) -> bytes:
    """What a member holds; in one piece, as the reader of `zipfile` knows no Zstandard and goes in small steps."""
    file.seek(member.header_offset + _NAME_LENGTHS)
    file.seek(sum(struct.unpack("<HH", file.read(4))), 1)
    packed = file.read(member.compress_size)
    try:
        if member.compress_type == _ZSTANDARD:
            content: bytes = pa.decompress(packed, member.file_size, codec="zstd", asbytes=True)
        else:
            content = zlib.decompress(packed, -15) if member.compress_type == _DEFLATE else packed
    except (OSError, zlib.error) as error:
        raise ValueError(f"{member.filename} is damaged") from error
    if zlib.crc32(content) != member.CRC:
        raise ValueError(f"{member.filename} is damaged")
    return content


def _parsed(text: bytes) -> dict[str, Any]:
    """A sample without its events.

    No text in JSON holds a bare quote, so what is looked for is a key, and if both halves parse, a key of the sample
    itself. Where they do not, all of it is parsed.
    """
    start, end = text.find(_EVENTS), text.rfind(_BEHIND_EVENTS)
    if 0 < start < end:
        try:
            before: dict[str, Any] = json.loads(text[:start] + b"}")
            behind: dict[str, Any] = json.loads(b"{" + text[end + 2 :])
        except ValueError:
            pass
        else:
            return before | behind
    whole: dict[str, Any] = json.loads(text)
    return whole


def _resolved(sample: dict[str, Any]) -> Sample:
    """A sample whose messages, metadata and scores hold the texts that Inspect keeps apart as attachments."""
    if attachments := sample.get("attachments") or {}:
        _attach({part: sample.get(part) for part in ("messages", "metadata", "scores")}, attachments)
    return sample


def _attach(values: dict[str, Any] | list[Any], attachments: Mapping[str, str]) -> None:
    """Put attachments in their places, all the way down; in place, which is twice as fast as making a copy."""
    places: Any = values.items() if isinstance(values, dict) else enumerate(values)
    for key, value in places:
        if isinstance(value, str):
            if value.startswith(_ATTACHMENT):
                values[key] = attachments.get(value.removeprefix(_ATTACHMENT), value)
        elif isinstance(value, dict | list):
            _attach(value, attachments)
