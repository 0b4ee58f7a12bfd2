"""The sandbox: whatever a stranger's SQL tries, it is refused in time and nothing has changed."""

from collections.abc import Iterator

import pytest
from tiny import TEXT, tool, world

from turnwise.errors import CallRefused, WorldError
from turnwise.worlds import Session, open_session

ROWS = "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); INSERT INTO t VALUES " + ", ".join(
    f"({n}, 'row {n}')" for n in range(1000)
)
COUNT = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c)"
LONG = "SELECT replace(hex(zeroblob(16000)), '0', 'aa') AS x"

READS = {
    "endless recursion": f"{COUNT} SELECT max(n) FROM c",
    "endless rows": f"{COUNT} SELECT n FROM c",
    "cartesian join": "SELECT count(*) FROM t x, t y, t z",
    "sort of a cartesian join": "SELECT x.b || y.b FROM t x, t y, t z ORDER BY 1 LIMIT 1",
    "join of 64 tables": f"SELECT count(*) FROM {', '.join(f't t{n}' for n in range(64))}",
    "window over a join": "SELECT sum(x.a) OVER (ORDER BY y.b) FROM t x, t y",
    "too many rows": "SELECT a FROM t",
    "too many bytes": f"WITH s AS MATERIALIZED ({LONG}) SELECT x FROM s UNION ALL SELECT x FROM s",
    "group_concat": "SELECT group_concat(x.b || y.b) FROM t x, t y",
    "doubling text": "WITH RECURSIVE c (s) AS (VALUES ('a') UNION ALL SELECT s || s FROM c) SELECT s FROM c",
    "replace": """WITH RECURSIVE c (s) AS (VALUES ('a') UNION ALL SELECT replace(s, 'a', 'aaa') FROM c)
        SELECT max(s) FROM c""",
    "zeroblob": "SELECT hex(zeroblob(1000000000))",
    "randomblob": "SELECT length(randomblob(1000000000))",
    "printf's precision": "SELECT printf('%.*c', 2000000000, 'x')",
    "printf's width": "SELECT format('%2000000000d', 1)",
    "printf's template": "SELECT printf(group_concat(b)) FROM t",
    "trim": f"WITH s AS MATERIALIZED ({LONG}) SELECT trim(x, replace(x, 'a', 'b')) FROM s",
    "like": f"WITH s AS MATERIALIZED ({LONG}) SELECT count(*) FROM s, t WHERE x || a LIKE '%{'a' * 90}b'",
    "glob": f"WITH s AS MATERIALIZED ({LONG}) SELECT count(*) FROM s, t WHERE x || a GLOB '*{'a' * 90}b'",
    "long pattern": f"SELECT b LIKE '%{'a' * 200}' FROM t LIMIT 1",
    "many slow functions": f"WITH s AS ({LONG}) SELECT {', '.join(['x LIKE x'] * 40)} FROM s",
    "instr": f"""WITH s AS MATERIALIZED ({LONG}),
        p AS MATERIALIZED (SELECT substr(x, 1, 30000) || 'b' AS y FROM s)
        SELECT count(*) FROM s, p, t WHERE instr(substr(x, 1, 60000) || a, y)""",
    "memory": f"""WITH RECURSIVE c (n, x) AS (SELECT * FROM (SELECT 1, x FROM ({LONG})) UNION ALL
        SELECT n + 1, substr(x, 2) || 'a' FROM c) SELECT x FROM c ORDER BY n % 7 LIMIT 1""",
    "deep expression": f"SELECT {'(' * 5000}1{')' * 5000}",
    "slow random": "SELECT count(*) FROM t x, t y, t z WHERE random() = x.a + y.a + z.a",
    "json_each": """WITH s (x) AS (SELECT json_group_array(a) FROM t)
        SELECT count(*) FROM s, json_each(x), json_each(x)""",
    "json_patch": "SELECT json_patch('{}', '{}')",
    "schema": "SELECT sql FROM sqlite_master",
    "schema by its other name": "SELECT count(*) FROM sqlite_schema",
    "change log": "SELECT * FROM turnwise_log",
    "size of the change log": "SELECT count(*) FROM turnwise_log",
    "pragma": "PRAGMA writable_schema = 1",
    "pragma as a table": "SELECT * FROM pragma_database_list",
    "size of a pragma": "SELECT count(*) FROM pragma_database_list",
    "dbstat": "SELECT count(*) FROM dbstat",
    "extension": "SELECT load_extension('x')",
    "file": "SELECT readfile('/etc/passwd')",
    "tokenizer": "SELECT fts3_tokenizer('simple')",
    "version of the machine": "SELECT sqlite_version()",
    "attach": "ATTACH ':memory:' AS other",
    "vacuum into a file": "VACUUM INTO '/tmp/turnwise-escaped.db'",
    "transaction": "COMMIT",
    "savepoint": "SAVEPOINT x",
    "reindex": "REINDEX",
    "explain": "EXPLAIN DELETE FROM t",
    "write in a read": "WITH x AS (SELECT 1) UPDATE t SET b = ''",
    "second statement": "SELECT 1; DELETE FROM t",
    "half a statement behind": "SELECT 1; nonsense",
    "bytes that are no text": "SELECT CAST(x'ff' AS TEXT)",
    "NUL": "SELECT 1 \0 , 2",
}
WRITES = {
    "endless insert": f"INSERT INTO t (b) {COUNT} SELECT n FROM c",
    "huge rows": f"INSERT INTO t (b) SELECT x || a FROM ({LONG}), t",
    "every row": "DELETE FROM t",
    "every row to itself": "UPDATE t SET b = b",
    "every row, told": "UPDATE t SET b = '' RETURNING a",
    "schema": "DELETE FROM sqlite_master",
    "change log": "DELETE FROM turnwise_log",
    "sequence": "DELETE FROM sqlite_sequence",
    "table": "CREATE TABLE other (a)",
    "drop": "DROP TABLE t",
    "alter": "ALTER TABLE t RENAME TO u",
    "trigger": "CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END",
    "select in a write": "SELECT 1",
    "reading the schema": "INSERT INTO t (b) SELECT sql FROM sqlite_master",
    "reading the log": "INSERT INTO t (b) SELECT count(*) FROM turnwise_log",
}
ATTACKS = [(name, "read", sql) for name, sql in READS.items()] + [(name, "write", sql) for name, sql in WRITES.items()]


@pytest.mark.parametrize(("effect", "sql"), [a[1:] for a in ATTACKS], ids=[f"{a[1]}: {a[0]}" for a in ATTACKS])
def test_attacks_are_refused_and_change_nothing(effect: str, sql: str) -> None:
    attacked = world(ROWS, tool("attack", effect, "array", sql))
    try:
        session = open_session(attacked)
    except WorldError:
        return
    with session:
        with pytest.raises(CallRefused) as refused:
            session.call("attack", {})
        assert "\n" not in str(refused.value)
        assert session.changes == []
        assert session.query("SELECT count(*) AS n, sum(length(b)) AS s FROM t") == [{"n": 1000, "s": 6890}]
        assert session.query("SELECT b FROM t WHERE a = 7") == [{"b": "row 7"}]


def test_views_that_double_each_other_are_refused() -> None:
    views = "CREATE VIEW v0 AS SELECT a FROM t;" + "".join(
        f"CREATE VIEW v{n} AS SELECT x.a FROM v{n - 1} x, v{n - 1} y;" for n in range(1, 14)
    )
    with pytest.raises(WorldError, match=r"too large once its views are unfolded|too much work"):
        open_session(world(f"{ROWS}; {views}", tool("attack", "read", "array", "SELECT * FROM v13")))


@pytest.fixture
def search() -> Iterator[Session]:
    find = "SELECT a FROM t WHERE b LIKE '%' || :text || '%' ORDER BY a"
    with open_session(world(ROWS, tool("find", "read", "array", find, {"text": TEXT}))) as session:
        yield session


@pytest.mark.parametrize("text", ["%" * 101, "_" * 5000, "row"])
def test_what_an_agent_searches_for_is_bounded(search: Session, text: str) -> None:
    with pytest.raises(CallRefused):
        search.call("find", {"text": text})
    assert search.call("find", {"text": "w 99"}) == [{"a": n} for n in (99, *range(990, 1000))]
