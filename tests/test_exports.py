"""Exports: what each trainer gets, what is left out, and a check that can fail."""

import json
import shutil
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cast_archive import CHATML, LOAN, MASKED, ROWS, THOUGHT, TOOLS, row, said, tokenizer, write_archive, write_pairs
from click.testing import CliRunner
from reading_back import archived, read

from turnwise.cli.harvesting import _FORMATS
from turnwise.cli.harvesting import export as export_command
from turnwise.cli.harvesting import verify as verify_command
from turnwise.errors import HarvestError
from turnwise.harvest import trainers
from turnwise.harvest.archive import SCHEMA
from turnwise.harvest.exports.formats import EXPORTERS, NAMES
from turnwise.harvest.exports.rendering import masker
from turnwise.harvest.exports.writing import export, push_folder, records_of
from turnwise.harvest.funnel import Funnel, card
from turnwise.harvest.pairs import find_pairs
from turnwise.harvest.rows import Finding, MessageRow, Rollout, Row
from turnwise.harvest.verify import verify

DIALOGUES = [name for name in NAMES if not (name in EXPORTERS and EXPORTERS[name].pairs)]
PAIRS = [name for name in NAMES if name not in DIALOGUES]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_archive(tmp_path_factory.mktemp("archive") / "dialogues")
    write_pairs(folder, find_pairs(TRIALS))
    return folder


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("tokenizer")
    tokenizer(CHATML).save_pretrained(folder)
    return str(folder)


def records(folder: Path, split: str = "train") -> list[dict[str, Any]]:
    """What was written for a split."""
    if (folder / split).is_dir():
        return [records(folder / split, one.stem) for one in sorted((folder / split).iterdir())]  # type: ignore[misc]
    file = next(iter(folder.glob(f"{split}.*")))
    if file.suffix == ".parquet":
        return pq.read_table(file).to_pylist()  # type: ignore[no-any-return]
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def candidate(
    name: str,
    *answers: str,
    success: bool,
    quality: float = 0.9,
    ended: str = "user",
    findings: tuple[Finding, ...] = (),
) -> Rollout:
    """A trial: greeted the same way, then answered."""
    messages: list[MessageRow] = [said("user", "My loan, please."), said("assistant", "Whose?"), said("user", "Ada's.")]
    messages += [said("assistant", calls=[(f"call{name}", "find_loan", {"member": answers[0]})])]
    messages += [
        said("tool", "loan 7", answers=f"call{name}", name="find_loan"),
        *(said("assistant", a) for a in answers[1:]),
    ]
    return Rollout(
        sample_id=name,
        order=("eval", name, 1),
        messages=tuple(messages),
        start=0,
        tools=TOOLS,
        success=success,
        ended=ended,
        condition="user_oriented",
        scores={"iq.iq_core": quality},
        findings=findings,
        seed_task="seed",
        world="city_library",
        num_tokens=10,
        provenance={"start": None},
    )


TRIALS = (
    candidate("a", "Ada", "It is loan 7.", success=True),
    candidate("b", "Bob", "There is none.", success=False),
    candidate("c", "Ada", "Loan 8.", success=False),
    candidate("d", "Eve", "It is loan 7.", success=False, ended="tool_fault"),
)


def test_the_command_offers_every_format() -> None:
    assert _FORMATS == NAMES


# ------------------------------------------------------------------------------------------------ what is written


@pytest.mark.parametrize("name", [n for n in NAMES if n not in ("trl-sft", "trl-dpo")])
def test_every_export_says_what_the_archive_says(name: str, archive: Path, tokens: str) -> None:
    found = verify(archive, name, tokenizer=tokens if name == "tokens" else None)
    assert found.problems == []
    assert [checked.loaded for checked in found.files] == [checked.records for checked in found.files]
    assert all(checked.rendered == checked.equal == checked.records > 0 for checked in found.files)


@pytest.mark.parametrize("name", EXPORTERS)
def test_what_a_trainer_learns_of_a_record_is_what_the_archive_says(name: str, archive: Path) -> None:
    format = EXPORTERS[name]
    for source, record, _ in records_of(archive, format, per_user_turn=name == "verl-rl"):
        if record is not None:
            turns, tools = read(name, json.loads(json.dumps(record)))
            expected, listed = archived(source, reasoning=format.reasoning)
            if name == "trl-kto":
                expected = [*expected[:-2], expected[-2 if record["label"] else -1]]
            if name == "verl-rl":
                first = next(n for n, turn in enumerate(expected) if turn.trained)
                calls = tuple(call for turn in expected[first:] for call in turn.calls)
                expected = [*expected[:first], expected[-1]._replace(calls=calls, reasoning="")]
            assert (turns, tools) == (expected, listed)


@pytest.mark.parametrize("name", DIALOGUES)
def test_a_turn_that_is_not_to_be_learned_never_is(name: str, archive: Path, tokens: str, tmp_path: Path) -> None:
    done = export(archive, name, tmp_path / "out", tokenizer=tokens if name == "tokens" else None)
    written = json.dumps([records(done.folder, split) for split in done.records], default=str)
    if name in ("axolotl", "verl-rl", "openai", "tokens", "atif", "session-trace"):
        assert (sum(done.records.values()), done.left_out) == (3, {})
        return
    reason = f"a turn is not to be learned, and {name} would learn it"
    assert [n for told, n in done.left_out.items() if told.startswith(reason)] == [1]
    assert "What do you want now." not in written


def test_openai_is_told_by_weights_and_axolotl_by_flags(archive: Path, tmp_path: Path) -> None:
    masked = records(export(archive, "openai", tmp_path / "openai").folder)[1]
    assert [m.get("weight") for m in masked["messages"]] == [None, 0, None, 1]
    export(archive, "axolotl", tmp_path / "axolotl")
    assert [m["train"] for m in records(tmp_path / "axolotl")[1]["messages"]] == [False, False, False, True]
    assert f"{tmp_path}/axolotl/train.parquet" in (tmp_path / "axolotl" / "axolotl.yaml").read_text("utf-8")


def test_llamafactory_gets_joined_results_and_text_before_calls(archive: Path, tmp_path: Path) -> None:
    said_to = records(export(archive, "llamafactory", tmp_path / "out").folder)[0]["conversations"]
    kinds = ["human", "function_call", "observation", "gpt"]
    assert [m["from"] for m in said_to] == [*kinds, *kinds]
    assert said_to[5]["value"].startswith('Both, then.\n<tool_call>[{"name": "pay_fine", "arguments": {"member": 1, ')
    assert said_to[6]["value"] == "paid\n</tool_response>\n<tool_response>\nError: nothing to pay"
    info = json.loads((tmp_path / "out" / "dataset_info.json").read_text("utf-8"))
    assert (tmp_path / "out" / info["turnwise_train"]["file_name"]).is_file()


def test_what_a_format_would_bend_is_left_out_and_counted(tmp_path: Path) -> None:
    def asking(name: str, tool: str = "find_loan", **arguments: Any) -> Row:
        calls = [("callbent1", tool, arguments)]
        talk = said("user", "Now."), said("assistant", calls=calls), said("tool", "ok", answers="callbent1")
        return row(name, *talk, said("assistant", "Done."))

    bent = [asking("plain"), asking("inexact", fee=0.2072), asking("null", note=None), asking("name", tool="find loan")]
    talk = row("talk", said("user", "<tool_call>"), said("assistant", "What?"))
    folder = write_archive(tmp_path / "dialogues", [*bent, talk])
    left = {name: export(folder, name, tmp_path / name).left_out for name in ("trl-sft", "prime-rl", "openai", "verl")}
    assert left == {
        "trl-sft": {"datasets reads a number in its arguments inexactly": 1},
        "prime-rl": {"an argument is null, and prime-rl drops those": 1},
        "openai": {"a tool's name is not one that OpenAI takes": 1},
        "verl": {"its text holds signs that stand for calls, results or thoughts": 1},
    }


@pytest.mark.parametrize("name", ["axolotl", "openai", "verl-rl", "tokens"])
def test_a_dialogue_is_split_per_user_turn(name: str, archive: Path, tokens: str, tmp_path: Path) -> None:
    done = export(archive, name, tmp_path / "out", tokenizer=tokens if name == "tokens" else None, per_user_turn=True)
    assert dict(done.records) == {"train": 3, "validation": 2}
    assert verify(archive, name, exported=done.folder).problems == []


def test_a_trainer_that_learns_every_answer_cannot_be_given_one_turn_at_a_time(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(HarvestError, match="verl has no way to leave earlier turns unlearned"):
        export(archive, "verl", tmp_path / "out", per_user_turn=True)


@pytest.mark.parametrize("name", ["trl-sft", "llamafactory", "tokens"])
def test_the_same_archive_gives_the_same_bytes(name: str, archive: Path, tokens: str, tmp_path: Path) -> None:
    use = tokens if name == "tokens" else None
    once, again = (export(archive, name, tmp_path / n, tokenizer=use).folder for n in ("once", "again"))
    assert {f.name: f.read_bytes() for f in once.iterdir()} == {f.name: f.read_bytes() for f in again.iterdir()}


def test_an_export_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = write_archive(tmp_path / "dialogues", [LOAN, THOUGHT])
    out = tmp_path / "out"
    before = {f.name: f.read_bytes() for f in export(folder, "openai", out).folder.iterdir()}
    broken = next((folder / "data").glob("validation-*"))
    broken.write_bytes(broken.read_bytes()[:-100])
    with pytest.raises(HarvestError, match=r"validation-.*\.parquet cannot be read"):
        export(folder, "openai", out)
    assert {f.name: f.read_bytes() for f in out.iterdir()} == before
    assert sorted(f.name for f in tmp_path.iterdir()) == ["dialogues", "out"]


def test_calls_of_tools_that_nobody_listed_are_told(tmp_path: Path) -> None:
    folder = write_archive(tmp_path / "dialogues", [{**LOAN, "tools": None}, MASKED])
    remarks = export(folder, "openai", tmp_path / "out").remarks
    (remark,) = (one for one in remarks.items() if "rules" not in one[0])
    assert remark == ("call tools that their log does not list: a model learns calls of what it is not shown", 1)


@pytest.mark.parametrize("name", DIALOGUES)
def test_what_rules_said_is_marked_in_every_export(name: str, archive: Path, tokens: str, tmp_path: Path) -> None:
    done = export(archive, name, tmp_path / "out", tokenizer=tokens if name == "tokens" else None)
    manifest = json.loads((done.folder / "export.json").read_text("utf-8"))
    assert any("made by rules" in remark for remark in done.remarks)
    assert manifest["made_by_rules"] == sum(done.records.values())  # every row says that its agent was the lexical one
    first = records(done.folder, next(iter(done.records)))[0]
    told = {"atif": lambda: first["extra"], "session-trace": lambda: first[0]}.get(name, lambda: first)()  # type: ignore[index]
    assert told.get("made_by_rules", name.startswith("openai")) is True


def test_a_pair_of_which_rules_said_a_side_is_marked(tmp_path: Path) -> None:
    ruled = [
        replace(one, provenance={"start": None, "agent": agent})
        for one, agent in zip(TRIALS, ("m", "oracle", "m", "m"), strict=True)
    ]
    folder = write_archive(tmp_path / "dialogues")
    write_pairs(folder, find_pairs(ruled))
    marks = [record["made_by_rules"] for record in records(export(folder, "trl-kto", tmp_path / "out").folder)]
    assert marks.count(True) == 2  # both sides of the pair that the oracle has a side of


def test_steps_of_rules_in_atif_asked_no_model_and_results_stand_with_their_calls(
    archive: Path, tmp_path: Path
) -> None:
    steps = records(export(archive, "atif", tmp_path / "out").folder)[0]["steps"]
    assert [step["step_id"] for step in steps] == list(range(1, len(steps) + 1))
    assert all(step["llm_call_count"] == 0 for step in steps if step["source"] == "agent")
    called = [step for step in steps if step.get("tool_calls")]
    assert called
    for step in called:
        asked = [call["tool_call_id"] for call in step["tool_calls"]]
        assert [result["source_call_id"] for result in step["observation"]["results"]] == asked


def test_masks_stand_beside_flags_as_0_and_1(archive: Path, tokens: str, tmp_path: Path) -> None:
    for record in records(export(archive, "axolotl", tmp_path / "a").folder):
        assert [bool(m["loss_mask"]) for m in record["messages"]] == [m["train"] for m in record["messages"]]
    for record in records(export(archive, "tokens", tmp_path / "t", tokenizer=tokens).folder):
        assert [bool(one) for one in record["loss_mask"]] == [label != -100 for label in record["labels"]]


def test_a_folder_that_is_no_export_is_not_replaced(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(HarvestError, match="is there already and is no export"):
        export(archive, "openai", tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"


# ------------------------------------------------------------------------------------------------ pairs


def test_pairs_stand_at_the_first_answer_that_differs_and_are_told_apart_by_what_followed() -> None:
    pairs = find_pairs(TRIALS)
    first, second = sorted(pairs, key=lambda pair: len(pair["prompt"]))
    assert [m["role"] for m in first["prompt"]] == ["user", "assistant", "user"]
    called = [json.loads(first[side]["tool_calls"][0]["function"]["arguments"]) for side in ("chosen", "rejected")]  # type: ignore[literal-required]
    assert called == [{"member": "Ada"}, {"member": "Bob"}]
    assert (first["chosen_score"], first["rejected_score"]) == (0.5, 0.0)  # one of two went on to succeed
    assert [second["chosen"]["content"], second["rejected"]["content"]] == ["It is loan 7.", "Loan 8."]
    assert not any(m["train"] for pair in pairs for m in pair["prompt"])
    assert "d" not in {json.loads(p["provenance"])["rejected"]["sample_id"] for p in pairs}  # its tools failed it


def test_quality_decides_only_beyond_the_margin_and_flawed_answers_are_never_chosen() -> None:
    good, worse = (candidate(n, n, "Done.", success=True, quality=q) for n, q in (("x", 0.95), ("y", 0.8)))
    assert [p["chosen"]["tool_calls"] for p in find_pairs([good, worse])] == [good.messages[3]["tool_calls"]]
    assert find_pairs([good, worse], margin=0.2) == []
    flawed = candidate("x", "x", "Done.", success=True, quality=0.95, findings=(Finding(3, "consent", 2, "not asked"),))
    assert find_pairs([flawed, worse], margin=0) == []


def test_pairs_do_not_depend_on_the_order_of_the_dialogues() -> None:
    assert find_pairs(TRIALS) == find_pairs(TRIALS[::-1])


# ------------------------------------------------------------------------------------------------ a check that can fail


def rewritten(folder: Path, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """Damage the records of an export, whatever its file."""
    file = next(iter(folder.glob("train.*")))
    found = records(folder)
    change(found)
    if file.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(found, schema=pq.read_schema(file)), file)
    else:
        file.write_text("".join(json.dumps(one) + "\n" for one in found), "utf-8")


def _arguments(found: list[dict[str, Any]], change: Callable[[dict[str, Any]], None]) -> None:
    function = found[0]["messages"][2]["tool_calls"][0]["function"]
    arguments = json.loads(function["arguments"])
    change(arguments)
    function["arguments"] = json.dumps(arguments)


DAMAGES: dict[str, tuple[str, Callable[[list[dict[str, Any]]], None], str]] = {
    "a number became a string": (
        "axolotl",
        lambda found: _arguments(found, lambda a: a.update(year="2024")),
        "arguments.year is '2024' (str) and not 2024 (int)",
    ),
    "a number became another type": (
        "openai",
        lambda found: _arguments(found, lambda a: a.update(year=2024.0)),
        "arguments.year is 2024.0 (float) and not 2024 (int)",
    ),
    "a key was filled in": (
        "prime-rl",
        lambda found: _arguments(found, lambda a: a.update(amount=None)),
        "arguments.amount is not in the archive",
    ),
    "a call was dropped": (
        "axolotl",
        lambda found: found[0]["messages"][6]["tool_calls"].pop(),
        "messages[6].tool_calls has 1 parts and not 2",
    ),
    "a flag was turned": (
        "axolotl",
        lambda found: found[1]["messages"][1].update(train=True),
        "record 2 (masked): messages[1].train is True (bool) and not False (bool)",
    ),
    "a weight was lost": (
        "openai",
        lambda found: found[1]["messages"][1].pop("weight"),
        "record 2 (masked): messages[1].weight is missing",
    ),
    "arguments became an object": (
        "openai",
        lambda found: found[0]["messages"][2]["tool_calls"][0]["function"].update(arguments={"member": "Ada"}),
        "arguments is {'member': 'Ada'} (dict) and not '{",
    ),
    "a label was added": (
        "tokens",
        lambda found: found[0]["labels"].__setitem__(0, found[0]["input_ids"][0]),
        "labels[0] is ",
    ),
    "a text was changed": (
        "verl",
        lambda found: found[0]["messages"][-1].update(content="I paid both."),
        "content is 'I paid both.' (str) and not 'I paid hers",
    ),
    "a row is missing": ("llamafactory", lambda found: found.pop(), "records, and the archive gives"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_the_check_sees_that(damage: str, tokens: str, tmp_path: Path) -> None:
    name, change, problem = DAMAGES[damage]
    folder = tmp_path / "dialogues"
    rows = [{**r, "messages": list(r["messages"])} for r in ROWS]
    if name == "prime-rl":  # which takes no nulls
        rows[0]["messages"] = rows[0]["messages"][:6]  # type: ignore[index]
    if name == "llamafactory":
        rows.append({**rows[0], "sample_id": "loan again"})
    write_archive(folder, rows)  # type: ignore[arg-type]
    done = export(folder, name, tmp_path / "out", tokenizer=tokens if name == "tokens" else None)
    rewritten(done.folder, change)
    problems = verify(folder, name, exported=done.folder).problems
    assert len(problems) == 1
    assert problem in problems[0]


@pytest.mark.parametrize("name", ["axolotl", "openai"])
def test_the_check_sees_a_truncated_file(name: str, archive: Path, tmp_path: Path) -> None:
    done = export(archive, name, tmp_path / "out")
    file = next(iter(done.folder.glob("train.*")))
    file.write_bytes(file.read_bytes()[:-40])
    problems = verify(archive, name, exported=done.folder).problems
    assert [problem.partition(":")[2][:21] for problem in problems] == [" it cannot be loaded:"]


# ------------------------------------------------------------------------------------------------ the trainers


def test_trl_renders_and_masks_what_the_archive_says(archive: Path, tmp_path: Path) -> None:
    """TRL's own SFTTrainer prepares the rows; what it renders and learns is held against the archive."""
    found = verify(archive, "trl-sft")
    assert found.problems == []
    assert [(c.rendered, c.equal, c.masked) for c in found.files] == [(1, 1, True), (1, 1, True)]
    assert "⟦She has loan 7, Émile. 📚<|im_end|>⟧" in found.files[0].samples[0]
    split = export(archive, "trl-sft", tmp_path / "turns", per_user_turn=True)
    assert dict(split.records) == {"train": 3, "validation": 2}
    by_turn = verify(archive, "trl-sft", exported=split.folder)
    assert by_turn.problems == []
    assert "⟦She" not in by_turn.files[0].samples[1]
    assert "⟦I paid hers; Bob owes nothing.<|im_end|>⟧" in by_turn.files[0].samples[1]


def test_trl_prepares_pairs_of_one_answer_each(archive: Path) -> None:
    """TRL's own DPOTrainer prepares the pairs."""
    found = verify(archive, "trl-dpo")
    assert found.problems == []
    assert (found.by, found.files[0].rendered, found.files[0].equal) == ("trl.DPOTrainer", 2, 2)


def test_the_check_sees_what_trl_would_learn_of_others_or_miss() -> None:
    """As with `assistant_only_loss` forgotten, and with a template that marks too little."""
    by = tokenizer(CHATML)
    ours = masker(by)(LOAN)
    all_of_it = {"input_ids": ours.input_ids, "labels": ours.input_ids}
    nothing = {"input_ids": ours.input_ids, "labels": [-100] * len(ours.labels)}
    other = {"input_ids": ours.input_ids[1:], "labels": ours.labels[1:]}
    for made, problem in (
        (all_of_it, "TRL learns what is not the assistant's"),
        (nothing, "TRL does not learn all that is to be learned"),
        (other, "TRL renders it differently from the archive's messages"),
    ):
        assert trainers.prepared_sft(made, LOAN, masker(by), by, masked=True).problems[0].startswith(problem)


def test_the_check_sees_arguments_that_trl_would_render_as_text(archive: Path, tmp_path: Path) -> None:
    def as_text(found: list[dict[str, Any]]) -> None:
        messages = found[0]["messages"]
        function = messages[2]["tool_calls"][0]["function"]
        function["arguments"] = json.dumps(function["arguments"])
        found[0]["messages"] = messages

    done = export(archive, "trl-sft", tmp_path / "out")
    file = done.folder / "train.parquet"
    table = pq.read_table(file).to_pylist()
    for one in table:
        one["messages"] = json.loads(one["messages"]) if isinstance(one["messages"], str) else one["messages"]
    as_text(table)
    with_text = [{**one, "messages": json.dumps(one["messages"])} for one in table]
    schema = pq.read_schema(file)
    columns = [pa.ExtensionArray.from_storage(f.type, pa.array([r[f.name] for r in with_text], pa.string()))
               if isinstance(f.type, pa.JsonType) else pa.array([r[f.name] for r in with_text], f.type) for f in schema]  # fmt: skip
    pq.write_table(pa.table(columns, schema=schema), file)
    (problem,) = verify(archive, "trl-sft", exported=done.folder).problems
    assert "arguments is '{" in problem
    assert problem.endswith("(dict)")


# ------------------------------------------------------------------------------------------------ card and commands


def test_the_card_declares_what_datasets_loads(tmp_path: Path) -> None:
    import datasets
    import yaml

    folder = write_archive(tmp_path / "dialogues")
    kept = {"train": 2, "validation": 1}
    models = {"agent": ["lexical"], "user": ["tiny/user"]}
    numbers = (900, 9000, None, 8.0, 7.5, {"kept": {"turns": 8.0}, "dropped": {"turns": 7.0}})
    text = card(Funnel(9, {"not successful": 6}, kept, *numbers, models, ["0.1.0"], 1))
    assert "in 1 of the" in text
    (folder / "README.md").write_text(text)
    declared = yaml.safe_load(text.split("---\n")[1])
    assert datasets.Features._from_yaml_list(
        declared["dataset_info"]["features"]
    ) == datasets.Features.from_arrow_schema(SCHEMA)
    datasets.disable_progress_bars()
    loaded = datasets.load_dataset(str(folder), cache_dir=str(tmp_path / "cache"))
    assert {split: len(rows) for split, rows in loaded.items()} == {"train": 2, "validation": 1}
    assert loaded["train"].features == datasets.Features.from_arrow_schema(SCHEMA)
    for line in (
        "| agent | lexical |",
        "| user | tiny/user |",
        "| not successful | -6 | 3 |",
        "| turns | 8.0 | 7.0 |",
        "3 dialogues",
    ):
        assert line in text


@contextmanager
def hub() -> Iterator[tuple[str, dict[str, Any]]]:
    """A Hugging Face hub on loopback that takes commits: its address, and what was sent by path."""
    received: dict[str, Any] = {}

    class Hub(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            received[self.path] = [json.loads(line) for line in raw.splitlines()]
            if "/preupload/" in self.path:
                files = [
                    {**file, "uploadMode": "regular", "shouldIgnore": False} for file in received[self.path][0]["files"]
                ]
                answer: dict[str, Any] = {"files": files}
            elif "/commit/" in self.path:
                answer = {"commitUrl": f"{url}/datasets/ada/loans/commit/0", "commitOid": "0"}
            else:
                answer = {"url": f"{url}/datasets/ada/loans"}
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing on stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield url, received
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_an_export_is_pushed_as_a_private_dataset(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = export(archive, "openai", tmp_path / "out").folder
    monkeypatch.setenv("HF_TOKEN", "none")
    with hub() as (url, received):
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", url)
        assert push_folder(out, "ada/loans") == f"{url}/datasets/ada/loans"
    (made,) = received["/api/repos/create"]
    assert (made["visibility"], made["type"]) == ("private", "dataset")
    commit = next(sent for path, sent in received.items() if "/commit/" in path)
    sent = {line["value"]["path"]: b64decode(line["value"]["content"]) for line in commit if line["key"] == "file"}
    assert sent == {file.name: file.read_bytes() for file in out.iterdir()}
    with pytest.raises(HarvestError, match="was not uploaded"):
        push_folder(out, "ada/loans")  # nobody is there any more


def test_the_commands_say_in_one_line_what_is_wrong_and_end_with_one(archive: Path, tmp_path: Path) -> None:
    run = CliRunner(env={"COLUMNS": "160"}).invoke
    out = str(tmp_path / "out")
    written = run(export_command, [str(archive), "--for", "openai", "-o", out])
    assert (written.exit_code, "3: 2 train, 1 validation" in written.output) == (0, True), written.output
    assert "1: have reasoning, which openai has no place for" in written.output
    sound = run(verify_command, [str(archive), "--for", "openai", "--export", out])
    assert (sound.exit_code, "The export says what the archive says." in sound.output) == (0, True), sound.output
    rewritten(Path(out), lambda found: _arguments(found, lambda a: a.pop("year")))
    damaged = run(verify_command, [str(archive), "--for", "openai", "--export", out])
    assert damaged.exit_code == 1
    assert (
        "train.jsonl: record 1 (loan): messages[2].tool_calls[0].function.arguments.year is missing" in damaged.output
    )
    for arguments, sentence in (
        ([str(tmp_path), "--for", "openai", "-o", out], "is no archive"),
        ([str(archive), "--for", "tokens", "-o", out], "name it with --tokenizer"),
        (
            [str(archive), "--for", "tokens", "-o", out, "--tokenizer", str(tmp_path)],
            "is no tokenizer that can be loaded",
        ),
        ([str(archive), "--for", "axolotl", "-o", str(archive)], "is there already and is no export"),
    ):
        refused = run(export_command, arguments)
        assert isinstance(refused.exception, HarvestError)
        assert sentence in str(refused.exception)
        assert "\n" not in str(refused.exception)
    shutil.rmtree(out)
    lone = write_archive(tmp_path / "lone", [MASKED])
    with pytest.raises(HarvestError, match="has no preference pairs"):
        export(lone, "openai-dpo", tmp_path / "pairs")
