"""The sandbox: whatever a stranger's SQL and arguments try, they are refused in time and nothing has changed."""

import asyncio
import gc
import json
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import NOW, TEXT, tool, world

from turnwise.errors import CallRefused, WorldError
from turnwise.worlds import Session, open_session, verify_world
from turnwise.worlds.arguments import Signature
from turnwise.worlds.backend import Executed, open_backend
from turnwise.worlds.changes import install_log
from turnwise.worlds.json_schema import check_schema, misfit
from turnwise.worlds.sandbox import CALL, SCRIPT
from turnwise.worlds.statements import build_database, check_tool

ROWS = "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); INSERT INTO t VALUES " + ", ".join(
    f"({n}, 'row {n}')" for n in range(1000)
)
SHORT = {
    "{COUNT}": "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c)",
    "{LONG}": "SELECT replace(hex(zeroblob(16000)), '0', 'aa') AS x",
}
HOSTILE: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "data" / "hostile.yaml").read_text("utf-8"))
LONGEST_WAIT = 0.1
"""seconds of CPU in which no other dialogue of the process may go on"""


def written_out(sql: str) -> str:
    for name, text in SHORT.items():
        sql = sql.replace(name, text)
    return sql


def attacks() -> Iterator[tuple[str, str, str]]:
    """Name, effect and SQL of each statement."""
    for section, effect in (("reads", "read"), ("writes", "write")):
        for name, sql in HOSTILE[section].items():
            yield name, effect, written_out(sql)
    for call in HOSTILE["functions"]:
        yield call, "read", f"SELECT {call} AS x FROM t"
        yield f"{call} in a write", "write", f"UPDATE t SET b = {call} WHERE a = 7"
    for source in HOSTILE["sources"]:
        yield source, "read", f"SELECT * FROM {source}"
        yield f"{source} counted", "read", f"SELECT count(*) AS n FROM {source}"
    for pragma in HOSTILE["pragmas"]:
        yield f"PRAGMA {pragma}", "read", f"PRAGMA {pragma}"
        yield f"PRAGMA {pragma} in a write", "write", f"PRAGMA {pragma}"


class Heartbeat:
    """The longest CPU time of this thread for which an event loop did nothing else."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def beat(self) -> None:
        last = time.thread_time()
        while True:
            await asyncio.sleep(0.001)
            self.longest, last = max(self.longest, time.thread_time() - last), time.thread_time()


async def under_heartbeat(backend: Executed, calls: list[tuple[str, Any]]) -> dict[str, tuple[Any, float]]:
    """What came of each call, a refusal as text, and how long it held up the loop."""
    found = {}
    for number, (name, arguments) in enumerate(calls):
        heart = Heartbeat()
        beating = asyncio.create_task(heart.beat())
        await asyncio.sleep(0)
        try:
            came = await backend.call(name, arguments)
        except CallRefused as refused:
            came = str(refused)
        await asyncio.sleep(0)
        beating.cancel()
        found[f"{number} {name}"] = (came, heart.longest)
    return found


@pytest.fixture
def hasty() -> Iterator[None]:
    """Budgets of time an eighth as large as they are, so that a test that spends many of them does not take long."""
    budgets = (CALL, SCRIPT)
    before = [budget.seconds for budget in budgets]
    for budget, seconds in zip(budgets, before, strict=True):
        object.__setattr__(budget, "seconds", seconds / 8)
    yield
    for budget, seconds in zip(budgets, before, strict=True):
        object.__setattr__(budget, "seconds", seconds)


@pytest.mark.usefixtures("hasty")
def test_hostile_statements_change_nothing_and_hold_nobody_up() -> None:
    named = {f"t{n}": name for n, (name, _, _) in enumerate(attacks())}
    tools = [tool(f"t{n}", effect, "array", sql) for n, (_, effect, sql) in enumerate(attacks())]
    assert len(tools) > 400
    refused = {}
    with closing(build_database(ROWS, NOW)) as sandbox:
        sandbox.log = install_log(sandbox.connection).name
        for one in tools:
            try:
                check_tool(sandbox, one)
            except WorldError as error:
                refused[one.name] = str(error)
    assert all("\n" not in why and len(why) < 500 for why in refused.values()), refused
    attacked = world(ROWS, *(one for one in tools if one.name not in refused))
    backend = open_backend(attacked, 0, None, None)
    assert isinstance(backend, Executed)
    session = backend.session
    assert session is not None
    gc.disable()  # a collection of what other tests left would be counted
    try:
        came = asyncio.run(under_heartbeat(backend, [(one.name, {}) for one in attacked.tools]))
    finally:
        gc.enable()
    let = {named[n.split()[1]]: got for n, (got, _) in came.items() if not isinstance(got, str)}
    # What is let through is of no harm: numbers and texts of its own, of bounded size.
    assert all(len(json.dumps(got)) <= 70_000 for got in let.values())
    assert len(let) <= 12, sorted(let)
    told = [got for got, _ in came.values() if isinstance(got, str)]
    assert not [one for one in told if "\n" in one or "SQL" in one or "turnwise_log" in one]
    assert session.changes == []
    assert session.query("SELECT count(*) AS n, sum(length(b)) AS s FROM t") == [{"n": 1000, "s": 6890}]
    assert session.query("SELECT b FROM t WHERE a = 7") == [{"b": "row 7"}]
    slow = {named[n.split()[1]]: waited for n, (_, waited) in came.items() if waited > LONGEST_WAIT}
    assert not slow, slow
    backend.close()


TABLE = "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT);"
LETTERS = f"INSERT INTO t (b) VALUES ('{'a' * 60_000}');"
LIKES = ", ".join(f"b LIKE '%a{n}%b'" for n in range(10))
SCRIPTS = {
    **{name: f"{ROWS}; {written_out(sql)}" for name, sql in HOSTILE["scripts"].items()},
    "views 1000 deep": TABLE
    + "CREATE VIEW v0 AS SELECT a FROM t;"
    + "".join(f"CREATE VIEW v{n} AS SELECT * FROM v{n - 1};" for n in range(1, 1001))
    + "INSERT INTO t SELECT a, 'x' FROM v1000;",
    "views that double": TABLE
    + "CREATE VIEW v0 AS SELECT a FROM t;"
    + "".join(f"CREATE VIEW v{n} AS SELECT x.a FROM v{n - 1} x, v{n - 1} y;" for n in range(1, 20))
    + "INSERT INTO t SELECT a, 'x' FROM v19;",
    "unclosed names": "[" * 500_000,
    "unclosed comments": "/*" * 500_000,
    "a text of quotes": "'" * 500_001,
    "comments": "--\n" * 1_500_000,
    "a sum": "SELECT 1" + "-1" * 1_500_000,
    "too many tables": "".join(f"CREATE TABLE t{n} (a);" for n in range(1001)),
    "too many columns": "".join(f"CREATE TABLE t{n} ({', '.join(f'c{m}' for m in range(900))});" for n in range(30)),
    "costly indexes": TABLE + "".join(f"CREATE INDEX i{n} ON t ({LIKES});" for n in range(200)) + LETTERS,
    "many indexes of long texts": TABLE
    + "".join(f"CREATE INDEX i{n} ON t (b || {n});" for n in range(1000))
    + LETTERS * 60,
    "small rows without an end": TABLE + f"INSERT INTO t (b) VALUES {', '.join(['(1)'] * 5000)};" * 300,
}


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_a_hostile_script_is_refused_soon_and_in_little_memory(script: str) -> None:
    began, memory = time.thread_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(WorldError, match=r"^database.sql\b.{1,400}$"):
        verify_world(world(script, tool("x", "read", "object", "SELECT 1 AS x")))
    assert time.thread_time() - began < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 500_000  # KB


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


def nested(depth: int, around: Callable[[Any], Any], inside: Any) -> Any:
    for _ in range(depth):
        inside = around(inside)
    return inside


BOMBS: dict[str, tuple[Any, Any]] = {
    "an enum of a million": ({"enum": [f"v{n}" for n in range(10**6)]}, "x"),
    "anyOf of thousands": ({"anyOf": [{"type": "integer"}] * 5000}, "x"),
    "oneOf of long texts": ({"oneOf": [{"minLength": 10**6}] * 400}, "y" * 60_000),
    "anyOf of each item": ({"items": {"anyOf": [{"required": [str(n)]} for n in range(400)]}}, [{"a": 1}] * 2000),
    "names of each property": (
        {"propertyNames": {"anyOf": [{"minLength": 99}] * 400}},
        {str(n): 1 for n in range(3000)},
    ),
    "if within not": ({"items": {"if": {"not": {"anyOf": [{"type": "integer"}] * 400}}, "then": False}}, ["x"] * 5000),
    "constants": ({"items": {"const": ["x"] * 3000}}, [["x"] * 2999] * 20),
    "items of items": (nested(400, lambda inner: {"items": inner}, {}), nested(400, lambda inner: [inner], 1)),
    "anyOf of anyOf": (nested(9, lambda inner: {"anyOf": [inner, inner]}, {"type": "integer"}), "x"),
    "unevaluated": (nested(8, lambda inner: {"allOf": [inner, inner], "unevaluatedProperties": False}, {}), {"a": 1}),
    "a pattern that explodes": ({"pattern": "^(a+)+$"}, "a" * 2000 + "b"),
    "a pattern of alternatives": ({"pattern": "^(a|a)*$"}, "a" * 2000 + "b"),
    "a pattern of stars": ({"pattern": "^" + "a*" * 30 + "$"}, "a" * 2000 + "b"),
    "names that match": ({"patternProperties": {"^(a+)+$": {}}}, {"a" * 40 + "b": 1}),
    "unique items": ({"uniqueItems": True}, [{"a": n} for n in range(5000)]),
    "numbers of any length": ({"items": {"multipleOf": 1e-300}}, [10**300] * 200),
    "itself": ({"$ref": "#"}, 1),
    "elsewhere": ({"$ref": "file:///etc/passwd"}, 1),
    "types without an end": ({"type": ["string", "null"] * 9000}, 1),
    "required without an end": ({"required": ["a", 1] * 9000}, {}),
}


@pytest.mark.parametrize(("schema", "value"), BOMBS.values(), ids=BOMBS)
def test_a_schema_that_takes_long_is_refused_or_stopped(schema: Any, value: Any) -> None:
    began = time.thread_time()
    with suppress(WorldError):
        check_schema(schema, "its parameters")
        assert time.thread_time() - began < 0.5
        took = []
        for _ in range(2):  # a collection of garbage may fall into one
            began = time.thread_time()
            assert misfit(value, schema) is not None
            took.append(time.thread_time() - began)
        assert min(took) < LONGEST_WAIT
    assert time.thread_time() - began < 0.5


ANYTHING = {"type": ["string", "number", "integer", "boolean", "array", "object", "null"]}
COPIES = world(
    """CREATE TABLE owners (id INTEGER PRIMARY KEY, name TEXT UNIQUE, age INTEGER CHECK (age > 0));
    CREATE TABLE pets (id INTEGER PRIMARY KEY, owner_id REFERENCES owners ON DELETE CASCADE ON UPDATE CASCADE, name);
    CREATE TABLE tags (pet_id, tag, PRIMARY KEY (pet_id, tag)) WITHOUT ROWID;
    INSERT INTO owners VALUES (1, 'Ann', 30), (2, 'Ben', 40), (3, '0', 1);
    INSERT INTO pets VALUES (1, 1, 'Rex'), (2, 1, NULL), (3, 2, 'Tom'); INSERT INTO tags VALUES (1, 'x'), (2, 'y');""",
    tool("read", "read", "array", "SELECT * FROM pets WHERE name LIKE '%' || :x || '%' OR id = :x", {"x": ANYTHING}),
    tool("path", "read", "array", "SELECT json_extract(:x, '$.a') AS a, length(:x) AS b", {"x": ANYTHING}),
    tool("each", "read", "array", "SELECT value FROM json_each(:x)", {"x": ANYTHING}),
    tool(
        "put", "write", "object", "INSERT OR REPLACE INTO owners VALUES (:id, :x, 5)", {"id": ANYTHING, "x": ANYTHING}
    ),
    tool("move", "write", "object", "UPDATE owners SET id = :x WHERE id = :id", {"id": ANYTHING, "x": ANYTHING}),
    tool("drop", "write", "object", "DELETE FROM owners WHERE id = :x", {"x": ANYTHING}),
    tool(
        "tag",
        "write",
        "array",
        "INSERT INTO tags SELECT :id, value FROM json_each(:x)",
        {"id": ANYTHING, "x": ANYTHING},
    ),
)
TABLES = {"owners": ("id",), "pets": ("id",), "tags": ("pet_id", "tag")}
NASTY = [
    "'; DROP TABLE owners; --",
    "\0",
    "\ud800",
    "%",
    "_" * 200,
    "1e309",
    "$.a",
    "[" * 3000,
    "{}",
    "[1, [2]]",
    "x" * 70_000,
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from([*NASTY, 1, 2, 3]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


def rows_in(session: Session) -> dict[str, Any]:
    found = {}
    for table, key in TABLES.items():
        for row in session.query(f"SELECT * FROM {table}"):
            found[repr((table, [row[name] for name in key]))] = row
    return found


def replayed(before: dict[str, Any], session: Session) -> dict[str, Any]:
    """The rows that there were, with the recorded changes made to them."""
    rows = {name: dict(row) for name, row in before.items()}
    for change in session.net_changes():
        name = repr((change.table, list(change.key.values())))
        if change.kind == "delete":
            assert rows.pop(name) == change.before
        elif change.kind == "insert":
            rows[name] = change.values
        else:
            rows[name] |= change.values
    return rows


@given(calls=st.lists(st.tuples(st.sampled_from([one.name for one in COPIES.tools]), VALUES, VALUES), max_size=6))
@settings(max_examples=30)
def test_no_argument_changes_anything_that_is_not_recorded(calls: list[tuple[str, Any, Any]]) -> None:
    with open_session(COPIES) as session:
        before = rows_in(session)
        for name, x, key in calls:
            known = COPIES.by_name[name].parameters["properties"]
            count = len(session.changes)
            why = ""
            try:
                json.dumps(session.call(name, {"x": x, "id": key} if "id" in known else {"x": x}))
            except CallRefused as refused:
                why = str(refused)
            assert "\n" not in why
            assert not why or len(session.changes) == count
        assert replayed(before, session) == rows_in(session)


WORDS = [
    "SELECT",
    "FROM",
    "WHERE",
    "INSERT",
    "INTO",
    "VALUES",
    "UPDATE",
    "SET",
    "DELETE",
    "WITH",
    "RETURNING",
    "OR",
    "REPLACE",
    "IGNORE",
    "ON",
    "CONFLICT",
    "DO",
    "owners",
    "pets",
    "tags",
    "id",
    "name",
    "age",
    "owner_id",
    "pet_id",
    "tag",
    "turnwise_log",
    "sqlite_master",
    "x",
    "*",
    "(",
    ")",
    ",",
    "=",
    "<",
    "1",
    "2",
    "'x'",
    "NULL",
    ":x",
    "AS",
    "UNION",
    "ALL",
    "LIKE",
    "json_each(:x)",
    "count(*)",
    "ORDER",
    "BY",
    "LIMIT",
    "RECURSIVE",
    "c(n)",
    "EXISTS",
    "NOT",
    "rowid",
    ";",
    "--",
    "PRAGMA",
    "ATTACH",
]
BEGINNINGS = [
    "SELECT * FROM owners",
    "UPDATE owners SET name = :x",
    "UPDATE OR REPLACE pets SET id =",
    "DELETE FROM pets",
    "INSERT INTO tags SELECT id, name FROM owners",
    "INSERT OR REPLACE INTO pets SELECT id + 1, id, name FROM owners",
    "WITH x AS (SELECT 1) DELETE FROM tags",
    "",
]


@given(
    effect=st.sampled_from(["read", "write"]),
    begins=st.sampled_from(BEGINNINGS),
    words=st.lists(st.sampled_from(WORDS), max_size=9),
    x=st.sampled_from([1, "x", None, [1, "y"]]),
)
@settings(max_examples=60)
def test_no_statement_changes_anything_that_is_not_recorded(effect: str, begins: str, words: list[str], x: Any) -> None:
    sql = f"{begins} {' '.join(words)}"
    with open_session(COPIES) as session:
        before = rows_in(session)
        one = tool("t", effect, "array", sql, {"x": ANYTHING} if ":x" in sql else {})
        with suppress(WorldError, CallRefused):
            check_tool(session._sandbox, one)
            session.world = COPIES.changed(tools=(one,))
            session._template = replace(session._template, signatures={"t": Signature(one)})
            session.call("t", {"x": x} if ":x" in sql else {})
        assert replayed(before, session) == rows_in(session)
        assert effect == "write" or not session.changes


def test_500_dialogues_on_one_world_see_nothing_of_each_other() -> None:
    async def dialogue(number: int, backend: Executed) -> None:
        assert backend.session is not None
        for turn in range(2):
            await backend.call("put", {"id": 1, "x": f"{number}.{turn}"})
            await asyncio.sleep(0)
            seen = backend.session.query("SELECT * FROM owners WHERE id = 1 OR name LIKE '%.%'")
            assert seen == [{"id": 1, "name": f"{number}.{turn}", "age": 5}]
        assert {change.values["name"] for change in backend.session.net_changes() if change.kind != "delete"} == {
            f"{number}.1"
        }

    async def all_of_them() -> None:
        backends = [open_backend(COPIES, number, None, None) for number in range(500)]
        await asyncio.gather(*(dialogue(n, one) for n, one in enumerate(backends) if isinstance(one, Executed)))
        for backend in backends:
            backend.close()

    asyncio.run(all_of_them())
    with open_session(COPIES) as session:
        assert session.query("SELECT name FROM owners WHERE id = 1") == [{"name": "Ann"}]


def test_calls_of_one_dialogue_that_take_long_wait_for_each_other() -> None:
    slow = tool("slow", "read", "array", f"{SHORT['{COUNT}']} SELECT count(*) AS n FROM (SELECT n FROM c LIMIT 60000)")
    add = tool("add", "write", "object", "INSERT INTO t (b) VALUES ('new') RETURNING a")
    backend = open_backend(world(ROWS, slow, add), 0, None, None)

    async def at_once() -> list[Any]:
        return await asyncio.gather(*(backend.call(name, {}) for name in ("slow", "add", "slow", "add")))

    assert asyncio.run(at_once()) == [[{"n": 60000}], {"a": 1000}, [{"n": 60000}], {"a": 1001}]
    backend.close()
