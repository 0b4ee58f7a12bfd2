"""The quality scores on dialogues that we did not make, in two domains: what they find in them, and what they see planted."""

import tempfile
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from turnwise.calibrate import BENIGN, DEFECTS
from turnwise.calibrate.bank import JUDGE
from turnwise.calibrate.calibration import Row, calibrate, plant
from turnwise.cli import main
from turnwise.logs.read import find_logs
from turnwise.logs.transcripts import read_transcripts
from turnwise.scoring.quality.iq import SUB_SCORES, quality
from turnwise.scoring.quality.transcript import Transcript

DATA = Path(__file__).parent / "data"
SHARED = Path(__file__).parents[2] / "shared" / "data"
AIRLINE = [
    DATA / "tau_bench_airline.jsonl.gz",
    SHARED / "tau_bench_airline_gpt4o.jsonl",
    SHARED / "tau2_airline_gpt41.json.gz",
]
RETAIL = [DATA / "tau2_retail.json.gz", SHARED / "tau2_retail_gpt41_half.json.gz"]
PLANTED = [AIRLINE[1], RETAIL[1]] if AIRLINE[1].is_file() else [AIRLINE[0], RETAIL[0]]  # one of each domain
VALUES = ("wrong_id", "wrong_number", "wrong_money", "wrong_date", "wrong_time")
DETERMINISTIC = [name for name, change in DEFECTS.items() if change.seen_by != JUDGE]


@cache
def dialogues(file: Path) -> list[tuple[str, Transcript]]:
    if not file.is_file():
        pytest.skip(f"{file.name} lies beside the checkout, in ../shared")
    with tempfile.TemporaryDirectory() as folder:
        done = CliRunner().invoke(main, ["import", str(file), "-o", folder])
        assert done.exit_code == 0, done.output
        return read_transcripts(find_logs([Path(folder)]))


@cache
def rows(file: Path) -> list[Row]:
    """A defect is held against the score that has to see it, what is harmless against all."""
    few = len(dialogues(file)) < 12
    read = dialogues(file)[:: max(1, len(dialogues(file)) // 12)]  # as many sites as needed
    found: list[Row] = []
    for name in ("", *SUB_SCORES):
        changes = [DEFECTS[d] for d in DETERMINISTIC if DEFECTS[d].seen_by == name] if name else [*BENIGN.values()]
        scorers = {name: SUB_SCORES[name]} if name else SUB_SCORES
        found += calibrate(plant(read, changes, per_dialogue=2 if few else 1), changes, scorers)
    return found


@pytest.mark.parametrize("file", PLANTED, ids=lambda path: path.name)
def test_what_is_planted_is_seen_and_what_is_harmless_is_not(file: Path) -> None:
    seen = {row.change: row for row in rows(file) if row.seen_by == row.scorer}
    assert set(seen) == set(DETERMINISTIC)
    missed = {
        name: row.fell
        for name, row in seen.items()
        if row.fell is not None
        and row.applicable > 4
        and row.fell < (0.95 if name in VALUES else 0.9) - 1 / row.applicable  # a dialogue in few is no rate
    }
    assert not missed
    assert not {(row.change, row.scorer) for row in rows(file) if not row.seen_by and (row.fell or 0) > 0.03}


@pytest.mark.parametrize(("file", "most"), [(AIRLINE[1], 0.4), (AIRLINE[2], 0.4), (RETAIL[1], 0.4), (AIRLINE[0], 0.5), (RETAIL[0], 0.5)],
                         ids=lambda value: getattr(value, "name", ""))  # fmt: skip
def test_a_good_agent_is_found_little_fault_with(file: Path, most: float) -> None:
    """Findings a dialogue, but for those of calls and consent, which these agents do get wrong."""
    found = [
        f for _, t in dialogues(file) for f in quality(t).findings if f.sub_score not in ("consent", "tool_validity")
    ]
    assert len(found) <= most * len(dialogues(file))
    assert not [finding for finding in found if finding.sub_score in ("claim_action", "contingency")]


def test_a_careful_agent_has_few_findings_and_the_planted_date_is_among_them() -> None:
    trial = dialogues(DATA / "agent_trial.jsonl.gz")
    found = [(name, finding) for name, transcript in trial for finding in quality(transcript).findings]
    assert len(found) <= 3
    ((name, planted),) = [(name, finding) for name, finding in found if finding.sub_score == "grounding"]
    assert name.endswith("bike-2")
    assert planted.evidence.startswith("5 April 2026")
    values = {name.split("/")[-1]: quality(transcript).iq_core or 0 for name, transcript in trial}
    verbose = values.pop("concert-2")
    assert abs(verbose - sum(values.values()) / len(values)) <= 0.03


def test_a_long_table_is_read_once() -> None:
    """A text four times as long is not sixteen times the work: counted in steps of the interpreter, not in seconds."""
    import sys

    from turnwise.scoring.quality.transcript import Message

    def steps(count: int) -> int:
        lines = [f"| {n} | Name {n} | ${n * 3}.{n % 90 + 10} | 2024-05-{n % 28 + 1:02} |" for n in range(count)]
        transcript = Transcript((Message("user", "All of them?"), Message("assistant", "\n".join(lines))))
        taken = 0

        def count_line(*_: object) -> object:
            nonlocal taken
            taken += 1
            return count_line

        sys.settrace(count_line)  # type: ignore[arg-type]
        try:
            quality(transcript)
        finally:
            sys.settrace(None)
        return taken

    assert steps(400) < 6 * steps(100)
