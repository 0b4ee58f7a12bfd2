"""A seed becomes a world by a model's imagination and our checks: read `synthesize_by_model` first."""

from typing import Any

from turnwise.errors import SeedError
from turnwise.llm.chat import Chat, Ledger
from turnwise.llm.prompts import Prompts, load_prompts
from turnwise.synthesis.database.by_model import write_database
from turnwise.synthesis.database.schema import Schema, reflect
from turnwise.synthesis.seeds.by_model import Start, database_text, read_start, tools_text
from turnwise.synthesis.tools.by_model import check_tools, problems_of
from turnwise.synthesis.tools.merging import merge, note
from turnwise.synthesis.tools.proposals import expand_tools, propose_tools
from turnwise.synthesis.tools.returns import describe_returns
from turnwise.synthesis.tools.user_questions import ask_questions
from turnwise.synthesis.world_by_rules import MOST_TOOLS, check_name, newest_time, write_policy
from turnwise.worlds import World, load_script, verify_world

PROMPTS = (
    *("synthesizer", "rules_database", "rules_simulated", "rules_sql"),
    *("database", "rows", "questions", "tools", "expansion", "repair", "returns"),
)
"""The prompts that a world depends on."""

_TIME = "2026-01-05 09:00:00"
"""When it is in a world without rows."""


async def synthesize_by_model(
    seed: str,
    ledger: Ledger,
    *,
    name: str | None = None,
    seed_number: int = 0,
    prompts: Prompts | None = None,
    most_tools: int = MOST_TOOLS,
    server: str | None = None,
) -> World:
    """Make a world with the model that plays the role `synthesizer`.

    Args:
        seed: a SQLite file or SQL script, a .json list of tools, a .txt or .md text about a domain, or a sentence.
            Tools of a list are kept as they are and simulated; a domain in words gets a database first.
        ledger: counts what the model is asked for.
        seed_number: drives the trial calls.
        most_tools: tools kept at most, in the order in which they were proposed.
        server: which of several servers' lists of tools to take: its name, or its number from 1.

    Raises:
        SeedError: the seed cannot be read, or no tool is left.
        ModelFault: the model gave no usable questions or no usable database.
    """
    check_name(name)
    prompts = prompts or load_prompts()
    start = read_start(seed, server)
    script = start.script
    if script is None and not start.given:
        script = await write_database(_open("database", prompts, "rules_database", start.text, ledger), prompts)
    schema = reflect(load_script(script)) if script is not None else None
    if schema is not None and not any(table.rows for table in schema.tables.values()):
        raise SeedError(f"{start.seed}: its tables hold no rows. A world needs rows: tools are tried on them")

    chat = _open("questions", prompts, *_beginning(start, script, schema), ledger)
    asked = await ask_questions(chat.fork(), prompts)
    answers = await propose_tools(chat, asked.questions, prompts, schema is not None)
    proposed = [tool for answer in answers for tool in answer or ()]
    first = merge(proposed, start.given)
    expanded = await expand_tools(chat, first.tools, prompts, schema is not None)
    second = merge(expanded, first.tools)

    draft = World(
        name=name or start.name,
        domain=asked.domain,
        description=asked.description,
        reference_time=newest_time(schema, script) if schema is not None and script is not None else _TIME,
        tools=(),
        policy="",
        database=script,
    )
    given = {tool.name for tool in start.given}
    own = [tool for tool in second.tools if tool.name not in given]
    checked = await check_tools(chat, draft, schema, prompts, seed_number, own)
    chosen = [*start.given, *checked.tools][:most_tools]
    described = await describe_returns(
        chat.fork("returns"), draft, chosen, schema, prompts, seed_number, given & start.stated
    )
    written = {tool.name: tool for tool in described.tools}
    final = [written.get(tool.name, tool) for tool in chosen if tool.name in written or tool.name in given]
    misfits = problems_of(draft, [tool for tool in final if tool.name not in given], schema, seed_number)
    kept = [tool for tool in final if tool.name not in misfits]
    if not kept:
        raise SeedError(f"{start.seed}: none of the {len(proposed)} tools that the model proposed can be kept")

    unknown = {name: reason for name, reason in described.dropped.items() if name not in given}
    funnel = {
        "given": len(given),
        "proposed": len(proposed),
        "unanswered": answers.count(None),
        "merged": first.merged + second.merged,
        "expanded": len(expanded),
        "repaired": checked.repaired,
        "derived": len(described.derived),
        "beyond_most": len(given) + len(checked.tools) - len(chosen),
        "kept": len(kept),
        "dropped": _all_dropped(first.dropped, second.dropped, checked.dropped, unknown, misfits),
    }
    provenance: dict[str, Any] = {
        "seed": start.seed,
        "stage": "model",
        "model": str(chat.model),
        "random_seed": seed_number,
        "prompts": {name: prompts[name].version for name in PROMPTS},
        "questions": asked.questions,
        "tools": funnel,
        "left_out": start.left_out,
    }
    about = draft.model_dump(exclude={"tools", "policy", "provenance"})
    world = World(**about, tools=tuple(kept), policy=write_policy(draft, kept), provenance=provenance)
    if world.database is not None:
        verify_world(world)
    return world


def _open(stage: str, prompts: Prompts, rules: str, shown: str, ledger: Ledger) -> Chat:
    """A conversation that begins with what is made, by which rules, and from what."""
    system = prompts["synthesizer"].fill(rules=prompts[rules].text, seed=shown)
    return Chat.open("synthesizer", stage, system, ledger)


def _beginning(start: Start, script: str | None, schema: Schema | None) -> tuple[str, str]:
    """The name of the rules for tools of this kind, and the seed as text."""
    if script is None or schema is None:
        return "rules_simulated", tools_text(start.given, start.text)
    return "rules_sql", "\n\n".join(filter(None, [start.text, database_text(script, schema)]))


def _all_dropped(*stages: dict[str, str]) -> dict[str, str]:
    """What every stage dropped; a name that was dropped twice gets a number."""
    dropped: dict[str, str] = {}
    for reasons in stages:
        for name, reason in reasons.items():
            note(dropped, name, reason)
    return dropped
