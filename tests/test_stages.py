"""A stage on a model: what a person is told when the model cannot be had or reached."""

from pathlib import Path
from typing import Any

import pytest
from endpoint import Body, Say, Status, endpoint
from pydantic import BaseModel

from turnwise.errors import SeedError, TurnwiseError
from turnwise.llm.chat import Chat, Ledger
from turnwise.llm.stage import ModelChoice, StageResult, run_stage

ARGS = {"api_key": "none", "responses_api": False}


class Word(BaseModel):
    """What the stage asks for."""

    word: str


async def ask(ledger: Ledger) -> str:
    return (await Chat.open("synthesizer", "goals", "Be brief.", ledger).ask("A word?", Word)).word


def run(url: str, folder: Path, work: Any = ask, model: str = "openai/scripted") -> StageResult[str]:
    choice = ModelChoice(model, base_url=url, args=ARGS, log_dir=str(folder), retries=0)
    return run_stage("goals", work, choice, {"seed": "a word"})


def test_a_stage_gives_what_was_made_its_usage_and_a_log(tmp_path: Path) -> None:
    with endpoint(lambda body, number: Say("what?" if number == 0 else '{"word": "hello"}')) as url:
        staged = run(url, tmp_path)
    assert staged.result == "hello"
    assert staged.usage["synthesizer/goals"]["calls"] == 2
    assert staged.usage["synthesizer/goals"]["faults"] == 1
    assert staged.log.is_file()
    assert list(tmp_path.glob("*.eval")) == [staged.log]


def refused(body: Body, number: int) -> Status:
    return Status(404, "there is no model 'scripted'")


def test_a_model_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with endpoint(refused) as url, pytest.raises(TurnwiseError, match=r"could not be asked: .*no model 'scripted'"):
        run(url, tmp_path)
    with pytest.raises(TurnwiseError, match="could not be asked: Connection error"):
        run("http://127.0.0.1:9/v1", tmp_path)
    with pytest.raises(TurnwiseError, match="nosuch"):
        run("http://127.0.0.1:9/v1", tmp_path, model="nosuch/model")


def test_a_provider_without_its_key_is_said_without_markup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(TurnwiseError, match="OPENAI_API_KEY") as told:
        run_stage("goals", ask, ModelChoice("openai/gpt-4o", log_dir=str(tmp_path)), {})
    assert "[bold]" not in str(told.value)


def test_what_the_stage_itself_finds_wrong_is_passed_on(tmp_path: Path) -> None:
    async def fails(ledger: Ledger) -> str:
        raise SeedError("no rows")

    with endpoint(refused) as url, pytest.raises(SeedError, match="no rows"):
        run(url, tmp_path, fails)


def test_a_model_that_gives_nothing_usable_is_one_line(tmp_path: Path) -> None:
    with endpoint(lambda body, number: Say("no")) as url, pytest.raises(TurnwiseError, match="no usable answer in 3"):
        run(url, tmp_path)
