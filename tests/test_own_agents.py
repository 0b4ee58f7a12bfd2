"""Agents of one's own: a function, a class, a command, an endpoint, a framework; the record of the dialogue is Turnwise's."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from endpoint import Body, Say, endpoint, model_at
from inspect_ai import eval as inspect_eval
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.event import ModelEvent
from inspect_ai.log import EvalLog, EvalSample, read_eval_log
from inspect_ai.model import ChatMessageAssistant, ChatMessageTool, Model
from servers import free_port

from turnwise.agents.own.messages import called_with, replies
from turnwise.agents.own.remote import spoken
from turnwise.cli import main
from turnwise.errors import AgentError
from turnwise.logs.scores import values_of
from turnwise.solvers.converse import converse
from turnwise.tasks.user_oriented import user_oriented

EXAMPLES = Path(__file__).parents[1] / "examples" / "agents"

AGENTS = """
from inspect_ai.agent import agent
from inspect_ai.model import ChatMessageAssistant
from inspect_ai.solver import solver

async def looks(messages, tools):
    if messages[-1]["role"] == "user":
        await tools["get_book"](book_id=2)
        return {"content": "", "tool_calls": [{"id": "x", "function": {"name": "get_book", "arguments": {"book_id": 1}}}]}
    return {"role": "assistant", "content": "It is " + messages[-1]["content"][:40]}

def in_a_thread(messages, tools):
    messages.clear()  # a copy: nothing is lost
    return "I have " + str(tools["get_book"](book_id=1)["title"])

def refused(messages, tools):
    return [{"content": "", "tool_calls": [{"id": "a", "function": {"name": "no_such", "arguments": "{}"}},
            {"id": "b", "function": {"name": "get_book", "arguments": "{bad"}},
            {"id": "c", "function": {"name": "get_book", "arguments": {"book_id": 10**7}}}]}] \\
        if messages[-1]["role"] == "user" else "Nothing came of it."

class Counts:
    def reset(self, policy):
        self.policy, self.heard = policy, 0
    def reply(self, message):
        self.heard += 1
        return f"Message {self.heard}: {len(message)} letters, policy {len(self.policy) > 20}."

class Mute:
    pass

@agent
def mute():
    async def execute(state):
        return state
    return execute

def wrong(messages, tools):
    return 7

def raises(messages, tools):
    raise KeyError("price")

@agent
def rewrites():
    async def execute(state):
        state.messages = [ChatMessageAssistant(content="Summary: all is well."), state.messages[-1]]
        state.messages.append(ChatMessageAssistant(content="I forgot the rest."))
        return state
    return execute

@agent
def hides_calls(tools):
    async def execute(state):
        await tools[0].tool(**{name: 1 for name in tools[0].parameters.required})
        state.messages.append(ChatMessageAssistant(content="I have looked."))
        return state
    return execute

@solver
def plain_solver():
    async def solve(state, generate):
        state.messages.append(ChatMessageAssistant(content=f"I have read {len(state.messages)} messages."))
        return state
    return solve
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.py"
    path.write_text(AGENTS)
    return path


def hold(agent: str, folder: Path, model: Model | str = "none", **options: Any) -> EvalSample:
    task = user_oriented(scenarios=1, goals=1, difficulty="easy", behaviour="impatient")
    logs: list[EvalLog] = inspect_eval(
        task, solver=converse(agent), model=model, log_dir=str(folder), display="none", log_realtime=False, **options
    )
    (sample,) = read_eval_log(logs[0].location).samples or []
    return sample


def said(sample: EvalSample) -> list[str]:
    return [m.text for m in sample.messages if isinstance(m, ChatMessageAssistant) and m.text]


def calls(sample: EvalSample) -> list[tuple[str, Any]]:
    return [
        (call.function, call.arguments)
        for m in sample.messages
        if isinstance(m, ChatMessageAssistant)
        for call in m.tool_calls or ()
    ]


def test_a_function_may_call_tools_or_return_calls(file: Path, tmp_path: Path) -> None:
    sample = hold(f"{file}@looks", tmp_path)
    assert said(sample)[0].startswith("It is ")
    assert calls(sample)[:2] == [("get_book", {"book_id": 2}), ("get_book", {"book_id": 1})]
    assert sample.scores is not None
    assert values_of(sample.scores["counts"])["calls"] >= 2


def test_a_plain_function_runs_in_a_thread_and_gets_a_copy(file: Path, tmp_path: Path) -> None:
    sample = hold(f"{file}@in_a_thread", tmp_path)
    assert said(sample)[0].startswith("I have ")
    assert [message.role for message in sample.messages][:5] == ["system", "user", "assistant", "tool", "assistant"]
    events = [event for event in sample.events if isinstance(event, ModelEvent)]  # where links of findings lead
    shown = [event.output.message.id for event in events]
    assert shown == [message.id for message in sample.messages if message.role == "assistant"]
    assert [message.id for message in events[1].input] == [message.id for message in sample.messages[:4]]


def test_what_is_refused_is_told_to_the_agent(file: Path, tmp_path: Path) -> None:
    sample = hold(f"{file}@refused", tmp_path)
    errors = [m.error.message for m in sample.messages if isinstance(m, ChatMessageTool) and m.error]
    assert errors[0] == "Tool no_such not found"
    assert errors[1].startswith("the arguments are not JSON")
    assert "nothing found" in errors[2]
    assert sample.error is None


def test_a_class_keeps_a_memory_for_each_dialogue(file: Path, tmp_path: Path) -> None:
    first, second = said(hold(f"{file}@Counts", tmp_path)), said(hold(f"{file}@Counts", tmp_path))
    assert first == second
    assert first[0].startswith("Message 1: ")
    assert first[0].endswith("policy True.")


def test_an_agent_that_rewrites_its_memory_changes_no_record(file: Path, tmp_path: Path) -> None:
    sample = hold(f"{file}@rewrites", tmp_path)
    roles = [message.role for message in sample.messages]
    assert roles[:4] == ["system", "user", "assistant", "user"]
    assert set(said(sample)) == {"I forgot the rest."}
    assert sample.scores is not None
    assert values_of(sample.scores["counts"])["turns"] == len(roles) - 1  # all but the policy


def test_an_agent_that_adds_nothing_is_heard_as_silence(file: Path, tmp_path: Path) -> None:
    sample = hold(f"{file}@mute", tmp_path)
    roles = [message.role for message in sample.messages][1:]
    assert roles == ["user", "assistant"] * (len(roles) // 2) + ["user"]
    assert said(sample) == []
    assert sample.store["DialogueLog:ended"] == "user"


def test_calls_that_an_agent_does_not_show_are_in_the_record(file: Path, tmp_path: Path) -> None:
    sample = hold(f"{file}@hides_calls", tmp_path)
    assert sample.scores is not None
    assert values_of(sample.scores["counts"])["calls"] == len(calls(sample)) == len(said(sample))


def test_a_solver_plays_a_turn(file: Path, tmp_path: Path) -> None:
    assert said(hold(f"{file}@plain_solver", tmp_path))[0] == "I have read 2 messages."


@pytest.mark.parametrize(("name", "reason"), [("wrong", "and not int '7'"), ("raises", "price")])
def test_an_agent_that_fails_is_an_error_of_its_dialogue(name: str, reason: str, file: Path, tmp_path: Path) -> None:
    sample = hold(f"{file}@{name}", tmp_path, fail_on_error=False)
    assert sample.error is not None
    assert reason in sample.error.message


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("turnwise/orcale", "did you mean turnwise/oracle?"),
        ("{file}@look", "did you mean looks?"),
        ("{file}@Mute", "without a method reply"),
        ("{file}@AGENT", "it has looks"),
        ("nowhere.py@x", "is not a file"),
        ("no_such_module:agent", "cannot be imported"),
        ("command:", "followed by a program"),
        ("nonsense", "an agent is named"),
    ],
)
def test_an_agent_that_is_not_there_is_refused_before_a_dialogue(name: str, reason: str, file: Path) -> None:
    with pytest.raises(PrerequisiteError) as refused:
        converse(name.replace("{file}", str(file)))
    assert reason in str(refused.value.message)


def solves(body: Body, number: int) -> Say:
    """A model that looks once and then speaks."""
    if body["messages"][-1]["role"] == "tool":
        return Say("I have looked it up.")
    return Say(calls=[("get_book", {"book_id": 1})])


def through(name: str, tmp_path: Path) -> EvalSample:
    with endpoint(solves) as url:
        return hold(f"{EXAMPLES / name}", tmp_path, model_at(url))


@pytest.mark.parametrize(
    ("name", "needs"),
    [
        ("function.py@agent", "openai"),
        ("inspect_agent.py@thoughtful", "inspect_ai"),
        ("openai_agents.py@support", "agents"),
        ("langgraph_agent.py@support", "langgraph"),
        ("pydantic_ai_agent.py@Support", "pydantic_ai"),
    ],
)
def test_the_examples_with_a_model_hold_a_dialogue(name: str, needs: str, tmp_path: Path) -> None:
    pytest.importorskip(needs)
    sample = through(name, tmp_path)
    assert sample.error is None
    assert said(sample)[0] == "I have looked it up."
    assert calls(sample)[0] == ("get_book", {"book_id": 1})
    assert sample.model_usage, "the run's own model was asked"


@pytest.mark.parametrize(
    "agent", [f"command:{sys.executable} {EXAMPLES / 'pipe.py'}", f"{EXAMPLES / 'remembers.py'}@Notes"]
)
def test_the_examples_without_a_model_hold_a_dialogue(agent: str, tmp_path: Path) -> None:
    sample = hold(agent, tmp_path)
    assert sample.error is None
    assert said(sample)


def test_a_command_that_ends_is_an_error_of_the_dialogue(tmp_path: Path) -> None:
    sample = hold(f"command:{sys.executable} -c 0", tmp_path, fail_on_error=False)
    assert sample.error is not None
    assert "ended before it replied" in sample.error.message


def test_an_endpoint_answers_for_itself(tmp_path: Path) -> None:
    received: list[Body] = []

    def answer(body: Body, number: int) -> Say:
        received.append(body)
        return solves(body, number)

    with endpoint(answer) as url:
        sample = hold(f"{url}#my-agent", tmp_path)
    assert said(sample)[0] == "I have looked it up."
    assert {body["model"] for body in received} == {"my-agent"}
    assert len({body["user"] for body in received}) == 1
    assert received[0]["tools"]


@contextmanager
def served(example: str) -> Iterator[str]:
    """An example that is a server, on a port of its own."""
    pytest.importorskip("uvicorn")
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, str(EXAMPLES / example), str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            assert process.poll() is None, f"{example} ended"
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=120)


def test_the_example_of_an_endpoint_keeps_a_state_for_each_dialogue(tmp_path: Path) -> None:
    with served("endpoint.py") as url:
        first, second = said(hold(f"{url}/v1#mine", tmp_path)), said(hold(f"{url}/v1#mine", tmp_path))
    assert first == second == [f"That is your message number {number}." for number in range(1, len(first) + 1)]


def test_the_example_of_an_a2a_agent_is_told_the_users_words(tmp_path: Path) -> None:
    with served("a2a.py") as url:
        sample = hold(f"a2a:{url}/", tmp_path)
    users = [message.text for message in sample.messages if message.role == "user"]
    assert said(sample)[:2] == [f"I have noted: {text}" for text in users[:2]]


def test_a_task_of_a2a_is_read_by_its_artifacts() -> None:
    result = {"kind": "task", "artifacts": [{"parts": [{"kind": "text", "text": "It is"}, {"kind": "data", "data": {}}]}],
              "status": {"state": "completed", "message": {"parts": [{"kind": "text", "text": "done."}]}}}  # fmt: skip
    assert spoken(result) == "It is\ndone."


@pytest.mark.parametrize("reply", [7, {"text": "x"}, [{"content": 3}], {"tool_calls": [{"id": "1"}]}, object()])
def test_what_is_no_reply_is_named(reply: Any) -> None:
    with pytest.raises(AgentError, match=r"and not|does not"):
        replies(reply)


def test_a_function_is_given_what_it_asks_for() -> None:
    offered = {"messages": [1], "tools": {}}
    assert called_with(lambda messages, tools: (messages, tools), offered) == ([1], {})
    assert called_with(lambda history, functions: (history, functions), offered) == ([1], {})
    assert called_with(lambda tools: tools, offered) == {}
    assert called_with(lambda *, messages: messages, offered) == [1]
    assert called_with(lambda messages, verbose=True: verbose, offered) is True


HOSTILE = """
import sys, time

def nothing(messages, tools):
    pass

def leaves(messages, tools):
    sys.exit(0)

def sleeps(messages, tools):
    print("a word of its own")
    time.sleep(1000)
"""


@pytest.mark.parametrize(
    ("name", "reason"),
    [("nothing", "the agent returned None"), ("leaves", r"the agent ended its program: exit(0) (hostile.py, line 8)")],
)
def test_an_agent_that_does_not_reply_fails_the_run(
    name: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hostile.py").write_text(HOSTILE)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["run", "--agent", f"hostile.py@{name}", "--scenarios", "1", "-T", "goals=1"])
    assert (done.exit_code, reason in done.output) == (1, True), done.output
    (tmp_path / "gone.py").write_text("raise SystemExit(0)")
    done = CliRunner().invoke(main, ["run", "--agent", "gone.py@agent"])
    assert (done.exit_code, "gone.py cannot be imported: SystemExit" in done.output) == (1, True)


def test_an_agent_that_never_returns_is_left_behind_and_what_it_prints_is_no_output(tmp_path: Path) -> None:
    (tmp_path / "hostile.py").write_text(HOSTILE)
    command = [sys.executable, "-m", "turnwise", "run", "--agent", "hostile.py@sleeps", "--scenarios", "1", "--json"]
    environment = {**os.environ, "TURNWISE_AGENT_SECONDS": "1"}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, env=environment)
    assert (done.returncode, done.stdout) == (1, "")
    assert "a word of its own" in done.stderr
    assert "the agent did not end its turn in 1 seconds" in done.stderr
