"""Logs become judged dialogues, one in memory at a time: of each, some numbers are kept, and the dialogue on disk.

Every log is read anew, in one process: 10,000 dialogues in 4.4 GB of samples take 33 s of CPU and 350 MB from logs to
archive (benchmarks/harvest.py). Two processes with a cache of what was read were no faster the first time.
"""

import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from inspect_ai.log import EvalSampleSummary
from inspect_ai.scorer import Score

from turnwise.errors import LogError
from turnwise.harvest.contamination import Benchmarks
from turnwise.harvest.curation import SPOILING, FilterConfig, in_order, judge, turns
from turnwise.harvest.filters import UNFIT, Rejection
from turnwise.harvest.pairs import beginning
from turnwise.harvest.rollouts import UNSCORED, order_of, read_rollout
from turnwise.harvest.rows import Rollout, SelectionSummary
from turnwise.harvest.spool import Place, Spool
from turnwise.logs.bulk import read_samples, sample_names
from turnwise.logs.read import LogInfo, read_info
from turnwise.logs.runs import user_in
from turnwise.scoring.quality.health import UserFacts, health

MEANS = ("turns", "user turns", "tokens", "tool calls", "different tools")


class Facts(NamedTuple):
    """What is counted of a dialogue."""

    kin: tuple[str, ...]
    """what a split must keep together: its seed task, and the dialogue that it continues"""
    turns: int
    success: bool
    numbers: tuple[int, int, int, int, int]
    """as many as `MEANS` names"""
    groups: tuple[str, str, str]
    """world, paradigm, difficulty"""
    tools: frozenset[str]
    """that were called"""
    tokens: int
    """of its messages"""
    spent: int
    """tokens that all models were asked for, in and out"""
    cost: float | None
    """dollars; None where a price is not known, or no model was asked"""


class Judged(NamedTuple):
    """What is kept in memory of a dialogue."""

    sample_id: str
    order: tuple[str, str, int]
    rejections: tuple[Rejection, ...]
    """every reason not to keep it; empty: it passed"""
    facts: Facts | None = None
    """None where it could not be read"""
    summary: SelectionSummary | None = None
    """if it passed"""
    place: Place | None = None
    """of the dialogue on disk, if it passed or may be one of a pair"""
    beginning: str = ""
    """where it may be one of a pair: see `turnwise.harvest.pairs.beginning`; empty where it may not"""
    user: UserFacts | None = None


@dataclass(frozen=True)
class JudgedLog:
    """A log and its dialogues."""

    info: LogInfo
    dialogues: Sequence[Judged]
    unfit: tuple[str, ...] = ()
    """why its simulated user is unfit; empty when it is fit"""

    @property
    def task_id(self) -> str:
        """What retried and re-scored logs of one run share."""
        return self.info.header.eval.task_id

    @property
    def user(self) -> str:
        """What tells the simulated user of a log from that of others: who it is, and with whom it talked.

        What it did with one agent is no reason to throw away what it said to another.
        """
        info = self.info
        model = info.models.get("user", {}).get("model")
        return f"{info.world} {info.task} {info.about.get('behaviour')} {info.user} {model} {info.candidate}"


def judge_logs(paths: Sequence[Path], config: FilterConfig, spool: Spool) -> tuple[list[JudgedLog], list[str]]:
    """The logs that can be used, and a sentence for each other; what may be kept of their dialogues goes to the spool."""
    benchmarks = Benchmarks.load(config.against)
    unusable: dict[Path, str] = {}
    read: list[JudgedLog] = []
    seen: set[tuple[str, str]] = set()
    for path in paths:
        try:
            info = read_info(path)
            if info.holds_dialogues and (path.name, info.digest) not in seen:
                seen.add((path.name, info.digest))
                read.append(
                    JudgedLog(info, [_judged(sample, info, config, benchmarks, spool) for sample in _samples(path)])
                )
        except LogError as error:
            unusable[path] = str(error)
    # A few dialogues say little of their simulated user, so all its logs with one agent are pooled.
    unfit = {user: _unfit([log for log in read if log.user == user]) for user in {log.user for log in read}}
    read = [replace(log, unfit=unfit[log.user]) for log in read]
    if config.filter.fit_users:
        read = [replace(log, dialogues=[_rejected(one, log.unfit) for one in log.dialogues]) for log in read]
    usable = [
        log for log in read if any(d.facts is not None or d.rejections[0].reason != UNSCORED for d in log.dialogues)
    ]
    runs = {log.task_id for log in usable}
    # Of a log that was scored into another file, the other is used, and nothing is wrong.
    unusable |= {log.info.path: _unscored(log) for log in read if log not in usable and log.task_id not in runs}
    return usable, [unusable[path] for path in paths if path in unusable]


def _samples(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        yield from read_samples(path, sample_names(path))
    except (OSError, ValueError, zipfile.BadZipFile, LogError) as error:
        raise LogError(f"{path} cannot be read: {error}") from error


def _judged(
    sample: Mapping[str, Any], info: LogInfo, config: FilterConfig, benchmarks: Benchmarks, spool: Spool
) -> Judged:
    try:
        rollout, user = read_rollout(sample, info, config.prices), _user(sample)
    except (LookupError, TypeError, ValueError) as error:
        raise LogError(f"{info.path} cannot be read: {type(error).__name__}: {error}") from error
    if isinstance(rollout, Rejection):
        return Judged(str(sample["uuid"]), order_of(sample, info), (rollout,))
    verdict = judge(rollout, config.filter, config.policy, benchmarks)
    # A dialogue that failed may teach by comparison, but not one that is broken or of a benchmark.
    sound = bool(verdict.messages) and not any(rejection.filter in SPOILING for rejection in verdict.rejections)
    return Judged(
        rollout.sample_id,
        rollout.order,
        verdict.rejections,
        facts_of(rollout),
        verdict.summary,
        spool.put(rollout, verdict.messages, info.tools) if sound else None,
        beginning(rollout) if sound else "",
        user,
    )


def facts_of(rollout: Rollout) -> Facts:
    """What is counted of a rollout: what was there before it began is not."""
    own = rollout.messages[rollout.start :]
    called = [call["function"]["name"] for message in own for call in message["tool_calls"] or []]
    usage = rollout.provenance["usage"].values()
    # The dialogue that this one continues: its uuid, or its place in a foreign file.
    source = (rollout.provenance["start"] or {}).get("source")
    origin = [source["sample_uuid"] or f"{source['file_hash']} {source['sample_id']}"] if source else []
    tools, length = frozenset(called), turns(rollout)
    user_turns = sum(message["role"] == "user" for message in own)
    return Facts(
        kin=(rollout.seed_task, *origin),
        turns=length,
        success=bool(rollout.success),
        numbers=(length, user_turns, rollout.num_tokens, len(called), len(tools)),
        groups=(
            rollout.world,
            rollout.condition or "paradigm unknown",
            rollout.provenance["difficulty"] or "difficulty unknown",
        ),
        tools=tools,
        tokens=rollout.num_tokens,
        spent=sum(spent["input"] + spent["cached"] + spent["written"] + spent["output"] for spent in usage),
        cost=total(spent["cost"] for spent in usage),
    )


def total(costs: Iterable[float | None]) -> float | None:
    known = list(costs)
    return None if None in known or not known else sum(cost for cost in known if cost is not None)


def _user(sample: Mapping[str, Any]) -> UserFacts | None:
    score = (sample.get("scores") or {}).get("user_health")
    if score is None:
        return None
    scores = {"user_health": Score.model_validate(score)}
    return user_in(EvalSampleSummary(id=0, epoch=0, input="", target="", scores=scores))


def _unfit(logs: Sequence[JudgedLog]) -> tuple[str, ...]:
    dialogues = [dialogue for log in logs for dialogue in log.dialogues]
    facts = [dialogue.user for dialogue in dialogues if dialogue.user is not None]
    if logs[0].info.imported or not facts:
        return ()
    checks = health(facts, whole_goals=logs[0].info.whole_goals)
    return tuple(str(check) for check in checks if not check.fit)


def _rejected(dialogue: Judged, why: Sequence[str]) -> Judged:
    """A dialogue without a place where its user is unfit; one that is no row has its reason already."""
    if not why or dialogue.facts is None or any(rejection.filter == "row" for rejection in dialogue.rejections):
        return dialogue
    reasons = (*dialogue.rejections, Rejection("fit_users", UNFIT, "; ".join(why)))
    return dialogue._replace(rejections=in_order(reasons), summary=None, place=None, beginning="")


def _unscored(log: JudgedLog) -> str:
    path = log.info.path
    if not log.dialogues:
        return f"{path} holds no dialogue (status: {log.info.header.status})"
    missing = log.dialogues[0].rejections[0].value.split(", ")
    commands = "; ".join(f"inspect score {path} --scorer turnwise/{one} --action append --overwrite" for one in missing)
    return f"{path} lacks the scores that tell good dialogues from bad ones. Add them with: {commands}"
