"""New values look as if they had always been there: of the column's kind, in step with the row and the world's day."""

import random
import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turnwise.synthesis.database.moments import read_moment
from turnwise.synthesis.database.new_values import inserted_value, new_row, new_value, observed, shifted
from turnwise.synthesis.database.phrases import phrases
from turnwise.synthesis.database.schema import Column, Schema, Table, reflect
from turnwise.synthesis.database.text_kinds import text_kind
from turnwise.worlds import Session, World, load_script, load_world, open_session

WORLDS = ("bike_workshop", "city_library", "concert_hall", "housing_association")
NOW = datetime(2026, 3, 2, 9)


@cache
def world(name: str) -> tuple[World, Schema]:
    loaded = load_world(name)
    return loaded, reflect(load_script(loaded.database or ""))


def column_of(sql: str, *values: Any) -> Column:
    """A column declared so, with these values."""
    connection = load_script(f"CREATE TABLE things ({sql});")
    connection.executemany("INSERT INTO things VALUES (?)", [(value,) for value in values])
    (column,) = reflect(connection).tables["things"].columns
    return column


def rows_made(name: str, count: int = 12) -> Iterator[tuple[Session, Table, dict[str, Any]]]:
    """New rows of every table of a world."""
    made, schema = world(name)
    with open_session(made) as session:
        for seed in range(count):
            for table in schema.tables.values():
                yield session, table, new_row(schema, table, session, random.Random(f"{seed} {table.name}"), {})


@pytest.mark.parametrize("name", WORLDS)
def test_a_new_row_is_open_and_its_dates_are_in_step(name: str) -> None:
    for session, table, row in rows_made(name):
        for column in table.columns:
            value = row.get(column.name)
            moment = read_moment(value)
            if column.choices and value is not None and column.label == "status":
                assert str(value) not in phrases("closing"), (table.name, value)
            if moment is not None and column.outlook == "past":
                assert moment.at.date() <= session.now.date(), (table.name, column.name, value)
            if moment is not None and column.outlook == "ahead":
                assert moment.at > session.now, (table.name, column.name, value)


@pytest.mark.parametrize("name", WORLDS)
def test_a_new_row_can_be_added(name: str) -> None:
    made, _ = world(name)
    tools = {tool.operation.table: tool for tool in made.tools if tool.operation and tool.operation.kind == "create"}
    for session, table, row in rows_made(name, 3):
        if (tool := tools.get(table.name)) is not None:
            with session.fork() as trial:
                fields = {table.by_name[column].field: value for column, value in row.items()}
                assert trial.call(tool.name, fields)
                assert len(trial.net_changes()) == 1


def test_bookings_point_at_what_is_still_to_come() -> None:
    for session, table, row in rows_made("concert_hall", 20):
        if table.name == "bookings":
            (event,) = session.query("SELECT * FROM events WHERE event_id = :id", {"id": row["event_id"]})
            assert event["start_time"] > f"{session.now:%Y-%m-%d}"
            assert event["status"] not in ("cancelled", "completed")


def test_the_same_seed_gives_the_same_values() -> None:
    made, schema = world("bike_workshop")
    with open_session(made) as session:
        twice = [
            [new_row(schema, table, session, random.Random(7), {}) for table in schema.tables.values()]
            for _ in range(2)
        ]
    assert twice[0] == twice[1]


@pytest.mark.parametrize(
    ("label", "noun", "naming", "kind"),
    [
        *(("email", "customer", False, "email"), ("work phone", "customer", False, "phone"), ("name", "supplier", True, "company")),
        *(("name", "author", True, "person"), ("title", "book", True, "title"), ("title", "employee", False, "job")),
        *(("contact name", "supplier", False, "person"), ("name", "product", True, "name"), ("city", "city", True, "city")),
        *(("billing city", "invoice", False, "city"), ("notes", "visit", False, "note"), ("cust first name", "customer", True, "given")),
        *(("status", "order", False, ""), ("address", "member", False, "street"), ("user name", "staff member", False, "username")),
    ],
)  # fmt: skip
def test_the_kind_of_a_text_is_told_by_names(label: str, noun: str, naming: bool, kind: str) -> None:
    assert text_kind(label, noun, naming) == kind


def test_phones_and_codes_keep_their_shape() -> None:
    seen: list[Any] = ["07700 900123", "07700 900456", "07700 900789"]
    phone = new_value(column_of("phone TEXT", *seen), seen, seen[0], random.Random(1))
    assert re.fullmatch(r"07700 90\d{4}", str(phone))
    logins: list[Any] = ["SKING", "NKOCHHAR", "LDEHAAN"]
    login = new_value(column_of("email TEXT", *logins), logins, logins[0], random.Random(1))
    assert re.fullmatch(r"SKING\d+", str(login)), "it is theirs, and no address"
    codes: list[Any] = ["ALFKI", "BONAP", "QUICK", "WOLZA"]
    code = new_value(column_of("code TEXT UNIQUE", *codes), codes, None, random.Random(1))
    assert re.fullmatch(r"[A-Z]{5}", str(code))
    assert code not in codes


@given(seed=st.integers(), year=st.integers(1950, 2026))
def test_a_year_stays_near_and_is_not_to_come(seed: int, year: int) -> None:
    column = column_of("model_year INTEGER", *range(2000, 2027))
    value = new_value(column, list(range(2000, 2027)), year, random.Random(seed), NOW)
    assert isinstance(value, int)
    assert 0 < abs(value - year) <= 2
    assert value <= NOW.year


@given(seed=st.integers(), price=st.sampled_from((4.95, 19.95, 129.95)))
def test_prices_end_as_the_others_do(seed: int, price: float) -> None:
    seen: list[Any] = [4.95, 9.95, 19.95, 49.95, 129.95]
    value = new_value(column_of("price REAL", *seen), seen, price, random.Random(seed))
    assert value is not None
    assert f"{value:.2f}".endswith(".95")
    assert 0.5 * price <= float(value) <= 1.5 * price + 1


@given(seed=st.integers(), day=st.dates(date(2026, 1, 20), date(2026, 12, 31)))
def test_what_is_due_is_moved_to_a_day_to_come(seed: int, day: date) -> None:
    column = column_of("due_date DATE", "2026-03-01", "2026-04-01")
    for moved in (
        new_value(column, ["2026-03-01", "2026-04-01"], day.isoformat(), random.Random(seed), NOW),
        shifted(column, day.isoformat(), random.Random(seed), NOW)[0],
    ):
        assert moved is None or str(moved) > "2026-03-02"


@given(seed=st.integers(), loaned=st.dates(date(2026, 1, 1), date(2026, 3, 1)))
def test_an_end_is_not_before_its_beginning(seed: int, loaned: date) -> None:
    column = column_of("return_date DATE", "2026-01-05", "2026-02-06")
    row: dict[str, Any] = {"loan_date": loaned.isoformat(), "return_date": None}
    returned = new_value(column, ["2026-01-05", "2026-02-06"], None, random.Random(seed), NOW, row)
    assert returned is None or loaned.isoformat() <= str(returned) <= "2026-03-02"


ANY_TEXT = [
    column_of(sql, "2026-04-01")
    for sql in ("due_date DATE", "note TEXT", "name TEXT", "email TEXT", "phone TEXT", "street TEXT", "x TEXT UNIQUE")
]


@given(
    text=st.one_of(st.text(max_size=30), st.sampled_from(("2024-13-45", "0000-00-00", "9999-12-31", "2024-02-29"))),
    seed=st.integers(),
)
def test_what_stands_in_a_column_may_be_anything(text: str, seed: int) -> None:
    rng = random.Random(seed)
    for column in ANY_TEXT:
        value = new_value(column, [text], text, rng, NOW)
        assert value is None or value != text
        if column.dated:
            shifted(column, text, rng, NOW)


def test_codes_are_never_shifted() -> None:
    assert shifted(column_of("zip INTEGER", *range(10000, 10020)), 10001, random.Random(1))[0] is None


def test_a_key_that_is_a_reference_is_one_that_is_free() -> None:
    script = """CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE badges (person_id INTEGER PRIMARY KEY REFERENCES people(id), colour TEXT);
        INSERT INTO people VALUES (1, 'Ann Lee'), (2, 'Bob Ray'), (3, 'Cy Dow');
        INSERT INTO badges VALUES (1, 'red'), (3, 'blue');"""
    made = World(
        name="w", domain="", description="", reference_time=f"{NOW}", tools=(), policy="", database=script
    )  # fmt: skip
    schema = reflect(load_script(script))
    badges = schema.tables["badges"]
    with open_session(made) as session:
        key = inserted_value(schema, badges, badges.by_name["person_id"], session, random.Random(1))
        assert key == 2
        assert observed(session, badges, badges.by_name["colour"]) == ["blue", "red"]
