"""What a model proposes: questions that people would ask, for each the tools that it takes, and those still lacking."""

import asyncio
import json
import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from sqlglot import exp

from turnwise.errors import ModelFault, WorldError
from turnwise.llm.chat import Chat, InvalidReply
from turnwise.llm.prompts import Prompts
from turnwise.synthesis.shown import tool_text
from turnwise.synthesis.tools.statements import parsed
from turnwise.worlds import Tool

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
    """What the model answers: questions that people would ask, and the world they ask in."""

    domain: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), AfterValidator(_one_line)
    ] = Field(description='a short phrase, as in "a city library"')
    description: Annotated[str, AfterValidator(_one_line)] = Field(
        description="one sentence", min_length=1, max_length=400
    )
    questions: Annotated[list[str], AfterValidator(_no_repeats)] = Field(min_length=20, max_length=30)


class ToolDraft(BaseModel):
    """A tool in the words of a model, unchecked."""

    name: str = Field(pattern=r"^[a-zA-Z0-9_-]{1,64}$")
    description: str = Field(min_length=1)
    parameters: dict[str, Any]
    effect: Literal["read", "write"]
    consequential: bool = False
    sql: str | None = None

    def tool(self, executable: bool) -> Tool:
        """The tool, closed to arguments that it does not name; what it returns is asked for later."""
        return Tool(
            name=self.name,
            description=_one_line(self.description),
            parameters={"properties": {}, "required": [], **self.parameters, "additionalProperties": False},
            returns=UNKNOWN,
            effect=self.effect,
            consequential=self.consequential and self.effect == "write",
            sql=(self.sql or "").strip().rstrip(";").rstrip() if executable else None,
        )


class ToolsReply(BaseModel):
    """What the model answers."""

    tools: list[ToolDraft]


async def ask_questions(chat: Chat, prompts: Prompts) -> QuestionsReply:
    """Have the model imagine who would ask for what."""
    return await chat.ask(prompts["questions"].text, QuestionsReply)


async def propose_tools(
    chat: Chat, questions: Sequence[str], prompts: Prompts, executable: bool
) -> list[list[Tool] | None]:
    """The tools that each question takes, asked in forks of one chat; None where the model gave no usable answer."""

    async def ask(question: str) -> list[Tool] | None:
        try:
            reply = await chat.fork("tools").ask(prompts["tools"].fill(question=question), ToolsReply)
        except ModelFault:
            return None
        return [draft.tool(executable) for draft in reply.tools]

    return await asyncio.gather(*map(ask, questions))


async def expand_tools(chat: Chat, tools: Sequence[Tool], prompts: Prompts, executable: bool) -> list[Tool]:
    """Tools that the set still lacks, at most MOST_EXPANDED; none when the model gave no usable answer."""

    def read(reply: ToolsReply) -> list[Tool]:
        if len(reply.tools) > MOST_EXPANDED:
            raise InvalidReply(f"these are {len(reply.tools)} tools, and at most {MOST_EXPANDED} may be added")
        return [draft.tool(executable) for draft in reply.tools]

    said = prompts["expansion"].fill(tools="\n".join(map(tool_text, tools)))
    try:
        return await chat.fork("expansion").ask(said, ToolsReply, read)
    except ModelFault:
        return []


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


def _fields(tool: Tool) -> list[str]:
    properties = tool.parameters.get("properties")
    return sorted(properties) if isinstance(properties, dict) else []


def _meaning(tool: Tool) -> str:
    """The SQL without what does not matter (case and quotes of names, spacing, names of parameters); else its signature."""
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
        name.replace(exp.to_identifier(name.name.lower(), quoted=False))
    return str(tree.sql(dialect="sqlite", comments=False))
