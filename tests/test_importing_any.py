"""Whatever a file holds, its dialogues are imported, or a sentence says why not."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inspect_ai.log import read_eval_log

from turnwise.errors import LogError
from turnwise.logs.importing.logs import import_file
from turnwise.logs.transcripts import transcript_of


def file_of(folder: Path, *records: Any) -> Path:
    path = folder / "dialogues.jsonl"
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in records))
    return path


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.just("###STOP###")
VALUES = st.recursive(
    SCALARS, lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=5), v, max_size=3), max_leaves=6
)


def mostly(good: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """What should be there, and at times anything."""
    return st.integers(0, 9).flatmap(lambda dice: VALUES if dice == 0 else good)


def objects(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Objects that have these fields, but for one at times."""
    whole = st.fixed_dictionaries({name: mostly(good) for name, good in fields.items()})
    less = st.tuples(whole, st.sampled_from(sorted(fields))).map(lambda o: {k: v for k, v in o[0].items() if k != o[1]})
    return mostly(st.integers(0, 3).flatmap(lambda dice: less if dice == 0 else whole))


FUNCTIONS = objects(name=st.sampled_from(["cancel_order", "get_order"]), arguments=VALUES.map(json.dumps) | VALUES)
CALL = objects(id=st.sampled_from(["c1", "c2"]), function=FUNCTIONS, name=st.text(max_size=9), arguments=VALUES)
MESSAGES = st.lists(
    objects(
        role=st.sampled_from(["system", "user", "assistant", "tool"]),
        content=st.text(max_size=20),
        tool_calls=st.lists(CALL, max_size=3),
        tool_call_id=st.sampled_from(["c1", "c2"]),
        requestor=st.sampled_from(["user", "assistant"]),
    ),
    max_size=6,
)
TEXT = st.sampled_from(
    ("Hello.", "<think>a</think>b", "<tool_call>{'name': 'x'}</tool_call>", "<tool_response>7</tool_response>")
)
PART = objects(
    type=st.sampled_from(["text", "tool_use", "tool_result", "thinking", "refusal", "image", "tool-call"]),
    text=TEXT,
    id=st.sampled_from(["c1", "c2"]),
    tool_use_id=st.sampled_from(["c1", "c2"]),
    name=st.just("get_order"),
    input=VALUES,
    content=VALUES,
    functionCall=FUNCTIONS,
)
BLOCKS = st.lists(
    objects(role=st.sampled_from(["user", "assistant", "model"]), content=st.lists(PART, max_size=3)), max_size=4
)
ITEM = objects(
    type=st.sampled_from(
        ["message", "reasoning", "function_call", "function_call_output", "mcp_call", "web_search_call"]
    ),
    role=st.sampled_from(["user", "assistant"]),
    call_id=st.sampled_from(["c1", "c2"]),
    name=st.just("get_order"),
    arguments=VALUES.map(json.dumps),
    output=VALUES,
    summary=st.lists(PART, max_size=2),
    content=TEXT,
)
TURN = objects(
    **{"from": st.sampled_from(["system", "human", "gpt", "tool", "function_call", "observation"]), "value": TEXT}
)
STEP = objects(
    source=st.sampled_from(["user", "agent", "system"]),
    message=TEXT,
    tool_calls=st.lists(
        objects(tool_call_id=st.just("c1"), function_name=st.just("get_order"), arguments=VALUES), max_size=2
    ),
    observation=objects(results=st.lists(objects(source_call_id=st.just("c1"), content=VALUES), max_size=2)),
)
TOOLS = st.lists(
    objects(name=st.just("get_order"), parameters=VALUES, input_schema=VALUES, function=VALUES), max_size=2
)
RECORDS = st.one_of(
    objects(messages=MESSAGES, id=st.text(max_size=5), tools=TOOLS, reward=VALUES, goal=VALUES),
    objects(traj=MESSAGES, task_id=st.integers(), trial=st.integers(), info=VALUES),
    objects(messages=BLOCKS, system=VALUES, response=VALUES, tools=TOOLS),
    objects(input=st.lists(ITEM, max_size=4), output=st.lists(ITEM, max_size=2), instructions=TEXT),
    objects(conversations=st.lists(TURN, max_size=5), tools=TOOLS.map(json.dumps)),
    objects(query=TEXT, answers=VALUES.map(json.dumps), tools=TOOLS.map(json.dumps)),
    objects(
        schema_version=st.just("ATIF-v1.6"), agent=objects(tool_definitions=TOOLS), steps=st.lists(STEP, max_size=4)
    ),
    objects(contents=BLOCKS, candidates=VALUES, systemInstruction=VALUES),
    objects(request=VALUES, messages=BLOCKS, choices=VALUES, completion=VALUES),
)
FILES = st.lists(RECORDS, max_size=3) | objects(
    simulations=st.lists(objects(messages=MESSAGES, task_id=VALUES, reward_info=VALUES), max_size=3), tasks=VALUES
)


@settings(max_examples=60, deadline=None)
@given(records=FILES, lines=st.booleans(), broken=st.text(max_size=9))
def test_whatever_a_file_holds_it_is_imported_or_told(
    tmp_path_factory: pytest.TempPathFactory, records: Any, lines: bool, broken: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    if lines and isinstance(records, list):
        text = "\n".join([*map(json.dumps, records), broken.replace("\n", " ")])
    else:
        text = json.dumps(records)
    (folder / "x").write_text(text, errors="replace")
    written = None
    with suppress(LogError):
        written = import_file(folder / "x", folder / "logs")
    if written is None:
        assert not (folder / "logs").exists()
        return
    read = read_eval_log(str(written.log)).samples or []
    assert len(read) == len(written.imported.dialogues)
    lost = sum(remark.left_out for remark in written.imported.remarks)
    if lines and isinstance(records, list):
        assert len(read) + lost == len([line for line in text.split("\n") if line.strip()])
    for sample in read:
        transcript = transcript_of(sample)
        assert transcript is not None
        assert transcript.messages
        for exchange in transcript.exchanges:
            assert exchange.result is None or exchange.result.call_id == exchange.call.id
