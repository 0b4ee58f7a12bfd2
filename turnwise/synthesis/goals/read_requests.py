"""What people ask of a database: facts, lists, extremes, counts. Each builder returns a Draft, or raises `Rejected`."""

from dataclasses import replace
from typing import Any

from turnwise.goals.model import Answer, Mention, Slot, Value
from turnwise.synthesis.database.new_values import observed
from turnwise.synthesis.database.schema import Column, Reference, Table
from turnwise.synthesis.goals.choices import OPEN, Choice
from turnwise.synthesis.goals.context import (
    CompositionContext,
    Draft,
    Referent,
    operation_of,
    reject_if,
    sayable,
    tellable,
)
from turnwise.synthesis.tools.reads import ROWS, measures
from turnwise.values.words import PEOPLE
from turnwise.worlds import Tool

MOST_TOLD = 6  # the most values one answer may hold: more is a report, not a reply
_NOTHING = "it has nothing to ask about"
_SIZE = "its answer is too long or too short"
_TWICE = "its answer is not unique"


def detail(context: CompositionContext, referent: Referent, request: str, choice: Choice = OPEN) -> Draft:
    """One or two facts about a row; a reference is answered by the name of what it points at."""
    table = referent.table
    now = context.row(table, referent.key)
    references = [r for r in table.references if r.column not in table.key and context.reads(r)]
    skipped = {*table.key, *table.label, *(r.column for r in table.references)}
    askable = [c for c in table.columns if c.name not in skipped and tellable(c)]
    plain = [c.name for c in askable if now.get(c.name) is not None and sayable(str(now[c.name]))]
    filled = [*plain, *(r.column for r in references if now.get(r.column) is not None)]
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
        named = context.read(context.schema.tables[reference.table], now[reference.column], request)
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
    context.get(far, named.key)
    via, last = _label_of(table, first), _label_of(middle, second)
    answer = Answer(label=f"{via}'s {last}", value=named.mention.name, kind="text")
    shape = f"{table.name}.{first.column}.{second.column}"
    person = {"who": "yes"} if named.mention.person else {}
    phrases = {"via": via, "via_noun": middle.noun, "last": last, "last_noun": far.noun, **person}
    return Draft("detail", shape, referent.mention, phrases=phrases, answers=(answer,), told=(named,))


def children(context: CompositionContext, referent: Referent, request: str, choice: Choice = OPEN) -> Draft:
    """Which rows hang on this one, when they are few."""
    tool, child, rows, _, many = choice.rows(context, referent)
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
    tool, child, rows, one, _ = choice.rows(context, referent)
    options = [c for c in measures(child) if any(row.get(c.name) is not None for row in rows)]
    if choice.step.by or choice.step.any_of:
        options = [c for c in child.columns if c.name == choice.step.by or c.name in choice.step.any_of]
    reject_if(not 2 <= len(rows) < ROWS, _SIZE)
    measure = context.choose(options, _SIZE)
    high = choice.high if choice.high is not None else context.rng.random() < 0.6
    draft = _extreme(context, child, _the_extreme(rows, measure, high), measure, high, request)
    shape, phrases = f"{tool.name}{draft.shape}{choice.narrowed}", {**draft.phrases, "one": one}
    return replace(draft, shape=shape, subject=referent.mention, phrases=phrases)


def top(context: CompositionContext, referent: Referent, request: str, choice: Choice = OPEN) -> Draft:
    """Which row of a whole table is the latest, dearest, longest."""
    tools = context.tools("top", choice.step.table or None)
    if choice.step.by or choice.step.any_of:
        tools = [t for t in tools if _topped(t) == choice.step.by or _topped(t) in choice.step.any_of]
    tool = context.choose(tools, "no tool to top it")
    table = context.table_of(tool)
    measure = table.by_name[_topped(tool)]
    high = choice.high if choice.high is not None else context.rng.random() < 0.6
    direction = tool.parameters["properties"]["direction"]["enum"][0 if high else 1]
    rows = [table.row(result) for result in context.run(tool, {"direction": direction})]
    reject_if(any(row[measure.name] is None for row in rows) or len(table.key) != 1, _TWICE)
    row = _the_extreme(rows, measure, high)
    return _extreme(context, table, context.row(table, row[table.key[0]]), measure, high, request)


def _topped(tool: Tool) -> str:
    return operation_of(tool).inputs["direction"].partition(".")[2]


def rank(context: CompositionContext, referent: Referent, request: str, choice: Choice = OPEN) -> Draft:
    """Which row has the most rows, or the highest sum, hanging on it."""
    tools = [t for t in context.tools("rank") if choice.step.table in ("", ranked_table(t))]
    tools = [t for t in tools if choice.step.of in ("", operation_of(t).table)]
    tool = context.choose(tools, "no tool to rank it")
    field, outputs = operation_of(tool).inputs["limit"], operation_of(tool).outputs
    parent = context.schema.tables[ranked_table(tool)]
    rows = context.run(tool, {})
    reject_if(len(rows) < 2 or rows[0][field] == rows[1][field], _TWICE)
    named = context.referent(parent, context.row(parent, rows[0][parent.by_name[parent.key[0]].field]), request)
    what = _counted_nouns(context, context.table_of(tool), parent)
    counted = outputs[field].startswith("count")
    most = f"most {what}" if counted else f"highest {_total_of(context.table_of(tool), outputs[field])} over its {what}"
    phrases = {"one": parent.noun, "most": most}
    return Draft("rank", tool.name, phrases=phrases, answers=(_name_answer(parent, named.mention),), told=(named,))


def ranked_table(tool: Tool) -> str:
    """The table whose rows a tool ranks by what hangs on them."""
    return next(iter(operation_of(tool).outputs.values())).partition(".")[0]


def summarized_table(tool: Tool) -> str:
    """The table of the row for which a tool sums up what hangs on it."""
    return next(iter(operation_of(tool).inputs.values())).partition(".")[0]


def count(context: CompositionContext, referent: Referent, request: str, choice: Choice = OPEN) -> Draft:
    """How many rows hang on this one, or what they add up to."""
    table, of, by = referent.table, choice.step.of, choice.step.by
    tools = [t for t in context.tools("summarize") if summarized_table(t) == table.name]
    tools = [t for t in tools if not of or of in _counted_tables(context, t)]
    if not of and not by:
        tools = [t for t in tools if _figures(t, "sum ")] or tools
    tool = context.choose(tools, "no tool to summarize it")
    result = context.run(tool, {table.by_name[table.key[0]].field: context.find(referent)})
    sums = [f for f in _figures(tool, "sum ") if by in ("", operation_of(tool).outputs[f].rpartition(".")[2])]
    figure = context.choose(sums if by else _figures(tool, "count ") + ([] if of else sums), _NOTHING)
    value = result[figure]
    reject_if(value is None or value < 2, _SIZE)
    source = operation_of(tool).outputs[figure]
    nouns = _counted_nouns(context, context.table_of(tool), table)
    counted = source.startswith("count ")
    label = nouns if counted else _total_of(context.table_of(tool), source)
    return Draft(
        "count" if counted else "total",
        f"{tool.name}.{figure}",
        referent.mention,
        phrases={"many": nouns, "measure": label},
        answers=(Answer(label=label, value=value, kind="number"),),
    )


def find(context: CompositionContext, referent: Referent, request: str, choice: Choice = OPEN) -> Draft:
    """Which rows are of a kind: in a city, with a status."""
    tool = context.choose(context.tools("filter", choice.step.table or None), "no tool to filter it")
    table, step = context.table_of(tool), choice.step
    inputs = [(name, table.by_name[s.partition(".")[2]]) for name, s in operation_of(tool).inputs.items()]
    columns = [(n, c) for n, c in inputs if not n.startswith(("min_", "max_")) and c.type == "text"]
    if step.by or step.any_of:
        columns = [(n, c) for n, c in columns if c.name == step.by or c.name in step.any_of]
    name, column = context.choose(columns, _NOTHING)
    options = observed(context.session, table, column)
    value: Any = context.choose(options, _NOTHING)
    if step.value is not None:
        value = choice.value(context, table, column, step.value, None)
    reject_if(len(str(value)) > 40, _NOTHING)
    rows = [table.row(result) for result in context.run(tool, {name: value})]
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


def _figures(tool: Tool, kind: str) -> list[str]:
    """The fields of a summary that count something, or add it up."""
    return [name for name, source in operation_of(tool).outputs.items() if source.startswith(kind)]


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


def _total_of(table: Table, source: str) -> str:
    """What a sum is called: `total unit price`; of a column that is itself a total, `total`."""
    label = table.by_name[source.rpartition(".")[2]].label
    return label if label.startswith("total") else f"total {label}"


def _label_of(table: Table, reference: Reference) -> str:
    """What a person calls what a column points at."""
    return table.by_name[reference.column].label


def _counted_tables(context: CompositionContext, tool: Tool) -> set[str]:
    """The table that a tool counts the rows of; of a link table also what it leads to."""
    child = context.table_of(tool)
    return {child.name, *(r.table for r in child.link or ())}


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
