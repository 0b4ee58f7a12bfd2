"""JSON and text out of files that nobody checked."""

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from turnwise.errors import LogError

_DEEPEST = 100
"""Levels of lists and objects that are read: Inspect reads no log with more than 200."""


def read_text(path: Path) -> str:
    """The text of a file, perhaps compressed by gzip (a LogError where it is damaged); odd bytes are shown as such."""
    if path.is_dir():
        raise LogError(f"{path} is a folder: name one file of dialogues")
    data = path.read_bytes()
    if data.startswith(b"\x1f\x8b"):
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise LogError(f"{path} is damaged: it cannot be decompressed ({error}); fetch it again") from error
    return data.decode("utf-8-sig", errors="replace")


def load(text: str) -> Any:
    """The value that a text holds as JSON; a ValueError where it is none, or nests too deeply."""
    try:
        value = json.loads(text)
        if "\\ud" in text.lower():
            # Half an emoji is legal in JSON and cannot be written again: it becomes a question mark.
            value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if _depth(value) > _DEEPEST:
        raise ValueError("nested too deeply")
    return value


def _depth(value: Any) -> int:
    """How many levels of lists and objects a value has."""
    level, levels = [value], 0
    while level := [v for v in level if isinstance(v, list | dict)]:
        levels += 1
        level = [inner for outer in level for inner in (outer.values() if isinstance(outer, dict) else outer)]
    return levels


def text_of(content: Any) -> tuple[str, bool]:
    """The text of a message's content, and whether that is all there is to it."""
    if content is None or isinstance(content, str):
        return content or "", True
    if not isinstance(content, list):
        return json.dumps(content, ensure_ascii=False), True
    parts = [part.get("text") if isinstance(part, dict) else part for part in content]
    texts = [part for part in parts if isinstance(part, str)]
    return "\n".join(texts), len(texts) == len(parts)


def strings_in(value: Any) -> Iterator[str]:
    """All texts in a value, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings_in(inner)
