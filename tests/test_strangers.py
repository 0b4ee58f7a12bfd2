"""Worlds and transcripts that a stranger made: refused in one line, or read without harm, and never for long."""

import copy
import gzip
import os
import shutil
import sqlite3
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cast_archive import ROWS
from click.testing import CliRunner

from turnwise import untrusted
from turnwise.cli import main
from turnwise.errors import HarvestError, LogError, SeedError, TurnwiseError, WorldError
from turnwise.goals.pool import load_goals
from turnwise.harvest.archive import SCHEMA, archive_rows
from turnwise.harvest.filters import Filter
from turnwise.harvest.plan import load_plan
from turnwise.logs import bounds
from turnwise.logs.bulk import read_samples as in_bulk
from turnwise.logs.bulk import sample_names
from turnwise.logs.importing.logs import read_dialogues
from turnwise.logs.read import read_info, read_samples, read_summaries
from turnwise.logs.usage import load_prices
from turnwise.synthesis.seeds import files, reading, tables
from turnwise.synthesis.seeds.reading import read_seed
from turnwise.users import load_behaviour
from turnwise.worlds import bundled_worlds, load_world


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return Path(shutil.copytree(bundled_worlds()["city_library"], tmp_path / "library"))


def put(name: str, text: str) -> Callable[[Path], None]:
    return lambda place: (place / name).write_text(text) and None


def link(name: str, target: str) -> Callable[[Path], None]:
    def made(place: Path) -> None:
        (place / name).unlink()
        (place / name).symlink_to(target)

    return made


def pipe(place: Path) -> None:
    (place / "policy.md").unlink()
    os.mkfifo(place / "policy.md")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (link("policy.md", "/etc/hostname"), "leads out of the world"),
        (link("policy.md", "/dev/zero"), "leads out of the world"),
        (link("policy.md", "policy.md"), "symbolic link"),
        (link("policy.md", "gone.md"), "No such file"),
        (pipe, "policy.md is no file"),
        (put("policy.md", "x" * (2 << 20)), "larger than 1 MB"),
        (put("tools.json", "[" * 50_000), "nested too deeply"),
        (put("world.json", '{"a":' * 50_000), "nested too deeply"),
        (put("examples.jsonl", '{"tool": "a", "arguments": {}, "result": ' + "[" * 5000), "line 1, is no example"),
        (put("world.json", '{"name": "../../etc"}'), "name: String should match pattern"),
    ],
    ids=range(10),
)
def test_a_hostile_world_is_refused_at_once(change: Callable[[Path], None], reason: str, place: Path) -> None:
    change(place)
    started = time.process_time()
    with pytest.raises(WorldError, match=reason) as refused:
        load_world(place)
    assert len(str(refused.value)) < 1000
    assert time.process_time() - started < 2


def test_a_link_within_a_world_is_followed(place: Path) -> None:
    (place / "policy.md").rename(place / "rules.md")
    (place / "policy.md").symlink_to("rules.md")
    assert load_world(place).policy


def test_what_a_world_says_of_itself_moves_no_terminal(place: Path) -> None:
    for name in ("world.json", "tools.json"):
        text = (place / name).read_text("utf-8")
        (place / name).write_text(
            text.replace("city library", "\\u001b[2J\\u009b31m\\u202e[red]library").replace(
                "Find ", "\\u001b]0;own\\u0007"
            )
        )
    (place / "policy.md").write_text("\x1b[31mred")
    shown = CliRunner().invoke(main, ["show", str(place)])
    assert shown.exit_code == 0, shown.output
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(shown.output)
    assert "[red]library" in shown.output
    refused = CliRunner().invoke(main, ["show", "no\x1b[31msuch"])
    assert refused.exit_code == 1
    assert "\x1b" not in refused.output


def test_a_workbook_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("openpyxl")
    monkeypatch.setattr(files, "_LARGEST_BOOK", 1 << 20)
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as made, made.open("xl/x.xml", "w") as part:
        part.write(bytes(2 << 20))
    with pytest.raises(SeedError, match="larger than 1 MB unpacked"):
        read_seed(tmp_path / "bomb.xlsx")


SMALL = 1 << 16
LAUGHS = "a0: &a0 [x, x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 30))
DEEP = "[" * 8000 + "]" * 8000


@pytest.fixture
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (untrusted, bounds):
        monkeypatch.setattr(module, "LARGEST", SMALL)
    for reader in (untrusted.read_bytes, untrusted.read_text, untrusted.check_file):
        monkeypatch.setattr(reader, "__defaults__", (SMALL,))
    monkeypatch.setattr(bounds, "LARGEST_PART", SMALL)
    monkeypatch.setattr(untrusted, "MOST_PARTS", SMALL // 4)
    monkeypatch.setattr(bounds, "MOST_PARTS", SMALL // 4)
    monkeypatch.setattr(reading, "_LARGEST_SCRIPT", SMALL)


def packed(text: str) -> bytes:
    return gzip.compress(text.encode(), mtime=0)  # its bytes name a test, for every worker the same


@pytest.mark.parametrize(
    ("name", "content", "read", "reason"),
    [
        ("bomb.jsonl.gz", packed("0" * 8 * SMALL), read_dialogues, "unpacked: split it"),
        ("bomb.sql.gz", packed("0" * 8 * SMALL), read_seed, "unpacked: split it"),
        ("bomb.json.gz", packed("[" + "[]," * SMALL + "[]]"), read_dialogues, "unpacked|parts"),
        ("cut.jsonl.gz", packed("{}" * 1000)[:-9], read_dialogues, "damaged"),
        ("long.jsonl", "0" * 2 * SMALL, read_dialogues, "larger than"),
        ("parts.json", "[" + "[]," * (SMALL // 4) + "[]]", read_dialogues, "parts"),
        ("deep.json", DEEP, load_goals, "nested too deeply"),
        ("parts.json", "[" + "[]," * (SMALL // 4) + "[]]", load_goals, "parts"),
        ("laughs.yaml", LAUGHS, load_plan, "aliases are unfolded"),
        ("laughs.yaml", LAUGHS, load_behaviour, "aliases are unfolded"),
        ("laughs.yaml", LAUGHS, Filter.load, "aliases are unfolded"),
        ("laughs.yaml", LAUGHS, load_prices, "aliases are unfolded"),
        ("laughs.yaml", LAUGHS, read_seed, "aliases are unfolded"),
        ("self.yaml", "&a {target: *a}", load_plan, "holds itself"),
        ("deep.yaml", "a: " + DEEP, load_plan, "depth|deeply"),
        ("date.yaml", "target: 2024-13-45", load_plan, "month must be in"),
        ("digits.yaml", f"target: {'9' * 5000}", load_plan, "100 characters"),
        ("python.yaml", '!!python/object/apply:os.system ["true"]', load_plan, "constructor"),
        ("loop.yaml", None, load_plan, "no file, and may never end"),
        ("loop.json", None, read_dialogues, "no file, and may never end"),
        ("loop.json", None, load_goals, "no file, and may never end"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("small_bounds")
def test_a_hostile_file_is_refused_at_once(
    name: str, content: str | bytes | None, read: Callable[[Path], object], reason: str, tmp_path: Path
) -> None:
    file = tmp_path / name
    if content is None:
        os.mkfifo(file)
    else:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    started = time.process_time()
    with pytest.raises((TurnwiseError, OSError), match=reason) as refused:
        read(file)
    assert len(str(refused.value)) < 500
    assert time.process_time() - started < 2


def hostile_log(file: Path, members: dict[str, bytes], claims: int | None = None) -> Path:
    """A log with some members beside those of a good one; the last may claim to unpack to less than it does."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in {"header.json": b"{}", "summaries.json": b"[]", **members}.items():
            made.writestr(name, content)
    if claims is not None:
        data = bytearray(file.read_bytes())
        at = data.rindex(b"PK\x01\x02")
        data[at + 24 : at + 28] = claims.to_bytes(4, "little")
        file.write_bytes(data)
    return file


SAMPLE = "samples/1_epoch_1.json"


@pytest.mark.parametrize(
    ("members", "claims", "reason"),
    [
        ({"header.json": b" " * 2 * SMALL}, None, "header.json unpacks to"),
        ({"summaries.json": b"0" * 2 * SMALL}, None, "summaries.json unpacks to"),
        ({"_journal/summaries/1.json": b"0" * SMALL}, 100, "unpacks to more than it says"),
        ({SAMPLE: b"0" * 2 * SMALL}, None, "unpacks to"),
        ({SAMPLE: b"0" * SMALL}, 100, "unpacks to more than it says"),
        ({SAMPLE: b"[" + b"[]," * (SMALL // 4) + b"[]]"}, None, "parts"),
        ({SAMPLE: DEEP.encode()}, None, "nested too deeply"),
        ({SAMPLE: b'["]",' * 500 + b"1" + b"]" * 500}, None, "nested too deeply"),
    ],
    ids=range(8),
)  # fmt: skip
@pytest.mark.usefixtures("small_bounds")
def test_a_log_that_unpacks_without_end_is_refused(
    members: dict[str, bytes], claims: int | None, reason: str, tmp_path: Path
) -> None:
    log = hostile_log(tmp_path / "bomb.eval", members, claims)
    if SAMPLE not in members:
        with pytest.raises(LogError, match=reason):
            read_info(log)
        return
    bounds.check_log(log)
    with pytest.raises(ValueError, match=reason):
        bounds.check_member(log, 1, 1)
    with pytest.raises(ValueError, match=reason.replace("nested too deeply", "nested|no object")):
        list(in_bulk(log, sample_names(log)))


def test_members_of_a_log_that_overlap_are_refused(tmp_path: Path) -> None:
    log = hostile_log(tmp_path / "bomb.eval", {SAMPLE: os.urandom(5000)})
    data = log.read_bytes()
    end = data.rindex(b"PK\x05\x06")
    last = data[data.rindex(b"PK\x01\x02") : end]
    size = int.from_bytes(data[end + 12 : end + 16], "little") + 20 * len(last)
    ending = data[end : end + 8] + (23).to_bytes(2, "little") * 2 + size.to_bytes(4, "little") + data[end + 16 :]
    log.write_bytes(data[:end] + last * 20 + ending)
    with pytest.raises(LogError, match="overlap"):
        read_info(log)


@pytest.mark.parametrize("name", ["pipe.eval", "pipe.json"])
def test_a_log_that_is_a_pipe_is_refused(name: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / name)
    for read in (read_info, read_summaries, lambda path: list(read_samples(path))):
        with pytest.raises(LogError, match="no file, and may never end"):
            read(tmp_path / name)


def test_an_archive_that_leads_elsewhere_or_is_a_pipe_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "train-00000-of-00001.parquet"
    for make in (lambda: file.symlink_to("/etc/passwd"), lambda: os.mkfifo(file), lambda: file.write_bytes(b"PAR1")):
        make()
        with pytest.raises(HarvestError, match="cannot be read"):
            list(archive_rows(tmp_path))
        file.unlink()


def test_a_database_with_endless_and_huge_views_is_read_without_them(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.sqlite")) as made:
        made.executescript(
            """
            CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT);
            INSERT INTO item VALUES (1, 'cup');
            CREATE TRIGGER gone AFTER INSERT ON item BEGIN DELETE FROM item; END;
            CREATE VIEW endless AS WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT sum(i) FROM c;
            CREATE VIEW huge AS SELECT hex(zeroblob(900000000));
            """
        )
    seed = read_seed(tmp_path / "shop.sqlite")
    assert "VIEW" not in (seed.script or "")
    assert [note.partition(":")[0] for note in seed.left_out] == ["trigger gone", "view endless", "view huge"]


def test_tables_that_no_world_could_hold_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "wide.csv").write_text("\n".join(",".join(f"{row}{n}" for n in range(2000)) for row in "ab"))
    with pytest.raises(SeedError, match="2,000 columns"):
        read_seed(tmp_path / "wide.csv")
    monkeypatch.setattr(tables, "LARGEST_SCRIPT", 1000)
    (tmp_path / "long.csv").write_text("id,name\n" + "".join(f"{n},cup {n}\n" for n in range(100)))
    with pytest.raises(SeedError, match="fewer rows"):
        read_seed(tmp_path / "long.csv")


DEEP_TEXT = "[" * 50_000
STRANGE_ROWS: dict[str, Callable[[Any], object]] = {
    "provenance is no object": lambda row: row.update(provenance="5"),
    "provenance is of other types": lambda row: row.update(provenance='{"agent": {"a": []}, "models": 7}'),
    "provenance is deep": lambda row: row.update(provenance=DEEP_TEXT),
    "no provenance": lambda row: row.update(provenance=None),
    "tools are deep": lambda row: row.update(tools=DEEP_TEXT),
    "no messages": lambda row: row.update(messages=None),
    "a message is none": lambda row: row.update(messages=[None]),
    "arguments are deep": lambda row: [
        call["function"].update(arguments=DEEP_TEXT)
        for message in row["messages"]
        for call in message["tool_calls"] or []
    ],
    "a split leads elsewhere": lambda row: row.update(split="../../x\x1b[31m"),
}


@pytest.mark.parametrize("change", STRANGE_ROWS.values(), ids=STRANGE_ROWS)
@pytest.mark.parametrize("command", ["export", "verify"])
def test_rows_that_nobody_harvested_are_refused_in_a_line(
    change: Callable[[Any], object], command: str, tmp_path: Path
) -> None:
    row = copy.deepcopy(ROWS[0])
    change(row)
    (tmp_path / "data").mkdir()
    pq.write_table(pa.Table.from_pylist([row], schema=SCHEMA), tmp_path / "data" / "train-00000-of-00001.parquet")
    out = ["-o", str(tmp_path / "out")] if command == "export" else []
    for name in ("openai", "session-trace"):
        result = CliRunner().invoke(main, ["harvest", command, str(tmp_path), "--for", name, *out])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert "\x1b" not in result.output
        assert len(result.output) < 1000 or not result.exit_code
    assert {path.name for path in tmp_path.iterdir()} <= {"data", "out"}
