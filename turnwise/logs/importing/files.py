"""A file of foreign dialogues, whatever its format, which is recognised by its content."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from turnwise.errors import LogError
from turnwise.files import numbered_lines
from turnwise.logs.importing.formats import ForeignDialogue, Piece, Unusable, at, dialogue_of, piece_of, tau2
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
    for kind, number, value in _pieces(read_text(path)):
        where = f"{kind} {number}"
        try:
            piece = value if isinstance(value, Piece) else piece_of(load(value) if kind == "line" else value)
            dialogue = dialogue_of(piece, where, number)
        except Unusable as unusable:
            remarks.append(Remark(where, str(unusable), left_out=True))
        except ValueError:
            remarks.append(Remark(where, "it is no JSON", left_out=True))
        else:
            formats[piece.format] = None
            remarks.extend(dialogue.remarks)
            dialogues.append(dialogue if dialogue.id is not None else replace(dialogue, id=number))
    if not dialogues:
        reason = f"{remarks[0].where}: {remarks[0].reason}" if remarks else "it is empty"
        raise LogError(f"{path} holds no dialogue that can be imported ({reason})")
    return Imported(", ".join(formats), _told_apart(dialogues, remarks), remarks)


def _pieces(text: str) -> Iterator[tuple[str, int, Any]]:
    """What may be a dialogue each, after its kind and number: simulations, members of a list, or lines as text."""
    try:
        whole = load(text)
    except ValueError:
        for number, line in numbered_lines(text):
            yield "line", number, line
        return
    if isinstance(whole, dict) and isinstance(whole.get("simulations"), list):
        given = whole.get("tasks") if isinstance(whole.get("tasks"), list) else []
        tasks = {str(at(task, "id")): task for task in given or []}
        policy = at(whole, "info", "environment_info", "policy")
        for number, run in enumerate(whole["simulations"], 1):
            yield "simulation", number, tau2(run, tasks.get(str(at(run, "task_id"))), policy)
    elif isinstance(whole, list) and not all(isinstance(m, dict) and "role" in m for m in whole):
        for number, value in enumerate(whole, 1):
            yield "dialogue", number, value
    elif whole != []:
        yield "line", 1, text


def _told_apart(dialogues: list[ForeignDialogue], remarks: list[Remark]) -> list[ForeignDialogue]:
    """Dialogues with ids of one type, and no id and trial twice; they share their tools, each shows only those it called."""
    writes = {name: asked for dialogue in dialogues for name, asked in dialogue.writes.items()}
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
        found[name, epoch] = replace(dialogue, id=name, epoch=epoch, writes=writes)
    return list(found.values())
