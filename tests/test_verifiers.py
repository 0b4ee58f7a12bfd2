"""A dialogue of `vf-eval`, by the real library in an environment of its own, is the dialogue of Inspect's."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from endpoint import Body, Say, endpoint

import turnwise
from turnwise.dialogue.inspect_messages import plain_messages
from turnwise.dialogue.messages import AssistantMessage, ToolMessage, UserMessage

ROOT = Path(__file__).parents[1]
PLACE = Path(os.environ.get("TURNWISE_VERIFIERS", ROOT / "build" / "verifiers"))
"""The environment that `make verifiers` makes."""
WORLD, SEED = "bike_workshop", 4


@pytest.mark.skipif(
    not (PLACE / "bin" / "vf-eval").exists(), reason="verifiers needs an openai of its own: make verifiers builds one"
)
def test_vf_eval_holds_the_dialogue_of_inspect(tmp_path: Path) -> None:
    run = turnwise.run(WORLD, agent="oracle", scenarios=20, seed=SEED, log_dir=tmp_path / "logs")
    trajectory = next(iter(run))
    said = plain_messages(trajectory.messages)
    actions = [message for message in said if isinstance(message, AssistantMessage)]

    def answer(body: Body, _: int) -> Say:
        action = actions[sum(message["role"] == "assistant" for message in body["messages"])]
        return Say(action.text or None, [(call.tool, call.arguments) for call in action.calls])

    with endpoint(answer) as url:
        command = [
            PLACE / "bin" / "vf-eval",
            "turnwise-dialogues",
            "--no-push",
            "-m",
            "scripted",
            "-o",
            tmp_path / "out",
        ]
        command += ["--env.taskset.world", WORLD, "--env.taskset.seed", str(SEED), "--select.limit", "1"]
        command += ["--client.base-url", url, "--client.api-key-var", "ANY_KEY"]
        env = {**os.environ, "ANY_KEY": "none", "PATH": f"{PLACE / 'bin'}{os.pathsep}{os.environ['PATH']}"}
        done = subprocess.run(
            list(map(str, command)), env=env, cwd=tmp_path, capture_output=True, text=True, timeout=600
        )
    assert done.returncode == 0, done.stdout + done.stderr
    (traces,) = (tmp_path / "out").glob("*/traces.jsonl")
    (trace,) = json.loads(traces.read_text("utf-8"))["traces"]
    heard = [node["message"] for node in trace["nodes"]]
    assert texts(heard, "user") == [m.text for m in said if isinstance(m, UserMessage)][: len(texts(heard, "user"))]
    assert len(texts(heard, "user")) >= len([m for m in said if isinstance(m, UserMessage)]) - 1  # but for the goodbye
    assert texts(heard, "tool") == [m.text for m in said if isinstance(m, ToolMessage)]
    measures = turnwise.score(trajectory)
    assert trace["rewards"]["completion_less_collateral"]["score"] == measures["completion"] == 1.0
    assert (trace["metrics"]["collateral"], trace["metrics"]["success"]) == (
        measures["collateral"],
        measures["success"],
    )
    assert sum(share for _, share in trace["info"]["turnwise"]["credit"]) == pytest.approx(1.0)


def texts(messages: list[dict[str, Any]], role: str) -> list[str]:
    """What one side said."""
    return [message["content"] for message in messages if message["role"] == role]
