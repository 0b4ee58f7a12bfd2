"""Scripts of no tool's: SQLite runs them, and what they borrow from other databases is rewritten for it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turnwise.errors import SeedError
from turnwise.synthesis.seeds.reading import Seed, read_seed
from turnwise.synthesis.seeds.rewriting import rewriter
from turnwise.worlds import load_script, split_statements

Rows = dict[str, list[tuple[object, ...]]]


def read(text: str, folder: Path) -> Seed:
    (folder / "script.sql").write_text(text, "utf-8")
    return read_seed(folder / "script.sql")


def rows_in(seed: Seed) -> Rows:
    with closing(load_script(seed.script or "")) as made:
        names = made.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name").fetchall()
        return {name: made.execute(f'SELECT * FROM "{name}" ORDER BY 1').fetchall() for (name,) in names}


def rows_of_sqlite(text: str) -> Rows:
    with closing(sqlite3.connect(":memory:")) as made:
        made.executescript(text)
        names = made.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name").fetchall()
        return {name: made.execute(f'SELECT * FROM "{name}" ORDER BY 1').fetchall() for (name,) in names}


def rewritten(text: str) -> str:
    statements = [statement for _, statement in split_statements(text)]
    return ";".join(map(rewriter(text, statements), statements))


MARKS = ("'::x", "STR_TO_DATE('a')", "CREATE SCHEMA s", "\nUSE x;\n", "\nCREATE DATABASE d;", "CAST('2018-08-30' AS DATE)", "(DATE '2018-08-30')", "CREATE TABLE s.t", "s.t")  # fmt: skip
CHANGES = """
UPDATE t SET n = n + 1 WHERE id IN (SELECT id FROM t WHERE n > 1);
DELETE FROM t WHERE id = 3;
WITH x AS (SELECT 4 AS id) INSERT INTO t SELECT id, 'four', 4 FROM x;
INSERT OR REPLACE INTO t VALUES (4, 'FOUR', 4);
INSERT INTO t (id, x) SELECT id + 10, x FROM t WHERE id < 3;
CREATE VIEW v AS SELECT x, CAST(n AS TEXT) AS n FROM t;
"""


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_in_a_text_or_a_comment_changes_nothing(mark: str, tmp_path: Path) -> None:
    text = "'" + mark.replace("'", "''") + "'"
    script = (
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT DEFAULT {text}, n INT); /* {mark} */\n-- {mark.strip()}\n"
        f"INSERT INTO t VALUES (1, {text}, 1), (2, 'two', 2), (3, 'three', 3);\n{CHANGES}"
    )
    seed = read(script, tmp_path)
    assert (rows_in(seed), seed.left_out) == (rows_of_sqlite(script), ())


@given(st.lists(st.text(st.sampled_from("ab'\"`[]();-/*:.,\n"), max_size=12) | st.sampled_from(MARKS), max_size=6))
def test_texts_are_never_rewritten(texts: list[str]) -> None:
    values = ", ".join("('" + text.replace("'", "''") + "')" for text in texts) or "('')"
    script = f"CREATE SCHEMA s; INSERT INTO s.t VALUES {values}, (CAST('20180830' AS DATE))"
    assert rewritten(script) == f"CREATE SCHEMA s; INSERT INTO \"t\" VALUES {values}, ('2018-08-30')"


DATES = {
    "CAST('2018-08-30' AS DATE)": "2018-08-30",
    "CAST('20180830' AS DATE)": "2018-08-30",
    "CAST(20180830 AS DATE)": "2018-08-30",
    "cast( '2018-08-30 10:15' as\ndatetime )": "2018-08-30 10:15:00",
    "CAST('2018-08-30' AS TIMESTAMP WITHOUT TIME ZONE)": "2018-08-30 00:00:00",
    "CAST('30 Aug 2018' AS DATE)": "2018-08-30",
    "CAST('no date' AS DATE)": "no date",
    "CAST(NULL AS DATE)": None,
    "CAST(d AS DATE)": "2020-01-02",
    "CAST(d || '' AS TIMESTAMP)": "2020-01-02 03:04:05",
    "CAST((SELECT max(t.d) FROM t) AS DATE)": "2020-01-02",
    "CAST(CAST('2018-08-30 10:15' AS TIMESTAMP) AS DATE)": "2018-08-30",
    "'2018-08-30'::date": "2018-08-30",
    "t.d::date": "2020-01-02",
    "(d || '')::timestamp::date": "2020-01-02",
    "DATE '2018-08-30'": "2018-08-30",
    "TIMESTAMP '2018-08-30 10:15:00'": "2018-08-30 10:15:00",
    "TO_DATE('30-AUG-2018', 'DD-MON-YYYY')": "2018-08-30",
    "TO_DATE(d, 'YYYY-MM-DD')": "2020-01-02",
    "TO_TIMESTAMP('30/08/2018 10:15', 'DD/MM/YYYY HH24:MI')": "2018-08-30 10:15:00",
    "STR_TO_DATE('30,8,2018', '%d,%m,%Y')": "2018-08-30",
    "CONVERT(date, '30/08/2018', 103)": "2018-08-30",
    "CONVERT(datetime, '2018-08-30T10:15:00', 126)": "2018-08-30 10:15:00",
    "CONVERT('2018-08-30', DATE)": "2018-08-30",
    "CAST('7' AS INTEGER)": 7,
}


@pytest.mark.parametrize(("expression", "value"), DATES.items())
def test_dates_are_read_from_texts_wherever_they_stand(expression: str, value: object, tmp_path: Path) -> None:
    far = "-- far\n" * 40_000
    script = (
        f"CREATE TABLE t (d TEXT);\nINSERT INTO t VALUES ('2020-01-02 03:04:05');\n{far}"
        f"CREATE TABLE a (x);\nINSERT INTO a SELECT {expression} FROM t;\nCREATE VIEW v AS SELECT {expression} AS x FROM t;\n"
    )
    found = rows_in(read(script, tmp_path))
    assert found["a"] == found["v"] == [(value,)]


SCHEMAS = """DROP DATABASE IF EXISTS shelter; CREATE DATABASE shelter;
USE shelter;
CREATE SCHEMA ref;
CREATE TABLE IF NOT EXISTS ref.colors (color TEXT PRIMARY KEY, d DATE);
CREATE TABLE "ref"."Order" (id INT PRIMARY KEY, color TEXT, FOREIGN KEY (color) REFERENCES ref.colors (color));
CREATE TABLE main.animals (id INTEGER PRIMARY KEY, color TEXT REFERENCES "ref"."colors" (color));
CREATE TABLE old.animals (id INTEGER PRIMARY KEY, color TEXT);
CREATE INDEX ref.i ON ref.colors (d);
INSERT INTO ref.colors (color) VALUES ('red'), ('ref.colors');
INSERT INTO ref."Order" SELECT 1, ref.color FROM ref.colors ref WHERE ref.color = 'red';
INSERT INTO animals (color) SELECT c.color FROM ref."Order" o, ref.colors c JOIN main.animals ON 1 WHERE o.id = 9;
INSERT INTO animals VALUES (1, 'red'), (2, NULL);
INSERT INTO old.animals SELECT * FROM animals WHERE color IS DISTINCT FROM animals.color OR color = 'red';
UPDATE ref.colors SET d = (SELECT '2018-08-30' FROM ref."Order") WHERE ref.colors.color = 'red';
UPDATE OR IGNORE old.animals SET color = 'blue';
DELETE FROM ref.colors WHERE EXISTS (SELECT 1 FROM ref."Order" WHERE colors.color = 'ref.colors');
CREATE VIEW ref.seen AS SELECT colors.color, old.animals.color AS was FROM (ref.colors JOIN old.animals ON 1);
"""


def test_schemas_are_left_out_and_columns_of_aliases_are_not(tmp_path: Path) -> None:
    seed = read(SCHEMAS, tmp_path)
    assert rows_in(seed) == {
        "Order": [(1, "red")],
        "animals": [(1, "red"), (2, None)],
        "colors": [("red", "2018-08-30")],
        "old_animals": [(1, "blue")],
        "seen": [("red", "blue")],
    }
    assert seed.left_out[3] == "USE shelter (line 2): a world is one database, without schemas"
    assert len(seed.left_out) == 4


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("USE x;\nCREATE TABLE t (d DATE);\n\nINSERT INTO t VALUES (CAST('2018-08-30'\n\n AS DATE));\nINSERT INTO u VALUES (1);", "line 7: no such table: u"),
        ("CREATE TABLE t (d DATE);\nINSERT INTO t SELECT TO_DATE(d, 'DD/MM/YYYY') FROM t;", "line 2: "),
        ("CREATE TABLE t (d TEXT); -- CAST('' AS DATE)\nINSERT INTO t VALUES ('USE x;', NOW());", "line 2: "),
    ],
)  # fmt: skip
def test_what_sqlite_refuses_is_refused_with_the_line_of_the_file(script: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(SeedError, match=f"cannot be read as SQLite SQL: {reason}"):
        read(script, tmp_path)


def test_what_is_another_database_s_all_the_same_is_read_as_that_one_s(tmp_path: Path) -> None:
    script = (
        "CREATE DATABASE univ;\nUSE univ;\nCREATE TABLE a (id INT PRIMARY KEY, kind ENUM('x', 'y'), d DATE, KEY k (d));\n"
        "INSERT INTO a VALUES (1, 'x', STR_TO_DATE('1-2-2020', '%d-%m-%Y'));\nUPDATE a SET kind = 'y' WHERE id = 1;\n"
    )
    seed = read(script, tmp_path)
    assert rows_in(seed) == {"a": [(1, "y", "2020-02-01")]}
    assert seed.left_out[0].startswith("script.sql is read as a script of MySQL, for SQLite refuses it: line 3: ")
