"""Splitting a dump of PostgreSQL, MySQL or SQL Server into statements, each with the line of the file on which it starts."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Dialect = Literal["postgres", "mysql", "tsql"]

_MARKS: dict[Dialect, str] = {
    "mysql": r"^/\*!\d{5} |\bENGINE ?= ?\w+|\bAUTO_INCREMENT\b|^-- (?:MySQL|MariaDB) dump|^CREATE TABLE `|^DELIMITER "
    r"|(?i:^\s*(?:CREATE|DROP)\s+(?:DATABASE|SCHEMA)\b|^\s*USE\s+[\w`]+\s*;|\bSTR_TO_DATE\()",
    "postgres": r"^COPY .+ FROM stdin;|\bpg_catalog\b|^SET search_path\b|\bnextval\(|^-- PostgreSQL database dump"
    r"|^ALTER TABLE [^`;]*\bADD (?:CONSTRAINT|FOREIGN KEY|PRIMARY KEY)"
    r"|\b(?i:(?:big|small)?serial\s+(?:primary|not)|character varying|without time zone|owner to \w+|as identity)\b"
    r"|\bINTERVAL '|\bCREATE INDEX ON\b|'::\w"
    r"|(?i:^\s*CREATE\s+(?:DATABASE|SCHEMA)\b|\bCREATE\s+TABLE\s+\w+\.\w)"
    r"|(?i:\bCAST\s*\(\s*'[^']*'\s+AS\s+(?:DATE|TIMESTAMP|DATETIME)\b|[(,]\s*(?:DATE|TIMESTAMP)\s+'\d)",
    "tsql": r"^GO\s*$|\[dbo\]\.|\bIDENTITY ?\(\d|^SET ANSI_NULLS|\bN?VARCHAR\(MAX\)|\] \[\w+\]",
}
_LOOKED_THROUGH = 200_000

_COMMENT = r"--[^\n]*|/\*.*?(?:\*/|\Z)"
_ESCAPED = r"'(?:[^'\\]|\\.|'')*'"
_PIECES: dict[Dialect, re.Pattern[str]] = {
    "mysql": re.compile(
        rf"""{_ESCAPED}|"(?:[^"\\]|\\.|"")*"|`[^`]*`|\#[^\n]*|{_COMMENT}|;|\n|[^'"`\#\-/;\n]+|.""", re.DOTALL
    ),
    "postgres": re.compile(
        rf"""(?<=\W[eE]){_ESCAPED}|'[^']*'|"[^"]*"|\$(\w*)\$.*?\$\1\$|{_COMMENT}|;|\n|[^'"$\-/;\n]+|.""", re.DOTALL
    ),
    "tsql": re.compile(rf"""'(?:[^']|'')*'|"[^"]*"|\[[^\]]*\]|{_COMMENT}|;|\n|[()]|[^'"\[\-/;()\n]+|.""", re.DOTALL),
}
_COPY = re.compile(r"\s*COPY\s.*\sFROM\s+stdin\b", re.IGNORECASE | re.DOTALL)
_CONDITIONAL = re.compile(r"/\*M?!\d*\s?(.*)\*/", re.DOTALL)  # run by MySQL itself: code, not a comment
_GO = re.compile(r"GO(?:\s+\d+)?[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_ROUTINE = re.compile(r"\s*(?:CREATE|ALTER)\s+(?:OR\s+ALTER\s+)?(?:PROC|FUNCTION|TRIGGER|VIEW)", re.IGNORECASE)
_BEGINS = re.compile(
    r"[ \t]*(?:INSERT|CREATE|ALTER|SET|USE|EXEC|DROP|UPDATE|DELETE|PRINT|GRANT|DBCC|DECLARE|IF)\b", re.I
)
_PHYSICAL = re.compile(r"\b(?:NON)?CLUSTERED\b|\bROWGUIDCOL\b", re.IGNORECASE)
_DELIMITER = re.compile(r"DELIMITER\s+(\S+)", re.IGNORECASE)


class Statement(NamedTuple):
    line: int
    sql: str
    data: str = ""  # the lines after COPY ... FROM stdin
    cut_off: bool = False  # whether these lines have no end


def dialect_of(text: str) -> Dialect | None:
    """The database that wrote a script; None where nothing tells it from SQLite's own."""
    head = text[:_LOOKED_THROUGH]
    found = {name: len(re.findall(marks, head, re.MULTILINE)) for name, marks in _MARKS.items()}
    best = max(found, key=lambda name: found[name])
    return best if found[best] else None


def split_dump(text: str, dialect: Dialect) -> Iterator[Statement]:
    """The statements of a dump; comments go, settings in MySQL's conditional comments are kept as statements."""
    parts: list[str] = []
    at, line, start, delimiter, depth = 0, 1, 1, ";", 0
    pieces = _PIECES[dialect]
    while at < len(text):
        if not parts and (command := _command(text, at, dialect)):
            delimiter = command.delimiter or delimiter
            line += text.count("\n", at, command.end)
            at = command.end
            continue
        if delimiter != ";" and text.startswith(delimiter, at):
            piece, ends = delimiter, True
        else:
            match = pieces.match(text, at)
            piece = match.group(0) if match else text[at]
            ends = piece == ";" and delimiter == ";" and not (dialect == "tsql" and _ROUTINE.match("".join(parts[:3])))
            if delimiter != ";" and not piece.startswith(("'", '"', "`", "#", "--", "/*")):
                cut = piece.find(delimiter)  # the rest of this piece comes next
                piece = piece[:cut] if cut > 0 else piece
        at += len(piece)
        if dialect == "tsql":  # no semicolons: a batch ends with GO, a statement where a line begins another
            depth += (piece == "(") - (piece == ")")
            if piece == "\n" and _GO.match(text, at):
                ends, depth = True, 0
                at = text.find("\n", at) if text.find("\n", at) >= 0 else len(text)
            elif piece == "\n" and not depth and parts and _BEGINS.match(text, at):
                ends = not _ROUTINE.match("".join(parts[:3]))
        if ends and parts:
            sql = "".join(parts)
            parts.clear()
            data = ""
            if dialect == "postgres" and _COPY.match(sql):
                begin = text.find("\n", at) + 1 or len(text)
                end = re.compile(r"^\\\.\r?$", re.MULTILINE).search(text, begin)
                stop = end.start() if end else len(text)
                data, at = text[begin:stop], end.end() if end else len(text)
                yield Statement(start, sql, data, end is None)
                line += text.count("\n", begin - 1, at)
                continue
            yield Statement(start, sql)
        elif not ends:
            code = _code(piece, dialect)
            if code.strip() and not parts:
                start = line + piece[: len(piece) - len(piece.lstrip())].count("\n")
            if parts or code.strip():
                parts.append(code)
        line += piece.count("\n")
    if "".join(parts).strip():
        yield Statement(start, "".join(parts))


class _Command(NamedTuple):
    end: int
    delimiter: str | None


def _command(text: str, at: int, dialect: Dialect) -> _Command | None:
    """A line for the client and not for the server: DELIMITER in MySQL, a backslash command in PostgreSQL."""
    if at and text[at - 1] != "\n":
        return None
    end = text.find("\n", at)
    end = end if end >= 0 else len(text)
    if dialect == "mysql" and (found := _DELIMITER.match(text, at, end)):
        return _Command(end, found.group(1))
    if dialect == "postgres" and text.startswith("\\", at):
        return _Command(end, None)
    return None


def _code(piece: str, dialect: Dialect) -> str:
    if dialect == "mysql" and (conditional := _CONDITIONAL.fullmatch(piece)) and conditional.group(1)[:1] != "\\":
        return conditional.group(1)
    if dialect == "tsql" and piece[0] not in "'\"[-/":
        return _PHYSICAL.sub("", piece)
    if piece.startswith(("--", "/*")) or (dialect == "mysql" and piece.startswith("#")):
        return "\n" * piece.count("\n") or " "
    return piece
