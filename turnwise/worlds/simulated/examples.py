"""Recorded calls of a world, found for whoever simulates its tools: the very call, and calls like it."""

import json
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from turnwise.secrets import without_secrets
from turnwise.worlds.examples import Example, call_key
from turnwise.worlds.world import World

_SHOWN, _LONGEST = 2, 1500


class Examples:
    """The examples of one world."""

    def __init__(self, world: World) -> None:
        self._by_key = {example.key: example for example in world.examples}
        self._by_tool: dict[str, list[Example]] = defaultdict(list)
        for example in reversed(world.examples):
            self._by_tool[example.tool].append(example)

    def exact(self, tool: str, arguments: Mapping[str, Any]) -> Example | None:
        """What a real service answered to this very call; secrets in it do not matter."""
        return self._by_key.get(call_key(tool, without_secrets(dict(arguments)))) if self._by_key else None

    def answered(self, tool: str) -> list[Example]:
        """The calls of a tool that were not refused, the newest first."""
        return [example for example in self._by_tool.get(tool, ()) if example.error is None]

    def like(self, tool: str, arguments: Mapping[str, Any]) -> list[Example]:
        """The calls of a tool that are most like one: with most of its arguments, the newest first."""
        wanted = {f"{name} {json.dumps(value, sort_keys=True)}" for name, value in arguments.items()}

        def unlike(example: Example) -> tuple[int, bool]:
            given = {f"{name} {json.dumps(value, sort_keys=True)}" for name, value in example.arguments.items()}
            return len(wanted ^ given), example.error is not None

        return sorted(self._by_tool.get(tool, ()), key=unlike)[:_SHOWN]


@lru_cache(maxsize=16)
def examples_of(world: World) -> Examples:
    """The examples of a world, found once."""
    return Examples(world)


def in_words(example: Example) -> str:
    """An example as a model is told of it, on one line."""
    given = json.dumps(example.arguments, ensure_ascii=False)
    answer = example.error if example.error is not None else json.dumps(example.result, ensure_ascii=False)
    came = "refused" if example.error is not None else "answered"
    cut = f"{answer[:_LONGEST]}… (cut)" if len(answer) > _LONGEST else answer
    return f"{example.tool} with {given} {came}: {cut}"
