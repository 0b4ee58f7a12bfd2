"""What a synthesis by a model will ask for, step by step, before it does: from what the model will be shown.

The calls of each step, its instructions and the length of its replies are typical figures, kept here alone; the seed as
the model is shown it is counted itself.
"""

from math import ceil

from turnwise.llm.expected import Expected, tokens
from turnwise.synthesis.pipeline import reflect_rows
from turnwise.synthesis.seeds.reading import read_seed
from turnwise.synthesis.shown import database_text, tool_text
from turnwise.synthesis.tools.specified import specified_tools

_SYSTEM = 600  # tokens of who the model is and the rules for tools
_INSTRUCTIONS = 200  # tokens of what a step asks for
_DATABASE = 6000  # tokens of a database that a model writes, rows and all
_SHOWN = 2500  # tokens of such a database as it is shown afterwards
_TOOL = 220  # tokens of a tool as a model writes it, with its statement
_RETURNS = 140  # tokens of what a tool returns
_BATCH = 6  # tools in one request
_REPAIRED = 0.3  # share of the tools that are corrected once
_GOAL = 500  # tokens of a goal
_GOALS_KEPT = 0.6  # share of the goals that hold in the first round


def expected_world(seed_text: str, model: str, most_tools: int, server: str | None) -> list[Expected]:
    """The steps that make a world; SeedError where the seed cannot be read."""
    source = read_seed(seed_text, server)
    given, _ = specified_tools(source.specs)
    schema = reflect_rows(source, source.script)
    shown = tokens("\n".join(map(tool_text, given))) or float(_SHOWN)
    if source.script is not None and schema is not None:
        shown = tokens(database_text(source.script, schema))
    count = max(most_tools, len(given))
    read, batches = _SYSTEM + shown + _INSTRUCTIONS, ceil(count / _BATCH)

    def step(stage: str, calls: float, more: float, replies: float) -> Expected:
        return Expected("synthesizer", stage, model, calls, calls * (read + more), replies)

    steps = []
    if source.script is None and not given:
        steps.append(Expected("synthesizer", "database", model, 3, 3 * _SYSTEM + _DATABASE, _DATABASE))
    steps.append(step("questions", 1, 0, 800))
    steps.append(step("tools", batches, count * _TOOL / 2, count * _TOOL))
    steps.append(step("expansion", 1, count * _TOOL / 4, count * _TOOL / 3))
    steps.append(step("repair", count * _REPAIRED, _TOOL, count * _REPAIRED * _TOOL))
    steps.append(step("returns", batches, _BATCH * _TOOL, count * _RETURNS))
    return steps


def expected_goals(tools: str, rows: str, count: int, model: str) -> list[Expected]:
    """The one step that writes goals: rounds of a few until so many hold, each shown the tools and some rows."""
    calls = count / _GOALS_KEPT / 4
    read = 2 * _SYSTEM + tokens(tools + rows) + count * _GOAL / 2
    return [Expected("synthesizer", "goals", model, calls, calls * read, count / _GOALS_KEPT * _GOAL)]
