"""Episodes on a running OpenEnv server, by its own client, are the dialogues of Inspect's; its own validation passes."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from servers import free_port

import turnwise
from turnwise.dialogue.inspect_messages import plain_messages
from turnwise.dialogue.messages import AssistantMessage, ToolMessage, UserMessage

ROOT = Path(__file__).parents[1]
PLACE = Path(os.environ.get("TURNWISE_OPENENV", ROOT / "build" / "openenv"))
"""The environment that `make openenv` makes."""
WORLD, SEED = "bike_workshop", 4
pytestmark = pytest.mark.skipif(
    not (PLACE / "bin" / "openenv").exists(), reason="OpenEnv brings much with it: make openenv builds a place for it"
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    port = free_port()
    env = {**os.environ, "TURNWISE_WORLD": WORLD, "TURNWISE_SEED": str(SEED)}
    command = [str(PLACE / "bin" / "python"), "-m", "turnwise_openenv.server.app", "--port", str(port)]
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as serving:
        try:
            for _ in range(600):
                try:
                    with urlopen(f"http://127.0.0.1:{port}/health"):
                        break
                except OSError:
                    assert serving.poll() is None
                    time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            serving.terminate()


def test_episodes_are_the_dialogues_of_inspect(server: str, tmp_path: Path) -> None:
    run = turnwise.run(WORLD, agent="oracle", scenarios=20, seed=SEED, log_dir=tmp_path)
    dialogues = list(run)[:3]
    given = json.dumps([{"number": d.scenario.id - 1, "actions": actions(d)} for d in dialogues])  # type: ignore[operator]
    command = [str(PLACE / "bin" / "python"), str(Path(__file__).with_name("openenv_episode.py")), server]
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    for dialogue, seen in zip(dialogues, json.loads(done.stdout), strict=True):
        said = plain_messages(dialogue.messages)
        assert [text for text in seen["words"] if text] == [m.text for m in said if isinstance(m, UserMessage)]
        assert seen["results"] == [m.text for m in said if isinstance(m, ToolMessage)]
        assert (seen["reward"], seen["done"]) == (turnwise.score(dialogue)["completion"], True)
        assert seen["steps"] == len(actions(dialogue))
        assert {"tell_user", "get_bike"} <= set(seen["tools"])


def test_its_own_validation_passes(server: str) -> None:
    done = subprocess.run(
        [str(PLACE / "bin" / "openenv"), "validate", "--url", server], capture_output=True, text=True, timeout=300
    )
    assert json.loads(done.stdout)["passed"] is True, done.stdout


def actions(dialogue: Any) -> list[tuple[str, dict[str, Any]]]:
    """What the agent did, a call each: talking is one."""
    return [
        action
        for message in plain_messages(dialogue.messages)
        if isinstance(message, AssistantMessage)
        for action in [(c.tool, dict(c.arguments)) for c in message.calls] or [("tell_user", {"text": message.text})]
    ]
