"""What a synthesis by a model will ask for, step by step, before it does: from the prompts and what the model will be shown.

Prompts, the seed and the world are counted themselves; how long replies are, and how much has to be mended, are typical
figures, kept here alone.
"""

from math import ceil

from turnwise.llm.expected import Expected, tokens
from turnwise.llm.prompts import Prompts, load_prompts
from turnwise.synthesis.goals.by_model import BATCH as GOALS_AT_ONCE
from turnwise.synthesis.goals.by_model import about_world
from turnwise.synthesis.pipeline import reflect_rows
from turnwise.synthesis.seeds.reading import read_seed
from turnwise.synthesis.shown import database_text, tool_text
from turnwise.synthesis.tools.by_model import BATCH as MENDED_AT_ONCE
from turnwise.synthesis.tools.proposals import BATCH as ANSWERED_AT_ONCE
from turnwise.synthesis.tools.returns import BATCH as DECLARED_AT_ONCE
from turnwise.synthesis.tools.specified import specified_tools
from turnwise.worlds import World

_QUESTIONS = 25
_QUESTION = 30  # tokens
_DATABASE = 6000  # tokens of a database that a model writes, rows and all
_SHOWN = 2500  # tokens of such a database as it is shown afterwards
_TOOL = 220  # tokens of a tool as a model writes it, with its statement
_SIGNATURE = 35  # tokens of a tool as it is shown again
_RETURNS = 140  # tokens of what a tool returns
_MENDED = 0.3  # share of the tools that are corrected once
_GOAL = 500  # tokens of a goal
_GOALS_KEPT = 0.6  # share of the goals that hold in the first round


def expected_world(seed_text: str, model: str, most_tools: int, server: str | None) -> list[Expected]:
    """The steps that make a world; SeedError where the seed cannot be read."""
    source, prompts = read_seed(seed_text, server), load_prompts(None)
    given, _ = specified_tools(source.specs)
    schema = reflect_rows(source, source.script)
    shown = tokens("\n".join(map(tool_text, given))) or float(_SHOWN)
    if source.script is not None and schema is not None:
        shown = tokens(database_text(source.script, schema))
    simulated, count = bool(given), max(most_tools, len(given))
    own = count - len(given)
    system = _length(prompts, "synthesizer", "rules_simulated" if simulated else "rules_sql") + shown

    def step(stage: str, calls: int, read: float, written: float) -> Expected:
        return Expected("synthesizer", stage, model, calls, read, written)

    steps = []
    if source.script is None and not given:
        read = 3 * _length(prompts, "synthesizer", "rules_database", "database", "rows") + _DATABASE
        steps.append(step("database", 3, read, _DATABASE))
    steps.append(step("questions", 1, system + _length(prompts, "questions"), _QUESTIONS * _QUESTION))
    calls = ceil(_QUESTIONS / ANSWERED_AT_ONCE)
    known = len(given) + own / 2
    read = calls * (system + _length(prompts, "tools") + known * _SIGNATURE) + _QUESTIONS * _QUESTION
    steps.append(step("tools", calls, read, own * _TOOL))
    steps.append(step("expansion", 1, system + _length(prompts, "expansion") + count * _SIGNATURE, own * _TOOL / 3))
    if mended := ceil(own * _MENDED):
        calls = ceil(mended / MENDED_AT_ONCE)
        steps.append(
            step("repair", calls, calls * (system + _length(prompts, "repair")) + mended * _TOOL, mended * _TOOL)
        )
    if simulated:  # what the tools of a database return is read off their calls
        calls = ceil(count / DECLARED_AT_ONCE)
        steps.append(step("returns", calls, calls * _length(prompts, "returns") + count * _TOOL, count * _RETURNS))
    return steps


def expected_goals(world: World, count: int, model: str) -> list[Expected]:
    """The one step that writes goals: a few in each request, what fails once more, until so many hold."""
    wanted = count / _GOALS_KEPT
    calls = ceil(wanted / GOALS_AT_ONCE)
    read = calls * tokens(about_world(world, 0, load_prompts(None))) + (wanted - count) * _GOAL
    return [Expected("synthesizer", "goals", model, calls, read, wanted * _GOAL)]


def _length(prompts: Prompts, *names: str) -> float:
    return sum(tokens(prompts[name].text) for name in names)
