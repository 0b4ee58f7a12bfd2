"""A list of tool specifications becomes a World whose tools are simulated: read, mend, infer what they return, try.

Reads the lists that OpenAI, Anthropic and MCP have tools in, and files that hold several servers' lists.
"""

import json
import random
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from inspect_ai.tool import ToolParams
from pydantic import ValidationError

from turnwise.errors import CallRefused, SeedError, WorldError
from turnwise.synthesis.seeds.mending import repaired
from turnwise.synthesis.seeds.spec_results import Things, common_things, effect_of, inferred_returns, is_consequential
from turnwise.synthesis.world_by_rules import check_name, write_policy
from turnwise.values.words import listed, snake, words
from turnwise.worlds import SimulatedSession, Tool, World
from turnwise.worlds.arguments import Signature
from turnwise.worlds.json_schema import misfit_sentence
from turnwise.worlds.simulated.naming import noun_of
from turnwise.worlds.simulated.sampling import sample
from turnwise.worlds.world import JsonSchema

REFERENCE_TIME = "2026-01-05 09:00:00"
_TRIALS = 4
_LONGEST_NAME = 64
_SHOWN_SERVERS = 6


class Specs(NamedTuple):
    """The tools of a list, what the list is called and is about, and a sentence for all that was mended or left out."""

    tools: list[Tool]
    name: str
    domain: str
    left_out: list[str]


class _Spec(NamedTuple):
    name: str
    description: str
    parameters: Any
    returns: Any
    hints: Mapping[str, Any]


def read_specs(path: Path, server: str | None = None) -> Specs:
    """The tools that a JSON file specifies.

    Args:
        server: which of several servers' lists to take: its name, or its number from 1.

    Raises:
        SeedError: the file cannot be read, is not JSON, holds no tools, or it is not plain which server is meant.
    """
    try:
        loaded = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise SeedError(f"{path}: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise SeedError(f"{path} is not JSON: {' '.join(str(error).split())}") from error
    chosen = _server(path, loaded, server)
    entries = chosen.get("tools", chosen) if isinstance(chosen, dict) else chosen
    entries = [entries] if isinstance(entries, dict) and {"name", "function"} & entries.keys() else entries
    if not isinstance(entries, list) or not entries:
        raise SeedError(f"{path} holds no tools: a list of tools is expected, as OpenAI, Anthropic or MCP have them")
    left_out: list[str] = []
    specs = list(_specs(entries, left_out))
    if not specs:
        raise SeedError(f"{path}: none of its {len(entries)} entries is a tool: {left_out[0]}")
    title = str(chosen.get("server") or chosen.get("name") or path.stem) if isinstance(chosen, dict) else path.stem
    domain = str(chosen.get("domain") or words(title)) if isinstance(chosen, dict) else words(title)
    return Specs(_tools(specs, left_out), title, domain, left_out)


def synthesize_simulated_world(
    path: str | Path, *, name: str | None = None, domain: str | None = None, seed: int = 0, server: str | None = None
) -> World:
    """Make a world whose tools are simulated from a JSON list of tools.

    Args:
        seed: drives the trial calls; the same file and seed give the same world.
        server: which of several servers' lists to take: its name, or its number from 1.

    Raises:
        SeedError: the file holds no tools, or no tool of it can be simulated.
    """
    file = Path(path)
    check_name(name)
    specs = read_specs(file, server)
    about = domain or specs.domain
    draft = World(
        name=name or snake(specs.name) or "world",
        domain=about,
        description=f"Tools of {specs.name}.",
        reference_time=REFERENCE_TIME,
        tools=tuple(specs.tools),
        policy="",
    )
    reasons = {tool.name: reason_to_drop(draft, tool, random.Random(f"{seed} {tool.name}")) for tool in draft.tools}
    dropped = {name: reason for name, reason in reasons.items() if reason is not None}
    kept = tuple(tool for tool in draft.tools if tool.name not in dropped)
    if not kept:
        raise SeedError(
            f"{file}: none of its {len(specs.tools)} tools can be simulated: {next(iter(dropped.values()))}"
        )
    provenance = {
        "seed": file.name,
        "stage": "embedded",
        "random_seed": seed,
        "tools": {"proposed": len(specs.tools), "kept": len(kept), "dropped": dropped},
        "left_out": specs.left_out,
    }
    return draft.model_copy(update={"tools": kept, "policy": write_policy(draft, kept), "provenance": provenance})


def reason_to_drop(world: World, tool: Tool, rng: random.Random) -> str | None:
    """Call a tool of a world with valid and with invalid arguments, each on a dialogue of its own.

    Returns:
        None when every valid call gives a result that fits the return schema and every invalid one is refused;
        otherwise a short reason.
    """
    alone = world.model_copy(update={"tools": (tool,)})
    now = datetime.fromisoformat(world.reference_time)
    for _ in range(_TRIALS):
        arguments = _arguments(tool, rng, now)
        try:
            result = SimulatedSession(alone).call(tool.name, arguments)
        except (CallRefused, WorldError) as error:
            return f"a valid call was refused: {error}"
        if (problem := misfit_sentence(result, tool.returns)) is not None:
            return f"its result does not fit its return schema: {problem}"
    for arguments in _nonsense(tool):
        try:
            SimulatedSession(alone).call(tool.name, arguments)
        except CallRefused:
            continue
        return f"an invalid call was accepted: {json.dumps(arguments)}"
    return None


def _arguments(tool: Tool, rng: random.Random, now: datetime) -> dict[str, Any]:
    needed = tool.parameters["required"]
    names = [name for name in tool.parameters["properties"] if name in needed or rng.random() < 0.5]
    return {name: sample(name, tool.parameters["properties"][name], rng, now, noun_of(tool.name)) for name in names}


def _nonsense(tool: Tool) -> Iterator[dict[str, Any]]:
    if tool.parameters["additionalProperties"] is False:
        yield {"no_such_argument": 1}
    if tool.parameters["required"]:
        yield {}


def _server(path: Path, loaded: Any, server: str | None) -> Any:
    """The list of one server where a file holds those of several."""
    several = loaded if isinstance(loaded, list) else []
    servers = [entry for entry in several if isinstance(entry, dict) and isinstance(entry.get("tools"), list)]
    if not servers:
        if server is not None:
            raise SeedError(f"{path} holds the tools of one server: leave --server out")
        return loaded
    names = [str(entry.get("server") or entry.get("name") or number) for number, entry in enumerate(servers, 1)]
    if server is None and len(servers) == 1:
        return servers[0]
    if server in names:
        return servers[names.index(server)]
    if server is not None and server.isdecimal() and 0 < int(server) <= len(servers):
        return servers[int(server) - 1]
    shown = listed([repr(name) for name in names[:_SHOWN_SERVERS]], "or")
    more = f" and {len(names) - _SHOWN_SERVERS} more" if len(names) > _SHOWN_SERVERS else ""
    asked = f"no server {server!r}" if server is not None else f"{len(servers)} servers"
    raise SeedError(f"{path} holds {asked}: choose one with --server, by its name or number: {shown}{more}")


def _specs(entries: list[Any], left_out: list[str]) -> Iterator[_Spec]:
    taken: set[str] = set()
    for number, entry in enumerate(entries, 1):
        inner = entry.get("function") if isinstance(entry, dict) else None
        spec = inner if isinstance(inner, dict) else entry
        if not isinstance(spec, dict):
            left_out.append(f"Entry {number} was dropped: it is no object.")
            continue
        if not isinstance(spec.get("name"), str) or not spec["name"].strip():
            left_out.append(f"Entry {number} was dropped: it has no name.")
            continue
        said = spec["name"].strip()
        name = re.sub(r"[^a-zA-Z0-9_-]+", "_", said)[:_LONGEST_NAME]
        name = name if re.search(r"[a-zA-Z0-9]", name) else f"tool_{number}"
        if name in taken:
            left_out.append(f"A second {name} was dropped: there can be one tool of a name.")
            continue
        if name != said:
            left_out.append(f"{said!r} is called {name}: names of tools have letters, digits, _ and - alone.")
        taken.add(name)
        described = spec.get("description")
        yield _Spec(
            name,
            described.strip() if isinstance(described, str) and described.strip() else f"{words(name).capitalize()}.",
            next((spec[key] for key in ("inputSchema", "input_schema", "parameters") if key in spec), None),
            next(
                (spec[key] for key in ("outputSchema", "output_schema", "returns") if isinstance(spec.get(key), dict)),
                None,
            ),
            spec["annotations"] if isinstance(spec.get("annotations"), dict) else {},
        )


def _tools(specs: list[_Spec], left_out: list[str]) -> list[Tool]:
    signatures = {}
    for spec in specs:
        parameters, notes = repaired(spec.parameters if spec.parameters is not None else {"type": "object"})
        open_ended = parameters.get("additionalProperties") not in (None, False) and not parameters["properties"]
        signatures[spec.name] = {**parameters, "additionalProperties": open_ended}
        left_out += [f"{spec.name} was mended: {listed(notes)}."] if notes else []
    writes = frozenset(spec.name for spec in specs if effect_of(spec.name, spec.hints) == "write")
    common = common_things(signatures, writes)
    tools = []
    for spec in specs:
        effect: Any = effect_of(spec.name, spec.hints)
        parameters = signatures[spec.name]
        tool = Tool(
            name=spec.name,
            description=spec.description,
            parameters=parameters,
            returns=_returns(spec, effect, parameters, common, left_out),
            effect=effect,
            consequential=is_consequential(spec.name, effect, spec.hints),
        )
        try:
            Signature(tool)
            ToolParams.model_validate(parameters)
        except (WorldError, ValidationError) as error:
            left_out.append(f"{spec.name} was dropped: {' '.join(str(error).split())}.")
            continue
        tools.append(tool)
    return tools


def _returns(
    spec: _Spec, effect: Literal["read", "write"], parameters: JsonSchema, common: Things, left_out: list[str]
) -> JsonSchema:
    if spec.returns is None:
        return inferred_returns(spec.name, effect, parameters, common)
    wrapped = spec.returns.get("type") == "array"
    returns, notes = repaired({"type": "object", "properties": {"": spec.returns}} if wrapped else spec.returns)
    left_out += [f"What {spec.name} returns was mended: {listed(notes)}."] if notes else []
    mended: JsonSchema = returns["properties"][""] if wrapped else returns
    return mended
