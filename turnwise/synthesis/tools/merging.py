"""Many proposals become one set of tools: no two of a name, no two that do the same. No model is asked."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlglot import exp

from turnwise.errors import WorldError
from turnwise.synthesis.tools.statements import parsed
from turnwise.worlds import Tool


class Merged(NamedTuple):
    """A set of tools, how many proposals were the same as one of them, and why others were dropped."""

    tools: list[Tool]
    merged: int
    dropped: dict[str, str]


def merge(proposed: Iterable[Tool], fixed: Sequence[Tool] = ()) -> Merged:
    """Add proposals to tools that stay as they are.

    Of two with one name and other parameters the one with more of them stays; of two with the same SQL the first.
    """
    tools = {tool.name: tool for tool in fixed}
    meanings = {meaning: tool.name for tool in fixed if (meaning := _statement(tool))}
    merged, dropped = 0, dict[str, str]()
    for tool in proposed:
        other = tools.get(tool.name)
        if other is None:
            tools[tool.name] = tool
        elif _meaning(other) == _meaning(tool):
            merged += 1
        else:
            if other not in fixed and len(_properties(tool)) > len(_properties(other)):
                tools[tool.name] = tool
            note(dropped, tool.name, f"another {tool.name}")
    for tool in [tool for tool in tools.values() if tool not in fixed]:
        meaning = _statement(tool)
        if meaning and (first := meanings.setdefault(meaning, tool.name)) != tool.name:
            del tools[tool.name]
            note(dropped, tool.name, f"the same as {first}")
    return Merged(list(tools.values()), merged, dropped)


def note(dropped: dict[str, str], name: str, reason: str) -> None:
    """Write down why a tool was dropped, under its name or, if that is taken, its name and a number."""
    key, number = name, 1
    while key in dropped:
        number += 1
        key = f"{name} ({number})"
    dropped[key] = reason


def _meaning(tool: Tool) -> str:
    return _statement(tool) or json.dumps([tool.effect, sorted(_properties(tool))])


def _properties(tool: Tool) -> dict[str, Any]:
    properties = tool.parameters.get("properties")
    return properties if isinstance(properties, dict) else {}


def _statement(tool: Tool) -> str:
    """The SQL without what does not matter: case and quotes of names, spacing, what the parameters are called."""
    if not tool.sql:
        return ""
    try:
        tree = parsed(tool.sql)
    except WorldError:
        return tool.sql
    numbers: dict[str, str] = {}
    for node in list(tree.find_all(exp.Placeholder, bfs=False)):
        node.set("this", numbers.setdefault(node.name, f"p{len(numbers)}"))
    for name in tree.find_all(exp.Identifier):
        name.set("this", name.name.lower())
        name.set("quoted", False)
    return str(tree.sql(dialect="sqlite", comments=False))
