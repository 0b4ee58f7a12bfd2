"""Seeds become worlds, and worlds get goals: seed -> database -> tools -> goals, by rules or with a model."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from turnwise.errors import SeedError
from turnwise.goals.pool import GoalFile, renumbered
from turnwise.llm.chat import Chat, Ledger
from turnwise.llm.prompts import Prompts, load_prompts
from turnwise.llm.stage import ModelChoice, StageResult, run_stage
from turnwise.synthesis.database.by_model import write_database
from turnwise.synthesis.database.present import present_time
from turnwise.synthesis.database.references import inferred_references
from turnwise.synthesis.database.schema import Schema, reflect
from turnwise.synthesis.goals.by_model import PROMPTS as GOAL_PROMPTS
from turnwise.synthesis.goals.by_model import write_goals
from turnwise.synthesis.goals.by_rules import DifficultyChoice, compose_goals, leading_reasons
from turnwise.synthesis.goals.situation_checks import needs_of
from turnwise.synthesis.goals.situations import read_situations
from turnwise.synthesis.seeds.masking import masked
from turnwise.synthesis.seeds.reading import Seed, read_seed
from turnwise.synthesis.shown import database_text, tool_text
from turnwise.synthesis.tools import proposals
from turnwise.synthesis.tools.by_model import check_tools, problems_of
from turnwise.synthesis.tools.by_rules import propose_tools
from turnwise.synthesis.tools.returns import describe_returns
from turnwise.synthesis.tools.selection import by_coverage
from turnwise.synthesis.tools.specified import specified_tools
from turnwise.synthesis.tools.trials import reason_to_drop, unfit_tools
from turnwise.values.words import listed
from turnwise.worlds import Tool, World, load_script, verify_world

MOST_TOOLS = 40  # the most tools a world keeps unless told: an agent reads them all before each reply
PROMPTS = (
    *("synthesizer", "rules_database", "rules_simulated", "rules_sql"),
    *("database", "rows", "questions", "tools", "expansion", "repair", "returns", "returns_batch"),
)
"""The prompts that a world depends on."""


def make_world(
    seed_file: str | Path | Mapping[str, Any],
    *,
    name: str | None = None,
    domain: str | None = None,
    description: str | None = None,
    policy: str | None = None,
    situations: str | None = None,
    reference_time: str | None = None,
    seed: int = 0,
    most_tools: int = MOST_TOOLS,
    server: str | None = None,
    rows: int | None = None,
    mask: bool = False,
) -> World:
    """Make a world from a database, whose tools execute, or from a list of tools, which are simulated.

    Args:
        seed_file: anything that `read_seed` reads: a file, a folder of files, a URL, or data frames by their names.
        situations: who speaks and why, as YAML: the tools that serve them come first.
        reference_time: "now" in the world; unless given, a day from which most rows have happened and some are to come.
        seed: drives the trial calls; the same file and seed give the same world, byte for byte.
        most_tools: tools of a database kept at most; those of the best connected tables come next.
        server: which of several servers' lists of tools to take: its name, or its number from 1.
        rows: how many rows of each table to copy from a database behind a URL.
        mask: replace names, mail addresses, phones and addresses of people by invented ones.

    Raises:
        SeedError: the file cannot be read, or none of its tools works.
    """
    check_name(name)
    source = _read(seed_file, server, rows, mask, seed)
    schema = reflect_rows(source, source.script)
    left_out = [*source.left_out, *(inferred_references(schema.tables.values()) if schema else ())]
    places: dict[str, int] = {}
    if schema is not None:
        plans = read_situations(situations or "", "situations")
        proposed, places = propose_tools(schema, most_tools, needs_of(plans, schema))
    elif source.specs:
        proposed, mended = specified_tools(source.specs)
        left_out += mended
    else:
        raise SeedError(f"{source.label!r} is a domain in words, which needs a model, named with --model")
    dropped = unfit_tools(source.script, proposed) if source.script is not None else {}
    proposed = [tool for tool in proposed if tool.name not in dropped]
    draft = World(
        name=name or source.name,
        domain=domain or source.domain,
        description=description or (rows_sentence(schema) if schema else f"Tools of {source.title}."),
        reference_time=reference_time or present_time(schema, source.script),
        tools=tuple(proposed),
        policy="",
        database=source.script,
        situations=situations,
        server=source.server,
    )
    kept: list[Tool] = []
    unfit = len(dropped)
    for tool in proposed:
        if schema is not None and len(kept) == most_tools:
            break
        if (reason := reason_to_drop(draft, tool, schema, seed)) is None:
            kept.append(tool)
        else:
            dropped[tool.name] = reason
    if not kept:
        used, why = "run" if schema else "simulated", leading_reasons(Counter(dropped.values()))
        raise SeedError(f"{seed_file}: none of its {len(proposed) + unfit} tools can be {used}: {why}")
    kept.sort(key=lambda tool: places.get(tool.name, 0))
    beyond = len(proposed) + unfit - len(kept) - len(dropped)
    tools = {"proposed": len(proposed) + unfit, "beyond_most": beyond, "kept": len(kept), "dropped": dropped}
    provenance = {"seed": source.label, "stage": "embedded", "random_seed": seed, "tools": tools, "left_out": left_out}
    return draft.changed(tools=tuple(kept), policy=policy or write_policy(draft, kept), provenance=provenance)


def _read(
    seed_file: str | Path | Mapping[str, Any], server: str | None, rows: int | None, mask: bool, seed: int
) -> Seed:
    source = read_seed(seed_file, server, rows)
    return masked(source, seed) if mask and source.script is not None else source


def reflect_rows(source: Seed, script: str | None) -> Schema | None:
    """What a database says about itself; None where there is none, SeedError where it has no rows."""
    if script is None:
        return None
    schema = reflect(load_script(script))
    if not any(table.rows for table in schema.tables.values()):
        raise SeedError(f"{source.label}: its tables hold no rows. A world needs rows: goals are composed from them")
    return schema


def make_goals(world: World, count: int, *, difficulty: DifficultyChoice, seed: int) -> GoalFile:
    """Goals composed from the rows of a world; CompositionError where it does not carry that many different ones."""
    sets = compose_goals(world, sets=count, difficulty=difficulty, seed=seed).sets
    goals = tuple(renumbered(goal, number) for number, (goal,) in enumerate(sets, 1))
    about = {"by": "composition", "seed": seed, "difficulty": difficulty}
    return GoalFile(world=world.name, world_hash=world.hash, provenance=about, goals=goals)


def make_world_by_model(
    seed_text: str,
    choice: ModelChoice,
    *,
    name: str | None,
    seed: int,
    most_tools: int,
    server: str | None,
    rows: int | None = None,
    mask: bool = False,
) -> StageResult[World]:
    """Make a world with the model that plays the role `synthesizer`; for the arguments see `make_world`.

    Tools of a list are kept as they are and simulated; a domain in words gets a database first. TurnwiseError where
    the seed cannot be read, the model cannot be reached, or nothing it wrote can be kept.
    """
    prompts = load_prompts(choice.prompt_dir)
    check_name(name)

    async def work(ledger: Ledger) -> World:
        return await _write_world(_read(seed_text, server, rows, mask, seed), ledger, prompts, name, seed, most_tools)

    return run_stage("synthesis", work, choice, {"seed": seed_text})


def make_goals_by_model(
    world: World, count: int, choice: ModelChoice, *, difficulty: DifficultyChoice, seed: int
) -> StageResult[GoalFile]:
    """Goals written by a model, each played before it is kept; TurnwiseError where none holds or it cannot be reached."""
    prompts = load_prompts(choice.prompt_dir)
    about: dict[str, Any] = {"by": choice.model, "seed": seed, "difficulty": difficulty}
    about["prompts"] = {name: prompts[name].version for name in GOAL_PROMPTS}

    async def work(ledger: Ledger) -> GoalFile:
        written = await write_goals(world, count, ledger, difficulty=difficulty, seed=seed, prompts=prompts)
        provenance = {**about, "funnel": written.funnel.dump()}
        return GoalFile(world=world.name, world_hash=world.hash, provenance=provenance, goals=tuple(written.goals))

    return run_stage("goals", work, choice, {"world": world.name, **about})


async def _write_world(
    source: Seed, ledger: Ledger, prompts: Prompts, name: str | None, seed: int, most_tools: int
) -> World:
    """The story: seed -> database -> questions -> tools -> return schemas, each checked before it is kept."""

    def opened(stage: str, rules: str, shown: str) -> Chat:
        system = prompts["synthesizer"].fill(rules=prompts[rules].text, seed=shown)
        return Chat.open("synthesizer", stage, system, ledger)

    given, mended = specified_tools(source.specs)
    script, now = source.script, ""
    if script is None and not given:
        script, now = await write_database(opened("database", "rules_database", source.text), prompts)
    schema = reflect_rows(source, script)
    if script is not None and schema is not None:
        shown = "\n\n".join(filter(None, [source.text, database_text(script, schema)]))
    else:
        shown = "\n".join([f"{source.title}: {source.domain}", "", *map(tool_text, given)])

    chat = opened("questions", "rules_simulated" if schema is None else "rules_sql", shown)
    asked = await proposals.ask_questions(chat.fork(), prompts)
    proposed = await proposals.propose_tools(chat, asked.questions, given, most_tools, prompts, schema is not None)
    first = proposals.merge(proposed.tools, given)
    full = len(first.tools) >= most_tools  # what is complementary comes last, and would not be kept
    expanded = [] if full else await proposals.expand_tools(chat, first.tools, prompts, schema is not None)
    second = proposals.merge(expanded, first.tools)

    draft = World(
        name=name or source.name,
        domain=asked.domain,
        description=asked.description,
        reference_time=now or present_time(schema, script),
        tools=(),
        policy="",
        database=script,
        server=source.server,
    )
    fixed = {tool.name for tool in given}
    ranked = by_coverage(second.tools, proposed.served, fixed)
    chosen = [tool for tool in ranked if tool.name in fixed][:most_tools]
    own = [tool for tool in ranked if tool.name not in fixed]
    checked = await check_tools(chat, draft, schema, prompts, seed, own, most_tools - len(chosen))
    kept, unknown = [*chosen, *checked.tools], dict[str, str]()
    if schema is None:
        stated = {spec.name for spec in source.specs if spec.returns is not None}

        def about(stage: str, text: str) -> Chat:
            return Chat.open("synthesizer", stage, text, ledger)

        described = await describe_returns(about, kept, prompts, fixed & stated)
        written = {tool.name: tool for tool in described.tools}
        unknown = {name: reason for name, reason in described.dropped.items() if name not in fixed}
        kept = [written.get(tool.name, tool) for tool in kept if tool.name not in unknown]
        unknown |= problems_of(draft, [tool for tool in kept if tool.name not in fixed], schema, seed)
        kept = [tool for tool in kept if tool.name not in unknown]
    if not kept:
        raise SeedError(f"{source.label}: none of the {len(proposed.tools)} tools that the model proposed can be kept")

    dropped: dict[str, str] = {}
    for reasons in (first.dropped, second.dropped, checked.dropped, unknown):
        for tool_name, reason in reasons.items():
            proposals.note(dropped, tool_name, reason)
    provenance: dict[str, Any] = {
        "seed": source.label,
        "stage": "model",
        "model": str(chat.model),
        "random_seed": seed,
        "prompts": {name: prompts[name].version for name in PROMPTS},
        "questions": asked.questions,
        "tools": {
            "given": len(given),
            "proposed": len(proposed.tools),
            "unanswered": proposed.unanswered,
            "merged": first.merged + second.merged,
            "expanded": len(expanded),
            "repaired": checked.repaired,
            "beyond_most": len(given) - len(chosen) + checked.beyond,
            "kept": len(kept),
            "dropped": dropped,
        },
        "left_out": [*source.left_out, *mended],
    }
    world = draft.changed(tools=tuple(kept), policy=write_policy(draft, kept), provenance=provenance)
    verify_world(world)
    return world


def check_name(name: str | None) -> None:
    if name is not None and not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name):
        raise SeedError(f"{name!r} cannot name a world: use small letters, digits, _ and -")


def rows_sentence(schema: Schema) -> str:
    shown = sorted((t for t in schema.tables.values() if not t.link and t.rows), key=lambda t: (-t.rows, t.name))
    return f"Records of {listed([f'{t.rows} {t.nouns}' for t in shown[:12]])}." if shown else "No records yet."


def write_policy(world: World, tools: Sequence[Tool]) -> str:
    """What the agent of a world is told before the dialogue."""
    guarded = [tool.name for tool in tools if tool.consequential]
    asking = f"- Say what you are about to do, and wait for a yes, before you call {listed(guarded, 'or')}."
    lines = [
        f"You are the assistant of the people who work with {world.domain}.",
        world.description,
        "",
        "- Answer from what the tools return. Never guess an id, a number or a name; look it up.",
        "- If something needed is missing or several records fit, ask. One short question at a time.",
        "- Do what was asked and nothing else. Say plainly what you changed, or why you could not.",
        *([asking] if guarded else []),
        "- Keep replies short, and give the figures, dates and names as they are stored.",
        "",
    ]
    return "\n".join(lines)
