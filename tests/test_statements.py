"""SQL from outside: what is not allowed, or cannot work, is found when a world is loaded."""

import pytest
from tiny import TEXT, tool, world

from turnwise.errors import CallRefused, WorldError
from turnwise.worlds import Tool, load_script, open_session, split_statements, verify_world

TABLE = "CREATE TABLE orders (id INTEGER PRIMARY KEY)"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (tool("t", "read", "array", "SELEC 1"), "tool t: the SQL of a read starts with"),
        (tool("t", "read", "array", "SELECT x FROM nowhere"), "no such table: nowhere"),
        (tool("t", "read", "array", "DELETE FROM orders"), "starts with one of SELECT"),
        (
            tool("t", "read", "array", "WITH x AS (SELECT 1) DELETE FROM orders"),
            "DELETE orders is not allowed by a read",
        ),
        (
            tool("t", "write", "object", "WITH x AS (SELECT 1) SELECT * FROM x"),
            "has to insert, update or delete",
        ),
        (tool("t", "read", "array", "SELECT 1; SELECT 2"), "one statement"),
        (tool("t", "read", "array", "SELECT ?", {"a": TEXT}), "are written :name"),
        (tool("t", "read", "array", "SELECT :a"), "uses :a, which is not among the parameters"),
        (tool("t", "read", "array", "SELECT ':b' -- :c", {"b": TEXT}), "the parameter b is not used in the SQL"),
        (tool("t", "read", "integer", "SELECT 1"), 'of type "object" or "array"'),
        (tool("t", "read", "array", "SELECT :a", {"a": {"type": "text"}}), "not a JSON schema"),
        (tool("t", "read", "array", "SELECT :a", {"a": {"$ref": "http://example.org"}}), "use \\$ref"),
        (
            tool("t", "read", "array", "SELECT :a", {"a": {"type": "string", "pattern": "^(a+)+$"}}),
            "very long to match",
        ),
    ],
)
def test_a_tool_that_cannot_work_is_found_before_any_dialogue(bad: Tool, reason: str) -> None:
    with pytest.raises(WorldError, match=reason):
        verify_world(world(TABLE, bad))


def test_simple_patterns_are_checked() -> None:
    dated = world("CREATE TABLE t (a)", tool("t", "read", "object", "SELECT :a a", {"a": {"pattern": r"^\d{4}-\d\d$"}}))
    with open_session(dated) as session:
        assert session.call("t", {"a": "2024-05"}) == {"a": "2024-05"}
        with pytest.raises(CallRefused, match="do not fit: a: "):
            session.call("t", {"a": "May"})


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("ATTACH '/tmp/x.db' AS x", "ATTACH"),
        ("PRAGMA writable_schema = 1", "PRAGMA"),
        ("CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END", "CREATE TRIGGER"),
        ("CREATE VIRTUAL TABLE x USING fts5(a)", "CREATE VTABLE"),
        ("CREATE TEMP TABLE x (a)", "CREATE TEMP TABLE"),
        ("DROP TABLE t", "DROP TABLE"),
        ("ALTER TABLE t ADD COLUMN c", "ALTER TABLE"),
        ("VACUUM INTO '/tmp/x.db'", "ATTACH"),
        ("DETACH main", "DETACH"),
        ("ANALYZE", "ANALYZE|sqlite_stat1"),
        ("SELECT load_extension('x')", "load_extension"),
        ("CREATE TABLE x (a CHECK (load_extension(a)))", "load_extension"),
        ("CREATE TABLE x (a AS (sqlite_version()))", "sqlite_version"),
        ("INSERT INTO t SELECT zeroblob(100000), 1", "more than 64 KB"),
        ("INSERT INTO sqlite_master VALUES (1, 2, 3, 4, 5)", "may not be modified"),
        ("SELEC 1", "syntax error"),
        ("SELECT 'unfinished", "unrecognized token"),
    ],
)
def test_a_script_only_builds_tables(statement: str, reason: str) -> None:
    with pytest.raises(WorldError, match=f"database.sql, line 3: .*({reason})"):
        load_script(f"CREATE TABLE t (a, b);\n-- a comment; not a statement\n{statement};\nSELECT 1;")


def test_a_script_may_be_a_dump() -> None:
    source = load_script(
        """CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT, c BLOB);
        CREATE UNIQUE INDEX i ON t (b) WHERE b LIKE 'x%';
        CREATE VIEW v AS SELECT upper(b) AS u FROM t;
        INSERT INTO t (b, c) VALUES ('it''s; -- not two', x'00ff'), ('a
        line', NULL);"""
    )
    dump = "\n".join(source.iterdump())
    assert "sqlite_sequence" in dump
    copy = load_script(dump)
    assert copy.execute("SELECT * FROM t").fetchall() == source.execute("SELECT * FROM t").fetchall()
    assert copy.execute("SELECT seq FROM sqlite_sequence").fetchall() == [(2,)]
    source.close()
    copy.close()


def test_statements_are_split_where_sql_ends_them() -> None:
    script = "\n-- one; two\nSELECT ';' /* ; */;\n\nSELECT \"a;b\", [c;d], `e;f`, 'it''s;' - 1 / 2;; SELECT 3"
    assert [line for line, _ in split_statements(script)] == [3, 5, 5]
