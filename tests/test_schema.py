"""What is read from a database's own declarations and rows."""

import sqlite3

import pytest

from turnwise.synthesis.database.schema import Schema, reflect

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
