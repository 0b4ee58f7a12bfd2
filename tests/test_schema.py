"""What is read from a database's own declarations and rows."""

import sqlite3

import pytest

from turnwise.synthesis.database.present import UNDATED, present_time
from turnwise.synthesis.database.schema import Schema, reflect
from turnwise.worlds import load_script

SCRIPT = """
CREATE TABLE authors (author_id INTEGER PRIMARY KEY, first_name TEXT NOT NULL, last_name TEXT NOT NULL, born DATE);
CREATE TABLE books (
    id INTEGER PRIMARY KEY, title TEXT NOT NULL UNIQUE, author_id INTEGER NOT NULL REFERENCES authors(author_id),
    status TEXT NOT NULL DEFAULT 'in' CHECK (status IN ('in', 'out')), price NUMERIC(10,2) CHECK (price >= 0));
CREATE TABLE tags (tag_id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE book_tags (book_id INTEGER REFERENCES books(id), tag_id INTEGER REFERENCES tags(tag_id),
    PRIMARY KEY (book_id, tag_id));
CREATE TABLE visits (visit TEXT, author_id INTEGER);
CREATE VIEW cheap AS SELECT title FROM books WHERE price < 10;
"""


@pytest.fixture
def schema() -> Schema:
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCRIPT)
    for n in range(1, 21):
        connection.execute("INSERT INTO authors VALUES (?, ?, ?, ?)", (n, f"First{n}", f"Last{n}", f"19{n + 40}-01-02"))
        connection.execute("INSERT INTO books VALUES (?, ?, ?, 'in', ?)", (n, f"Title {n}", n, n + 0.5))
        connection.execute("INSERT INTO tags VALUES (?, ?)", (n, f"tag {n}"))
        connection.execute("INSERT INTO book_tags VALUES (?, ?)", (n, n))
        connection.execute("INSERT INTO visits VALUES (?, ?)", (f"visit {n}", n % 5 + 1))
    found = reflect(connection)
    connection.close()
    return found


def test_names_keys_and_labels(schema: Schema) -> None:
    assert schema.tables["authors"].label == ("first_name", "last_name")
    assert schema.tables["books"].label == ("title",)
    assert schema.tables["books"].by_name["id"].field == "book_id"
    assert schema.tables["books"].automatic_key
    assert not schema.tables["book_tags"].automatic_key


def test_types_choices_bounds_and_defaults(schema: Schema) -> None:
    books = schema.tables["books"].by_name
    assert (books["price"].type, books["price"].minimum) == ("number", 0.0)
    assert (books["status"].choices, books["status"].closed) == (("in", "out"), True)
    assert books["status"].default == "'in'"
    assert schema.tables["authors"].by_name["born"].type == "date"


def test_references_are_declared_or_made_plain_by_names_and_values(schema: Schema) -> None:
    (declared,) = schema.tables["books"].references
    (inferred,) = schema.tables["visits"].references
    assert (declared.table, declared.declared) == ("authors", True)
    assert (inferred.table, inferred.declared) == ("authors", False)


def test_a_link_table_has_a_container_and_an_item(schema: Schema) -> None:
    link = schema.tables["book_tags"].link
    assert link is not None
    assert [reference.table for reference in link] == ["books", "tags"]
    assert schema.tables["books"].link is None


def test_a_view_is_read_and_never_keyed(schema: Schema) -> None:
    assert schema.tables["cheap"].view
    assert schema.tables["cheap"].key == () or schema.tables["cheap"].key == ("title",)


def schema_of(script: str) -> Schema:
    return reflect(load_script(script))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        *(("first_name", "last_name"), ("GivenName", "FamilyName"), ("forename", "surname"), ("fname", "lname")),
        *(("vorname", "nachname"), ("cust_first", "cust_last"), ("CustFName", "CustLName"), ("firstname", "surname")),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_a_person_is_named_by_two_columns_in_either_order(first: str, last: str, turned: bool) -> None:
    columns = ", ".join(f"{name} TEXT" for name in ((last, first) if turned else (first, last)))
    rows = "".join(f"INSERT INTO customers VALUES ({n}, 'A{n}', 'B{n}', 'C{n}');" for n in range(4))
    found = schema_of(f"CREATE TABLE customers (id INTEGER PRIMARY KEY, {columns}, email TEXT);{rows}")
    assert found.tables["customers"].label == (first, last)


def test_names_of_someone_else_are_not_those_of_the_row() -> None:
    rows = "".join(f"INSERT INTO suppliers VALUES ({n}, 'Co {n}', 'A{n}', 'B{n}');" for n in range(4))
    columns = "id INTEGER PRIMARY KEY, company_name TEXT, contact_first_name TEXT, contact_last_name TEXT"
    assert schema_of(f"CREATE TABLE suppliers ({columns});{rows}").tables["suppliers"].label == ("company_name",)


USES = """
CREATE TABLE app_sales (
    sale_id INTEGER PRIMARY KEY, amount INTEGER, mcc INTEGER, zip INTEGER, model_year INTEGER, status INTEGER,
    genre TEXT, membership_type TEXT, crtd_ts TEXT, digest TEXT, row_version INTEGER, due_date TEXT, sold_on TEXT,
    facid INTEGER REFERENCES app_facilities(facid));
CREATE TABLE app_facilities (facid INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE app_notes (note TEXT);
"""


def test_a_column_says_what_it_is_for() -> None:
    facilities = "".join(f"INSERT INTO app_facilities VALUES ({n}, 'Court {n}');" for n in range(5))
    sales = "".join(
        f"INSERT INTO app_sales VALUES ({n}, {n * 317}, {5000 + n * 13}, {10000 + n * 997}, {2000 + n % 9}, {n % 3},"
        f" 'g{n % 2}', 'm{n % 2}', '2024-01-{n + 1:02} 10:00:00', '{n:032x}', {n}, '2024-02-{n + 1:02}',"
        f" '2024-01-{n + 1:02}', {n % 5});"
        for n in range(20)
    )
    table = schema_of(USES + facilities + sales).tables["app_sales"]
    columns = table.columns
    assert table.noun == "sale"
    assert [c.name for c in columns if c.bookkeeping] == ["crtd_ts", "digest", "row_version"]
    assert {"mcc", "zip", "model_year", "status"} <= {c.name for c in columns if c.coded}
    assert not table.by_name["amount"].coded
    assert [c.name for c in columns if c.nature] == ["genre"]
    assert (table.by_name["due_date"].outlook, table.by_name["sold_on"].outlook) == ("ahead", "past")
    assert table.by_name["facid"].label == "facility"


def test_a_column_goes_without_the_initials_of_its_table_and_a_day_by_its_name() -> None:
    week = ", ".join(f"{day} REAL" for day in ("mon", "tue", "wed", "thu", "fri"))
    script = f"""CREATE TABLE Pilots (P_ID INTEGER PRIMARY KEY, P_Name TEXT, P_Grade TEXT, contact TEXT, approved_by INTEGER);
        CREATE TABLE shifts (shift_id INTEGER PRIMARY KEY, {week}); CREATE TABLE moons (id INTEGER PRIMARY KEY, sun REAL);
        INSERT INTO Pilots VALUES (1, 'Ada Moss', 'A', '0161 555 0100', 4), (2, 'Ben Hale', 'A', '0161 555 0101', 5);"""
    tables = schema_of(script).tables
    pilot = tables["Pilots"]
    assert [pilot.by_name[name].label for name in ("P_Name", "P_Grade", "contact")] == [
        "name",
        "grade",
        "contact number",
    ]
    assert pilot.label == ("P_Name",)
    assert pilot.by_name["approved_by"].bookkeeping
    assert [column.label for column in tables["shifts"].columns[1:3]] == ["monday", "tuesday"]
    assert tables["moons"].by_name["sun"].label == "sun"


def test_seconds_since_1970_are_bookkeeping_also_as_texts() -> None:
    rows = "".join(f"INSERT INTO posts VALUES ({n}, '{1537676193 + n}', '1537676193');" for n in range(9))
    table = schema_of(f"CREATE TABLE posts (id INTEGER PRIMARY KEY, date TEXT, phone TEXT);{rows}").tables["posts"]
    assert table.by_name["date"].bookkeeping
    assert not table.by_name["phone"].bookkeeping


def test_a_row_that_says_whom_to_speak_to_is_a_company() -> None:
    names = "customer_name TEXT, contact_first_name TEXT, contact_last_name TEXT"
    rows = "".join(f"INSERT INTO customers VALUES ({n}, 'Firm {n}', 'A{n}', 'B{n}');" for n in range(4))
    table = schema_of(f"CREATE TABLE customers (id INTEGER PRIMARY KEY, {names});{rows}").tables["customers"]
    assert table.by_name["customer_name"].text_kind == "company"


def test_what_only_says_more_of_another_row_is_no_thing_and_lines_are_numbered_within_their_list() -> None:
    script = """CREATE TABLE pupils (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE tutors (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE tutoring (pupil_id INTEGER PRIMARY KEY REFERENCES pupils(id), tutor_id INTEGER REFERENCES tutors(id));
        CREATE TABLE menu (tutor_id INTEGER REFERENCES tutors(id), pupil_id INTEGER REFERENCES pupils(id),
            quantity INTEGER, menu_line_number INTEGER NOT NULL, PRIMARY KEY (tutor_id, pupil_id));"""
    tables = schema_of(script).tables
    assert [name for name, table in tables.items() if table.is_part] == ["tutoring"]
    assert tables["menu"].numbered_within == {"menu_line_number": "tutor_id"}


def test_a_pet_is_on_the_list_of_its_owner() -> None:
    script = """CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE pets (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE favourites (user_id INTEGER REFERENCES users(id), pet_id INTEGER REFERENCES pets(id), PRIMARY KEY (user_id, pet_id));"""
    ends = schema_of(script).tables["favourites"].link
    assert ends is not None
    assert [reference.table for reference in ends] == ["users", "pets"]


def test_references_hold_however_their_case() -> None:
    script = "CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (n INTEGER REFERENCES A(ID)); INSERT INTO a VALUES (1);"
    (found,) = schema_of(script).tables["b"].references
    assert (found.table, found.to) == ("a", "id")


def test_a_key_is_numbered_unless_it_is_a_reference_or_no_number() -> None:
    script = """CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INT PRIMARY KEY);
        CREATE TABLE c (id INTEGER PRIMARY KEY REFERENCES a(id)); CREATE TABLE d (id TEXT PRIMARY KEY);
        CREATE TABLE e (x INTEGER, y INTEGER, PRIMARY KEY (x, y));"""
    tables = schema_of(script).tables
    assert [(name, t.automatic_key, t.rowid_key) for name, t in tables.items() if t.automatic_key] == [
        ("a", True, True),
        ("b", True, False),
    ]


@pytest.mark.parametrize(
    "form", ["2024-03-01", "2024-03-01 09:30:00", "2024-03-01T09:30:00Z", "2024-03-01 09:30:00.000"]
)
def test_dates_may_be_mixed_with_times(form: str) -> None:
    rows = "".join(f"INSERT INTO t VALUES ('2024-01-{n:02}');" for n in range(1, 9))
    column = schema_of(f"CREATE TABLE t (day DATE);{rows}INSERT INTO t VALUES ('{form}');").tables["t"].by_name["day"]
    assert column.type == "date"


def dated(*columns: str) -> str:
    """The present of a table of thirty rows: each column is a name and the first day of thirty."""
    named = [column.split(" ") for column in columns]
    rows = [", ".join(f"date('{first}', '+{n} days')" for _, first in named) for n in range(30)]
    script = f"CREATE TABLE things (id INTEGER PRIMARY KEY, {', '.join(name for name, _ in named)});"
    script += "".join(f"INSERT INTO things VALUES ({n}, {row});" for n, row in enumerate(rows))
    return present_time(schema_of(script), script)


def test_the_present_is_when_some_things_have_happened_and_some_are_to_come() -> None:
    assert dated("name Ann") == UNDATED
    assert dated("order_date 2024-03-01", "due_date 2024-03-10") == "2024-03-31 09:00:00"
    assert dated("order_date 2024-03-01", "birth_date 2030-01-01") == "2024-03-31 09:00:00"
    assert dated("order_date 2024-03-01", "expiry_date 9999-01-01") == "2024-03-31 09:00:00"
    assert dated("event_date 2024-03-01") == "2024-03-24 09:00:00"
    assert dated("event_date 2024-03-01", "hire_date 2001-01-01") == "2024-03-18 09:00:00"


@pytest.mark.parametrize(
    ("column", "noun", "called"),
    [
        ("facid", "facility", "facility"),
        ("pub_id", "publisher", "publisher"),
        ("pcp", "physician", "physician"),
        ("customerNumber", "customer", "customer"),
        ("salesRepEmployeeNumber", "employee", "sales rep"),
        ("manager_staff_id", "staff member", "manager"),
        ("staff_id", "staff member", "staff member"),
        ("ShipVia", "shipper", "shipper"),
        ("original_language_id", "language", "original language"),
        ("recommendedby", "member", "recommended by"),
        ("dept_name", "department", "department"),
        ("home_branch_name", "branch", "home branch"),
        ("email", "member", "member"),
    ],
)
def test_a_reference_is_called_by_what_it_points_at(column: str, noun: str, called: str) -> None:
    table = f"{noun.replace(' ', '_')}s" if noun != "staff member" else "staff"
    table = "facilities" if noun == "facility" else table
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, name TEXT);"
        f"CREATE TABLE things (thing_id INTEGER PRIMARY KEY, {column} INTEGER REFERENCES {table}(id));"
    )
    assert reflect(connection).tables["things"].by_name[column].label == called


@pytest.mark.parametrize(("values", "flag"), [("01", True), ("0", True), ("YN", True), ("AB", False), ("123", False)])
def test_a_yes_or_no_is_a_flag_also_in_letters(values: str, flag: bool) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE things (id INTEGER PRIMARY KEY, active TEXT)")
    connection.executemany("INSERT INTO things (active) VALUES (?)", [(value,) for value in values * 4])
    assert reflect(connection).tables["things"].by_name["active"].flag is flag
