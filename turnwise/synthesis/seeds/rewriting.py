"""What a plain SQL script borrows from other databases, rewritten as SQLite reads it: schemas, and dates made of texts.

SQLite refuses `sales.orders` and `'2018-08-30'::date`, and reads CAST('2018-08-30' AS DATE) as the number 2018. Only the
tokens concerned are replaced; strings, comments and all statements without such tokens stay as they are written.
"""

import re
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import NamedTuple

from turnwise.synthesis.seeds.names import TableNames
from turnwise.synthesis.seeds.reckoned import day_or_moment, stated, strptime_form
from turnwise.worlds.changes import quoted

_NAME = r"""(?:"[^"]+"|`[^`]+`|\[[^\]]+\]|\w+)"""
_SCHEMA = re.compile(
    rf"\s*(?:(?:CREATE|DROP|ALTER)\s+(?:DATABASE|SCHEMA)\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?|USE\s+)({_NAME})"
    r"(?!.*\bCREATE\s+(?:TABLE|VIEW)\b)",
    re.IGNORECASE | re.DOTALL,
)
_CREATED = re.compile(
    rf"\s*CREATE\s+(?:TABLE|VIEW)\s+(?:IF\s+NOT\s+EXISTS\s+)?({_NAME})(?:\s*\.\s*({_NAME}))?", re.IGNORECASE
)
_USED = re.compile(
    rf"\s*(?:(?:INSERT|REPLACE)\s+(?:OR\s+\w+\s+)?INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)\s+({_NAME})\s*\.\s*{_NAME}",
    re.IGNORECASE,
)
_OF_SQLITE = ("main", "temp")

_TYPE = re.compile(
    r"\s*(?:(DATE)|(?:SMALL)?DATETIME2?(?:\s*\(\d\))?|TIMESTAMP(?:TZ)?(?:\s*\(\d\))?(?:\s+WITH(?:OUT)?\s+TIME\s+ZONE)?)(?!\w)",
    re.IGNORECASE,
)
_DATED = (r"cast\s*\(", r"convert\s*\(", r"to_date\s*\(", r"to_timestamp\s*\(", "::", r"date\s*'\d", r"datetime\s*'\d",
          r"timestamp\s*'\d")  # fmt: skip
_ANY_DATED = re.compile("|".join(_DATED), re.IGNORECASE)
_STYLES_IN_ORDER = ("", "20", "21", "23", "120", "121", "126")
"""how SQL Server numbers the ways to write a day as ISO does"""

_TOKEN = re.compile(
    r"""'[^']*(?:''[^']*)*'|"[^"]*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|/\*.*?(?:\*/|\Z)|\s+|\w+|::|.""", re.DOTALL
)
_BEFORE_TABLE = {"FROM", "JOIN", "INTO", "UPDATE", "TABLE", "EXISTS", "REFERENCES", "VIEW", "INDEX"}
_BEFORE_PARENTHESIS = {"SELECT", "DISTINCT", "VALUES", "IN", "AND", "OR", "NOT", "WHERE", "ON", "BY", "SET", "BETWEEN", "CASE",
                       "WHEN", "THEN", "ELSE", "LIKE", "DEFAULT", "CHECK", "LIMIT", "HAVING"}  # fmt: skip
"""words that are no function's name"""
_CLAUSES = {"SELECT", "DELETE", "FROM", "WHERE", "SET", "GROUP", "ORDER", "HAVING", "LIMIT", "VALUES", "ON", "WINDOW"}


def is_about_schemas(statement: str) -> bool:
    """Whether a statement only makes, drops or chooses a database or a schema, of which a world has one."""
    return _SCHEMA.match(statement) is not None


def rewriter(text: str, statements: Iterable[str]) -> Callable[[str], str]:
    """What writes a statement of a script as SQLite reads it; it gives back as it is what needs no rewriting."""
    lowered = text.lower()  # a pattern that begins with letters is found several times as fast without IGNORECASE
    dated = any(re.search(pattern, lowered) for pattern in _DATED)
    names, schemas = _names_in(statements)
    alternatives = "|".join(re.escape(schema) for schema in sorted(schemas))
    qualified = re.compile(rf"(?<!\w)(?:{alternatives})[\"`\]]?\s*\.", re.IGNORECASE) if schemas else None

    def rewritten(statement: str) -> str:
        in_schema = qualified is not None and qualified.search(statement) is not None
        with_dates = dated and _ANY_DATED.search(statement) is not None
        if not (in_schema or with_dates):
            return statement
        tokens: list[str] = _TOKEN.findall(statement)
        if in_schema:
            _without_schemas(tokens, names, schemas)
        if with_dates:
            _with_dates(tokens)
        return "".join(tokens)

    return rewritten


def _names_in(statements: Iterable[str]) -> tuple[TableNames, set[str]]:
    """What the script's tables are called, and its schemas."""
    names, schemas = TableNames(), set[str]()
    created: list[tuple[str, str]] = []
    for statement in statements:
        if found := _CREATED.match(statement):
            schema, name = (found.group(1), found.group(2)) if found.group(2) else ("", found.group(1))
            created.append((_bare(schema), _bare(name)))
        elif (found := _SCHEMA.match(statement)) or (found := _USED.match(statement)):
            schemas.add(_bare(found.group(1)).lower())
    schemas |= {schema.lower() for schema, _ in created if schema}
    for schema, name in sorted(created, key=lambda pair: bool(pair[0])):  # what has no schema keeps its name
        names.created(schema if schema.lower() not in _OF_SQLITE else "", name)
    return names, schemas.difference(_OF_SQLITE)


def _bare(name: str) -> str:
    return name.strip('"`[]')


def _without_schemas(tokens: list[str], names: TableNames, schemas: set[str]) -> None:
    """Replace the names of tables; a name `x.y` is a table's where a table may stand, and elsewhere an alias's column."""
    code = [at for at, token in enumerate(tokens) if not (token.isspace() or token.startswith(("--", "/*")))]
    last_dot = max((place for place, at in enumerate(code) if tokens[at] == "."), default=0)
    clauses = [""]
    of_index = bool(re.match(r"\s*CREATE\s+(?:UNIQUE\s+)?INDEX\b", "".join(tokens[:8]), re.IGNORECASE))
    number, before = 0, ""
    while number < last_dot:
        word = tokens[code[number]].upper()
        if word == "(":
            clauses.append("FROM" if clauses[-1] == "FROM" and before in ("FROM", "JOIN", ",", "(") else "")
        elif word == ")" and len(clauses) > 1:
            clauses.pop()
        elif word in _CLAUSES and not (word == "FROM" and (before == "DISTINCT" or clauses[-1] == "")):
            clauses[-1] = word  # FROM of EXTRACT(YEAR FROM x), or of x IS DISTINCT FROM y, begins no list of tables
        chain = [number]
        while chain[-1] + 2 < len(code) and tokens[code[chain[-1] + 1]] == ".":
            chain.append(chain[-1] + 2)
        parts = [_bare(tokens[code[at]]) for at in chain]
        in_list = before in (",", "(") and clauses[-1] in ("FROM", "JOIN")
        from_what = before != "FROM" or clauses[-1] == "FROM"
        stands = in_list or (before in _BEFORE_TABLE and from_what) or (of_index and before == "ON")
        stands = stands or (before in ("IGNORE", "REPLACE", "ABORT", "FAIL", "ROLLBACK") and clauses == [""])
        if len(parts) > 1 and parts[0].lower() in schemas and (stands or len(parts) > 2):
            last = len(parts) - (1 if stands else 2)  # the table; its column comes after it
            for at in range(code[number], code[chain[last]]):
                tokens[at] = ""
            tokens[code[chain[last]]] = quoted(names.found(parts[last - 1], parts[last]))
        number, before = chain[-1] + 1, word


class _Open(NamedTuple):
    """A parenthesis without its end yet: the token of the function before it, or its own, and where its parts end."""

    function: int
    at: int
    commas: list[int]
    of_as: list[int]


def _with_dates(tokens: list[str]) -> None:
    """Replace what makes a date or a moment of a text, from the inside out."""
    opened: list[_Open] = []
    begins: dict[int, int] = {}  # of what ends with a closing parenthesis
    previous = -1  # the last token that is no space or comment
    for at, token in enumerate(tokens):
        if not token or token.isspace() or token.startswith(("--", "/*")):
            continue
        if token == "(":
            word = previous >= 0 and re.fullmatch(r"\w+", tokens[previous])
            opened.append(_Open(previous if word else at, at, [], []))
        elif token == "," and opened:
            opened[-1].commas.append(at)
        elif opened and len(token) == 2 and token.upper() == "AS":
            opened[-1].of_as.append(at)
        elif token == ")" and opened:
            call = opened.pop()
            begins[at] = call.at if tokens[call.function].upper() in _BEFORE_PARENTHESIS else call.function
            if (said := _said(tokens, call, at)) is not None:
                _replace(tokens, call.function, at, said)
                previous = call.function
                continue
        elif token == "::" and previous >= 0 and (kind := _TYPE.match("".join(tokens[at + 1 : at + 12]))):
            end = at
            while len("".join(tokens[at + 1 : end + 1])) < kind.end():
                end += 1
            begin = _operand(tokens, begins, previous)
            _replace(tokens, begin, end, _moment("".join(tokens[begin:at]).strip(), bool(kind.group(1))))
            previous = begin
            continue
        elif (
            token[0] == "'"
            and previous >= 0
            and (kind := _TYPE.fullmatch(tokens[previous]))
            and (said := day_or_moment(_text(token), bool(kind.group(1))))
        ):
            tokens[previous], tokens[at] = "", _literal(said)
        previous = at


def _replace(tokens: list[str], begin: int, end: int, said: str) -> None:
    tokens[begin : end + 1] = [said] + [""] * (end - begin)


def _operand(tokens: list[str], begins: dict[int, int], last: int) -> int:
    """Where the operand of `::` begins that ends at a token: a literal, a call, a parenthesis or a column with its table."""
    begin = begins.get(last, last)
    while begin >= 2 and tokens[begin - 1] == ".":
        begin -= 2
    return begin


def _said(tokens: list[str], call: _Open, end: int) -> str | None:
    """A call of a function that makes dates, as SQLite reads it; None of another, which stays as it is."""
    name = tokens[call.function].upper()
    if name in ("CAST", "TRY_CAST") and call.of_as:
        kind = _TYPE.fullmatch("".join(tokens[call.of_as[-1] + 1 : end]).strip())
        return _moment("".join(tokens[call.at + 1 : call.of_as[-1]]).strip(), bool(kind.group(1))) if kind else None
    if name not in ("CONVERT", "TRY_CONVERT", "TO_DATE", "TO_TIMESTAMP", "STR_TO_DATE"):
        return None
    cuts = [call.at, *call.commas, end]
    parts = ["".join(tokens[a + 1 : b]).strip() for a, b in pairwise(cuts)]
    if name.endswith("CONVERT"):
        if len(parts) == 2 and _TYPE.fullmatch(parts[1]):  # MySQL's, with the type after the value
            parts.reverse()
        kind, style = _TYPE.fullmatch(parts[0]), parts[2] if len(parts) > 2 else ""
        if not kind or len(parts) not in (2, 3):
            return None
        form = "" if style in _STYLES_IN_ORDER else strptime_form("CONVERT", style)
        return _by_form(parts[1], form, bool(kind.group(1)))
    if len(parts) == 1:
        return f"datetime({parts[0]}, 'unixepoch')" if name == "TO_TIMESTAMP" else _moment(parts[0], True)
    if len(parts) != 2 or not parts[1].startswith("'"):
        return None
    return _by_form(parts[0], strptime_form(name, _text(parts[1])), name != "TO_TIMESTAMP")


def _by_form(operand: str, form: str | None, day: bool) -> str | None:
    """An operand that is written in a form; None where SQLite cannot read it, which then says so of the function's name."""
    if form is None or operand.upper() == "NULL":
        return None if form is None else "NULL"
    if form and operand.startswith("'"):
        said = stated(_text(operand), form)
        return None if said is None else _literal(said)
    iso = {"": day, "%Y-%m-%d": True, "%Y-%m-%d %H:%M:%S": False, "%Y-%m-%d %H:%M": False}
    return _moment(operand, iso[form]) if form in iso else None


def _moment(operand: str, day: bool) -> str:
    if re.fullmatch(r"[nN]?'[^']*'|\d{8}", operand):
        text = _text(operand.lstrip("nN"))
        return _literal(day_or_moment(text, day) or text)  # what is no date stays the text that it is
    return f"{'date' if day else 'datetime'}({operand})"


def _text(literal: str) -> str:
    return literal[1:-1].replace("''", "'") if literal.startswith("'") else literal


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
