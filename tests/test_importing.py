"""Foreign transcripts as Inspect logs: real ones whole, broken ones with a sentence for each thing that is wrong."""

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from inspect_ai import score
from inspect_ai.log import EvalSample, read_eval_log, write_eval_log
from inspect_ai.model import ChatMessageAssistant, ChatMessageSystem, ChatMessageTool
from inspect_ai.scorer import Score, Scorer, Target, mean, scorer
from inspect_ai.solver import TaskState
from inspect_ai.util import registry_create

from turnwise.cli import main
from turnwise.errors import LogError
from turnwise.logs.importing.logs import Imported, grouped, import_file, read_dialogues
from turnwise.logs.runs import read_runs
from turnwise.logs.scores import values_of
from turnwise.logs.transcripts import transcript_of
from turnwise.scoring.comparison import Spread, summarize
from turnwise.scoring.quality.user_integrity import user_integrity

DATA = Path(__file__).parents[2] / "shared" / "data"
TAU = DATA / "tau_bench_airline_gpt4o.jsonl"
TAU2 = DATA / "tau2_airline_gpt41.json.gz"
CALLS = {"id": "c1", "type": "function", "function": {"name": "cancel_order", "arguments": '{"order_id": 7}'}}
BROKEN = {"id": "c1", "type": "function", "function": {"name": "cancel_order", "arguments": "{oops"}}
HELLO = {"role": "user", "content": "Cancel order 7."}
CALLING = {"role": "assistant", "content": None, "tool_calls": [CALLS]}
DONE = {"role": "tool", "tool_call_id": "c1", "content": '{"status": "cancelled"}'}
TOLD = {"role": "assistant", "content": "It is cancelled."}
BYE = {"role": "user", "content": "Thanks!\n\n###STOP###"}


def needed(path: Path) -> Path:
    if not path.is_file():
        pytest.skip(f"../shared/data/{path.name} is not here")
    return path


def file_of(folder: Path, *records: Any) -> Path:
    path = folder / "dialogues.jsonl"
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in records))
    return path


def imported(folder: Path, *messages: Any, **about: Any) -> Imported:
    return read_dialogues(file_of(folder, {"messages": list(messages), **about}))


def reasons(found: Imported) -> list[str]:
    return [f"{remark.where}: {remark.reason}" for remark in found.remarks]


def turnwise(*args: Any) -> Result:
    return CliRunner(env={"COLUMNS": "160"}).invoke(main, [str(arg) for arg in args])


def samples(path: Path, folder: Path) -> list[EvalSample]:
    """The samples of a file, written as a log and read back."""
    written = import_file(path, folder)
    assert written.imported.remarks == []
    log = read_eval_log(str(written.log))
    assert log.status == "success"
    assert log.eval.metadata == {"imported_from": path.name, "format": written.imported.format}
    return log.samples or []


def told(sample: EvalSample) -> list[tuple[str, str]]:
    return [(m.role, m.text.split("###")[0].strip()) for m in sample.messages if not isinstance(m, ChatMessageSystem)]


def source(messages: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(m["role"], (m["content"] or "").split("###")[0].strip()) for m in messages if m["role"] != "system"]


def calls_of(messages: list[dict[str, Any]]) -> list[tuple[str, Any, str]]:
    """Every call of a source with its arguments and its result."""
    results = iter([m["content"] for m in messages if m["role"] == "tool"])
    functions = [call.get("function", call) for m in messages for call in m.get("tool_calls") or []]
    given = [(f["name"], f["arguments"]) for f in functions]
    return [(name, json.loads(a) if isinstance(a, str) else a, next(results)) for name, a in given]


def exchanges(sample: EvalSample) -> list[tuple[str, Any, str]]:
    transcript = transcript_of(sample)
    assert transcript is not None
    return [(e.call.tool, e.call.arguments, e.result.text if e.result else "") for e in transcript.exchanges]


def test_every_dialogue_of_tau_bench_is_whole(tmp_path: Path) -> None:
    found = samples(needed(TAU), tmp_path)
    given = [json.loads(line) for line in TAU.read_text("utf-8").splitlines()]
    runs = {(run["task_id"], run["trial"] + 1): run for run in given}
    assert len(found) == len(runs) == 100
    for sample in found:
        run = runs[sample.id, sample.epoch]
        assert told(sample) == source(run["traj"])
        assert exchanges(sample) == calls_of(run["traj"])
        assert sample.scores is not None
        assert sample.scores["reward"].value == run["reward"]
        transcript = transcript_of(sample)
        assert transcript is not None
        assert transcript.policy.startswith("# Airline Agent Policy")
        assert transcript.instruction == sample.input == run["info"]["task"]["instruction"]
        assert transcript.ended == ("user" if "###STOP###" in run["traj"][-1]["content"] else "")
        assert [m.error for m in transcript.messages] == [
            m["role"] == "tool" and m["content"].startswith("Error") for m in run["traj"][1:]
        ]
        assert "###STOP###" not in "".join(m.text for m in transcript.messages)
        assert "get_user_details" not in transcript.writes
        assert transcript.writes.get("cancel_reservation", True)
    assert Counter(s.metadata["foreign"]["ended"] for s in found) == {"user": 71, "": 29}


def test_every_simulation_of_tau2_is_whole(tmp_path: Path) -> None:
    found = samples(needed(TAU2), tmp_path)
    with gzip.open(TAU2) as file:
        given = json.load(file)
    runs = {(int(run["task_id"]), run["trial"] + 1): run for run in given["simulations"]}
    assert len(found) == len(runs) == 20
    for sample in found:
        run = runs[sample.id, sample.epoch]  # type: ignore[index]
        assert told(sample) == source(run["messages"])
        assert exchanges(sample) == calls_of(run["messages"])
        assert sample.scores is not None
        assert sample.scores["reward"].value == run["reward_info"]["reward"]
        transcript = transcript_of(sample)
        assert transcript is not None
        assert transcript.ended == "user"
        assert transcript.policy == given["info"]["environment_info"]["policy"]
        (task,) = [task for task in given["tasks"] if task["id"] == run["task_id"]]
        assert task["user_scenario"]["instructions"]["reason_for_call"] in transcript.instruction


def test_the_users_own_tools_tell_the_user_and_every_ending_of_tau2_is_read(tmp_path: Path) -> None:
    call = {"id": "u1", "name": "check_status_bar", "arguments": {}, "requestor": "user"}
    messages = [
        {"role": "assistant", "content": "What does your phone show?"},
        {"role": "user", "content": None, "tool_calls": [call]},
        {"role": "tool", "id": "u1", "requestor": "user", "content": "Signal: none, data used 48213 MB"},
        {"role": "user", "content": "It has used 48213 MB."},
    ]
    endings = {
        "user_stop": "user",
        "max_steps": "turn_limit",
        "too_many_errors": "interrupted",
        "agent_stop": "interrupted",
    }
    runs = [
        {
            "id": str(n),
            "task_id": "1",
            "trial": n,
            "messages": messages,
            "termination_reason": reason,
            "reward_info": {"reward": 0},
        }
        for n, reason in enumerate(endings)
    ]
    file = tmp_path / "runs.json"
    tasks = [{"id": "1", "user_scenario": {"instructions": "Your data is slow."}}]
    file.write_text(json.dumps({"tasks": tasks, "simulations": runs, "info": {}}), "utf-8")
    found = [transcript_of(sample) for sample in samples(file, tmp_path)]
    assert [transcript.ended for transcript in found if transcript] == list(endings.values())
    for transcript in filter(None, found):
        assert [message.role for message in transcript.messages] == ["assistant", "user"]
        assert not user_integrity(transcript).findings


def test_openai_messages_one_dialogue_a_line(tmp_path: Path) -> None:
    tools = [
        {"type": "function", "function": {"name": "cancel_order", "annotations": {"destructiveHint": False}}},
        {"name": "frobnicate", "annotations": {"readOnlyHint": False, "destructiveHint": True}},
    ]
    whole = {"id": "a", "goal": "Cancel it.", "messages": [HELLO, CALLING, DONE, TOLD, BYE], "tools": tools}
    found = read_dialogues(file_of(tmp_path, {**whole, "reward": 1}, [HELLO, TOLD]))
    first, second = found.dialogues
    assert found.format == "openai"
    assert found.remarks == []
    assert (first.id, first.instruction, first.ended, first.reward) == ("a", "Cancel it.", "user", 1.0)
    assert first.writes == {"cancel_order": False, "frobnicate": True}
    assert first.messages[-1].text == "Thanks!"
    assert (second.id, second.instruction, second.ended, second.reward) == ("2", "", "", None)
    assert len(second.messages) == 2


@pytest.mark.parametrize("layout", ["list", "indented", "bare", "gzip"])
def test_a_file_may_hold_one_value_and_be_compressed(tmp_path: Path, layout: str) -> None:
    messages = [HELLO, TOLD]
    value = {"list": [{"messages": messages}], "bare": messages}.get(layout, {"messages": messages})
    text = json.dumps(value, indent=2).encode()
    (tmp_path / "x").write_bytes(gzip.compress(text) if layout == "gzip" else b"\xef\xbb\xbf" + text)
    (dialogue,) = read_dialogues(tmp_path / "x").dialogues
    assert [m.role for m in dialogue.messages] == ["user", "assistant"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{not json", "line 2: it is no JSON"),
        ("[" * 150 + "]" * 150, "line 2: it is no JSON"),
        ("[" * 99_999, "line 2: it is no JSON"),
        ("7", "line 2: there are no messages"),
        ({"id": 3}, "line 2: there are no messages"),
        ({"messages": None}, "line 2: there are no messages"),
        ({"traj": [], "task_id": 1}, "line 2: there are no messages"),
        ({"messages": [{"role": "system", "content": "Be kind."}]}, "line 2: no message of a user or an assistant"),
        ({"messages": [HELLO, {**TOLD, "tool_calls": "cancel"}]}, "line 2: the tool calls of message 2 are no list"),
        ({"messages": [HELLO, {**TOLD, "tool_calls": [{"id": "x"}]}]}, "line 2: a call names no tool"),
        (
            {"messages": [HELLO, {"role": "judge", "tool_calls": [CALLS]}]},
            "line 2: item 2 (judge) is a call or a result",
        ),
        (
            {"messages": [HELLO, {**CALLING, "tool_calls": [BROKEN]}, DONE]},
            "line 2: the arguments of a call in message 2",
        ),
    ],
)
def test_a_line_that_is_no_dialogue_costs_a_sentence_and_not_the_others(tmp_path: Path, line: Any, reason: str) -> None:
    found = read_dialogues(file_of(tmp_path, {"messages": [HELLO, TOLD]}, line, {"messages": [HELLO]}))
    assert [d.id for d in found.dialogues] == [1, 3]
    (remark,) = found.remarks
    assert remark.left_out
    assert reasons(found)[0].startswith(reason)


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ([HELLO, {"role": "judge", "content": "Good."}], "message 2: a message has no role that is known"),
        ([HELLO, 7], "message 2: a message has no role that is known"),
        ([{"role": "user", "content": " "}, TOLD], "message 1: a message says nothing"),
        ([HELLO, {"role": "assistant", "content": None}], "message 2: a message says nothing"),
        ([HELLO, DONE], "message 2: a result answers no call that is known, and was kept"),
        ([HELLO, CALLING, TOLD, HELLO], "message 2: a call has no result, and was kept"),
        ([HELLO, CALLING, BYE], "message 2: a call has no result, and was kept"),
        ([{"role": "user", "content": ["See", {"type": "image_url"}]}], "message 1: a message holds more than text"),
    ],
)
def test_a_broken_message_costs_a_sentence_and_not_the_dialogue(
    tmp_path: Path, messages: list[Any], reason: str
) -> None:
    found = imported(tmp_path, *messages)
    assert len(found.dialogues) == 1
    (said,) = reasons(found)
    assert said.startswith(f"line 1, {reason}")


@pytest.mark.parametrize(("arguments", "fault"), [("{oops", "are no JSON"), ("[7]", "are no object")])
def test_a_call_with_broken_arguments_that_failed_is_kept_and_says_so(
    tmp_path: Path, arguments: str, fault: str
) -> None:
    call = {"id": "c1", "function": {"name": "cancel_order", "arguments": arguments}}
    failed = {**DONE, "content": "Error: bad arguments"}
    found = imported(tmp_path, HELLO, {"role": "assistant", "content": "", "tool_calls": [call]}, failed)
    reply = found.dialogues[0].messages[1]
    assert isinstance(reply, ChatMessageAssistant)
    assert reply.tool_calls is not None
    assert reply.tool_calls[0].arguments == {}
    assert reply.tool_calls[0].parse_error == f"The arguments {fault}: {arguments}"
    assert fault in reasons(found)[0]


def test_results_find_their_calls_by_id_else_by_name_and_order(tmp_path: Path) -> None:
    def call(name: str, **about: Any) -> dict[str, Any]:
        return {**about, "function": {"name": name, "arguments": "{}"}}

    twice = {"role": "assistant", "content": "", "tool_calls": [call("a", id="x"), call("b", id="x")]}
    unnamed = {"role": "assistant", "content": "", "tool_calls": [call("a"), call("b"), call("c")]}
    results = [{"role": "tool", "tool_call_id": "x", "content": text} for text in ("1", "2")]
    bare = [{"role": "tool", "name": "b", "content": "4"}, *({"role": "tool", "content": t} for t in ("3", "5"))]
    path = file_of(tmp_path, {"messages": [HELLO, twice, *results, unnamed, *bare]})
    (sample,) = samples(path, tmp_path)
    assert [(tool, result) for tool, _, result in exchanges(sample)] == list(zip("ababc", "12345", strict=True))


def test_content_in_parts_is_joined_and_an_object_is_shown_as_json(tmp_path: Path) -> None:
    parts = [{"type": "text", "text": "One."}, "Two."]
    result = {**DONE, "content": {"status": "cancelled"}}
    found = imported(tmp_path, {"role": "user", "content": parts}, CALLING, result)
    assert [m.text for m in found.dialogues[0].messages] == ["One.\nTwo.", "", '{"status": "cancelled"}']
    assert found.remarks == []


def test_a_failed_call_is_an_error_and_a_user_who_stopped_early_did_not_end_it(tmp_path: Path) -> None:
    failed = {**DONE, "content": "Error: order 7 was shipped"}
    (dialogue,) = imported(tmp_path, HELLO, CALLING, failed, BYE, TOLD, HELLO).dialogues
    result = dialogue.messages[2]
    assert isinstance(result, ChatMessageTool)
    assert result.error is not None
    assert dialogue.ended == ""


@pytest.mark.parametrize(("content", "failed"), [
    ('{"error": "no such order"}', True), ('{"success": false, "message": "too late"}', True),
    ('{"order": 7, "error": null}', False), ('{"error": "scratched", "order": 7}', False), ('{"success": true}', False),
])  # fmt: skip
def test_an_object_that_says_nothing_but_an_error_is_one(tmp_path: Path, content: str, failed: bool) -> None:
    (dialogue,) = imported(tmp_path, HELLO, CALLING, {**DONE, "content": content}, TOLD).dialogues
    result = dialogue.messages[2]
    assert isinstance(result, ChatMessageTool)
    assert (result.error is not None) == failed


def test_an_id_that_comes_again_is_another_trial(tmp_path: Path) -> None:
    record = {"id": "7", "messages": [HELLO, TOLD]}
    found = read_dialogues(file_of(tmp_path, record, record, {**record, "id": 9}))
    assert [(d.id, d.epoch) for d in found.dialogues] == [(7, 1), (7, 2), (9, 1)]
    assert [remark.left_out for remark in found.remarks] == [False]


@pytest.mark.parametrize("text", ["", "[]", "hello\nthere", "{}", '{"simulations": []}', '{"simulations": [7]}'])
def test_a_file_without_a_dialogue_is_refused_and_nothing_is_written(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)
    result = turnwise("import", tmp_path / "x.json", "-o", tmp_path / "logs")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert "holds no dialogue that can be imported" in result.stderr
    assert not (tmp_path / "logs").exists()


def test_damaged_compression_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json.gz").write_bytes(gzip.compress(b'[{"messages": []}]')[:-9])
    with pytest.raises(LogError, match="damaged"):
        read_dialogues(tmp_path / "x.json.gz")


def test_the_same_file_gives_the_same_log(tmp_path: Path) -> None:
    path = file_of(tmp_path, {"messages": [HELLO, CALLING, DONE], "reward": 0.5})
    once, again = (import_file(path, tmp_path / "logs").log for _ in range(2))
    assert once == again
    assert list((tmp_path / "logs").iterdir()) == [once]
    other = import_file(path, tmp_path / "other").log
    logs = [read_eval_log(str(log)).model_copy(update={"location": ""}) for log in (once, other)]
    for log in logs:
        log.eval.created = logs[0].eval.created
    assert logs[0].model_dump_json(exclude={"etag"}) == logs[1].model_dump_json(exclude={"etag"})


@scorer(metrics=[mean()])
def exchange_count() -> Scorer:
    """How many calls a transcript holds."""

    async def count(state: TaskState, target: Target) -> Score:
        transcript = transcript_of(state)
        return Score(value=len(transcript.exchanges) if transcript else -1)

    return count


def test_scorers_read_an_imported_log(tmp_path: Path) -> None:
    path = file_of(tmp_path, {"messages": [HELLO, CALLING, DONE], "reward": 1}, {"messages": [HELLO, TOLD]})
    log = read_eval_log(str(import_file(path, tmp_path).log))
    scored = score(log, exchange_count(), action="append", display="none")
    assert scored.results is not None
    means = {s.name: {name: m.value for name, m in s.metrics.items()} for s in scored.results.scores}
    assert means["exchange_count"] == {"mean": 0.5}
    assert means["reward"]["mean"] == 1.0
    assert means["counts"] == {"turns": 2.5, "user_turns": 1.0, "steps_generation": 1.0}


def test_an_imported_log_is_scored_and_compared_by_what_is_known_of_it(tmp_path: Path) -> None:
    path = file_of(
        tmp_path,
        {"messages": [HELLO, CALLING, DONE, TOLD, BYE], "reward": 1},
        {"messages": [HELLO, TOLD], "reward": 0},
        {"messages": [TOLD]},
    )
    log = read_eval_log(str(import_file(path, tmp_path / "logs").log))
    counted = [values_of(sample.scores["counts"]) for sample in log.samples or [] if sample.scores]
    scorers = [registry_create("scorer", f"turnwise/{name}") for name in ("counts", "iq", "user_health")]
    again = score(log, scorers, action="overwrite", display="none")
    assert [values_of(sample.scores["counts"]) for sample in again.samples or [] if sample.scores] == counted
    scored = score(log, scorers[1:], action="append", display="none")
    first, _, mute = [sample.scores or {} for sample in scored.samples or []]
    assert mute["user_health"].value != mute["user_health"].value
    write_eval_log(scored, log.location)
    (run,) = read_runs([Path(log.location)]).runs
    summary = summarize(run.dialogues)
    assert (summary.dialogues, summary.turn.mean, summary.reward) == (3, 8 / 3, 0.5)
    assert summary.step == Spread(3 / 2, 2)
    assert summary.iq_core == pytest.approx(sum(s["iq"].as_dict()["iq_core"] for s in (first, _, mute)) / 3)
    assert (summary.completion_rate, summary.censored, len(run.users), run.user) == (None, None, 2, "")
    row = next(line for line in turnwise("compare", log.location).stdout.splitlines() if line.startswith("imported"))
    assert row.split()[1:] == [
        "3",
        "1.50",
        "(2)",
        "2.67",
        "(5)",
        *"-----",
        "-",
        f"{summary.iq_core:.2f}",
        f"{summary.defects_per_100:.2f}",
        "-",
        "0.50",
    ]
    assert "no dialogue in these logs has goals" in turnwise("compare", log.location, "--plot", "x.png").stderr


def test_at_the_command_line(tmp_path: Path) -> None:
    record = {"id": "a", "messages": [HELLO, CALLING, DONE, TOLD, BYE], "reward": 1}
    path = file_of(tmp_path, record, "broken", "{", {"messages": [HELLO, {"role": "assistant", "content": None}]})
    result = turnwise("import", path, "-o", tmp_path / "logs")
    assert result.exit_code == 0, result.output
    (log,) = (tmp_path / "logs").iterdir()
    for part in ("2: it is no JSON (line 2; line 3)", "1: a message says nothing (line 4, message 2)", str(log)):
        assert part in result.stdout
    assert f"turnwise show {log} a" in result.stdout
    assert f"inspect view --log-dir {log.parent}" in result.stdout
    listed = turnwise("show", log).stdout.splitlines()
    assert listed[0] == "imported from dialogues.jsonl (openai)"
    assert [line.split() for line in listed[3:5]] == [["4", "1", "2"], ["a", "1.0", "2", "5"]]
    shown = turnwise("show", log, "a").stdout
    for part in ("cancel_order(order_id=7)", "cancelled", "The user ended the dialogue.", "Reward: 1.0"):
        assert part in shown
    shown = turnwise("show", log, 4).stdout
    for part in ("(says nothing)", "It is not known how the dialogue ended."):
        assert part in shown
    assert "holds no dialogue 9" in turnwise("show", log, 9).stderr
    assert "dialogues.jsonl" in turnwise("compare", log).stdout


def test_a_dialogue_without_a_user_is_imported_and_said_to_be_one(tmp_path: Path) -> None:
    found = read_dialogues(file_of(tmp_path, {"messages": [TOLD]}, {"messages": [DONE]}))
    assert len(found.dialogues) == 1
    assert reasons(found)[0] == "line 1: no user says anything in it"
    assert found.remarks[1].left_out


def test_a_folder_is_refused_in_one_line(tmp_path: Path) -> None:
    result = turnwise("import", tmp_path, "-o", tmp_path / "logs")
    assert result.stderr == f"Error: {tmp_path} is a folder: name one file of dialogues\n"
    assert not (tmp_path / "logs").exists()


def test_many_of_a_kind_are_one_line(tmp_path: Path) -> None:
    found = read_dialogues(file_of(tmp_path, {"messages": [HELLO]}, *["?"] * 5))
    assert grouped(found.remarks) == ["5: it is no JSON (line 2; line 3; line 4; ...)"]
