"""What an agent is worth that says everything, pastes it, hedges or does not hear: nothing, or less than one that listens."""

from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai.log import EvalLog
from inspect_ai.solver import SolverSpec

from turnwise._inspect import QUIET
from turnwise.logs.scores import values_of


def talked(folder: Path, agent: str, model: str = "none", **about: Any) -> EvalLog:
    args = {"agent": f"turnwise/{agent}"}
    (log,) = inspect_eval(
        "turnwise/user_oriented",
        task_args={"scenarios": 1, "goals": 2, "world": "bike_workshop", "seed": 3, **about},
        model=model,
        solver=SolverSpec("turnwise/converse", args, args),
        log_dir=str(folder),
        **QUIET,
    )
    assert log.status == "success", log.error
    return log


def values(log: EvalLog, score: str, part: str) -> list[float]:
    found = [values_of(sample.scores[score]) for sample in log.samples or [] if sample.scores]
    return [value[part] for value in found]


def corrections(log: EvalLog) -> int:
    """How often the user said what it meant instead."""
    users = [(sample.id, m) for sample in log.samples or [] for m in sample.messages if m.role == "user"]
    acts = [(sample, *act) for sample, m in users for act in (m.metadata or {})["dialogue_acts"] if act[0] == "correct"]
    return len(acts)


@pytest.mark.parametrize("agent", ["reciter", "json_dumper", "hedger"])
def test_who_says_everything_tells_nothing(agent: str, tmp_path: Path) -> None:
    log = talked(tmp_path, agent)
    said = [m.text for sample in log.samples or [] for m in sample.messages if m.role == "assistant" and m.text]
    assert max(map(len, said)) > 5000, "it reaches rows, and says them"
    assert sum(values(log, "completion", "rate")) == 0
    assert min(values(log, "counts", "restated")) >= 2, "its user has to ask again and again"
    found = [f["evidence"] for s in log.samples or [] for f in (s.scores or {})["iq"].metadata["findings"]]  # type: ignore[index]
    assert any(evidence.startswith("raw data") for evidence in found) == (agent == "json_dumper")


def test_who_does_not_hear_reactions_completes_less_than_who_does(tmp_path: Path) -> None:
    """The user corrects itself wherever it can, so that what is lost is lost by not listening."""
    behaviour = tmp_path / "corrects_always.yaml"
    behaviour.write_text(
        "{name: corrects_always, requests_per_turn: 1, details: gradual, second_thoughts: 1, patience: 3, typos: 0}",
        "utf-8",
    )
    about = {"scenarios": 4, "goals": 1, "behaviour": str(behaviour)}
    hears = talked(tmp_path / "hears", "tool_loop", "turnwise/lexical", **about)
    deaf = talked(tmp_path / "deaf", "deaf", "turnwise/lexical", **about)
    for part in ("rate", "requests_completed"):
        assert sum(values(deaf, "completion", part)) < sum(values(hears, "completion", part))
    assert corrections(deaf) > corrections(hears), "its user has to say it again and again"
    heard = [m.text for sample in deaf.samples or [] for m in sample.messages if m.role == "user"]
    assert "Hm." not in heard, "the log holds what was said, and not what was heard"
