"""The page on quality says what the code says: its definitions are the docstrings, its limits those of the checks."""

import inspect
from pathlib import Path

import pytest
from test_health import GOOD

from turnwise.scoring.quality.health import health
from turnwise.scoring.quality.iq import SUB_SCORES
from turnwise.scoring.quality.judge import ITEMS, LABELS

PAGE = Path(__file__).parents[1] / "docs" / "quality.md"


def definition(name: str) -> str:
    """A sub-score as the page has it: its name, and its docstring."""
    return f"### `{name}`\n{inspect.getdoc(SUB_SCORES[name])}\n"


def checks(*, whole_goals: bool) -> str:
    """The checks of a user as the page has them."""
    rows = [f"| {check.name} | {check.accepted} |" for check in health([GOOD], whole_goals=whole_goals)]
    return "\n".join(["| check | accepted |", "| --- | --- |", *rows])


@pytest.mark.parametrize("name", SUB_SCORES)
def test_the_page_defines_a_sub_score_as_the_code_does(name: str) -> None:
    assert definition(name) in PAGE.read_text("utf-8"), f"put this into docs/quality.md:\n\n{definition(name)}"


@pytest.mark.parametrize("whole_goals", [False, True])
def test_the_page_has_the_accepted_ranges_of_the_code(whole_goals: bool) -> None:
    expected = checks(whole_goals=whole_goals)
    assert expected in PAGE.read_text("utf-8"), f"put this into docs/quality.md:\n\n{expected}"


def test_the_page_has_the_labels_and_items_of_the_judge() -> None:
    page = PAGE.read_text("utf-8")
    assert [name for name in (*LABELS, *ITEMS) if f"`{name}`" not in page] == []
