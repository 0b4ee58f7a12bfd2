"""What models cost is said before they are asked, and bounded."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner
from endpoint import Say, endpoint, model_at
from inspect_ai.model import ModelCost
from pydantic import BaseModel

from turnwise._inspect import Player
from turnwise.cli import main
from turnwise.errors import TurnwiseError
from turnwise.llm.chat import Chat, Ledger
from turnwise.llm.expected import Budget, BudgetSpent, Expected, price_of
from turnwise.logs.expected import RunBudget
from turnwise.logs.read import find_logs, read_info, read_summaries

PRICE = ModelCost(input=2.0, output=10.0, input_cache_read=1.0, input_cache_write=2.0)
PRICES = "openai/priced: {input: 2, output: 10, input_cache_read: 1, input_cache_write: 2}\n"


class Reply(BaseModel):
    """What is asked for."""

    n: int


def test_a_price_is_found_with_or_without_the_provider_and_costs_what_it_says() -> None:
    assert price_of("turnwise/chat/m", {"m": PRICE}) == price_of("openai/m", {"openai/m": PRICE}) == PRICE
    assert price_of("openai/unheard-of", {}) is None
    line = Expected("agent", "", "m", 2, 1e6, 1e5)
    assert line.priced({"m": PRICE}).times(2) == Expected("agent", "", "m", 4, 2e6, 2e5, 6.0)
    assert line.priced({}).times(2).cost is None


def test_a_chat_stops_when_the_budget_is_spent() -> None:
    async def talk(chat: Chat) -> None:
        async with chat.model:
            await chat.ask("How many?", Reply)
            await chat.ask("And now?", Reply)

    with endpoint(lambda body, number: Say('{"n": 1}')) as url:
        ledger = Ledger(budget=Budget(1e-6, PRICE))
        with pytest.raises(BudgetSpent, match="--max-cost"):
            asyncio.run(talk(Chat(model_at(url), "user", "user", ledger, [])))
    assert ledger.usage["user/user"]["calls"] == 1
    assert "budget" not in ledger.dump()


def test_a_run_holds_as_many_dialogues_as_are_left_in_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = RunBudget(1.0, {"m": PRICE}, Player("openai/m", roles={"user": {"model": "m"}}))
    spent = 0.0
    monkeypatch.setattr(budget, "spent", lambda logs: spent)
    assert budget.affords([], 0, 100) == 5
    spent = 0.5
    assert budget.affords([], 10, 100) == 10
    assert budget.affords([], 10, 3) == 3
    spent = 1.0
    assert budget.affords([], 20, 100) == 0
    with pytest.raises(TurnwiseError, match="price of openai/n"):
        RunBudget(1.0, {"m": PRICE}, Player("openai/m", roles={"user": "openai/n"}))


def test_nothing_is_asked_in_a_dry_run(tmp_path: Path) -> None:
    prices = tmp_path / "prices.yaml"
    prices.write_text(PRICES, "utf-8")
    out = str(tmp_path / "out")
    gone = ["--model-base-url", "http://127.0.0.1:9/v1", "--dry-run", "--cost", str(prices), "-o", out]
    runner = CliRunner(env={"COLUMNS": "160"})
    made = runner.invoke(main, ["synth", "a small clinic", "--model", "openai/priced", "--tools", "12", *gone])
    assert made.exit_code == 0, made.output
    assert {"database", "questions", "tools", "repair"} <= set(made.output.split())
    written = runner.invoke(main, ["goals", "city_library", "--model", "openai/priced", *gone])
    assert written.exit_code == 0, written.output
    assert "goals" in written.output.split()
    roles = ["--model-role", "user=openai/priced", "--model-role", "grader=openai/other"]
    held = runner.invoke(main, ["generate", "--target", "10", "--model", "openai/priced", *roles, *gone])
    assert held.exit_code == 0, held.output
    assert [line.split()[0] for line in held.output.splitlines()[2:5]] == ["agent", "user", "grader"]
    assert "unknown" in held.output
    assert "and what has no price" in held.output
    assert not Path(out).exists()
    free = runner.invoke(main, ["synth", "a small clinic", "-o", out, "--dry-run"])
    assert "rules cost nothing" in free.output


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a session of a loop that is over
def test_a_run_begins_no_dialogue_once_its_budget_is_spent(tmp_path: Path) -> None:
    prices = tmp_path / "prices.yaml"
    prices.write_text(PRICES.replace("openai/priced", "m"), "utf-8")
    logs = tmp_path / "logs"
    usage = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}  # a third of a cent
    with endpoint(lambda body, number: Say("I cannot do that.", usage=usage)) as url:
        asked = ["run", "--model", "turnwise/chat/m", "--model-base-url", url, "--log-dir", str(logs)]
        asked += ["-T", "goals=1", "--world", "city_library", "--world", "bike_workshop", "--scenarios", "12"]
        unpriced = CliRunner().invoke(main, [*asked, "--max-cost", "1"])
        assert "needs the price of turnwise/chat/m" in unpriced.output
        spent = CliRunner().invoke(main, [*asked, "--cost", str(prices), "--max-cost", "0.05"])
    assert spent.exit_code == 1, spent.output
    assert "Left out: dialogues that --max-cost 0.05 does not cover: $0." in spent.output
    (log,) = find_logs([logs])
    assert read_info(log).header.status == "success"
    held = read_summaries(log)
    assert 1 <= len(held) < 12
    assert all(one.error is None for one in held)
