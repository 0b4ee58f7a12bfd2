"""The first stage: what people would ask of a world, and what the world is called."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from turnwise.llm.chat import Chat
from turnwise.llm.prompts import Prompts


def _line(text: str) -> str:
    return " ".join(text.split()).rstrip(".")


def _no_repeats(questions: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    for number, question in enumerate(questions, 1):
        bare = re.sub(r"\W+", " ", question).strip().casefold()
        if not bare:
            raise ValueError(f"question {number} is empty")
        if (first := seen.setdefault(bare, number)) != number:
            raise ValueError(f"question {number} is the same as question {first}")
    return [" ".join(question.split()) for question in questions]


class QuestionsReply(BaseModel):
    """What the model answers: questions that people would ask, and the world they ask in."""

    domain: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), AfterValidator(_line)
    ] = Field(description='a short phrase, as in "a city library"')
    description: str = Field(description="one sentence", min_length=1, max_length=400)
    questions: Annotated[list[str], AfterValidator(_no_repeats)] = Field(min_length=20, max_length=30)


async def ask_questions(chat: Chat, prompts: Prompts) -> QuestionsReply:
    """Have the model imagine who would ask for what.

    Raises:
        ModelFault: it gave no usable answer.
    """
    return await chat.ask(prompts["questions"].text, QuestionsReply)
