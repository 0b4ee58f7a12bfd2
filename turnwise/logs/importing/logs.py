"""Foreign dialogues as an Inspect log, one for each file, which `inspect view`, `inspect score` and scorers read."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from inspect_ai.log import EvalConfig, EvalDataset, EvalLog, EvalSample, EvalSpec, recompute_metrics, write_eval_log
from inspect_ai.model import ChatMessageUser
from inspect_ai.scorer import Score

from turnwise.files import atomic_path
from turnwise.logs.importing.files import Imported, read_dialogues
from turnwise.logs.importing.formats import ForeignDialogue
from turnwise.logs.importing.messages import Remark
from turnwise.logs.info import IMPORTED, REWARD
from turnwise.logs.transcripts import FOREIGN
from turnwise.scoring.metrics import lengths

_ID = 22
"""Characters of an id, as Inspect has them."""


class Written(NamedTuple):
    """A log that was written, and what is in it."""

    log: Path
    imported: Imported


def import_file(path: Path, folder: Path) -> Written:
    """Write the dialogues of a file as a log in a folder; a log of the same content that is there is replaced.

    Raises:
        LogError: there is no dialogue in the file.
        OSError: the file cannot be read, or the folder not written.
    """
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
