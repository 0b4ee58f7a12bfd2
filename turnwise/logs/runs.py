"""Logs become Runs, the input of comparisons: headers and sample summaries are read, and no sample, as they carry
every score."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from inspect_ai.log import EvalSampleSummary

from turnwise.errors import LogError
from turnwise.logs.info import REWARD, LogInfo
from turnwise.logs.read import read_info, read_summaries
from turnwise.scoring.comparison import Dialogue, Run
from turnwise.scoring.quality.health import UserFacts

_POOLED = {"world", "scenarios", "seed", "goal_file"}
"""Arguments of a task that make more dialogues of the same condition and not another condition."""


class Reading(NamedTuple):
    """Runs, one sentence for each log that could not be used, and remarks on those that could."""

    runs: list[Run]
    unusable: list[str]
    remarks: list[str]


def read_runs(logs: Iterable[Path]) -> Reading:
    """Read logs; one that cannot be used costs a sentence and not the others."""
    reading = Reading([], [], [])
    attempts: dict[str, _Attempt] = {}
    for path in logs:
        try:
            info = read_info(path)
            if not info.holds_dialogues:
                continue
            attempt = _read(info)
        except LogError as error:
            reading.unusable.append(str(error))
            continue
        earlier = attempts.get(attempt.task_id)
        if earlier is None:
            attempts[attempt.task_id] = attempt
        else:
            kept, left = sorted((earlier, attempt), key=lambda a: (a.created, len(a.run.dialogues)), reverse=True)
            attempts[attempt.task_id] = kept
            reading.remarks.append(f"{left.run.log} is an earlier state of {kept.run.log} and was left out.")
    reading.runs.extend(_told_apart([attempt.run for attempt in attempts.values() if attempt.run.dialogues]))
    reading.unusable.extend(_without_dialogues(a.run) for a in attempts.values() if not a.run.dialogues)
    reading.remarks.extend(
        f"{run.log} did not finish (status: {run.status}); what is in it was counted."
        for run in reading.runs
        if run.status != "success"
    )
    return reading


def dialogue_in(summary: EvalSampleSummary) -> Dialogue | None:
    """The numbers of a sample; None when it was not scored."""
    scores = summary.scores or {}
    counts = scores["counts"].value if "counts" in scores else None
    if not isinstance(counts, Mapping):
        return None
    faults = [name for name in ("user", "tool", "agent") if counts.get(f"{name}_fault")]
    try:
        # Of an imported dialogue nobody knows the goals, and what follows from them.
        goals = {key: float(counts.get(key, 0.0)) for key in ("tasks", "requests", "completed")}  # type: ignore[arg-type]
        lengths = {name: float(counts[key]) for name, key in _LENGTHS.items()}  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError):
        return None
    return Dialogue(
        **lengths,
        **goals,
        censored=_score(scores, "counts", "censored"),
        success=_score(scores, "success"),
        collateral=_score(scores, "collateral"),
        iq_core=_score(scores, "iq", "iq_core"),
        valid=_score(scores, "validity", "valid"),
        agrees=_score(scores, "validity", "agrees"),
        reward=_score(scores, REWARD),
        ended=faults[0] if faults else "",
    )


def user_in(summary: EvalSampleSummary) -> UserFacts | None:
    """How the user of a sample behaved; None when that was not scored."""
    score = (summary.scores or {}).get("user_health")
    if score is None or not isinstance(score.value, Mapping):
        return None
    known = {key: None if math.isnan(number := float(value)) else number for key, value in score.value.items()}  # type: ignore[arg-type]
    return UserFacts(
        ended=known["ended"] == 1,
        pending=known["pending"] == 1,
        invented=None if known["invented"] is None else known["invented"] == 1,
        raised=None if known["raised"] is None else int(known["raised"]),
        assigned=None if known["assigned"] is None else int(known["assigned"]),
        pacing=known["pacing"],
        messages=int(known["messages"] or 0),
        words=known["words_per_message"],
        short=int(known["short"] or 0),
        corrected=None if known["corrected"] is None else known["corrected"] == 1,
        opening=score.answer or "",
        resumed=known.get("resumed") == 1,
    )


_LENGTHS = {
    **{name: name for name in ("turns", "user_turns", "segments")},
    "steps_sum": "steps_generation_sum",
    "steps_max": "steps_generation_max",
}
"""Fields of a dialogue, and the names of their counts."""


class _Attempt(NamedTuple):
    """A run with what tells retried and re-scored logs of it apart."""

    task_id: str
    created: str
    run: Run


def _read(info: LogInfo) -> _Attempt:
    dialogues, simulation_failed, failed, unscored = [], 0, 0, 0
    summaries = read_summaries(info.path)
    for summary in summaries:
        dialogue = dialogue_in(summary)
        if summary.error:
            failed += 1
        elif dialogue is None:
            unscored += 1
        elif dialogue.ended in ("user", "tool"):
            simulation_failed += 1
        else:
            dialogues.append(dialogue)
    header = info.header
    planned = (header.eval.dataset.samples or 0) * (header.eval.config.epochs or 1)
    run = Run(
        log=str(info.path),
        task=info.task,
        candidate=info.candidate,
        world=info.world,
        scenarios=(
            str(info.about.get("world_hash", header.eval.task_id)),
            str(info.about.get("goals", "composed")),
            *(str(header.eval.task_args.get(name)) for name in ("scenarios", "goals", "difficulty", "seed")),
        ),
        settings=_settings(info),
        dialogues=tuple(dialogues),
        simulation_failed=simulation_failed,
        failed=failed,
        unscored=unscored,
        missing=max(0, planned - len(summaries)) if header.status != "success" else 0,
        status=header.status,
        users=tuple(facts for summary in summaries if (facts := user_in(summary)) is not None),
        whole_goals=info.whole_goals,
        user=info.user,
    )
    return _Attempt(header.eval.task_id, header.eval.created, run)


def _settings(info: LogInfo) -> dict[str, str]:
    """All that two runs of one task may differ in beside the candidate, the world and the seed."""
    spec = info.header.eval
    found = {name: value for name, value in spec.task_args.items() if name not in _POOLED}
    found |= {name: value for name, value in (spec.solver_args or {}).items() if name != "agent"}
    found |= spec.model_generate_config.model_dump(exclude_none=True)
    for role, configs in (spec.model_roles or {}).items():
        models = configs if isinstance(configs, list) else [configs]
        found[f"{role} model"] = " ".join(config.model for config in models)
    return {name: str(value) for name, value in found.items()}


def _told_apart(runs: list[Run]) -> list[Run]:
    """Worlds of one name that are not the same world get their hash into their name."""
    hashes: dict[str, set[str]] = {}
    for run in runs:
        hashes.setdefault(run.world, set()).add(run.scenarios[0])
    return [
        replace(run, world=f"{run.world} {run.scenarios[0][:6]}") if len(hashes[run.world]) > 1 else run for run in runs
    ]


def _without_dialogues(run: Run) -> str:
    counted = {
        "ended by a fault of the simulation": run.simulation_failed,
        "failed": run.failed,
        "not scored": run.unscored,
        "never reached": run.missing,
    }
    reasons = ", ".join(f"{number} {what}" for what, number in counted.items() if number)
    return f"{run.log} holds no scored dialogue ({reasons or 'no dialogue at all'}; status: {run.status})"


def _score(scores: Mapping[str, Any], name: str, key: str | None = None) -> float | None:
    value = scores[name].value if name in scores else None
    if key is not None:
        value = value.get(key) if isinstance(value, Mapping) else None
    return float(value) if isinstance(value, int | float) and not math.isnan(value) else None
