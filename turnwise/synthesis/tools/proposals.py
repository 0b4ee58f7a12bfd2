"""What a model proposes: questions that people would ask, for each the tools that it takes, and those still lacking."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from turnwise.errors import ModelFault
from turnwise.llm.chat import Chat, InvalidReply
from turnwise.llm.prompts import Prompts
from turnwise.synthesis.shown import tool_text
from turnwise.worlds import Tool

MOST_EXPANDED = 10
"""Tools that the expansion may add."""

_AT_ONCE = 8
"""Conversations held at the same time."""

UNKNOWN: dict[str, Any] = {"type": "array"}
"""What a tool returns until that is asked."""

Item = TypeVar("Item")
Result = TypeVar("Result")


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
    """Have the model imagine who would ask for what.

    Raises:
        ModelFault: it gave no usable answer.
    """
    return await chat.ask(prompts["questions"].text, QuestionsReply)


async def propose_tools(
    chat: Chat, questions: Sequence[str], prompts: Prompts, executable: bool
) -> list[list[Tool] | None]:
    """The tools that each question takes, in the order of the questions; None where the model gave no usable answer.

    Every question is asked in a fork of the same chat, so that all of them share its beginning.
    """

    async def ask(question: str) -> list[Tool] | None:
        try:
            reply = await chat.fork("tools").ask(prompts["tools"].fill(question=question), ToolsReply)
        except ModelFault:
            return None
        return [draft.tool(executable) for draft in reply.tools]

    return await several(ask, questions)


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


async def several(work: Callable[[Item], Awaitable[Result]], items: Iterable[Item]) -> list[Result]:
    """The results of some work on each item, in order, a few at a time; the first error ends them all."""
    limit = asyncio.Semaphore(_AT_ONCE)

    async def one(item: Item) -> Result:
        async with limit:
            return await work(item)

    tasks = [asyncio.create_task(one(item)) for item in items]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
