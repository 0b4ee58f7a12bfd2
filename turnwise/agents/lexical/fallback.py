"""When no plan fits: the tool whose words are nearest to what was said, filled with what was said."""

from typing import Any

from turnwise.agents.lexical import telling
from turnwise.agents.lexical.asks import Ask
from turnwise.agents.lexical.filling import filled
from turnwise.agents.lexical.sentence import Sentence
from turnwise.agents.lexical.working import Stuck, Work, need


def attempt(work: Work, ask: Ask) -> str:
    """Call the nearest tool and tell what it returned."""
    s = Sentence(ask.text, work.known)
    best = work.known.nearest([token.stem for token in s.tokens])
    if best is None:
        raise Stuck("I am afraid I cannot help with that")
    arguments = filled(s, best, ask.details, work.memory.today)
    need(best, arguments)
    return told(work.call(best, arguments))


def told(result: Any) -> str:
    """A result in words."""
    if isinstance(result, dict):
        return telling.sentence(
            "; ".join(f"{key.replace('_', ' ')}: {telling.value(held)}" for key, held in result.items())
        )
    if isinstance(result, list):
        return telling.sentence(", ".join(told(item).rstrip(".") for item in result[:10]) or "nothing was found")
    return telling.sentence(str(result))
