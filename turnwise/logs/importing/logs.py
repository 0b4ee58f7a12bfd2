"""Foreign dialogues as an Inspect log, one for each file, which `inspect view`, `inspect score` and scorers read."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from inspect_ai.log import EvalConfig, EvalDataset, EvalLog, EvalSample, EvalSpec, recompute_metrics, write_eval_log
from inspect_ai.model import ChatMessageUser
from inspect_ai.scorer import Score

from turnwise.errors import LogError
from turnwise.files import atomic_path, numbered_lines
from turnwise.logs.importing.formats import ForeignDialogue, Piece, Unusable, at, dialogue_of, piece_of, tau2
from turnwise.logs.importing.messages import Remark, load, read_text
from turnwise.logs.read import FOREIGN, IMPORTED, REWARD
from turnwise.scoring.metrics import lengths

_ID = 22
"""Characters of an id, as Inspect has them."""
_NUMBER = re.compile(r"0|[1-9][0-9]{0,14}")


class Imported(NamedTuple):
    """What a file holds."""

    format: str
    dialogues: list[ForeignDialogue]
    remarks: list[Remark]


class Written(NamedTuple):
    """A log that was written, and what is in it."""

    log: Path
    imported: Imported


def import_file(path: Path, folder: Path) -> Written:
    """Write the dialogues of a file as a log in a folder; a log of the same content that is there is replaced."""
    imported = read_dialogues(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    log = _log(path.name, digest, imported)
    place = folder / f"{path.name.split('.')[0]}-{digest[:8]}.eval"
    with atomic_path(place) as partial:
        write_eval_log(log, partial)
    return Written(place, imported)


def _log(name: str, digest: str, imported: Imported) -> EvalLog:
    dialogues = imported.dialogues
    ids = list(dict.fromkeys(dialogue.id for dialogue in dialogues if dialogue.id is not None))
    rewarded = any(dialogue.reward is not None for dialogue in dialogues)
    metrics = [{"name": "inspect_ai/mean"}, {"name": "inspect_ai/stderr"}]
    means = {"name": "turnwise/mean_where_known", "options": {"keys": ["turns", "user_turns", "steps_generation"]}}
    counted = {"name": "counts", "metrics": [means]}
    # Inspect keeps the classes of scorers and metrics to itself, but reads them as data.
    spec = EvalSpec.model_validate(
        {
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "task": IMPORTED,
            **dict.fromkeys(("task_id", "run_id", "eval_id"), digest[:_ID]),
            "dataset": EvalDataset(name=name, samples=len(ids), sample_ids=ids),
            "model": "none/none",
            "config": EvalConfig(epochs=max(dialogue.epoch for dialogue in dialogues)),
            "metadata": {"imported_from": name, "format": imported.format},
            "scorers": [{"name": REWARD, "metrics": metrics}, counted] if rewarded else [counted],
        }
    )
    log = EvalLog(status="success", eval=spec, samples=[_sample(digest, dialogue) for dialogue in dialogues])
    recompute_metrics(log)
    return log


def _sample(digest: str, dialogue: ForeignDialogue) -> EvalSample:
    assert dialogue.id is not None
    known = {"instruction": dialogue.instruction, "ended": dialogue.ended, "writes": dict(dialogue.writes)}
    turns = sum(isinstance(message, ChatMessageUser) for message in dialogue.messages)
    scores = {"counts": Score(value=dict(lengths(dialogue.messages)))}
    if dialogue.reward is not None:
        scores[REWARD] = Score(value=dialogue.reward)
    return EvalSample(
        id=dialogue.id,
        epoch=dialogue.epoch,
        uuid=f"{digest[:16]}-{dialogue.id}-{dialogue.epoch}",
        input=dialogue.instruction,
        target="",
        messages=list(dialogue.messages),
        metadata={FOREIGN: known, "user_turns": turns},
        scores=scores,
    )


def grouped(remarks: Iterable[Remark]) -> list[str]:
    """A line for each kind of remark: how many, what is wrong, and the first places where it is so."""
    places: dict[str, list[str]] = {}
    for remark in remarks:
        places.setdefault(remark.reason, []).append(remark.where)
    return [
        f"{len(where)}: {reason} ({'; '.join(where[:3])}{'; ...' if len(where) > 3 else ''})"
        for reason, where in places.items()
    ]


def read_dialogues(path: Path) -> Imported:
    """All dialogues of a file (a LogError without any); a piece that is none costs a remark and not the others."""
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
