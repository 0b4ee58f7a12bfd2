"""The first stage: what people would ask of a world, and what the world is called."""

import re

from pydantic import BaseModel

from turnwise.llm.chat import Chat, InvalidReply
from turnwise.llm.prompts import Prompts

FEWEST, MOST = 20, 30
"""Questions asked for."""

_LONGEST_DOMAIN = 80
_LONGEST_DESCRIPTION = 400


class QuestionsReply(BaseModel):
    """What the model answers: questions that people would ask, and the world they ask in."""

    domain: str
    """as in "a city library" """
    description: str
    """one sentence"""
    questions: list[str]


async def ask_questions(chat: Chat, prompts: Prompts) -> QuestionsReply:
    """Have the model imagine who would ask for what.

    Raises:
        ModelFault: it gave no usable answer.
    """
    return await chat.ask(prompts["questions"].text, QuestionsReply, _read)


def _read(reply: QuestionsReply) -> QuestionsReply:
    questions = [" ".join(question.split()) for question in reply.questions]
    domain = " ".join(reply.domain.split()).rstrip(".")
    description = " ".join(reply.description.split())
    if not FEWEST <= len(questions) <= MOST:
        raise InvalidReply(f"there are {len(questions)} questions, and {FEWEST} to {MOST} are wanted")
    seen: dict[str, int] = {}
    for number, question in enumerate(questions, 1):
        bare = re.sub(r"\W+", " ", question).strip().casefold()
        if not bare:
            raise InvalidReply(f"question {number} is empty")
        if bare in seen:
            raise InvalidReply(f"question {number} is the same as question {seen[bare]}")
        seen[bare] = number
    if not domain or len(domain) > _LONGEST_DOMAIN:
        raise InvalidReply(
            f'the domain is a short phrase of at most {_LONGEST_DOMAIN} characters, as in "a city library"'
        )
    if not description or len(description) > _LONGEST_DESCRIPTION:
        raise InvalidReply(f"the description is one sentence of at most {_LONGEST_DESCRIPTION} characters")
    return QuestionsReply(domain=domain, description=description, questions=questions)
