"""Files that nobody checked: their text, and the JSON in it. Knows nothing of what they say."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from turnwise.errors import LogError
from turnwise.untrusted import check_parts, load_json, read_bytes

_DEEPEST = 100
"""Levels of lists and objects that are read: Inspect reads no log with more than 200."""
_BROKEN = re.compile("[\udc80-\udcff]")
"""What a byte that is no UTF-8 becomes."""
_WHOLE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
"""A character in UTF-8 that is no ASCII."""
CONVERT = "convert it first, as with: iconv -f WINDOWS-1252 -t UTF-8"


_BLANKS, _DECODER = re.compile(r"\s*"), json.JSONDecoder()
_NO_TEXT = {
    b"PAR1": "is Parquet: write its rows as JSON lines first, as with pandas: read_parquet(...).to_json(..., orient='records', lines=True)",
    b"PK\x03\x04": "is a zip: unpack it first, or call it .eval if it is a log of Inspect",
    b"\x28\xb5\x2f\xfd": "is compressed by zstd: unpack it first",
    b"\xfd7zXZ": "is compressed by xz: unpack it first",
    b"BZh": "is compressed by bzip2: unpack it first",
    b"SQLite format 3": "is a database: turnwise synth makes a world of it",
}
"""What a file begins with that holds no text, and what to do."""


class Text(NamedTuple):
    """The text of a file, and what had to be done to read it; empty where it is UTF-8."""

    text: str
    note: str


def read_text(path: Path) -> Text:
    """The text of a file, perhaps compressed by gzip; a LogError where it is damaged.

    Without a single character of UTF-8 beyond ASCII, other bytes are read as Windows-1252. Where UTF-8 is broken, the
    places are marked: see `is_broken`.
    """
    if path.is_dir():
        raise LogError(f"{path} is a folder: name one file of dialogues")
    try:
        data = read_bytes(path)
        check_parts(data)
    except (OSError, ValueError) as error:
        raise LogError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if advice := next((advice for start, advice in _NO_TEXT.items() if data.startswith(start)), ""):
        raise LogError(f"{path} {advice}")
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        return Text(data.decode("utf-16" if wide else "utf-8-sig"), "")
    except UnicodeDecodeError:
        if wide or _WHOLE.search(data):
            return Text(data.decode("utf-8-sig", errors="surrogateescape"), "its UTF-8 is broken")
    try:
        return Text(data.decode("cp1252"), "it is no UTF-8, and was read as Windows-1252: look at its accents")
    except UnicodeDecodeError as error:
        raise LogError(f"{path} is no UTF-8 (byte {error.start + 1}): {CONVERT}") from error


def is_broken(text: str) -> bool:
    """Whether a text of `read_text` holds bytes that were no UTF-8."""
    return _BROKEN.search(text) is not None


def load(text: str) -> Any:
    """The value that a text holds as JSON; a ValueError where it is none, or nests too deeply."""
    return load_whole(text)[0]


def load_whole(text: str) -> tuple[Any, bool]:
    """The same, and whether all characters in it could be read.

    Half an emoji is legal in JSON and cannot be written again: it becomes a question mark.
    """
    whole = True
    value = load_json(text)
    if "\\ud" in text.lower():
        said = json.dumps(value, ensure_ascii=False)
        written = said.encode("utf-8", "replace")
        whole = written.decode() == said
        value = value if whole else load_json(written)
    if _depth(value) > _DEEPEST:
        raise ValueError("nested too deeply")
    return value, whole


def values_in_a_row(text: str) -> list[Any]:
    """The objects of a text that holds several, each over many lines, as jq writes them; none where it is anything else."""
    found: list[Any] = []
    place = _BLANKS.match(text, 0).end()  # type: ignore[union-attr]
    if not re.match(r"[{[]\s*\n", text[place : place + 80]) and "\n" in text.strip():
        return []
    while place < len(text):
        try:
            end = _DECODER.raw_decode(text, place)[1]
            found.append(load(text[place:end]))
        except (ValueError, RecursionError):
            return []
        place = _BLANKS.match(text, end).end()  # type: ignore[union-attr]
    return [] if is_broken(text) else found


def _depth(value: Any) -> int:
    """How many levels of lists and objects a value has."""
    level, levels = [value], 0
    while level := [v for v in level if isinstance(v, list | dict)]:
        levels += 1
        level = [inner for outer in level for inner in (outer.values() if isinstance(outer, dict) else outer)]
    return levels


def at(value: Any, *path: str) -> Any:
    """What an object holds at a path; None when there is nothing."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def first(value: Any, *names: str) -> Any:
    """What an object holds under the first of some names that it has; None when it has none of them."""
    return (
        next((value[name] for name in names if value.get(name) is not None), None) if isinstance(value, dict) else None
    )


def strings_in(value: Any) -> Iterator[str]:
    """All texts in a value, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings_in(inner)
