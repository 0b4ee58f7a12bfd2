"""An environment for TRL's GRPOTrainer (`environment_factory`): every tool of a world is a method, and so is talking.

    trainer = GRPOTrainer(model, environment_factory=environment("city_library"), train_dataset=prompts(count=200))

The model calls tools and `tell_user`; what `tell_user` returns is the user's next words. `get_reward` is the episode's.
"""

import inspect
import json
from collections.abc import Callable
from typing import Any

from turnwise.environments.rollout import Episodes, Rollout
from turnwise.worlds import Tool, load_world

_TYPES = {"string": str, "integer": int, "number": float, "boolean": bool, "array": list, "object": dict}
INSTRUCTIONS = (
    "You serve the person whose words follow. Look things up and change them with the tools, and answer with tell_user: "
    "what it returns is what the person says next. Stop when they have left."
)


def environment(world: str, **options: Any) -> Callable[[], Any]:
    """What makes environments of a world; for the options see `Episodes`."""
    episodes, loaded = Episodes(world, **options), load_world(world)
    methods: dict[str, Any] = {tool.name: _method(tool) for tool in loaded.tools}
    return type("TurnwiseEnvironment", (_Talking,), {**methods, "episodes": episodes})


def prompts(count: int, first: int = 0) -> list[dict[str, Any]]:
    """Rows of a training set, one for each episode from `first` on."""
    return [{"prompt": [{"role": "user", "content": INSTRUCTIONS}], "number": first + place} for place in range(count)]


class _Talking:
    episodes: Episodes

    def __init__(self) -> None:
        self._rollout = Rollout(self.episodes)

    def reset(self, number: int = 0, **_: Any) -> str:
        """Begin an episode."""
        words = self._rollout.reset(number)
        return f"\n\n{self._rollout.policy}\nThe person says: {words}"

    def tell_user(self, text: str) -> str:
        """Say something to the person and hear what they say next.

        Args:
            text: What to say.

        Returns:
            The person's next words; a note in brackets when they have left.
        """
        if self._rollout.over:
            return "(The person has left.)"
        return self._rollout.say(text) or "(The person has left.)"

    def get_reward(self) -> float:
        """What the episode is worth."""
        return self._rollout.reward


def _method(tool: Tool) -> Callable[..., str]:
    """A method that calls a tool, with the signature and the docstring that TRL reads its schema from."""
    properties, required = tool.parameters.get("properties", {}), tool.parameters.get("required", [])

    def call(self: _Talking, **arguments: Any) -> str:
        if self._rollout.over:
            return json.dumps({"error": "the conversation is over"})
        return self._rollout.call(tool.name, {name: value for name, value in arguments.items() if value is not None})

    places = [inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)]
    lines = []
    for name in sorted(properties, key=lambda name: name not in required):
        kind = _TYPES.get(str(properties[name].get("type")), str)
        default = inspect.Parameter.empty if name in required else None
        annotation: Any = kind if name in required else kind | None
        places.append(
            inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=annotation)
        )
        lines.append(f"    {name}: {properties[name].get('description') or name.replace('_', ' ')}")
    call.__name__ = call.__qualname__ = tool.name
    call.__doc__ = "\n".join([tool.description, "", "Args:", *lines, "", "Returns:", "    The result as JSON."])
    call.__signature__ = inspect.Signature(places, return_annotation=str)  # type: ignore[attr-defined]
    call.__annotations__ = {place.name: place.annotation for place in places[1:]} | {"return": str}
    return call
