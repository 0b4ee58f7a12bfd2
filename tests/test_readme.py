"""The README's examples print what it says, and every other command in it is one that there is."""

import importlib.util
import re
import shlex
from pathlib import Path
from types import ModuleType

import click
import pytest

from turnwise.cli import main

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def readme() -> ModuleType:
    spec = importlib.util.spec_from_file_location("readme", ROOT / ".ci" / "readme.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["agent", "database"])
def test_an_example_prints_what_the_readme_says(name: str, readme: ModuleType, tmp_path: Path) -> None:
    readme.prepared(TEXT, tmp_path)
    shown = readme.block(TEXT, name)
    assert readme.printed(shown, tmp_path) == shown, "write it anew with: python .ci/readme.py"


def commands() -> list[str]:
    """Every command of Turnwise in the README, comments and placeholders apart."""
    joined = TEXT.replace("\\\n", " ")
    lines = re.findall(r"^ {4}(?:\$ )?(turnwise [^\n]*)$", joined, re.MULTILINE)
    return [
        re.split(r"\s# ", part)[0].strip() for line in lines for part in line.split("; ") if part.startswith("turnwise")
    ]


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_readme_is_one(command: str) -> None:
    """Its options and arguments are those of a command; nothing is run."""
    words = shlex.split(command)[1:]
    context = click.Context(main, info_name="turnwise")
    group: click.Command = main
    while isinstance(group, click.Group) and words and words[0] in group.commands:
        group = group.commands[words.pop(0)]
    if isinstance(group, click.Group):  # harvest, whose own work has no name
        group = group.commands[""]
    group.make_context(group.name, words, parent=context)


def test_tasks_and_agents_of_the_readme_are_there() -> None:
    from turnwise._inspect import registry_lookup

    names = set(re.findall(r"\bturnwise/(\w+)\b(?!/)", re.sub(r"`?turnwise/`?\s", "", TEXT)))
    known = {
        name
        for name in names
        for kind in ("task", "agent", "solver", "scorer")
        if registry_lookup(kind, f"turnwise/{name}")
    }
    assert names - known <= {"lexical", "chat", "agent"} | {p.name for p in (ROOT / "turnwise").iterdir()}
