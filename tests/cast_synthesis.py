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

_INTEGERS = ("_id", "count", "tracks", "invoices", "minutes", "seconds", "visits", "changed")
_NUMBERS = ("total", "price", "fee")


def synthesizer(body: Body) -> str | None:
    """The reply to a request of one of the stages; None to any other."""
    said = [message["content"] for message in body["messages"]]
    asked = [m["content"] for m in body["messages"] if m["role"] == "user"]
    match shape_of(body):
        case "QuestionsReply":
            reply = _questions(said[0], len(asked))
        case "ToolsReply":
            reply = {"tools": _tools(said[0], asked[-1])}
        case "RepairReply":
            reply = {"tool": _repaired(said[0], asked)}
        case "ReturnsReply":
            reply = {"returns": _returns(asked)}
        case "TablesReply":
            # A reference into nowhere at first, as happens.
            tables = (
                [t.replace("owners(id)", "people(id)") for t in CLINIC_TABLES] if len(asked) == 1 else CLINIC_TABLES
            )
            reply = {"statements": tables}
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


def _tools(seed: str, said: str) -> list[Draft]:
    if "The request: " not in said:
        names = set(re.findall(r'"name":"(\w+)"', said))
        if _music(seed):
            return MUSIC_EXPANSION
        if "CREATE TABLE visits" in seed:
            return CLINIC_EXPANSION
        return [] if "undo_last_change" in names else [draft("undo_last_change", None, "reason:str?", effect="write")]
    question = said.rpartition("The request: ")[2]
    wanted = next(tools for asked, tools in _script(seed) if asked == question)
    return [_versions(seed, tool)[0] if isinstance(tool, str) else tool for tool in wanted]


def _versions(seed: str, name: str) -> list[Draft]:
    return (MUSIC_REPAIRS if _music(seed) else CLINIC_REPAIRS)[name]


def _repaired(seed: str, asked: list[str]) -> Draft:
    repairs = [said for said in asked if "\nThe tool: " in said]
    broken: Draft = json.loads(re.findall(r"\nThe tool: (.*)", repairs[-1])[-1])
    if "sql" not in broken:
        names = list(broken["parameters"]["properties"])
        return {**broken, "parameters": {**broken["parameters"], "required": names[:1]}}
    try:
        versions = _versions(seed, broken["name"])
    except KeyError:
        return broken
    return versions[min(len(repairs), len(versions) - 1)]


def _type(name: str) -> str:
    if name.endswith(_INTEGERS):
        return "integer"
    return "number" if name.endswith(_NUMBERS) else "string"


def _returns(asked: list[str]) -> dict[str, Any]:
    """A schema after the names of the fields; an object at first, and an array when told of many rows."""
    tool = json.loads(re.findall(r"\nThe tool: (.*)", "\n".join(asked))[-1])
    # Told that a value can be missing, it says so of all that it had to correct.
    since = max(place for place, said in enumerate(asked) if "What it returned:\n" in said)
    told = "\n".join(asked[since + 1 :])
    first = re.search(r"-> .*?(\{.*?\})", asked[since].partition("What it returned:\n")[2])
    fields = json.loads(first.group(1)) if first else {"id": "", "name": ""}
    missing = set(re.findall(r"(\w+): None is not of type", told))
    kinds = {name: [_type(name), "null"] if name in missing else _type(name) for name in fields}
    row = {"type": "object", "properties": {n: {"type": k} for n, k in kinds.items()}, "required": list(kinds)}
    many = tool["name"].startswith(("list_", "search_")) or "returns an array" in told
    return {"type": "array", "items": row} if many else row


def _rows(asked: list[str]) -> dict[str, Any]:
    """The rows of a table; those of visits name a pet that is not there until told."""
    table = re.findall(r"rows of the table (\w+)", "\n".join(asked))[-1]
    columns, rows = CLINIC_ROWS[table]
    if table == "visits" and "That cannot be used" not in asked[-1]:
        rows = [[rows[0][0], 99, *rows[0][2:]], *rows[1:]]
    return {"columns": columns, "rows": rows}
