"""`import turnwise`: what a person does, from a database to training data, and the README's example."""

import re
from pathlib import Path

import pytest

import turnwise
from turnwise.errors import HarvestError, LogError, TurnwiseError
from turnwise.logs.scores import values_of
from turnwise.users import load_behaviour

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> turnwise.Results:
    world = turnwise.load_world("bike_workshop")
    return turnwise.run(world, agent="oracle", scenarios=3, log_dir=tmp_path_factory.mktemp("logs"))


def test_a_run_is_iterated_dialogue_by_dialogue_and_each_is_scored(results: turnwise.Results) -> None:
    scores = [turnwise.score(trajectory) for trajectory in results]
    assert [score["success"] for score in scores] == [1.0] * 3
    assert all(score["completion"] == 1.0 and score["collateral"] == 0.0 and score["turns"] > 2 for score in scores)


def test_logs_are_read_from_disk_alike(results: turnwise.Results) -> None:
    read = [[m.text for m in t.messages] for t in turnwise.read_logs(results.logs[0].parent)]
    assert read == [[m.text for m in t.messages] for t in results]


def test_the_measures_are_those_of_the_scorers(results: turnwise.Results) -> None:
    from inspect_ai.log import read_eval_log

    samples = read_eval_log(str(results.logs[0])).samples or []
    assert len(samples) == 3
    for sample, trajectory in zip(samples, results, strict=True):
        measured = turnwise.score(trajectory)
        for name in ("counts", "density", "iq"):
            logged = values_of((sample.scores or {})[name])
            assert {k: v for k, v in logged.items() if k in measured} == pytest.approx(
                {k: v for k, v in measured.items() if k in logged}, nan_ok=True
            )
        assert measured["iq_core"] > 0.5


def test_a_world_and_a_behaviour_in_memory_find_a_place_beside_the_log(tmp_path: Path) -> None:
    world = turnwise.load_world("city_library").model_copy(update={"name": "mine"})
    terse = load_behaviour("user_oriented").model_copy(update={"name": "terse", "brevity": 1.0})
    results = turnwise.run(world, agent="silent", behaviour=terse, scenarios=1, goals=1, log_dir=tmp_path)
    assert turnwise.load_world(next((tmp_path / "worlds").iterdir())).hash == world.hash
    (trajectory,) = results
    assert trajectory.scenario.behaviour == terse


def test_runs_are_compared_branched_and_harvested(
    results: turnwise.Results, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (condition,) = turnwise.compare(results)
    assert "bike_workshop" in capsys.readouterr().out
    assert len(condition.dialogues) == 3
    assert {point.next for point in turnwise.branch(results, at="every:2")} == {"agent"}
    with pytest.raises(TypeError, match="not colour"):
        turnwise.branch(results, colour="red")
    pytest.importorskip("pyarrow")
    with pytest.raises(HarvestError, match="colour"):
        turnwise.harvest(results, tmp_path / "dialogues", colour="red")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: turnwise.run("city_library", agent="lexicla"), "lexicla"),
        (lambda: turnwise.run("city_libary", agent="oracle"), "city_libary"),
        (lambda: turnwise.load_world("nowhere"), "nowhere"),
        (lambda: turnwise.synthesize_world("nowhere.sqlite"), "nowhere.sqlite"),
        (lambda: list(turnwise.read_logs("nowhere")), "nowhere"),
    ],
)
def test_what_is_wrong_is_named(call, says: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TurnwiseError, match=says):
        call()


def test_errors_are_reached_from_the_front() -> None:
    assert turnwise.errors.LogError is LogError


def test_the_example_of_the_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = re.search(r"```python\n(import turnwise\n.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert found is not None
    assert len(found[1].strip().splitlines()) <= 10
    monkeypatch.chdir(tmp_path)
    exec(found[1], {})
    assert "100%" in capsys.readouterr().out
    assert (tmp_path / "dialogues" / "README.md").is_file()


def test_a_checkout_that_hides_the_installation_is_said_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("turnwise._inspect.registry_lookup", lambda kind, name: None)
    with pytest.raises(TurnwiseError, match="not installed: start Python elsewhere, or as python -P"):
        turnwise.run(turnwise.load_world("bike_workshop"), agent="oracle", scenarios=1, log_dir=tmp_path)
