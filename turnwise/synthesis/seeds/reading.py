"""Any seed becomes one `Seed`: a database, a list of tools, or a few words about a domain. Knows of no model."""

import os
import re
from pathlib import Path
from typing import NamedTuple

from turnwise.errors import SeedError
from turnwise.synthesis.seeds.database import read_database
from turnwise.synthesis.seeds.tool_list import ToolSpec, read_tool_list
from turnwise.values.words import snake, words

_LONGEST_TEXT = 20_000
_LONGEST_NAME = 40


class Seed(NamedTuple):
    """What a world is made from. Of `script`, `specs` and `text` one is filled in."""

    label: str
    """what the world is said to be made from: a file's name, or the sentence"""
    name: str
    domain: str = ""
    script: str | None = None
    """SQL that builds the database"""
    specs: tuple[ToolSpec, ...] = ()
    title: str = ""
    """what a list of tools calls itself"""
    text: str = ""
    """a domain in words"""
    left_out: tuple[str, ...] = ()
    """a sentence for each thing in the file that a world cannot have"""


def read_seed(seed: str | Path, server: str | None = None) -> Seed:
    """Read a SQLite file, a SQL script, a .json list of tools, a .txt or .md text, or take a sentence as it is.

    Raises:
        SeedError: it is none of these, or there is nothing in it.
    """
    path = Path(seed)
    if is_sentence(str(seed)):
        return Seed(" ".join(str(seed).split()), _name(str(seed)), text=_text(str(seed), "the sentence"))
    if not path.is_file():
        raise SeedError(
            f"{seed} is not a file: name a database, a .json list of tools or a .txt or .md text, or describe a domain "
            "in a few words"
        )
    if path.suffix in (".txt", ".md"):
        try:
            return Seed(path.name, _name(path.stem), text=_text(path.read_text("utf-8"), str(path)))
        except UnicodeDecodeError as error:
            raise SeedError(f"{path} is not a UTF-8 text") from error
    if path.suffix == ".json":
        tools = read_tool_list(path, server)
        return Seed(path.name, _name(tools.name), tools.domain, None, tools.specs, tools.name, left_out=tools.left_out)
    database = read_database(path)
    domain = f"the {words(path.stem)} database"
    return Seed(path.name, _name(path.stem), domain, database.script, left_out=database.left_out)


def is_sentence(seed: str) -> bool:
    """Whether a seed is a domain in words and not the name of a file."""
    return not os.path.exists(seed) and bool(re.search(r"\s", seed.strip()))


def _text(text: str, what: str) -> str:
    if not text.strip():
        raise SeedError(f"{what} is empty: describe a domain in a few words, as in 'a small veterinary clinic'")
    if len(text) > _LONGEST_TEXT:
        raise SeedError(f"{what} is longer than {_LONGEST_TEXT} characters: a model reads it before each question")
    return text.strip()


def _name(text: str) -> str:
    plain = re.sub(r"[^a-z0-9_]+", "", snake(re.sub(r"^(a|an|the)\s+", "", text.strip(), flags=re.IGNORECASE)))
    short = plain if len(plain) <= _LONGEST_NAME else plain[:_LONGEST_NAME].rpartition("_")[0] or plain[:_LONGEST_NAME]
    return short.strip("_") or "world"
