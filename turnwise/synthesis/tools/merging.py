"""Many proposals become one set of tools: no two of a name, no two that do the same. No model is asked."""

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

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
    merged, dropped = 0, dict[str, str]()
    for tool in proposed:
        other = tools.setdefault(tool.name, tool)
        if other is not tool and _meaning(other) == _meaning(tool):
            merged += 1
        elif other is not tool:
            if other not in fixed and len(_fields(tool)) > len(_fields(other)):
                tools[tool.name] = tool
            note(dropped, tool.name, f"another {tool.name}")
    first: dict[str, str] = {}
    for name, tool in list(tools.items()):
        if tool.sql and first.setdefault(_meaning(tool), name) != name and tool not in fixed:
            del tools[name]
            note(dropped, name, f"the same as {first[_meaning(tool)]}")
    return Merged(list(tools.values()), merged, dropped)


def note(dropped: dict[str, str], name: str, reason: str) -> None:
    """Write down why a tool was dropped, under its name or, if that is taken, its name and a number."""
    number = 1
    while (key := name if number == 1 else f"{name} ({number})") in dropped:
        number += 1
    dropped[key] = reason


def _fields(tool: Tool) -> list[str]:
    properties = tool.parameters.get("properties")
    return sorted(properties) if isinstance(properties, dict) else []


def _meaning(tool: Tool) -> str:
    """The SQL without what does not matter: case and quotes of names, spacing, what the parameters are called.

    Of a simulated tool, its effect and what its parameters are called.
    """
    if not tool.sql:
        return json.dumps([tool.effect, _fields(tool)])
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
