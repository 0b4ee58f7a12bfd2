"""Situations for any database: the templates of generic.yaml, on every table of the schema that they fit."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from turnwise.synthesis.database.phrases import is_about
from turnwise.synthesis.database.schema import Schema, Table
from turnwise.synthesis.goals.column_kinds import columns_of_kind
from turnwise.synthesis.goals.context import is_thing
from turnwise.synthesis.goals.situation_checks import lacking
from turnwise.synthesis.goals.situations import SituationPlan
from turnwise.synthesis.goals.tool_parameters import operation_of
from turnwise.values.words import PEOPLE, headed, is_spoken, plural, snake
from turnwise.worlds import World

STAFF = "a member of staff"

_SORTS = (
    "type",
    "kind",
    "status",
    "code",
    "unit",
    "format",
    "genre",
    "category",
    "class",
    "snapshot",
    "log",
    "history",
)
_LOOKUPS = ("language", "country", "currency", "gender", "continent", "nationality", "state", "region", "timezone")
_LINES = ("line", "item", "detail", "entry", "row")
_FEW = 3
"""columns of a table that holds nothing but what others pick from"""
_MARK = re.compile(r"<(\w+(?: \w+)?)>")


@cache
def _templates() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "generic.yaml").read_text("utf-8"))
    return found


def generic_situations(schema: Schema, world: World) -> tuple[SituationPlan, ...]:
    """The situations that a schema gives and that the tools of a world serve, in a fixed order."""
    tables = [t for t in schema.tables.values() if t.rows and len(t.key) == 1 and not t.view and _called(t)]
    plans = [
        plan
        for template in _templates()
        for table in tables
        if _fits(template.get("for", "any"), table)
        for fields in _fields(template, table, schema, world)
        if (plan := _plan(template, table, fields, schema, world)) is not None
    ]
    return tuple(plan for plan in plans if lacking(plan, schema, world) is None)


def _called(table: Table) -> bool:
    """Whether what a table is called is a noun that people say: no verb, as in `undergoes`, no abbreviation, no line of a list, no sort, no list
    to pick from, as of languages."""
    last = table.noun.split()[-1]
    inner = last in _SORTS or (last in _LOOKUPS and len(table.columns) <= _FEW) or (not table.label and last in _LINES)
    return is_spoken(table.noun) and is_thing(table) and not inner


def _fits(kind: str, table: Table) -> bool:
    named, person = bool(table.label), len(table.label) == 2 or table.noun in PEOPLE
    party = person or (named and not is_about(table.noun, "places"))
    return {"any": True, "party": party, "named": named, "numbered": not named, "person": person, "thing": not person}[
        kind
    ]


def _fields(template: dict[str, Any], table: Table, schema: Schema, world: World) -> Iterator[dict[str, Any]]:
    """Every way to fill in what a template leaves open beside its table."""
    if "child" in template:
        for child, reference in schema.children(table.name):
            told = child.link is None and not child.view and child.rows and _called(child)
            if told and child.name != table.name and _fits(template["child"], child):
                if template.get("collection"):
                    for container in _containers(child, schema, world):
                        if container.name != table.name:
                            yield {"child": child, "reference": reference.column, "into": container}
                else:
                    yield {"child": child, "reference": reference.column}
    elif "item" in template:
        yield from ({"item": item} for item in _items(table, schema, world))
    elif "column" in template:
        yield from ({"column": table.by_name[name]} for name in columns_of_kind(template["column"], table, world))
    elif "way" in template:
        own = {c.label for c in table.columns}
        for first in table.references:
            for second in schema.tables[first.table].references:
                last = schema.tables[first.table].by_name[second.column].label
                if first.column not in table.key and last not in own:
                    yield {"way": [first.column, second.column]}
    else:
        yield {}


def _items(table: Table, schema: Schema, world: World) -> Iterator[Table]:
    """The tables whose rows a tool puts on a list of this one's, or the other way round."""
    for tool in world.tools:
        if tool.operation is not None and tool.operation.kind == "link":
            ends = [r.table for r in schema.tables[operation_of(tool).table].link or ()]
            if len(ends) == 2 and ends[0] == table.name != ends[1]:
                yield schema.tables[ends[1]]


def _containers(child: Table, schema: Schema, world: World) -> Iterator[Table]:
    for name in sorted(schema.tables):
        if any(item.name == child.name for item in _items(schema.tables[name], schema, world)):
            yield schema.tables[name]


def _plan(
    template: dict[str, Any], table: Table, fields: dict[str, Any], schema: Schema, world: World
) -> SituationPlan | None:
    """A template on one table; None where it asks for columns that are not there."""
    child: Table | None = fields.get("child")
    if template.get("contact") and not columns_of_kind("$contact", table, world):
        return None
    words: dict[str, Any] = {"it": table.name, "noun": table.noun, "nouns": table.nouns}
    for name in ("child", "item"):
        if (other := fields.get(name)) is not None:
            noun = headed(other.noun)
            words |= {name: other.name, f"{name} noun": noun, f"{name} nouns": plural(noun)}
    if (column := fields.get("column")) is not None:
        words |= {"column": column.label, "column_name": column.name}
    words["way"] = fields.get("way")

    def filled(value: Any) -> Any:
        """A part of the template with what it leaves open put in; None where there are no such columns."""
        if isinstance(value, dict):
            return {filled(key): filled(item) for key, item in value.items()}
        if isinstance(value, list):
            return [filled(item) for item in value]
        if not isinstance(value, str):
            return value
        if value == "<way>":
            return words["way"]
        if value.startswith("$child_") and child is not None:
            return columns_of_kind(value.replace("child_", ""), child, world) or None
        return _MARK.sub(lambda match: str(words.get(match[1], match[0])), value)

    rows = {} if template.get("row") == "none" else {"it": {"table": table.name}}
    rows |= {name: {"table": fields["item"].name} for name in ("item", "other") if "item" in fields}
    rows |= {"other": {"table": table.name}} if template.get("second") else {}
    rows |= {"into": {"table": fields["into"].name}} if "into" in fields else {}
    steps = []
    for step in map(filled, template["requests"]):
        if {step.get(verb) for verb in ("detail", "update", "adjust")} == {None, "it"} and "any_of" in step:
            step["any_of"] = _named(step["any_of"], table, world)
        if ("any_of" in step and step["any_of"] is None) or "<child>" in step.values():
            if not step.get("optional"):
                return None
            continue
        steps.append({key: value for key, value in step.items() if value is not None})
    places = [
        value if isinstance(value, str) else getattr(value, "name", None) or "_".join(value)
        for value in fields.values()
    ]
    name = ".".join([template["name"], *(snake(place) or "x" for place in (table.name, *places))])
    return SituationPlan(
        name=name,
        role=STAFF,
        reason=filled(template["reason"]),
        said=filled(template["said"]),
        rows=rows,
        requests=_possible(steps, set(rows)),
        weight=template.get("weight", 1) * (2 if table.label else 1),
        generic=True,
        wanders=template.get("wanders", False),
    )


def _named(kind: Any, table: Table, world: World) -> list[str] | str | None:
    """The columns of a kind, such as `$contact`, that a table has; None where it has none."""
    return (columns_of_kind(kind, table, world) or None) if isinstance(kind, str) and kind.startswith("$") else kind


def _possible(steps: list[dict[str, Any]], known: set[str]) -> list[dict[str, Any]]:
    """The requests without the optional ones about rows that no request before them finds."""
    kept = []
    for step in steps:
        used = {step[verb] for verb in ("into", "than", "for", "detail", "update", "delete") if verb in step}
        if used <= known or not step.get("optional"):
            kept.append(step)
            known = known | ({step["as"]} if "as" in step else set())
    return kept
