"""One command holds, scores and compares; what is wrong is told before a dialogue or by the exit code."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from endpoint import Body, Say, Status, endpoint
from inspect_ai._cli.main import inspect

import turnwise
from turnwise.cli import main
from turnwise.errors import LogError
from turnwise.logs.read import find_logs, read_info, read_summaries

AGENTS = """
def echo(messages, tools):
    return "You said: " + messages[-1]["content"]

def broken(messages, tools):
    raise ValueError("my own mistake")

calls = 0
def sometimes(messages, tools):
    global calls
    calls += 1
    if calls == 1:
        raise ValueError("only once")
    return "Well."
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "mine.py").write_text(AGENTS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    return tmp_path


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["run", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_an_agent_in_a_file_is_held_scored_and_compared(place: Path) -> None:
    code, said = run(
        "--agent", "mine.py@echo", "--scenarios", "2", "--task", "both", "--trials", "2", "--log-dir", "here"
    )
    assert code == 0, said
    logs = find_logs([place / "here"])
    assert [len(read_summaries(log)) for log in logs] == [4, 4]
    assert {read_info(log).header.eval.model for log in logs} == {"turnwise/agent:mine.py@echo"}
    assert {read_info(log).candidate for log in logs} == {"mine@echo"}
    for part in ("task_oriented", "user_oriented", "Success", "inspect eval turnwise/task_oriented -T scenarios=2"):
        assert part in said


def test_the_command_of_inspect_holds_the_same_dialogues(place: Path) -> None:
    code, said = run("--agent", "oracle", "--scenarios", "1", "--log-dir", "a", "-T", "goals=1")
    assert code == 0, said
    command = next(line.removeprefix("Same: ") for line in said.splitlines() if line.startswith("Same: "))
    done = CliRunner().invoke(inspect, [*command.split(" ")[1:], "--log-dir", "b", "--display", "none"])
    assert done.exit_code == 0, done.output
    ours, theirs = ([t.messages for t in turnwise.read_logs(place / folder)] for folder in ("a", "b"))
    assert [[m.text for m in talk] for talk in ours] == [[m.text for m in talk] for talk in theirs]


def test_a_preview_prints_two_dialogues(place: Path) -> None:
    code, said = run("--agent", "oracle", "--preview", "--log-dir", "here", "--world", "all")
    assert code == 0, said
    (log,) = find_logs([place / "here" / ".preview"])
    assert len(read_summaries(log)) == 2
    with pytest.raises(LogError):  # it is in no comparison
        find_logs([place / "here"])
    first = next(iter(turnwise.read_logs(log)))
    assert " ".join(first.messages[0].text.split()[:3]) in said


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "name who answers"),
        (("--agent", "mine.py@ecko"), "did you mean echo?"),
        (("--agent", "turnwise/orakle"), "did you mean turnwise/oracle?"),
        (("--agent", "lexical", "--world", "city_libary"), "did you mean city_library?"),
        (("--agent", "lexical", "--behaviour", "ters"), "did you mean terse?"),
        (("--agent", "lexical", "-T", "goal=1"), "did you mean goals?"),
        (("--agent", "lexical", "-T", "world=x"), "name worlds with --world"),
        (("--agent", "lexical", "--model", "openai/x"), "leave --model out"),
        (("--agent", "mine.py@echo", "-M", "a=1"), "name it with --model"),
        (("--agent", "lexical", "--model-role", "user"), "it takes KEY=VALUE"),
        (("--model", "nowhere/model"), "nowhere"),
    ],
)
def test_what_is_wrong_is_told_before_a_dialogue(arguments: tuple[str, ...], reason: str, place: Path) -> None:
    code, said = run(*arguments)
    assert code == 1, said
    assert reason in said
    assert "Traceback" not in said
    assert not (place / "logs").exists() or not find_logs([place / "logs"])


def test_an_agent_that_fails_ends_the_run_with_its_place(place: Path) -> None:
    code, said = run("--agent", "mine.py@broken", "--scenarios", "2", "--log-dir", "here")
    assert code == 1
    assert "my own mistake" in said
    assert "(mine.py, line 6)" in said


def test_a_dialogue_that_failed_is_counted_and_makes_the_run_fail(place: Path) -> None:
    code, said = run("--agent", "mine.py@sometimes", "--scenarios", "6", "--log-dir", "here", "-T", "goals=1")
    assert code == 1
    assert "1 dialogue failed: " in said
    assert "only once" in said


def test_an_endpoint_that_is_gone_is_one_line(place: Path) -> None:
    with endpoint(lambda body, number: Status(401, "no such key")) as url:
        code, said = run("--model", "openai-api/x/m", "--model-base-url", url, "-M", "api_key=k", "--scenarios", "1")
    assert code == 1
    assert "Traceback" not in said


def test_a_model_behind_an_endpoint_answers(place: Path) -> None:
    received: list[Body] = []

    def answer(body: Body, number: int) -> Say:
        received.append(body)
        return Say("I do not know.")

    with endpoint(answer) as url:
        code, said = run(
            "--model", "turnwise/chat/m", "--model-base-url", url, "--scenarios", "1", "--log-dir", "here", "-T", "goals=1"
        )  # fmt: skip
    assert code == 0, said
    assert received


def test_a_function_is_an_agent_from_python(tmp_path: Path) -> None:
    def polite(messages: list[dict[str, object]], tools: object) -> str:
        return "Certainly."

    results = turnwise.run("city_library", agent=polite, scenarios=1, goals=1, log_dir=tmp_path)
    (trajectory,) = list(results)
    assert {message.text for message in trajectory.messages if message.role == "assistant"} == {"Certainly."}


def test_data_frames_are_a_world_from_python() -> None:
    members = [{"id": n, "name": f"{first} {last}", "city": city} for n, (first, last, city) in enumerate(
        [("Ann", "Lee", "Ghent"), ("Bob", "Ray", "Lyon"), ("Cy", "Dow", "Ghent")], 1)]  # fmt: skip
    world = turnwise.synthesize_world({"members": members}, name="club")
    assert world.name == "club"
    assert json.loads(json.dumps(world.provenance))["left_out"][0].startswith("keys: members.id")
