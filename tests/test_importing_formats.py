"""Every format that `turnwise import` names, read whole: who said, called and returned what, with which tools."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from inspect_ai import Task, eval, score
from inspect_ai.dataset import Sample
from inspect_ai.log import EvalLog, read_eval_log, write_eval_log
from inspect_ai.model import ChatMessageAssistant, ChatMessageTool, ContentReasoning, ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import includes
from inspect_ai.solver import generate, use_tools
from inspect_ai.tool import Tool, tool
from inspect_ai.util import registry_create

from turnwise.cli import main
from turnwise.errors import LogError
from turnwise.harvest.rollouts import read_rollout
from turnwise.logs.bulk import read_samples, sample_names
from turnwise.logs.importing.dialogues import ForeignDialogue
from turnwise.logs.importing.logs import Imported, import_file, read_dialogues
from turnwise.logs.importing.records import ACCEPTED
from turnwise.logs.read import read_info

PARAMETERS = {"type": "object", "properties": {"port": {"type": "string"}}, "required": ["port"]}
ARGS = {"port": "Lune"}
RESULT = '{"high": "14:10"}'
ASKED, TOLD = "When is high tide at Lune?", "It is at 14:10."
FUNCTION = {"name": "get_tide", "description": "Tides of a port.", "parameters": PARAMETERS}
OPENAI_TOOL = {"type": "function", "function": FUNCTION}
CALL = {"id": "c1", "type": "function", "function": {"name": "get_tide", "arguments": json.dumps(ARGS)}}
USER = {"role": "user", "content": ASKED}
REPLY = {"role": "assistant", "content": TOLD}
CALLING = {"role": "assistant", "content": None, "tool_calls": [CALL]}
ANSWER = {"role": "tool", "tool_call_id": "c1", "content": RESULT}
TAGGED = f'<tool_call>\n{{"name": "get_tide", "arguments": {json.dumps(ARGS)}}}\n</tool_call>'
MODEL_TURN = {"role": "model", "parts": [{"functionCall": {"name": "get_tide", "args": ARGS}}]}

RECORDS: dict[str, tuple[str, Any]] = {
    "chat": ("openai", {"messages": [USER, CALLING, ANSWER, REPLY], "tools": [OPENAI_TOOL]}),
    "request and response": (
        "openai",
        {
            "request": {"messages": [USER, CALLING, ANSWER], "tools": [OPENAI_TOOL]},
            "response": {"id": "r", "choices": [{"message": REPLY}]},
        },
    ),
    "messages and choices": (
        "openai",
        {"messages": [USER, CALLING, ANSWER], "choices": [{"message": REPLY}], "tools": json.dumps([OPENAI_TOOL])},
    ),
    "columns of a table": (
        "openai",
        {"messages": json.dumps([USER, CALLING, ANSWER, REPLY]), "tools": json.dumps([OPENAI_TOOL])},
    ),
    "prompt and completion": (
        "openai",
        {"prompt": [USER, CALLING, ANSWER], "completion": [REPLY], "tools": [FUNCTION]},
    ),
    "legacy functions": (
        "openai",
        {
            "messages": [
                USER,
                {"role": "assistant", "content": None, "function_call": CALL["function"]},
                {"role": "function", "name": "get_tide", "content": RESULT},
                REPLY,
            ],
            "functions": [FUNCTION],
        },
    ),
    "responses": (
        "responses",
        {
            "input": [
                {"type": "message", "role": "user", "content": [{"type": "input_text", "text": ASKED}]},
                {"type": "function_call", "call_id": "c1", "name": "get_tide", "arguments": json.dumps(ARGS)},
                {"type": "function_call_output", "call_id": "c1", "output": RESULT},
            ],
            "output": [
                {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": TOLD}]}
            ],
            "tools": [{"type": "function", **FUNCTION}],
        },
    ),
    "anthropic": (
        "anthropic",
        {
            "system": [{"type": "text", "text": "Be kind."}],
            "tools": [{"name": "get_tide", "description": "Tides of a port.", "input_schema": PARAMETERS}],
            "messages": [
                USER,
                {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "get_tide", "input": ARGS}]},
                {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": RESULT}]},
            ],
            "response": {"type": "message", "role": "assistant", "content": [{"type": "text", "text": TOLD}]},
        },
    ),
    "gemini": (
        "gemini",
        {
            "contents": [
                {"role": "user", "parts": [{"text": ASKED}]},
                MODEL_TURN,
                {
                    "role": "user",
                    "parts": [{"functionResponse": {"name": "get_tide", "response": {"high": "14:10"}}}],
                },
            ],
            "candidates": [{"content": {"role": "model", "parts": [{"text": TOLD}]}}],
            "tools": [{"functionDeclarations": [FUNCTION]}],
        },
    ),
    "bedrock": (
        "openai",
        {
            "messages": [
                {"role": "user", "content": [{"text": ASKED}]},
                {
                    "role": "assistant",
                    "content": [{"toolUse": {"toolUseId": "t", "name": "get_tide", "input": ARGS}}],
                },
                {
                    "role": "user",
                    "content": [{"toolResult": {"toolUseId": "t", "content": [{"json": {"high": "14:10"}}]}}],
                },
                {"role": "assistant", "content": [{"text": TOLD}]},
            ],
            "tools": [{"toolSpec": {**FUNCTION, "inputSchema": {"json": PARAMETERS}}}],
        },
    ),
    "hermes": (
        "sharegpt",
        {
            "conversations": [
                {"from": "system", "value": f"Call tools. <tools>[{json.dumps(OPENAI_TOOL)}]</tools>"},
                {"from": "human", "value": ASKED},
                {"from": "gpt", "value": TAGGED},
                {"from": "tool", "value": f"<tool_response>\n{RESULT}\n</tool_response>"},
                {"from": "gpt", "value": TOLD},
            ]
        },
    ),
    "hermes in Python's words": (
        "sharegpt",
        {
            "conversations": [
                {"from": "system", "value": f"<tools>{json.dumps(OPENAI_TOOL)}</tools>"},
                {"from": "human", "value": ASKED},
                {"from": "gpt", "value": f"<tool_call>\n{{'name': 'get_tide', 'arguments': {ARGS}}}\n</tool_call>"},
                {
                    "from": "tool",
                    "value": '<tool_response>{"name": "get_tide", "content": {"high": "14:10"}}</tool_response>',
                },
                {"from": "gpt", "value": TOLD},
            ]
        },
    ),
    "tags in messages": (
        "openai",
        {
            "messages": [
                USER,
                {"role": "assistant", "content": TAGGED},
                {"role": "user", "content": f"<tool_response>{RESULT}</tool_response>"},
                REPLY,
            ],
            "tools": [OPENAI_TOOL],
        },
    ),
    "llama-factory": (
        "sharegpt",
        {
            "conversations": [
                {"from": "human", "value": ASKED},
                {"from": "function_call", "value": json.dumps([{"name": "get_tide", "arguments": ARGS}])},
                {"from": "observation", "value": RESULT},
                {"from": "gpt", "value": TOLD},
            ],
            "tools": json.dumps([FUNCTION]),
        },
    ),
    "langchain": (
        "openai",
        {
            "messages": [
                {"type": "human", "data": {"content": ASKED}},
                {"type": "ai", "content": "", "tool_calls": [{"name": "get_tide", "args": ARGS, "id": "c1"}]},
                {"type": "tool", "content": RESULT, "tool_call_id": "c1"},
                {"type": "ai", "content": TOLD},
            ],
            "tools": [FUNCTION],
        },
    ),
    "langchain's dumps": (
        "openai",
        {
            "messages": [
                {"lc": 1, "type": "constructor", "id": ["HumanMessage"], "kwargs": {"type": "human", "content": ASKED}},
                {
                    "lc": 1,
                    "type": "constructor",
                    "kwargs": {
                        "type": "ai",
                        "content": [{"type": "tool_use", "id": "c1", "name": "get_tide", "input": ARGS}],
                        "tool_calls": [{"name": "get_tide", "args": ARGS, "id": "c1"}],
                        "invalid_tool_calls": [],
                    },
                },
                {"lc": 1, "type": "constructor", "kwargs": {"type": "tool", "content": RESULT, "tool_call_id": "c1"}},
                {"lc": 1, "type": "constructor", "kwargs": {"type": "ai", "content": TOLD}},
            ],
            "tools": [FUNCTION],
        },
    ),
    "ai sdk": (
        "openai",
        {
            "messages": [
                USER,
                {
                    "role": "assistant",
                    "content": [{"type": "tool-call", "toolCallId": "c", "toolName": "get_tide", "input": ARGS}],
                },
                {
                    "role": "tool",
                    "content": [
                        {"type": "tool-result", "toolCallId": "c", "toolName": "get_tide", "output": {"high": "14:10"}}
                    ],
                },
                REPLY,
            ],
            "tools": {"get_tide": {"description": "Tides of a port.", "parameters": PARAMETERS}},
        },
    ),
    "atif": (
        "atif",
        {
            "schema_version": "ATIF-v1.6",
            "session_id": "s",
            "agent": {"name": "a", "version": "1", "tool_definitions": [OPENAI_TOOL]},
            "steps": [
                {"step_id": 1, "source": "user", "message": ASKED},
                {
                    "step_id": 2,
                    "source": "agent",
                    "message": "",
                    "tool_calls": [{"tool_call_id": "c1", "function_name": "get_tide", "arguments": ARGS}],
                    "observation": {"results": [{"source_call_id": "c1", "content": RESULT}]},
                },
                {"step_id": 3, "source": "agent", "message": TOLD},
            ],
        },
    ),
    "tau2": (
        "tau2",
        {
            "info": {
                "environment_info": {
                    "policy": "Be kind.",
                    "tool_defs": {"get_tide": {"doc": "Tides of a port.", "params": PARAMETERS}},
                }
            },
            "tasks": [],
            "simulations": [
                {
                    "task_id": "1",
                    "trial": 0,
                    "termination_reason": "user_stop",
                    "messages": [
                        USER,
                        {
                            "role": "assistant",
                            "content": None,
                            "tool_calls": [{"id": "c1", "name": "get_tide", "arguments": ARGS}],
                        },
                        {"role": "tool", "tool_messages": [{"role": "tool", "id": "c1", "content": RESULT}]},
                        REPLY,
                    ],
                }
            ],
        },
    ),
}  # fmt: skip


def read(folder: Path, record: Any) -> Imported:
    (folder / "x.jsonl").write_text(json.dumps(record), "utf-8")
    return read_dialogues(folder / "x.jsonl")


def one(folder: Path, *messages: Any, **about: Any) -> ForeignDialogue:
    (dialogue,) = read(folder, {"messages": list(messages), **about}).dialogues
    return dialogue


def reasons(found: Imported) -> list[str]:
    return [remark.reason for remark in found.remarks]


def thoughts(message: Any) -> list[str]:
    parts = message.content if isinstance(message.content, list) else []
    return [part.reasoning for part in parts if isinstance(part, ContentReasoning)]


@pytest.mark.parametrize("name", RECORDS)
def test_a_dialogue_is_the_same_in_every_format(tmp_path: Path, name: str) -> None:
    kind, record = RECORDS[name]
    found = read(tmp_path, record)
    (dialogue,) = found.dialogues
    assert (found.format, found.remarks) == (kind, [])
    asked, calling, answer, reply = [message for message in dialogue.messages if message.role != "system"]
    assert isinstance(calling, ChatMessageAssistant)
    assert isinstance(answer, ChatMessageTool)
    (call,) = calling.tool_calls or []
    assert (asked.text, call.function, call.arguments, reply.text) == (ASKED, "get_tide", ARGS, TOLD)
    assert (answer.tool_call_id, json.loads(answer.text)) == (call.id, json.loads(RESULT))
    assert dialogue.tools == (FUNCTION,)


def test_tools_of_a_file_reach_the_rows_of_an_archive(tmp_path: Path) -> None:
    """The same in each dialogue: once in the log; else each dialogue has its own."""
    other = {**OPENAI_TOOL, "function": {**FUNCTION, "name": "get_wind"}}
    first = RECORDS["chat"][1]
    for records, expected in (
        ([first] * 2, [FUNCTION] * 2),
        ([first, {**first, "tools": [other]}], [FUNCTION, other["function"]]),
    ):
        path = tmp_path / "x.jsonl"
        path.write_text("\n".join(map(json.dumps, records)))
        log = import_file(path, tmp_path / "logs").log
        scored = score(
            read_eval_log(str(log)), registry_create("scorer", "turnwise/iq"), action="append", display="none"
        )
        write_eval_log(scored, str(log))
        info = read_info(log)
        assert (info.tools is not None) == (records[0] == records[1])
        rollouts = [read_rollout(sample, info, {}) for sample in read_samples(log, sample_names(log))]
        assert [json.loads(getattr(rollout, "tools"))[0]["function"] for rollout in rollouts] == expected  # noqa: B009


def test_parallel_calls_of_responses_are_one_message_with_the_thoughts_before_them(tmp_path: Path) -> None:
    items = [
        {"role": "user", "content": ASKED},
        {"type": "reasoning", "id": "r", "summary": [{"type": "summary_text", "text": "Look it up."}]},
        {"type": "function_call", "call_id": "a", "name": "get_tide", "arguments": "{}"},
        {"type": "function_call", "call_id": "b", "name": "get_wind", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "b", "output": [{"type": "input_text", "text": "calm"}]},
        {"type": "function_call_output", "call_id": "a", "output": "14:10"},
        {"type": "reasoning", "id": "r2", "summary": [], "encrypted_content": "xyz"},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": TOLD}]},
    ]
    found = read(tmp_path, {"input": items, "output": [], "instructions": "Be kind."})
    system, _, calling, wind, tide, reply = found.dialogues[0].messages
    assert isinstance(calling, ChatMessageAssistant)
    assert system.text == "Be kind."
    assert [call.function for call in calling.tool_calls or []] == ["get_tide", "get_wind"]
    assert thoughts(calling) == ["Look it up."]
    assert [message.text for message in (wind, tide, reply)] == ["calm", "14:10", TOLD]
    assert reasons(found) == ["a thought is encrypted, and was left out"]


@pytest.mark.parametrize(
    "item",
    [
        {"type": "web_search_call", "status": "completed"},
        {"type": "computer_call_output", "output": {}},
        {"role": "assistant", "content": [{"type": "web_search_tool_call"}]},
        {"role": "assistant", "content": "<tool_call>get_tide(Lune)</tool_call>"},
        {"role": "assistant", "content": 'Sure. <tool_call>{"name": "get_tide"'},
        {"role": "assistant", "content": "<function=get_tide>{}</function>"},
        {"role": "tool", "tool_call_id": "c", "content": [{"type": "image", "source": {}}]},
        {"role": "assistant", "content": "", "tool_calls": [{"function": {"arguments": "{}"}}]},
    ],
)
def test_what_was_done_and_cannot_be_told_costs_the_dialogue(tmp_path: Path, item: Any) -> None:
    with pytest.raises(LogError, match="holds no dialogue that can be imported") as refused:
        read(tmp_path, [USER, item, REPLY])
    assert ACCEPTED in str(refused.value)


def test_refusals_and_thoughts_are_kept_wherever_they_stand(tmp_path: Path) -> None:
    dialogue = one(
        tmp_path,
        USER,
        {"role": "assistant", "content": None, "refusal": "I may not."},
        USER,
        {"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}], "reasoning_content": "Hm."},
        USER,
        {"role": "assistant", "content": [{"type": "thinking", "thinking": "Tides."}, {"type": "text", "text": TOLD}]},
        USER,
        {"role": "assistant", "content": "<think>Again.</think>\nYes."},
        USER,
        {"role": "assistant", "content": "So.", "reasoning_details": [{"type": "reasoning.text", "text": "Deep."}]},
        USER,
        {"role": "assistant", "content": "Opened before.</think>Well.", "refusal": "But no."},
    )
    replies = dialogue.messages[1::2]
    assert [reply.text for reply in replies] == ["I may not.", "No.", TOLD, "Yes.", "So.", "Well.\nBut no."]
    assert [thoughts(reply) for reply in replies] == [
        [],
        ["Hm."],
        ["Tides."],
        ["Again."],
        ["Deep."],
        ["Opened before."],
    ]


@pytest.mark.parametrize(
    ("arguments", "read_as", "remark"),
    [
        ('{"n": 1}', {"n": 1}, ""),
        ({"n": 1}, {"n": 1}, ""),
        (None, {}, ""),
        ("", {}, ""),
        ("null", {}, ""),
        ("{'n': None, 'on': True}", {"n": None, "on": True}, "written as Python's"),
        ('"{\\"n\\": 1}"', {"n": 1}, "packed twice"),
        ('{"n": 1, "n": 2}', {"n": 2}, "name 'n' twice"),
    ],
)
def test_arguments_are_read_as_they_were_meant(tmp_path: Path, arguments: Any, read_as: Any, remark: str) -> None:
    call = {"id": "c1", "function": {"name": "act", "arguments": arguments}}
    found = read(tmp_path, {"messages": [USER, {"role": "assistant", "tool_calls": [call]}, ANSWER, REPLY]})
    calling = found.dialogues[0].messages[1]
    assert isinstance(calling, ChatMessageAssistant)
    assert (calling.tool_calls or [])[0].arguments == read_as
    assert len(found.remarks) == bool(remark)
    assert remark in "".join(reasons(found))


def test_calls_of_xlam_have_no_results_and_its_flat_parameters_are_mended(tmp_path: Path) -> None:
    tools = [{"name": "temp", "parameters": {"city": {"type": "str"}, "unit": {"type": "str, optional"}}}]
    answers = [{"name": "temp", "arguments": {"city": "Lima"}}, {"name": "temp", "arguments": {"city": "Oslo"}}]
    found = read(tmp_path, {"id": 0, "query": "Warm?", "answers": json.dumps(answers), "tools": json.dumps(tools)})
    (dialogue,) = found.dialogues
    calling = dialogue.messages[1]
    assert isinstance(calling, ChatMessageAssistant)
    assert [call.arguments["city"] for call in calling.tool_calls or []] == ["Lima", "Oslo"]
    assert dialogue.tools[0]["parameters"]["required"] == ["city"]
    assert dialogue.tools[0]["parameters"]["properties"]["unit"] == {"type": "string"}
    assert reasons(found)[:2] == ["a call has no result, its format has none"] * 2
    assert "the parameters of temp were mended" in reasons(found)[2]


def test_an_agent_that_writes_its_calls_as_text_is_not_read_as_one_without_calls(tmp_path: Path) -> None:
    step = {"source": "agent", "message": "ls", "observation": {"results": [{"content": "a.txt"}]}}
    with pytest.raises(LogError, match="step 1 has results without calls"):
        read(tmp_path, {"schema_version": "ATIF-v1.4", "agent": {}, "steps": [step]})


def test_words_and_thoughts_of_tau2_are_found_where_it_puts_them_and_sound_is_no_text(tmp_path: Path) -> None:
    thinking = {**REPLY, "raw_data": {"message": {"reasoning_content": "Tides."}}}
    heard = {"role": "user", "content": "UklGRg==", "is_audio": True, "audio_script_gold": ASKED}
    run = {"task_id": "7", "trial": 1, "termination_reason": "max_steps", "messages": [heard, thinking]}
    (dialogue,) = read(tmp_path, run).dialogues  # a simulation in a file of its own
    assert (dialogue.id, dialogue.epoch, dialogue.ended) == (7, 2, "turn_limit")
    assert dialogue.messages[0].text == ASKED
    assert thoughts(dialogue.messages[1]) == ["Tides."]
    dumb = {**run, "messages": [{**heard, "audio_script_gold": None}, REPLY]}
    ticking = {**run, "messages": [], "ticks": [{}]}
    for runs, reason in (([dumb], "is sound"), ([ticking], "spoken, in ticks"), ([], "it holds no simulations")):
        with pytest.raises(LogError, match=reason):
            read(tmp_path, {"info": {}, "tasks": [], "simulations": runs})


@tool
def get_tide() -> Tool:
    async def execute(port: str) -> str:
        """Tides of a port.

        Args:
            port: its name
        """
        return f"14:10 at {port}"

    return execute


def held() -> EvalLog:
    """A log of a task that is none of ours."""
    outputs = [
        ModelOutput.for_tool_call("mockllm/model", "get_tide", ARGS, content="Let me see."),
        ModelOutput.from_content("mockllm/model", "14:10 it is"),
    ]
    for output in outputs:
        output.usage = ModelUsage()  # else it would be counted by an encoding from the network
    task = Task(
        [Sample(id="x", input=ASKED, target="14:10")], solver=[use_tools(get_tide()), generate()], scorer=includes()
    )
    return eval(task, model=get_model("mockllm/model", custom_outputs=outputs), display="none", log_format="json")[0]


@pytest.mark.parametrize("suffix", ["eval", "json"])
def test_logs_of_other_tasks_are_dialogues_with_their_tools_and_their_score(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setenv("INSPECT_LOG_DIR", str(tmp_path / "made"))
    path = tmp_path / f"x.{suffix}"
    write_eval_log(held(), str(path))
    found = read_dialogues(path)
    (dialogue,) = found.dialogues
    assert (found.format, found.remarks, dialogue.id, dialogue.reward) == ("inspect", [], "x", 1.0)
    assert [message.text for message in dialogue.messages] == [ASKED, "Let me see.", "14:10 at Lune", "14:10 it is"]
    assert [spec["name"] for spec in dialogue.tools] == ["get_tide"]
    ours = import_file(path, tmp_path / "logs").log
    with pytest.raises(LogError, match="is a log of Turnwise already"):
        read_dialogues(ours)


def lines(text: str) -> str:
    return json.dumps({"messages": [{"role": "user", "content": text}, REPLY]}, ensure_ascii=False) + "\r\n"


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_line_ends_marks_and_separators_inside_strings_change_nothing(
    tmp_path: Path, encoding: str, packed: bool
) -> None:
    said = "Où\u2028est\u2029le\u0085café\x0b?"
    data = (lines(said) + "\n" + lines("x")).encode(encoding)
    (tmp_path / "x").write_bytes(gzip.compress(data) if packed else data)
    found = read_dialogues(tmp_path / "x")
    assert found.remarks == []
    assert [dialogue.messages[0].text for dialogue in found.dialogues] == [said, "x"]


def test_other_bytes_than_utf8_are_read_with_a_remark_or_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(lines("Où est le café ?").encode("cp1252"))
    found = read_dialogues(path)
    assert found.dialogues[0].messages[0].text == "Où est le café ?"
    assert "Windows-1252" in found.remarks[0].reason
    path.write_bytes(lines("Où ?").encode() + lines("ça").encode("cp1252"))
    found = read_dialogues(path)
    assert [dialogue.messages[0].text for dialogue in found.dialogues] == ["Où ?"]
    assert (found.remarks[0].where, found.remarks[0].left_out) == ("line 2", True)
    for data in (b'{"messages": "\x81"}', b'[{"messages": "\xc3\xa9 \xe9 "}]'):
        path.write_bytes(data)
        with pytest.raises(LogError, match="iconv"):
            read_dialogues(path)


@pytest.mark.parametrize(
    ("start", "advice"),
    [(b"PAR1", "JSON lines"), (b"PK\x03\x04", "unpack"), (b"BZh9", "unpack"), (b"\x28\xb5\x2f\xfd", "unpack")],
)
def test_what_is_no_text_is_refused_with_what_to_do(tmp_path: Path, start: bytes, advice: str) -> None:
    (tmp_path / "x.jsonl").write_bytes(start + bytes(range(256)))
    with pytest.raises(LogError, match=advice):
        read_dialogues(tmp_path / "x.jsonl")


def test_parallel_calls_of_llama_factory_have_words_before_them_and_their_results_in_one(tmp_path: Path) -> None:
    calls = json.dumps([{"name": "get_tide", "arguments": ARGS}, {"name": "get_wind", "arguments": {}}])
    joined = f"{RESULT}\n</tool_response>\n<tool_response>\ncalm"
    turns = [
        ("human", ASKED),
        ("function_call", f"Let me see.\n<tool_call>{calls}</tool_call>"),
        ("observation", joined),
    ]
    found = read(tmp_path, {"conversations": [{"from": who, "value": text} for who, text in [*turns, ("gpt", TOLD)]]})
    _, calling, *results, _ = found.dialogues[0].messages
    assert found.remarks == []
    assert calling.text == "Let me see."
    assert [result.text for result in results] == [RESULT, "calm"]


def test_tags_inside_an_argument_end_no_call(tmp_path: Path) -> None:
    call = {"name": "note", "arguments": {"text": "<tool_call>x</tool_call>"}}
    text = f"<tool_call>{json.dumps(call)}</tool_call>\n<tool_call>{json.dumps(call)}</tool_call>"
    calling = one(tmp_path, USER, {"role": "assistant", "content": text}).messages[1]
    assert isinstance(calling, ChatMessageAssistant)
    assert [made.arguments for made in calling.tool_calls or []] == [call["arguments"]] * 2
    assert calling.text == ""


@pytest.mark.parametrize("layout", ["list of an API", "rows of a viewer", "one after another"])
def test_records_may_lie_in_an_answer_or_one_after_another(tmp_path: Path, layout: str) -> None:
    records = [{"id": n, "messages": [USER, REPLY]} for n in (3, 5)]
    whole: dict[str, Any] = {
        "list of an API": {"object": "list", "data": records},
        "rows of a viewer": {"features": [], "rows": [{"row_idx": n, "row": row} for n, row in enumerate(records)]},
    }
    text = (
        json.dumps(whole[layout]) if layout in whole else "\n".join(json.dumps(record, indent=2) for record in records)
    )
    (tmp_path / "x.json").write_text(text)
    found = read_dialogues(tmp_path / "x.json")
    assert [dialogue.id for dialogue in found.dialogues] == [3, 5]
    assert found.remarks == []


def test_of_a_preference_the_chosen_answer_is_read(tmp_path: Path) -> None:
    other = [{"role": "assistant", "content": "No idea."}]
    for record in (
        {"prompt": [USER], "chosen": [REPLY], "rejected": other},
        {"input": {"messages": [USER]}, "preferred_output": [REPLY], "non_preferred_output": other},
    ):
        found = read(tmp_path, record)
        assert [message.text for message in found.dialogues[0].messages] == [ASKED, TOLD]
        assert reasons(found) == ["the answer that was rejected was left out"]


def test_free_text_for_a_tool_and_results_in_odd_places_are_kept(tmp_path: Path) -> None:
    pages = [{"type": "web_search_result", "title": "Tides", "url": "u"}]
    items = [
        USER,
        {"type": "custom_tool_call", "call_id": "c", "name": "run", "input": "ls -la"},
        {"type": "custom_tool_call_output", "call_id": "c", "output": "a.txt"},
        {"role": "CHATBOT", "message": "Hm.", "tool_calls": [{"name": "get_tide", "parameters": ARGS}]},
        {"role": "TOOL", "tool_results": [{"call": {"name": "get_tide"}, "outputs": [{"high": "14:10"}]}]},
        {"role": "assistant", "content": [{"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}]},
        {"role": "user", "content": [{"type": "web_search_tool_result", "tool_use_id": "s", "content": pages}]},
    ]
    found = read(tmp_path, items)
    _, run, listed, tide, high, _, search = found.dialogues[0].messages
    assert isinstance(run, ChatMessageAssistant)
    assert [call.arguments for call in run.tool_calls or []] == [{"input": "ls -la"}]
    assert [message.text for message in (listed, tide, high)] == ["a.txt", "Hm.", '[{"high": "14:10"}]']
    assert json.loads(search.text) == pages[0]
    assert found.remarks == []
    with pytest.raises(LogError, match="no content that is known"):
        read(tmp_path, [USER, CALLING, {"role": "tool", "tool_call_id": "c1", "answer": "x"}])


def test_simulations_of_tau2_that_lie_beside_their_results_are_read_with_them(tmp_path: Path) -> None:
    whole = {
        "info": {"environment_info": {"policy": "Be kind."}},
        "tasks": [{"id": "7", "user_scenario": {"instructions": "Ask."}}],
    }
    run = {
        "id": "r",
        "task_id": "7",
        "trial": 0,
        "termination_reason": "user_stop",
        "messages": [{"role": "user", "content": "Hi"}],
    }
    spoken = {**run, "id": "s", "ticks": [{"tick_id": 0}]}
    del spoken["messages"]
    (tmp_path / "run" / "simulations").mkdir(parents=True)
    (tmp_path / "run" / "results.json").write_text(json.dumps(whole))
    for name, text in (("a", json.dumps(run)), ("b", "{"), ("c", json.dumps(spoken))):
        (tmp_path / "run" / "simulations" / f"{name}.json").write_text(text)
    for place in (tmp_path / "run", tmp_path / "run" / "results.json"):
        found = import_file(place, tmp_path).imported
        assert [(d.id, d.instruction, d.messages[0].text) for d in found.dialogues] == [(7, "Ask.", "Be kind.")]
        assert reasons(found) == [
            "it is no JSON",
            "it was spoken, in ticks, and has no messages: dialogues in writing are read",
        ]
    (tmp_path / "alone.json").write_text(json.dumps(spoken))
    with pytest.raises(LogError, match="it was spoken, in ticks"):
        read_dialogues(tmp_path / "alone.json")


def test_values_one_after_another_on_a_line_are_read(tmp_path: Path) -> None:
    one = json.dumps({"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]})
    (tmp_path / "x.json").write_text(one + one)
    assert len(read_dialogues(tmp_path / "x.json").dialogues) == 2


def test_half_an_emoji_is_said_to_be_lost(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"messages": [{"role": "user", "content": "\\ud83d \\ud83d\\ude00"}]}')
    found = read_dialogues(tmp_path / "x.jsonl")
    assert found.dialogues[0].messages[0].text == "? 😀"
    assert reasons(found) == ["half a character (as of an emoji) became a question mark"]


def test_the_command_and_its_refusal_name_what_is_read(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('[{"rows": 7}]')
    runner = CliRunner(env={"COLUMNS": "100"})
    refused = runner.invoke(main, ["import", str(tmp_path / "x.json"), "-o", str(tmp_path / "logs")])
    assert refused.exit_code == 1
    assert ACCEPTED in " ".join(refused.stderr.split())
    told = " ".join(runner.invoke(main, ["import", "--help"]).stdout.split())
    for name in (
        "Responses",
        "Anthropic",
        "Gemini",
        "ShareGPT",
        "Hermes",
        "xLAM",
        "tau-bench",
        "tau2",
        "ATIF",
        "Inspect",
    ):
        assert name in told
