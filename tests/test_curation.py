"""Which dialogues are kept, which of their turns are trained on, and what becomes of duplicates, lengths and splits."""

import json
import random
import statistics
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turnwise.cli.common import values_of
from turnwise.errors import HarvestError, TurnwiseError
from turnwise.harvest.checks import check, speaks
from turnwise.harvest.contamination import Benchmarks, contaminated
from turnwise.harvest.curation import ORDER, SPOILING, TurnPolicy, in_order, judge, select, turns
from turnwise.harvest.filters import EXPLAINED, Filter, Rejection, rejections
from turnwise.harvest.rows import Finding, MessageRow, Rollout, SelectionSummary, ToolCallRow
from turnwise.harvest.selection import balanced, fingerprint, near_duplicates, split, strata

GATE = Filter()
CANCEL = {
    "type": "function",
    "function": {
        "name": "cancel_order",
        "parameters": {
            "type": "object",
            "properties": {"order_id": {"type": "integer"}},
            "required": ["order_id"],
            "additionalProperties": False,
        },
    },
}
SCORES: dict[str, float | None] = {
    "iq.iq_core": 0.98,
    "iq.grounding": 1.0,
    "iq.claim_action": 1.0,
    "iq.consent": 1.0,
    "iq.economy": 1.0,
    "iq.tool_validity": 1.0,
    "iq.closure": 1.0,
    "iq.user_integrity": 1.0,
    "user_health.pacing": 0.8,
}


def message(role: str, content: str | None = None, **fields: Any) -> MessageRow:
    empty = {"reasoning_content": None, "tool_calls": None, "tool_call_id": None, "name": None, "turn_quality": None}
    return {"role": role, "content": content, "train": role == "assistant", **empty, **fields}


def call(arguments: str = '{"order_id": 7}', name: str = "cancel_order", id: str = "c1") -> ToolCallRow:
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


def calling(*calls: ToolCallRow) -> MessageRow:
    return message("assistant", tool_calls=list(calls or [call()]))


def result(id: str = "c1", content: str = '{"done": true}') -> MessageRow:
    return message("tool", content, tool_call_id=id)


DIALOGUE = (
    message("system", "You take orders."),
    message("user", "cancel order 7 please"),
    calling(),
    result(),
    message("assistant", "Order 7 is cancelled."),
    message("user", "and what is left?"),
    message("assistant", "Order 8 is left."),
    message("user", "thanks, bye"),
)


def rollout(messages: Sequence[MessageRow] = DIALOGUE, **fields: Any) -> Rollout:
    scores = {**SCORES, **fields.pop("scores", {})}
    known: dict[str, Any] = {
        "sample_id": "s1",
        "order": ("e1", "000000000001", 1),
        "start": 0,
        "tools": json.dumps([CANCEL]),
        "success": True,
        "ended": "user",
        "condition": "user_oriented",
        "findings": (),
        "seed_task": "t1",
        "world": "shop",
        "num_tokens": 60,
        "provenance": {},
    }
    return Rollout(messages=tuple(messages), scores=scores, **{**known, **fields})


def reasons(judged: Rollout, gate: Filter = GATE, policy: TurnPolicy = "mask") -> list[str]:
    return [rejection.reason for rejection in judge(judged, gate, policy).rejections]


def without(*places: int) -> list[MessageRow]:
    return [m for place, m in enumerate(DIALOGUE) if place not in places]


# The gate


def test_a_good_dialogue_passes_and_its_row_ends_with_the_assistant() -> None:
    verdict = judge(rollout(), GATE, "drop")
    assert verdict.rejections == ()
    assert [m["role"] for m in verdict.messages] == [
        "system",
        "user",
        "assistant",
        "tool",
        "assistant",
        "user",
        "assistant",
    ]
    assert [m["turn_quality"] for m in verdict.messages] == [None, None, 1.0, None, 1.0, None, 1.0]
    assert verdict.summary is not None
    assert verdict.summary.turns == turns(rollout()) == 7


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"success": False}, "not successful"),
        ({"success": None}, "success not known"),
        ({"ended": "turn_limit"}, "not ended by the user"),
        ({"scores": {"iq.user_integrity": 0.99}}, "user_integrity below 1"),
        ({"scores": {"iq.closure": 2 / 3}}, "closure below 1"),
        ({"scores": {"iq.claim_action": 0.9}}, "claim_action below 1"),
        ({"scores": {"iq.grounding": 0.87}}, "grounding below 0.88"),
        ({"scores": {"iq.economy": 0.91}}, "economy below 0.92"),
        ({"scores": {"iq.tool_validity": 0.7}}, "tool_validity below 0.75"),
        ({"scores": {"iq.consent": 0.4}}, "consent below 0.5"),
        ({"scores": {"user_health.pacing": 0.5}}, "pacing below 0.6"),
        ({"condition": "task_oriented"}, "pacing above 0.3"),
        ({"findings": (Finding(4, "grounding", 3, "W12 was told by nobody"),)}, "unsupported ids or money"),
    ],
)
def test_every_gate_refuses_with_one_reason_of_its_own(changes: dict[str, Any], reason: str) -> None:
    assert [rejection.reason for rejection in rejections(rollout(**changes), GATE)] == [reason]


def test_refusals_come_in_the_order_of_the_gates() -> None:
    bad = rollout(
        cut(calling(call("{}"))),
        success=False,
        ended="turn_limit",
        scores=dict.fromkeys(SCORES, 0.1),
        findings=(Finding(1, "grounding", 3, "W12 was told by nobody"),),
    )
    for judged in (bad, replace(bad, messages=tuple(cut(calling(), result())))):
        for policy in ("drop", "mask", "truncate"):
            places = [ORDER.index(rejection.filter) for rejection in judge(judged, GATE, policy).rejections]
            assert places == sorted(places)
    assert {*EXPLAINED, *SPOILING} < {*ORDER}
    assert [r.filter for r in in_order(map(Rejection, ("turn", "fit_users", "success"), "abc"))] == [
        "success",
        "fit_users",
        "turn",
    ]


def test_pacing_is_asked_of_known_users_only_and_its_upper_edge_only_on_request() -> None:
    late = rollout(scores={"user_health.pacing": 1.0})
    assert list(rejections(late, GATE)) == []
    (rejection,) = rejections(late, GATE.with_values({"pacing_most": 0.95}))
    assert rejection == ("pacing", "pacing above 0.95", "1.000")
    for pace in (0.1, 1.0):
        assert list(rejections(rollout(condition=None, scores={"user_health.pacing": pace}), GATE)) == []


def test_scores_at_the_threshold_or_without_a_value_pass() -> None:
    at = {"iq.economy": 0.92 - 1e-12, "iq.grounding": 0.88, "iq.tool_validity": 0.75, "iq.consent": 0.5}
    assert list(rejections(rollout(scores=at), GATE)) == []
    assert list(rejections(rollout(scores=dict.fromkeys(SCORES)), GATE)) == []


def test_a_gate_is_read_from_yaml_and_set_by_name(tmp_path: Path) -> None:
    (tmp_path / "gate.yaml").write_text("grounding: 0.95\npacing_least: null\n")
    gate = Filter.load(tmp_path / "gate.yaml").with_values({"grounding": 0.5, "unknown_success": True})
    assert (gate.grounding, gate.pacing_least, gate.unknown_success, gate.economy) == (0.5, None, True, 0.92)
    assert list(rejections(rollout(success=None, scores={"user_health.pacing": 0.1}), gate)) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("groundig: 1", "the filter has no groundig"),
        ("grounding: 2", "grounding: Input should be"),
        ("[", "is not YAML"),
    ],
)
def test_a_gate_that_is_none_says_why_in_one_line(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "gate.yaml").write_text(text)
    with pytest.raises(HarvestError, match=says) as told:
        Filter.load(tmp_path / "gate.yaml")
    assert "\n" not in str(told.value)
    for pair in ("grounding", "grounding="):
        with pytest.raises(TurnwiseError, match=f"--set {pair}: it takes KEY=VALUE"):
            values_of("--set", (pair,))


# The checks


def cut(*messages: MessageRow) -> list[MessageRow]:
    return [message("user", "hello"), *messages, message("assistant", "Done."), message("user", "bye")]


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        (without(2), "a tool message that answers no call"),
        (without(3), "a call without an answer"),
        ([*DIALOGUE[:7], calling()], "a call without an answer"),
        (without(4, 6), "no words of the assistant"),
        (without(1, 2, 3, 4, 5), "no message of the user"),
        (cut(message("user", "again")), "two messages of the user in a row"),
        (cut(message("assistant", " ")), "an empty message of the assistant"),
        (cut(message("assistant", "Hi."), message("user", "###STOP###")), "simulator talk of the user"),
        (cut(message("assistant", "Hi."), message("user", "As an AI, I want g1r2")), "simulator talk of the user"),
        (cut(calling(call("{order_id: 7}")), result()), "arguments that are no JSON"),
        (cut(calling(call("[7]")), result()), "arguments that are no JSON object"),
        (cut(calling(call('{"order_id": NaN}')), result()), "a number that does not survive a round trip"),
        (
            cut(calling(call('{"order_id": 9223372036854775808}')), result()),
            "a number that does not survive a round trip",
        ),
        (
            cut(calling(call('{"order_id": 0.12345678901234567891}')), result()),
            "a number that does not survive a round trip",
        ),
        (cut(calling(call('{"order_id": "\\ud800"}')), result()), "text that is no Unicode"),
        (cut(calling(call(), call()), result(), result()), "two calls of one id in a message"),
        ([*DIALOGUE[:7], calling(), result(), calling(), result()], "work after the assistant's last words"),
    ],
)
def test_a_broken_dialogue_is_no_row(messages: list[MessageRow], reason: str) -> None:
    assert reason in [rejection.reason for rejection in check(rollout(messages)).rejections]


def test_numbers_that_survive_are_no_reason() -> None:
    sound = '{"a": 25, "b": 25.0, "c": 1e3, "d": 0.1, "e": 1.10, "f": -9223372036854775808}'
    assert check(rollout(cut(calling(call(sound)), result()), tools=None)).rejections == ()


@pytest.mark.parametrize("bad", [call('{"order_id": "seven"}'), call("{}"), call("{}", name="sell_order")])
def test_a_call_that_does_not_fit_its_tool_is_a_flaw_and_not_a_broken_row(bad: ToolCallRow) -> None:
    failed = rollout([*DIALOGUE[:2], calling(bad), result(), *DIALOGUE[2:]])
    assert reasons(failed, policy="drop") == ["a bad turn: call"]
    verdict = judge(failed, GATE, "mask")
    assert [m["train"] for m in verdict.messages if m["role"] == "assistant"] == [False, True, True, True]
    assert reasons(replace(failed, tools=None)) == []


def test_a_handover_and_a_goodbye_after_the_last_words_are_left_out() -> None:
    over = rollout([*DIALOGUE[:7], message("user", "get me a person"), calling(), result(), message("user", None)])
    assert [m["content"] for m in check(over).messages][-1] == "Order 8 is left."


# The policy for bad turns

WRONG = Finding(4, "grounding", 3, "W12 was told by nobody")


def test_drop_refuses_mask_leaves_untrained_and_truncate_cuts_before_a_bad_turn() -> None:
    late = rollout(findings=(replace(WRONG, message=6),), scores={"iq.grounding": 0.5})
    assert reasons(late, policy="drop") == ["unsupported ids or money", "grounding below 0.88", "a bad turn: grounding"]
    masked = judge(late, GATE, "mask")
    assert masked.rejections == ()
    assert [m["train"] for m in masked.messages] == [False, False, True, False, True, False, False]
    assert masked.messages[6]["turn_quality"] == 0.0
    truncated = judge(late, GATE, "truncate")
    assert truncated.rejections == ()
    assert truncated.messages[-1]["content"] == "Order 7 is cancelled."
    assert truncated.summary is not None
    assert truncated.summary.turns == turns(late) - 2
    twice = replace(late, messages=(*DIALOGUE[:7], *DIALOGUE[5:]), findings=(*late.findings, replace(WRONG, message=8)))
    assert judge(twice, GATE, "truncate").messages == truncated.messages
    assert reasons(rollout(findings=(WRONG,)), policy="truncate") == ["no good turn before the first bad one"]


def test_masking_forgives_the_assistant_what_is_masked_and_nothing_else() -> None:
    flaws = (WRONG, Finding(6, "grounding", 1, "8 was told of something else"))
    assert reasons(rollout(findings=flaws, scores={"iq.grounding": 0.8})) == []  # 0.93 without the masked turn
    assert reasons(rollout(findings=flaws, scores={"iq.grounding": 0.4})) == ["grounding below 0.88"]
    of_the_user = Finding(5, "user_integrity", 3, "invented")
    assert reasons(rollout(findings=(of_the_user,), scores={"iq.user_integrity": 0.9})) == ["user_integrity below 1"]
    assert reasons(rollout(findings=(WRONG,), success=False)) == ["not successful"]
    said_again = Finding(5, "economy", 1, "said before")
    assert reasons(rollout(findings=(said_again,), scores={"iq.economy": 0.8})) == ["economy below 0.92"]


@st.composite
def dialogues(draw: st.DrawFn) -> Rollout:
    """A sound dialogue of some segments with flaws anywhere, some of it history."""
    messages = [message("system", "Be brief.")] * draw(st.booleans())
    for _ in range(draw(st.integers(1, 6))):
        messages.append(message("user", draw(st.sampled_from(["please", "go on", "order 7", "why?"]))))
        for n in range(draw(st.integers(0, 2))):
            messages += [calling(call(id=f"c{n}")), result(f"c{n}")]
        messages.append(message("assistant", draw(st.sampled_from(["Yes.", "No.", "Order 7."]))))
    messages += [message("user", "bye")] * draw(st.booleans())
    names = ["grounding", "economy", "closure", "tool_validity"]
    flaw = st.builds(
        Finding, st.integers(0, len(messages) - 1), st.sampled_from(names), st.integers(1, 3), st.just("so")
    )
    start = draw(st.integers(0, len(messages)))
    return rollout(messages, findings=tuple(draw(st.lists(flaw, max_size=4))), start=start)


@settings(max_examples=50, deadline=None)
@given(dialogues(), st.sampled_from(["drop", "mask", "truncate"]), st.integers(1, 3))
def test_only_faultless_messages_of_this_dialogues_assistant_are_ever_trained_on(
    dialogue: Rollout, policy: TurnPolicy, severity: int
) -> None:
    verdict = judge(dialogue, Filter(turn_severity=severity), policy)
    bad = {f.message for f in dialogue.findings if f.severity >= severity and f.sub_score != "closure"}
    for place, row in enumerate(verdict.messages):
        said = dialogue.messages[place]
        assert {**row, "train": None, "turn_quality": None} == {**said, "train": None, "turn_quality": None}
        assert (row["turn_quality"] is None) == (row["role"] != "assistant")
        if row["train"] and not verdict.rejections:
            assert row["role"] == "assistant"
            assert place >= dialogue.start
            assert place not in bad
    if not verdict.rejections:
        assert any(row["train"] for row in verdict.messages)
        assert speaks(verdict.messages[-1])
        assert check(replace(dialogue, messages=verdict.messages)).messages == verdict.messages


# Near-duplicates


def said(*texts: str) -> list[MessageRow]:
    return [message("user", text) for text in texts]


LONG = "I would like to move my booking of the large hall from the third of May to the week after it"


def brief(
    name: str, texts: Sequence[str] = (), score: float = 0.9, length: int = 10, task: str = ""
) -> SelectionSummary:
    return SelectionSummary(name, ("e1", name, 1), score, length, task or name, fingerprint(said(*texts)))


def test_the_better_of_two_alike_is_kept_and_the_other_says_which() -> None:
    one, two = brief("1", [LONG, "yes please do that"]), brief("2", [LONG, "yes please do that!"], score=0.95)
    other = brief("3", ["what is the opening year of the branch in the old town and who runs it"])
    alike = near_duplicates([one, two, other], 0.8)
    assert set(alike) == {"1"}
    assert alike["1"][0] == "2"
    assert alike["1"][1] == 1.0
    assert set(near_duplicates([one, replace(two, score=0.9)], 0.8)) == {"2"}  # of equals the first in order stays


def test_policies_and_results_do_not_make_dialogues_alike_and_tools_tell_them_apart() -> None:
    shared = [message("system", LONG * 5), result(content=LONG * 5)]
    assert fingerprint([*shared, *said("a b c")]) == fingerprint(said("a b c"))
    assert fingerprint([*said("a b c"), calling()]) != fingerprint(said("a b c"))
    assert fingerprint(shared) == b""


def test_continuations_are_alike_only_within_one_history() -> None:
    one, same, other = ([*said(history), *said("yes that one please")] for history in ("red", "red", "blue"))
    assert fingerprint(one, 1) == fingerprint(same, 1)
    assert near_duplicates([replace(brief("1"), fingerprint=fingerprint(m, 1)) for m in (one, other)][:1], 0.5) == {}
    pair = [replace(brief(str(n)), fingerprint=fingerprint(m, 1)) for n, m in enumerate((one, other))]
    assert near_duplicates(pair, 0.5) == {}


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([LONG, LONG + " again", "no " + LONG, "else", "yes"]), st.integers(0, 3)), max_size=8
    ),
    st.randoms(),
)
def test_what_is_kept_of_duplicates_does_not_depend_on_the_order_given(
    texts: list[tuple[str, int]], rng: random.Random
) -> None:
    made = [brief(str(n), [text], score / 4) for n, (text, score) in enumerate(texts)]
    found = near_duplicates(made, 0.7)
    assert near_duplicates(rng.sample(made, len(made)), 0.7) == found
    by_id = {b.sample_id: b for b in made}
    for left_out, (kept, similarity) in found.items():
        assert kept not in found
        assert by_id[kept].score >= by_id[left_out].score
        assert similarity >= 0.7


# Contamination


def test_words_tools_and_ids_of_a_benchmark_are_found_and_told(tmp_path: Path) -> None:
    task = {"instruction": LONG, "actions": [{"name": "x", "kwargs": {"user_id": "mia_li_3668"}}]}
    tool = {"name": "cancel_order", "parameters": {"type": "dict", "properties": {"order_id": {"type": "int"}}}}
    (tmp_path / "tasks.jsonl").write_text(json.dumps(task) + "\n" + json.dumps({"function": [tool]}))
    (tmp_path / "ids.txt").write_text("HATHAT\nORD/1\n")
    benchmarks = Benchmarks.load([tmp_path / "tasks.jsonl", tmp_path / "ids.txt"])
    asked = [message("user", f"Hello! {LONG.upper()}."), *DIALOGUE[2:]]
    told = {r.reason: r.value for r in contaminated(rollout(asked), benchmarks, GATE)}
    assert set(told) == {"words of a benchmark", "tools of a benchmark"}
    assert told["tools of a benchmark"] == "tasks.jsonl: cancel_order(order_id)"
    assert told["words of a benchmark"].startswith("tasks.jsonl: i would like")
    for text in ("my id is mia_li_3668.", "it is reservation HATHAT, thanks", "(ORD/1)"):
        shown = rollout([message("user", text), *DIALOGUE[2:]], tools=None)
        assert [r.reason for r in contaminated(shown, benchmarks, GATE)] == ["ids of a benchmark"]
    assert list(contaminated(rollout(), benchmarks, GATE.with_values({"benchmark_tools": None}))) == []


def test_names_alone_and_what_assistants_say_are_no_contamination(tmp_path: Path) -> None:
    spoken = [{"role": "assistant", "content": LONG}, {"role": "user", "content": "mia_li_3668"}]
    tool = {"name": "cancel_order", "inputSchema": {"type": "object", "properties": {"id": {}, "reason": {}}}}
    (tmp_path / "log.json").write_text(json.dumps({"messages": spoken, "tools": [tool]}))
    benchmarks = Benchmarks.load([tmp_path / "log.json"])
    asked = rollout([message("user", LONG), *DIALOGUE[2:]])
    assert list(contaminated(asked, benchmarks, GATE)) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", b'{"a": 1}\n{'),
        ("a.json", b"{}"),
        ("a.parquet", b"no"),
        ("a.db", b"SQLite\0\x9a"),
        ("a.txt", b"\xe9t\xe9"),
    ],
)
def test_a_benchmark_without_anything_to_compare_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(HarvestError, match=name):
        Benchmarks.load([tmp_path / name])


@pytest.mark.parametrize("name", ["tau_bench_airline_gpt4o.jsonl", "tau2_airline_gpt41.json.gz", "mcp_tool_lists.json"])
def test_published_files_are_read_as_benchmarks(name: str) -> None:
    path = Path(__file__).parents[2] / "shared" / "data" / name
    if not path.is_file():
        pytest.skip("needs ../shared/data")
    benchmarks = Benchmarks.load([path])
    if name.startswith("mcp"):
        assert len(benchmarks.tools) > 200
        return
    assert "mia_li_3668" in benchmarks.ids or "noah_muller_9847" in benchmarks.ids
    assert benchmarks.stretches
    assert list(contaminated(rollout(), benchmarks, GATE)) == []


# Lengths and splits


def test_a_gate_without_any_flaw_rebuilds_the_efficiency_trap_and_this_gate_does_not() -> None:
    """Every statement of an equally able assistant has the same small chance of a blemish, so long dialogues have more."""
    rng = random.Random(0)
    made = []
    for number in range(400):
        length = rng.randrange(4, 60)
        flawed = [n for n in range(length) if rng.random() < 0.02]
        flaws = tuple(Finding(2 * n + 1, "grounding", 1, "told of something else") for n in flawed)
        texts = [m for _ in range(length) for m in (message("user", "go on"), message("assistant", "It is 7."))]
        score = {"iq.grounding": 1 - 0.5 * len(flawed) / length}
        made.append(rollout(texts, sample_id=str(number), order=("e", f"{number:04}", 1), findings=flaws, scores=score))
    wanted = [turns(c) for c in made]
    no_flaw = Filter(grounding=1, turn_severity=1, similarity=None, length_tolerance=None)
    means = {}
    for name, gate in (("no flaw", no_flaw), ("ours", Filter(similarity=None, length_tolerance=None))):
        passed = [v.summary for c in made if (v := judge(c, gate, "drop")).summary]
        means[name] = statistics.fmean(b.turns for b in passed) / statistics.fmean(wanted)
        if name == "no flaw":
            balance = select(passed, wanted, Filter(similarity=None)).balance
    assert means["no flaw"] < 0.85
    assert abs(means["ours"] - 1) < 0.02
    assert balance.held  # and where a gate is as strict as that, lengths are put right
    kept = [b.turns for b in passed if b.sample_id not in balance.dropped]
    assert statistics.fmean(kept) == pytest.approx(balance.mean_wanted, rel=0.1)
    assert 0 < len(balance.dropped) < len(passed)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.3, 1), st.floats(0.3, 1))
def test_lengths_are_held_whenever_every_length_passes_now_and_then(seed: int, short: float, long: float) -> None:
    rng = random.Random(seed)
    wanted = [rng.randrange(4, 60) for _ in range(300)]
    made = [
        brief(str(n), score=rng.random(), length=length)
        for n, length in enumerate(wanted)
        if rng.random() < short + (long - short) * length / 60
    ]
    balance = balanced(made, wanted, 0.1)
    kept = [b for b in made if b.sample_id not in balance.dropped]
    assert balance.held
    assert abs(statistics.fmean(b.turns for b in kept) / statistics.fmean(wanted) - 1) <= 0.1 + 1e-9
    assert balanced(rng.sample(made, len(made)), wanted, 0.1) == balance
    bounds = strata(wanted)
    for dropped in balance.dropped:  # worst first: of its stratum, nothing worse is kept
        gone = next(b for b in made if b.sample_id == dropped)
        upper = next((bound for bound in bounds if gone.turns <= bound), 99)
        lower = max((bound for bound in bounds if bound < gone.turns), default=0)
        assert not [b for b in kept if lower < b.turns <= upper and b.score < gone.score]


def test_lengths_that_cannot_be_held_cost_nothing_and_are_told() -> None:
    balance = balanced([brief(str(n), length=4) for n in range(9)], [4] * 9 + [60] * 9, 0.1)
    assert not balance.held
    assert balance.dropped == frozenset()
    assert balanced([], [], 0.1).held


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 60)), max_size=60), st.floats(0, 1), st.randoms())
def test_a_split_never_divides_a_seed_task_and_is_near_the_share_asked_for(
    made: list[tuple[int, int]], share: float, rng: random.Random
) -> None:
    briefs = [brief(str(n), length=length, task=f"t{task}") for n, (task, length) in enumerate(made)]
    sides = split(briefs, share)
    assert split(rng.sample(briefs, len(briefs)), share) == sides
    assert len({(b.seed_task, sides[b.sample_id]) for b in briefs}) == len({b.seed_task for b in briefs})
    largest = max((sum(b.seed_task == other.seed_task for b in briefs) for other in briefs), default=0)
    assert abs(list(sides.values()).count("validation") - share * len(briefs)) <= largest / 2 + 1e-6


def test_a_selection_accounts_for_every_dialogue_that_passed() -> None:
    made = [brief(str(n), [f"{LONG} {n % 3}"], score=n / 10, length=10 + n) for n in range(9)]
    selection = select(made, [b.turns for b in made], GATE)
    assert {*selection.split, *selection.rejections} == {b.sample_id for b in made}
    assert {r.reason for r in selection.rejections.values()} == {"near-duplicate"}
    assert list(selection.split) == sorted(selection.split)


def test_the_page_lists_every_setting_of_the_gate_as_it_is() -> None:
    rows = [f"| `{name}` | {json.dumps(f.default)} | {f.description} |" for name, f in Filter.model_fields.items()]
    page = (Path(__file__).parents[1] / "docs" / "harvest.md").read_text("utf-8")
    assert "\n".join(rows) in page, "put these into docs/harvest.md:\n" + "\n".join(rows)
