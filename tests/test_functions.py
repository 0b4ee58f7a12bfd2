"""Functions in SQL: time stands still, chance is seeded, and all else is as in SQLite."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tiny import NOW, tool, world

from turnwise.errors import WorldError
from turnwise.worlds import load_script, open_session

CLOCK = world(
    "CREATE TABLE t (id INTEGER PRIMARY KEY, day TEXT DEFAULT CURRENT_DATE, hour TEXT DEFAULT (time('now')))",
    tool("add", "write", "object", "INSERT INTO t DEFAULT VALUES RETURNING *"),
    tool(
        "now",
        "read",
        "object",
        """SELECT CURRENT_TIMESTAMP a, CURRENT_TIME b, datetime('NOW') c, date() d,
        strftime('%Y %H', 'now') e, strftime('%M') f, datetime(x'6e6f77', '+1 day') g,
        datetime('now', 'localtime') h, unixepoch() - unixepoch('2024-05-31 10:20:29') i,
        julianday('now') - julianday(date('now')) < 1 j,
        date('2020-02-28', '+1 day') k, date('nowhere') l, date(NULL) m""",
    ),
    tool("dice", "read", "object", "SELECT random() a, hex(randomblob(4)) b"),
)


def test_the_clock_stands_still() -> None:
    with open_session(CLOCK) as session:
        assert session.call("add", {}) == {"id": 1, "day": "2024-05-31", "hour": "10:20:30"}
        assert list(session.call("now", {}).values()) == [
            NOW, "10:20:30", NOW, "2024-05-31", "2024 10", "20", "2024-06-01 10:20:30", NOW, 1, 1,
            "2020-02-29", None, None,
        ]  # fmt: skip
    with open_session(CLOCK, reference_time="1999-12-31 23:59:59") as session:
        assert session.call("now", {})["d"] == "1999-12-31"


def test_chance_depends_on_the_seed_and_the_call_alone() -> None:
    with (
        open_session(CLOCK, seed=1) as one,
        open_session(CLOCK, seed=1) as two,
        open_session(CLOCK, seed=2) as three,
    ):
        one.call("dice", {})
        two.call("now", {})
        first, second = one.call("dice", {}), one.call("dice", {})
        assert first == two.call("dice", {})
        assert first != second
        three.call("now", {})
        assert first != three.call("dice", {})


@pytest.mark.parametrize("moment", ["2024-13-01 00:00:00", "yesterday", "2024-05-31", "2024-05-31T10:20:30"])
def test_a_reference_time_is_a_moment(moment: str) -> None:
    with pytest.raises(WorldError, match="YYYY-MM-DD"):
        open_session(CLOCK, reference_time=moment)


FORMATS = st.sampled_from(["2024-02-29", "2024-02-29 12:30:00", "12:30", "2460000.5", "", "nowhere", "2024-13-01"])
SHIFTS = st.sampled_from(["+1 day", "-3 months", "start of month", "weekday 0", "unixepoch", "auto", "nonsense"])
NUMBERS: st.SearchStrategy[Any] = st.one_of(st.none(), st.integers(-(10**10), 10**10), st.floats(-1e6, 1e7))


@pytest.fixture(scope="module")
def clocks() -> Iterator[tuple[sqlite3.Connection, sqlite3.Connection]]:
    with closing(load_script("")) as ours, closing(sqlite3.connect(":memory:")) as plain:
        yield ours, plain


@given(
    function=st.sampled_from(["date", "time", "datetime", "julianday"]),
    moment=FORMATS | NUMBERS,
    shift=SHIFTS,
)
@settings(max_examples=60, deadline=None)
def test_times_that_are_told_are_as_in_sqlite(clocks: Any, function: str, moment: Any, shift: str) -> None:
    ours, plain = clocks
    sql = f"SELECT {function}(:moment, :shift), strftime('%Y-%j %w', :moment, :shift)"
    told = {"moment": moment, "shift": shift}
    assert ours.execute(sql, told).fetchone() == plain.execute(sql, told).fetchone()


SOUGHT = st.text("ab*[]%é", max_size=6) | st.sampled_from([None, 12, 1.5, b"ab"])


@given(text=SOUGHT, part=SOUGHT, other=SOUGHT)
@example(text=b"ab", part="", other="")
@settings(max_examples=80, deadline=None)
def test_what_is_searched_for_is_found_as_in_sqlite(clocks: Any, text: Any, part: Any, other: Any) -> None:
    ours, plain = clocks
    sql = "SELECT instr(:text, :part), replace(:text, :part, :other), :text GLOB :part"
    told = {"text": text, "part": part, "other": other}
    assert ours.execute(sql, told).fetchone() == plain.execute(sql, told).fetchone()
