"""Tokens and costs of logs, by role."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from holding import easy, hold
from inspect_ai.log import EvalLog
from inspect_ai.model import ModelCost

from turnwise.cli import main
from turnwise.logs.usage import load_prices, read_usage

PRICES = {"openai/scripted": ModelCost(input=2, output=8, input_cache_read=0.5, input_cache_write=2)}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> EvalLog:
    return hold(tmp_path_factory.mktemp("usage"), easy(2), roles=("user", "grader"))


def test_the_tokens_of_the_roles_are_all_that_the_model_used(log: EvalLog) -> None:
    spent = read_usage([Path(log.location)], PRICES)
    assert [(line.task, line.role) for line in spent] == [
        ("user_oriented", role) for role in [line.role for line in spent]
    ]
    assert {line.role for line in spent} == {"agent", "user", "grader"}
    whole = log.stats.model_usage["openai/scripted"]
    assert sum(line.input for line in spent) == whole.input_tokens
    assert sum(line.output for line in spent) == whole.output_tokens
    assert all(line.input > 0 and line.output > 0 for line in spent)


def test_costs_follow_from_the_prices(log: EvalLog) -> None:
    for line in read_usage([Path(log.location)], PRICES):
        assert line.cost == pytest.approx((2 * line.input + 8 * line.output) / 1e6)
    assert {line.cost for line in read_usage([Path(log.location)], {})} == {None}


def test_several_logs_are_summed_up(log: EvalLog) -> None:
    once, twice = (read_usage([Path(log.location)] * times, PRICES) for times in (1, 2))
    assert [2 * line.input for line in once] == [line.input for line in twice]


@pytest.mark.parametrize("text", ["a: [", "openai/x: 3", "openai/x:\n  input: 1\n"])
def test_a_bad_price_file_is_said_in_one_line(text: str, tmp_path: Path, log: EvalLog) -> None:
    prices = tmp_path / "prices.yaml"
    prices.write_text(text)
    result = CliRunner().invoke(main, ["usage", log.location, "--cost", str(prices)])
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert len(result.output.splitlines()) == 1


def test_the_example_prices_are_prices_and_the_command_prints_them(log: EvalLog) -> None:
    assert "openai/gpt-4o-mini" in load_prices(Path(__file__).parents[1] / "examples" / "prices.yaml")
    shown = CliRunner().invoke(main, ["usage", log.location]).output
    assert "grader" in shown
    assert "$0.0000 of what has a price" in shown
