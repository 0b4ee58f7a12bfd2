"""The prompts, each in a file of its own beside this one, and how a person's own take their place.

A prompt's version is the start of its text's hash: it is in every log, and cannot be forgotten to be raised.
"""

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from turnwise.errors import PromptError

_FIELD = re.compile(r"\{\{(\w+)\}\}")


class Prompt(NamedTuple):
    """A text with `{{fields}}` to fill in."""

    name: str
    text: str

    @property
    def version(self) -> str:
        """Eight hex digits that change with the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:8]

    @property
    def fields(self) -> frozenset[str]:
        """The names of the fields."""
        return frozenset(_FIELD.findall(self.text))

    def fill(self, **fields: str) -> str:
        """The text with every field filled in; what is filled in is never looked into."""
        return _FIELD.sub(lambda match: fields[match.group(1)], self.text)


Prompts = Mapping[str, Prompt]


def load_prompts(folder: str | Path | None = None) -> Prompts:
    """The prompts by name, those in a folder in the place of our own; PromptError where one is none of ours."""
    own = _own()
    if folder is None:
        return own
    path = Path(folder)
    files = sorted(path.glob("*.md")) if path.is_dir() else []
    if not files:
        raise PromptError(f"{path} holds no prompts: name a folder with files such as user.md ({', '.join(own)})")
    found = {}
    for file in files:
        if file.stem not in own:
            raise PromptError(f"{file} is named after no prompt: there are {', '.join(own)}")
        try:
            prompt = Prompt(file.stem, file.read_text("utf-8").strip())
        except UnicodeDecodeError as error:
            raise PromptError(f"{file} is not a UTF-8 text") from error
        if odd := prompt.fields ^ own[file.stem].fields:
            raise PromptError(
                f"{file} {'misses' if odd <= own[file.stem].fields else 'has no use for'} {{{{{min(odd)}}}}}: "
                f"it needs the fields {', '.join(sorted(own[file.stem].fields)) or '(none)'}, and no others"
            )
        found[file.stem] = prompt
    return {**own, **found}


@cache
def _own() -> Prompts:
    return {f.stem: Prompt(f.stem, f.read_text("utf-8").strip()) for f in sorted(Path(__file__).parent.glob("*.md"))}
