"""Files of rows: CSV, Excel, Parquet, JSON, or a folder of them, as records with their names."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from turnwise.errors import SeedError
from turnwise.synthesis.seeds.records import Record, Records, check_width
from turnwise.untrusted import load_json, load_yaml, read_bytes
from turnwise.values.words import listed

ROWS_SUFFIXES = (".csv", ".tsv", ".xlsx", ".parquet", ".json", ".jsonl", ".ndjson")
_DELIMITERS = {".tsv": "\t"}
_PEEKED = 20_000
_NAMED_DELIMITER = re.compile(r"sep=([,;|\t])\r?\n", re.IGNORECASE)
_COMMENTS = re.compile(r"\A(?:#[^\n]*\n)+(?=[^\n]*\S)")
_VALUE = re.compile(r"-?[\d.,]*\d|\d{4}-\d\d-\d\d.*")
_LONGEST_FILE = 200 * 2**20
_MOST_CELLS = 10_000_000
_LARGEST_BOOK = 500 * 2**20


class NoRows(SeedError):
    """Raised when a file is whole and holds no rows."""


def read_folder(folder: Path, notes: list[str]) -> dict[str, Records]:
    """The rows of every file of a folder that holds some, by the files' names; the others are named in `notes`."""
    sources: dict[str, Records] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$")):  # of the system, and of a file that is open in Excel
            continue
        if path.is_file() and path.suffix.lower() in ROWS_SUFFIXES:
            try:
                tables = read_rows(path, notes)
            except NoRows as error:
                notes.append(f"{path.name}: {str(error).removeprefix(f'{path} ').partition(':')[0]}")
                continue
            for name, records in tables.items():
                if name in sources:
                    raise SeedError(f"{folder} holds two tables called {name}: rename one of the files")
                sources[name] = records
        else:
            notes.append(f"{path.name}: it is no {listed([s[1:] for s in ROWS_SUFFIXES], 'or')} file")
    if not sources:
        raise SeedError(f"{folder} holds no file of rows: {listed([s[1:] for s in ROWS_SUFFIXES], 'or')} are read")
    return sources


def read_rows(path: Path, notes: list[str]) -> dict[str, Records]:
    """The tables of one file: its only one by the file's name, an Excel file's sheets or a JSON object's lists by theirs."""
    if path.stat().st_size > _LONGEST_FILE:
        raise SeedError(f"{path} is larger than {_LONGEST_FILE >> 20} MB: cut it to some thousand rows")
    suffix = path.suffix.lower()
    if path.stat().st_size == 0:
        raise NoRows(f"{path} holds no rows: it is empty")
    if suffix in (".csv", ".tsv"):
        return {path.stem: _csv(path, notes)}
    if suffix == ".xlsx":
        return _excel(path, notes)
    if suffix == ".parquet":
        return {path.stem: _parquet(path)}
    return json_tables(path.stem, read_document(path, notes), str(path))


def read_document(path: Path, notes: list[str]) -> Any:
    """A JSON or YAML file as data; SeedError says what is wrong and where."""
    suffix = path.suffix.lower()
    try:
        text = text_of(path, notes)
        if suffix in (".jsonl", ".ndjson"):
            return json_lines(path, text)
        return load_yaml(text) if suffix in (".yaml", ".yml") else load_json(text)
    except OSError as error:
        raise SeedError(f"{path}: {error.strerror or error}") from error
    except yaml.YAMLError as error:
        raise SeedError(f"{path} is not YAML: {' '.join(str(error).split())}") from error
    except ValueError as error:
        if getattr(error, "msg", "") == "Extra data":  # JSON lines, which many call .json
            return json_lines(path, text)
        raise SeedError(f"{path} is not JSON: {' '.join(str(error).split())}") from error


def json_lines(path: Path, text: str) -> Records:
    """The rows of JSON lines; SeedError names the line that is none."""
    rows = []
    for number, line in enumerate(text.split("\n"), 1):
        try:
            row = json.loads(line) if line.strip() else {}
        except (ValueError, RecursionError) as error:
            raise SeedError(f"{path}, line {number}, is not JSON: {' '.join(str(error).split())}") from error
        if not isinstance(row, dict):
            raise SeedError(f"{path}, line {number}: an object is expected, a row with named values")
        rows += [row] if line.strip() else []
    return rows


def json_tables(name: str, loaded: Any, where: str) -> dict[str, Records]:
    """The tables in a JSON value: a list of objects, or an object whose values are such lists."""
    if _is_rows(loaded):
        return {name: loaded}
    lists = {key: rows for key, rows in loaded.items() if _is_rows(rows)} if isinstance(loaded, Mapping) else {}
    if not lists:
        raise SeedError(f"{where} holds no rows: a list of objects is expected, or an object of such lists")
    return lists


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)


def frames(sources: Mapping[str, Any]) -> dict[str, Iterable[Record]]:
    """The records of data frames (pandas, polars, or anything else that gives them), or of lists of dictionaries."""
    read: dict[str, Iterable[Record]] = {}
    for name, source in sources.items():
        if hasattr(source, "to_dicts"):  # polars
            read[name] = source.to_dicts()
        elif hasattr(source, "to_dict"):  # pandas
            read[name] = source.to_dict("records")
        elif isinstance(source, Iterable) and not isinstance(source, (str, bytes, Mapping)):
            read[name] = source
        else:
            raise SeedError(f"{name}: a data frame or a list of dictionaries is expected, not {type(source).__name__}")
    return read


def text_of(path: Path, notes: list[str]) -> str:
    """The text of a file, whatever it is stored in; SeedError where it is none."""
    try:
        raw = read_bytes(path, _LONGEST_FILE)
    except OSError as error:
        raise SeedError(f"{path}: {error.strerror}") from error
    for encoding in ("utf-8-sig", "utf-16") if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError as error:
        raise SeedError(f"{path} is neither UTF-8 nor Windows-1252: save it as UTF-8") from error
    notes.append(f"encoding of {path.name}: read as Windows-1252, for it is not UTF-8")
    return text


def _csv(path: Path, notes: list[str]) -> Records:
    text = text_of(path, notes)
    if "\x00" in text:
        raise SeedError(f"{path} is no text: it holds zero bytes")
    text = text if "\n" in text else text.replace("\r", "\n")
    named = _NAMED_DELIMITER.match(text)  # for Excel
    text = _COMMENTS.sub("", text[named.end() :] if named else text, count=1)
    csv.field_size_limit(1_000_000)
    delimiter = named.group(1) if named else _DELIMITERS.get(path.suffix.lower()) or _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        if _cut_off(text, delimiter):
            raise SeedError(
                f"{path}: a double quote is opened and never closed: the last value would be the rest of the file"
            )
        rows = [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise SeedError(f"{path}, line {reader.line_num}: {error}") from error
    if len(rows) < 2:
        raise NoRows(f"{path} holds no rows: a line with the columns' names is expected, and a line for each row")
    check_width(path.name, len(rows[0]))
    values = [cell for cell in rows[0] if _VALUE.fullmatch(cell.strip())]
    if len(values) * 2 >= len(rows[0]) > 1 and values[0] == rows[0][0]:
        raise SeedError(
            f"{path}: its first line holds values ({listed(values[:3], 'and')}) and no names: put a line with the columns' "
            "names above"
        )
    header = _distinct(rows[0], path.name, notes)
    width = len(header)
    if long := next((number for number, row in enumerate(rows, 1) if len(row) > width and any(row[width:])), None):
        raise SeedError(
            f"{path}, row {long}: {len(rows[long - 1])} values for {width} columns. Is {delimiter!r} what parts them? "
            "Values that hold it are put in double quotes"
        )
    return [dict(zip(header, row, strict=False)) for row in rows[1:]]


def _delimiter(text: str) -> str:
    """What parts the columns: the sign that stands equally often, and most, in the first lines."""
    counts = {}
    for sign in (",", ";", "\t", "|"):
        rows = list(csv.reader(io.StringIO(text[:_PEEKED]), delimiter=sign))
        widths = {len(row) for row in rows[: max(1, len(rows) - 1)] if row}  # the last may be cut
        first = len(rows[0]) if rows else 0
        counts[sign] = (len(widths) == 1 and first > 1, first)
    return max(counts, key=lambda sign: counts[sign])


def _cut_off(text: str, delimiter: str) -> bool:
    """Whether a quoted value has no end."""
    if '"' not in text:
        return False
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False


def _distinct(header: list[str], file: str, notes: list[str]) -> list[str]:
    """Column names as keys: empty ones numbered, repeated ones too, and said so."""
    names: list[str] = []
    for number, name in enumerate(header, 1):
        plain = " ".join(name.split()) or f"column {number}"
        names.append(plain if plain not in names else f"{plain} {number}")
        if names[-1] != " ".join(name.split()):
            was = f"another is called {plain}" if name.strip() else "it has no name"
            notes.append(f"column {number} of {file} is called {names[-1]!r}: {was}")
    return names


def _excel(path: Path, notes: list[str]) -> dict[str, Records]:
    openpyxl = needed("openpyxl", "Excel")
    try:
        with zipfile.ZipFile(path) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > _LARGEST_BOOK:
            raise SeedError(
                f"{path} is larger than {_LARGEST_BOOK >> 20} MB unpacked: save its sheets as CSV, cut to some thousand rows"
            )
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except SeedError:
        raise
    except Exception as error:  # it raises whatever its zip and XML readers do
        raise SeedError(f"{path} is no Excel file: {' '.join(str(error).split())[:150]}") from error
    sheets: dict[str, Records] = {}
    for sheet in book.worksheets:
        rows = [row for row in sheet.iter_rows(values_only=True) if any(cell is not None for cell in row)]
        if len(rows) > 1:
            check_width(path.name, len(rows[0]))
            header = _distinct([str(cell if cell is not None else "") for cell in rows[0]], sheet.title, notes)
            sheets[sheet.title] = [dict(zip(header, row, strict=False)) for row in rows[1:]]
    if not sheets:
        raise NoRows(f"{path} holds no rows: its sheets need a line of names and a line for each row")
    return sheets if len(sheets) > 1 else {path.stem: next(iter(sheets.values()))}


def _parquet(path: Path) -> Records:
    parquet = needed("pyarrow.parquet", "Parquet")
    try:
        about = parquet.ParquetFile(path).metadata
        if (cells := about.num_rows * about.num_columns) > _MOST_CELLS:
            raise SeedError(f"{path} holds {cells:,} values: cut it to some thousand rows")
        rows: Records = parquet.read_table(path).to_pylist()
    except SeedError:
        raise
    except Exception as error:  # Arrow's errors have no common root
        raise SeedError(f"{path} is no Parquet file: {' '.join(str(error).split())[:150]}") from error
    if not rows:
        raise NoRows(f"{path} holds no rows: it has columns alone")
    return rows


def needed(module: str, what: str) -> Any:
    """A package of the extra `files`; SeedError says how to get it."""
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise SeedError(f"reading {what} needs a package more: pip install 'turnwise[files]'") from error
