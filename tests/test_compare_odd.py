"""Comparisons of what nobody planned for: each says the right words, and nothing falls over."""

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from test_contrasts import behaving, met
from test_report import dialogue, printed

from turnwise.cli import main
from turnwise.report.as_json import as_json, comparison_csv, comparison_json
from turnwise.report.page.page import write_page
from turnwise.report.plot import save_plot
from turnwise.scoring.comparison import FAILED, Run

ODD_NAMES = [
    "</td><script>alert(1)</script>",
    "\x1b[31mred\x9b0m",
    "a" * 300,
    "\u05e9\u05dc\u05d5\u05dd \u202eevil",
    "{{ 7 * 7 }}",
    "&amp;",
]


def whole(*dialogues: Any, **about: Any) -> Run:
    return behaving("task_oriented", list(dialogues), **about)


def steps(*dialogues: Any, **about: Any) -> Run:
    return behaving("user_oriented", list(dialogues), **about)


def all_of_it(folder: Path, runs: list[Run]) -> str:
    """Everything that a comparison writes: what the terminal and the page say, in one text."""
    page = folder / "page.html"
    write_page(runs, page)
    json.loads(as_json(comparison_json(runs, [])))
    comparison_csv(runs)
    text = page.read_text()
    assert "nan" not in text[: text.index("application/octet-stream")].lower().replace("finance", "")
    return printed(*runs, width=200) + text


CASES: dict[str, tuple[list[Run], list[str]]] = {
    "one scenario": (
        [whole(*met(range(1))), steps(*met(range(1), turns=30))],
        ["1 shared scenario.", "There is too little to tell who is better."],
    ),
    "all ties": (
        [whole(*met(range(30))), steps(*met(range(30)))],
        ["Neither is shown to be better", "may be chance"],
    ),
    "all cut off": (
        [whole(*met(range(12), censored=1.0)), steps(*met(range(12), censored=1.0, turns=40))],
        ["Cut off by a limit: 100% and 100%", "lower bounds"],
    ),
    "nothing in common": (
        [whole(*met(range(12))), steps(*met(range(20, 32)))],
        ["share no scenario", "run both with the same world, seed and goals"],
    ),
    "nothing was known": (
        [whole(*met(range(12), iq_core=None, success=lambda n: None)), steps(*met(range(12), iq_core=None))],
        ["Turns per dialogue"],
    ),
    "every dialogue faulty": (
        [whole(*met(range(12), ended="agent", success=lambda n: 0.0)), steps(*met(range(12)))],
        ["ended because the agent gave no answer", "12 of 12", "end because the agent gives no answer"],
    ),
    "few events": (
        [whole(*met(range(9), success=lambda n: 0.0)), steps(*met(range(9)))],
        ["Too few to compare.", "too few to tell"],
    ),
    "nothing ever": (
        [
            whole(*met(range(12), turns=0, steps_generation_sum=0, segments=0, tasks=0, completed=0)),
            steps(*met(range(12))),
        ],
        ["12 shared scenarios"],
    ),
    "one condition": ([steps(*met(range(12)))], ["There is one condition, so nothing is compared."]),
    "left out": (
        [whole(*met(range(12)), left_out=Counter({FAILED: 3, "never took place": 2})), steps(*met(range(12)))],
        ["3 dialogues that failed", "never took place"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_odd_is_said(case: str, tmp_path: Path) -> None:
    runs, words = CASES[case]
    text = all_of_it(tmp_path, runs)
    for said in words:
        assert said in text, said


def test_six_conditions_of_odd_names(tmp_path: Path) -> None:
    runs = [
        behaving("user_oriented", met(range(12), turns=10 + 5 * n), candidate=name) for n, name in enumerate(ODD_NAMES)
    ]
    text = all_of_it(tmp_path, runs)
    for unwanted in ("\x1b", "\x9b", "\u202e"):
        assert unwanted not in text
    assert "<script>alert" not in (tmp_path / "page.html").read_text()
    assert "\u05e9\u05dc\u05d5\u05dd" in text
    assert "{{ 7 * 7 }}" in text
    assert save_plot(runs, tmp_path / "plot.png").stat().st_size > 10_000
    assert "<script" not in save_plot(runs, tmp_path / "plot.svg").read_text()


def test_a_world_that_one_condition_did_not_meet(tmp_path: Path) -> None:
    far = [dialogue(scenario=f"far{n}", sample=str(n)) for n in range(5)]
    text = all_of_it(
        tmp_path, [whole(*met(range(12))), steps(*met(range(12))), steps(*far, world="far", log="far.eval")]
    )
    assert "not compared: 0 that only the reference met, 5 only the other" in text


def test_what_is_not_a_number_is_not_known(tmp_path: Path) -> None:
    runs = [whole(*met(range(12), iq_core=math.nan, tokens=math.inf)), steps(*met(range(12), iq_core=1.0, tokens=5.0))]
    assert "12 shared scenarios" in all_of_it(tmp_path, runs)


def test_a_broken_log_beside_good_ones(tmp_path: Path) -> None:
    demo = CliRunner().invoke(
        main, ["run", "--scenarios", "1", "--agent", "oracle", "--log-dir", str(tmp_path / "logs")]
    )
    assert demo.exit_code == 0, demo.output
    (log,) = (tmp_path / "logs").glob("*.eval")
    (tmp_path / "logs" / "again.eval").write_bytes(log.read_bytes())
    (tmp_path / "logs" / "broken.eval").write_bytes(log.read_bytes()[:2000])
    (tmp_path / "logs" / "text.eval").write_text("no log")
    page = tmp_path / "page.html"
    done = CliRunner().invoke(main, ["compare", str(tmp_path / "logs"), "--page", str(page)])
    assert done.exit_code == 0, done.output
    assert "broken.eval cannot be read as an Inspect log" in done.output
    assert "is a copy of" in " ".join(done.output.split())
    assert "is a copy of" in page.read_text()
    alone = CliRunner().invoke(main, ["compare", str(tmp_path / "logs" / "text.eval")])
    assert alone.exit_code == 1
    assert "cannot be read as an Inspect log" in alone.output


def test_what_a_trait_costs_leads_to_its_dialogues(tmp_path: Path) -> None:
    runs = [steps(*met(range(12))), behaving("terse", met(range(12), success=lambda n: float(n > 3)), log="terse.eval")]
    text = all_of_it(tmp_path, runs)
    assert "What a user&#39;s trait costs" in text or "What a user's trait costs" in text
    rate, lost = (
        'href="#browse?c=0&amp;m=success&amp;shared=1%2C0">67%</a>',
        'href="#pairs?a=1&amp;b=0&amp;m=success">+33 [',
    )
    assert rate in text
    assert lost in text
