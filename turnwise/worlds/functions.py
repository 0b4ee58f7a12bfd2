"""The SQL functions a world's statements may call: the same result on every run, and never a long one.

Time stands still at the session's reference time, chance is seeded, and the few functions whose cost
explodes are bounded. This module knows nothing of tables or tools.
"""

import random
import re
import sqlite3
from collections.abc import Callable
from functools import cached_property, lru_cache

SqlValue = str | int | float | bytes | None

LONGEST_TEXT = 65_536
"""Bytes in one text, blob or row: what bounds the cost of a single function call."""

_SHORT = 200
"""Characters of what is kept for the next call that gives the same."""

_CORE = """abs char coalesce concat concat_ws format glob hex if ifnull iif instr last_insert_rowid
    length like likelihood likely lower ltrim max min nullif octet_length printf quote random randomblob
    replace round rtrim sign soundex substr substring trim typeof unhex unicode unlikely upper zeroblob
    avg count group_concat string_agg sum total median
    cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number
    date time datetime julianday unixepoch strftime timediff current_date current_time current_timestamp
    acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log log10 log2 mod pi
    pow power radians sin sinh sqrt tan tanh trunc"""
_JSON = """-> ->> json json_array json_array_length json_error_position json_extract json_group_array
    json_group_object json_insert json_object json_quote json_remove json_replace json_set json_type
    json_valid"""

COST = {
    **dict.fromkeys(_CORE.split(), 0.2),
    **dict.fromkeys(_JSON.split(), 1.0),
    "like": 4.0,
}
"""The functions that may be called, with the milliseconds one call takes at worst on the longest texts.

Left out on purpose: whatever reads files or loads code, tells about the machine (`sqlite_version`), or is
quadratic (`json_patch`).
"""


class Functions:
    """The replaced functions of one session: a fixed clock, seeded chance, bounded formatting and trimming.

    `reference_time` is UTC, "YYYY-MM-DD HH:MM:SS". Local time is UTC too, so that no result depends on
    the machine. `problem` says why a function last refused its arguments.
    """

    def __init__(self, reference_time: str, seed: int) -> None:
        self.problem: str | None = None
        self._now = reference_time
        self._seed = seed
        self._dice = random.Random(f"{seed}:0")
        self._known = lru_cache(maxsize=4096, typed=True)(self._ask_sqlite)

    def begin(self, call: int) -> None:
        """Start call number `call`: chance depends on the seed and this number, not on the calls before."""
        self.problem = None
        self._dice = random.Random(f"{self._seed}:{call}")

    def install(self, connection: sqlite3.Connection) -> None:
        """Replace the built-in functions on `connection`."""
        now, add = self._now, connection.create_function
        # Deterministic, as SQLite allows only such functions in CHECK, indexes and generated columns.
        add("current_timestamp", 0, lambda: now, deterministic=True)
        add("current_date", 0, lambda: now[:10], deterministic=True)
        add("current_time", 0, lambda: now[11:], deterministic=True)
        for name in ("date", "time", "datetime", "julianday", "unixepoch"):
            add(name, -1, self._clock(name, 0), deterministic=True)
        add("strftime", -1, self._clock("strftime", 1), deterministic=True)
        add("timediff", 2, lambda *a: self._native("timediff", *map(self._fixed, a)), deterministic=True)
        for name in ("trim", "ltrim", "rtrim"):
            add(name, 2, self._bounded(name, _trim_problem), deterministic=True)
        for name in ("printf", "format"):
            add(name, -1, self._bounded(name, _format_problem), deterministic=True)
        # SQLite's own take time that is quadratic in the lengths.
        add("glob", 2, self._bounded("glob", _glob_problem), deterministic=True)
        add("instr", 2, self._instr, deterministic=True)
        add("replace", 3, self._replace, deterministic=True)
        if sqlite3.sqlite_version_info >= (3, 41):
            add("unhex", 2, self._bounded("unhex", _trim_problem), deterministic=True)
        add("random", 0, lambda: self._dice.getrandbits(64) - 2**63)
        add("randomblob", 1, self._randomblob)

    def _clock(self, name: str, place: int) -> Callable[..., SqlValue]:
        def told(*arguments: SqlValue) -> SqlValue:
            before, rest = arguments[:place], arguments[place:]
            if len(before) < place:
                return None
            moment = self._fixed(rest[0]) if rest else self._now
            shifts = (a for a in rest[1:] if _word(a) not in ("localtime", "utc"))
            return self._native(name, *before, moment, *shifts)

        return told

    def _fixed(self, moment: SqlValue) -> SqlValue:
        return self._now if _word(moment) == "now" else moment

    def _bounded(self, name: str, problem: Callable[..., str | None]) -> Callable[..., SqlValue]:
        def bounded(*arguments: SqlValue) -> SqlValue:
            self.problem = problem(*arguments)
            if self.problem:
                raise ValueError(self.problem)
            return self._native(name, *arguments)

        return bounded

    def _instr(self, text: SqlValue, part: SqlValue) -> SqlValue:
        if isinstance(text, str) and isinstance(part, str):
            return text.find(part) + 1
        if isinstance(text, bytes) and isinstance(part, bytes):
            return text.find(part) + 1
        self.problem = _search_problem(text, part)
        if self.problem:
            raise ValueError(self.problem)
        return self._native("instr", text, part)

    def _replace(self, text: SqlValue, old: SqlValue, new: SqlValue) -> SqlValue:
        if text is None or old is None:
            return None
        if not (part := self._text(old)):
            return self._native("replace", text, old, new)  # the text, as whatever this version of SQLite returns
        if new is None:
            return None
        whole, other = self._text(text), self._text(new)
        if len(whole) + whole.count(part) * (len(other) - len(part)) > LONGEST_TEXT:
            self.problem = "string or blob too big"
            raise ValueError(self.problem)
        return whole.replace(part, other)

    def _text(self, value: SqlValue) -> str:
        """A value that is not NULL as SQLite has it where a text is wanted."""
        said = value if isinstance(value, str) else self._native("", value)
        assert isinstance(said, str)
        return said

    def _randomblob(self, size: SqlValue) -> bytes:
        wanted = int(size) if isinstance(size, int | float) else 1
        return self._dice.randbytes(min(max(wanted, 1), LONGEST_TEXT + 1))

    def _native(self, name: str, *arguments: SqlValue) -> SqlValue:
        long = any(isinstance(value, str | bytes) and len(value) > _SHORT for value in arguments)
        return self._ask_sqlite(name, *arguments) if long else self._known(name, *arguments)

    def _ask_sqlite(self, name: str, *arguments: SqlValue) -> SqlValue:
        marks = ",".join("?" * len(arguments))
        asked = f"{name}({marks})" if name else "CAST(? AS TEXT)"
        value: SqlValue = self._plain.execute(f"SELECT {asked}", arguments).fetchone()[0]
        return value

    @cached_property
    def _plain(self) -> sqlite3.Connection:
        """An empty database in which the functions are SQLite's own."""
        plain = sqlite3.connect(":memory:", check_same_thread=False)
        plain.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_TEXT)
        return plain

    def close(self) -> None:
        """Free what was opened on demand."""
        if "_plain" in self.__dict__:
            self._plain.close()


def _word(value: SqlValue) -> str:
    """A time or modifier as SQLite reads it: up to the first NUL, in any case, from text or blob."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return text.partition("\0")[0].lower() if isinstance(text, str) else ""


def _trim_problem(_text: SqlValue, characters: SqlValue) -> str | None:
    if isinstance(characters, str | bytes) and len(characters) > 32:
        return "trim() removes at most 32 different characters"
    return None


def _glob_problem(pattern: SqlValue, text: SqlValue) -> str | None:
    if isinstance(text, str | bytes) and isinstance(pattern, str | bytes) and len(text) * len(pattern) > 100_000:
        return "the text or the pattern of GLOB is too long: use LIKE"
    return None


def _search_problem(text: SqlValue, part: SqlValue) -> str | None:
    if isinstance(text, str | bytes) and isinstance(part, str | bytes) and len(text) * len(part) > 10_000_000:
        return "the text to search for is too long: narrow it down"
    return None


def _format_problem(template: SqlValue = None, *_values: SqlValue) -> str | None:
    if isinstance(template, str | bytes) and (len(template) > 1000 or re.search(r"\*|\d{3}", str(template))):
        return "printf() takes a template of at most 1000 characters, without * and with widths below 100"
    return None
