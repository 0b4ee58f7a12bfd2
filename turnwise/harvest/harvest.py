"""From logs to an archive: read and judge each dialogue, choose among those that pass, write.

    harvested = harvest(find_logs(["logs"]), Path("dialogues"), FilterConfig())

Everything is read and made anew each time; the archive is the last state or the new one, never anything between.
"""

import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from turnwise.errors import HarvestError
from turnwise.harvest.archive import (
    HIDDEN,
    MANIFEST,
    PAIRS,
    SCHEMA,
    SPLITS,
    check_place,
    locked,
    next_state,
    parquet_file,
)
from turnwise.harvest.curation import FilterConfig, Selection, select
from turnwise.harvest.filters import Rejection
from turnwise.harvest.funnel import Funnel, card, funnel_of
from turnwise.harvest.judging import Judged, JudgedLog, judge_logs
from turnwise.harvest.pairs import PairRow, find_pairs
from turnwise.harvest.rollouts import log_order, tokens
from turnwise.harvest.rows import MessageRow, Rollout, Row
from turnwise.harvest.selection import families
from turnwise.harvest.spool import Spool


class Harvested(NamedTuple):
    """What came of a harvest."""

    directory: Path
    funnel: Funnel
    unusable: tuple[str, ...]
    """a sentence for each log that could not be used"""
    remarks: tuple[str, ...]
    """a sentence for each log that was used, but not as it stands"""
    size: int
    """bytes of the rows, as they are on disk"""
    pairs: int
    """of preference"""


def harvest(logs: Sequence[Path], directory: Path, config: FilterConfig) -> Harvested:
    """Make or renew the archive in a directory; HarvestError where it holds something else, or no log can be used."""
    check_place(directory)
    there, new = directory.exists(), not (directory / HIDDEN).exists()
    (directory / HIDDEN).mkdir(parents=True, exist_ok=True)
    with locked(directory, alone=True):
        try:
            with tempfile.TemporaryFile(dir=directory / HIDDEN) as file:
                return _renew(logs, directory, config, Spool(file))
        except (HarvestError, OSError):
            if new:
                shutil.rmtree(directory / HIDDEN if there else directory)
            raise


def _renew(paths: Sequence[Path], directory: Path, config: FilterConfig, spool: Spool) -> Harvested:
    read, unusable = judge_logs(paths, config, spool)
    if not read:
        raise _nothing(paths, unusable)
    logs, remarks = _latest(read)
    judged = {dialogue.sample_id: dialogue for log in logs for dialogue in log.dialogues}
    readable = {sample_id: one.facts for sample_id, one in judged.items() if one.facts is not None}
    family = families({sample_id: facts.kin for sample_id, facts in readable.items()})
    selection = select(
        # who shares a task or a beginning shares a seed task
        [replace(one.summary, seed_task=family[one.sample_id]) for one in judged.values() if one.summary],
        [facts.turns for facts in readable.values() if facts.success],
        config.filter,
    )
    pairs = _pairs(logs, family, selection, spool)
    chosen = {sample_id: (rejection,) for sample_id, rejection in selection.rejections.items()}
    in_order = sorted(judged.values(), key=lambda one: (one.order, one.sample_id))
    reasons = {one.sample_id: one.rejections or chosen.get(one.sample_id, ()) for one in in_order}
    funnel = funnel_of(logs, reasons, selection)
    with next_state(directory) as state:
        size = _write_rows(state / "data", logs, selection.split, spool)
        (state / "pairs").mkdir()
        for split in {pair["split"] for pair in pairs}:
            with parquet_file(state / "pairs" / f"{split}.parquet", PAIRS) as write:
                for pair in pairs:
                    if pair["split"] == split:
                        write(pair)
        (state / "dropped.jsonl").write_text("".join(_dropped(reasons, logs)), "utf-8")
        (state / "README.md").write_text(card(funnel), "utf-8")
        numbers = funnel.dump() | {"filter": config.filter.model_dump(), "policy": config.policy}
        numbers["against"] = [path.name for path in config.against]
        (state / MANIFEST).write_text(json.dumps(numbers, indent=1) + "\n", "utf-8")
    return Harvested(directory, funnel, tuple(unusable), tuple(remarks), size, len(pairs))


def _nothing(logs: Sequence[Path], unusable: Sequence[str]) -> HarvestError:
    if len(unusable) == 1:
        return HarvestError(unusable[0])
    if not unusable:
        others = " and others" * (len(logs) > 1)
        return HarvestError(f"{logs[0]}{others}: of synthesis or calibration, without dialogues")
    return HarvestError(f"none of {len(logs)} logs can be harvested; the first: {unusable[0]}")


def _latest(logs: Sequence[JudgedLog]) -> tuple[list[JudgedLog], list[str]]:
    """Each dialogue once, in the order of an archive, and remarks; of retried and re-scored logs of one run, the later
    has it."""
    taken: set[Any] = set()
    chosen, remarks = [], []
    for log in sorted(logs, key=_age, reverse=True):
        path, status = log.info.path, log.info.header.status
        keys = [{one.sample_id, (log.task_id, *one.order[1:])} for one in log.dialogues]
        left = [one for one, known in zip(log.dialogues, keys, strict=True) if not taken & known]
        taken.update(*keys)
        if len(left) < len(log.dialogues):
            count = len(log.dialogues) - len(left)
            remarks.append(f"{path}: {count} of {len(log.dialogues)} dialogues are in a later log of the same run.")
        if status != "success":
            state = "is still running or was cut off" if status == "started" else "did not finish"
            remarks.append(f"{path} {state} (status: {status}); what is in it was read.")
        chosen.append(replace(log, dialogues=left))
    unfit: dict[str, list[JudgedLog]] = defaultdict(list)
    for log in sorted(chosen, key=lambda log: log.info.path):
        if log.unfit and log.dialogues:
            unfit[log.user].append(log)
    for first, *more in unfit.values():
        others = f" and {len(more)} more" * bool(more)
        remarks.append(f"{first.info.path}{others}: the simulated user is unfit ({'; '.join(first.unfit)}).")
    return sorted(chosen, key=lambda log: (log_order(log.info), log.info.path.name)), sorted(remarks)


def _age(log: JudgedLog) -> tuple[str, int, int, str]:
    spec = log.info.header.eval
    return spec.created, len(log.dialogues), len(spec.scorers or []), log.info.path.name


def _write_rows(data: Path, logs: Sequence[JudgedLog], split: Mapping[str, str], spool: Spool) -> int:
    """Write what is kept, a file for each split; returns their bytes."""
    data.mkdir()
    placed = {one.sample_id: (one.place, log.info.tools) for log in logs for one in log.dialogues if one.place}
    with ExitStack() as stack:
        # A file without rows still has the columns.
        names = [name for name in SPLITS if name == "train" or name in split.values()]
        paths = {name: data / f"{name}-00000-of-00001.parquet" for name in names}
        write = {name: stack.enter_context(parquet_file(path, SCHEMA)) for name, path in paths.items()}
        for sample_id, side in split.items():
            write[side](_row(*spool.get(*placed[sample_id]), side))
    return sum(path.stat().st_size for path in paths.values())


def _row(rollout: Rollout, messages: Sequence[MessageRow], split: str) -> Row:
    return {
        "sample_id": rollout.sample_id,
        "messages": list(messages),
        "tools": rollout.tools,
        "score": rollout.scores.get("iq.iq_core"),
        "scores": json.dumps(rollout.scores),
        "provenance": json.dumps(rollout.provenance, ensure_ascii=False),
        "num_tokens": tokens(messages),
        "split": split,
    }


def _pairs(logs: Sequence[JudgedLog], family: Mapping[str, str], selection: Selection, spool: Spool) -> list[PairRow]:
    """The preference pairs. Dialogues that share a beginning are of one family, and so of one split."""
    side = {family[sample_id]: split for sample_id, split in selection.split.items()}
    groups: dict[str, list[tuple[Judged, str | None]]] = defaultdict(list)
    for log in logs:
        for one in log.dialogues:
            groups[one.beginning].append((one, log.info.tools))
    groups.pop("", None)
    found: list[PairRow] = []
    for members in groups.values():
        if len(members) > 1:
            rollouts = [spool.get(one.place, tools)[0] for one, tools in members if one.place is not None]
            found += find_pairs(rollouts, split=lambda rollout: side.get(family[rollout.sample_id], "train"))
    return sorted(found, key=lambda pair: pair["pair_id"])


def _dropped(reasons: Mapping[str, Sequence[Rejection]], logs: Sequence[JudgedLog]) -> Iterator[str]:
    """A line of JSON for each dialogue that is not kept."""
    names = {one.sample_id: log.info.path.name for log in logs for one in log.dialogues}
    for sample_id, why in reasons.items():
        if why:
            sentences = [f"{one.reason}: {one.value}" if one.value else one.reason for one in why]
            yield json.dumps({"sample_id": sample_id, "log": names[sample_id], "reasons": sentences}) + "\n"
