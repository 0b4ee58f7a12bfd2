"""How large a log is, before it is read: a stranger's may unpack without end.

The list of a zip says how large its members are, and may lie, so a member is unpacked once, piece by piece, before
Inspect reads it whole.
"""

import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO, NamedTuple

import zstandard

from turnwise.untrusted import LARGEST, check_file, check_parts

_NAME_LENGTHS = 26
"""Place of the lengths of name and extra field in a member's own header."""
_DEFLATE, _ZSTANDARD = 8, 93
_STEP = 1 << 20
_MOST_MEMBERS = 500_000
_DEEPEST = 250
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_LARGEST_ARCHIVE = 64 << 30
LARGEST_PART = 64 << 20
"""Bytes of what is read at once: the header, a dialogue with its events (one of ours has 200 KB), a log in JSON."""
MOST_PARTS = 4_000_000
"""Lists, objects and commas in it."""


class _Members(NamedTuple):
    by_name: dict[str, zipfile.ZipInfo]
    checked: set[str]


def check_log(path: Path) -> None:
    """Raise OSError or ValueError where a log is no file, or what is read of it at once would not fit in memory."""
    if path.suffix == ".eval":
        check_file(path, _LARGEST_ARCHIVE)
    else:
        check_file(path)
        if (size := path.stat().st_size) > LARGEST_PART:
            raise ValueError(
                f"{size >> 20:,} MB of JSON are read at once: make it smaller by inspect log convert --to eval"
            )
        _check_json_log(path, *_state(path))
        return
    known = _members(path, *_state(path))
    for name in known.by_name:
        if not name.startswith("samples/"):
            _check(path, known, name)


def check_member(path: Path, id: int | str, epoch: int) -> None:
    """The same of one sample of a log that has passed `check_log`."""
    if path.suffix == ".eval":
        _check(path, _members(path, *_state(path)), f"samples/{id}_epoch_{epoch}.json")


def content(file: IO[bytes], member: zipfile.ZipInfo) -> bytes:
    """What a member of an opened zip holds; ValueError where it is damaged, or larger than is said."""
    whole = b"".join(_unpacked(file, member))
    check_parts(whole, MOST_PARTS)
    if zlib.crc32(whole) != member.CRC:
        raise ValueError(f"{member.filename} is damaged")
    return whole


def _state(path: Path) -> tuple[int, int]:
    about = path.stat()
    return about.st_mtime_ns, about.st_size


@lru_cache(maxsize=64)
def _members(path: Path, _changed: int, size: int) -> _Members:
    with zipfile.ZipFile(path) as archive:
        listed = archive.infolist()
    if len(listed) > _MOST_MEMBERS:
        raise ValueError(f"it has {len(listed):,} members, and {_MOST_MEMBERS:,} are read at most")
    if sum(member.compress_size for member in listed) > size:
        raise ValueError("its members overlap")
    return _Members({member.filename: member for member in listed}, set())


@lru_cache(maxsize=64)
def _check_json_log(path: Path, _changed: int, _size: int) -> None:
    _check_shape(path.read_bytes(), path.name)


def _check(path: Path, known: _Members, name: str) -> None:
    if name in known.checked or name not in known.by_name:
        return
    with path.open("rb") as file:
        _check_shape(b"".join(_unpacked(file, known.by_name[name])), name)
    known.checked.add(name)


def _most(name: str) -> tuple[int, int | None]:
    """Bytes and parts of a member at most; summaries are of all dialogues."""
    return (LARGEST, None) if name.startswith(("summaries", "_journal/summaries")) else (LARGEST_PART, MOST_PARTS)


def _check_shape(text: bytes, name: str) -> None:
    """Refuse JSON whose values would take too much memory, or nest so deeply that a parser that streams takes for ever."""
    check_parts(text, _most(name)[1])
    brackets = _STRING.sub(b"", text).translate(None, _NO_BRACKETS)
    for _ in range(_DEEPEST):  # each time the innermost ones go
        if len(brackets) <= _DEEPEST:
            return
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    if len(brackets) > _DEEPEST:
        raise ValueError(f"{name} is nested too deeply")


def _unpacked(file: IO[bytes], member: zipfile.ZipInfo) -> Iterator[bytes]:
    """A member in pieces; not by `zipfile`, which knows no Zstandard, goes in small steps and ends where a lie does."""
    most, _ = _most(member.filename)
    if member.file_size > most:
        raise ValueError(
            f"{member.filename} unpacks to {member.file_size >> 20:,} MB, and {most >> 20} are read at most"
        )
    file.seek(member.header_offset + _NAME_LENGTHS)
    lengths = file.read(4)
    file.seek(int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little"), os.SEEK_CUR)
    packed = file.read(member.compress_size)
    size = 0
    try:
        for piece in _pieces(packed, member.compress_type):
            size += len(piece)
            if size > member.file_size:
                raise ValueError(f"{member.filename} unpacks to more than it says")
            yield piece
    except (zlib.error, zstandard.ZstdError) as error:
        raise ValueError(f"{member.filename} is damaged") from error
    if size < member.file_size:
        raise ValueError(f"{member.filename} is damaged")


def _pieces(packed: bytes, kind: int) -> Iterator[bytes]:
    if kind == _DEFLATE:
        unpacking = zlib.decompressobj(-15)
        while packed and (piece := unpacking.decompress(packed, _STEP)):
            yield piece
            packed = unpacking.unconsumed_tail
        yield unpacking.flush()
    elif kind == _ZSTANDARD:
        with zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True) as stream:
            while piece := stream.read(_STEP):
                yield piece
    else:
        yield packed
