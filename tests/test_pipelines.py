"""The three pipelines of the paper from the command line, from seed to scored log, against the loopback endpoint."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import cast_dialogue
import pytest
from cast_goals import goal_writer
from cast_synthesis import synthesizer
from click.testing import CliRunner
from endpoint import Answer, Body, Say, endpoint, shape_of
from inspect_ai._cli.main import inspect
from inspect_ai.log import EvalLog, list_eval_logs, read_eval_log

from turnwise.cli import main as turnwise
from turnwise.logs.scores import values_of

ROOT = Path(__file__).parents[1]

TICKET_RETURNS = {
    "search_events": {"event_id": "integer", "title": "string", "venue": "string"},
    "get_event": {"event_id": "integer", "title": "string", "venue": "string", "date": "string", "price": "number"},
    "book_tickets": {"booking_id": "integer", "event_id": "integer", "customer_name": "string", "seats": "integer"},
    "get_booking": {"booking_id": "integer", "event_id": "integer", "date": "string", "status": "string"},
    "cancel_booking": {"booking_id": "integer", "status": "string"},
}


def cast(body: Body) -> Answer:
    """Every role: the synthesizer and the goal writer, then user, agent, tools and judge."""
    for role in (synthesizer, goal_writer):
        if (text := role(body)) is not None:
            return Say(_with_ticket_fields(text) if shape_of(body) == "ReturnsReply" else text)
    if "update_owner_phone" in json.dumps(body.get("tools", [])):
        return receptionist(body)
    if "search_events" in json.dumps(body.get("tools", [])):
        return box_office(body)
    return cast_dialogue.speak(body)


def _with_ticket_fields(text: str) -> str:
    """What tools return, with what is known of those that sell tickets."""
    reply = json.loads(text)
    for result in reply["tools"]:
        if (fields := TICKET_RETURNS.get(result["tool"])) is not None:
            thing = f"result of {result['tool']}"
            listed = [{"name": name, "type": kind, "nullable": False} for name, kind in fields.items()]
            reply["entities"].append({"name": thing, "fields": listed})
            result["fields"] = [f"{thing}.*"]
    return json.dumps(reply)


def box_office(body: Body) -> Say:
    """The baseline, but it looks up an event before it says anything without having looked."""
    answer = cast_dialogue.speak(body)
    if not answer.calls and body["messages"][-1]["role"] == "user":
        return Say(calls=[("get_event", {"event_id": 1})])
    return answer


def receptionist(body: Body) -> Say:
    """An agent that knows its way about the clinic: one call after the other, then what they returned."""
    last = max(n for n, message in enumerate(body["messages"]) if message["role"] == "user")
    heard, since = body["messages"][last]["content"], body["messages"][last + 1 :]
    results = [json.loads(message["content"]) for message in since if message["role"] == "tool"]
    steps: list[tuple[str, dict[str, Any]]] = []
    if found := re.search(r"phone number of (.+) changed to (\S+)", heard):
        steps = [("search_owners", {"name": found[1]}), ("update_owner_phone", {"phone": found[2]})]
    elif found := re.search(r"cat called (\w+) added to the files of (.+),", heard):
        steps = [("search_owners", {"name": found[2]}), ("add_pet", {"name": found[1], "species": "cat"})]
    elif found := re.search(r"looks at (\w+), then how many visits of up to (\d+)", heard):
        steps = [("list_vets", {"specialty": found[1]}), ("get_fees", {"status": "done", "most": int(found[2])})]
    if len(results) == len(steps):
        return Say(f"Done. {' '.join(_in_words(results))}" if steps else "You are welcome.")
    name, arguments = steps[len(results)]
    owner = {"owner_id": results[0][0]["owner_id"]} if name in ("update_owner_phone", "add_pet") else {}
    return Say(calls=[(name, {**owner, **arguments})])


class Pipelines:
    """What `examples/pipelines.sh` printed, wrote and asked."""

    def __init__(self, folder: Path, output: str, received: list[Body]) -> None:
        self.folder = folder
        self.output = output
        self.received = received
        self.logs = [read_eval_log(info.name) for info in list_eval_logs(str(folder / "logs"))]

    def dialogues(self) -> list[EvalLog]:
        return [log for log in self.logs if "oriented" in log.eval.task]


def _in_words(found: Any) -> Iterator[str]:
    """What tools returned as a sentence a value."""
    if isinstance(found, list):
        for part in found:
            yield from _in_words(part)
    elif isinstance(found, dict):
        yield from (f"The {name} is {value}." for name, value in found.items())


@pytest.fixture(scope="module")
def pipelines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipelines]:
    folder = tmp_path_factory.mktemp("pipelines")
    received: list[Body] = []

    def answer(body: Body, number: int) -> Answer:
        received.append(body)
        return cast(body)

    with endpoint(answer) as url, pytest.MonkeyPatch.context() as patch:
        settings = {"MODEL": "openai-api/local/scripted", "LOCAL_BASE_URL": url, "LOCAL_API_KEY": "none"}
        for name, value in settings.items():
            patch.setenv(name, value)
        output = "".join(_run(command) for command in _commands(folder))
        yield Pipelines(folder, output, received)


def _commands(folder: Path) -> list[list[str]]:
    """The commands of the script, noted down by what stands in for them, so that they can run in this process."""
    stands_in = folder / "bin"
    stands_in.mkdir()
    for name in ("turnwise", "inspect"):
        (stands_in / name).write_text(f'#!/bin/sh\nprintf "%s\\0" {name} "$@" >> "$NOTED"; echo >> "$NOTED"\n', "utf-8")
        (stands_in / name).chmod(0o755)
    subprocess.run(
        ["sh", str(ROOT / "examples" / "pipelines.sh"), str(folder)],
        env={
            **os.environ,
            "PATH": f"{stands_in}{os.pathsep}{os.environ['PATH']}",
            "NOTED": str(folder / "noted"),
            "COUNT": "4",
            "DIALOGUES": "2",
        },
        check=True,
    )
    return [line.rstrip("\0").split("\0") for line in (folder / "noted").read_text("utf-8").splitlines()]


def _run(command: list[str]) -> str:
    """What a command prints."""
    program = {"turnwise": turnwise, "inspect": inspect}[command[0]]
    result = CliRunner(env={"COLUMNS": "160"}).invoke(program, command[1:], standalone_mode=False)
    assert result.exception is None, result.output[-3000:] + repr(result.exception)
    return result.output


def test_three_pipelines_run_from_seed_to_scored_log(pipelines: Pipelines) -> None:
    logs = pipelines.dialogues()
    found = {(log.eval.task.removeprefix("turnwise/"), log.eval.task_args["world"].rpartition("/")[2]) for log in logs}
    assert found == {("task_oriented", "simulated"), ("user_oriented", "simulated"), ("user_oriented", "executed")}
    for log in logs:
        assert log.status == "success"
        for sample in log.samples or []:
            assert sample.error is None
            assert sample.store["DialogueLog:user"] == "llm"
            assert sample.store["DialogueLog:ended"] == "user"
            assert sample.scores is not None
            assert set(sample.scores) >= {"success", "completion", "counts", "validity"}


def test_what_ran_the_tools_and_whose_words_they_are_is_in_the_log(pipelines: Pipelines) -> None:
    for log in pipelines.dialogues():
        simulated = log.eval.task_args["world"].endswith("simulated")
        for sample in log.samples or []:
            assert sample.store["DialogueLog:tools"] == ("simulated by model" if simulated else "executed")
            wanted = {"user", "simulator"} if simulated else {"user"}
            assert set(sample.store["DialogueLog:prompts"]) == wanted


def test_the_command_line_prints_funnels_a_comparison_and_the_tokens_of_every_role(pipelines: Pipelines) -> None:
    for word in ("Questions", "Dropped", "synthesizer", "simulator", "grader", "agent", "user_oriented", "valid"):
        assert word in pipelines.output, word
    assert "Traceback" not in pipelines.output


def test_some_goals_are_completed_on_a_database_that_a_model_invented(pipelines: Pipelines) -> None:
    (log,) = [log for log in pipelines.dialogues() if log.eval.task_args["world"].endswith("executed")]
    rates = [values_of(s.scores["completion"])["requests_completed"] for s in log.samples or [] if s.scores]
    assert sum(rates) >= 4
    assert [s.scores["success"].value for s in log.samples or [] if s.scores] == [1, 1]
    assert any(sample.store["DialogueLog:changes"] for sample in log.samples or [])


@pytest.mark.parametrize("name", ["vllm", "hosted"])
def test_the_configurations_name_a_model(name: str) -> None:
    script = f'set -eua; . {ROOT / "examples" / name}.env; printf %s "$MODEL"'
    found = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.count("/") >= 1


@pytest.mark.parametrize("shape", ["UserReply", "SimulatedResult", ""])
def test_each_prompt_of_a_role_extends_the_one_before_in_its_dialogue(pipelines: Pipelines, shape: str) -> None:
    """Dialogues run side by side; the chats of one role are told apart by how they begin."""
    chats: dict[str, list[list[Body]]] = {}
    for body in pipelines.received:
        if shape_of(body) == shape and (shape or body.get("tools")):
            chats.setdefault(json.dumps(body["messages"][:2]), []).append(body["messages"])
    assert len(chats) >= 2
    extended = 0
    for prompts in chats.values():
        for before, after in pairwise(sorted(prompts, key=len)):
            assert after[: len(before)] == before
            extended += 1
    assert extended > 3
