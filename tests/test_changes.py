"""Changes: whatever the tools do, the log tells exactly how the tables differ."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny import INTEGER, TEXT, tool, world

from turnwise.errors import CallRefused
from turnwise.worlds import RowChange, Session, net, open_session

# Every statement takes a number, any value, and a second number.
STATEMENTS = {
    "odd_replace": """REPLACE INTO "odd ""table"
        VALUES (abs(:k) % 4, :v, :v, :v, :v, CAST(:v AS BLOB), abs(:w) % 4)""",
    "odd_update": """UPDATE OR REPLACE "odd ""table"
        SET "order" = :v, "na me" = :v, "quo""te" = :v, untyped = :v
        WHERE "key" >= abs(:k) % 4 AND abs(:w) % 3""",
    "odd_key": """UPDATE "odd ""table" SET "key" = abs(:k) % 4 + 4 * (:v IS NULL)
        WHERE "key" = abs(:w) % 4""",
    "odd_delete": """DELETE FROM "odd ""table" WHERE "key" = abs(:k) % 4 AND :v IS NOT NULL AND :w""",
    "pair_put": "INSERT INTO pair VALUES (:v, abs(:k) % 3, :w) ON CONFLICT DO UPDATE SET c = excluded.c",
    "pair_delete": "DELETE FROM pair WHERE b = abs(:k) % 3 OR a = :v OR c = :w",
    "named_put": """INSERT OR IGNORE INTO "Named" VALUES (:v, abs(:k) % 3 + :w)""",
    "named_update": """UPDATE OR IGNORE "Named" SET code = :v WHERE value = abs(:k) % 3 OR :w = 1""",
    "loose_add": "INSERT INTO loose VALUES (:v, :k + :w)",
    "loose_change": "UPDATE loose SET x = :v WHERE oid = abs(:k) % 4 AND :w",
    "loose_delete": "DELETE FROM loose WHERE oid = abs(:k) % 4 AND :w AND :v IS NOT NULL",
    "child_add": "INSERT INTO child (parent) SELECT :k % 4 WHERE :v IS NOT NULL AND :w",
}
ODD = world(
    """
    CREATE TABLE "odd ""table" (
        "key" INTEGER PRIMARY KEY, "order" REAL, "na me" TEXT, "quo""te" NUMERIC, untyped, "größe" BLOB,
        "index" INTEGER UNIQUE, twice AS ("order" * 2), kept TEXT AS ("na me" || '!') STORED
    );
    CREATE TABLE pair (a TEXT, b INTEGER, c, PRIMARY KEY (a, b)) WITHOUT ROWID;
    CREATE TABLE "Named" (code TEXT PRIMARY KEY, value);
    CREATE TABLE loose (x, rowid);
    CREATE TABLE child (
        id INTEGER PRIMARY KEY, parent INTEGER REFERENCES "odd ""table" ON DELETE CASCADE ON UPDATE CASCADE
    );
    CREATE TABLE turnwise_log (a);
    INSERT INTO "odd ""table" VALUES (1, 1, 'one', 1, 1, x'01', 1), (2, 2.5, 'two', '2', '2', NULL, 2);
    INSERT INTO pair VALUES ('a', 1, 1), ('a', 2, 1.0);
    INSERT INTO "Named" VALUES ('p', 1), (NULL, 2), (NULL, 3);
    INSERT INTO loose VALUES (1, 1), (1, 1);
    INSERT INTO child VALUES (1, 1), (2, 1), (3, 2);
    """,
    *(
        tool(
            name,
            "write",
            "array",
            sql,
            {"k": INTEGER, "v": {"type": ["string", "number", "null"]}, "w": INTEGER},
        )
        for name, sql in STATEMENTS.items()
    ),
)
# As SQL writes it: name, key, and what tells apart rows that have no key.
TABLES = {
    '"odd ""table"': ('odd "table', ("key",), '"key"'),
    "pair": ("pair", ("a", "b"), "1"),
    '"Named"': ("Named", ("code",), "rowid"),
    "loose": ("loose", (), "oid"),
    "child": ("child", ("id",), "id"),
}
Rows = dict[tuple[str, str], tuple[dict[str, Any], dict[str, Any]]]


def all_rows(session: Session) -> Rows:
    """Every row and its key, read straight from the tables."""
    found = {}
    for sql, (name, key_columns, rowid) in TABLES.items():
        for row in session.query(f"SELECT *, {rowid} AS _rowid FROM {sql}"):
            number = row.pop("_rowid")
            key: dict[str, Any] = {column: row[column] for column in key_columns}
            if not key or None in key.values():
                key = {"rowid": number}
            found[name, repr(key)] = (key, dict(row))
    return found


def brute_force(before: Rows, after: Rows) -> list[RowChange]:
    changes = []
    for place in before.keys() | after.keys():
        key, old = before.get(place, ({}, None))
        key, new = after.get(place, (key, None))
        if old is None:
            changes.append(RowChange(table=place[0], kind="insert", key=key, values=new or {}))
        elif new is None:
            changes.append(RowChange(table=place[0], kind="delete", key=key, before=old))
        elif different := [column for column in old if repr(old[column]) != repr(new[column])]:
            values, former = ({column: row[column] for column in different} for row in (new, old))
            changes.append(RowChange(table=place[0], kind="update", key=key, values=values, before=former))
    return changes


def as_text(changes: list[RowChange]) -> list[str]:
    """Changes in a form in which 1 and 1.0 differ, and order does not matter."""
    return sorted(repr((c.table, c.kind, c.key, sorted(c.values.items()), sorted(c.before.items()))) for c in changes)


small = st.integers(-4, 4)
values = st.one_of(
    st.none(),
    small,
    small.map(float),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "1", "1.0", " 2", "0x01", "it's", '"', "a", "NULL", "\0x", "日本"]),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=5),
)
calls = st.lists(st.tuples(st.sampled_from(sorted(STATEMENTS)), small, values, small), min_size=1, max_size=10)


@given(calls=calls)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_changes_equal_the_difference_of_the_full_tables(calls: list[tuple[str, int, Any, int]]) -> None:
    with open_session(ODD) as session:
        first = before = all_rows(session)
        for name, k, v, w in calls:
            known = len(session.changes)
            try:
                session.call(name, {"k": k, "v": v, "w": w})
            except CallRefused:
                assert all_rows(session) == before
            new = session.changes[known:]
            assert {change.call for change in new} <= {session.calls}
            after = all_rows(session)
            assert as_text(net(new)) == as_text(brute_force(before, after))
            before = after
        assert as_text(session.net_changes()) == as_text(brute_force(first, before))


def test_wide_and_many_tables_are_logged() -> None:
    columns = ", ".join(f"c{n}" for n in range(300))
    tables = "".join(f"CREATE TABLE t{n} (a INTEGER PRIMARY KEY, b);" for n in range(200))
    wide = world(
        f"CREATE TABLE wide (id INTEGER PRIMARY KEY, {columns}); INSERT INTO wide (id) VALUES (1); {tables}",
        tool("set", "write", "object", "UPDATE wide SET c299 = :v WHERE id = 1", {"v": TEXT}),
        tool("add", "write", "object", "INSERT INTO t199 VALUES (1, :v)", {"v": TEXT}),
    )
    with open_session(wide) as session:
        session.call("set", {"v": "x"})
        session.call("add", {"v": "y"})
        assert [(c.table, c.values) for c in session.changes] == [
            ("wide", {"c299": "x"}),
            ("t199", {"a": 1, "b": "y"}),
        ]


def change(kind: Any, key: int, **rows: dict[str, Any]) -> RowChange:
    return RowChange(table="t", kind=kind, key={"id": key}, **rows)


def test_net_forgets_what_came_and_went_and_sorts_the_rest() -> None:
    row = {"id": 10, "a": 1}
    assert net([change("insert", 10, values=row), change("delete", 10, before=row)]) == []
    assert net([change("delete", 10, before=row), change("insert", 10, values=row)]) == []
    left = net([change("insert", 10, values=row), change("delete", 9, before={}), change("delete", 2, before={})])
    assert [c.key["id"] for c in left] == [2, 9, 10]


def test_net_tells_an_integer_from_a_float() -> None:
    assert net([change("update", 1, values={"a": 25.0}, before={"a": 25})])
    assert not net([change("update", 1, values={"a": 25}, before={"a": 25})])
