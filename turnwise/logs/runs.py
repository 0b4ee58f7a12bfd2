"""Logs become Runs, the input of comparisons: headers and sample summaries are read, and no sample, as they carry
every score."""

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from inspect_ai.log import EvalSampleSummary
from inspect_ai.scorer import Score

from turnwise.dialogue.shapes import check_scores
from turnwise.errors import LogError
from turnwise.logs.conditions import conditions_of
from turnwise.logs.read import REWARD, LogInfo, read_info, read_summaries
from turnwise.logs.scores import ALSO, values_of
from turnwise.logs.usage import Prices, cost_of
from turnwise.scoring.comparison import FAILED, Dialogue, Run
from turnwise.scoring.quality.health import UserFacts
from turnwise.scoring.quality.iq import SUB_SCORES

_POOLED = {"world", "scenarios", "seed", "goal_file"}
"""Arguments of a task that make more dialogues of the same condition and not another condition."""
_LENGTHS = ("turns", "user_turns", "segments", "steps_generation_sum", "steps_generation_max")
_OF_USER = ("ended", "pending", "invented", "raised", "assigned", "pacing", "messages", "words_per_message", "short")
_GOALS = ("tasks", "requests", "completed")


class Reading(NamedTuple):
    """Runs, one sentence for each log that could not be used, and remarks on those that could."""

    runs: list[Run]
    unusable: list[str]
    remarks: list[str]


def read_runs(logs: Iterable[Path], prices: Prices | None = None) -> Reading:
    """Read logs; one that cannot be used costs a sentence and not the others.

    Args:
        prices: of models, for what dialogues cost where the log does not say.
    """
    reading = Reading([], [], [])
    attempts: dict[str, tuple[str, Run]] = {}  # retried and re-scored logs of a run are told apart by their time
    for path in logs:
        try:
            info = read_info(path)
            if not info.holds_dialogues:
                continue
            attempt = info.header.eval.created, _read(info, prices or {})
        except LogError as error:
            reading.unusable.append(str(error) if str(path) in str(error) else f"{path}: {error}")
            continue
        task_id = info.header.eval.task_id
        if task_id in attempts:
            both = sorted((attempts[task_id], attempt), key=lambda a: (a[0], len(a[1].dialogues)), reverse=True)
            attempt = both[0]
            what = "a copy" if both[0][0] == both[1][0] else "an earlier state"
            reading.remarks.append(f"{both[1][1].log} is {what} of {attempt[1].log} and was left out.")
        attempts[task_id] = attempt
    runs = [run for _, run in attempts.values()]
    reading.runs.extend(_told_apart([run for run in runs if run.dialogues]))
    for run in runs:
        reasons = ", ".join(f"{number} {what}" for what, number in run.left_out.items()) or "no dialogue at all"
        if not run.dialogues:
            reading.unusable.append(f"{run.log} holds no scored dialogue ({reasons}; status: {run.status})")
        elif run.status != "success":
            reading.remarks.append(f"{run.log} did not finish (status: {run.status}); what is in it was counted.")
    return reading


def dialogue_in(summary: EvalSampleSummary, prices: Prices | None = None) -> Dialogue | None:
    """The numbers of a sample (a LogError where they are none); None when it was not scored."""
    scores = summary.scores or {}
    check_scores({name: _without_findings(score) for name, score in scores.items()})
    counts = values_of(scores["counts"]) if "counts" in scores else {}
    if not set(_LENGTHS) <= set(counts):
        return None
    faults = [name for name in ("user", "tool", "agent") if counts.get(f"{name}_fault")]
    # Of an imported dialogue nobody knows the goals, and what follows from them.
    known: dict[str, Any] = {name: float(counts[name]) for name in (*_LENGTHS, *_GOALS) if name in counts}
    return Dialogue(
        **known,
        censored=_score(scores, "counts", "censored"),
        success=_score(scores, "success"),
        collateral=_score(scores, "collateral"),
        iq_core=_score(scores, "iq", "iq_core"),
        defects_per_100=_score(scores, "iq", "defects_per_100"),
        valid=_score(scores, "validity", "valid"),
        agrees=_score(scores, "validity", "agrees"),
        reward=_score(scores, REWARD),
        ended=faults[0] if faults else "",
        sample=str(summary.id),
        trial=summary.epoch,
        restated=_score(scores, "counts", "restated") if "tasks" in counts else None,
        tokens=_score(scores, "counts", "tokens"),
        generated=float(sum(usage.output_tokens for usage in summary.model_usage.values())),
        cost=_cost(summary, prices or {}),
        sub_scores={name: value for name in SUB_SCORES if (value := _score(scores, "iq", name)) is not None},
    )


def _without_findings(score: Score) -> dict[str, Any]:
    """What a summary has of a score: of what is long in its metadata Inspect leaves a word that it was removed."""
    metadata = score.metadata or {}
    return {
        "value": score.value,
        "answer": score.answer,
        "metadata": {k: metadata[k] for k in (ALSO,) if k in metadata},
    }


def _cost(summary: EvalSampleSummary, prices: Prices) -> float | None:
    """In dollars; None where the price of a model is not known."""
    costs = [cost_of(model, usage, prices) for model, usage in summary.model_usage.items()]
    return sum(cost for cost in costs if cost is not None) if costs and None not in costs else None


def _scenario(info: LogInfo, summary: EvalSampleSummary) -> str:
    """What tells a scenario from all others: the world, what was drawn from it, and the goals in words."""
    about, arguments = info.about, info.header.eval.task_args
    drawn = about.get("world_hash", info.world), about.get("goals", ""), arguments.get("seed") or 0
    start = (summary.metadata or {}).get("start", "")
    words = "\x1f".join(map(str, (*drawn, start, summary.id, summary.input)))
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def user_in(summary: EvalSampleSummary) -> UserFacts | None:
    """How the user of a sample behaved (a LogError where it makes no sense); None when that was not scored."""
    score = (summary.scores or {}).get("user_health")
    if score is None or not set(_OF_USER) <= set(values := values_of(score)):
        return None
    known = {key: None if math.isnan(number := float(value)) else number for key, value in values.items()}

    def whether(key: str) -> bool | None:
        return None if known[key] is None else known[key] == 1

    raised, assigned = (None if (count := known[key]) is None else int(count) for key in ("raised", "assigned"))
    facts = UserFacts(
        ended=known["ended"] == 1,
        pending=known["pending"] == 1,
        invented=whether("invented"),
        raised=raised,
        assigned=assigned,
        pacing=known["pacing"],
        messages=int(known["messages"] or 0),
        words=known["words_per_message"],
        short=int(known["short"] or 0),
        polite=None if known.get("polite") is None else int(known["polite"] or 0),
        opening=score.answer or "",
        resumed=known.get("resumed") == 1,
        fallbacks=None if known.get("fallbacks") is None else int(known["fallbacks"] or 0),
        served=None if known.get("served") is None else known["served"] == 1,
    )
    among = [(facts.raised, facts.assigned)]
    among += [(part, facts.messages) for part in (facts.short, facts.polite, facts.fallbacks)]
    if not all(0 <= part <= whole for part, whole in among if part is not None and whole is not None):
        raise LogError("a score of the user counts more than there is")
    return facts


def _read(info: LogInfo, prices: Prices) -> Run:
    dialogues: list[Dialogue] = []
    left_out: Counter[str] = Counter()
    summaries = read_summaries(info.path)
    for summary in summaries:
        dialogue = dialogue_in(summary, prices)
        if summary.error:
            left_out[FAILED] += 1
        elif dialogue is None:
            left_out["got no score"] += 1
        elif dialogue.ended in ("user", "tool"):
            left_out["ended by a fault of the simulation"] += 1
        else:
            dialogues.append(replace(dialogue, scenario=_scenario(info, summary)))
    header, settings = info.header, _settings(info)
    planned = (header.eval.dataset.samples or 0) * (header.eval.config.epochs or 1)
    if header.status != "success" and planned > len(summaries):
        left_out["never took place"] = planned - len(summaries)
    return Run(
        log=str(info.path),
        task=info.task,
        candidate=info.candidate,
        world=info.world,
        scenarios=(
            str(info.about.get("world_hash", header.eval.task_id)),
            str(info.about.get("goals", "composed")),
            *(str(header.eval.task_args.get(name)) for name in ("scenarios", "goals", "difficulty", "seed")),
        ),
        settings=settings,
        dialogues=tuple(dialogues),
        left_out=left_out,
        status=header.status,
        users=tuple(facts for summary in summaries if (facts := user_in(summary)) is not None),
        whole_goals=info.whole_goals,
        user=info.user,
        facets={**settings, "tags": " ".join(header.eval.tags or ()), **conditions_of(info)},
        seconds=_seconds(info),
    )


def _seconds(info: LogInfo) -> float | None:
    stats = info.header.stats
    if not (stats.started_at and stats.completed_at):
        return None
    begun, ended = map(datetime.fromisoformat, (str(stats.started_at), str(stats.completed_at)))
    return (ended - begun).total_seconds()


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


def _score(scores: Mapping[str, Any], name: str, key: str | None = None) -> float | None:
    score = scores.get(name)
    value = None if score is None else score.value if key is None else values_of(score).get(key)
    return float(value) if isinstance(value, int | float) and not math.isnan(value) else None
