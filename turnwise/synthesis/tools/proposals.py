"""What a model proposes: questions that people would ask, for each the tools that it takes, and those still lacking."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)
from sqlglot import exp

from turnwise.errors import ModelFault, WorldError
from turnwise.llm import shapes
from turnwise.llm.chat import Chat, InvalidReply
from turnwise.llm.prompts import Prompts
from turnwise.synthesis.tools.signatures import usual_type
from turnwise.synthesis.tools.statements import parsed
from turnwise.worlds import Tool

BATCH = 8  # questions whose tools are asked for in one request
_ROOM = 4  # tools that a batch may add even where there are as many as are kept: the best are chosen later
MOST_EXPANDED = 10  # tools that the expansion may add
UNKNOWN: dict[str, Any] = {"type": "array"}  # what a tool returns until that is asked


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _no_repeats(questions: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    for number, question in enumerate(questions, 1):
        bare = re.sub(r"\W+", " ", question).strip().casefold()
        if not bare:
            raise ValueError(f"question {number} is empty")
        if (first := seen.setdefault(bare, number)) != number:
            raise ValueError(f"question {number} is the same as question {first}")
    return list(map(_one_line, questions))


class QuestionsReply(BaseModel):
    """Questions that people would ask, and the world they ask in."""

    domain: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), AfterValidator(_one_line)
    ] = Field(description='a short phrase, as in "a city library"')
    description: Annotated[str, AfterValidator(_one_line)] = Field(
        description="one sentence", min_length=1, max_length=400
    )
    questions: Annotated[list[str], AfterValidator(_no_repeats)] = Field(min_length=20, max_length=30)


class ParameterDraft(BaseModel):
    """One argument of a tool."""

    name: str
    description: str
    type: Annotated[
        Literal["string", "integer", "number", "boolean", "date", "list of strings", "list of integers"],
        BeforeValidator(lambda named: usual_type(named) if isinstance(named, str) else named),
    ]
    required: bool
    choices: list[str | int | float] | None = None

    def schema_of_value(self) -> dict[str, Any]:
        """The JSON schema of what it takes."""
        kind, _, items = self.type.partition(" of ")
        found: dict[str, Any] = {"type": "array", "items": {"type": items[:-1]}} if items else {"type": kind}
        if kind == "date":
            found = {"type": "string", "format": "date"}
        return found | {"description": _one_line(self.description)} | ({"enum": self.choices} if self.choices else {})


_LISTED = {"type": "array", "items": shapes.schema_of(ParameterDraft)}


class ToolDraft(BaseModel):
    """A tool in the words of a model, unchecked."""

    name: str = Field(pattern=r"^[a-zA-Z0-9_-]{1,64}$")
    description: str = Field(min_length=1)
    effect: Literal["read", "write"]
    consequential: bool = False
    parameters: Annotated[list[ParameterDraft] | dict[str, Any], WithJsonSchema(_LISTED)]
    """a list, or a JSON schema, as many models write them out of habit"""
    sql: str | None = None

    @classmethod
    def of(cls, tool: Tool) -> "ToolDraft":
        """A tool as a model would have written it."""
        shown = tool.model_dump(include={"name", "description", "effect", "consequential", "sql"})
        properties, required = tool.parameters.get("properties", {}), tool.parameters.get("required", [])
        try:
            listed = [_listed(name, schema, name in required) for name, schema in properties.items()]
        except (ValidationError, TypeError, AttributeError):
            return cls(parameters=tool.parameters, **shown)
        strange = set(required) - set(properties)
        return cls(parameters=tool.parameters if strange else listed, **shown)

    def tool(self, executable: bool) -> Tool:
        """The tool, closed to arguments that it does not name; what it returns is asked for later."""
        parameters = self.parameters
        if isinstance(parameters, list):
            properties = {part.name: part.schema_of_value() for part in parameters}
            needed = [part.name for part in parameters if part.required]
            parameters = {"type": "object", "properties": properties, "required": needed}
        return Tool(
            name=self.name,
            description=_one_line(self.description),
            parameters={"properties": {}, "required": [], **parameters, "additionalProperties": False},
            returns=UNKNOWN,
            effect=self.effect,
            consequential=self.consequential and self.effect == "write",
            sql=(self.sql or "").strip().rstrip(";").rstrip() if executable else None,
        )


def _listed(name: str, schema: Any, required: bool) -> ParameterDraft:
    kind = "date" if schema.get("format") == "date" else schema.get("type")
    if kind == "array":
        kind = f"list of {schema.get('items', {}).get('type')}s"
    about = schema.get("description", name)
    return ParameterDraft(name=name, description=about, type=kind, required=required, choices=schema.get("enum"))


class ServedDraft(BaseModel):
    """The tools by which a request is served, in the order of their calls."""

    request: int
    tools: list[str]


class ToolsReply(BaseModel):
    """Which tools serve which requests, and those of them that are not there yet."""

    served: list[ServedDraft] = []
    tools: list[ToolDraft]


class ExpansionReply(BaseModel):
    """Tools that the set still lacks."""

    tools: list[ToolDraft]


class Proposals(NamedTuple):
    """Tools as they were proposed, those that serve each question (counted from 0), and batches without an answer."""

    tools: list[Tool]
    served: dict[int, tuple[str, ...]]
    unanswered: int


async def ask_questions(chat: Chat, prompts: Prompts) -> QuestionsReply:
    """Have the model imagine who would ask for what."""
    return await chat.ask(prompts["questions"].text, QuestionsReply)


async def propose_tools(
    chat: Chat, questions: Sequence[str], given: Sequence[Tool], most: int, prompts: Prompts, executable: bool
) -> Proposals:
    """The tools that the questions take, asked for in batches; each is told which there are already, by signature."""
    found = Proposals([], {}, 0)
    unanswered = 0
    for first in range(0, len(questions), BATCH):
        batch = questions[first : first + BATCH]
        there = [*given, *merge(found.tools, given).tools[len(given) :]]
        said = prompts["tools"].fill(
            most=str(most),
            all=str(len(questions)),
            left=str(max(_ROOM, most - len(there))),
            tools=signatures(there) or "(none yet)",
            questions="\n".join(f"{number}. {question}" for number, question in enumerate(batch, 1)),
        )
        try:
            reply = await chat.fork("tools").ask(said, ToolsReply)
        except ModelFault:
            unanswered += len(batch)
            continue
        found.tools.extend(draft.tool(executable) for draft in reply.tools)
        for served in reply.served:
            if 1 <= served.request <= len(batch):
                found.served[first + served.request - 1] = tuple(dict.fromkeys(served.tools))
    return found._replace(unanswered=unanswered)


async def expand_tools(chat: Chat, tools: Sequence[Tool], prompts: Prompts, executable: bool) -> list[Tool]:
    """Tools that the set still lacks, at most MOST_EXPANDED; none when the model gave no usable answer."""

    def read(reply: ExpansionReply) -> list[Tool]:
        if len(reply.tools) > MOST_EXPANDED:
            raise InvalidReply(f"these are {len(reply.tools)} tools, and at most {MOST_EXPANDED} may be added")
        return [draft.tool(executable) for draft in reply.tools]

    try:
        return await chat.fork("expansion").ask(
            prompts["expansion"].fill(tools=signatures(tools)), ExpansionReply, read
        )
    except ModelFault:
        return []


def signatures(tools: Iterable[Tool]) -> str:
    """Tools as names and arguments, one a line: get_pet(pet_id), list_pets(species?) writes."""
    lines = []
    for tool in tools:
        required = tool.parameters.get("required", [])
        names = [name if name in required else f"{name}?" for name in _fields(tool, ordered=True)]
        lines.append(f"{tool.name}({', '.join(names)}){' writes' if tool.effect == 'write' else ''}")
    return "\n".join(lines)


class Merged(NamedTuple):
    """A set of tools, how many proposals were the same as one of them, and why others were dropped."""

    tools: list[Tool]
    merged: int
    dropped: dict[str, str]


def merge(proposed: Iterable[Tool], fixed: Sequence[Tool] = ()) -> Merged:
    """Add proposals to fixed tools: of two of a name the one with more parameters stays, of one SQL the first."""
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


def _fields(tool: Tool, *, ordered: bool = False) -> list[str]:
    properties = tool.parameters.get("properties")
    names = list(properties) if isinstance(properties, dict) else []
    return names if ordered else sorted(names)


def _meaning(tool: Tool) -> str:
    """The SQL without what does not matter (case and quotes of names, spacing, names of parameters); else its signature."""
    if not tool.sql:
        return json.dumps([tool.effect, _fields(tool)])
    try:
        tree = parsed(tool.sql).copy()
    except WorldError:
        return tool.sql
    numbers: dict[str, str] = {}
    for node in list(tree.find_all(exp.Placeholder, bfs=False)):
        node.set("this", numbers.setdefault(node.name, f"p{len(numbers)}"))
    for name in tree.find_all(exp.Identifier):
        name.replace(exp.to_identifier(name.name.lower(), quoted=False))
    return str(tree.sql(dialect="sqlite", comments=False))
