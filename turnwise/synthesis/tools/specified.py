"""Tools that somebody else specified become tools of a world: their schemas mended, the missing ones inferred."""

from collections.abc import Sequence
from typing import Literal

from pydantic import ValidationError

from turnwise.errors import WorldError
from turnwise.synthesis.seeds.mending import repaired
from turnwise.synthesis.seeds.tool_list import ToolSpec
from turnwise.synthesis.tools.inferred_returns import (
    Things,
    common_things,
    effect_of,
    inferred_returns,
    is_consequential,
)
from turnwise.values.words import listed
from turnwise.worlds import Tool
from turnwise.worlds.arguments import Signature
from turnwise.worlds.world import JsonSchema


def specified_tools(specs: Sequence[ToolSpec]) -> tuple[list[Tool], list[str]]:
    """The tools of a list, and a sentence for each that was mended or dropped.

    Tools are taken as they are; what one does and returns is inferred where its author does not say.
    """
    from inspect_ai.tool import ToolParams  # takes seconds to import

    left_out: list[str] = []
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
        effect = effect_of(spec.name, spec.hints)
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
    return tools, left_out


def _returns(
    spec: ToolSpec, effect: Literal["read", "write"], parameters: JsonSchema, common: Things, left_out: list[str]
) -> JsonSchema:
    if spec.returns is None:
        return inferred_returns(spec.name, effect, parameters, common)
    wrapped = spec.returns.get("type") == "array"
    returns, notes = repaired({"type": "object", "properties": {"": spec.returns}} if wrapped else spec.returns)
    left_out += [f"What {spec.name} returns was mended: {listed(notes)}."] if notes else []
    mended: JsonSchema = returns["properties"][""] if wrapped else returns
    return mended
