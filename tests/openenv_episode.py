"""Plays recorded actions on a running OpenEnv server through its own client: run by test_openenv.py in the environment of
`make openenv`.

    python openenv_episode.py BASE_URL < episodes.json > seen.json
"""

import json
import sys
from typing import Any

from turnwise_openenv import TurnwiseOpenEnv, call


def main() -> None:
    """Print what each episode gave: the user's words, the results, the reward, and what it said at its end."""
    played = []
    with TurnwiseOpenEnv(base_url=sys.argv[1]).sync() as env:
        names = [tool.name for tool in env.list_tools()]
        for episode in json.load(sys.stdin):
            seen = env.reset(seed=episode["number"])
            found: dict[str, Any] = {"words": [seen.observation.result["words"]], "results": [], "tools": names}
            for tool, arguments in episode["actions"]:
                seen = env.step(call(tool, **arguments))
                found["words" if tool == "tell_user" else "results"].append(seen.observation.result)
            found |= {"reward": seen.reward, "done": seen.done, "steps": env.state().step_count}
            played.append(found)
    json.dump(played, sys.stdout)


if __name__ == "__main__":
    main()
