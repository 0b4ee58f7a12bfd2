"""A synthesizer as a script: answers every stage as a model would, faulty in the ways that models are.

What it says depends on the request alone, so that it can be asked in any order. It knows the music shop of Chinook
and a veterinary clinic; of anything else it is shown a list of tools, and adds to it.
"""

import json
import re
from typing import Any

from cast_synthesis_data import (
    CLINIC,
    CLINIC_EXPANSION,
    CLINIC_REPAIRS,
    CLINIC_ROWS,
    CLINIC_TABLES,
    MUSIC,
    MUSIC_EXPANSION,
    MUSIC_REPAIRS,
    Draft,
    draft,
)
from endpoint import Body, shape_of


def synthesizer(body: Body) -> str | None:
    """The reply to a request of one of the stages; None to any other."""
    said = [message["content"] for message in body["messages"]]
    asked = [m["content"] for m in body["messages"] if m["role"] == "user"]
    match shape_of(body):
        case "QuestionsReply":
            reply = _questions(said[0], len(asked))
        case "ToolsReply":
            reply = _tools(said[0], asked[-1])
        case "ExpansionReply":
            reply = {"tools": _expansion(said[0], asked[-1])}
        case "RepairReply":
            reply = {"tools": _repaired(said[0], asked[-1])}
        case "ReturnsReply":
            reply = _returns(asked)
        case "TablesReply":
            # A reference into nowhere at first, as happens.
            tables = (
                [t.replace("owners(id)", "people(id)") for t in CLINIC_TABLES] if len(asked) == 1 else CLINIC_TABLES
            )
            reply = {"now": "2026-03-11 10:30:00", "statements": tables}
        case "RowsReply":
            reply = _rows(asked)
        case _:
            return None
    return json.dumps(reply)


def _music(seed: str) -> bool:
    return "[Album]" in seed or '"Album"' in seed


def _given(seed: str) -> list[dict[str, Any]]:
    """The tools that are shown, one a line."""
    return [json.loads(line) for line in seed.splitlines() if line.startswith('{"name"')]


def _script(seed: str) -> list[tuple[str, list[Draft | str]]]:
    if _music(seed):
        return MUSIC
    if "CREATE TABLE visits" in seed:
        return CLINIC
    return [(question, list(tools)) for question, tools in _beside(_given(seed))]


def _beside(given: list[dict[str, Any]]) -> list[tuple[str, list[Draft]]]:
    """Questions about tools that are there, and tools that are missing beside them."""
    people = ("I am in a hurry:", "For my report, please:", "New here, so forgive me:", "As the one on duty tonight:")
    openings = [
        *people,
        *(f"{p} once more," for p in people),
        "Could you",
        "My boss wants to know:",
        "Again,",
        "Please",
    ]
    pairs = []
    for number in range(20):
        tool = given[number % len(given)]
        thing = tool["name"].split("_")[-1]
        wish = f"{openings[number % len(openings)]} {tool['name'].replace('_', ' ')}, case {number + 1}"
        saved = draft(f"save_{thing}_note", None, "text:str", effect="write", ask=number % 2 == 0)
        again = {**draft(tool["name"], None, "query:str"), "description": "The same once more."}
        loose = draft(f"list_{thing}_events", None, "since:date?", "limit:int?")
        loose["parameters"]["required"] = ["day"] if number % 3 == 0 else []
        pairs.append(
            (wish, [saved, again] if number % 2 else [loose, draft(f"compare_{thing}", None, "one:str", "two:str")])
        )
    return pairs


def _questions(seed: str, asked: int) -> dict[str, Any]:
    questions = [question for question, _ in _script(seed)]
    domain = (
        "a digital music shop"
        if _music(seed)
        else "a small veterinary clinic"
        if "visits" in seed
        else "an online service"
    )
    return {
        "domain": domain,
        "description": f"What {domain} keeps in its records, for its people and its customers.",
        # At first one too few, as a model that does not count.
        "questions": questions[:19] if asked == 1 else questions,
    }


def _tools(seed: str, said: str) -> dict[str, Any]:
    """What each request takes, all of it written again: what is there already is merged."""
    questions = re.findall(r"^\d+\. (.*)", said.rpartition("The requests:\n")[2], re.MULTILINE)
    script = dict(_script(seed))
    wanted = [[_versions(seed, t)[0] if isinstance(t, str) else t for t in script[question]] for question in questions]
    served = [{"request": n, "tools": [tool["name"] for tool in tools]} for n, tools in enumerate(wanted, 1)]
    return {"served": served, "tools": [tool for tools in wanted for tool in tools]}


def _expansion(seed: str, said: str) -> list[Draft]:
    if _music(seed):
        return MUSIC_EXPANSION
    if "CREATE TABLE visits" in seed:
        return CLINIC_EXPANSION
    there = "undo_last_change" in said
    return [] if there else [draft("undo_last_change", None, "reason:str?", effect="write")]


def _versions(seed: str, name: str) -> list[Draft]:
    return (MUSIC_REPAIRS if _music(seed) else CLINIC_REPAIRS)[name]


def _repaired(seed: str, said: str) -> list[Draft]:
    """Each tool by its next version, told from the SQL that it has."""
    return [_next_version(seed, json.loads(line)) for line in re.findall(r"^The tool: (.*)", said, re.MULTILINE)]


def _next_version(seed: str, broken: Draft) -> Draft:
    if broken["sql"] is None:
        return {**broken, "parameters": {**broken["parameters"], "required": [*broken["parameters"]["properties"]][:1]}}
    try:
        versions = _versions(seed, broken["name"])
    except KeyError:
        return broken
    place = next((n for n, version in enumerate(versions) if version["sql"] == broken["sql"]), 0)
    return versions[min(place + 1, len(versions) - 1)]


def _returns(asked: list[str]) -> dict[str, Any]:
    """One entity per noun, whose key and name are what is known of it; at first it forgets the last tool."""
    tools = [json.loads(line) for line in asked[0].splitlines() if line.startswith('{"name"')]
    entities: dict[str, Any] = {}
    results = []
    for tool in tools:
        noun = tool["name"].rpartition("_")[2]
        fields = [{"name": f"{noun}_id", "type": "integer", "nullable": False}, {"name": "name", "type": "string"}]
        entities[noun] = {"name": noun, "fields": fields}
        many = tool["name"].startswith(("list_", "search_"))
        results.append({"tool": tool["name"], "many": many, "fields": [f"{noun}.*"]})
    return {"entities": list(entities.values()), "tools": results if len(asked) > 1 else results[:-1]}


def _rows(asked: list[str]) -> dict[str, Any]:
    """The rows of a table; those of visits name a pet that is not there until told."""
    table = re.findall(r"rows of the table (\w+)", "\n".join(asked))[-1]
    columns, rows = CLINIC_ROWS[table]
    if table == "visits" and "That cannot be used" not in asked[-1]:
        rows = [[rows[0][0], 99, *rows[0][2:]], *rows[1:]]
    return {"columns": columns, "rows": rows}
