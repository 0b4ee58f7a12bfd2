"""Any schema gives a world and goals, or an error for people: never a crash. Schemas are generated, with rows."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from turnwise.errors import CompositionError, SeedError
from turnwise.goals.progress import match_state
from turnwise.synthesis.goals.by_rules import compose_goals
from turnwise.synthesis.goals.context import schema_of
from turnwise.synthesis.goals.goal_validation import replay, wanted_changes
from turnwise.synthesis.pipeline import make_world
from turnwise.worlds import RowChange, World, open_session, verify_world
from turnwise.worlds.changes import quoted

ROWS = 12
NAMES = (
    *(
        "customers",
        "Order Details",
        "order_details",
        "tbl_Users",
        "T_ORDER",
        "payments_receiveds",
        "日付",
        "Straße & Co",
    ),
    *("x", "a b", "a_b", "select", "catalog_contents_additional_attributes_of_all_the_things_that_were_ever_listed"),
    *("items", "staff", "wp_posts", "Überschrift", "1st", "--", 'q"uote', "emp", "events", "bookings"),
)
COLUMNS = (
    *("name", "first_name", "surname", "fname", "lname", "title", "status", "price", "qty", "due_date", "created_at"),
    *(
        "last_update",
        "password",
        "email",
        "phone",
        "zip",
        "year",
        "Order",
        "group",
        "limit",
        "query",
        "direction",
        "note",
    ),
    *(
        "min_price",
        "max price",
        "city",
        "日付",
        "naïve",
        "a-b",
        "a_b",
        "a.b",
        "% Eligible (K-12)",
        "T-BIL",
        "1",
        "type",
    ),
    *(
        "is_active",
        "uuid",
        "rowid",
        "crtd_ts",
        "event date",
        "a_very_long_name_of_a_column_that_goes_on_and_on_until_80",
    ),
)
KINDS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "integer": ("INTEGER", (0, 1, 2, 5, 17, 10**12, -3)),
    "code": ("INT", tuple(range(10000, 10000 + ROWS))),
    "real": ("REAL", (0.5, 9.99, 12.95, 100.0, -1.25, 1e9)),
    "numeric": ("NUMERIC(10,2)", (5, 5.5, 19.95)),
    "text": ("TEXT", ("Ann Lee", "Bob", "", " padded ", "line\ntwo", 'say "yes"', "é", "open", "x" * 90)),
    "choice": ("VARCHAR(9)", ("open", "closed", "cancelled")),
    "unique": ("TEXT", tuple(f"Thing {n}" for n in range(ROWS))),
    "date": ("DATE", tuple(f"2024-03-{n + 1:02}" for n in range(ROWS))),
    "mixed dates": ("DATE", ("2024-03-01", "2024-03-02 10:00:00", "2024-03-04T09:00:00Z", "2024-04-05 00:00:00.000")),
    "partial dates": ("DATE", ("2024-03-01", "2024-03", "2024", "0000-00-00", "", "9999-12-31")),
    "odd dates": ("TEXT", ("1996/7/4", "05.02.2020", "Feb 7, 2020", "2:05")),
    "moment": ("TIMESTAMP", ("2024-03-01 10:00:00", "2024-04-01 11:30:00", "9999-12-31 23:59:59")),
    "boolean": ("BOOLEAN", (0, 1)),
    "blob": ("BLOB", (b"\x00\xff", b"")),
    "anything": ("", (1, "one", 1.5, None, b"\x01")),
}


class Made(NamedTuple):
    """A table being made: its columns as SQL, its key, and its rows."""

    name: str
    columns: list[str]
    keys: list[str]
    rows: list[list[Any]]
    ending: str


@st.composite
def databases(draw: st.DrawFn) -> list[str]:
    """The statements that make a database of a few tables, any of which may be keyless, empty, cyclic or odd."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique_by=str.lower))
    statements: list[str] = []
    for name in names:
        statements += draw(tables(name, names))
    if draw(st.booleans()):
        statements.append(f"CREATE VIEW {quoted('v ' + names[0])} AS SELECT * FROM {quoted(names[0])}")
    return statements


@st.composite
def tables(draw: st.DrawFn, name: str, names: list[str]) -> list[str]:
    """One table with its rows."""
    key = draw(st.sampled_from(("rowid", "int", "text", "composite", "reference", "none", "none")))
    count = draw(st.sampled_from((0, 1, ROWS, ROWS, ROWS)))
    parts: list[str] = []
    values: list[list[Any]] = []
    constraint, ending = "", ""
    if key in ("rowid", "int", "reference"):
        target = f" REFERENCES {quoted(draw(st.sampled_from(names)))}" if key == "reference" else ""
        parts.append(
            f"{draw(st.sampled_from(('id', 'ID', 'thing_id', 'no')))} {'INT' if key == 'int' else 'INTEGER'} PRIMARY KEY{target}"
        )
        values.append(list(range(1, count + 1)))
    elif key == "text":
        parts.append("code TEXT PRIMARY KEY")
        values.append([f"K{n:03}" for n in range(count)])
    elif key == "composite":
        parts += [f"one_id INTEGER REFERENCES {quoted(draw(st.sampled_from(names)))}", "part TEXT"]
        values += [[n % 4 + 1 for n in range(count)], [f"p{n}" for n in range(count)]]
        constraint = ", PRIMARY KEY (one_id, part)"
    ending = draw(st.sampled_from(("", " WITHOUT ROWID"))) if key not in ("none", "reference") else ""
    columns = draw(st.lists(st.sampled_from(COLUMNS), max_size=5, unique_by=str.lower))
    for column in columns if key != "none" else columns or ["only"]:
        kind = draw(st.sampled_from(sorted(KINDS)))
        declared, pool = KINDS[kind]
        needed = " NOT NULL" if draw(st.booleans()) and kind != "anything" else ""
        parts.append(f"{quoted(column)} {declared}{needed}")
        values.append([pool[n % len(pool)] for n in range(count)])
    if draw(st.booleans()):
        parts.append(f"parent_id INTEGER REFERENCES {quoted(draw(st.sampled_from(names)))}")
        values.append([n % 3 + 1 if n % 5 else None for n in range(count)])
    generated = f", {quoted('doubled')} AS (1 + 1)" if draw(st.integers(0, 5)) == 0 else ""
    marks = ", ".join(map(_literal, [None] * len(values)))
    made = [f"CREATE TABLE {quoted(name)} ({', '.join(parts)}{generated}{constraint}){ending}"]
    if marks:
        made += [
            f"INSERT OR IGNORE INTO {quoted(name)} VALUES ({', '.join(map(_literal, row))})"
            for row in zip(*values, strict=True)
        ]
    return made


def _literal(value: Any) -> str:
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    if value is None:
        return "NULL"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)


def written(path: Path, statements: list[str]) -> Path:
    """The statements as a database file; those that SQLite itself refuses are left out."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for statement in statements:
            with suppress(sqlite3.Error):
                connection.execute(statement)
        connection.commit()
    return path


def in_one_line(error: Exception) -> None:
    """An error for people says in one line what is wrong."""
    assert str(error)
    assert "\n" not in str(error)


def world_of(path: Path, most_tools: int = 30) -> World | None:
    """The world of a database, or None where it is refused for a reason."""
    try:
        return make_world(path, most_tools=most_tools)
    except SeedError as error:
        in_one_line(error)
        return None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("schemas")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(statements=databases())
def test_any_schema_gives_a_world_and_goals_or_a_reason(statements: list[str], folder: Path) -> None:
    world = world_of(written(folder / "any.sqlite", statements))
    if world is None:
        return
    verify_world(world)
    for name in world.by_name:
        assert len(name) <= 64
    try:
        sets = compose_goals(world, sets=2, goals=1, difficulty="easy", seed=1).sets
    except CompositionError as error:
        in_one_line(error)
        return
    for (goal,) in sets:
        with open_session(world) as session:
            replay(session, goal)
            assert not match_state(goal.requests, session.net_changes()).unwanted


def test_rows_without_a_key_may_be_added_by_two_goals_of_one_dialogue(folder: Path) -> None:
    boats = [f"INSERT INTO boats VALUES ({n}, 'Boat {n}', {n * 10})" for n in range(1, 21)]
    trips = [f"INSERT INTO trips VALUES (NULL, {n % 20 + 1}, {n + 0.5})" for n in range(40)]
    made = ["CREATE TABLE boats (boat_id INTEGER PRIMARY KEY, name TEXT, capacity INTEGER)"]
    made += ["CREATE TABLE trips (trip_id INTEGER, boat_id INTEGER REFERENCES boats, price REAL)"]
    schema = schema_of(";".join([*made, *boats, *trips]))
    change = RowChange(table="trips", kind="insert", key={"rowid": 41}, values={"boat_id": 3, "price": 9.5})
    (wanted,) = wanted_changes(schema, "g1r1", [change], {})
    assert isinstance(wanted.key["rowid"], dict)
    assert wanted.values == {"boat_id": 3, "price": 9.5}
