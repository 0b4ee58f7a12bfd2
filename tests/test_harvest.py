"""From logs to an archive: what is read, what is refused, and that an archive is whole at any time."""

import json
import os
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from inspect_ai import Task, task
from inspect_ai import eval as inspect_eval
from inspect_ai.dataset import Sample
from inspect_ai.log import EvalLog, EvalSample, read_eval_log, write_eval_log
from inspect_ai.model import ChatMessageAssistant, ChatMessageTool, ContentReasoning, ContentText, ModelCost
from inspect_ai.scorer import includes
from inspect_ai.tool import ToolCallError

from turnwise._inspect import QUIET, run_task
from turnwise.cli import main
from turnwise.errors import HarvestError
from turnwise.harvest import archive
from turnwise.harvest import harvest as harvesting
from turnwise.harvest.archive import SCHEMA, archive_rows, pair_rows
from turnwise.harvest.curation import FilterConfig
from turnwise.harvest.exports.writing import export
from turnwise.harvest.filters import Filter
from turnwise.harvest.harvest import Harvested, harvest
from turnwise.harvest.selection import families
from turnwise.logs.bulk import read_samples, sample_names
from turnwise.logs.read import find_logs

RUN = {"scenarios": 3, "goals": 1, "difficulty": "easy"}
CONFIG = FilterConfig()


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of each paradigm."""
    folder = tmp_path_factory.mktemp("logs")
    for name in ("user_oriented", "task_oriented"):
        run_task(name, RUN, "lexical", folder)
    return folder


@pytest.fixture
def grown(logs: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A folder with one of the logs, and the other log, which is not in it yet."""
    first, second = find_logs([logs])
    folder = tmp_path / "grown"
    folder.mkdir()
    shutil.copy(first, folder)
    return folder, second


def harvested(logs: Path, directory: Path, config: FilterConfig = CONFIG) -> Harvested:
    return harvest(find_logs([logs]), directory, config)


def turnwise(*args: Any) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(main, [str(arg) for arg in args])


def content(directory: Path) -> dict[str, bytes]:
    """Every file of an archive that a person sees."""
    files = [path for path in directory.rglob("*") if path.is_file() and archive.HIDDEN not in path.parts]
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in files}


def edited(log: Path, target: Path, edit: Callable[[EvalLog], None]) -> Path:
    """A copy of a log with something changed in it."""
    whole = read_eval_log(str(log))
    edit(whole)
    write_eval_log(whole, str(target))
    return target


def test_a_row_says_what_the_log_says(logs: Path, tmp_path: Path) -> None:
    result = harvested(logs, tmp_path / "archive")
    rows = list(archive_rows(tmp_path / "archive"))
    assert len(rows) == result.funnel.accepted > 1
    samples: dict[str | None, tuple[EvalLog, EvalSample]] = {}
    for path in find_logs([logs]):
        log = read_eval_log(str(path))
        samples |= {sample.uuid: (log, sample) for sample in log.samples or []}
    for row in rows:
        log, sample = samples[row["sample_id"]]
        said = [message for message in sample.messages if message.text or message.role == "tool"]
        assert [m["content"] for m in row["messages"] if m["content"]] == [m.text for m in said][
            : len(row["messages"])
        ][: sum(bool(m["content"]) for m in row["messages"])]
        calls = [c for m in sample.messages if isinstance(m, ChatMessageAssistant) for c in m.tool_calls or []]
        kept = [call for m in row["messages"] for call in m["tool_calls"] or []]
        assert [json.loads(call["function"]["arguments"]) for call in kept] == [c.arguments for c in calls][: len(kept)]
        assert [tool["function"]["name"] for tool in json.loads(row["tools"] or "")] == [
            tool["name"] for tool in (log.eval.metadata or {})["tools"]
        ]
        scores, provenance = json.loads(row["scores"]), json.loads(row["provenance"])
        assert scores["success"] == 1
        assert row["score"] == pytest.approx(scores["iq.iq_core"])
        assert provenance["sample_uuid"] == sample.uuid
        assert provenance["models"]["agent"]["model"] == "turnwise/lexical"
        assert provenance["usage"]["agent"]["input"] == (sample.model_usage["turnwise/lexical"].input_tokens)
        assert str(logs) not in row["provenance"]


def test_an_archive_loads_in_datasets_and_null_stays_null(logs: Path, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    harvested(logs, tmp_path / "archive")
    features = datasets.Features.from_arrow_schema(SCHEMA)
    files = {"train": str(tmp_path / "archive" / "data" / "train-*.parquet")}
    loaded = datasets.load_dataset("parquet", data_files=files, features=features, cache_dir=str(tmp_path / "cache"))
    assert loaded["train"].features.arrow_schema == features.arrow_schema
    written = [row for row in archive_rows(tmp_path / "archive") if row["split"] == "train"]
    assert loaded["train"].to_list() == written
    values = [value for row in written for message in row["messages"] for value in message.values()]
    assert None in values
    assert "" not in values
    assert [] not in values
    assert features.arrow_schema.names == SCHEMA.names


def test_dialogues_stand_in_the_order_of_their_logs_and_samples(logs: Path, tmp_path: Path) -> None:
    harvested(logs, tmp_path / "archive", FilterConfig(Filter(validation=0)))
    made = [json.loads(row["provenance"]) for row in archive_rows(tmp_path / "archive")]
    places = [(about["task"], about["sample_id"]) for about in made]
    assert places == sorted(places)


def test_the_funnel_accounts_for_every_dialogue(logs: Path, tmp_path: Path) -> None:
    funnel = harvested(logs, tmp_path / "archive", FilterConfig(Filter(economy=1))).funnel
    assert funnel.dialogues == 6
    assert funnel.dialogues - sum(funnel.dropped.values()) == funnel.accepted
    dropped = [json.loads(line) for line in (tmp_path / "archive" / "dropped.jsonl").read_text().splitlines()]
    assert len(dropped) == sum(funnel.dropped.values())
    assert all(line["reasons"] for line in dropped)
    kept = {row["sample_id"] for row in archive_rows(tmp_path / "archive")}
    assert not kept & {line["sample_id"] for line in dropped}
    written = json.loads((tmp_path / "archive" / "funnel.json").read_text())
    assert written["dropped"] == funnel.dropped
    assert written["filter"]["economy"] == 1


def test_a_family_holds_who_shares_a_task_and_who_continues_whom() -> None:
    kin = {"a": ["task1"], "b": ["task2", "a"], "c": ["task2"], "d": ["task3"], "e": ["gone"], "f": ["gone"]}
    found = families(kin)
    assert found["a"] == found["b"] == found["c"] != found["d"]
    assert found["e"] == found["f"] != found["d"]


def test_a_grown_folder_gives_the_bytes_of_a_new_archive(grown: tuple[Path, Path], tmp_path: Path) -> None:
    folder, new = grown
    harvested(folder, tmp_path / "a")
    shutil.copy(new, folder)
    harvested(folder, tmp_path / "a")
    harvested(folder, tmp_path / "b")
    assert content(tmp_path / "a") == content(tmp_path / "b")


def test_a_log_that_changed_is_read_again(logs: Path, tmp_path: Path) -> None:
    log = Path(shutil.copy(find_logs([logs])[0], tmp_path / "log.eval"))

    def fail(whole: EvalLog) -> None:
        for sample in whole.samples or []:
            assert sample.scores
            sample.scores["success"].value = 0

    assert harvested(log, tmp_path / "archive").funnel.accepted
    edited(log, log, fail)
    result = harvested(log, tmp_path / "archive")
    assert result.funnel.accepted == 0
    assert result.funnel.dropped["not successful"] == 3
    assert list(archive_rows(tmp_path / "archive")) == []


def test_trials_that_part_after_one_beginning_make_pairs(logs: Path, tmp_path: Path) -> None:
    (baseline,) = (log for log in find_logs([logs]) if "user-oriented" in log.name)

    def part(log: EvalLog) -> None:
        log.eval.task_id = log.eval.eval_id = "other"
        for sample in log.samples or []:
            sample.uuid = f"other {sample.uuid}"
            assert sample.scores
            sample.scores["success"].value = 0
            next(m for m in sample.messages if isinstance(m, ChatMessageAssistant) and m.text).content = "No idea."

    result = harvest([baseline, edited(baseline, tmp_path / "other.eval", part)], tmp_path / "archive", CONFIG)
    pairs = list(pair_rows(tmp_path / "archive"))
    assert len(pairs) == result.pairs > 0
    sides = {row["sample_id"]: row["split"] for row in archive_rows(tmp_path / "archive")}
    for pair in pairs:
        assert pair["chosen"] != pair["rejected"]
        chosen = json.loads(pair["provenance"])["chosen"]["sample_id"]
        assert sides.get(chosen, pair["split"]) == pair["split"]


class Killed(BaseException):
    """As a process is that is killed: nothing catches it."""


def test_a_killed_harvest_is_never_taken_for_a_whole_one_and_the_next_puts_it_right(
    logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped at any of its renames: what is there is the old state, or says that it is not whole."""
    whole, directory = tmp_path / "whole", tmp_path / "archive"
    harvested(logs, whole)
    harvested(find_logs([logs])[0], directory)
    old = content(directory)
    for step in range(1, len(archive.ITEMS) + 1):
        left = [step]

        def stopping(source: Any, target: Any, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Killed
            os.rename(source, target)

        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", stopping)
            with pytest.raises(Killed):
                harvested(logs, directory)
        with pytest.raises(HarvestError, match="is not whole: a harvest was killed"):
            export(directory, "openai", tmp_path / "export")
    (directory / archive.HIDDEN / "next" / "data").mkdir(parents=True)  # as a kill leaves it
    harvested(logs, directory)
    assert old != content(directory) == content(whole)
    assert list((directory / archive.HIDDEN).iterdir()) == []


def test_a_harvest_that_fails_leaves_the_last_state(
    logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    harvested(find_logs([logs])[0], tmp_path / "archive")
    old = content(tmp_path / "archive")
    monkeypatch.setattr(harvesting, "card", lambda funnel: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        harvested(logs, tmp_path / "archive")
    assert content(tmp_path / "archive") == old


def test_an_archive_has_one_writer_at_a_time(logs: Path, tmp_path: Path) -> None:
    directory = tmp_path / "archive"
    harvested(logs, directory)
    with archive.locked(directory, alone=True):
        for command in (
            ("harvest", logs, "-o", directory),
            ("harvest", "export", directory, "--for", "openai", "-o", tmp_path / "export"),
            ("harvest", "verify", directory, "--for", "openai"),
        ):
            refused = turnwise(*command)
            assert refused.exit_code == 1
            assert (
                refused.stderr == f"Error: {directory} is in use by another turnwise process: wait until it has ended\n"
            )
        assert not (tmp_path / "export").exists()
    with archive.locked(directory, alone=False):
        export(directory, "openai", tmp_path / "export")
        assert "is in use" in turnwise("harvest", logs, "-o", directory).stderr
    assert turnwise("harvest", logs, "-o", directory).exit_code == 0


@task
def arithmetic() -> Task:
    return Task(dataset=[Sample(input="1 + 1", target="2")], scorer=includes())


def test_logs_that_cannot_be_used_cost_a_line_each(logs: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    shutil.copytree(logs, folder)
    first = find_logs([logs])[0]
    whole = first.read_bytes()
    (folder / "a-truncated.eval").write_bytes(whole[: len(whole) // 2])
    middle = bytearray(whole)
    middle[len(whole) // 3] ^= 255
    (folder / "b-damaged.eval").write_bytes(bytes(middle))
    (other,) = inspect_eval(arithmetic(), model="mockllm/model", log_dir=str(tmp_path / "other"), **QUIET)
    shutil.copy(other.location, folder / "c-other.eval")

    def unscored(log: EvalLog) -> None:
        log.eval.task_id = "unscored"
        for sample in log.samples or []:
            sample.scores = {}

    def empty(log: EvalLog) -> None:
        log.eval.task_id, log.samples, log.status = "empty", [], "cancelled"

    edited(first, folder / "d-unscored.eval", unscored)
    edited(first, folder / "e-empty.eval", empty)
    result = turnwise("harvest", folder, "-o", tmp_path / "archive", "--force")
    assert result.exit_code == 0, result.output
    lines = [line for line in result.stderr.splitlines() if line.startswith("Left out: ")]
    told = {name: line for name in "abcde" for line in lines if f"/{name}-" in line}
    assert len(lines) == len(told) == 5, result.stderr
    assert "damaged" in told["b"] or "cannot be read" in told["b"]
    assert "not made by a Turnwise task, but by" in told["c"]
    assert "--scorer turnwise/success --action append --overwrite" in told["d"]
    assert "holds no dialogue (status: cancelled)" in told["e"]
    harvested(logs, tmp_path / "clean")
    assert (
        content(tmp_path / "archive")["data/train-00000-of-00001.parquet"]
        == (content(tmp_path / "clean")["data/train-00000-of-00001.parquet"])
    )


def test_when_nothing_can_be_used_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "broken.eval").write_bytes(b"PK")
    with pytest.raises(HarvestError, match=r"broken\.eval cannot be read"):
        harvested(tmp_path / "broken.eval", tmp_path / "archive")
    assert not (tmp_path / "archive").exists()


def test_a_folder_that_is_no_archive_is_left_alone(logs: Path) -> None:
    result = turnwise("harvest", logs, "-o", logs)
    assert result.exit_code == 1
    assert "is not an archive" in result.stderr


def test_of_two_logs_of_one_run_the_later_counts(logs: Path, tmp_path: Path) -> None:
    folder = tmp_path / "twice"
    folder.mkdir()
    first = Path(shutil.copy(find_logs([logs])[0], folder / "first.eval"))

    def later(log: EvalLog) -> None:
        log.eval.eval_id, log.eval.created = "later", "2099-01-01T00:00:00+00:00"
        assert log.samples
        log.samples = log.samples[1:]
        log.samples[0].uuid = "held again"

    edited(first, folder / "second.eval", later)
    result = harvested(folder, tmp_path / "archive", FilterConfig(Filter(validation=0)))
    assert result.funnel.dialogues == 3
    assert f"{first}: 2 of 3 dialogues are in a later log of the same run." in result.remarks


def test_a_log_that_is_still_running_gives_what_it_has(logs: Path, tmp_path: Path) -> None:
    def running(log: EvalLog) -> None:
        log.status = "started"
        log.samples = (log.samples or [])[:2]

    log = edited(find_logs([logs])[0], tmp_path / "running.eval", running)
    result = harvested(log, tmp_path / "archive")
    assert result.funnel.dialogues == 2
    assert any("is still running or was cut off (status: started)" in remark for remark in result.remarks)


def test_reasoning_and_errors_of_tools_are_told_apart_from_words(logs: Path, tmp_path: Path) -> None:
    def change(log: EvalLog) -> None:
        for sample in log.samples or []:
            reply = next(m for m in sample.messages if isinstance(m, ChatMessageAssistant) and m.text)
            reply.content = [ContentReasoning(reasoning="Let me see."), ContentText(text=reply.text)]
            result = next(m for m in sample.messages if isinstance(m, ChatMessageTool))
            result.content, result.error = "", ToolCallError("unknown", "no such book")

    log = edited(find_logs([logs])[0], tmp_path / "thought.eval", change)
    harvested(log, tmp_path / "archive")
    for row in archive_rows(tmp_path / "archive"):
        (thought,) = [message for message in row["messages"] if message["reasoning_content"]]
        assert thought["reasoning_content"] == "Let me see."
        assert "Let me see" not in (thought["content"] or "")
        assert next(m for m in row["messages"] if m["role"] == "tool")["content"] == "Error: no such book"


def test_events_are_passed_over_and_nothing_else_is(logs: Path, tmp_path: Path) -> None:
    (log, _) = find_logs([logs])
    fast = {sample["uuid"]: sample for sample in read_samples(log, sample_names(log))}
    with zipfile.ZipFile(log) as members:
        raw = [json.loads(members.read(name)) for name in sample_names(log)]
    for whole in raw:
        read = fast[whole["uuid"]]
        assert "events" not in read
        assert {key for key in whole if key != "events"} == set(read)
        assert read["store"] == whole["store"]
        assert read["model_usage"] == whole["model_usage"]
    plain = tmp_path / "log.json"
    write_eval_log(read_eval_log(str(log)), str(plain))
    listed = {sample["uuid"]: sample for sample in read_samples(plain, sample_names(plain))}
    assert {one: sample["messages"] for one, sample in listed.items()} == {
        one: sample["messages"] for one, sample in fast.items()
    }


def test_prices_give_the_cost_of_an_accepted_dialogue(logs: Path, tmp_path: Path) -> None:
    prices = {"turnwise/lexical": ModelCost(input=1, output=2, input_cache_read=0.5, input_cache_write=1)}
    funnel = harvested(logs, tmp_path / "archive", FilterConfig(prices=prices)).funnel
    spent = [read_eval_log(str(path), header_only=True).stats.model_usage for path in find_logs([logs])]
    usage = [found["turnwise/lexical"] for found in spent]
    assert funnel.cost == pytest.approx(sum(u.input_tokens + 2 * u.output_tokens for u in usage) / 1e6)
    assert funnel.cost_per_accepted == pytest.approx(funnel.cost / funnel.accepted)
    assert harvested(logs, tmp_path / "archive").funnel.cost is None


def test_dialogues_with_an_unfit_user_are_left_out_unless_forced(logs: Path, tmp_path: Path) -> None:
    def silence(log: EvalLog) -> None:
        for sample in log.samples or []:
            assert sample.scores
            metadata = sample.scores["user_health"].metadata
            assert metadata
            metadata["also"]["invented"] = 1

    log = edited(find_logs([logs])[0], tmp_path / "unfit.eval", silence)
    told = turnwise("harvest", log, "-o", tmp_path / "archive")
    assert "the simulated user is unfit (dialogues with an invented or leaked fact: 100.0%" in " ".join(
        told.stdout.split()
    )
    assert "Nothing was kept" in told.stdout
    forced = turnwise("harvest", log, "-o", tmp_path / "archive", "--force")
    assert "Nothing was kept" not in forced.stdout

    def another_run(whole: EvalLog) -> None:
        whole.eval.task_id = whole.eval.eval_id = "other"
        for sample in whole.samples or []:
            sample.uuid = f"other {sample.uuid}"

    edited(find_logs([logs])[0], tmp_path / "untouched.eval", another_run)
    together = turnwise("harvest", log, tmp_path / "untouched.eval", "-o", tmp_path / "both")
    assert "unfit.eval and 1 more: the simulated user is unfit (dialogues with an invented" in together.stdout
    assert "Nothing was kept" in together.stdout

    def another_agent(whole: EvalLog) -> None:
        another_run(whole)
        whole.eval.model = "mockllm/model"

    edited(find_logs([logs])[0], tmp_path / "other.eval", another_agent)
    apart = turnwise("harvest", log, tmp_path / "other.eval", "-o", tmp_path / "apart")
    assert "unfit.eval: the simulated user is unfit" in " ".join(apart.stdout.split())
    assert "Nothing was kept" not in apart.stdout, "what was said to another agent is kept"


def test_the_command_prints_the_funnel_and_both_profiles(logs: Path, tmp_path: Path) -> None:
    result = turnwise("harvest", logs, "-o", tmp_path / "archive", "--set", "validation=0", "--force")
    assert result.exit_code == 0, result.output
    assert "a yield of" in result.stdout
    assert "Cost: not known" in result.stdout
    assert "city_library" in result.stdout
    assert "task_oriented" in result.stdout
    assert turnwise("harvest", "--help").exit_code == 0
    assert "it takes KEY=VALUE" in turnwise("harvest", logs, "-o", tmp_path / "x", "--set", "grounding").stderr


@pytest.mark.parametrize(
    "command", ["harvest x", "harvest export x --for openai", "harvest verify x --for openai", "plan x"]
)
def test_without_its_extra_a_command_says_what_to_install(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # as if it were not there
    result = CliRunner().invoke(
        main, [*command.split(), *(["-o", "y"] if "harvest" in command and "verify" not in command else [])]
    )
    assert result.exit_code == 1
    assert result.output == "Error: harvesting needs pyarrow: pip install 'turnwise[harvest]'\n"
