"""Which of many proposed tools are worth keeping: those that serve the most questions, whole questions first."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from turnwise.worlds import Tool


def by_coverage(
    tools: Sequence[Tool], served: Mapping[int, Collection[str]], fixed: Collection[str] = ()
) -> list[Tool]:
    """Tools in the order in which they should be kept: `fixed` ones, then what makes the next question answerable.

    The question that lacks the fewest tools comes next, of several the one whose tools serve most others. Tools that no
    question takes come last, in their own order.
    """
    by_name = {tool.name: tool for tool in tools}
    uses = Counter(name for names in served.values() for name in set(names))
    order = dict.fromkeys(name for name in by_name if name in fixed)
    waiting = {number: [name for name in names if name in by_name] for number, names in served.items()}
    while waiting:
        lacking = {number: [name for name in names if name not in order] for number, names in waiting.items()}
        number = min(waiting, key=lambda n: (len(lacking[n]), -sum(uses[name] for name in lacking[n]), n))
        order |= dict.fromkeys(lacking[number])
        del waiting[number]
    return [by_name[name] for name in [*order, *(name for name in by_name if name not in order)]]
