"""When no plan fits: the tool whose words are nearest to what was said, filled with what was said."""

from typing import Any

from turnwise.models import telling
from turnwise.models.asks import Ask
from turnwise.models.catalogue import Ability
from turnwise.models.matching import stems
from turnwise.models.values import converted, fits
from turnwise.models.working import Stuck, Work

_ENOUGH = 0.5
_WRITES = ("create", "update", "delete", "link", "unlink")


def attempt(work: Work, ask: Ask) -> str:
    """Call the nearest reading tool and tell what it returned."""
    said = stems(ask.text)
    tools = [a for a in work.known.abilities if a.kind not in _WRITES]
    best = max(tools, key=lambda a: work.known.score(a, said), default=None)
    if best is None or work.known.score(best, said) < _ENOUGH:
        raise Stuck("I am afraid I cannot help with that")
    return told(work.call(best, _filled(work, best, ask)))


def told(result: Any) -> str:
    """A result in words."""
    if isinstance(result, dict):
        return telling.sentence(
            "; ".join(f"{key.replace('_', ' ')}: {telling.value(held)}" for key, held in result.items())
        )
    if isinstance(result, list):
        return telling.sentence(", ".join(told(item).rstrip(".") for item in result[:10]) or "nothing was found")
    return telling.sentence(str(result))


def _filled(work: Work, ability: Ability, ask: Ask) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    for parameter in ability.required:
        chosen = next((d for d in ask.details if d.label in parameter.labels), None)
        text = chosen.value if chosen is not None else ask.text
        stated = converted(text, parameter, work.memory.today)
        if stated is None or (chosen is None and not fits(text, parameter, work.memory.today)):
            raise Stuck(f"What is the {parameter.label}?", question=True, wants=(parameter.name,))
        arguments[parameter.name] = stated
    return arguments
