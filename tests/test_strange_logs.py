"""Logs that a stranger made, given to each command that reads logs: a line that says what is wrong, or no harm."""

import copy
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from inspect_ai import score
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.log import read_eval_log

from turnwise._inspect import run_task
from turnwise.cli import main
from turnwise.errors import LogError
from turnwise.logs import bounds
from turnwise.scorers.iq import iq
from turnwise.scorers.outcomes import completion

# A traceback holds what was being read, and it is collected in any order.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

Members = dict[str, Any]
SAMPLE, HEADER, SUMMARIES = "samples/1_epoch_1.json", "header.json", "summaries.json"
EVIL = "\x1b[31m\x9b2J</script><img src=x onerror=alert(1)>[red]\u202e../../x"
READING = {
    "list": "show LOG",
    "list as JSON": "show LOG --json",
    "show": "show LOG 1",
    "show as JSON": "show LOG 1 --json",
    "compare": "compare LOG --page OUT/page.html --csv OUT/numbers.csv --plot OUT/plot.png --by world,agent",
    "compare as JSON": "compare LOG --json",
    "health": "health LOG",
    "calibrate": "calibrate LOG --limit 1 --scorer consent",
    "harvest": "harvest LOG -o OUT/made --force",
    "branch": "branch LOG --at every:2 -o OUT/starts.jsonl",
    "usage": "usage LOG --only world=city_library",
    "import": "import LOG -o OUT/logs",
    "fit": "users fit LOG -o OUT/behaviour.yaml",
}


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> Members:
    """What a good log holds."""
    arguments = {"world": "city_library", "scenarios": 1, "goals": 2, "seed": 3}
    log = run_task("user_oriented", arguments, "lexical", tmp_path_factory.mktemp("logs"))
    with log.open("rb") as file, zipfile.ZipFile(log) as opened:
        return {member.filename: json.loads(bounds.content(file, member)) for member in opened.infolist()}


def written(place: Path, members: Mapping[str, Any]) -> Path:
    log = place / "x.eval"
    with zipfile.ZipFile(log, "w") as made:
        for name, content in members.items():
            made.writestr(name, content if isinstance(content, bytes) else json.dumps(content))
    return log


def changed(members: Members, member: str, place: Sequence[Any], value: Any) -> Members:
    made = copy.deepcopy(members[member])
    part = made
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    return {**members, member: made}


def given(log: Path, command: str) -> str:
    """What a command says of a log; no traceback, one error at most, and nothing that a terminal or a page would obey."""
    out = log.parent / "out"
    out.mkdir(exist_ok=True)
    words = READING[command].replace("LOG", str(log)).replace("OUT", str(out)).split()
    result = CliRunner().invoke(main, words)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code in (0, 1), result.output
    assert not set(result.output) & set("\x1b\x07\x9b\u202e")
    if result.exit_code:
        assert sum(line.startswith("Error: ") for line in result.output.splitlines()) == 1
        assert len(result.output) < 1500
    for file in (path for path in out.rglob("*") if path.suffix in (".html", ".md", ".csv")):
        text = file.read_text("utf-8")
        assert "\x1b" not in text
        assert not re.search(r"(?<!\\)<img src=x", text) or file.suffix == ".csv"
    return result.output


GOAL = ("metadata", "scenario", "goals", 0)
WRONG_TYPES: list[tuple[str, tuple[Any, ...], Any, str, str]] = [
    (SAMPLE, (*GOAL, "requests", 0, "solution", 0), -1.5, "show health calibrate branch fit", "solution.0"),
    (SAMPLE, (*GOAL, "requests"), [{"id": 5}], "show harvest", "requests.0.id"),
    (SAMPLE, ("metadata", "start"), {"messages": -1, "change": {"words": ""}}, "show branch", "start.messages"),
    (SAMPLE, ("store", "DialogueLog:changes", 0), -1.5, "show health calibrate branch", "changes.0"),
    (SAMPLE, ("store", "DialogueLog:goal_phases", 0, "goals", 1), {"": ""}, "show calibrate", "goal_phases.0.goals.1"),
    (SAMPLE, ("store", "DialogueLog:goal_phases", 0, "goals", 1), "g99", "show calibrate", "g99"),
    (SAMPLE, ("store", "DialogueLog:goal_phases"), [], "show branch", "cannot be read"),
    (SAMPLE, ("store", "DialogueLog:ledger"), {"faults": [1]}, "show", "ledger.faults.0"),
    (SAMPLE, ("messages", 2, "metadata"), {"dialogue_acts": [[1]]}, "show branch fit", "dialogue_acts.0"),
    (SAMPLE, ("messages", 1), [], "harvest", "messages.1"),
    (SAMPLE, ("scores", "completion", "metadata", "findings"), [{"request": [[1]]}], "compare|is not in the list", ""),
    (SAMPLE, ("scores", "density"), "", "harvest", "scores.density"),
    (SAMPLE, ("scores", "user_health", "metadata", "also", "pacing"), EVIL, "harvest", "pacing"),
    (SAMPLE, ("scores", "user_health", "metadata", "also", "raised"), -7, "harvest", "more than there is"),
    (SAMPLE, ("scores", "user_health", "history"), {"a": 1}, "harvest", "cannot be read"),
    (SAMPLE, ("role_usage",), 10**400, "harvest", "role_usage"),
    (SAMPLE, ("epoch",), 10**400, "harvest", "epoch"),
    (SUMMARIES, (0, "scores", "iq", "metadata", "also"), 5, "list compare health", "iq.metadata.also"),
    (HEADER, ("eval", "metadata", "tools"), [1], "list compare harvest", "tools.0"),
    (HEADER, ("eval", "metadata", "world"), {"a": 1}, "list compare branch usage", "world"),
]  # fmt: skip


@pytest.mark.parametrize(("member", "place", "value", "commands", "told"), WRONG_TYPES, ids=range(len(WRONG_TYPES)))
def test_a_wrong_type_in_a_log_is_told(
    member: str, place: tuple[Any, ...], value: Any, commands: str, told: str, members: Members, tmp_path: Path
) -> None:
    log = written(tmp_path, changed(members, member, place, value))
    names, _, damage = commands.partition("|")
    for command in names.split():
        said = given(log, command)
        if damage:  # only the page reads it
            assert damage in (tmp_path / "out" / "page.html").read_text("utf-8")
        else:
            assert told in " ".join(said.split()), (command, said)


def evil(members: Members) -> Members:
    """A log whose names and texts are made to harm whoever shows them."""
    header = copy.deepcopy(members[HEADER])
    header["eval"] |= {"model": EVIL, "solver": EVIL, "tags": [EVIL]}
    header["eval"]["dataset"]["name"] = EVIL
    header["eval"]["metadata"] |= {"world": EVIL, "behaviour": EVIL, "tools": [{"name": EVIL, "description": EVIL}]}
    text = json.dumps(members[SAMPLE]).replace("library", json.dumps(EVIL)[1:-1])
    return {**members, HEADER: header, SAMPLE: {**json.loads(text), "uuid": EVIL}}


@pytest.mark.parametrize("command", READING)
def test_names_and_texts_of_a_log_do_nothing(command: str, members: Members, tmp_path: Path) -> None:
    given(written(tmp_path, evil(members)), command)
    assert {path.name for path in tmp_path.iterdir()} <= {"x.eval", "out"}


@pytest.mark.parametrize("command", READING)
def test_a_log_that_is_cut_off_is_refused(command: str, members: Members, tmp_path: Path) -> None:
    log = written(tmp_path, members)
    log.write_bytes(log.read_bytes()[:-400])
    assert "x.eval" in given(log, command)


def test_members_and_dialogues_named_like_other_places_stay_where_they_are(members: Members, tmp_path: Path) -> None:
    place = tmp_path / "a" / "b"
    place.mkdir(parents=True)
    named = [{**members[SUMMARIES][0], "id": "../../x"}]
    strange = {**members, "../../out.json": b"x", "samples/../../x_epoch_1.json": {**members[SAMPLE], "id": "../../x"}}
    log = written(place, {**strange, SUMMARIES: named})
    for command in ("list", "compare", "harvest", "branch", "calibrate"):
        given(log, command)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("content", ['["status", "eval"]', '{"status": "success", "eval": ' + "[" * 100_000])
@pytest.mark.parametrize("command", ["list", "compare", "harvest", "usage"])
def test_json_that_is_no_log_is_refused(content: str, command: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(content)
    assert "x.json" in given(tmp_path / "x.json", command)


def test_a_log_of_json_is_read_at_once_and_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "LARGEST_PART", 1000)
    (tmp_path / "x.json").write_text('{"status": "success", "eval": "' + "x" * 1000)
    assert "inspect log convert" in given(tmp_path / "x.json", "list")


def test_scorers_refuse_a_strange_log_in_a_line(members: Members, tmp_path: Path) -> None:
    for place, value in ((("metadata", "scenario"), "easy"), (("store", "DialogueLog:progress"), 5)):
        log = written(tmp_path, changed(members, SAMPLE, place, value))
        with pytest.raises(PrerequisiteError, match=str(place[-1])):
            score(read_eval_log(str(log)), [iq(), completion()], action="append", display="none")


def test_own_results_are_checked_as_they_are_read(members: Members, tmp_path: Path) -> None:
    from turnwise import Results

    log = written(tmp_path, changed(members, SAMPLE, (*GOAL, "difficulty"), "none"))
    with pytest.raises(LogError, match="difficulty"):
        list(Results.of(log))


def test_a_message_without_end_is_shown_as_far_as_anybody_reads(members: Members, tmp_path: Path) -> None:
    first = next(place for place, message in enumerate(members[SAMPLE]["messages"]) if message["role"] == "user")
    log = written(tmp_path, changed(members, SAMPLE, ("messages", first, "content"), "word " * 200_000))
    assert "… (1,000,000 characters)" in " ".join(given(log, "show").split())  # wherever lines break
