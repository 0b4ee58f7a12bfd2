"""How a user talks in nineteen numbers: each feature by hand, likeness, references, and the discriminator."""

import json
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from turnwise.cli import main
from turnwise.errors import BehaviourError, TurnwiseError
from turnwise.users.discriminator import FEWEST, discriminate
from turnwise.users.fingerprint import FEATURES, GROUPS, NO_RATES, dice, features, fingerprint, likeness
from turnwise.users.people import DEFAULT, read, references

DATA = Path(__file__).parent / "data"
TURNS = st.lists(st.text(max_size=40) | st.sampled_from(["ok", "No, that's wrong!!", "Is it W7781?"]), max_size=6)


def test_every_feature_has_a_group_and_a_figure_of_people() -> None:
    assert len(FEATURES) == len(set(FEATURES)) == 19
    assert list(GROUPS) == ["style", "disclosure", "clarification", "error_reaction"]
    assert set(references()[DEFAULT].means) == set(FEATURES)
    assert references()[DEFAULT].means["short"] == 0.29
    assert references()["star"].means["short"] == pytest.approx(0.32, abs=0.005), "as published for STAR"
    assert all(found.source for found in references().values())


def test_lengths() -> None:
    found = features(["I want to return two of my orders", "ok", " \u200b", "the blue one and the red one"])
    assert found["words"] == pytest.approx((8 + 1 + 7) / 3)
    assert found["short"] == pytest.approx(1 / 3)
    assert found["opening"] == 8
    assert found["front_loading"] == pytest.approx(9 / 16)
    mean = 16 / 3
    assert found["variation"] == pytest.approx(
        (((8 - mean) ** 2 + (1 - mean) ** 2 + (7 - mean) ** 2) / 3) ** 0.5 / mean
    )
    assert "variation" not in features(["Just this."])


@pytest.mark.parametrize(("feature", "turn", "others"), [
    ("polite", "Could I see it, please?", "Show me the pleasing ones"),
    ("polite", "Thank you for that", "It is a thankless task"),
    ("formal", "Furthermore, I need a receipt", "furthest away from here"),
    ("formal", "the first — and the second", "the first - and the second"),
    ("acknowledgement", "OK, thanks!", "OK, then the other one"),
    ("identity_confusion", "How may I help you today?", "can you help me today?"),
    ("uncertain", "I dont know, maybe Tuesday", "I know that it is Tuesday"),
    ("certain", "Definitely the blue one", "the blue one"),
    ("pushback", "That's not what I ordered", "what I ordered"),
    ("clarification", "what do you mean by tenancy?", "what is the price?"),
    ("information_seeking", "Do you have it in red?", "I have it in red."),
    ("emotion", "This is so frustrating!!", "This is so good."),
    ("accusation", "you told me it was free", "you are right, it was free"),
    ("change_of_strategy", "Let me speak to a manager", "Let me see"),
])  # fmt: skip
def test_a_rate_is_a_share_of_turns(feature: str, turn: str, others: str) -> None:
    assert features([turn])[feature] == 1
    assert features([others])[feature] == 0
    assert features([turn, others, others, others])[feature] == 0.25


def test_repetition_and_identifiers() -> None:
    again = ["I want the red one"] * 4
    assert features(again)["repetition"] == 1
    assert features(again[:3])["repetition"] == 0, "three times is not more than three"
    assert features([*again, "and a blue lamp"])["repetition"] == 0.8
    assert (
        features(["It is W77812 for ann@shop.example", "or HATHAT", "order 1234567, 12 pieces", "no"])["identifiers"]
        == 1
    )


def test_likeness_is_dice_by_feature_then_by_group() -> None:
    assert (dice(0.1, 0.3), dice(2, 2), dice(0, 0), dice(0, 1)) == (pytest.approx(0.5), 1, 1, 0)
    found = likeness(
        {"short": 0.1, "polite": 0.2, "opening": 5, "emotion": 0.1}, {"short": 0.3, "polite": 0.2, "opening": 10}
    )
    assert found.groups == {"style": pytest.approx(75), "disclosure": pytest.approx(100 * 10 / 15)}
    assert found.mean == pytest.approx((75 + 100 * 10 / 15) / 2)
    assert found.covered == ("short", "polite", "opening")
    assert likeness({"emotion": 0.1}, {"short": 0.3}).mean is None


@given(st.lists(TURNS, max_size=5))
def test_rates_are_rates_and_the_order_of_dialogues_does_not_matter(dialogues: list[list[str]]) -> None:
    found = fingerprint(dialogues)
    assert fingerprint(reversed(dialogues)) == found
    for name, value in found.means.items():
        assert 0 <= value <= (1 if name not in NO_RATES else float("inf"))
    assert likeness(found.means, found.means).mean in (None, pytest.approx(100))


def test_a_classifier_tells_apart_what_is_different_and_nothing_else() -> None:
    rng = Random(0)

    def users(least: int, most: int) -> list[dict[str, float]]:
        turns = ["".join(rng.choices("abcdefgh ", k=4 * rng.randint(least, most))) for _ in range(5 * FEWEST)]
        return [features(turns[n : n + 5]) for n in range(0, len(turns), 5)]

    short, long = users(2, 8), users(20, 40)
    found = discriminate(short, long)
    assert found.auc > 0.95
    assert {name for name, _ in found.by[:2]} <= {"words", "opening", "short"}
    with pytest.raises(TurnwiseError, match="takes 20 dialogues of each side, and there are 3"):
        discriminate(short[:3], long)


@pytest.mark.parametrize(("held", "reason"), [
    ({}, "holds no means"), (["short"], "holds no means"), ({"features": {"shrt": 0.3}}, "no feature shrt"),
    ({"features": {"short": "many"}}, "has to be a number"), ({"features": {"short": -1}}, "has to be a number"),
])  # fmt: skip
def test_what_is_no_reference_is_refused(held: object, reason: str) -> None:
    with pytest.raises(BehaviourError, match=reason):
        read("mine.yaml", held)


def test_the_command_compares_with_people_with_means_and_with_transcripts(tmp_path: Path) -> None:
    run = CliRunner()
    for name in ("tau_bench_airline.jsonl.gz", "tau2_retail.json.gz"):
        assert run.invoke(main, ["import", str(DATA / name), "-o", str(tmp_path / name)]).exit_code == 0
    airline, retail = (str(tmp_path / name) for name in ("tau_bench_airline.jsonl.gz", "tau2_retail.json.gz"))
    first = run.invoke(main, ["health", airline, "--save", str(tmp_path / "airline.json")])
    assert first.exit_code == 0, first.output
    assert "19 of 19 features are compared" in " ".join(first.output.split())
    held = json.loads((tmp_path / "airline.json").read_text("utf-8"))
    assert held["dialogues"] == 12
    assert 0 < held["features"]["polite"] < 1
    beside = run.invoke(main, ["health", airline, "--reference", str(tmp_path / "airline.json")])
    (whole,) = [line.split() for line in beside.output.splitlines() if line.startswith("likeness")]
    assert whole == ["likeness", "100.0"]
    texts = run.invoke(main, ["health", retail, "--reference", str(DATA / "tau_bench_airline.jsonl.gz")])
    assert "AUC not known: telling users apart takes 20 dialogues of each side, and there are 9 and 12." in " ".join(
        texts.output.split()
    )
    lost = run.invoke(main, ["health", airline, "--reference", "nobody"])
    assert lost.exit_code == 1
    assert "neither a file nor a reference (people, tau_bench" in lost.output
