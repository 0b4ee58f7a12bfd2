"""Logs become judged dialogues, one in memory at a time: of each, some numbers are kept, and its row in a file.

Every log is read anew, in one process: 10,000 dialogues in 5.2 GB of samples take 26 s and 380 MB from logs to archive
(benchmarks/harvest.py, two cores). Two processes with a cache of what was read took 29 s, and 21 s the second time.
"""

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NamedTuple

from inspect_ai.log import EvalSampleSummary
from inspect_ai.scorer import Score

from turnwise.errors import LogError
from turnwise.harvest.contamination import Benchmarks
from turnwise.harvest.curation import SPOILING, FilterConfig, in_order, judge
from turnwise.harvest.filters import UNFIT, Rejection
from turnwise.harvest.funnel import Facts, facts_of, role_cost
from turnwise.harvest.pairs import beginning
from turnwise.harvest.rollouts import FAILED, UNSCORED, order_of, read_rollout, tokens
from turnwise.harvest.rows import MessageRow, Rollout, SelectionSummary
from turnwise.logs.bulk import read_samples, sample_names
from turnwise.logs.info import LogInfo
from turnwise.logs.read import read_info
from turnwise.logs.runs import user_in
from turnwise.scoring.quality.health import UserFacts, health


class RowPlace(NamedTuple):
    """Where a row stands in the file of rows, in bytes."""

    offset: int
    size: int


class Judged(NamedTuple):
    """What is kept in memory of a dialogue: some 2 kB."""

    sample_id: str
    order: tuple[str, str, int]
    rejections: tuple[Rejection, ...]
    """every reason not to keep it; empty: it passed"""
    facts: Facts | None = None
    """None where it could not be read"""
    summary: SelectionSummary | None = None
    """if it passed, as is the row"""
    row: RowPlace | None = None
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


def judge_logs(paths: Sequence[Path], config: FilterConfig, rows: Path) -> tuple[list[JudgedLog], list[str]]:
    """The logs that can be used, and a sentence for each other; rows of the dialogues that pass go into a file.

    A row lacks its tools, which are the same all over a log and most of its bytes, and its split.
    """
    benchmarks = Benchmarks.load(config.against) if config.against else None
    unusable: dict[Path, str] = {}
    read: list[JudgedLog] = []
    seen: set[tuple[str, str]] = set()
    with rows.open("wb") as file:
        for path in paths:
            try:
                info = read_info(path)
                if not info.holds_dialogues or (path.name, info.digest) in seen:
                    continue
                seen.add((path.name, info.digest))
                read.append(JudgedLog(info, [_judged(s, info, config, benchmarks, file) for s in _samples(path)]))
            except LogError as error:
                unusable[path] = str(error)
    read = _with_user_checks(read, reject=config.filter.fit_users)
    usable = [log for log in read if _scored(log)]
    runs = {log.task_id for log in usable}
    # Of a log that was scored into another file, the other is used, and nothing is wrong.
    unusable |= {log.info.path: _unscored(log) for log in read if log not in usable and log.task_id not in runs}
    return usable, [unusable[path] for path in paths if path in unusable]


def rollouts_in(logs: Sequence[JudgedLog], wanted: frozenset[str]) -> Iterator[Rollout]:
    """Some dialogues once more, whole, by sample id."""
    for log in logs:
        if any(dialogue.sample_id in wanted for dialogue in log.dialogues):
            for sample in _samples(log.info.path):
                if sample["uuid"] in wanted and isinstance(rollout := read_rollout(sample, log.info), Rollout):
                    yield rollout


def _samples(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        yield from read_samples(path, sample_names(path))
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise LogError(f"{path} cannot be read: {type(error).__name__}: {error}") from error


def _judged(
    sample: Mapping[str, Any], info: LogInfo, config: FilterConfig, benchmarks: Benchmarks | None, file: IO[bytes]
) -> Judged:
    try:
        rollout = read_rollout(sample, info)
    except (KeyError, TypeError, ValueError) as error:
        raise LogError(f"{info.path} cannot be read: {type(error).__name__}: {error}") from error
    if isinstance(rollout, Rejection):
        return Judged(str(sample["uuid"]), order_of(sample, info), (rollout,))
    verdict = judge(rollout, config.filter, config.policy, benchmarks)
    row = None
    if verdict.summary is not None:
        raw = _row(rollout, verdict.messages, verdict.score, config)
        row = RowPlace(file.tell(), len(raw))
        file.write(raw)
    # A dialogue that failed may teach by comparison, but not one that is broken or of a benchmark.
    sound = bool(verdict.messages) and not any(rejection.filter in SPOILING for rejection in verdict.rejections)
    return Judged(
        rollout.sample_id,
        rollout.order,
        verdict.rejections,
        facts_of(rollout, config.prices),
        verdict.summary,
        row,
        beginning(rollout) if sound else "",
        _user(sample),
    )


def _row(rollout: Rollout, messages: Sequence[MessageRow], score: float | None, config: FilterConfig) -> bytes:
    """A row as JSON, without its tools and its split."""
    usage = rollout.provenance["usage"]
    priced = {role: {**spent, "cost": role_cost(spent, config.prices)} for role, spent in usage.items()}
    row = {
        "sample_id": rollout.sample_id,
        "messages": messages,
        "score": score,
        "scores": json.dumps(rollout.scores),
        "provenance": json.dumps({**rollout.provenance, "usage": priced}, ensure_ascii=False),
        "num_tokens": tokens(messages),
    }
    return json.dumps(row).encode()


def _user(sample: Mapping[str, Any]) -> UserFacts | None:
    score = (sample.get("scores") or {}).get("user_health")
    if score is None:
        return None
    scores = {"user_health": Score.model_validate(score)}
    return user_in(EvalSampleSummary(id=0, epoch=0, input="", target="", scores=scores))


def _with_user_checks(logs: Sequence[JudgedLog], *, reject: bool) -> list[JudgedLog]:
    """Logs with what is wrong with their simulated users; a few dialogues say little, so all logs of one are pooled.

    Args:
        reject: whether the dialogues of unfit users are rejected.
    """
    pools: dict[str, list[JudgedLog]] = {}
    for log in logs:
        pools.setdefault(user_of(log.info), []).append(log)
    unfit = {user: () if logs[0].info.imported else _unfit(logs) for user, logs in pools.items()}
    found = []
    for log in logs:
        why = unfit[user_of(log.info)]
        dialogues = [_rejected(dialogue, why) for dialogue in log.dialogues] if reject and why else log.dialogues
        found.append(JudgedLog(log.info, dialogues, why))
    return found


def user_of(info: LogInfo) -> str:
    """What tells the simulated user of a log from that of other logs."""
    model = info.models.get("user", {}).get("model")
    return f"{info.world} {info.task} {info.about.get('behaviour')} {info.user} {model}"


def _unfit(logs: Sequence[JudgedLog]) -> tuple[str, ...]:
    dialogues = [dialogue for log in logs for dialogue in log.dialogues]
    facts = [dialogue.user for dialogue in dialogues if dialogue.user is not None]
    failed = sum(rejection.reason == FAILED for dialogue in dialogues for rejection in dialogue.rejections)
    checks = health(facts, whole_goals=logs[0].info.whole_goals, failed=failed) if facts else []
    return tuple(str(check) for check in checks if not check.fit)


def _rejected(dialogue: Judged, why: Sequence[str]) -> Judged:
    """A dialogue without a place in the archive or in a pair; one that is no row has its reason already."""
    if dialogue.facts is None or any(rejection.filter == "row" for rejection in dialogue.rejections):
        return dialogue
    reasons = (*dialogue.rejections, Rejection("fit_users", UNFIT, "; ".join(why)))
    return dialogue._replace(rejections=in_order(reasons), summary=None, row=None, beginning="")


def _scored(log: JudgedLog) -> bool:
    """Whether anything in a log can be judged, or says why it cannot."""
    return any(d.facts is not None or d.rejections[0].reason != UNSCORED for d in log.dialogues)


def _unscored(log: JudgedLog) -> str:
    path = log.info.path
    if not log.dialogues:
        return f"{path} holds no dialogue (status: {log.info.header.status})"
    missing = log.dialogues[0].rejections[0].value.split(", ")
    commands = "; ".join(
        f"inspect score {path} --scorer turnwise/{name} --action append --overwrite" for name in missing
    )
    return f"{path} lacks the scores that tell good dialogues from bad ones. Add them with: {commands}"
