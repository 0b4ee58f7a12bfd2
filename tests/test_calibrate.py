"""Planted defects: each is planted where it can be, at random sites, and scores are judged by whether they see it."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner
from endpoint import Answer, Body, Say, Status, endpoint
from inspect_ai import eval as inspect_eval
from inspect_ai.log import EvalLog, read_eval_log
from inspect_ai.solver import SolverSpec
from rich.console import Console

from turnwise._inspect import QUIET, run_task
from turnwise.calibrate import BENIGN, DEFECTS, Change
from turnwise.calibrate.acts import claim, past
from turnwise.calibrate.audit import read_precision
from turnwise.calibrate.bank import JUDGE, defect
from turnwise.calibrate.calibration import Judgements, Planted, Row, Scorers, calibrate, interval, plant
from turnwise.calibrate.controls import labels_named, position, sways, verbosity
from turnwise.calibrate.judging import Judging, judge_planted
from turnwise.cli import main
from turnwise.errors import TurnwiseError
from turnwise.llm.stage import ModelChoice
from turnwise.logs.read import find_logs
from turnwise.logs.runs import read_runs
from turnwise.logs.transcripts import read_transcripts, transcript_of
from turnwise.logs.usage import read_usage
from turnwise.report.calibration import print_calibration, save_calibration_plot
from turnwise.scoring.quality.judge import ITEMS
from turnwise.scoring.quality.transcript import Finding, Message, SubScore, ToolCall, Transcript

DATA = Path(__file__).parent / "data"
CHANGES = {**DEFECTS, **BENIGN}
NEEDS_A_QUESTION = {
    "dropped_consent",
    "write_before_consent",
    "stop_with_question_pending",
    "bare_yes",
    "withdrawn_consent",
}
"""The oracle never asks, so its dialogues have no site for these."""
NEEDS_WRITTEN = {"wrong_money", "wrong_time", "reformatted_money", "plain_text", "wrong_id"}
"""Nor does it write dollars, times of day, bold type or identifiers."""


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> list[Transcript]:
    folder = tmp_path_factory.mktemp("real")
    for name in ("tau_bench_airline.jsonl.gz", "tau2_retail.json.gz"):
        done = CliRunner().invoke(main, ["import", str(DATA / name), "-o", str(folder)])
        assert done.exit_code == 0, done.output
    return [transcript for _, transcript in read_transcripts(find_logs([folder]))]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_task(
        "user_oriented",
        {"scenarios": 8, "goals": 1, "difficulty": "medium", "seed": 2},
        "oracle",
        tmp_path_factory.mktemp("logs"),
    )


@pytest.fixture(scope="module")
def own(log: Path) -> list[Transcript]:
    return [t for sample in read_eval_log(str(log)).samples or [] if (t := transcript_of(sample))]


def planted(
    change: Change, transcripts: Sequence[Transcript], seed: int = 0
) -> Iterator[tuple[Transcript, Transcript]]:
    for place, transcript in enumerate(transcripts):
        if (made := change.plant(transcript, Random(f"{seed} {place}"))) is not None:
            yield transcript, made


def unanswered(transcript: Transcript) -> int:
    """Calls that nothing came back for."""
    return sum(exchange.result is None for exchange in transcript.exchanges)


def strays(transcript: Transcript) -> int:
    """Tool messages that answer no call."""
    return sum(m.role == "tool" for m in transcript.messages) - len(transcript.exchanges) + unanswered(transcript)


def check(change: Change, transcripts: Sequence[Transcript]) -> int:
    before = repr(transcripts[:8])
    pairs = list(planted(change, transcripts))
    for clean, made in pairs:
        assert made != clean
        assert strays(made) == strays(clean)
        if change.name not in ("call_without_result", "early_stop"):
            assert unanswered(made) <= unanswered(clean)
        assert not {c.id for m in made.messages for c in m.calls if c.id.startswith("planted")} & {
            c.id for m in clean.messages for c in m.calls
        }
    again = list(planted(change, transcripts[:8]))
    assert pairs[: len(again)] == again, "the same seed plants the same"
    assert repr(transcripts[:8]) == before, "the original is left alone"
    return len(pairs)


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_planted_in_real_dialogues(name: str, real: list[Transcript]) -> None:
    assert check(CHANGES[name], real) >= 3


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_planted_in_our_own_dialogues(name: str, own: list[Transcript]) -> None:
    sites = check(CHANGES[name], own)
    assert sites or name in NEEDS_A_QUESTION | NEEDS_WRITTEN


def test_the_bank_covers_every_sub_score() -> None:
    assert len(DEFECTS) >= 24
    assert len(BENIGN) >= 6
    assert {change.seen_by for change in DEFECTS.values()} == {
        "grounding", "claim_action", "consent", "economy", "tool_validity", "contingency", "closure", "user_integrity", "pacing",
        JUDGE,
    }  # fmt: skip
    assert all(change.plant.__doc__ for change in CHANGES.values())
    with pytest.raises(ValueError, match="already in the bank"):
        defect("wrong_id", seen_by="grounding")(DEFECTS["wrong_id"].plant)


@pytest.mark.parametrize("name", CHANGES)
def test_nothing_can_be_planted_in_nothing(name: str) -> None:
    assert CHANGES[name].plant(Transcript(()), Random(0)) is None


# A dialogue small enough to see what each defect does.
LOOKUP = ToolCall("c1", "get_order", {"order_id": "W7781"})
CANCEL = ToolCall("c2", "cancel_order", {"order_id": "W7781"})
SMALL = Transcript(
    (
        Message("user", "Hi, what does my order W7781 cost?"),
        Message("assistant", "", calls=(LOOKUP,)),
        Message("tool", '{"order_id": "W7781", "total": 42}', call_id="c1"),
        Message("assistant", "Your order W7781 costs $42. Shall I cancel it?"),
        Message("user", "Yes, please do that."),
        Message("assistant", "", calls=(CANCEL,)),
        Message("tool", '{"status": "cancelled"}', call_id="c2"),
        Message("assistant", "Order W7781 has been cancelled."),
        Message("user", "Thank you, bye!"),
    ),
    writes={"cancel_order": True, "create_order": True},
    ended="user",
)


def texts(name: str) -> list[str]:
    made = CHANGES[name].plant(SMALL, Random(1))
    assert made is not None
    return [m.text or f"{m.calls[0].tool}()" for m in made.messages]


def test_what_single_defects_do() -> None:
    clean = [m.text or f"{m.calls[0].tool}()" for m in SMALL.messages]
    assert texts("removed_write") == clean[:5] + clean[7:]
    assert texts("dropped_consent") == clean[:3] + clean[5:]
    assert texts("write_before_consent") == [*clean[:3], *clean[5:7], *clean[3:5], *clean[7:]]
    assert texts("early_stop") == clean[:7]
    assert texts("stop_with_question_pending")[:-1] == clean[:4]
    assert texts("skipped_lookup") == clean[:1] + clean[3:]
    assert texts("duplicate_call") == [*clean[:3], *clean[1:3], *clean[3:]]
    assert texts("bare_yes")[4] == "yes"
    assert "created the order" in " ".join(texts("invented_claim")) or "order has been created" in " ".join(
        texts("invented_claim")
    )
    assert "$42" not in " ".join(texts("wrong_money"))


# Two scores of our own: what calibration says of them can be counted by hand.
def no_repeats(transcript: Transcript) -> SubScore:
    """1 minus the share of calls that were made before; None without calls."""
    made = Counter((e.call.tool, json.dumps(dict(e.call.arguments))) for e in transcript.exchanges)
    calls = made.total()
    return SubScore(len(made) / calls if calls else None)


def short(transcript: Transcript) -> SubScore:
    """1 in a dialogue of at most nine messages, else 0."""
    return SubScore(float(len(transcript.messages) <= 9))


SCORERS = {"economy": no_repeats, "closure": short}
TALK = Transcript((Message("user", "Hi"), Message("assistant", "Hello")))


def scored(
    dialogues: Sequence[tuple[str, Transcript]], scorers: Scorers, changes: Sequence[Change], *, seed: int = 0
) -> list[Row]:
    return calibrate(plant(dialogues, changes, seed=seed), changes, scorers, seed=seed)


def row(rows: Sequence[Row], change: str, scorer: str) -> Row:
    return next(r for r in rows if (r.change, r.scorer) == (change, scorer))


def test_sensitivity_is_counted_over_dialogues_in_which_the_score_could_fall() -> None:
    long = Transcript((*SMALL.messages, Message("user", "Oh, and one more thing.")), writes=SMALL.writes)
    changes = [DEFECTS["duplicate_call"], DEFECTS["dropped_consent"], BENIGN["greeting"], DEFECTS["wrong_time"]]
    rows = scored([("a", SMALL), ("a", SMALL), ("b", long), ("c", TALK)], SCORERS, changes)
    found = row(rows, "duplicate_call", "economy")
    assert (found.sites, found.applicable, found.fell, found.low, found.high) == (3, 3, 1, 1, 1)
    assert found.drop == pytest.approx(1 / 3)
    # iq: (1 + 1) / 2 to (2/3 + 0) / 2 twice, (1 + 0) / 2 to (2/3 + 0) / 2 once
    assert found.iq_drop == pytest.approx((2 * 2 / 3 + 1 / 6) / 3)
    other = row(rows, "duplicate_call", "closure")
    assert (other.sites, other.applicable, other.fell) == (3, 2, 1), "a score that is 0 cannot fall"
    assert (other.low, other.high) == (None, None), "one seed task tells nothing of their spread"
    blind = row(rows, "dropped_consent", "economy")
    assert (blind.sites, blind.fell, blind.drop) == (3, 0, 0)
    harmless = row(rows, "greeting", "economy")
    assert (harmless.sites, harmless.applicable, harmless.fell) == (4, 3, 0), "TALK has a greeting and no calls"
    nowhere = row(rows, "wrong_time", "economy")
    assert nowhere == Row("wrong_time", "grounding", "economy", 0, 0, None, None, None, None, None)


def test_rows_are_the_same_under_the_same_seed(real: list[Transcript]) -> None:
    dialogues = [(str(n // 4), t) for n, t in enumerate(real[:12])]
    changes = [DEFECTS["repeated_message"], DEFECTS["call_without_result"]]
    assert scored(dialogues, SCORERS, changes, seed=3) == scored(dialogues, SCORERS, changes, seed=3)
    twice = calibrate(plant(dialogues, changes, per_dialogue=2), changes, SCORERS)
    assert row(twice, "repeated_message", "closure").sites <= 12, "sites are dialogues, however often each is tried"


def test_the_interval_is_over_seed_tasks() -> None:
    assert interval([(1, 1)], 0) == (None, None)
    assert interval([(2, 2), (3, 3)], 0) == (1, 1)
    wide, narrow = interval([(4, 4), (0, 4)] * 2, 0), interval([(2, 4)] * 4, 0)
    assert narrow == (0.5, 0.5)
    assert wide[0] is not None
    assert wide[1] is not None
    assert wide[0] < 0.2
    assert wide[1] > 0.8


def test_the_table_and_the_plot(tmp_path: Path) -> None:
    changes = [DEFECTS["duplicate_call"], DEFECTS["early_stop"], BENIGN["greeting"], BENIGN["extra_lookup"]]
    rows = scored([("a", SMALL), ("b", SMALL), ("c", TALK)], SCORERS, [*changes, DEFECTS["repeated_message"]])
    console = Console(width=120, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    print_calibration(console, rows, 3)
    console.file.close()
    text = console.export_text()
    assert "duplicate_call    economy" in text
    assert "2 (2)" in text
    assert "closure 1.00" in text, "a longer dialogue is a false alarm of this score"
    file = save_calibration_plot(rows, tmp_path / "new" / "plot.png")
    data = file.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert 10_000 < len(data) < 500_000
    assert [path.name for path in file.parent.iterdir()] == ["plot.png"]
    with pytest.raises(TurnwiseError, match="does not end in"):
        save_calibration_plot(rows, tmp_path / "plot.pdf")


def test_the_command(log: Path, tmp_path: Path) -> None:
    plot = tmp_path / "c.png"
    done = CliRunner().invoke(main, ["calibrate", str(log), "--limit", "2", "--plot", str(plot)])
    assert done.exit_code == 0, done.output
    assert "2 dialogues" in done.output
    assert "wrong_entity" in done.output
    assert plot.is_file()
    for arguments, message in (([str(tmp_path / "no.eval")], "does not exist"), ([str(tmp_path)], "holds no logs")):
        failed = CliRunner().invoke(main, ["calibrate", *arguments])
        assert failed.exit_code == 1
        assert message in failed.output
        assert len(failed.output.splitlines()) == 1


def test_findings_are_drawn_marked_and_their_precision_told(log: Path, tmp_path: Path) -> None:
    file = tmp_path / "findings.jsonl"
    (made,) = [misbehaved(tmp_path / "lies", "false_claim").location]
    drawn = CliRunner().invoke(main, ["calibrate", made, "--audit", "3", "-o", str(file)])
    assert drawn.exit_code == 0, drawn.output
    found = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert 0 < sum(finding["sub_score"] == "claim_action" for finding in found) <= 3
    assert all(f"[{finding['message']}]" in " ".join(finding["context"]) for finding in found)
    unmarked = CliRunner().invoke(main, ["calibrate", "--audited", str(file)])
    assert unmarked.exit_code == 1
    assert "no finding is marked" in unmarked.output
    marks = ["true", "false", "arguable"]
    lines = [json.dumps({**finding, "mark": marks[n % 3]}) for n, finding in enumerate(found)]
    file.write_text("\n".join(lines), "utf-8")
    told = CliRunner().invoke(main, ["calibrate", "--audited", str(file)])
    assert told.exit_code == 0, told.output
    assert "claim_action" in told.output
    odd = CliRunner().invoke(main, ["calibrate", "--audited", str(tmp_path / "none.jsonl")])
    assert odd.exit_code == 1
    assert len(odd.output.splitlines()) == 1


@pytest.mark.parametrize("name", ["airline_gpt4o", "airline_gpt41", "retail_gpt41", "agent_trial"])
def test_nine_of_ten_findings_that_were_marked_are_true(name: str) -> None:
    for sub_score in read_precision(DATA / f"audit_{name}.jsonl"):
        assert sub_score.true >= 9 * sub_score.false


def test_a_log_without_dialogues_is_one_line(tmp_path: Path) -> None:
    from inspect_ai import Task
    from inspect_ai.dataset import Sample

    (made,) = inspect_eval(
        Task(dataset=[Sample(input="1 + 1?", target="2")]), model="mockllm/model", log_dir=str(tmp_path), **QUIET
    )
    failed = CliRunner().invoke(main, ["calibrate", made.location])
    assert failed.exit_code == 1
    assert failed.output.splitlines() == [f"Error: {made.location}: no dialogue"]


@pytest.mark.parametrize(("verb", "participle"), [
    ("modify", "modified"), ("apply", "applied"), ("cancel", "cancelled"), ("stop", "stopped"), ("enable", "enabled"),
    ("submit", "submitted"), ("transfer", "transferred"), ("add", "added"), ("send", "sent"), ("open", "opened"), ("play", "played"),
    ("book", "booked"), ("ship", "shipped"), ("check", "checked"), ("review", "reviewed"), ("edit", "edited"), ("fix", "fixed"),
])  # fmt: skip
def test_planted_text_is_correct_english_in_many_forms(verb: str, participle: str) -> None:
    assert past(verb) == participle
    assert len({claim(f"{verb}_order", Random(n)) for n in range(60)}) >= 5
    assert participle in claim(f"{verb}_order", Random(0))


CLAIMED = re.compile(r"I have also|gone ahead and|, too\.|By the way, your|On top of that, I|We have just")


# The judge: at the endpoint, it reads nothing but the request.
def heard(body: Body) -> list[tuple[int, str, str]]:
    """The messages that a judge is shown: number, speaker, text."""
    case = body["messages"][1]["content"].rpartition("Conversation:\n")[2]
    found = re.findall(r"^\[(\d+)\] ([a-z ]+): (.*(?:\n .*)*)", case, re.M)
    return [(int(number), who, text) for number, who, text in found]


def verdict(problems: Sequence[tuple[int, str, str]] = (), **grades: int) -> Say:
    named = [{"message": n, "label": label, "severity": 2, "quote": quote} for n, label, quote in problems]
    return Say(json.dumps({"problems": named, "grades": {**dict.fromkeys(ITEMS, 5), **grades}}))


def attentive(body: Body, number: int) -> Answer:
    """Sees claims beside the point, and numbers that nobody told; nothing else."""
    told, problems = body["messages"][1]["content"].rpartition("Conversation:\n")[0], []
    for n, who, text in heard(body):
        if who == "assistant" and " calls " not in f" {text}":
            problems += [(n, "false_claim", said[0])] if (said := CLAIMED.search(text)) else []
            figures = re.findall(r"\b\d+(?:\.\d+)?\b", text)
            problems += [
                (n, "wrong_fact", w) for w in figures if not re.search(rf"(?<![\d.]){re.escape(w)}(?![\d]|\.\d)", told)
            ]
        told += text
    labels = Counter(label for _, label, _ in problems)
    return verdict(problems, honest=5 - min(4, labels["false_claim"]), faithful=5 - min(4, labels["wrong_fact"]))


def hasty(body: Body, number: int) -> Answer:
    """Sees claims beside the point, in the first half of what it reads."""
    messages = heard(body)
    early = [
        (n, "false_claim", said[0])
        for n, _, text in messages[: (len(messages) + 1) // 2]
        if (said := CLAIMED.search(text))
    ]
    return verdict(early, honest=1 if early else 5)


def fond_of_words(body: Body, number: int) -> Answer:
    """Rates the assistant by how many sentences it makes beyond the first of each message."""
    said = [text for _, who, text in heard(body) if who == "assistant" and not text.startswith("calls ")]
    liked = sum(len(re.findall(r"[.?!] ", text)) for text in said)
    return verdict(**{item: 4 + (place < liked) for place, item in enumerate(ITEMS)})


def speechless(body: Body, number: int) -> Answer:
    """Gives nothing usable where it would have to find something."""
    return Say("Hm, hard to say.") if CLAIMED.search(body["messages"][1]["content"]) else verdict()


def choice_at(url: str, folder: Path) -> ModelChoice:
    args = {"api_key": "none", "responses_api": False}
    return ModelChoice("openai/scripted", base_url=url, args=args, log_dir=str(folder), retries=0)


def judged(answer: Any, planted: Sequence[Planted], folder: Path) -> Judging:
    with endpoint(answer) as url:
        return judge_planted(planted, choice_at(url, folder))


def numbered(own: Sequence[Transcript]) -> list[tuple[str, Transcript]]:
    return [(str(number), transcript) for number, transcript in enumerate(own)]


def test_a_judge_is_as_good_as_what_it_sees(own: list[Transcript], tmp_path: Path) -> None:
    changes = [CHANGES[name] for name in ("invented_claim", "wrong_number", "removed_write", "politeness")]
    planted = plant(numbered(own[:5]), changes)
    received: list[Body] = []

    def answer(body: Body, number: int) -> Answer:
        received.append(body)
        return attentive(body, number)

    judging = judged(answer, planted, tmp_path)
    rows = calibrate(planted, changes, SCORERS, judging.judgements)
    assert {name: row(rows, name, JUDGE).fell for name in ("invented_claim", "wrong_number")} == {
        "invented_claim": 1,
        "wrong_number": 1,
    }
    assert row(rows, "removed_write", JUDGE).fell == row(rows, "politeness", JUDGE).fell == 0
    assert row(rows, "invented_claim", JUDGE).drop == pytest.approx(1 / 36)
    assert rows == calibrate(planted, changes, SCORERS, judging.judgements), "the same judgements give the same rows"
    without = [r for r in rows if r.scorer != JUDGE]
    assert without == calibrate(planted, changes, SCORERS), "the judge is no part of iq"
    assert labels_named(planted, judging.judgements) == {
        "invented_claim": ("false_claim", 1),
        "wrong_number": ("wrong_fact", 1),
    }

    clean = len({p.place for p in planted})
    assert (judging.asked, len(received), judging.unscored) == (clean + len(planted),) * 2 + ((),)
    assert judging.usage.input_tokens == sum(len(json.dumps(body["messages"])) // 4 for body in received)
    assert not [body for body in received for p in planted if p.change.name in str(body["messages"])]
    (spent,) = read_usage([judging.log], {})
    assert (spent.role, spent.input, spent.output) == (
        "grader",
        judging.usage.input_tokens,
        judging.usage.output_tokens,
    )
    reading = read_runs([judging.log])
    assert (reading.runs, reading.unusable) == ([], []), "it holds no dialogues to compare"


def test_what_a_judge_gives_no_answer_to_is_unscored_and_never_zero(own: list[Transcript], tmp_path: Path) -> None:
    changes = [DEFECTS["invented_claim"], DEFECTS["removed_write"]]
    own = own[:3]
    planted = plant(numbered(own), changes)
    judging = judged(speechless, planted, tmp_path)
    rows = calibrate(planted, changes, SCORERS, judging.judgements)
    silent = row(rows, "invented_claim", JUDGE)
    assert (silent.sites, silent.applicable, silent.fell, silent.drop) == (len(own), 0, None, None)
    heard_of = row(rows, "removed_write", JUDGE)
    assert heard_of.applicable == heard_of.sites > 0
    assert len(judging.unscored) == len(own)
    assert "no usable answer in 3 tries" in judging.unscored[0]


def test_a_judge_that_cannot_be_asked_of_one_dialogue_is_asked_of_the_others(
    own: list[Transcript], tmp_path: Path
) -> None:
    def cramped(body: Body, number: int) -> Answer:
        return Status(403, "not this one") if number == 2 else verdict()

    planted = plant(numbered(own[:3]), [DEFECTS["removed_write"]])
    judging = judged(cramped, planted, tmp_path)
    assert len(judging.unscored) == 1
    assert "not this one" in judging.unscored[0]
    values = [*judging.judgements.before.values(), *judging.judgements.after]
    assert sorted(Counter(s.value for s in values).items(), key=str) == [(1.0, judging.asked - 1), (None, 1)]
    with pytest.raises(TurnwiseError, match=r"could not be asked: .*no such model"):
        judged(lambda body, number: Status(404, "no such model"), planted, tmp_path)


def test_padding_exposes_a_judge_that_likes_long_answers(own: list[Transcript], tmp_path: Path) -> None:
    planted = plant(numbered(own), [BENIGN["padding"]])
    judgements = judged(fond_of_words, planted, tmp_path).judgements
    biased = verbosity(planted, judgements)
    assert biased.shift is not None
    assert biased.shift > 0
    assert biased.rose > biased.fell == 0
    assert sways(biased)
    fair = verbosity(planted, judged(attentive, planted, tmp_path).judgements)
    assert (fair.pairs, fair.shift, fair.low, fair.high, sways(fair)) == (len(own), 0, 0, 0, False)
    few = Judgements(judgements.before, judgements.after[:4])
    assert not sways(verbosity(planted[:4], few)), "four tasks tell too little"


def test_the_place_of_a_defect_exposes_a_judge_that_reads_half(own: list[Transcript], tmp_path: Path) -> None:
    planted = plant(numbered(own), [DEFECTS["invented_claim"]], per_dialogue=2)
    half = position(planted, judged(hasty, planted, tmp_path).judgements)
    assert half.first is not None
    assert (half.defects, half.second, sways(half)) == (1, 0, True)
    assert half.first > 0.7
    whole = position(planted, judged(attentive, planted, tmp_path).judgements)
    assert (whole.first, whole.second, sways(whole)) == (1, 1, False)
    assert sum(whole.pairs) == len(planted)


def hand_made(values: Sequence[tuple[str, str, bool, float | None]]) -> tuple[list[Planted], Judgements]:
    """Changes by (change, task, late, score after); every dialogue had 1 before."""
    said = tuple(Message("assistant", word) for word in "abcd")
    planted = []
    for place, (name, task, late, _) in enumerate(values):
        at = 3 if late else 1
        changed = (*said[:at], Message("assistant", "x"), *said[at + 1 :])
        planted.append(Planted(CHANGES[name], task, place, Transcript(said), Transcript(changed)))
    found = (Finding(0, "rude", "", 1),)
    return planted, Judgements(
        {place: SubScore(1.0) for place in range(len(values))}, [SubScore(value, found) for *_, value in values]
    )


def test_positions_are_compared_within_a_kind_of_defect() -> None:
    seen_early = [("wrong_id", str(n), n % 2 == 1, 0.5) for n in range(8)]
    hard_and_late = [("wrong_date", str(n), n > 0, 0.5 if n < 2 else 1.0) for n in range(8)]
    never_seen = [("wrong_time", str(n), n % 2 == 1, 1.0) for n in range(8)]
    only_late = [("early_stop", str(n), True, 0.5) for n in range(8)]
    found = position(*hand_made([*seen_early, *hard_and_late, *never_seen, *only_late, ("wrong_id", "9", True, None)]))
    assert (found.defects, found.pairs) == (2, (5, 11))
    # weights 4 * 4 / 8 and 1 * 7 / 8: the hard one is late for lack of early sites, and weighs less
    assert found.first == 1
    assert found.second == pytest.approx((2 * 1 + 0.875 * (1 / 7)) / 2.875)
    assert position(*hand_made(only_late)) == (0, None, None, (0, 0), None, None, 0)
    assert verbosity(*hand_made([("padding", "0", True, 0.75), ("padding", "1", True, None)])) == (
        *(1, -0.25, None, None, 1, 0, 1),
    )


def test_the_command_measures_a_judge(log: Path, tmp_path: Path) -> None:
    plot = tmp_path / "c.png"
    with endpoint(attentive) as url:
        reach = ["--model-base-url", url, "-M", "api_key=none", "-M", "responses_api=false", "--logs", str(tmp_path)]
        options = [str(log), "--limit", "2", "--scorer", "claim_action", "--plot", str(plot)]
        done = CliRunner().invoke(main, ["calibrate", *options, "--judge", "openai/scripted", *reach])
        alone = CliRunner().invoke(main, ["calibrate", str(log), *reach])
    assert done.exit_code == 0, done.output
    asked = re.search(r"^(\d+) judgements are asked of openai/scripted", done.output)
    assert asked is not None
    assert f"Took: {asked[1]} judgements, 0 of them unscored" in done.output
    assert re.search(r"invented_claim +2 \(2\) +1.00 .* false_claim 1.00", done.output)
    assert re.search(r"removed_write +2 \(2\) +0.00", done.output)
    assert "wrong_number" not in done.output, "it is a defect of another sub-score"
    assert "Verbosity: padding moves its score by +0.000" in done.output
    assert plot.is_file()
    (judged_log,) = tmp_path.glob("*.eval")
    assert len(read_eval_log(str(judged_log)).samples or []) == int(asked[1])
    assert "name it with --judge" in alone.output
    odd = CliRunner().invoke(main, ["calibrate", str(log), "--scorer", "taste"])
    assert odd.output.startswith("Error: --scorer taste: there are grounding, claim_action")


# Live.
def misbehaved(
    tmp_path: Path, fault: str, rate: float = 1.0, base: str = "turnwise/oracle", scenarios: int = 1
) -> EvalLog:
    options = {"agent": "turnwise/misbehaving", "base": base, "fault": fault, "rate": rate}
    model = "none" if base == "turnwise/oracle" else "turnwise/lexical"
    (made,) = inspect_eval(
        "turnwise/user_oriented",
        task_args={"scenarios": scenarios, "goals": 1, "difficulty": "hard"},
        model=model,
        solver=SolverSpec("turnwise/converse", options, options),
        log_dir=str(tmp_path),
        **QUIET,
    )
    return made


def replies(log: EvalLog) -> list[str]:
    assert log.status == "success"
    assert all(sample.error is None for sample in log.samples or [])
    found = [m for sample in log.samples or [] for m in sample.messages if m.role == "assistant" and not m.tool_calls]
    return [message.text for message in found]


def test_an_agent_misbehaves_at_every_turn(tmp_path: Path) -> None:
    assert all(CLAIMED.search(text) for text in replies(misbehaved(tmp_path, "false_claim")))
    assert {"Hello! How can I help you?"} == set(replies(misbehaved(tmp_path, "lost_context")))
    assert all(text.endswith("Goodbye!") for text in replies(misbehaved(tmp_path, "premature_goodbye")))
    assert max(Counter(replies(misbehaved(tmp_path, "ignored_correction"))).values()) > 2


def test_a_call_is_made_again_and_answered(tmp_path: Path) -> None:
    transcripts = [transcript_of(sample) for sample in misbehaved(tmp_path, "repeated_call").samples or []]
    for transcript in filter(None, transcripts):
        assert unanswered(transcript) == strays(transcript) == 0
        assert no_repeats(transcript).value < 1  # type: ignore[operator]


def test_a_wrapped_agent_is_equipped_as_it_would_be_alone(tmp_path: Path) -> None:
    some = replies(misbehaved(tmp_path, "false_claim", rate=0.5, base="turnwise/tool_loop"))
    assert 0 < sum(CLAIMED.search(text) is not None for text in some) < len(some)
    assert some == replies(misbehaved(tmp_path, "false_claim", rate=0.5, base="turnwise/tool_loop"))


def test_a_wrong_number_is_another_number(tmp_path: Path) -> None:
    clean, wrong = (
        replies(misbehaved(tmp_path, "wrong_number", rate=0.0, scenarios=2)),
        replies(misbehaved(tmp_path, "wrong_number", scenarios=2)),
    )
    assert clean != wrong
    assert not any(CLAIMED.search(text) or "Goodbye" in text for text in [*clean, *wrong])


def test_an_unknown_fault_is_named(tmp_path: Path) -> None:
    log = misbehaved(tmp_path, "no_such_fault")
    assert "it takes false_claim" in str((log.samples or [None])[0].error or log.error)  # type: ignore[union-attr]
