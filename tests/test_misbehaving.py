"""Quality falls with misbehaviour: live dialogues of an agent with one fault against those of its clean twin."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from inspect_ai import eval as inspect_eval
from inspect_ai.log import EvalLog
from inspect_ai.solver import SolverSpec

from turnwise._inspect import QUIET
from turnwise.agents.reference import MAY_I
from turnwise.logs.scores import values_of
from turnwise.logs.transcripts import transcript_of
from turnwise.solvers.misbehaving import FAULTS
from turnwise.worlds import load_world, save_world

SEEN_BY = {
    "false_claim": "claim_action",
    "ignored_correction": "economy",
    "lost_context": "economy",
    "premature_goodbye": "closure",
    "repeated_call": "economy",
    "rude": "contingency",
    "skipped_confirmation": "consent",
    "wrong_number": "grounding",
}


GRAVE = ("create", "delete", "unlink")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world with the situations in which a change is worth a confirmation."""
    full = load_world("city_library")
    plans = [
        plan for plan in yaml.safe_load(full.situations or "") if any(v in r for v in GRAVE for r in plan["requests"])
    ]
    folder = tmp_path_factory.mktemp("world")
    save_world(full.changed(situations=yaml.safe_dump(plans)), folder / "library")
    return folder / "library"


def talked(folder: Path, world: Path, agent: str, model: str = "none", scenarios: int = 4, **options: Any) -> EvalLog:
    args = {"agent": f"turnwise/{agent}", **options}
    (log,) = inspect_eval(
        "turnwise/user_oriented",
        task_args={"scenarios": scenarios, "goals": 1, "world": str(world), "difficulty": "hard"},
        model=model,
        solver=SolverSpec("turnwise/converse", args, args),
        log_dir=str(folder),
        **QUIET,
    )
    assert log.status == "success", log.error
    return log


def means(log: EvalLog, first: int = 4) -> dict[str, float]:
    """The mean of every part of iq and of the share of goals completed, over the first dialogues that have it."""
    found: dict[str, list[float]] = {}
    for sample in (log.samples or [])[:first]:
        assert sample.scores is not None
        for score, part in (("iq", None), ("completion", "rate")):
            for name, number in values_of(sample.scores[score]).items():
                if isinstance(number, int | float) and number == number and part in (None, name):
                    found.setdefault(name, []).append(number)
    return {name: sum(values) / len(values) for name, values in found.items()}


@pytest.fixture(scope="module")
def clean(world: Path, tmp_path_factory: pytest.TempPathFactory) -> EvalLog:
    return talked(tmp_path_factory.mktemp("clean"), world, "oracle", scenarios=8)


def test_an_oracle_that_asks_is_told_yes_and_completes_every_goal(clean: EvalLog) -> None:
    found = means(clean)
    assert found["rate"] == found["consent"] == found["closure"] == 1
    texts = [message.text for sample in clean.samples or [] for message in sample.messages]
    assert sum(text.endswith(MAY_I) for text in texts) >= 1
    assert any(text.startswith(("What should the ", "Which ")) for text in texts)  # for what was not said yet


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_lowers_quality_and_the_sub_score_meant_to_see_it(
    fault: str, clean: EvalLog, world: Path, tmp_path: Path
) -> None:
    rate = 1 if fault == "skipped_confirmation" else 0.5  # one question of its kind in a dialogue
    log = talked(tmp_path, world, "misbehaving", base="turnwise/oracle", scenarios=2, fault=fault, rate=rate)
    before, after = means(clean, 2), means(log)
    assert after["iq_core"] < before["iq_core"] - 0.005
    assert after["iq"] < before["iq"]
    assert after[SEEN_BY[fault]] < before[SEEN_BY[fault]]


def test_who_skips_confirmations_never_asks_and_is_never_told_yes(world: Path, tmp_path: Path) -> None:
    fault = {"fault": "skipped_confirmation", "rate": 1}
    log = talked(tmp_path, world, "misbehaving", base="turnwise/oracle", scenarios=2, **fault)
    made = []
    for sample in log.samples or []:
        transcript = transcript_of(sample)
        assert transcript is not None
        made += [e.call.tool for e in transcript.exchanges if transcript.writes.get(e.call.tool)]
        first = next((n for n, m in enumerate(transcript.messages) if m.text.endswith(MAY_I)), None)
        assert first is None or "Done" in transcript.messages[first].text
    assert made
    assert means(log)["rate"] == 1


def test_an_oracle_is_better_than_rules_and_rules_are_better_than_silence(
    clean: EvalLog, world: Path, tmp_path: Path
) -> None:
    lexical = means(talked(tmp_path, world, "tool_loop", model="turnwise/lexical", scenarios=6), 6)
    silent = means(talked(tmp_path, world, "silent", scenarios=2))
    best = means(clean, 6)
    assert best["rate"] > lexical["rate"] > silent["rate"] == 0
    assert best["iq_core"] > lexical["iq_core"] > silent["iq_core"]
