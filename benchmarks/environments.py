"""What an environment costs: hundreds of episodes at once in one process, each played by recorded actions.

    python benchmarks/environments.py --episodes 300

Prints CPU per step and per episode, and the memory that an open episode takes.
"""

import argparse
import os
import resource
import tempfile
import time
from typing import Any

os.environ.setdefault("INSPECT_TRACE_LEVEL", "error")

import turnwise
from turnwise.dialogue.inspect_messages import plain_messages
from turnwise.dialogue.messages import AssistantMessage
from turnwise.environments.rollout import Episodes, Rollout

Action = tuple[str, dict[str, Any]]
"""A tool and its arguments; no tool for words."""


def recorded(world: str, seed: int) -> list[list[Action]]:
    """What the oracle did in the twenty dialogues of a seed, an action each."""
    with tempfile.TemporaryDirectory() as folder:
        run = turnwise.run(world, agent="oracle", scenarios=20, seed=seed, log_dir=folder)
        return [
            [
                action
                for message in plain_messages(dialogue.messages)
                if isinstance(message, AssistantMessage)
                for action in [(c.tool, dict(c.arguments)) for c in message.calls] or [("", {"text": message.text})]
            ]
            for dialogue in run
        ]


def act(rollout: Rollout, action: Action) -> None:
    """One step."""
    tool, given = action
    rollout.call(tool, given) if tool else rollout.say(given["text"])


def memory() -> float:
    """MB that this process has had at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Open all episodes, then step each in turn until all are over."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--world", default="city_library")
    options.add_argument("--episodes", type=int, default=300, help="at once")
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    script = recorded(given.world, given.seed)
    episodes, before = Episodes(given.world, seed=given.seed), memory()
    began = time.process_time()
    rollouts = [Rollout(episodes) for _ in range(given.episodes)]
    for place, rollout in enumerate(rollouts):
        rollout.reset(place % len(script))
    opened, after = time.process_time() - began, memory()
    began, steps = time.process_time(), 0
    for turn in range(max(map(len, script))):
        for place, rollout in enumerate(rollouts):
            actions = script[place % len(script)]
            if turn < len(actions):
                act(rollout, actions[turn])
                steps += 1
    stepped = time.process_time() - began
    rewards = [rollout.reward for rollout in rollouts]
    print(f"{given.episodes} episodes at once in one process, {steps} steps")
    print(f"reset {1000 * opened / given.episodes:.2f} ms, step {1000 * stepped / steps:.2f} ms of CPU")
    print(
        f"{(after - before) / given.episodes:.2f} MB for an open episode; mean reward {sum(rewards) / len(rewards):.2f}"
    )
    for rollout in rollouts:
        rollout.close()


if __name__ == "__main__":
    main()
