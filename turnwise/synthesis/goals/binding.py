"""Rows for a situation: conditions become SQL, a row that meets them is drawn, and texts name it."""

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from turnwise.synthesis.database.schema import Column, Reference, Schema, Table
from turnwise.synthesis.goals.context import CompositionContext, Referent, Rejected, reject_if
from turnwise.synthesis.goals.situations import Conditions, RowPlan, SituationPlan
from turnwise.values.text import LANGUAGE
from turnwise.values.words import has_a_name, takes_article
from turnwise.worlds.changes import quoted

_NAME = re.compile(r"\{(\w+)\}")
_ROWS_LOOKED_AT = 400
_DRAWS = 8
_MOMENT = re.compile(r"(?P<from>now|today)(?: (?P<sign>[+-]) (?P<days>\d+) days?)?(?: at (?P<clock>\d\d:\d\d))?")
COMPARED = {"before": "<", "after": ">", "under": "<", "over": ">", "at_most": "<=", "at_least": ">="}
_NO_ROW = "no row fits the situation"


def bind(context: CompositionContext, plan: SituationPlan, fixed: Mapping[str, Referent]) -> dict[str, Referent]:
    """Draw a row for each name of a situation, in order, where it is not given; `Rejected` where none fits."""
    bound: dict[str, Referent] = {}
    for name, row in plan.rows.items():
        key = fixed[name].key if name in fixed else None
        bound[name] = _draw(context, row, bound, key)
        if plan.speaker == name:
            mention = bound[name].mention
            reject_if(mention.numbered, "its speaker has no name")
            bound[name] = Referent(bound[name].table, bound[name].row, mention.model_copy(update={"me": True}))
    return bound


def _draw(context: CompositionContext, plan: RowPlan, bound: Mapping[str, Referent], key: Any) -> Referent:
    table = context.schema.tables[plan.table]
    reject_if(len(table.key) != 1 or table.view, "its rows cannot be named")
    parameters: dict[str, Any] = {}
    test = condition_sql(context, table, plan.where, bound, parameters, "t")
    for number, children in plan.children:
        for child_name, conditions in children.items():
            child, reference = child_of(context.schema, child_name, table.name)
            inner = condition_sql(context, child, conditions, bound, parameters, "c")
            joined = f"c.{quoted(reference.column)} = t.{quoted(reference.to)} AND {inner}"
            test += f" AND (SELECT count(*) FROM {quoted(child.name)} c WHERE {joined}) {number}"
    if key is not None:
        parameters["key"] = key
        test += f" AND t.{quoted(table.key[0])} = :key"
    column = quoted(table.key[0])
    found = context.session.query(
        f"SELECT t.{column} AS k FROM {quoted(table.name)} t WHERE {test} ORDER BY t.{column} LIMIT {_ROWS_LOOKED_AT}",
        parameters,
    )
    taken = {(other.table.name, other.key) for other in bound.values()}
    keys = [row["k"] for row in found if row["k"] is not None and (table.name, row["k"]) not in taken]
    for candidate in context.rng.sample(keys, min(len(keys), _DRAWS)):
        row = context.row(table, candidate)
        if (mention := context.mention(table, row)) is not None:
            return Referent(table, row, mention)
    raise Rejected(_NO_ROW)


def child_of(schema: Schema, child: str, parent: str) -> tuple[Table, Reference]:
    """A table that hangs on another, named `loans`, or `loans.member_id` where several columns lead there."""
    name, _, column = child.partition(".") if child not in schema.tables else (child, "", "")
    for reference in schema.tables[name].references:
        if reference.table == parent and column in ("", reference.column):
            return schema.tables[name], reference
    raise Rejected(f"{child} does not hang on {parent}")


def condition_sql(
    context: CompositionContext,
    table: Table,
    conditions: Conditions,
    bound: Mapping[str, Referent],
    parameters: dict[str, Any],
    alias: str,
) -> str:
    """What must hold of the columns of a row, as SQL; the values join the parameters."""
    tests = ["1"]

    def held(value: Any, column: Column) -> str:
        """A value as a parameter, or the column that it names."""
        if isinstance(value, str) and value in table.by_name:
            return f"{alias}.{quoted(value)}"
        if isinstance(value, str):
            owner, _, source = value.partition(".")
            value = bound[owner].row[source] if source and owner in bound else moment(context.now, value, column)
        parameters[f"p{len(parameters)}"] = value
        return f":p{len(parameters) - 1}"

    for name, wanted in conditions.items():
        column, place = table.by_name[name], f"{alias}.{quoted(name)}"
        if wanted is None:
            tests.append(f"{place} IS NULL")
        elif isinstance(wanted, list):
            tests.append(f"{place} IN ({', '.join(held(value, column) for value in wanted)})")
        elif not isinstance(wanted, dict):
            tests.append(f"{place} = {held(wanted, column)}")
        else:
            for how, value in wanted.items():
                if how == "row":
                    parameters[f"p{len(parameters)}"] = bound[value].key
                    tests.append(f"{place} = :p{len(parameters) - 1}")
                elif how == "not":
                    unequal = "IS NOT NULL" if value is None else f"IS NOT {held(value, column)}"
                    tests.append(f"{place} {unequal}")
                else:
                    tests.append(f"{place} {COMPARED[how]} {held(value, column)}")
    return " AND ".join(tests)


def meeting(
    context: CompositionContext, table: Table, rows: list[dict[str, Any]], conditions: Conditions,
    bound: Mapping[str, Referent],
) -> list[dict[str, Any]]:  # fmt: skip
    """Those of some rows that meet conditions."""
    if not conditions:
        return rows
    parameters: dict[str, Any] = {}
    test = condition_sql(context, table, conditions, bound, parameters, "t")
    key = table.key[0]
    found = context.session.query(f"SELECT t.{quoted(key)} AS k FROM {quoted(table.name)} t WHERE {test}", parameters)
    keys = {row["k"] for row in found}
    return [row for row in rows if row[key] in keys]


def moment(now: datetime, said: Any, column: Column) -> Any:
    """`today`, `now + 14 days` as the column writes moments; any other value as it is."""
    match = _MOMENT.fullmatch(said) if isinstance(said, str) else None
    if match is None or not column.dated:
        return said
    days = int(f"{match['sign'] or '+'}{match['days'] or 0}")
    if match["clock"]:
        now = datetime.combine(now, time.fromisoformat(match["clock"]))
    whole = (now + timedelta(days=days)).isoformat(sep="T" if "T" in column.example else " ")
    return whole[:10] if column.type == "date" else whole[: len(column.example) or 19]


def text_with_names(text: str, bound: Mapping[str, Referent], nouns: bool = False, lead: bool = True) -> str:
    """A text of a situation with its rows named as people name them, with the noun of each if wanted."""
    text = re.sub(r"\b[Tt]he ([a-z ]+) of (\{(\w+)\})", lambda match: _theirs(match, bound), text)
    filled = re.sub(r"\b([Tt]he) the\b", r"\1", _NAME.sub(lambda match: _spoken(bound[match[1]], nouns), text))
    return filled[:1].upper() + filled[1:] if lead else filled


def _theirs(match: re.Match[str], bound: Mapping[str, Referent]) -> str:
    """The invoices of somebody as theirs, the parts of something as parts: Ana Silva's invoices, the tracks on an album."""
    mention = bound[match[3]].mention if match[3] in bound else None
    if mention is None or mention.numbered:
        return match[0]
    if not (mention.person or has_a_name(mention.noun)):
        joint = next((j for j, nouns in LANGUAGE["parts"].items() if mention.noun.split()[-1] in nouns.split()), "of")
        return match[0].replace(f" of {match[2]}", f" {joint} {match[2]}")
    return f"{match[2]}'{'' if mention.name.endswith('s') else 's'} {match[1]}"


def _spoken(referent: Referent, nouns: bool) -> str:
    mention = referent.mention
    if mention.numbered:
        return f"{mention.noun} {mention.name}"
    if mention.person or has_a_name(mention.noun):
        return mention.name
    if takes_article(mention.noun, mention.name):
        return f"the {mention.name}"
    if not nouns:
        return mention.name
    return f"the {mention.noun} {mention.name}"
