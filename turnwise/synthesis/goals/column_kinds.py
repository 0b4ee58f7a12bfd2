"""What the columns of a table are to people: contact data, money, plans, states. Knows names and types, no values."""

import re
from collections import Counter

from turnwise.synthesis.database.phrases import is_about
from turnwise.synthesis.database.schema import Column, Table
from turnwise.synthesis.goals.context import tellable
from turnwise.worlds import World

_WORDS = {
    "contact": re.compile(r"\b(phone|mobile|telephone|e ?mail)\b"),
    "address": re.compile(r"\b(address|street)\b"),
    "money": re.compile(r"\b(price|fee|rate|rent|cost|wage|salary|charge|fare|tariff|premium|deposit|budget)\b"),
    "state": re.compile(r"\b(status|stage|priority|condition|availability|preference)\b"),
}
_FIXED = re.compile(
    r"\b(address (?:line )?2|bytes|milliseconds|total|year to date|ytd|ssn|title of courtesy|initial|units?)\b"
)
_PLACE = re.compile(r"\b(city|town|state|country|province|region|post(al)? ?code|zip)\b")
_CHANGES = re.compile("phone|email|address|city|price|status|company|rate|rent|date|note")
_SELDOM = re.compile(
    r"\b(birth|hire|fax|code|reference|in milliseconds|rowguid|url|website|suffix|prefix|initials?|(?:street|house) number)\b"
)
KINDS = ("$contact", "$money", "$plans", "$state", "$refs", "$moveable", "$any")


def columns_of_kind(kind: str, table: Table, world: World) -> list[str]:
    """The columns of a kind, such as `$contact`, that a tool of the world can set; `$refs` only have to be there."""
    references = [r for r in table.references if r.column not in table.key]
    if kind == "$refs":
        return [r.column for r in references]
    settable = {
        parameter
        for tool in world.tools
        if tool.operation is not None and tool.operation.kind == "update" and tool.operation.table == table.name
        for parameter in tool.parameters["properties"]
    }
    if kind == "$moveable":
        columns = [table.by_name[r.column] for r in references]
        return [c.name for c in columns if c.field in settable and not c.label.endswith(" by")]
    columns = changeable([c for c in table.columns if c.field in settable], table)
    return [c.name for c in columns if _is(kind.removeprefix("$"), c, columns)]


def changeable(columns: list[Column], table: Table) -> list[Column]:
    """Those of some columns that people have changed: not what a row is called, nor what it is by nature."""
    taken = {*table.key, *table.label, *(r.column for r in table.references)}
    free = [c for c in columns if c.name not in taken and tellable(c) and not (c.nature or c.coded or _happened(c))]
    free = [c for c in free if not _FIXED.search(c.label)]
    # A city or country follows an address, and is not changed alone.
    addressed = any(_WORDS["address"].search(c.label) for c in table.columns)
    free = [c for c in free if not (addressed and _PLACE.search(c.label) and not _WORDS["address"].search(c.label))]
    return [c for c in free if c.choices or c.numeric or _CHANGES.search(c.label)]


def asked(columns: list[Column], table: Table) -> list[Column]:
    """Those of some columns that people ask for: not the parts of an address, nor one of many that are named alike."""
    addressed = any(_WORDS["address"].search(c.label) for c in table.columns)
    first = Counter(c.label.split()[0] for c in table.columns if " " in c.label)
    alike = [c for c in columns if " " in c.label and first[c.label.split()[0]] > 2]
    alike += [c for c in columns if c.text_kind in ("given", "family")]  # half of somebody's name
    free = [c for c in columns if c not in alike and not (c.coded or _SELDOM.search(c.label) or _FIXED.search(c.label))]
    return [c for c in free if not (addressed and _PLACE.search(c.label) and not _WORDS["address"].search(c.label))]


def _happened(column: Column) -> bool:
    """Whether a column tells when something happened, and not when a row is closed, as a loan is when it is returned."""
    return column.dated and column.outlook == "past" and not is_about(column.label, "closing_dates")


def _is(kind: str, column: Column, columns: list[Column]) -> bool:
    """Whether a column is of a kind; an address is contact data beside a telephone number or a mail address."""
    label = column.label
    match kind:
        case "contact":
            reached = any(_WORDS["contact"].search(c.label) for c in columns)
            address = reached and _WORDS["address"].search(label)
            return column.type == "text" and bool(_WORDS["contact"].search(label) or address)
        case "money":
            return column.numeric and bool(_WORDS["money"].search(label))
        case "plans":
            return column.dated
        case "state":
            return bool(column.choices) and (column.closed or bool(_WORDS["state"].search(label)))
    return True
