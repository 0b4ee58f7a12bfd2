"""Pieces of work of a harvest: candidates are judged, and what passes is set aside as rows of the archive."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from turnwise.harvest.archive import write_rows
from turnwise.harvest.contamination import Benchmarks
from turnwise.harvest.curation import SPOILING, Selection, Verdict, judge, select
from turnwise.harvest.funnel import Facts, Prices, facts_of, role_cost
from turnwise.harvest.gates import Filter, Rejection
from turnwise.harvest.pairing import beginning
from turnwise.harvest.reading import tokens
from turnwise.harvest.rows import MessageRow, Rollout, SelectionSummary
from turnwise.harvest.shards import Place, Shared, load_candidates, load_raw, store
from turnwise.harvest.turns import TurnPolicy


class FilterConfig(NamedTuple):
    """What every dialogue is held against."""

    gate: Filter
    policy: TurnPolicy
    against: tuple[Path, ...]
    """files of benchmarks"""
    prices: Prices


class Judging(NamedTuple):
    """Candidates of one log that are judged in one go."""

    shards: Path
    places: tuple[Place, ...]
    shared: Shared
    standards: FilterConfig
    rows: Path
    """where what passes is set aside"""


class Row(NamedTuple):
    """Where a row was set aside, and what it lacks: its tools, which are the same all over a log."""

    place: Place
    tools: str | None


class Judged(NamedTuple):
    """What came of a candidate."""

    facts: Facts
    refusals: tuple[Rejection, ...]
    brief: SelectionSummary | None
    row: Row | None
    """if it passed"""
    beginning: str
    """where it may be one of a pair: see `turnwise.harvest.pairing`; empty where it may not"""


class Choosing(NamedTuple):
    """All that passed, and the lengths to follow; see `turnwise.harvest.curation.select`."""

    briefs: tuple[SelectionSummary, ...]
    successes: tuple[int, ...]
    gate: Filter


class Writing(NamedTuple):
    """A file of the archive, and the rows that go into it."""

    path: Path
    split: str
    folder: Path
    """in which they were set aside"""
    rows: tuple[Row, ...]


def judge_piece(piece: Judging) -> list[Judged]:
    """Judge candidates, in their order."""
    standards = piece.standards
    benchmarks = _benchmarks(standards.against)
    found = []
    with piece.rows.open("wb") as file:
        for candidate in load_candidates(piece.shards, [(place, piece.shared) for place in piece.places]):
            verdict = judge(candidate, standards.gate, standards.policy, benchmarks)
            row = None
            if verdict.brief is not None:
                raw = _row(candidate, verdict.messages, verdict.score, standards.prices)
                row = Row(store(file, raw), candidate.tools)
            first = beginning(candidate) if _sound(verdict) else ""
            found.append(Judged(facts_of(candidate, standards.prices), verdict.refusals, verdict.brief, row, first))
    return found


def choose_piece(piece: Choosing) -> Selection:
    """Choose among what passed."""
    return select(*piece)


def write_piece(piece: Writing) -> int:
    """Write a file of the archive; its bytes."""
    split = json.dumps(piece.split).encode()
    # A log's tools are many times as long as what is said in a dialogue.
    tools = {listed: json.dumps(listed).encode() for listed in {row.tools for row in piece.rows}}
    raws = zip(load_raw(piece.folder, [row.place for row in piece.rows]), piece.rows, strict=True)
    whole = (b'%s,"tools":%s,"split":%s}' % (raw[:-1], tools[row.tools], split) for raw, row in raws)
    write_rows(piece.path, whole)
    return piece.path.stat().st_size


def _sound(verdict: Verdict) -> bool:
    """Whether a dialogue may teach by comparison: it may have failed, but not be broken, simulation_failed or of a benchmark."""
    return bool(verdict.messages) and not any(refusal.gate in SPOILING for refusal in verdict.refusals)


@cache
def _benchmarks(paths: tuple[Path, ...]) -> Benchmarks | None:
    """Read in each process, as what they hold is large and not the same in two processes."""
    return Benchmarks.load(paths) if paths else None


def _row(candidate: Rollout, messages: Sequence[MessageRow], score: float | None, prices: Prices) -> bytes:
    """A row as JSON, without its tools and its split."""
    provenance = {**candidate.provenance, "usage": _usage(candidate, prices)}
    row = {
        "sample_id": candidate.sample_id,
        "messages": messages,
        "score": score,
        "scores": json.dumps(candidate.scores),
        "provenance": json.dumps(provenance, ensure_ascii=False),
        "num_tokens": tokens(messages),
    }
    return json.dumps(row).encode()


def _usage(candidate: Rollout, prices: Prices) -> dict[str, Any]:
    """Tokens and cost by role."""
    usage = candidate.provenance["usage"]
    return {role: {**spent, "cost": role_cost(spent, prices)} for role, spent in usage.items()}
