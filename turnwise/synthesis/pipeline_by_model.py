"""Seeds become worlds, and worlds get goals, by a model's imagination and our checks; the twin of `pipeline`."""

from typing import Any

from turnwise.errors import SeedError
from turnwise.goals.pool import GoalFile
from turnwise.llm.chat import Chat, Ledger
from turnwise.llm.prompts import Prompts, load_prompts
from turnwise.llm.stage import ModelChoice, StageResult, run_stage
from turnwise.synthesis.database.by_model import write_database
from turnwise.synthesis.goals import by_model as goals_by_model
from turnwise.synthesis.goals.by_rules import DifficultyChoice
from turnwise.synthesis.pipeline import check_name, newest_time, reflect_rows, write_policy
from turnwise.synthesis.seeds.reading import Seed, read_seed
from turnwise.synthesis.shown import database_text, tool_text
from turnwise.synthesis.tools.by_model import check_tools, describe_returns, problems_of
from turnwise.synthesis.tools.proposals import ask_questions, expand_tools, merge, note, propose_tools
from turnwise.synthesis.tools.specified import specified_tools
from turnwise.worlds import World, verify_world

PROMPTS = (
    *("synthesizer", "rules_database", "rules_simulated", "rules_sql"),
    *("database", "rows", "questions", "tools", "expansion", "repair", "returns"),
)
"""The prompts that a world depends on."""


def make_world_by_model(
    seed_text: str, choice: ModelChoice, *, name: str | None, seed: int, most_tools: int, server: str | None
) -> StageResult[World]:
    """Make a world with the model that plays the role `synthesizer`.

    Tools of a list are kept as they are and simulated; a domain in words gets a database first. For the arguments see
    `turnwise.synthesis.pipeline.make_world`.

    Raises:
        TurnwiseError: the seed cannot be read, the model cannot be reached, or nothing it wrote can be kept.
    """
    prompts = load_prompts(choice.prompt_dir)
    check_name(name)

    async def work(ledger: Ledger) -> World:
        return await _write_world(read_seed(seed_text, server), ledger, prompts, name, seed, most_tools)

    return run_stage("synthesis", work, choice, {"seed": seed_text})


def make_goals_by_model(
    world: World, count: int, choice: ModelChoice, *, difficulty: DifficultyChoice, seed: int
) -> StageResult[GoalFile]:
    """Goals written by a model, each played before it is kept.

    Raises:
        TurnwiseError: the model cannot be reached, or no goal it wrote holds.
    """
    prompts = load_prompts(choice.prompt_dir)
    about: dict[str, Any] = {"by": choice.model, "seed": seed, "difficulty": difficulty}
    about["prompts"] = {name: prompts[name].version for name in goals_by_model.PROMPTS}

    async def work(ledger: Ledger) -> GoalFile:
        written = await goals_by_model.write_goals(
            world, count, ledger, difficulty=difficulty, seed=seed, prompts=prompts
        )
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
    fixed = {tool.name for tool in given}
    script = source.script
    if script is None and not given:
        script = await write_database(opened("database", "rules_database", source.text), prompts)
    schema = reflect_rows(source, script)
    if script is not None and schema is not None:
        shown = "\n\n".join(filter(None, [source.text, database_text(script, schema)]))
    else:
        shown = "\n".join([f"{source.title}: {source.domain}", "", *map(tool_text, given)])

    chat = opened("questions", "rules_simulated" if schema is None else "rules_sql", shown)
    asked = await ask_questions(chat.fork(), prompts)
    answers = await propose_tools(chat, asked.questions, prompts, schema is not None)
    proposed = [tool for answer in answers for tool in answer or ()]
    first = merge(proposed, given)
    expanded = await expand_tools(chat, first.tools, prompts, schema is not None)
    second = merge(expanded, first.tools)

    draft = World(
        name=name or source.name,
        domain=asked.domain,
        description=asked.description,
        reference_time=newest_time(schema, script),
        tools=(),
        policy="",
        database=script,
    )
    own = [tool for tool in second.tools if tool.name not in fixed]
    working, repaired, failing = await check_tools(chat, draft, schema, prompts, seed, own)
    chosen = [*given, *working][:most_tools]
    stated = {spec.name for spec in source.specs if spec.returns is not None}
    described = await describe_returns(chat.fork("returns"), draft, chosen, schema, prompts, seed, fixed & stated)
    written = {tool.name: tool for tool in described.tools}
    final = [written.get(tool.name, tool) for tool in chosen if tool.name in written or tool.name in fixed]
    misfits = problems_of(draft, [tool for tool in final if tool.name not in fixed], schema, seed)
    kept = [tool for tool in final if tool.name not in misfits]
    if not kept:
        raise SeedError(f"{source.label}: none of the {len(proposed)} tools that the model proposed can be kept")

    unknown = {name: reason for name, reason in described.dropped.items() if name not in fixed}
    dropped: dict[str, str] = {}
    for reasons in (first.dropped, second.dropped, failing, unknown, misfits):
        for tool_name, reason in reasons.items():
            note(dropped, tool_name, reason)
    provenance: dict[str, Any] = {
        "seed": source.label,
        "stage": "model",
        "model": str(chat.model),
        "random_seed": seed,
        "prompts": {name: prompts[name].version for name in PROMPTS},
        "questions": asked.questions,
        "tools": {
            "given": len(given),
            "proposed": len(proposed),
            "unanswered": answers.count(None),
            "merged": first.merged + second.merged,
            "expanded": len(expanded),
            "repaired": repaired,
            "beyond_most": len(given) + len(working) - len(chosen),
            "kept": len(kept),
            "dropped": dropped,
        },
        "left_out": [*source.left_out, *mended],
    }
    world = draft.changed(tools=tuple(kept), policy=write_policy(draft, kept), provenance=provenance)
    verify_world(world)
    return world
