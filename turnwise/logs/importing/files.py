"""A file of foreign dialogues, whatever its format, which is recognised by its content."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from turnwise.errors import LogError
from turnwise.files import numbered_lines
from turnwise.logs.importing.formats import FORMATS, FilePosition, ForeignDialogue, Unusable, at, list_of
from turnwise.logs.importing.messages import Remark
from turnwise.logs.importing.text import load, read_text

_NUMBER = re.compile(r"0|[1-9][0-9]{0,14}")


class Imported(NamedTuple):
    """What a file holds."""

    format: str
    dialogues: list[ForeignDialogue]
    remarks: list[Remark]


def read_dialogues(path: Path) -> Imported:
    """All dialogues of a file; a piece that is none costs a remark and not the others.

    Raises:
        LogError: there is no dialogue in it.
        OSError: it cannot be read.
    """
    formats: dict[str, None] = {}
    dialogues: list[ForeignDialogue] = []
    remarks: list[Remark] = []
    for position, value in _pieces(read_text(path)):
        try:
            name = _recognised(value)
            dialogue = FORMATS[name](position, value)
        except Unusable as unusable:
            remarks.append(Remark(position.where, str(unusable), left_out=True))
            continue
        formats[name] = None
        remarks.extend(dialogue.remarks)
        dialogues.append(dialogue if dialogue.id is not None else replace(dialogue, id=position.number))
    if not dialogues:
        reason = f"{remarks[0].where}: {remarks[0].reason}" if remarks else "it is empty"
        raise LogError(f"{path} holds no dialogue that can be imported ({reason})")
    # The dialogues of a file share their tools, and each shows only those it called.
    writes = {name: asked for dialogue in dialogues for name, asked in dialogue.writes.items()}
    shared = [replace(dialogue, writes=writes) for dialogue in dialogues]
    return Imported(", ".join(formats), _told_apart(shared, remarks), remarks)


def _pieces(text: str) -> Iterator[tuple[FilePosition, Any]]:
    """What may be a dialogue each: simulations, the members of a list, or lines."""
    try:
        whole = load(text)
    except ValueError:
        for number, line in numbered_lines(text):
            yield FilePosition(f"line {number}", number), _loaded(line)
        return
    if isinstance(whole, dict) and isinstance(whole.get("simulations"), list):
        yield from _simulations(whole)
    elif isinstance(whole, list) and not all(isinstance(m, dict) and "role" in m for m in whole):
        for number, value in enumerate(whole, 1):
            yield FilePosition(f"dialogue {number}", number), value
    elif whole != []:
        yield FilePosition("line 1", 1), whole


def _simulations(file: dict[str, Any]) -> Iterator[tuple[FilePosition, Any]]:
    """The simulations of a tau2 file, each with its task and the policy, which stand apart from them there."""
    tasks = {str(task.get("id")): task for task in list_of(file.get("tasks")) if isinstance(task, dict)}
    policy = at(file, "info", "environment_info", "policy")
    for number, run in enumerate(file["simulations"], 1):
        task = tasks.get(str(at(run, "task_id")))
        yield FilePosition(f"simulation {number}", number), {"simulation": run, "task": task, "policy": policy}


def _recognised(value: Any) -> str:
    if isinstance(value, Unusable):
        raise value
    if isinstance(value, list):
        return "openai"
    if isinstance(value, dict) and "traj" in value:
        return "tau-bench"
    if isinstance(value, dict) and "messages" in value:
        return "openai"
    if isinstance(value, dict) and value.keys() == {"simulation", "task", "policy"}:
        return "tau2"
    raise Unusable("there are no messages")


def _loaded(line: str) -> Any:
    try:
        return load(line)
    except ValueError:
        return Unusable("it is no JSON")


def _told_apart(dialogues: list[ForeignDialogue], remarks: list[Remark]) -> list[ForeignDialogue]:
    """Dialogues with ids of one type, and no id and trial twice."""
    plain = all(isinstance(d.id, int) or _NUMBER.fullmatch(str(d.id)) for d in dialogues)
    found: dict[tuple[int | str, int], ForeignDialogue] = {}
    highest: dict[int | str, int] = {}
    for dialogue in dialogues:
        name: int | str = int(str(dialogue.id)) if plain else str(dialogue.id)
        epoch = dialogue.epoch
        if (name, epoch) in found:
            epoch = highest[name] + 1
            remarks.append(Remark(f"dialogue {name}", "its id came before, and it counts as another trial"))
        highest[name] = max(epoch, highest.get(name, 0))
        found[name, epoch] = replace(dialogue, id=name, epoch=epoch)
    return list(found.values())
