"""Tools from a database, read from its schema: each a JSON-schema signature over one SQL statement.

The embedded twin of tool synthesis. It proposes; `trials` keeps what runs.
"""

from collections.abc import Iterator
from typing import Any

from turnwise.synthesis.schema import Column, Reference, Schema, Table, quoted
from turnwise.synthesis.words import column_label, listed, plural, singular, snake
from turnwise.worlds import Operation, Tool

ROWS = 50
"""The most rows a listing returns."""

_JSON_TYPES = {"integer": "integer", "number": "number", "boolean": "integer"}
_ADDITIVE = ("total", "amount", "quantity", "hours", "minutes", "cost", "fee", "paid", "points", "milliseconds")
_MONEY = ("price", "total", "amount", "cost", "fee", "rent", "paid", "deposit", "salary", "balance", "payment")
_NEVER_MEASURED = ("latitude", "longitude", "postal", "zip", "phone", "year", "version", "bytes")


def propose_tools(schema: Schema) -> list[Tool]:
    """Every tool the schema suggests, tables in order of how much hangs on them; names are distinct."""
    tools: dict[str, Tool] = {}
    for table in sorted(schema.tables.values(), key=lambda t: (-_importance(schema, t), t.name)):
        for tool in _table_tools(schema, table):
            name = tool.name
            while name in tools:
                name = f"{name}_2"
            tools[name] = tool.model_copy(update={"name": name})
    return list(tools.values())


def measures(table: Table) -> list[Column]:
    """The columns by which rows can be ranked: numbers and dates that vary."""
    keys = {*table.key, *(r.column for r in table.references)}
    return [
        c
        for c in table.columns
        if (c.numeric or c.dated)
        and c.name not in keys
        and c.distinct > 3
        and not any(word in c.label for word in _NEVER_MEASURED)
    ]


def additive(column: Column) -> bool:
    """Whether sums of a column mean something."""
    return column.numeric and any(word in column.label for word in _ADDITIVE)


def _importance(schema: Schema, table: Table) -> float:
    return len(schema.children(table.name)) * 2 + len(table.references) + (3 if table.label else 0) + min(table.rows, 50) / 50


def _table_tools(schema: Schema, table: Table) -> Iterator[Tool]:
    if table.link:
        yield from _link_tools(schema, table, *table.link)
        return
    if len(table.key) == 1:
        yield _get(table)
    if table.label:
        yield _search(table)
    for reference in table.references:
        if reference.column not in table.key:
            yield _list_by(schema, table, reference)
    if filters := _filters(table):
        yield _find(table, filters)
    for measure in measures(table)[:2]:
        yield _top(table, measure)
    for reference in table.references:
        yield from _aggregates(schema, table, reference)
    if table.view or not table.key or _lookup_only(schema, table):
        return
    if creatable(table):
        yield _create(table)
    if len(table.key) == 1:
        if changeable(table):
            yield _update(table)
        if not schema.children(table.name):
            yield _delete(table)


def _lookup_only(schema: Schema, table: Table) -> bool:
    """A short list of names that others point at (genres, media types) is no one's to change in passing."""
    bare = {*table.key, *table.label} == set(table.by_name)
    joined = any(child.link for child, _ in schema.children(table.name))
    return bare and table.rows <= 50 and bool(schema.children(table.name)) and not joined


def creatable(table: Table) -> bool:
    """Whether a person could state a whole new row: the key is automatic and the rest can be written."""
    asked = _required(table)
    return table.automatic_key and len(asked) <= 8 and all(c.type != "blob" for c in asked)


def changeable(table: Table) -> list[Column]:
    """The columns an update may set."""
    return [c for c in table.columns if c.name not in table.key and c.type != "blob" and not c.generated]


def _stated(table: Table) -> list[Column]:
    skipped = set(table.key) if table.automatic_key else set()
    return [c for c in table.columns if c.name not in skipped and not c.generated]


def _required(table: Table) -> list[Column]:
    """What a new row needs: what may not be null, and what it is called by."""
    return [c for c in _stated(table) if c.default is None and (not c.nullable or c.name in table.label)]


def readable(table: Table) -> list[Column]:
    """The columns a result shows."""
    return [c for c in table.columns if c.type != "blob"]


# -- reading ------------------------------------------------------------------------------------


def _get(table: Table) -> Tool:
    key = table.by_name[table.key[0]]
    return Tool(
        name=f"get_{snake(table.noun)}",
        description=f"Get one {table.noun} by its {key.field}, with its {_contents(table)}.",
        parameters=_object({key.field: _typed(key, f"{key.field} of the {table.noun}")}, [key.field]),
        returns=_row_schema(table),
        effect="read",
        sql=f"SELECT {_selected(table)} FROM {quoted(table.name)} WHERE {quoted(key.name)} = :{key.field}",
        operation=_operation("get", table, {key.field: key}),
    )


def _search(table: Table) -> Tool:
    label = label_sql(table)
    called = listed([c.replace("_", " ") for c in (table.by_name[n].field for n in table.label)])
    return Tool(
        name=f"search_{snake(table.nouns)}",
        description=f"Search {table.nouns} by {called}; the text may be a part of it. Best matches first.",
        parameters=_object({"query": {"type": "string", "minLength": 1, "maxLength": 200, "description": f"text to look for in the {called}"}}, ["query"]),
        returns=_rows_schema(table),
        effect="read",
        sql=(
            f"SELECT {_selected(table)} FROM {quoted(table.name)} WHERE instr(lower({label}), lower(:query)) > 0"
            f" ORDER BY lower({label}) = lower(:query) DESC, length({label}), {_order(table)} LIMIT 10"
        ),
        operation=Operation(
            kind="search",
            table=table.name,
            inputs={"query": f"{table.name}.{table.label[0]}"},
            outputs=_outputs(table),
        ),
    )


def label_sql(table: Table) -> str:
    """The SQL expression for what a row is called."""
    return " || ' ' || ".join(f"coalesce({quoted(c)}, '')" for c in table.label)


def _list_by(schema: Schema, table: Table, reference: Reference) -> Tool:
    column = table.by_name[reference.column]
    parent = schema.tables[reference.table]
    role = snake(column.label)
    said = column.label if parent.noun in column.label else f"{column.label} ({parent.noun})"
    return Tool(
        name=f"list_{snake(table.nouns)}_by_{role}",
        description=f"List the {table.nouns} of one {said}, at most {ROWS}.",
        parameters=_object({column.field: _typed(column, f"whose {table.nouns} to list")}, [column.field]),
        returns=_rows_schema(table),
        effect="read",
        sql=(
            f"SELECT {_selected(table)} FROM {quoted(table.name)} WHERE {quoted(column.name)} = :{column.field}"
            f" ORDER BY {_order(table)} LIMIT {ROWS}"
        ),
        operation=_operation("list", table, {column.field: column}),
    )


def _filters(table: Table) -> list[Column]:
    named = {*table.label, *table.key}
    categories = [c for c in table.columns if (c.choices or c.type == "boolean") and c.name not in named]
    grouped = [
        c
        for c in table.columns
        if c.type == "text" and not c.choices and not c.unique and c.name not in named and 2 <= c.distinct <= table.rows * 0.95
        and any(word in c.label for word in ("city", "country", "state", "company", "type", "category", "status", "author", "composer"))
    ]  # fmt: skip
    return categories + grouped


def _find(table: Table, filters: list[Column]) -> Tool:
    properties: dict[str, Any] = {c.field: _typed(c, f"only {table.nouns} with this {c.label}") for c in filters}
    tests = [f"(:{c.field} IS NULL OR {quoted(c.name)} = :{c.field}{_nocase(c)})" for c in filters]
    inputs = {c.field: c for c in filters}
    for column in measures(table)[:3]:
        for bound, sign, said in (("min", ">=", "at least"), ("max", "<=", "at most")):
            name = f"{bound}_{column.field}"
            properties[name] = _typed(column, f"only {table.nouns} with {column.label} of {said} this", bounded=False)
            tests.append(f"(:{name} IS NULL OR {quoted(column.name)} {sign} :{name})")
            inputs[name] = column
    return Tool(
        name=f"find_{snake(table.nouns)}",
        description=f"Find {table.nouns} by {listed(list(dict.fromkeys(c.label for c in inputs.values())), 'or')}, at most {ROWS}. Give at least one condition.",
        parameters={**_object(properties, []), "minProperties": 1},
        returns=_rows_schema(table),
        effect="read",
        sql=f"SELECT {_selected(table)} FROM {quoted(table.name)} WHERE {' AND '.join(tests)} ORDER BY {_order(table)} LIMIT {ROWS}",
        operation=_operation("filter", table, inputs),
    )


def _top(table: Table, measure: Column) -> Tool:
    column = quoted(measure.name)
    low, high = ("earliest", "latest") if measure.dated else ("lowest", "highest")
    return Tool(
        name=f"top_{snake(table.nouns)}_by_{snake(measure.name)}",
        description=f"The {table.nouns} with the {high} or {low} {measure.label}, in that order.",
        parameters=_object(
            {
                "direction": {"type": "string", "enum": [high, low], "description": f"which end to start from; {high} unless given"},
                "limit": _limit(),
            },
            [],
        ),
        returns=_rows_schema(table),
        effect="read",
        sql=(
            f"SELECT {_selected(table)} FROM {quoted(table.name)} WHERE {column} IS NOT NULL"
            f" ORDER BY CASE WHEN :direction = '{low}' THEN {column} END, {column} DESC, {_order(table)} LIMIT coalesce(:limit, 5)"
        ),
        operation=Operation(kind="top", table=table.name, inputs={"direction": f"{table.name}.{measure.name}"}, outputs=_outputs(table)),
    )  # fmt: skip


def _aggregates(schema: Schema, table: Table, reference: Reference, counted: Table | None = None) -> Iterator[Tool]:
    """A summary of one parent's rows and a ranking of parents by them: aggregates over a join.

    `counted` is what a link table's rows lead to: a playlist has tracks, not playlist tracks.
    """
    counted = counted or table
    parent = schema.tables[reference.table]
    if parent.name == table.name or len(parent.key) != 1:
        return
    role = snake(table.by_name[reference.column].label)
    key = parent.by_name[parent.key[0]]
    summed = [c for c in measures(table) if c.numeric][:2]
    shown = [key, *(parent.by_name[c] for c in parent.label)]
    head = ", ".join(f"p.{quoted(c.name)} AS {quoted(c.field)}" for c in shown)
    count = f"{snake(counted.noun)}_count"
    figures = [f"count(c.{quoted(reference.column)}) AS {quoted(count)}"]
    outputs = {c.field: f"{parent.name}.{c.name}" for c in shown} | {count: f"count {table.name}"}
    properties: dict[str, Any] = {c.field: _typed(c, "") for c in shown} | {count: {"type": "integer"}}
    for column in summed:
        for name, function in ((f"{column.field}_sum", "sum"), (f"{column.field}_average", "avg")):
            if function == "sum" and not additive(column):
                continue
            figure = f"{function}(c.{quoted(column.name)})"
            whole = function == "sum" and column.type == "integer"
            figures.append(f"{figure if whole else f'round({figure}, 2)'} AS {quoted(name)}")
            outputs[name] = f"{function} {table.name}.{column.name}"
            properties[name] = {"type": ["number", "null"]}
    joined = f"FROM {quoted(parent.name)} p LEFT JOIN {quoted(table.name)} c ON c.{quoted(reference.column)} = p.{quoted(reference.to)}"
    inputs = {key.field: f"{parent.name}.{key.name}"}
    said = listed([name.replace("_", " ") for name in list(properties)[len(shown) :]])
    returns = _object(properties, list(properties))
    nouns = snake(counted.nouns)
    yield Tool(
        name=f"summarize_{nouns}_by_{role}",
        description=f"For one {parent.noun}: {said} over all its {counted.nouns}.",
        parameters=_object({key.field: _typed(key, f"{key.field} of the {parent.noun}")}, [key.field]),
        returns=returns,
        effect="read",
        sql=f"SELECT {head}, {', '.join(figures)} {joined} WHERE p.{quoted(key.name)} = :{key.field} GROUP BY p.{quoted(key.name)}",
        operation=Operation(kind="summarize", table=table.name, inputs=inputs, outputs=outputs),
    )
    ranked = next((n for n in outputs if n.endswith("_sum")), count)
    by = f"{nouns}_{ranked.removesuffix('_sum')}" if ranked != count else nouns
    most = f"highest {ranked.replace('_', ' ')} over their {counted.nouns}" if ranked != count else f"most {counted.nouns}"
    yield Tool(
        name=f"rank_{snake(plural(role.replace('_', ' ')))}_by_{by}",
        description=f"The {parent.nouns} with the {most}, the highest first.",
        parameters=_object({"limit": _limit()}, []),
        returns={"type": "array", "items": returns},
        effect="read",
        sql=f"SELECT {head}, {', '.join(figures)} {joined} GROUP BY p.{quoted(key.name)} ORDER BY {quoted(ranked)} DESC, p.{quoted(key.name)} LIMIT coalesce(:limit, 5)",
        operation=Operation(kind="rank", table=table.name, inputs={"limit": ranked}, outputs=outputs),
    )


# -- writing ------------------------------------------------------------------------------------


def _create(table: Table) -> Tool:
    columns = [c for c in _stated(table) if c.type != "blob"]
    properties = {c.field: _typed(c, _purpose(c, table), closed=True) for c in columns}
    required = [c.field for c in _required(table)]
    return Tool(
        name=f"create_{snake(table.noun)}",
        description=f"Add a new {table.noun}. Needs {listed([name.replace('_', ' ') for name in required]) or 'nothing'}.",
        parameters=_object(properties, required),
        returns=_row_schema(table),
        effect="write",
        consequential=any(word in c.label for c in columns for word in _MONEY if c.numeric),
        sql=(
            f"INSERT INTO {quoted(table.name)} ({', '.join(quoted(c.name) for c in columns)})"
            f" VALUES ({', '.join(_bound(c) for c in columns)}) RETURNING {_selected(table)}"
        ),
        operation=_operation("create", table, {c.field: c for c in columns}),
    )


def _bound(column: Column) -> str:
    return f"coalesce(:{column.field}, {column.default})" if column.default is not None else f":{column.field}"


def _update(table: Table) -> Tool:
    key = table.by_name[table.key[0]]
    columns = changeable(table)
    properties = {key.field: _typed(key, f"which {table.noun} to change")}
    properties |= {c.field: _typed(c, f"new {c.label}", closed=True) for c in columns}
    setting = ", ".join(f"{quoted(c.name)} = coalesce(:{c.field}, {quoted(c.name)})" for c in columns)
    return Tool(
        name=f"update_{snake(table.noun)}",
        description=f"Change one {table.noun}: {listed([c.label for c in columns], 'or')}. What is not given stays as it is.",
        parameters={**_object(properties, [key.field]), "minProperties": 2},
        returns=_row_schema(table),
        effect="write",
        consequential=True,
        sql=f"UPDATE {quoted(table.name)} SET {setting} WHERE {quoted(key.name)} = :{key.field} RETURNING {_selected(table)}",
        operation=_operation("update", table, {key.field: key, **{c.field: c for c in columns}}),
    )


def _delete(table: Table) -> Tool:
    key = table.by_name[table.key[0]]
    return Tool(
        name=f"delete_{snake(table.noun)}",
        description=f"Delete one {table.noun} for good.",
        parameters=_object({key.field: _typed(key, f"which {table.noun} to delete")}, [key.field]),
        returns=_row_schema(table),
        effect="write",
        consequential=True,
        sql=f"DELETE FROM {quoted(table.name)} WHERE {quoted(key.name)} = :{key.field} RETURNING {_selected(table)}",
        operation=_operation("delete", table, {key.field: key}),
    )


def _link_tools(schema: Schema, table: Table, container: Reference, item: Reference) -> Iterator[Tool]:
    """Read a many-to-many relation from both ends, add to it and take from it."""
    ends = {r.column: schema.tables[r.table] for r in (container, item)}
    for one, other in ((container, item), (item, container)):
        known, wanted = ends[one.column], ends[other.column]
        column = table.by_name[one.column]
        if known.name == wanted.name:
            continue
        selected = ", ".join(f"t.{quoted(c.name)} AS {quoted(c.field)}" for c in readable(wanted))
        yield Tool(
            name=f"list_{snake(wanted.nouns)}_by_{snake(column.label)}",
            description=f"List the {wanted.nouns} of one {known.noun}, at most {ROWS}.",
            parameters=_object({column.field: _typed(column, f"whose {wanted.nouns} to list")}, [column.field]),
            returns=_rows_schema(wanted),
            effect="read",
            sql=(
                f"SELECT {selected} FROM {quoted(table.name)} l JOIN {quoted(wanted.name)} t"
                f" ON t.{quoted(other.to)} = l.{quoted(other.column)} WHERE l.{quoted(column.name)} = :{column.field}"
                f" ORDER BY t.{quoted(other.to)} LIMIT {ROWS}"
            ),
            operation=Operation(
                kind="list",
                table=wanted.name,
                inputs={column.field: f"{table.name}.{column.name}"},
                outputs=_outputs(wanted),
            ),
        )
        yield from _aggregates(schema, table, one, wanted)
    if table.view:
        return
    keys = [table.by_name[container.column], table.by_name[item.column]]
    nouns = [ends[c.name].noun for c in keys]
    if ends[keys[0].name].name == ends[keys[1].name].name:
        nouns = [c.label for c in keys]
    extra = [c for c in table.columns if c not in keys and c.type != "blob" and not c.generated]
    properties = {c.field: _typed(c, f"{noun} {'to add to' if n == 0 else 'to add'}") for n, (c, noun) in enumerate(zip(keys, nouns, strict=True))}
    properties |= {c.field: _typed(c, _purpose(c, table), closed=True) for c in extra}
    columns = keys + extra
    yield Tool(
        name=f"add_{snake(nouns[1])}_to_{snake(nouns[0])}",
        description=f"Add one {nouns[1]} to one {nouns[0]}.",
        parameters=_object(properties, [c.field for c in columns if not c.nullable and c.default is None]),
        returns=_row_schema(table),
        effect="write",
        sql=(
            f"INSERT INTO {quoted(table.name)} ({', '.join(quoted(c.name) for c in columns)})"
            f" VALUES ({', '.join(_bound(c) for c in columns)}) RETURNING {_selected(table)}"
        ),
        operation=_operation("link", table, {c.field: c for c in columns}),
    )
    yield Tool(
        name=f"remove_{snake(nouns[1])}_from_{snake(nouns[0])}",
        description=f"Take one {nouns[1]} off one {nouns[0]}. The {nouns[1]} itself stays.",
        parameters=_object({c.field: _typed(c, f"the {noun}") for c, noun in zip(keys, nouns, strict=True)}, [c.field for c in keys]),
        returns=_row_schema(table),
        effect="write",
        consequential=True,
        sql=(
            f"DELETE FROM {quoted(table.name)} WHERE {' AND '.join(f'{quoted(c.name)} = :{c.field}' for c in keys)}"
            f" RETURNING {_selected(table)}"
        ),
        operation=_operation("unlink", table, {c.field: c for c in keys}),
    )


# -- pieces of a tool ---------------------------------------------------------------------------


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _typed(column: Column, description: str, *, closed: bool = False, bounded: bool = True) -> dict[str, Any]:
    """A parameter's or a field's schema. `closed` also refuses what the column's CHECK would refuse."""
    typed: dict[str, Any] = {"type": _JSON_TYPES.get(column.type, "string")}
    if column.choices and column.closed:
        typed["enum"] = list(column.choices)
    elif column.choices and not closed:
        shown = [str(c) for c in column.choices[:12]]
        description += f", such as {', '.join(shown)}" if description else ""
    if column.dated:
        description += f" ({'YYYY-MM-DD' if column.type == 'date' else 'YYYY-MM-DD HH:MM:SS'})" if description else ""
    if column.minimum is not None and bounded:
        typed["minimum"] = column.minimum
    return typed | ({"description": description[0].upper() + description[1:]} if description else {})


def _row_schema(table: Table) -> dict[str, Any]:
    properties = {}
    for column in readable(table):
        kind = _JSON_TYPES.get(column.type, "string")
        properties[column.field] = {"type": [kind, "null"] if column.nullable else kind}
    return _object(properties, list(properties))


def _limit() -> dict[str, Any]:
    return {"type": "integer", "minimum": 1, "maximum": 20, "description": "How many; 5 unless given"}


def _rows_schema(table: Table) -> dict[str, Any]:
    return {"type": "array", "items": _row_schema(table)}


def _selected(table: Table) -> str:
    return ", ".join(f"{quoted(c.name)} AS {quoted(c.field)}" for c in readable(table))


def _outputs(table: Table) -> dict[str, str]:
    return {c.field: f"{table.name}.{c.name}" for c in readable(table)}


def _operation(kind: Any, table: Table, inputs: dict[str, Column]) -> Operation:
    return Operation(
        kind=kind,
        table=table.name,
        inputs={name: f"{table.name}.{column.name}" for name, column in inputs.items()},
        outputs=_outputs(table),
    )


def _order(table: Table) -> str:
    return ", ".join(quoted(c) for c in table.key) if table.key else "1"


def _nocase(column: Column) -> str:
    return " COLLATE NOCASE" if column.type == "text" else ""


def _contents(table: Table) -> str:
    fields = [column_label(c.name) for c in readable(table) if c.name not in table.key]
    return listed(fields[:6] + (["more"] if len(fields) > 6 else [])) or singular(table.noun)


def _purpose(column: Column, table: Table) -> str:
    reference = table.reference(column.name)
    return f"{column.field} of the {column.label}" if reference else f"{column.label} of the {table.noun}"
