"""Lists of tools as OpenAI, Anthropic, Gemini, Bedrock, Cohere, LangChain or MCP have them become specifications under names that tools may have."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from turnwise.errors import SeedError
from turnwise.values.words import listed, words

_LONGEST_TOOL_NAME = 64
_SHOWN_SERVERS = 6
_PARAMETERS = ("inputSchema", "input_schema", "parameters")
_WITHIN = ("toolSpec", "functionDeclarations", "function_declarations")
_OTHERWISE = ("args_schema", "parameter_definitions", "parametersJsonSchema", "params", "inputs")
"""What parameters are called elsewhere: of LangChain, Cohere, Gemini, tau2, smolagents."""
_SPEC_KEYS = {"name", "description", "type", "title", "annotations"}
_RETURNS = ("outputSchema", "output_schema", "returns")


class ToolSpec(NamedTuple):
    """A tool as its author specifies it, under a name that a tool may have; its schemas are unchecked."""

    name: str
    description: str
    parameters: Any
    returns: Any  # None when its author does not say
    hints: Mapping[str, Any]


class ToolList(NamedTuple):
    """The tools of a list, what the list is called and is about, and a sentence for each entry renamed or left out."""

    specs: tuple[ToolSpec, ...]
    name: str
    domain: str
    left_out: tuple[str, ...]


def read_tool_list(loaded: Any, path: Path, server: str | None = None) -> ToolList:
    """The tools that the data of a JSON file specify; of several servers' lists, the one of this name or number from 1."""
    chosen = _server(path, loaded, server)
    about = chosen if isinstance(chosen, dict) else {}
    entries = about.get("tools", chosen)
    entries = [entries] if isinstance(entries, dict) and {"name", "function", *_WITHIN} & entries.keys() else entries
    entries = [tool for entry in entries for tool in _expanded(entry)] if isinstance(entries, list) else entries
    if not isinstance(entries, list) or not entries:
        raise SeedError(
            f"{path} holds neither tools nor rows: a list of tools is expected, as OpenAI, Anthropic or MCP have them, or a "
            "list of objects"
        )
    left_out: list[str] = []
    specs = list(specs_of(entries, left_out))
    if not specs:
        raise SeedError(f"{path}: none of its {len(entries)} entries is a tool: {left_out[0]}")
    title = str(about.get("server") or about.get("name") or path.stem) if "tools" in about else path.stem
    return ToolList(tuple(specs), title, str(about.get("domain") or words(title)), tuple(left_out))


def unwrapped(loaded: Any) -> Any:
    """The data of a file without what is around a list of tools: a JSON string, the answer to a request, names as keys."""
    for _ in range(2):
        with suppress(ValueError, RecursionError):
            loaded = json.loads(loaded) if isinstance(loaded, str) else loaded
    if not isinstance(loaded, dict) or "tools" in loaded:
        return loaded
    for key in ("result", "toolConfig", "tool_config", "functions", "functionDeclarations", "function_declarations"):
        inner = loaded.get(key)
        if isinstance(inner, list) or (isinstance(inner, dict) and "tools" in inner):
            return inner
    marks = {*_PARAMETERS, *_OTHERWISE}
    if loaded and all(isinstance(spec, dict) and marks & spec.keys() for spec in loaded.values()):
        return [{"name": name, **spec} for name, spec in loaded.items()]
    return loaded


def _expanded(entry: Any) -> Iterator[Any]:
    """An entry with its parameters where OpenAI, Anthropic and MCP have them; several, where it is a list of its own."""
    inner = next((entry[key] for key in _WITHIN if key in entry), None) if isinstance(entry, dict) else None
    if isinstance(inner, list):
        for one in inner:
            yield from _expanded(one)
        return
    if not isinstance(entry, dict):
        yield entry
        return
    spec = dict(inner if isinstance(inner, dict) else entry)
    if not any(key in spec for key in (*_PARAMETERS, "function")):
        given = next((spec[key] for key in _OTHERWISE if key in spec), None)
        spec |= {"parameters": given} if given is not None else {}
    for key in _PARAMETERS:
        with suppress(ValueError, RecursionError):
            spec |= {key: json.loads(spec[key])} if isinstance(spec.get(key), str) else {}
        if isinstance(spec.get(key), dict) and [*spec[key]] == ["json"]:  # of Bedrock
            spec[key] = spec[key]["json"]
    yield spec


def holds_rows(loaded: Any) -> bool:
    """Whether the data of a JSON file are rows of tables and not tools: objects of which none has a tool's fields."""
    lists = list(loaded.values()) if isinstance(loaded, dict) else [loaded]
    rows = [row for values in lists if isinstance(values, list) for row in values]
    if not rows or not all(isinstance(row, dict) for row in rows) or (isinstance(loaded, dict) and "tools" in loaded):
        return False
    marks = {"function", "tools", *_PARAMETERS, *_RETURNS, *_WITHIN, *_OTHERWISE}
    return not any(
        any(key in row and (key not in _OTHERWISE or isinstance(row[key], dict)) for key in marks)
        or row.keys() <= _SPEC_KEYS
        for row in rows
    )


def _server(path: Path, loaded: Any, server: str | None) -> Any:
    """The list of one server where a file holds those of several."""
    several = loaded if isinstance(loaded, list) else []
    servers = [entry for entry in several if isinstance(entry, dict) and isinstance(entry.get("tools"), list)]
    if not servers and server is not None:
        raise SeedError(f"{path} holds the tools of one server: leave --server out")
    if not servers or (server is None and len(servers) == 1):
        return servers[0] if servers else loaded
    names = [str(entry.get("server") or entry.get("name") or number) for number, entry in enumerate(servers, 1)]
    known = {str(number): entry for number, entry in enumerate(servers, 1)}
    known |= dict(zip(reversed(names), reversed(servers), strict=True))
    if server in known:
        return known[server]
    shown = listed([repr(name) for name in names[:_SHOWN_SERVERS]], "or")
    more = f" and {len(names) - _SHOWN_SERVERS} more" if len(names) > _SHOWN_SERVERS else ""
    asked = f"no server {server!r}" if server is not None else f"{len(servers)} servers"
    raise SeedError(f"{path} holds {asked}: choose one with --server, by its name or number: {shown}{more}")


def specs_of(entries: list[Any], left_out: list[str]) -> Iterator[ToolSpec]:
    taken: dict[str, Any] = {}
    for number, entry in enumerate(entries, 1):
        inner = entry.get("function") if isinstance(entry, dict) else None
        spec = inner if isinstance(inner, dict) else entry
        if not isinstance(spec, dict):
            left_out.append(f"Entry {number} was dropped: it is no object.")
            continue
        said = spec["name"].strip() if isinstance(spec.get("name"), str) else ""
        if not said:
            left_out.append(f"Entry {number} was dropped: it has no name.")
            continue
        name = re.sub(r"[^a-zA-Z0-9_-]+", "_", said)[:_LONGEST_TOOL_NAME]
        name = name if re.search(r"[a-zA-Z0-9]", name) else f"tool_{number}"
        if entry in taken.values():
            left_out.append(f"A second {name} was dropped: it is the first once more.")
            continue
        if name in taken:
            first, count = name, 2
            while name in taken:
                name, count = f"{first[: _LONGEST_TOOL_NAME - len(str(count)) - 1]}_{count}", count + 1
            left_out.append(f"{said!r} is called {name}: another tool is called {first}.")
        elif name != said:
            left_out.append(f"{said!r} is called {name}: names of tools have letters, digits, _ and - alone.")
        taken[name] = entry
        described = spec["description"].strip() if isinstance(spec.get("description"), str) else ""
        yield ToolSpec(
            name,
            described or f"{words(name).capitalize()}.",
            next((spec[key] for key in _PARAMETERS if key in spec), None),
            next((spec[key] for key in _RETURNS if isinstance(spec.get(key), dict)), None),
            spec["annotations"] if isinstance(spec.get("annotations"), dict) else {},
        )
