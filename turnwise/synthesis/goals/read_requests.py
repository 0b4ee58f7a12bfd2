"""What people ask of a database: facts, lists, extremes, counts. Each builder returns a Draft, or raises `Rejected`."""

from dataclasses import replace
from typing import Any

from turnwise.goals.model import Answer, Mention, Slot, Value
from turnwise.synthesis.database.new_values import observed
from turnwise.synthesis.database.schema import Column, Reference, Table
from turnwise.synthesis.goals.choices import OPEN, Choice
from turnwise.synthesis.goals.column_kinds import asked
from turnwise.synthesis.goals.context import (
    CompositionContext,
    Draft,
    Referent,
    reject_if,
    sayable,
    tellable,
)
from turnwise.synthesis.goals.tool_parameters import operation_of, sortings
from turnwise.synthesis.tools.by_rules import served_by
from turnwise.synthesis.tools.reads import measures, total_of
from turnwise.values.words import PEOPLE

MOST_TOLD = 6  # the most values one answer may hold: more is a report, not a reply
_NOTHING = "it has nothing to ask about"
_SIZE = "its answer is too long or too short"
_TWICE = "its answer is not unique"
_NO_TOP = "no tool to top it"


def detail(context: CompositionContext, referent: Referent, request: str, choice: Choice = OPEN) -> Draft:
    """One or two facts about a row; a reference is answered by the name of what it points at."""
    table = referent.table
    now = context.row(table, referent.key)
    tables = context.schema.tables
    references = [r for r in table.references if r.column not in table.key and tables[r.table].key == (r.to,)]
    skipped = {*table.key, *table.label, *(r.column for r in table.references)}
    askable = [c for c in table.columns if c.name not in skipped and tellable(c)]
    plain = [c.name for c in askable if now.get(c.name) is not None and sayable(str(now[c.name]))]
    filled = [*plain, *(r.column for r in references if now.get(r.column) is not None)]
    if not (choice.step.columns or choice.step.any_of):
        usual = {c.name for c in asked(askable, table)} | {r.column for r in references}
        filled = [c for c in filled if c in usual] or filled
    options = [c for c in filled if (table.name, referent.key, c) not in context.settled]
    reject_if(not options, _NOTHING)
    chosen = choice.columns(context, table, options, (1, 1, 2))
    context.look_up(referent)
    context.settle(table, referent.key, chosen)
    answers, told = [], []
    for column in chosen:
        reference = table.reference(column)
        if reference is None:
            answers.append(_answer(table.by_name[column], now[column]))
            continue
        other = tables[reference.table]
        named = context.referent(other, context.row(other, now[reference.column]), request)
        answers.append(_name_answer(named.table, named.mention, table.by_name[column].label))
        told.append(named)
    shape = f"{table.name}.{'+'.join(sorted(chosen))}"
    return Draft("detail", shape, referent.mention, answers=tuple(answers), told=tuple(told))


def through(context: CompositionContext, referent: Referent, request: str, choice: Choice = OPEN) -> Draft:
    """A fact two references away: the artist of a track, by way of its album."""
    table, tables = referent.table, context.schema.tables
    own = {c.label for c in table.columns}
    ways = [
        (first, second)
        for first in table.references
        for second in tables[first.table].references
        if first.column not in table.key and second.table != table.name
        if _label_of(tables[first.table], second) not in own and tables[second.table].label
    ]
    if choice.step.through:
        ways = [way for way in ways if (way[0].column, way[1].column) == choice.step.through]
    first, second = context.choose(ways, _NOTHING)
    now = context.row(table, referent.key)
    reject_if(now[first.column] is None, _NOTHING)
    middle, far = tables[first.table], tables[second.table]
    context.look_up(referent)
    between = context.row(middle, now[first.column])
    reject_if(between[second.column] is None or len(middle.key) != 1, _NOTHING)
    named = context.referent(far, context.row(far, between[second.column]), request)
    context.get(middle, between[middle.key[0]])
    via, last = _label_of(table, first), _label_of(middle, second)
    answer = Answer(label=f"{via}'s {last}", value=named.mention.name, kind="text")
    shape = f"{table.name}.{first.column}.{second.column}"
    person = {"who": "yes"} if named.mention.person else {}
    phrases = {"via": via, "via_noun": middle.noun, "last": last, "last_noun": far.noun, **person}
    return Draft("detail", shape, referent.mention, phrases=phrases, answers=(answer,), told=(named,))


def children(context: CompositionContext, referent: Referent, request: str, choice: Choice = OPEN) -> Draft:
    """Which rows hang on this one, when they are few."""
    tool, child, rows = choice.rows(context, referent)
    _, many = choice.nouns(child)
    reject_if(not (1 if choice.step.where or choice.step.name else 2) <= len(rows) <= MOST_TOLD, _SIZE)
    told = tuple(context.all_answered(child, rows, request))
    return Draft(
        "children",
        f"{tool.name}{choice.narrowed}",
        referent.mention,
        (many,),
        phrases={"many": many},
        answers=tuple(_name_answer(child, listed.mention) for listed in told),
        lists=() if len(told) == 1 else (child.noun,),
        told=told if len(told) == 1 else (),
    )


def extreme(context: CompositionContext, referent: Referent, request: str, choice: Choice = OPEN) -> Draft:
    """Which of the rows that hang on this one is the latest, dearest, longest."""
    listing = context.listing(referent.table.name, choice.step.of)
    tool, child = listing.tool, context.table_of(listing.tool)
    named = choice.step.any_of or filter(None, [choice.step.by])
    usual = [m for m in measures(child) if m.dated] or measures(child)  # the latest of one's invoices, not the lowest
    measure = context.choose([child.by_name[name] for name in named] or usual, _SIZE)
    high = choice.high if choice.high is not None else context.rng.random() < (0.85 if measure.dated else 0.6)
    filters = choice.filters(tool, child)
    if measure.field in sortings(tool) and len(filters) == len(choice.step.where):
        key = context.find(referent)
        page = context.run(tool, {listing.parameter: key, **filters, "sort": _sorting(measure, high)})
        rows = [child.row(row) for row in page["rows"]]
    else:
        tool, child, rows = choice.rows(context, referent)
    draft = _extreme(context, child, _the_extreme(rows, measure, high), measure, high, request)
    shape, phrases = f"{tool.name}{draft.shape}{choice.narrowed}", {**draft.phrases, "one": choice.nouns(child)[0]}
    return replace(draft, shape=shape, subject=referent.mention, phrases=phrases)


def top(context: CompositionContext, referent: Referent, request: str, choice: Choice = OPEN) -> Draft:
    """Which row of a whole table is the latest, dearest, longest."""
    tool = context.choose([t for t in context.tools("find", choice.step.table or None) if sortings(t)], _NO_TOP)
    table = context.table_of(tool)
    columns = [c for c in table.columns if c.field in sortings(tool)]
    if choice.step.by or choice.step.any_of:
        columns = [c for c in columns if c.name == choice.step.by or c.name in choice.step.any_of]
    measure = context.choose(columns, _NO_TOP)
    high = choice.high if choice.high is not None else context.rng.random() < 0.6
    rows = [table.row(row) for row in context.run(tool, {"sort": _sorting(measure, high)})["rows"]]
    reject_if(any(row[measure.name] is None for row in rows) or len(table.key) != 1, _TWICE)
    row = _the_extreme(rows, measure, high)
    return _extreme(context, table, context.row(table, row[table.key[0]]), measure, high, request)


def _sorting(measure: Column, high: bool) -> str:
    return f"{measure.field}_{'desc' if high else 'asc'}"


def rank(context: CompositionContext, referent: Referent, request: str, choice: Choice = OPEN) -> Draft:
    """Which row has the most rows, or the highest sum, hanging on it."""
    tools = [t for t in context.tools("rank") if choice.step.table in ("", served_by(t)[1])]
    tools = [t for t in tools if choice.step.of in ("", operation_of(t).table)]
    tool = context.choose(tools, "no tool to rank it")
    field, source = list(operation_of(tool).outputs.items())[-1]
    parent = context.schema.tables[served_by(tool)[1]]
    rows = context.run(tool, {})
    reject_if(len(rows) < 2 or rows[0][field] == rows[1][field], _TWICE)
    named = context.referent(parent, context.row(parent, rows[0][parent.by_name[parent.key[0]].field]), request)
    what = _counted_nouns(context, context.table_of(tool), parent)
    most = f"most {what}"
    if source.startswith("sum "):
        summed = context.table_of(tool).by_name[source.rpartition(".")[2]]
        most = f"highest {total_of(summed)} over its {what}"
    phrases = {"one": parent.noun, "most": most}
    return Draft("rank", tool.name, phrases=phrases, answers=(_name_answer(parent, named.mention),), told=(named,))


def count(context: CompositionContext, referent: Referent, request: str, choice: Choice = OPEN) -> Draft:
    """How many rows hang on this one, or what they add up to."""
    listing = context.listing(referent.table.name, choice.step.of)
    tool, child = listing.tool, context.table_of(listing.tool)
    result = context.run(tool, {listing.parameter: context.find(referent)})
    told = {name: source for name, source in operation_of(tool).outputs.items() if " " in source}
    sums = [n for n, s in told.items() if s.startswith("sum ") and choice.step.by in ("", s.rpartition(".")[2])]
    sums = sums if listing.direct else []
    figure = context.choose(sums if choice.step.by else ["count", *([] if choice.step.of else sums)], _NOTHING)
    value = result[figure]
    reject_if(value is None or value < 2, _SIZE)
    label = child.nouns if figure == "count" else total_of(child.by_name[told[figure].rpartition(".")[2]])
    return Draft(
        "count" if figure == "count" else "total",
        f"{tool.name}.{listing.parameter}.{figure}",
        referent.mention,
        phrases={"many": child.nouns, "measure": label},
        answers=(Answer(label=label, value=value, kind="number"),),
    )


def find(context: CompositionContext, referent: Referent, request: str, choice: Choice = OPEN) -> Draft:
    """Which rows are of a kind: in a city, with a status."""
    tool = context.choose(context.tools("find", choice.step.table or None), "no tool to find it")
    table, step = context.table_of(tool), choice.step
    apart = {*table.label, *(r.column for r in table.references)}
    own = [(n, s.partition(".")[2]) for n, s in operation_of(tool).inputs.items() if s.startswith(f"{table.name}.")]
    columns = [(n, table.by_name[c]) for n, c in own if c not in apart and table.by_name[c].type == "text"]
    if step.by or step.any_of:
        columns = [(n, c) for n, c in columns if c.name == step.by or c.name in step.any_of]
    name, column = context.choose(columns, _NOTHING)
    options = observed(context.session, table, column)
    value: Any = context.choose(options, _NOTHING)
    if step.value is not None:
        value = choice.value(context, table, column, step.value, None)
    reject_if(len(str(value)) > 40, _NOTHING)
    rows = [table.row(row) for row in context.run(tool, {name: value})["rows"]]
    reject_if(not 1 <= len(rows) <= MOST_TOLD or len(table.key) != 1, _SIZE)
    told = tuple(context.all_answered(table, [context.row(table, row[table.key[0]]) for row in rows], request))
    return Draft(
        "find",
        f"{tool.name}.{column.name}",
        asks=(table.nouns,),
        slots=(Slot(label=column.label, value=value),),
        phrases={"many": table.nouns, "one": table.noun},
        answers=tuple(_name_answer(table, found.mention) for found in told),
        lists=() if len(told) == 1 else (table.noun,),
        told=told if len(told) == 1 else (),
    )


def difference(context: CompositionContext, referent: Referent, request: str, choice: Choice = OPEN) -> Draft:
    """By how much two rows of a kind differ in a number."""
    table = referent.table
    columns = [c for c in measures(table) if c.numeric and choice.step.by in ("", c.name)]
    reject_if(not columns or referent.made_by is not None, _NOTHING)
    other = choice.other or context.known_row(table)
    column = context.rng.choice(columns)
    one, two = (context.row(table, row.key)[column.name] for row in (referent, other))
    reject_if(one is None or two is None or one == two or other.key == referent.key, _TWICE)
    apart = round(abs(one - two), 2)
    reject_if(apart in (one, two) or apart < 1, "its answer is given away")
    for row in (referent, other):
        context.look_up(row)
    return Draft(
        "difference",
        f"{table.name}.{column.name}",
        referent.mention,
        slots=(Slot(label=table.noun, value=other.mention.name, mention=other.mention),),
        phrases={"measure": column.label, "many": table.nouns},
        answers=(Answer(label=f"difference in {column.label}", value=apart, kind="number"),),
    )


def _extreme(
    context: CompositionContext, table: Table, row: dict[str, Any], measure: Column, high: bool, request: str
) -> Draft:
    named = context.referent(table, row, request)
    # People are asked for by who, things by which.
    who = {"who": "yes"} if len(table.label) == 2 or table.noun in PEOPLE else {}
    phrases = {"one": table.noun, "superlative": superlative(measure, high), **who}
    answers = (_name_answer(table, named.mention),)
    return Draft("extreme", f".{measure.name}.{high}", phrases=phrases, answers=answers, told=(named,))


def superlative(measure: Column, high: bool) -> str:
    """How a person asks for the end of a scale: `most expensive`, `latest`, `with the highest total`."""
    label = measure.label
    if "birth" in label:
        return "youngest" if high else "oldest"
    if measure.dated:
        return f"with the {'latest' if high else 'earliest'} {label}"
    if "price" in label or label in ("cost", "fee"):
        return "most expensive" if high else "cheapest"
    if "length in" in label or "duration" in label:
        return "longest" if high else "shortest"
    return f"with the {'highest' if high else 'lowest'} {label}"


def _the_extreme(rows: list[dict[str, Any]], measure: Column, high: bool) -> dict[str, Any]:
    filled = [row for row in rows if row[measure.name] is not None]
    filled.sort(key=lambda row: row[measure.name], reverse=high)
    reject_if(len(filled) < 2 or filled[0][measure.name] == filled[1][measure.name], _TWICE)
    return filled[0]


def _label_of(table: Table, reference: Reference) -> str:
    """What a person calls what a column points at."""
    return table.by_name[reference.column].label


def _counted_nouns(context: CompositionContext, child: Table, parent: Table) -> str:
    """What a person counts: of a link table not its rows but what they lead to."""
    ends = [context.schema.tables[r.table].nouns for r in child.link or () if r.table != parent.name]
    return ends[0] if ends else child.nouns


def _answer(column: Column, value: Value) -> Answer:
    """What a column of a row holds, as an answer."""
    kind = "date" if column.dated else "number" if column.numeric else "text"
    return Answer(label=column.label, value=value, kind=kind)


def _name_answer(table: Table, mention: Mention, label: str | None = None) -> Answer:
    """What a row is called, as an answer."""
    if mention.numbered and mention.name.isdigit():
        return Answer(label=label or table.noun, value=int(mention.name), kind="number")
    return Answer(label=label or table.noun, value=mention.name, kind="text")
