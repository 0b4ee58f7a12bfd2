"""A Gymnasium environment, text in and text out: an action is a JSON object with a tool call, or else words to the user."""

import json
from typing import Any

import gymnasium
from gymnasium.spaces import Text

from turnwise.environments.rollout import Episodes, Rollout

_LONGEST = 100_000


class _Words(Text):
    """Any text: `Text` takes letters of one alphabet."""

    def contains(self, x: Any) -> bool:
        return isinstance(x, str)


class TurnwiseEnv(gymnasium.Env[str, str]):
    """An episode each `reset`; the reward comes with the step that ends it.

    Observations are the user's words or the result of a call; the first also holds the policy and the tools, in `info`.
    An action such as `{"tool": "get_book", "arguments": {"book_id": 1}}` is a call, anything else is said.
    """

    metadata = {"render_modes": []}  # noqa: RUF012 - Gymnasium's own form

    def __init__(self, world: str = "city_library", **options: Any) -> None:
        self.rollout = Rollout(Episodes(world, **options))
        self.observation_space = self.action_space = _Words(_LONGEST, min_length=0)
        self._next = 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, dict[str, Any]]:
        """Begin the next episode, or that of the number `seed`."""
        super().reset(seed=seed)
        number = self._next if seed is None else seed
        self._next = number + 1
        words = self.rollout.reset(number)
        return words, {"policy": self.rollout.policy, "tools": self.rollout.tools, "number": number}

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Act; terminated when the user has left, truncated when the episode was cut off."""
        call = _call_in(action)
        seen = self.rollout.call(*call) if call else self.rollout.say(action)
        if not self.rollout.over:
            return seen, 0.0, False, False, {}
        ended, outcome = self.rollout.episode.conversation.ended, self.rollout.outcome
        info = {
            "ended": ended,
            "completion": outcome.completion,
            "collateral": outcome.collateral,
            "credit": outcome.credit,
        }
        return seen, self.rollout.reward, ended != "turn_limit", ended == "turn_limit", info

    def close(self) -> None:
        """Free the database."""
        self.rollout.close()


def _call_in(action: str) -> tuple[str, dict[str, Any]] | None:
    try:
        loaded = json.loads(action)
        tool, arguments = loaded["tool"], loaded.get("arguments", {})
    except (ValueError, KeyError, TypeError):
        return None
    return (tool, arguments) if isinstance(tool, str) and isinstance(arguments, dict) else None
