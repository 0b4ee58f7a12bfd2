"""From logs to an archive: read and judge each dialogue, choose among those that pass, write.

    harvested = harvest(find_logs(["logs"]), Path("dialogues"), FilterConfig())

Everything is read and made anew each time; the archive is the last state or the new one, never anything between.
"""

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from turnwise.errors import HarvestError
from turnwise.harvest.archive import SCHEMA, SPLITS, write_pairs
from turnwise.harvest.card import write_card
from turnwise.harvest.contamination import Benchmarks
from turnwise.harvest.curation import ORDER, FilterConfig, Selection, select
from turnwise.harvest.families import families
from turnwise.harvest.filters import Rejection
from turnwise.harvest.funnel import Funnel, mean, profile
from turnwise.harvest.pairs import find_pairs
from turnwise.harvest.parquet import parquet_file
from turnwise.harvest.reading import Judged, JudgedLog, RowPlace, judge_logs, rollouts_in, user_of
from turnwise.harvest.rollouts import log_order
from turnwise.harvest.rows import Rollout
from turnwise.harvest.states import HIDDEN, check_place, held, next_state, settle

_FILE = 96 * 2**20
"""Bytes of rows in a file of the archive, not compressed."""


class Harvested(NamedTuple):
    """What came of a harvest."""

    directory: Path
    funnel: Funnel
    unusable: tuple[str, ...]
    """a sentence for each log that could not be used"""
    remarks: tuple[str, ...]
    """a sentence for each log that was used, but not as it stands"""
    files: int
    size: int
    """bytes of the parquet files"""
    pairs: int
    """of preference"""


def harvest(logs: Sequence[Path], directory: Path, config: FilterConfig) -> Harvested:
    """Make or renew the archive in a directory.

    Raises:
        HarvestError: the directory holds something else, or no log can be used.
        OSError: it cannot be written.
    """
    check_place(directory)
    Benchmarks.load(config.against)  # so that a misspelt file costs no reading
    there = directory.exists()
    new = not (directory / HIDDEN).exists()
    (directory / HIDDEN).mkdir(parents=True, exist_ok=True)
    with held(directory, alone=True):
        settle(directory)
        try:
            return _renew(logs, directory, config)
        except HarvestError:
            if new:
                shutil.rmtree(directory / HIDDEN if there else directory)
            raise


def _renew(paths: Sequence[Path], directory: Path, config: FilterConfig) -> Harvested:
    with next_state(directory) as state:
        rows = state / "rows"
        read, unusable = judge_logs(paths, config, rows)
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
        files, size = _write_rows(state / "data", rows, selection.split, logs)
        pairs = _write_pairs(state, logs, family, selection)
        rows.unlink()
        funnel = _write_funnel(state, logs, judged, selection, config)
    return Harvested(directory, funnel, tuple(unusable), tuple(remarks), files, size, pairs)


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
        keys = {one: (one.sample_id, (log.task_id, *one.order[1:])) for one in log.dialogues}
        left = [one for one, known in keys.items() if not taken & set(known)]
        taken.update(key for one in left for key in keys[one])
        if len(left) < len(log.dialogues):
            count = len(log.dialogues) - len(left)
            remarks.append(f"{path}: {count} of {len(log.dialogues)} dialogues are in a later log of the same run.")
        if status != "success":
            state = "is still running or was cut off" if status == "started" else "did not finish"
            remarks.append(f"{path} {state} (status: {status}); what is in it was read.")
        chosen.append(replace(log, dialogues=left))
    unfit: dict[str, list[JudgedLog]] = {}
    for log in sorted(chosen, key=lambda log: log.info.path):
        if log.unfit and log.dialogues:
            unfit.setdefault(user_of(log.info), []).append(log)
    for members in unfit.values():
        others = f" and {len(members) - 1} more" * (len(members) > 1)
        reasons = "; ".join(members[0].unfit)
        remarks.append(f"{members[0].info.path}{others}: the simulated user is unfit ({reasons}).")
    return sorted(chosen, key=lambda log: (log_order(log.info), log.info.path.name)), sorted(remarks)


def _age(log: JudgedLog) -> tuple[str, int, int, str]:
    spec = log.info.header.eval
    return spec.created, len(log.dialogues), len(spec.scorers or []), log.info.path.name


def _write_rows(data: Path, rows: Path, split: Mapping[str, str], logs: Sequence[JudgedLog]) -> tuple[int, int]:
    """Write what is kept, in files of like size; how many, and their bytes."""
    data.mkdir()
    placed = {one.sample_id: (one.row, log.info.tools) for log in logs for one in log.dialogues if one.row is not None}
    paths = []
    with rows.open("rb") as file:
        for name in SPLITS:
            kept = [placed[sample_id] for sample_id, side in split.items() if side == name]
            files = list(_filled(kept)) or (
                [[]] if name == "train" else []
            )  # a file without rows still has the columns
            for number, members in enumerate(files):
                paths.append(data / f"{name}-{number:05}-of-{len(files):05}.parquet")
                with parquet_file(paths[-1], SCHEMA) as write:
                    for place, tools in members:
                        file.seek(place.offset)
                        raw = file.read(place.size)
                        rest = json.dumps({"tools": tools, "split": name}).encode()
                        write(raw[:-1] + b"," + rest[1:])
    return len(paths), sum(path.stat().st_size for path in paths)


def _filled(rows: Sequence[tuple[RowPlace, str | None]]) -> Iterator[list[tuple[RowPlace, str | None]]]:
    members: list[tuple[RowPlace, str | None]] = []
    size = 0
    for place, tools in rows:
        weight = place.size + len(tools or "")
        if members and size + weight > _FILE:
            yield members
            members, size = [], 0
        members.append((place, tools))
        size += weight
    if members:
        yield members


class _Sharing:
    """The dialogues that share a beginning with another, to be read as often as one likes."""

    def __init__(self, logs: Sequence[JudgedLog]) -> None:
        counted = Counter(one.beginning for log in logs for one in log.dialogues)
        self._logs = logs
        self.ids = frozenset(
            one.sample_id for log in logs for one in log.dialogues if one.beginning and counted[one.beginning] > 1
        )

    def __iter__(self) -> Iterator[Rollout]:
        return rollouts_in(self._logs, self.ids)


def _write_pairs(state: Path, logs: Sequence[JudgedLog], family: Mapping[str, str], selection: Selection) -> int:
    """Write the preference pairs; how many. Dialogues that share a beginning are of one family, and so of one split."""
    side = {family[sample_id]: split for sample_id, split in selection.split.items()}
    pairs = find_pairs(_Sharing(logs), split=lambda rollout: side.get(family[rollout.sample_id], "train"))
    write_pairs(state, pairs)
    return len(pairs)


def _write_funnel(
    state: Path, logs: Sequence[JudgedLog], judged: Mapping[str, Judged], selection: Selection, config: FilterConfig
) -> Funnel:
    """Write what is not kept and why, the numbers, and the card."""
    names = {one.sample_id: log.info.path.name for log in logs for one in log.dialogues}
    left_out = {sample_id: (rejection,) for sample_id, rejection in selection.rejections.items()}
    reasons = {
        sample_id: judged[sample_id].rejections or left_out.get(sample_id, ())
        for sample_id in sorted(judged, key=lambda sample_id: (judged[sample_id].order, sample_id))
    }
    with (state / "dropped.jsonl").open("w", encoding="utf-8") as file:
        for sample_id, why in reasons.items():
            if why:
                line = {"sample_id": sample_id, "log": names[sample_id], "reasons": [_sentence(r) for r in why]}
                file.write(json.dumps(line) + "\n")
    funnel = _funnel(reasons, judged, selection)
    about = {**funnel.dump(), "filter": config.filter.model_dump(), "policy": config.policy}
    about["against"] = [path.name for path in config.against]
    (state / "funnel.json").write_text(json.dumps(about, indent=1) + "\n", "utf-8")
    if funnel.accepted:
        write_card(state)
    else:
        (state / "README.md").write_text("No dialogue was kept.\n", "utf-8")
    return funnel


def _sentence(rejection: Rejection) -> str:
    return f"{rejection.reason}: {rejection.value}" if rejection.value else rejection.reason


def _funnel(reasons: Mapping[str, Sequence[Rejection]], judged: Mapping[str, Judged], selection: Selection) -> Funnel:
    first = Counter((ORDER.index(why[0].filter), why[0].reason) for why in reasons.values() if why)
    everything = {sample_id: one.facts for sample_id, one in judged.items() if one.facts is not None}
    kept = [everything[sample_id] for sample_id in selection.split]
    costs = [facts.cost for facts in everything.values()]
    return Funnel(
        dialogues=len(reasons),
        dropped={reason: first[place, reason] for place, reason in sorted(first)},
        kept={name: list(selection.split.values()).count(name) for name in SPLITS},
        tokens=sum(facts.tokens for facts in kept),
        spent=sum(facts.spent for facts in everything.values()),
        cost=None if None in costs or not costs else sum(cost for cost in costs if cost is not None),
        profiles={
            "kept": profile(kept),
            "dropped": profile([facts for one, facts in everything.items() if one not in selection.split]),
        },
        balance=selection.balance,
        turns_kept=mean(facts.turns for facts in kept),
        turns_successful=selection.balance.mean_wanted,
    )
