"""What a server that caches prompts has to read anew: next to nothing but what was said since."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from endpoint import Body, Say
from holding import easy, hold, role_of

from turnwise.synthesis.pipeline import make_world
from turnwise.worlds import save_world

PARCELS = [
    {
        "name": "get_parcel",
        "description": "The parcel with a number",
        "parameters": {"type": "object", "properties": {"number": {"type": "integer"}}, "required": ["number"]},
        "returns": {
            "type": "object",
            "properties": {"number": {"type": "integer"}, "status": {"type": "string"}, "weight": {"type": "number"}},
            "required": ["number", "status", "weight"],
        },
    },
    {
        "name": "change_address",
        "description": "Send a parcel to another address",
        "parameters": {
            "type": "object",
            "properties": {"number": {"type": "integer"}, "address": {"type": "string"}},
            "required": ["number", "address"],
        },
    },
]


def extending(received: list[Body]) -> dict[str, float]:
    """By role, the share of prompt tokens, those of first prompts aside, in prompts that extend an earlier one whole."""
    earlier: dict[str, list[list[Any]]] = defaultdict(list)
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for body in received:
        role, messages = role_of(body), body["messages"]
        extends = any(messages[: len(before)] == before for before in earlier[role])
        earlier[role].append(messages)
        if len(messages) > 2:  # the first of a dialogue is what the role is told, and one message
            tokens = len(json.dumps([body.get("tools"), messages])) // 4
            counted[role][0] += tokens * extends
            counted[role][1] += tokens
    return {role: found / whole for role, (found, whole) in counted.items() if whole}


@pytest.mark.parametrize("kind", ["llm", "hybrid"])
def test_prompts_extend_earlier_ones(kind: str, tmp_path: Path) -> None:
    received: list[Body] = []
    faulty = {
        "user": lambda body, number: Say("Hm.") if number == 2 else None,
        "agent": lambda body, number: Say("") if number == 3 else None,
    }
    hold(tmp_path, easy(2, user=kind, seed=3), received=received, twists=faulty)
    shares = extending(received)
    assert set(shares) == {"user", "agent"}
    assert min(shares.values()) >= 0.98, shares
    assert len({json.dumps(body.get("tools")) for body in received if role_of(body) == "agent"}) == 1


def test_prompts_of_a_simulator_extend_earlier_ones(tmp_path: Path) -> None:
    (tmp_path / "parcels.json").write_text(json.dumps(PARCELS), "utf-8")
    save_world(make_world(tmp_path / "parcels.json", name="parcels"), tmp_path / "parcels")
    received: list[Body] = []
    faulty = {"simulator": lambda body, number: Say("{}") if number == 1 else None}
    task = easy(2, world=str(tmp_path / "parcels"), user="agenda")
    hold(tmp_path, task, roles=("user", "simulator"), received=received, twists=faulty)
    shares = extending(received)
    assert min(shares["simulator"], shares["agent"]) >= 0.98, shares
