"""Personal data replaced by invented, the same value by the same one everywhere, so that rows still belong together."""

import random
import re
from collections.abc import Callable, Iterable
from typing import Any

from turnwise.errors import SeedError
from turnwise.synthesis.database.new_texts import people_and_places
from turnwise.synthesis.database.schema import reflect
from turnwise.synthesis.database.tables import Column, Table
from turnwise.synthesis.seeds.reading import Seed
from turnwise.synthesis.seeds.tables import dump
from turnwise.values.words import counted, listed
from turnwise.worlds import load_script
from turnwise.worlds.changes import quoted

_TRIES = 200
_PERSONAL = ("person", "given", "family", "email", "phone", "street", "username")
_SHORTEST_IN_TEXT = 5  # a shorter name may be a word of its own
_CHUNK = 400  # names in one pattern


def masked(source: Seed, seed: int) -> Seed:
    """A seed with invented names, mail addresses, phones, streets and user names of people.

    Values that stand in a free text are replaced there too. What was replaced is told by column. SeedError where a
    column has more different values than can be invented.
    """
    connection = load_script(source.script or "")
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("PRAGMA ignore_check_constraints=ON")
    schema = reflect(connection)
    rng = random.Random(f"mask:{seed}")
    invented: dict[str, dict[str, str]] = {kind: {} for kind in _PERSONAL}
    notes, personal = [], set()
    tables = [table for table in schema.tables.values() if not table.view]
    for table in tables:
        for column in table.columns:
            kind = _kind(column)
            if kind and not column.generated:
                personal.add((table.name, column.name))
                _invent(connection, table, column, invented[kind], kind, rng)
    for table in tables:
        done = [column.name for column in table.columns if (table.name, column.name) in personal]
        for column in table.columns:
            if (table.name, column.name) in personal:
                _replace(connection, table.name, column.name, invented[_kind(column)])
            elif column.type == "text" and not column.generated:
                target = table.reference(column.name)
                if target is not None and (target.table, target.to) in personal:
                    kind = _kind(schema.tables[target.table].by_name[target.to])
                    _replace(connection, table.name, column.name, invented[kind])
                    done.append(column.name)
                else:
                    _replace_within(connection, table.name, column.name, invented)
        if done:
            notes.append(f"personal data of {table.name}: {listed(done)} replaced by invented values")
    if not notes:
        notes.append("personal data: no column of names, mail, phones or addresses of people was found")
    total = sum(len(values) for values in invented.values())
    notes.append(f"personal data in all: {counted(total, 'value')} replaced")
    return source._replace(script=dump(connection), left_out=(*source.left_out, *notes))


def _kind(column: Column) -> str:
    """Which personal data a column holds; empty for none."""
    return column.text_kind if column.text_kind in _PERSONAL and column.type == "text" else ""


def _invent(
    connection: Any, table: Table, column: Column, known: dict[str, str], kind: str, rng: random.Random
) -> None:
    rows = connection.execute(
        f"SELECT DISTINCT {quoted(column.name)} FROM {quoted(table.name)} WHERE typeof({quoted(column.name)}) = 'text'"
        f" ORDER BY 1"
    )
    values = [value for (value,) in rows if value.strip()]
    taken = set(known.values()) | set(values)
    for value in values:
        if value not in known:
            known[value] = _another(value, kind, taken, rng)
            taken.add(known[value])


def _another(value: str, kind: str, taken: set[str], rng: random.Random) -> str:
    for attempt in range(_TRIES):
        text = _MAKERS[kind](value, rng)
        text = text if attempt < _TRIES // 2 or kind in ("phone",) else f"{text}{rng.randrange(10, 10_000)}"
        text = text.upper() if value.isupper() else text.lower() if value.islower() else text
        if text not in taken:
            return text
    raise SeedError(f"{value!r} cannot be masked: too many different values of its kind")


def _person(value: str, rng: random.Random) -> str:
    faker = people_and_places(rng)
    if "," in value:
        return f"{faker.last_name()}, {faker.first_name()}"
    return f"{faker.first_name()} {faker.last_name()}" if " " in value.strip() else str(faker.first_name())


def _phone(value: str, rng: random.Random) -> str:
    """The same shape, the country's code kept."""
    kept = re.match(r"\s*(\+\d{1,3}|00\d{2})?", value)
    start = kept.end() if kept else 0
    return value[:start] + "".join(str(rng.randrange(10)) if sign.isdigit() else sign for sign in value[start:])


_MAKERS: dict[str, Callable[[str, random.Random], str]] = {
    "person": _person,
    "given": lambda _, rng: str(people_and_places(rng).first_name()),
    "family": lambda _, rng: str(people_and_places(rng).last_name()),
    "email": lambda _, rng: str(people_and_places(rng).email()),
    "phone": _phone,
    "street": lambda _, rng: str(people_and_places(rng).street_address()),
    "username": lambda _, rng: str(people_and_places(rng).user_name()),
}


def _replace(connection: Any, table: str, column: str, invented: dict[str, str]) -> None:
    """Replace whole values, by way of names that no value has, so that a unique column never holds one twice."""
    name = quoted(column)
    sql = f"UPDATE {quoted(table)} SET {name} = ? WHERE {name} = ?"
    present = {value for (value,) in connection.execute(f"SELECT DISTINCT {name} FROM {quoted(table)}")}
    connection.executemany(sql, [(new, old) for old, new in invented.items() if old in present])


def _replace_within(connection: Any, table: str, column: str, invented: dict[str, dict[str, str]]) -> None:
    """Replace full names, mail addresses and phones that stand inside a free text."""
    kinds = ("person", "email", "phone")
    known = {old: new for kind in kinds for old, new in invented[kind].items() if len(old) >= _SHORTEST_IN_TEXT}
    known = {old: new for old, new in known.items() if " " in old or "@" in old or any(s.isdigit() for s in old)}
    if not known:
        return
    patterns = list(_patterns(sorted(known, key=lambda old: (-len(old), old))))
    name = quoted(column)
    changed = []
    for (text,) in connection.execute(f"SELECT DISTINCT {name} FROM {quoted(table)} WHERE typeof({name}) = 'text'"):
        new = text
        for pattern in patterns:
            new = pattern.sub(lambda found: known[found.group(0)], new)
        if new != text:
            changed.append((new, text))
    connection.executemany(f"UPDATE OR IGNORE {quoted(table)} SET {name} = ? WHERE {name} = ?", changed)


def _patterns(values: list[str]) -> Iterable[re.Pattern[str]]:
    for at in range(0, len(values), _CHUNK):
        yield re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, values[at : at + _CHUNK]))})(?!\w)")
