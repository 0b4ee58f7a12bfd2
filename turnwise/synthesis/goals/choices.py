"""What a situation has decided about a request; what is left open, its builder draws."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from turnwise.synthesis.database.moments import read_moment
from turnwise.synthesis.database.new_values import inserted_value, new_value, observed
from turnwise.synthesis.database.schema import Column, Table, Value
from turnwise.synthesis.goals.binding import meeting, moment, text_with_names
from turnwise.synthesis.goals.column_kinds import columns_of_kind
from turnwise.synthesis.goals.context import CompositionContext, Referent, Rejected, reject_if
from turnwise.synthesis.goals.situations import Step
from turnwise.synthesis.goals.tool_parameters import fields_of
from turnwise.worlds import Tool

FRESH = "fresh"
_NO_VALUE = "no new value can be made"


@dataclass(frozen=True)
class Choice:
    """The step of a situation, with the rows that its names stand for so far."""

    step: Step = field(default_factory=lambda: Step(verb="", row=""))
    bound: Mapping[str, Referent] = field(default_factory=dict)

    @property
    def other(self) -> Referent | None:
        """The second row that the request is about, if it is decided."""
        return self.bound[self.step.other] if self.step.other else None

    @property
    def high(self) -> bool | None:
        """Whether the highest is meant; None where it is open."""
        return None if self.step.end is None else self.step.end == "highest"

    @property
    def narrowed(self) -> str:
        """What tells the shape of a request about some of the rows from that of one about all."""
        return f" {self.step.called or sorted(self.step.where)}" if self.step.where else ""

    def rows(self, context: CompositionContext, referent: Referent) -> tuple[Tool, Table, list[dict[str, Any]]]:
        """The rows under the referent that are meant, the tool that finds them, and their table."""
        listing = context.listing(referent.table.name, self.step.of)
        child = context.table_of(listing.tool)
        arguments = {listing.parameter: context.find(referent), **self.filters(listing.tool, child)}
        rows = context.list_all(listing.tool, arguments)
        if not self.step.where:
            return listing.tool, child, rows
        reject_if(len(child.key) != 1, "its rows cannot be named")
        return listing.tool, child, meeting(context, child, rows, self.step.where, self.bound)

    def filters(self, tool: Tool, child: Table) -> dict[str, Any]:
        """The conditions that a tool takes: those of one value, of the columns that it finds by."""
        found: dict[str, Any] = {}
        for column, name in fields_of(tool).items():
            wanted = self.step.where.get(column, {})
            if wanted is None and name.startswith("has_"):
                found[name] = False
            elif isinstance(wanted, str | int) and child.by_name[column].choices:
                found[name] = wanted
        return found

    def nouns(self, child: Table) -> tuple[str, str]:
        """What one of the rows meant is called, and several of them."""
        called = text_with_names(self.step.called, self.bound, lead=False)
        if not called:
            return child.noun, child.nouns
        # "open loans": the noun of the table follows a word that narrows it, unless it is another noun altogether.
        return (
            f"{called.removesuffix(child.nouns)}{child.noun}" if called.endswith(child.nouns) else child.noun
        ), called

    def named(self, context: CompositionContext, table: Table) -> tuple[str, ...]:
        """The columns of which one or two are meant; those of a kind, such as `$contact`, by their names."""
        if not self.step.any_of or not self.step.any_of[0].startswith("$"):
            return self.step.any_of
        found = columns_of_kind(self.step.any_of[0], table, context.world)
        reject_if(not found, "it has nothing to ask about")
        return tuple(found)

    def columns(
        self, context: CompositionContext, table: Table, options: list[str], counts: tuple[int, ...]
    ) -> list[str]:
        """The columns that are meant among those possible: all that are named, else one or more of some."""
        if self.step.columns:
            reject_if(not set(self.step.columns) <= set(options), "what it is about is empty or known")
            return list(self.step.columns)
        named = self.named(context, table)
        pool = [c for c in options if c in named] if named else options
        reject_if(not pool, "it has nothing to ask about")
        return context.rng.sample(pool, min(len(pool), context.rng.choice(counts)))

    def value(
        self,
        context: CompositionContext,
        table: Table,
        column: Column,
        wanted: Any,
        current: Value,
        row: Mapping[str, Any] | None = None,
    ) -> Value | Referent:
        """What a column is set to: another row, a fresh value, a moment, one of several, or as it is written."""
        if isinstance(wanted, list):
            options = [option for option in wanted if option != current]
            wanted = context.choose(options, _NO_VALUE)
        if isinstance(wanted, dict):
            if "row" in wanted:
                return self.bound[wanted["row"]]
            ((how, amount),) = wanted.items()
            reject_if(current is None or not column.dated, _NO_VALUE)
            return _moved(current, amount if how == "later" else -amount)
        if wanted == FRESH:
            seen = observed(context.session, table, column)
            value = new_value(column, seen, current, context.rng, context.now, row) if table.reference(column.name) is None else (
                inserted_value(context.schema, table, column, context.session, context.rng)
            )  # fmt: skip
            reject_if(value is None, _NO_VALUE)
            return value
        if isinstance(wanted, str) and wanted.partition(".")[0] in self.bound:
            name, _, source = wanted.partition(".")
            copied: Value = self.bound[name].row.get(source)
            reject_if(copied is None, _NO_VALUE)
            return copied
        made: Value = moment(context.now, wanted, column)
        return made

    def shift(self, context: CompositionContext, current: Value, column: Column) -> tuple[Value, Value, str]:
        """A number or date moved by a step that is named: the new value, the step, and how a person says it."""
        step = self.step
        ways = [(way, size) for way in ("later", "earlier", "raised", "lowered") for size in getattr(step, way)]
        way, size = context.choose(ways, _NO_VALUE)
        if way in ("later", "earlier"):
            reject_if(not column.dated, _NO_VALUE)
            return _moved(current, size if way == "later" else -size), size, f"days {way}"
        if not isinstance(current, int | float):
            raise Rejected(_NO_VALUE)
        size = int(size) if column.type == "integer" or size == int(size) else size
        value = round(current + size if way == "raised" else current - size, 2)
        reject_if(value < (column.minimum or 0), _NO_VALUE)
        return value, size, f"{way} by"


OPEN = Choice()
"""Nothing is decided."""


def _moved(current: Value, days: int) -> Value:
    """A date some days later; `Rejected` where it is none, or no calendar has it."""
    when = read_moment(current)
    later = when.moved(days) if when else None
    reject_if(later is None, _NO_VALUE)
    return later
