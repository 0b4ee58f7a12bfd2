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
from turnwise.logs.importing.dialogues import ForeignDialogue, dialogue_of
from turnwise.logs.importing.inspect_logs import samples_of
from turnwise.logs.importing.messages import Remark
from turnwise.logs.importing.reading import CONVERT, is_broken, load_whole, read_text, values_in_a_row
from turnwise.logs.importing.records import ACCEPTED, Piece, members_of, piece_of, simulation_of, whole_dialogue
from turnwise.logs.importing.shapes import Unusable
from turnwise.logs.importing.tools import Function
from turnwise.logs.read import FOREIGN, IMPORTED, REWARD, is_log
from turnwise.scoring.metrics import lengths

_ID = 22
"""Characters of an id, as Inspect has them."""
_RESULTS = "results.json"
"""In a folder of tau2's, beside a folder `simulations`."""
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
    path = path / _RESULTS if (path / _RESULTS).is_file() else path
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
    shared = _shared_tools(dialogues)
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
            "metadata": {"imported_from": name, "format": imported.format} | ({"tools": shared} if shared else {}),
            "scorers": [{"name": REWARD, "metrics": metrics}, counted] if rewarded else [counted],
        }
    )
    log = EvalLog(status="success", eval=spec, samples=[_sample(digest, one, shared) for one in dialogues])
    recompute_metrics(log)
    return log


def _shared_tools(dialogues: list[ForeignDialogue]) -> list[Function]:
    """The tools of all dialogues, where they are the same in each."""
    first = dialogues[0].tools
    return list(first) if all(dialogue.tools == first for dialogue in dialogues) else []


def _sample(digest: str, dialogue: ForeignDialogue, shared: list[Function]) -> EvalSample:
    assert dialogue.id is not None
    known: dict[str, Any] = {
        "instruction": dialogue.instruction,
        "ended": dialogue.ended,
        "writes": dict(dialogue.writes),
    }
    if dialogue.tools and not shared:
        known["tools"] = list(dialogue.tools)
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


_MOST_IN_VAIN = 1000
"""Pieces of a file that are looked at before it is taken for one without dialogues."""


def read_dialogues(path: Path) -> Imported:
    """All dialogues of a file (a LogError without any); a piece that is none costs a remark and not the others."""
    formats: dict[str, None] = {}
    dialogues: list[ForeignDialogue] = []
    remarks: list[Remark] = []
    for kind, number, value in _pieces(path, remarks):
        where = f"{kind} {number}"
        noted = len(remarks)
        try:
            piece = _piece(value, where, remarks)
            dialogue = dialogue_of(piece, where, number)
        except Unusable as unusable:
            remarks[noted:] = [Remark(where, str(unusable), left_out=True)]
            if not dialogues and len(remarks) > _MOST_IN_VAIN:
                break
        else:
            formats[piece.format] = None
            remarks.extend(dialogue.remarks)
            dialogues.append(dialogue if dialogue.id is not None else replace(dialogue, id=number))
    if not dialogues:
        lost = [remark for remark in remarks if remark.left_out]
        reason = f"{lost[0].where}: {lost[0].reason}" if lost else "it is empty"
        raise LogError(f"{path} holds no dialogue that can be imported ({reason}). What is read: {ACCEPTED}.")
    return Imported(", ".join(formats), _told_apart(dialogues, remarks), remarks)


class Simulation(NamedTuple):
    """A simulation of a result file of tau2, and the file."""

    run: Any
    whole: dict[str, Any]


def _piece(value: Any, where: str, remarks: list[Remark]) -> Piece:
    if isinstance(value, Simulation):
        return simulation_of(_value(value.run, where, remarks), value.whole)
    return value if isinstance(value, Piece) else piece_of(_value(value, where, remarks))


def _value(given: Any, where: str, remarks: list[Remark]) -> Any:
    """The value of a line, or a value as it is; Unusable where it is no JSON, or bytes of it are lost."""
    if not isinstance(given, str):
        return given
    if is_broken(given):
        raise Unusable(f"it is no whole UTF-8: {CONVERT}")
    try:
        value, whole = load_whole(given)
    except ValueError as error:
        raise Unusable("it is no JSON") from error
    if not whole:
        remarks.append(Remark(where, "half a character (as of an emoji) became a question mark"))
    return value


def _pieces(path: Path, remarks: list[Remark]) -> Iterator[tuple[str, int, Any]]:
    """What may be a dialogue each, after its kind and number: simulations, members of a list, samples, or lines as text."""
    if path.is_file() and is_log(path):
        for number, piece in enumerate(samples_of(path), 1):
            yield "sample", number, piece
        return
    text, note = read_text(path)
    if note and not is_broken(text):
        remarks.append(Remark("the file", note))
    try:
        whole = load_whole(text)[0]
    except ValueError:
        values = values_in_a_row(text)
        for number, value in enumerate(values, 1):
            yield "value", number, value
        for number, line in [] if values else numbered_lines(text):
            yield "line", number, line
        return
    if is_broken(text):
        raise LogError(f"{path} is no whole UTF-8: {CONVERT}")
    whole = members_of(whole)
    if beside := _simulations_beside(path, whole):
        whole = {**whole, "simulations": beside}
    if isinstance(whole, dict) and isinstance(whole.get("simulations"), list) and whole["simulations"]:
        for number, run in enumerate(whole["simulations"], 1):
            yield "simulation", number, Simulation(run, whole)
    elif isinstance(whole, list) and not whole_dialogue(whole):
        for number, value in enumerate(whole, 1):
            yield "dialogue", number, value
    elif whole != []:
        yield "line", 1, text


def _simulations_beside(path: Path, whole: Any) -> list[Any]:
    """The simulations of a result file of tau2 that keeps them in files beside it, each as text."""
    if not (isinstance(whole, dict) and {"tasks", "info"} <= whole.keys()) or whole.get("simulations"):
        return []
    return [read_text(file).text for file in sorted((path.parent / "simulations").glob("*.json"))]


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
