"""What models and their servers get wrong for good: each is bounded and labelled, and other dialogues know nothing of it."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import cast_dialogue
import pytest
from endpoint import Answer, Body, Cut, Garbage, Say, Slow, Status, endpoint
from holding import easy, hold, role_of
from inspect_ai import eval_async
from inspect_ai.log import EvalLog, EvalSample
from inspect_ai.model import ChatMessageAssistant, ChatMessageTool, get_model

from turnwise._inspect import QUIET, paid_settings, run_task
from turnwise.logs.read import read_samples
from turnwise.solvers.converse import converse
from turnwise.synthesis.pipeline import make_world
from turnwise.worlds import bundled_worlds, copies, save_world

PARCEL = {
    "name": "get_parcel",
    "description": "The parcel with a number",
    "parameters": {"type": "object", "properties": {"number": {"type": "integer"}}, "required": ["number"]},
    "returns": {
        "type": "object",
        "properties": {"number": {"type": "integer"}, "status": {"type": "string"}},
        "required": ["number", "status"],
    },
}
FIND = ("find_books", {"title": "x"})
OVERFLOW = Status(400, "This model's maximum context length is 10 tokens", kind="context_length_exceeded")
AGENT: dict[str, Answer] = {
    "well": Say(),
    "garbage": Garbage("<html>no</html>"),
    "not json": Garbage('{"choices": 3}'),
    "cut": Cut(),
    "rate limit": Status(429),
    "endless talker": Say("word 7 and " * 1_000, finish="length"),
    "calls for ever": Say(calls=[FIND]),
    "many calls": Say(calls=[FIND] * 150),
    "overflow": OVERFLOW,
}
USER: dict[str, Answer] = {
    "well": Say(),
    "never ends": Say(json.dumps({"user_message": "And one more thing: how are you?", "is_task_complete": False})),
    "overflow": OVERFLOW,
    "endless talker": Say("word " * 20_000, finish="length"),
    "garbage": Garbage("no"),
}


def held(folder: Path, answers: dict[str, Answer], role: str, timeout: int = 60) -> dict[str, EvalSample]:
    """A dialogue for each answer, which its model of a role gives from its second request on, or at once."""
    begun: dict[str, str] = {}
    told: dict[str, int] = dict.fromkeys(answers, 0)
    names = list(answers)

    def say(body: Body, number: int) -> Answer:
        start = json.dumps(body["messages"][1 if role == "agent" else 0])
        mine = (role == "user") == str(body["messages"][0]["content"]).startswith("You play a person")
        if not mine or (start not in begun and len(begun) == len(names)):
            return cast_dialogue.speak(body)
        if start not in begun:
            begun[start] = names[len(begun)]
        name = begun[start]
        told[name] += 1
        many = name == "many calls" and told[name] > 1
        return cast_dialogue.speak(body) if name == "well" or many else answers[name]

    with endpoint(say) as url:
        model = get_model("turnwise/chat/m", base_url=url, api_key="k", memoize=False)
        options: dict[str, Any] = {"max_retries": 0, "attempt_timeout": timeout, "log_dir": str(folder), **QUIET}
        del options["display"]  # of `eval` alone

        async def run() -> list[EvalLog]:
            async with model:
                roles = {"user": model} if role == "user" else {}
                task = easy(len(answers), max_turns=8)
                return await eval_async(task, model=model, model_roles=roles, solver=converse(max_steps=12), **options)

        (log,) = asyncio.run(run())
    assert log.status == "success"
    samples: dict[str, EvalSample] = {}
    for sample in log.samples or []:
        key = next(text for text in begun if _begins(sample, text, role))
        samples[begun[key]] = sample
    assert set(samples) == set(answers)
    return samples


def _begins(sample: EvalSample, start: str, role: str) -> bool:
    if role == "agent":
        return bool(json.loads(start)["content"] == sample.messages[1].text)
    (goal,) = sample.metadata["scenario"]["goals"]
    reason = goal["situation"]["reason"] if goal["situation"] else ""
    return goal["description"].removeprefix(reason).strip() in json.loads(start)["content"]


def how(sample: EvalSample) -> tuple[str, str]:
    """How a dialogue ended, and what the log says of it."""
    ended = str(sample.store.get("DialogueLog:ended", ""))
    if sample.error is not None:
        return ended, f"{sample.error.message} {sample.error.traceback}"
    faults: list[dict[str, Any]] = sample.store["DialogueLog:ledger"]["faults"]
    return ended, " ".join(f"{fault['kind']}: {fault['reason']}" for fault in faults)


def test_agents(tmp_path: Path) -> None:
    samples = held(tmp_path, AGENT, "agent")
    found = {name: how(sample) for name, sample in samples.items()}
    assert found["well"] == ("user", "")
    for name, words in {
        "garbage": "answered no chat completion: <html>",
        "not json": "answered no chat completion",
        "cut": "APIConnectionError",
        "rate limit": "RateLimitError",
    }.items():
        assert found[name][0] == "interrupted", name
        assert words in found[name][1], name
    assert found["overflow"][0] == "agent_fault"
    assert "longer than the model takes: This model's maximum context" in found["overflow"][1]
    assert not [m for m in samples["overflow"].messages if isinstance(m, ChatMessageAssistant) and m.text]
    assert found["endless talker"][0] in ("user", "turn_limit")
    assert "12 generations" in found["calls for ever"][1]
    generations = sum(isinstance(m, ChatMessageAssistant) for m in samples["calls for ever"].messages)
    assert generations <= 8 * 13  # of each of eight turns: twelve with calls, and what is said in the end
    assert found["many calls"][0] == "user"
    results = [m for m in samples["many calls"].messages if isinstance(m, ChatMessageTool)]
    refused = [m for m in results if m.error is not None and m.error.type == "limit"]
    assert (len(refused), len(results) >= 150) == (50, True)


def test_an_endpoint_that_hangs(tmp_path: Path) -> None:
    ended, said = how(held(tmp_path, {"hanging": Slow(2, Say("late"))}, "agent", timeout=1)["hanging"])
    assert (ended, "AttemptTimeoutError" in said) == ("interrupted", True)


def test_users(tmp_path: Path) -> None:
    found = {name: how(sample) for name, sample in held(tmp_path, USER, "user").items()}
    assert found["well"] == ("user", "")
    assert found["never ends"][0] == "turn_limit"
    assert found["overflow"][0] == "user_fault"
    assert "too_long" in found["overflow"][1]
    assert found["endless talker"][0] == "user_fault"
    assert "cut_off" in found["endless talker"][1]
    assert "answered no chat completion" in found["garbage"][1]


def test_a_tool_result_of_a_megabyte(tmp_path: Path) -> None:
    (tmp_path / "parcels.json").write_text(json.dumps([PARCEL]), "utf-8")
    save_world(make_world(tmp_path / "parcels.json", name="parcels"), tmp_path / "parcels")
    received: list[Body] = []
    first: list[str] = []

    def too_much(body: Body, number: int) -> Answer | None:
        begun = json.dumps(body["messages"][1])
        first.append(begun)
        if begun != first[0]:
            return None
        size = 1_000_000 if len(body["messages"]) == 2 else 100_000  # the second reply is short enough to be read
        return Say(json.dumps({"result": {"number": 1, "status": "x" * size}}))

    task = easy(2, world=str(tmp_path / "parcels"), user="agenda")
    log = hold(tmp_path, task, roles=("simulator",), twists={"simulator": too_much}, received=received)
    found = sorted(how(sample) for sample in log.samples or [])
    assert [ended for ended, _ in found] == ["tool_fault", "user"]
    assert "your reply has 1,000," in found[0][1]
    assert "at most 64 KB at once" in found[0][1]
    assert found[1][1] == ""
    longest = {
        role: max(len(json.dumps(b["messages"])) for b in received if role_of(b) == role)
        for role in ("agent", "simulator")
    }
    assert longest["agent"] < 65_536
    assert longest["simulator"] < 300_000
    assert Path(log.location).stat().st_size < 500_000


def test_a_log_that_is_paid_for_is_not_written_for_each_dialogue_of_many() -> None:
    assert [paid_settings(count)["log_buffer"] for count in (1, 100, 199, 1_000, 10_000)] == [1, 1, 1, 10, 100]


def test_a_dialogue_without_room_for_its_copy_ends_as_a_fault_of_the_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "IN_MEMORY", 0)
    world = shutil.copytree(bundled_worlds()["city_library"], tmp_path / "world")
    (world / "policy.md").write_text("Be brief.")  # another world, none of whose sessions is open
    arguments = {"world": str(world), "scenarios": 2, "goals": 1, "seed": 1}
    run_task("task_oriented", arguments, "oracle", tmp_path / "before")  # goals are composed once in a process
    monkeypatch.setattr(copies, "LEFT_FREE", 1 << 60)
    log = run_task("task_oriented", arguments, "oracle", tmp_path / "logs")
    ended = [sample.store["DialogueLog:ended"] for sample in read_samples(log)]
    assert set(ended) == {"tool_fault"}
    faults = [sample.store["DialogueLog:ledger"]["faults"] for sample in read_samples(log)]
    assert {fault["reason"][:24] for found in faults for fault in found} == {"no room for a dialogue's"}
