"""Dialogues until there are enough: batches, seeds, what an interruption leaves, and when it is given up."""

import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from endpoint import Answer, Body, Say, Status, endpoint
from inspect_ai.log import read_eval_log
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageSystem, ChatMessageTool, ChatMessageUser
from inspect_ai.tool import ToolCall, ToolInfo

from turnwise.agents.lexical.catalogue import catalogue
from turnwise.agents.lexical.responding import respond
from turnwise.agents.lexical.working import NextCall
from turnwise.cli import main
from turnwise.harvest.archive import archive_rows
from turnwise.harvest.exports.writing import export
from turnwise.harvest.target import next_batch, reachable
from turnwise.logs.read import find_logs, read_info

TARGET = 6
EASY = ("-T", "goals=1", "-T", "difficulty=easy", "--set", "similarity=null", "--force")
BATCHES = (*EASY, "-T", "world=bike_workshop")
"""Of the baseline's dialogues some are lost, so that one batch is not enough."""


def turnwise(*args: Any) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(main, [str(arg) for arg in args])


def seeds(logs: Path) -> list[int]:
    return sorted(read_info(path).header.eval.task_args["seed"] for path in find_logs([logs]))


def lexical(body: Body) -> Say:
    """What the baseline made of rules says to a request of OpenAI's."""
    messages: list[ChatMessage] = []
    for raw in body["messages"]:
        text = raw.get("content") or ""
        if raw["role"] == "assistant":
            calls = [
                ToolCall(id=c["id"], function=c["function"]["name"], arguments=json.loads(c["function"]["arguments"]))
                for c in raw.get("tool_calls") or []
            ]
            messages.append(ChatMessageAssistant(content=text, tool_calls=calls))
        elif raw["role"] == "tool":
            messages.append(ChatMessageTool(content=text, tool_call_id=raw["tool_call_id"]))
        else:
            messages.append(ChatMessageUser(content=text) if raw["role"] == "user" else ChatMessageSystem(content=text))
    tools = [ToolInfo.model_validate(tool["function"]) for tool in body["tools"]]
    outcome = respond(messages, catalogue(tools))
    return Say(calls=[(outcome.tool, dict(outcome.arguments))]) if isinstance(outcome, NextCall) else Say(outcome)


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")


def test_a_batch_is_as_large_as_the_yield_asks_for() -> None:
    assert next_batch(100, 0, 0, 1000) == 100
    assert next_batch(100, 50, 100, 1000) == 110
    assert next_batch(100, 0, 40, 1000) == 250  # as if one had been kept, and no more than a person waits for
    assert next_batch(1000, 0, 0, 9999) == 250
    assert next_batch(100, 99, 110, 1000) == 5
    assert next_batch(100, 10, 990, 1000) == 10


def test_it_is_given_up_only_when_even_a_lucky_rest_would_not_do() -> None:
    assert reachable(100, 1, 100, 1000, gained=1, of=100) is False
    assert reachable(100, 8, 100, 1000, gained=8, of=100) is True
    assert reachable(100, 90, 200, 1000, gained=0, of=100) is True
    assert reachable(100, 60, 300, 1000, gained=0, of=100) is False  # what is new is like what is there
    assert reachable(100, 99, 1000, 1000, gained=50, of=100) is False
    assert reachable(5, 0, 3, 50, gained=0, of=3) is True  # three say little


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Dialogues of the baseline."""
    folder = tmp_path_factory.mktemp("generated") / "dialogues"
    done = turnwise("generate", "--target", TARGET, "-o", folder, "--agent", "lexical", *BATCHES)
    assert done.exit_code == 0, done.output
    return folder


def test_there_are_at_least_as_many_as_wanted_and_each_batch_has_a_seed_of_its_own(generated: Path) -> None:
    rows = list(archive_rows(generated))
    logs = find_logs([generated / "logs"])
    assert len(rows) >= TARGET
    assert len(logs) > 1
    assert seeds(generated / "logs") == list(range(len(logs)))
    first = min(logs, key=lambda log: read_info(log).header.eval.task_args["seed"])
    assert len(read_eval_log(str(first)).samples or []) == TARGET
    again = turnwise("generate", "--target", TARGET, "-o", generated, "--agent", "lexical", *BATCHES)
    assert again.exit_code == 0
    assert f"Target: {len(rows)} kept, {TARGET} wanted, in {len(logs)} logs." in again.stdout
    assert "Holding" not in again.stderr


def test_the_same_seed_gives_the_same_dialogues(generated: Path, tmp_path: Path) -> None:
    turnwise("generate", "--target", TARGET, "-o", tmp_path / "again", "--agent", "lexical", *BATCHES)
    written = [
        export(made, "openai", tmp_path / f"{made.name} exported").folder for made in (generated, tmp_path / "again")
    ]
    first, second = ({file.name: file.read_bytes() for file in folder.iterdir()} for folder in written)
    assert first == second
    assert (generated / "funnel.json").read_bytes() == (tmp_path / "again" / "funnel.json").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--agent", "oracle"), "agent: turnwise/tool_loop, and now turnwise/oracle"),
        (("--agent", "lexical", "--seed", 7), "seed: 0, and now 7"),
        (("--agent", "lexical", "-T", "behaviour=terse"), "-T behaviour: None, and now terse"),
        (("--agent", "lexical", "-T", "seed=3"), "-T seed: how many and which dialogues"),
        (("--agent", "lexical", "-M", "x=1"), "-M are for a model"),
        ((), "name who answers"),
    ],
)
def test_a_folder_holds_the_dialogues_of_one_request(arguments: Any, says: str, generated: Path) -> None:
    refused = turnwise("generate", "--target", TARGET, "-o", generated, *arguments, *BATCHES)
    assert refused.exit_code == 1
    assert says in refused.stderr
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--agent", "lexical", "-T", "wrld=x"), "user_oriented has no argument wrld: did you mean world?"),
        (("--agent", "lexical", "-T", "world=nowhere"), "nowhere is not a world"),
        (("--agent", "lexical", "--model-role", "user={modl: x}"), "the role user names no model"),
        (("--model", "nosuch/model"), "Model API nosuch"),
    ],
)
def test_what_cannot_be_held_leaves_no_folder(arguments: Any, says: str, tmp_path: Path) -> None:
    refused = turnwise("generate", "--target", 3, "-o", tmp_path / "dialogues", *arguments)
    assert refused.exit_code == 1
    assert f"Error: {says}" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_it_stops_when_the_target_cannot_be_reached_and_says_what_to_do(tmp_path: Path) -> None:
    strict = ("--set", "pacing_least=1", "--set", "economy=1")
    short = turnwise("generate", "--target", 8, "--most", 5, "-o", tmp_path / "a", "--agent", "lexical", *EASY, *strict)
    assert short.exit_code == 1
    assert re.search(
        r"Stopped at \d+ of 8: .*\. Most were lost to '.*' \(\d+\); .*dropped\.jsonl says why", short.stderr
    )
    assert "higher --most goes on" in short.stderr
    assert (tmp_path / "a" / "README.md").is_file()


def test_a_model_on_loopback_is_asked_until_there_are_enough(tmp_path: Path) -> None:
    with endpoint(lambda body, number: lexical(body)) as url:
        role = f"user={{model: openai/person, base_url: '{url}', model_args: {{api_key: none, responses_api: false}}}}"
        where = ("--model", "openai/scripted", "--model-base-url", url, "-M", "responses_api=false")
        done = turnwise("generate", "--target", 3, "-o", tmp_path / "dialogues", *where, *EASY)
        assert done.exit_code == 0, done.output
        other = turnwise("generate", "--target", 3, "-o", tmp_path / "dialogues", *where, *EASY, "--model-role", role)
    rows = list(archive_rows(tmp_path / "dialogues"))
    assert len(rows) >= 3
    assert {json.loads(row["provenance"])["models"]["agent"]["model"] for row in rows} == {"openai/scripted"}
    assert "role user: None, and now openai/person" in other.stderr


def test_a_model_that_is_gone_costs_one_line_and_no_more_dialogues(tmp_path: Path) -> None:
    with endpoint(lambda body, number: Status(401, "no such key")) as url:
        where = ("--model", "openai/scripted", "--model-base-url", url, "-M", "responses_api=false")
        done = turnwise("generate", "--target", 10, "-o", tmp_path / "dialogues", *where, *EASY)
    assert done.exit_code == 1
    assert "Error: the run was stopped: " in done.stderr
    assert "no such key" in done.stderr
    assert len(find_logs([tmp_path / "dialogues" / "logs"])) == 1


@pytest.fixture
def heeded() -> Iterator[None]:
    """Ctrl-C is heeded, also where a shell began the tests in its background, which has them ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeded")
def test_an_interrupted_run_goes_on_and_loses_no_dialogue(tmp_path: Path) -> None:
    """Stopped by Ctrl-C when some dialogues have ended; what is on disk just before is what a kill would leave."""
    folder = tmp_path / "dialogues"
    on_disk: set[str] = set()

    def answer(body: Body, number: int) -> Answer:
        if not on_disk and (ended := held(folder / "logs")):
            on_disk.update(ended)
            os.kill(os.getpid(), signal.SIGINT)
        return lexical(body)

    with endpoint(answer) as url:
        arguments = ["generate", "--target", "3", "-o", str(folder), "--model", "openai/scripted", *EASY]
        arguments += ["--model-base-url", url, "-M", "responses_api=false"]
        stopped = turnwise(*arguments)
        before = held(folder / "logs")
        done = turnwise(*arguments)
    assert stopped.exit_code == 130
    assert "Interrupted. Nothing that was held is lost" in stopped.stderr
    assert on_disk <= before
    assert 0 < len(before) < 5
    assert "interrupted with its run" in done.stdout
    assert done.exit_code == 0, done.output
    assert seeds(folder / "logs") == list(range(len(seeds(folder / "logs"))))
    judged = {row["sample_id"] for row in archive_rows(folder)}
    judged |= {json.loads(line)["sample_id"] for line in (folder / "dropped.jsonl").read_text().splitlines()}
    assert before < judged
    assert len(list(archive_rows(folder))) >= 3


def held(logs: Path) -> set[str]:
    """The dialogues in the logs of a folder that came to their end, as far as the logs can be read."""
    found: set[str] = set()
    for path in logs.glob("*.eval"):
        try:
            samples = read_eval_log(str(path)).samples or []
        except Exception:  # it is being written
            continue
        found |= {str(sample.uuid) for sample in samples if sample.scores}
    return found
