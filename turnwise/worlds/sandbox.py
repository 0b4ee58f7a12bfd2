"""Untrusted SQL made safe: what it may touch, what it may call and what it may cost.

A world's database script and its tools' statements come from strangers or from a language model. They
run only in a `Sandbox`: a private database that knows nothing of files, of other worlds, of the
real time, or of patience.
"""

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Literal

from turnwise.errors import CallRefused
from turnwise.worlds.changes import JsonValue, json_value
from turnwise.worlds.copies import Copy, in_memory
from turnwise.worlds.functions import COST, LONGEST_TEXT, Functions, SqlValue

Effect = Literal["read", "write"]
Row = dict[str, JsonValue]


@dataclass(frozen=True)
class Budget:
    """What one statement may cost. `seconds` is CPU time and only backs up `steps`, which is reproducible."""

    steps: int = 2_000_000
    seconds: float = 0.08
    rows: int = 200
    bytes: int = 65_536


CALL = Budget()
QUICK = Budget(steps=250_000, seconds=0.01)
"""What a statement may cost where others wait for it."""
TRUSTED = Budget(steps=300_000_000, seconds=10, rows=10**9, bytes=10**9)
SCRIPT = Budget(steps=5_000_000, seconds=3.5)
"""Of a world's script: the steps of each statement, as what a statement sorts is sorted without a look, and all its seconds."""
LOOKED_AT = Budget(steps=2_000_000_000, seconds=0)
"""All that trusted code asks of a world's database: views and checks are a stranger's."""
_UNBOUNDED = Budget(steps=10**15, seconds=10**9)

_STATEMENT_SECONDS = 0.25
"""of a script, which bounds what one may hold in memory"""
_MOST_OBJECTS = {"tables": 1_000, "indexes and views": 4_000}
"""what a script may create"""

LARGEST_DATABASE = 128 * 2**20
ROOM_TO_GROW = 16 * 2**20
PAGE = 4096

_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: LONGEST_TEXT,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1_000_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 1000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 50_000,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 32,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 100,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 250,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}

_TOO_MUCH = "this takes too much work: narrow it down"
_STEPS_BETWEEN_LOOKS = 40  # few: between two looks a statement may call its slowest function several times
_MOST_LOOKUPS = 10_000  # columns, tables and subqueries that one statement may name, views unfolded
_MOST_COST = 64.0  # milliseconds at worst of the functions between two looks

_WRITES = {sqlite3.SQLITE_INSERT: "INSERT", sqlite3.SQLITE_UPDATE: "UPDATE", sqlite3.SQLITE_DELETE: "DELETE"}
_SCRIPTED = {
    sqlite3.SQLITE_CREATE_TABLE,
    sqlite3.SQLITE_CREATE_INDEX,
    sqlite3.SQLITE_CREATE_VIEW,
    sqlite3.SQLITE_REINDEX,  # how SQLite fills a new index
    sqlite3.SQLITE_TRANSACTION,
}
_OBJECTS = {sqlite3.SQLITE_CREATE_TABLE, sqlite3.SQLITE_CREATE_INDEX, sqlite3.SQLITE_CREATE_VIEW}
_NAMES_OF_ACTIONS = """ALTER_TABLE ANALYZE ATTACH CREATE_INDEX CREATE_TABLE CREATE_TEMP_INDEX
    CREATE_TEMP_TABLE CREATE_TEMP_TRIGGER CREATE_TEMP_VIEW CREATE_TRIGGER CREATE_VIEW CREATE_VTABLE DELETE
    DETACH DROP_INDEX DROP_TABLE DROP_TEMP_INDEX DROP_TEMP_TABLE DROP_TEMP_TRIGGER DROP_TEMP_VIEW
    DROP_TRIGGER DROP_VIEW DROP_VTABLE INSERT PRAGMA READ REINDEX SAVEPOINT TRANSACTION UPDATE"""
_ACTIONS = {getattr(sqlite3, f"SQLITE_{name}"): name.replace("_", " ") for name in _NAMES_OF_ACTIONS.split()}


class NotQuick(Exception):
    """Raised where a statement took more than QUICK; nothing has changed, and it may be run again with more."""


class Sandbox:
    """One private database. Nothing runs in it but through `run`, or by this package's own code.

    Args:
        reference_time: "now" in the database, UTC, "YYYY-MM-DD HH:MM:SS".
        seed: what chance depends on.
        copy: a private copy of a database to start from, with `tables` the lower-case names of its tables and
            views that statements may use and `log` the prefix of the names of its change log.
    """

    def __init__(
        self,
        reference_time: str,
        seed: int = 0,
        *,
        copy: Copy | None = None,
        tables: frozenset[str] = frozenset(),
        log: str | None = None,
    ) -> None:
        self.functions = Functions(reference_time, seed)
        self.tables = tables
        self.log = log
        self._copy = copy
        self.connection = copy.connection if copy else in_memory()
        self._allowed: Literal["all", "read", "write", "script"] = "all"
        self._defined_cost = self._script_end = 0.0
        self._spent: str | None = None
        self._objects: Counter[str] = Counter()
        self._restart(_UNBOUNDED)
        self._prepare()

    def _prepare(self) -> None:
        """Make the connection one in which strangers' statements may run."""
        for limit, value in _LIMITS.items():
            self.connection.setlimit(limit, value)
        self.functions.install(self.connection)
        if self._copy is not None:
            # Recursive triggers let the change log see the rows that REPLACE deletes. A script is built
            # without these, as it may name a table before the table it refers to.
            self.connection.execute("PRAGMA foreign_keys=ON")
            self.connection.execute("PRAGMA recursive_triggers=ON")
        room = self._copy.original.size + ROOM_TO_GROW if self._copy else LARGEST_DATABASE
        self.connection.execute(f"PRAGMA max_page_count={room // PAGE}")
        self.connection.execute("PRAGMA temp_store=MEMORY")
        # SQLite sets up a table-valued function on its first use, which the authorizer would see as a write.
        self.connection.execute("SELECT 1 FROM json_each('[]')")
        self.connection.set_authorizer(self._authorize)
        self.connection.set_progress_handler(self._look, _STEPS_BETWEEN_LOOKS)

    def make_writable(self) -> None:
        """Before anything is written to a copy: see `copies`."""
        if self._copy is not None and self._copy.make_writable():
            self.connection = self._copy.connection
            self._prepare()

    def fork(self) -> Copy:
        """A private copy of this copy as it stands."""
        assert self._copy is not None
        return self._copy.fork()

    def close(self) -> None:
        """Free the database; closing twice is fine."""
        self._copy.close() if self._copy else self.connection.close()
        self.functions.close()

    def run(self, sql: str, parameters: Mapping[str, SqlValue], effect: Effect, budget: Budget = CALL) -> list[Row]:
        """The rows of one untrusted statement, as JSON values by name; a surrounding transaction is the caller's.

        CallRefused tells what it may not be, touch or cost, IntegrityError which constraint would be broken, and
        NotQuick that the budget was QUICK and is spent.
        """
        with self.allowing(effect, budget):
            try:
                with closing(self.connection.execute(sql, parameters)) as cursor:
                    return _fetched(cursor, budget)
            except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
                raise
            except (sqlite3.Error, OverflowError, UnicodeError, MemoryError) as error:
                if self._spent and budget is QUICK:
                    raise NotQuick from error
                raise CallRefused(self.reason(error)) from error

    @contextmanager
    def allowing(self, kind: Literal["all", "read", "write", "script"], budget: Budget) -> Iterator[None]:
        """Within this block statements are checked as `kind` and share one budget."""
        self._allowed = kind
        self._restart(budget)
        try:
            yield
        finally:
            self._allowed = "all"
            self._restart(_UNBOUNDED)

    def bound(self, budget: Budget) -> None:
        """From now on, what is run by this package's own code shares the steps of a budget."""
        self._restart(_UNBOUNDED)
        self._steps_left = budget.steps

    @property
    def spent(self) -> bool:
        """Whether the budget of the last statement is spent."""
        return self._spent is not None

    def reason(self, error: BaseException) -> str:
        """Why the last statement failed, in one line."""
        said = self._denied or self._spent or self.functions.problem or " ".join(str(error).split())
        if isinstance(error, UnicodeError) or said.startswith("Could not decode"):
            return "this gives bytes that are no text"
        return _PLAINER.get(said, said)

    def next_statement(self) -> None:
        """Begin the next statement of a script: it has steps of its own, and shares the time of the whole."""
        self._restart_statement()
        self._steps_left = SCRIPT.steps
        now = time.thread_time()
        self._cpu_end = min(self._script_end, now + _STATEMENT_SECONDS)
        self._wall_end = time.perf_counter() + self._cpu_end - now

    def check_time(self) -> None:
        """Raise ValueError where the time of a script is over."""
        if time.thread_time() > self._script_end:
            self._spent = _TOO_MUCH
            raise ValueError(_TOO_MUCH)

    def _restart_statement(self) -> None:
        self.wrote = False
        self._defines = False
        self._denied: str | None = None
        self._lookups = 0
        self._cost = 0.0
        self.functions.problem = None

    def _restart(self, budget: Budget) -> None:
        self._restart_statement()
        self._spent = None
        self._steps_left = budget.steps
        self._wall_end = self._cpu_end = budget.seconds
        if budget is not _UNBOUNDED:  # the clocks cost more than most statements
            self._wall_end += time.perf_counter()
            self._cpu_end += time.thread_time()
        self._script_end = self._cpu_end

    def _look(self) -> int:
        """Called by SQLite every few steps of a running statement; 1 stops it."""
        self._steps_left -= _STEPS_BETWEEN_LOOKS
        # The wall clock is asked first, because reading a thread's CPU time costs a system call.
        late = time.perf_counter() > self._wall_end and time.thread_time() > self._cpu_end
        if late or self._steps_left < 0:
            self._spent = _TOO_MUCH
        return int(self._spent is not None)

    def _authorize(
        self, action: int, first: str | None, second: str | None, _database: str | None, inside: str | None
    ) -> int:
        """Called by SQLite for every table, column and function that a statement names, as it is prepared."""
        if self._allowed == "all":
            return sqlite3.SQLITE_OK
        self._denied = self._denied or self._objection(action, first or "", second or "", inside)
        return sqlite3.SQLITE_DENY if self._denied else sqlite3.SQLITE_OK

    def _objection(self, action: int, first: str, second: str, inside: str | None) -> str | None:
        self._lookups += 1
        if self._lookups > _MOST_LOOKUPS:
            return "the statement is too large once its views are unfolded"
        if self._look():  # preparing a statement takes time too
            return _TOO_MUCH
        if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE):
            return None
        if action == sqlite3.SQLITE_FUNCTION:
            return self._function_objection(second.lower())
        if self._allowed == "script" and action in _OBJECTS:
            kind = "tables" if action == sqlite3.SQLITE_CREATE_TABLE else "indexes and views"
            self._objects[kind] += 1
            self._defines = True
            if self._objects[kind] > _MOST_OBJECTS[kind]:
                return f"a world has at most {_MOST_OBJECTS[kind]:,} {kind}"
        if self._allowed == "script" and (action in _SCRIPTED or action in _WRITES or action == sqlite3.SQLITE_READ):
            return None
        if action == sqlite3.SQLITE_READ:
            return None if self._readable(first.lower(), second) else f"{first} may not be read"
        if action in _WRITES and self._allowed == "write":
            if self.log and inside and inside.startswith(self.log):
                return None
            self.wrote = True
            return None if first.lower() in self.tables else f"{first} may not be written"
        if self._allowed != "script" and first.lower().startswith("sqlite_"):
            return "only the world's own tables can be used, and only their rows changed"
        where = "in a database script" if self._allowed == "script" else f"by a {self._allowed}"
        return f"{_ACTIONS.get(action, 'this')} {first} is not allowed {where}"

    def _function_objection(self, name: str) -> str | None:
        if name not in COST:
            return f"the function {name}() is not allowed"
        self._cost += COST[name]
        if self._defines:  # SQLite computes checks, columns and indexes of a row without a look
            self._defined_cost += COST[name]
        if self._defined_cost > _MOST_COST:
            return "the tables and indexes call too many costly functions"
        return "the statement calls too many costly functions" if self._cost > _MOST_COST else None

    def _readable(self, table: str, column: str) -> bool:
        if table in self.tables or table == "json_each":
            return True
        # A table of which no column is used is told by the name in the statement: a WITH name, usually.
        internal = table.startswith(("sqlite_", "pragma_", self.log or "sqlite_"))
        return column == "" and not internal


def _fetched(cursor: sqlite3.Cursor, budget: Budget) -> list[Row]:
    names = [column[0] for column in cursor.description or ()]
    rows: list[Row] = []
    size = 0
    for values in cursor:
        row = {name: json_value(value) for name, value in zip(names, values, strict=True)}
        size += len(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace")) + 2
        if len(rows) == budget.rows:
            raise CallRefused(f"this returns more than {budget.rows} rows: narrow it down")
        if size > budget.bytes:
            raise CallRefused(f"this returns more than {budget.bytes // 1024} KB: narrow it down")
        rows.append(row)
    return rows


_PLAINER = {
    "datatype mismatch": "a key is not a whole number",
    "interrupted": _TOO_MUCH,
    "string or blob too big": f"this makes a text of more than {LONGEST_TEXT // 1024} KB: narrow it down",
    "LIKE or GLOB pattern too complex": "the text to search for is too long: give at most 100 characters",
    "database or disk is full": "this writes more than the database may hold",
    "too many levels of trigger recursion": "this would spread through too many rows referring to each other",
}
