"""Files that nobody checked, read within bounds: none that never ends, unpacks without end, or grows as it is read.

    text = read_text(path, most=1 << 20)        # an OSError says what is wrong with the file
    value = load_json(text)                     # a ValueError, what is wrong with its text
    value = load_yaml(text)                     # a yaml.YAMLError

It knows nothing of what they say.
"""

import errno
import gzip
import json
import stat
import zlib
from pathlib import Path
from typing import Any

import yaml

LARGEST = 512 << 20
"""Bytes of a file, or of what it unpacks to."""
MOST_PARTS = 20_000_000
"""Lists, objects and commas of a JSON text, each of which takes some 60 bytes in memory."""
_MOST_NODES = 1_000_000
_LARGEST_YAML = 32 << 20
_LONGEST_NUMBER = 100
_ZIPPED = b"\x1f\x8b"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def check_file(path: Path, most: int = LARGEST) -> None:
    """Raise OSError where a path leads to no plain file, or one that is larger than `most`."""
    about = path.stat()
    if stat.S_ISDIR(about.st_mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder: name one file", str(path))
    if not stat.S_ISREG(about.st_mode):
        raise OSError(errno.EINVAL, "it is no file, and may never end: write what comes from it into one", str(path))
    if about.st_size > most:
        raise OSError(errno.EFBIG, f"it is larger than {_sized(most)}: split it into several files", str(path))


def read_bytes(path: Path, most: int = LARGEST) -> bytes:
    """The bytes of a file, unpacked if they are gzip's."""
    check_file(path, most)
    data = path.read_bytes()
    if not data.startswith(_ZIPPED):
        return data
    try:
        with gzip.open(path) as packed:
            data = packed.read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise OSError(errno.EBADMSG, f"it is damaged, and cannot be unpacked ({error})", str(path)) from error
    if len(data) > most:
        raise OSError(errno.EFBIG, f"it is larger than {_sized(most)} unpacked: split it into several files", str(path))
    return data


def read_text(path: Path, most: int = LARGEST) -> str:
    """The text of a file in UTF-8, which must not be packed; UnicodeDecodeError where it is something else."""
    check_file(path, most)
    return path.read_text("utf-8")


def load_json(text: str | bytes) -> Any:
    """The value of a JSON text; ValueError where it is none, nests too deeply, or has too many parts for memory."""
    check_parts(text)
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def check_parts(text: str | bytes, most: int | None = None) -> None:
    """Raise ValueError where a JSON text has too many parts for memory."""
    signs = ("[", "{", ",") if isinstance(text, str) else (b"[", b"{", b",")
    most = most or MOST_PARTS
    if len(text) > most and sum(map(text.count, signs)) > most:  # type: ignore[arg-type]
        raise ValueError(f"it has more than {most:,} parts: split it into several files")


def read_yaml(path: Path) -> Any:
    """The value of a YAML file; what `read_text` and `load_yaml` raise."""
    return load_yaml(read_text(path, _LARGEST_YAML))


def load_yaml(text: str) -> Any:
    """The value of a YAML text; yaml.YAMLError where it is none, or would grow without bounds by its aliases."""
    if len(text) > _LARGEST_YAML:
        raise yaml.YAMLError(f"it is longer than {_sized(_LARGEST_YAML)}")
    try:
        loader = _LOADER(text)
        try:
            node = loader.get_single_node()
            if node is None:
                return None
            _unfolded(node, {})
            return loader.construct_document(node)
        finally:
            loader.dispose()
    except RecursionError as error:
        raise yaml.YAMLError("it is nested too deeply") from error
    except (ValueError, OverflowError) as error:  # a date or number that is none
        raise yaml.YAMLError(str(error)) from error


def _unfolded(node: yaml.Node, known: dict[yaml.Node, int]) -> int:
    """How many nodes there are below a node once every alias stands for what it names."""
    if isinstance(node, yaml.ScalarNode):
        if len(node.value) > _LONGEST_NUMBER and node.tag.endswith((":int", ":float")):
            raise yaml.YAMLError(f"a number in it has more than {_LONGEST_NUMBER} characters")
        return 1
    if node in known:
        if not known[node]:
            raise yaml.YAMLError("a part of it holds itself")
        return known[node]
    known[node] = 0
    inner = [part for pair in node.value for part in pair] if isinstance(node, yaml.MappingNode) else node.value
    count = 1 + sum(_unfolded(part, known) for part in inner)
    if count > _MOST_NODES:
        raise yaml.YAMLError(f"it has more than {_MOST_NODES:,} parts once its aliases are unfolded")
    known[node] = count
    return count


def _sized(size: int) -> str:
    return f"{size >> 30} GB" if size >= 1 << 30 else f"{size >> 20} MB"
