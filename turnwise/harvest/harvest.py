"""From logs to an archive: read what is new, judge each dialogue, choose among those that pass, write.

    harvested = harvest(find_logs(["logs"]), Path("dialogues"), FilterConfig(...))

Dialogues stay on disk: of each, this process holds some numbers and where it stands. What was read from a log is kept
in the archive, so a log is read again only when it has changed; everything after the reading is done anew each time.
"""

import json
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from turnwise.errors import HarvestError, LogError
from turnwise.harvest.card import write_card
from turnwise.harvest.contamination import Benchmarks
from turnwise.harvest.curation import ORDER, Selection
from turnwise.harvest.families import families
from turnwise.harvest.fitness import Pool
from turnwise.harvest.funnel import Funnel, mean, profile
from turnwise.harvest.gates import Rejection
from turnwise.harvest.judging import (
    Choosing,
    FilterConfig,
    Judged,
    Judging,
    Row,
    Writing,
    choose_piece,
    judge_piece,
    write_piece,
)
from turnwise.harvest.pairing import Pairing, pair_piece
from turnwise.harvest.reading import UNSCORED, Source
from turnwise.harvest.shards import (
    Entry,
    Piece,
    Read,
    Shared,
    forget,
    load_index,
    pieces,
    read_piece,
    save_index,
    shard_key,
)
from turnwise.harvest.states import HIDDEN, check_place, held, next_state, settle
from turnwise.harvest.workers import Map, workers
from turnwise.logs.sources import read_source

_MANY = 8 * 2**20
"""Bytes of logs from which on other processes are worth their start."""
_PIECE = 200
"""Dialogues that are judged in one go."""
_FILE = 96 * 2**20
"""Bytes of rows in a file of the archive, not compressed."""


class Log(NamedTuple):
    """A log that was read."""

    path: Path
    source: Source
    entries: list[Entry]
    shared: Shared


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


def harvest(logs: Sequence[Path], directory: Path, standards: FilterConfig) -> Harvested:
    """Make or renew the archive in a directory: it is the last state or the new one, and never anything between.

    Raises:
        HarvestError: the directory holds something else, or no log can be used.
        OSError: it cannot be written.
    """
    check_place(directory)
    Benchmarks.load(standards.against)  # so that a misspelt file costs no reading
    there = directory.exists()
    new = not (directory / HIDDEN).exists()
    (directory / HIDDEN).mkdir(parents=True, exist_ok=True)
    with held(directory, alone=True):
        settle(directory)
        try:
            return _renew(logs, directory, standards)
        except HarvestError:
            if new:
                shutil.rmtree(directory / HIDDEN if there else directory)
            raise


def _renew(logs: Sequence[Path], directory: Path, standards: FilterConfig) -> Harvested:
    shards = directory / HIDDEN / "shards"
    shards.mkdir(exist_ok=True)
    many = sum(log.stat().st_size for log in logs) > _MANY
    with next_state(directory) as state:
        rows = state / "rows"
        with workers(many) as run:
            read, unusable = _read(logs, shards, run)
            if not read:
                raise _nothing(logs, unusable)
            chosen, remarks = _latest(read)
            judged = _judged(chosen, shards, rows, standards, run)
            (selection,) = run(choose_piece, [_passed(judged, standards)])
        # Other processes: what the first ones hold would add to what these need.
        with workers(many) as run:
            files, size = _write(state / "data", rows, selection.split, judged, run)
            (pairs,) = run(pair_piece, [_pairing(chosen, shards, state, judged, selection)])
        shutil.rmtree(rows)
        funnel = _tell(state, chosen, judged, selection, standards)
    forget(shards, [shard_key(log.source) for log in read])
    return Harvested(directory, funnel, tuple(unusable), tuple(remarks), files, size, pairs)


def _nothing(logs: Sequence[Path], unusable: Sequence[str]) -> HarvestError:
    if len(unusable) == 1:
        return HarvestError(unusable[0])
    if not unusable:
        return HarvestError(
            f"{logs[0]}{' and others' * (len(logs) > 1)}: of synthesis or calibration, without dialogues"
        )
    return HarvestError(f"none of {len(logs)} logs can be harvested; the first: {unusable[0]}")


def _read(logs: Sequence[Path], shards: Path, run: Map) -> tuple[list[Log], list[str]]:
    """All logs that can be used, those read from their shards that have not changed; a sentence for each other."""
    unusable: dict[Path, str] = {}
    sources: dict[Path, Source] = {}
    work: dict[Path, list[Piece]] = {}
    keys: set[str] = set()
    for path in logs:
        try:
            source = read_source(path)
            if source is None or shard_key(source) in keys:
                continue
            keys.add(shard_key(source))
            work[path] = [] if load_index(shards, source) else pieces(path, source, shards)
            sources[path] = source
        except LogError as error:
            unusable[path] = str(error)
    results = run(read_piece, [piece for path in sources for piece in work[path]])
    done: dict[Path, list[Read | str]] = {path: [next(results) for _ in work[path]] for path in sources}
    whole: dict[Path, list[Entry]] = {}
    pools: dict[str, Pool] = {}
    for path, source in sources.items():
        broken = [result for result in done[path] if isinstance(result, str)]
        if broken:
            unusable[path] = broken[0]
            continue
        if work[path]:
            parts = [result for result in done[path] if not isinstance(result, str)]
            users = [user for part in parts for user in part.users]
            save_index(shards, source, Read([entry for part in parts for entry in part.entries], users))
        found = load_index(shards, source) or Read([], [])
        whole[path] = found.entries
        pools.setdefault(source.user, Pool()).add(source, found)
    unfit = {user: pool.unfit() for user, pool in pools.items()}
    read = [
        Log(path, sources[path], entries, Shared(sources[path].tools, unfit[sources[path].user]))
        for path, entries in whole.items()
    ]
    usable = [log for log in read if _scored(log)]
    runs = {log.source.task_id for log in usable}
    # Of a log that was scored into another file, the other is used, and nothing is wrong.
    unusable |= {log.path: _unscored(log) for log in read if log not in usable and log.source.task_id not in runs}
    return usable, [unusable[path] for path in logs if path in unusable]


def _scored(log: Log) -> bool:
    """Whether anything in a log can be judged, or says why it cannot."""
    return any(entry.refusal is None or entry.refusal.reason != UNSCORED for entry in log.entries)


def _unscored(log: Log) -> str:
    if not log.entries:
        return f"{log.path} holds no dialogue (status: {log.source.status})"
    missing = log.entries[0].refusal.value.split(", ") if log.entries[0].refusal else []
    commands = "; ".join(
        f"inspect score {log.path} --scorer turnwise/{name} --action append --overwrite" for name in missing
    )
    return f"{log.path} lacks the scores that tell good dialogues from bad ones. Add them with: {commands}"


def _latest(logs: Sequence[Log]) -> tuple[list[Log], list[str]]:
    """Each dialogue once: of retried and re-scored logs of one run, the later has it."""
    taken: set[Any] = set()
    chosen, remarks = [], []
    by_age = sorted(logs, key=lambda log: (log.source.created, len(log.entries), log.source.scorers, log.source.log))
    for log in reversed(by_age):
        keys = {entry: (entry.sample_id, (log.source.task_id, *entry.order[1:])) for entry in log.entries}
        left = [entry for entry, known in keys.items() if not taken & set(known)]
        taken.update(key for entry in left for key in keys[entry])
        if len(left) < len(log.entries):
            count = len(log.entries) - len(left)
            remarks.append(f"{log.path}: {count} of {len(log.entries)} dialogues are in a later log of the same run.")
        if log.source.status != "success":
            state = "is still running or was cut off" if log.source.status == "started" else "did not finish"
            remarks.append(f"{log.path} {state} (status: {log.source.status}); what is in it was read.")
        chosen.append(log._replace(entries=left))
    unfit: dict[str, list[Log]] = {}
    for log in sorted(chosen, key=lambda log: log.path):
        if log.shared.unfit and log.entries:
            unfit.setdefault(log.source.user, []).append(log)
    for members in unfit.values():
        others = f" and {len(members) - 1} more" * (len(members) > 1)
        reasons = "; ".join(members[0].shared.unfit)
        remarks.append(f"{members[0].path}{others}: the simulated user is unfit ({reasons}).")
    return sorted(chosen, key=lambda log: (log.source.order, log.source.log)), sorted(remarks)


def _judged(logs: Sequence[Log], shards: Path, rows: Path, standards: FilterConfig, run: Map) -> dict[str, Judged]:
    """What came of each candidate, by sample id; rows of those that pass are set aside."""
    rows.mkdir()
    work: list[Judging] = []
    ids: list[str] = []
    for number, log in enumerate(logs):
        placed = [(entry.sample_id, entry.place) for entry in log.entries if entry.place is not None]
        ids += [sample_id for sample_id, _ in placed]
        for start in range(0, len(placed), _PIECE):
            places = tuple(place for _, place in placed[start : start + _PIECE])
            work.append(Judging(shards, places, log.shared, standards, rows / f"{number}-{start}"))
    return dict(zip(ids, chain.from_iterable(run(judge_piece, work)), strict=True))


def _passed(judged: Mapping[str, Judged], standards: FilterConfig) -> Choosing:
    """What there is to choose from; who shares a task or a beginning shares a seed task."""
    family = families({sample_id: result.facts.kin for sample_id, result in judged.items()})
    passed = ((sample_id, result.brief) for sample_id, result in judged.items())
    return Choosing(
        tuple(replace(brief, seed_task=family[sample_id]) for sample_id, brief in passed if brief is not None),
        tuple(result.facts.turns for result in judged.values() if result.facts.success),
        standards.gate,
    )


def _write(data: Path, rows: Path, split: Mapping[str, str], judged: Mapping[str, Judged], run: Map) -> tuple[int, int]:
    """Write what is kept, in files of like size; how many, and their bytes."""
    data.mkdir()
    work = []
    for name in ("train", "validation"):
        files: list[list[Row]] = [[]] if name == "train" else []  # an archive without a row still tells its columns
        size = 0
        for sample_id in (sample_id for sample_id, side in split.items() if side == name):
            row = judged[sample_id].row
            assert row is not None
            weight = row.place.unpacked + len(row.tools or "")
            if not files or (files[-1] and size + weight > _FILE):
                files.append([])
                size = 0
            files[-1].append(row)
            size += weight
        for number, members in enumerate(files):
            path = data / f"{name}-{number:05}-of-{len(files):05}.parquet"
            work.append(Writing(path, name, rows, tuple(members)))
    return len(work), sum(run(write_piece, work))


def _pairing(
    logs: Sequence[Log], shards: Path, state: Path, judged: Mapping[str, Judged], selection: Selection
) -> Pairing:
    """The dialogues that share a beginning; they share a seed task, too, and so are of one split."""
    counted = Counter(result.beginning for result in judged.values())
    family = families({sample_id: result.facts.kin for sample_id, result in judged.items()})
    side = {family[sample_id]: split for sample_id, split in selection.split.items()}
    placed, splits = [], {}
    for log in logs:
        for entry in log.entries:
            first = judged[entry.sample_id].beginning if entry.place is not None else ""
            if entry.place is not None and first and counted[first] > 1:
                placed.append((entry.place, log.shared))
                splits[entry.sample_id] = side.get(family[entry.sample_id], "train")
    return Pairing(shards, tuple(placed), splits, state)


def _tell(
    state: Path, logs: Sequence[Log], judged: Mapping[str, Judged], selection: Selection, standards: FilterConfig
) -> Funnel:
    """Write what is not kept and why, the numbers, and the card."""
    entries = sorted((entry for log in logs for entry in log.entries), key=lambda entry: (entry.order, entry.sample_id))
    reasons = {entry.sample_id: _reasons(entry, judged, selection) for entry in entries}
    names = {entry.sample_id: log.source.log for log in logs for entry in log.entries}
    with (state / "dropped.jsonl").open("w", encoding="utf-8") as file:
        for sample_id, why in reasons.items():
            if why:
                line = {"sample_id": sample_id, "log": names[sample_id], "reasons": [_sentence(r) for r in why]}
                file.write(json.dumps(line) + "\n")
    funnel = _funnel(reasons, judged, selection)
    about = {**funnel.dump(), "gate": standards.gate.model_dump(), "policy": standards.policy}
    about["against"] = [path.name for path in standards.against]
    (state / "funnel.json").write_text(json.dumps(about, indent=1) + "\n", "utf-8")
    if funnel.accepted:
        write_card(state)
    else:
        (state / "README.md").write_text("No dialogue was kept.\n", "utf-8")
    return funnel


def _reasons(entry: Entry, judged: Mapping[str, Judged], selection: Selection) -> tuple[Rejection, ...]:
    if entry.refusal is not None:
        return (entry.refusal,)
    if judged[entry.sample_id].refusals:
        return judged[entry.sample_id].refusals
    left_out = selection.refusals.get(entry.sample_id)
    return () if left_out is None else (left_out,)


def _sentence(refusal: Rejection) -> str:
    return f"{refusal.reason}: {refusal.value}" if refusal.value else refusal.reason


def _funnel(reasons: Mapping[str, Sequence[Rejection]], judged: Mapping[str, Judged], selection: Selection) -> Funnel:
    first = Counter((ORDER.index(why[0].gate), why[0].reason) for why in reasons.values() if why)
    kept = [judged[sample_id].facts for sample_id in selection.split]
    everything = [result.facts for result in judged.values()]
    costs = [facts.cost for facts in everything]
    return Funnel(
        dialogues=len(reasons),
        dropped={reason: first[place, reason] for place, reason in sorted(first)},
        kept={name: list(selection.split.values()).count(name) for name in ("train", "validation")},
        tokens=sum(facts.tokens for facts in kept),
        spent=sum(facts.spent for facts in everything),
        cost=None if None in costs or not costs else sum(cost for cost in costs if cost is not None),
        profiles={
            "kept": profile(kept),
            "dropped": profile([r.facts for one, r in judged.items() if one not in selection.split]),
        },
        balance=selection.balance,
        turns_kept=mean(facts.turns for facts in kept),
        turns_successful=selection.balance.mean_wanted,
    )
