"""A behaviour fitted to what people said: every dial by hand, and the presets from their own dialogues."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from turnwise._inspect import run_task
from turnwise.cli import main
from turnwise.errors import BehaviourError
from turnwise.logs.user_turns import dialogues_in
from turnwise.users.behaviour import load_behaviour, presets
from turnwise.users.fit import FEWEST, Turn, fit

DATA = Path(__file__).parent / "data"


def dialogue(*texts: str) -> list[Turn]:
    """A user and an assistant by turns; the user begins."""
    return [("assistant" if n % 2 else "user", text) for n, text in enumerate(texts)]


PLAIN = dialogue(
    "What is the price of the red lamp?", "It is 12.", "Change it to 14.", "Done: it is now 14.",
    "And who sells it?", "Ann.", "Show me her orders.", "There are three.", "Which is the oldest?", "77.",
)  # fmt: skip


def dials(*changed: list[Turn]) -> dict[str, object]:
    return fit([*changed, *[PLAIN] * (FEWEST // 5 - len(changed))]).dials


def test_who_asks_plainly_has_its_dials_at_zero() -> None:
    found = fit([PLAIN] * (FEWEST // 5))
    assert (found.dialogues, found.turns) == (10, 50)
    rates = {name: value for name, value in found.dials.items() if name != "details"}
    assert set(rates.values()) == {0}
    assert found.dials["details"] == "upfront"
    assert "patience" not in found.dials, "nobody was asked twice"


@pytest.mark.parametrize(("dial", "place", "text", "least"), [
    ("politeness", 4, "And who sells it, please?", 0.02),
    ("brevity", 4, "and who sells it?", 0.04),
    ("acknowledges", 2, "Interesting.", 0.02),
    ("feedback", 4, "Great. And who sells it?", 0.02),
    ("pairs", 4, "And who sells it? Show me the blue one, too.", 0.05),
    ("second_thoughts", 4, "Sorry, I meant the blue lamp. Who sells it?", 0.05),
    ("double_checks", 4, "Has it been saved now?", 0.3),
])  # fmt: skip
def test_a_dial_is_a_rate_of_turns(dial: str, place: int, text: str, least: float) -> None:
    changed = [*PLAIN[:place], ("user", text), *PLAIN[place + 1 :]]
    found = dials(changed)
    assert found[dial] >= least  # type: ignore[operator]
    assert dials(changed, changed)[dial] > found[dial]  # type: ignore[operator]


def test_typos_patience_and_details() -> None:
    slipped = [*PLAIN[:6], ("user", "Show me her oders."), *PLAIN[7:]]
    assert 0 < dials(slipped)["typos"] < 0.05  # type: ignore[operator]
    again = [
        *PLAIN[:6],
        ("user", "Show me her orders."),
        ("assistant", "Sorry?"),
        ("user", "Show me her orders, Ann's."),
        *PLAIN[7:],
    ]
    assert dials(again)["patience"] == 1
    assert (
        dials(again, [*again[:8], ("assistant", "Sorry?"), ("user", "Show me her orders now."), *again[9:]])["patience"]
        >= 1
    )  # type: ignore[operator]
    asked = dialogue("Book a room.", "For how many nights?", "3 nights", "From when?", "March 4", "Done.")
    assert fit([asked] * 20).dials["details"] == "on_request"
    told = dialogue("Book a room.", "I see.", "For 3 nights, from March 4.", "Done.")
    assert fit([told] * 30).dials["details"] == "gradual"


def test_a_preset_comes_back_from_its_own_dialogues(tmp_path: Path) -> None:
    arguments = {"world": "bike_workshop", "scenarios": 16, "seed": 5, "behaviour": "impatient"}
    run_task("user_oriented", arguments, "oracle", tmp_path)
    found, preset = fit(dialogues_in(tmp_path)).dials, presets()["impatient"]
    near = {
        "brevity": 0.25,
        "acknowledges": 0.15,
        "feedback": 0.2,
        "second_thoughts": 0.2,
        "double_checks": 0.15,
        "typos": 0.06,  # of some hundred words
    }
    assert all(abs(found[dial] - getattr(preset, dial)) <= by for dial, by in near.items())
    assert found["details"] == "upfront"


def test_the_command_writes_a_behaviour_that_says_what_it_was_made_of(tmp_path: Path) -> None:
    file = tmp_path / "ours.yaml"
    done = CliRunner().invoke(main, ["users", "fit", str(DATA / "tau2_retail.json.gz"), "-o", str(file)])
    assert done.exit_code == 0, done.output
    fitted = load_behaviour(str(file))
    assert "Fitted to 9 dialogues and" in fitted.description
    assert fitted.brevity < 0.1
    assert fitted.politeness > 0.3
    few = tmp_path / "few.jsonl"
    few.write_text('[{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]\n', "utf-8")
    refused = CliRunner().invoke(main, ["users", "fit", str(few), "-o", str(file)])
    assert refused.exit_code == 1
    assert "there are 1 user turns in 1 dialogues, and a behaviour takes 50" in refused.output
    with pytest.raises(BehaviourError, match="would be chance"):
        fit([])
