"""Models in the roles of user, agent and judge, over a real client: what each misbehaviour does to a dialogue."""

import json
import random
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import cast_dialogue
import pytest
from click.testing import CliRunner
from endpoint import Answer, Body, Cut, Say, Slow, Status
from holding import Twist, easy, hold, only, role_of
from inspect_ai import eval
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.log import EvalLog, EvalSample
from inspect_ai.model import ChatMessageTool, ChatMessageUser

from turnwise.cli import main
from turnwise.goals.model import Checkpoint, Goal, Request, Situation, Slot
from turnwise.llm.prompts import load_prompts
from turnwise.logs.scores import values_of
from turnwise.scoring.comparison import beyond_chance
from turnwise.tasks.task_oriented import task_oriented
from turnwise.users.hybrid import differs, means
from turnwise.users.persona import knowledge, who, wishes
from turnwise.users.wording.spoken import habits
from turnwise.values.states import mentions


def record(sample: EvalSample, name: str) -> Any:
    return sample.store[f"DialogueLog:{name}"]


def once(answer: Answer, at: int = 0) -> Twist:
    return lambda body, number: answer if number == at else None


def always(answer: Answer) -> Twist:
    return lambda body, number: answer


def one_each(answers: Sequence[Answer]) -> Twist:
    """Another first answer in each dialogue of a log, which are told apart by how their requests begin."""
    begun: dict[str, int] = {}

    def twist(body: Body, number: int) -> Answer | None:
        start = json.dumps(body["messages"][:2])
        return None if start in begun else answers[begun.setdefault(start, len(begun))]

    return twist


def samples_of(log: EvalLog, count: int) -> list[EvalSample]:
    samples = log.samples or []
    assert [sample.error for sample in samples] == [None] * count
    return samples


GOOD = {"user_message": "Hello, are you there?", "is_task_complete": False}

MISBEHAVIOURS = {
    "invalid JSON": (Say('{"user_message": "Hi'), "not_json"),
    "no JSON": (Say("Hi, I need some help."), "not_json"),
    "missing field": (Say('{"user_message": "Hi"}'), "schema"),
    "wrong type": (Say('{"user_message": ["Hi"], "is_task_complete": "perhaps"}'), "schema"),
    "empty content": (Say(""), "empty"),
    "empty message": (Say('{"user_message": " ", "is_task_complete": false}'), "content"),
    "refusal": (Say(None, refusal="I cannot take part in this."), "refused"),
    "truncated": (Say('{"user_message": "Hi, I wa', finish="length"), "cut_off"),
    "only reasoning": (Say("", reasoning="The person wants..."), "empty"),
}


def test_a_faulty_user_reply_is_asked_for_again_and_counted(tmp_path: Path) -> None:
    replies = [bad for bad, _ in MISBEHAVIOURS.values()]
    log = hold(tmp_path, easy(len(replies)), twists={"user": one_each(replies)})
    kinds = []
    for sample in samples_of(log, len(replies)):
        assert record(sample, "ended") == "user"
        (fault,) = record(sample, "ledger")["faults"]
        assert fault["role"] == "user"
        kinds.append(fault["kind"])
        assert sample.scores is not None
        assert values_of(sample.scores["counts"])["faults"] == 1
        assert sample.scores["success"].value in (0, 1)
        assert all(isinstance(m.content, str) and m.content.strip() for m in sample.messages if m.role == "user")
    assert Counter(kinds) == Counter(kind for _, kind in MISBEHAVIOURS.values())


def test_a_user_cannot_end_before_it_has_asked_and_is_reminded_once_of_what_it_left_out(tmp_path: Path) -> None:
    bye = Say(json.dumps({"user_message": "Bye!", "is_task_complete": True}))
    hello = Say(json.dumps({"user_message": "Hello!", "is_task_complete": False}))

    def hasty(body: Body, number: int) -> Answer:
        return hello if number == 1 else bye

    sample = only(hold(tmp_path, easy(), twists={"user": hasty}))
    assert record(sample, "ended") == "user"
    reasons = [fault["reason"] for fault in record(sample, "ledger")["faults"]]
    assert ["not asked for anything yet" in reasons[0], "never to have asked" in reasons[1]] == [True, True]
    assert len(reasons) == 2
    assert [m.text for m in sample.messages if m.role == "user"] == ["Hello!", "Bye!"]


def test_what_can_be_understood_of_a_user_is_no_fault(tmp_path: Path) -> None:
    odd = [
        Say(f"```json\n{json.dumps(GOOD)}\n```"),
        Say(f"Of course! {json.dumps(GOOD)} Let me know."),
        Say(json.dumps({**GOOD, "mood": "curious", "thoughts": {"a": 1}})),
        Say(json.dumps(GOOD), reasoning="I should be brief."),
        Slow(0.2, Say(json.dumps(GOOD))),
    ]
    for sample in samples_of(hold(tmp_path, easy(len(odd)), twists={"user": one_each(odd)}), len(odd)):
        faults = [fault["reason"] for fault in record(sample, "ledger")["faults"]]
        assert all("never to have asked" in reason for reason in faults), "the greeting asked for nothing yet"
        assert next(m for m in sample.messages if m.role == "user").text == GOOD["user_message"]


@pytest.mark.parametrize("role", ["user", "agent"])
def test_trouble_on_the_line_is_nobodys_fault(role: str, tmp_path: Path) -> None:
    trouble = [Status(429, "slow down", {"Retry-After": "0"}), Status(500), Cut()]
    for sample in samples_of(hold(tmp_path, easy(3), twists={role: one_each(trouble)}), 3):
        assert (record(sample, "ended"), record(sample, "ledger")["faults"]) == ("user", [])


@pytest.mark.parametrize("at", [0, 1])
def test_a_user_that_stays_faulty_ends_the_dialogue_and_the_agent_is_not_judged(at: int, tmp_path: Path) -> None:
    def broken(body: Body, number: int) -> Answer | None:
        return Say("I am a language model.") if number >= at else None

    sample = only(hold(tmp_path, easy(), twists={"user": broken}))
    assert record(sample, "ended") == "user_fault"
    assert len(record(sample, "ledger")["faults"]) == 3
    assert sample.scores is not None
    for name in ("success", "completion", "density", "collateral", "iq"):
        assert sample.scores[name].value != sample.scores[name].value, "NaN stands for unscored"
        assert "The user failed" in (sample.scores[name].explanation or "")
    counts: Any = values_of(sample.scores["counts"])
    assert (counts["user_fault"], counts["agent_fault"], counts["censored"]) == (1, 0, 0)


def test_an_agent_that_answers_nothing_is_asked_again_without_a_trace_in_the_dialogue(tmp_path: Path) -> None:
    sample = only(hold(tmp_path, easy(), twists={"agent": once(Say(""))}))
    (fault,) = record(sample, "ledger")["faults"]
    assert (fault["role"], fault["kind"]) == ("agent", "no_answer")
    assert record(sample, "ended") == "user"
    assert "Your reply was empty" not in "".join(m.text for m in sample.messages)
    assert all(m.text.strip() or m.tool_calls for m in sample.messages if m.role == "assistant")


def test_an_agent_that_never_answers_has_failed(tmp_path: Path) -> None:
    sample = only(hold(tmp_path, easy(), twists={"agent": always(Say(""))}))
    assert record(sample, "ended") == "agent_fault"
    assert sample.scores is not None
    assert sample.scores["success"].value == 0
    counts: Any = values_of(sample.scores["counts"])
    assert (counts["agent_fault"], counts["user_fault"], counts["faults"]) == (1, 0, 3)


def test_a_bad_call_of_the_agent_comes_back_to_it_as_an_error(tmp_path: Path) -> None:
    bad = {
        "no_such_tool": ("no_such_tool", {"x": 1}),
        "book_id": ("get_book", '{"book_id": '),
        "nothing found": ("get_book", {"book_id": 987654}),
        "isbn": ("get_book", {"isbn": "1"}),
    }
    calls = [Say(calls=[call]) for call in bad.values()]
    first = []
    for sample in samples_of(hold(tmp_path, easy(4), twists={"agent": one_each(calls)}), 4):
        first += [next(m.error.message for m in sample.messages if isinstance(m, ChatMessageTool) and m.error)]
        assert record(sample, "ended") == "user"
        assert sample.scores is not None
        assert values_of(sample.scores["counts"])["call_errors"] >= 1
    assert all(any(says in error for error in first) for says in bad)
    assert len(set(first)) == len(bad)


def test_parallel_calls_all_run_in_order_and_a_cut_off_answer_is_heard_as_it_is(tmp_path: Path) -> None:
    both = Say(calls=[("find_authors", {"name": "a"}), ("find_members", {"name": "e"})])
    twists = {"agent": lambda body, number: [both, Say("I have found", finish="length"), None][min(number, 2)]}
    sample = only(hold(tmp_path, easy(), twists=twists))
    names = [m.function for m in sample.messages if isinstance(m, ChatMessageTool)]
    assert names[:2] == ["find_authors", "find_members"]
    assert "I have found" in [m.text for m in sample.messages if m.role == "assistant"]


def test_an_agent_that_declines_is_heard(tmp_path: Path) -> None:
    sample = only(hold(tmp_path, easy(), twists={"agent": always(Say(None, refusal="I cannot help with that."))}))
    assert record(sample, "ended") == "user"
    assert sample.scores is not None
    assert sample.scores["success"].value == 0


# -- the user hears words only ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["llm", "hybrid"])
def test_a_model_that_plays_the_user_never_sees_tools_or_their_results(kind: str, tmp_path: Path) -> None:
    received: list[Body] = []
    log = hold(tmp_path, easy(user=kind, seed=3), received=received)
    heard = [body for body in received if role_of(body) == "user"]
    assert heard
    assert not [m for body in heard for m in body["messages"] if m["role"] == "tool" or m.get("tool_calls")]
    assert not [body for body in heard if body.get("tools")]
    results = [m.text for s in log.samples or [] for m in s.messages if isinstance(m, ChatMessageTool) and m.text]
    said = json.dumps([body["messages"] for body in heard])
    assert results
    assert not [result for result in results if json.dumps(result)[1:-1] in said]


def test_the_prompt_of_a_model_that_plays_the_user_holds_goals_facts_and_behaviour(tmp_path: Path) -> None:
    received: list[Body] = []
    log = hold(tmp_path, easy(behaviour="impatient"), received=received)
    system = received[0]["messages"][0]["content"]
    goal = only(log).metadata["scenario"]["goals"][0]
    reason = goal["situation"]["reason"]
    assert f"You are {goal['situation']['role']}.\n- Why you write: {reason}" in system
    assert f"1. {goal['description'].removeprefix(reason).strip()}" in system
    assert "the assistant of a city library" in system
    assert "It is " in system
    for request in goal["requests"]:
        for slot in request["slots"]:
            assert mentions(system, slot["value"]) or slot["mention"]
    assert "telegrams" in system
    assert "{{" not in system


def test_task_oriented_asks_a_model_that_plays_the_user_to_state_goals_whole(tmp_path: Path) -> None:
    received: list[Body] = []
    hold(tmp_path, task_oriented(scenarios=1, goals=1, difficulty="easy"), received=received)
    assert "each goal whole" in received[0]["messages"][0]["content"]


# -- who plays the user -------------------------------------------------------------------------------


def test_the_user_is_a_model_when_one_has_the_role_and_rules_otherwise(tmp_path: Path) -> None:
    by_model = only(hold(tmp_path / "a", easy()))
    by_rules = only(hold(tmp_path / "b", easy(), roles=()))
    forced = only(hold(tmp_path / "c", easy(user="agenda")))
    assert [record(s, "user") for s in (by_model, by_rules, forced)] == ["llm", "agenda", "agenda"]
    users = [m for m in by_model.messages if isinstance(m, ChatMessageUser)]
    assert {(m.source, m.metadata["worded_by"]) for m in users if m.metadata} == {("generate", "model")}
    ruled = [m for m in forced.messages if isinstance(m, ChatMessageUser)]
    assert {(m.source, m.metadata["worded_by"]) for m in ruled if m.metadata} == {(None, "rules")}


def test_a_model_user_without_a_model_is_said_in_one_line(tmp_path: Path) -> None:
    (log,) = eval(easy(user="llm"), model="turnwise/lexical", log_dir=str(tmp_path), display="none")
    assert log.status == "error"
    assert log.error is not None
    assert "--model-role user=" in log.error.message
    with pytest.raises(PrerequisiteError, match="--model-role user="):
        eval("turnwise/user_oriented", task_args={"user": "hybrid"}, model="turnwise/lexical", log_dir=str(tmp_path))


# -- hybrid -------------------------------------------------------------------------------------------


def test_hybrid_says_what_the_agenda_decided_in_the_models_words(tmp_path: Path) -> None:
    worded = only(hold(tmp_path / "a", easy(user="hybrid")))
    ruled = only(hold(tmp_path / "b", easy(user="agenda")))
    first = [next(m for m in s.messages if isinstance(m, ChatMessageUser)) for s in (worded, ruled)]
    assert first[0].text == f"Well, {first[1].text}"
    assert first[0].metadata is not None
    assert first[1].metadata is not None
    assert first[0].metadata["dialogue_acts"] == first[1].metadata["dialogue_acts"]
    assert record(worded, "ledger")["fallbacks"] == 0


def _drops_a_value(body: Body, number: int) -> Answer | None:
    return Say(json.dumps({"user_message": "Could you help me with something?"}))


def _invents(body: Body, number: int) -> Answer | None:
    text = cast_dialogue.worded(body)
    return Say(json.dumps({"user_message": f"{text} My number is 4711."}))


@pytest.mark.parametrize(("twist", "says"), [(_drops_a_value, "it has to hold"), (_invents, "4711")])
def test_hybrid_falls_back_on_the_agendas_words_and_counts_it(twist: Twist, says: str, tmp_path: Path) -> None:
    worded = only(hold(tmp_path / "a", easy(user="hybrid"), twists={"user": twist}))
    ledger = record(worded, "ledger")
    assert ledger["fallbacks"] >= 1
    assert any(says in fault["reason"] for fault in ledger["faults"])
    assert record(worded, "ended") == "user"
    by_rules = [m for m in worded.messages if isinstance(m, ChatMessageUser) and m.metadata]
    assert "rules" in {m.metadata["worded_by"] for m in by_rules if m.metadata}


# -- the judge ----------------------------------------------------------------------------------------


def test_the_judge_sees_goal_rubric_and_the_whole_dialogue_and_disagreements_are_said(tmp_path: Path) -> None:
    received: list[Body] = []
    sample = only(hold(tmp_path, easy(), roles=("user", "grader"), received=received))
    case = next(b for b in received if role_of(b) == "grader")["messages"][-1]["content"]
    assert sample.metadata["scenario"]["goals"][0]["description"] in case
    for message in sample.messages[1:]:
        assert message.text[:60] in case
    assert sample.scores is not None
    value: Any = sample.scores["validity"].value
    done = sample.scores["completion"].value["rate"] == 1  # type: ignore[index]
    assert value == {"valid": 1, "agrees": int(done)}


def _verdict(**fields: Any) -> Twist:
    def twist(body: Body, number: int) -> Answer:
        return Say(json.dumps({**cast_dialogue.judgement(body), **fields}))

    return twist


def test_only_a_quote_that_is_there_can_be_held_against_the_agent(tmp_path: Path) -> None:
    claims = [{"message": 2, "quote": "the moon is made of cheese", "reason": "no result says so"}]
    log = hold(tmp_path, easy(), roles=("user", "grader"), twists={"grader": _verdict(unsupported=claims)})
    score = (only(log).scores or {})["validity"]
    assert score.value["valid"] == 1  # type: ignore[index]
    assert score.metadata is not None
    assert score.metadata["quotes_not_found"] == 1


def test_an_unmet_critical_item_fails_a_dialogue_and_others_do_not(tmp_path: Path) -> None:
    kinds = ("critical", "structural", "non_critical", "invalid")

    def twist(body: Body, number: int) -> Answer:
        judged = cast_dialogue.judgement(body)
        unmet = [{**item, "kind": kinds[number], "met": False} for item in judged["items"]]
        return Say(json.dumps({**judged, "items": unmet}))

    log = hold(tmp_path, easy(4), roles=("user", "grader"), twists={"grader": twist})
    verdicts = [(sample.scores or {})["validity"].value["valid"] for sample in samples_of(log, 4)]  # type: ignore[index]
    assert sorted(verdicts) == [0, 1, 1, 1]


def test_a_judge_that_gives_nothing_usable_leaves_the_dialogue_unjudged(tmp_path: Path) -> None:
    def unusable(body: Body, number: int) -> Answer:
        return Say("Looks fine to me." if number % 2 else '{"items": []}')

    for sample in samples_of(hold(tmp_path, easy(2), roles=("user", "grader"), twists={"grader": unusable}), 2):
        assert sample.scores is not None
        score = sample.scores["validity"]
        assert score.value != score.value
        assert "Not judged" in (score.explanation or "")
        assert sample.scores["success"].value in (0, 1), "the checkpoints stand"


def test_a_comparison_shows_completion_validity_and_how_far_the_two_agree(tmp_path: Path) -> None:
    def every_other(body: Body, number: int) -> Answer:
        judged = cast_dialogue.judgement(body)
        return Say(json.dumps({**judged, "items": [{**item, "met": number % 2 == 0} for item in judged["items"]]}))

    log = hold(tmp_path, easy(5), roles=("user", "grader"), twists={"grader": every_other})
    scores = [sample.scores or {} for sample in log.samples or []]
    done: list[bool] = [s["completion"].value["rate"] == 1 for s in scores]  # type: ignore[index]
    valid: list[bool] = [s["validity"].value["valid"] == 1 for s in scores]  # type: ignore[index]
    agreed, yes = sum(d == v for d, v in zip(done, valid, strict=True)), sum(done) + sum(valid)
    assert (sum(valid), len(valid)) == (3, 5)
    alpha = 1 - (5 - agreed) * 9 / (yes * (10 - yes))
    printed = CliRunner().invoke(main, ["compare", str(tmp_path)], env={"COLUMNS": "200"}).output
    assert f"agree on {agreed} of 5 dialogues, Krippendorff's alpha {alpha:.2f}" in printed
    row = next(line for line in printed.splitlines() if line.startswith("user_oriented"))
    assert f"{sum(done) / 5:.0%}" in row
    assert row.rstrip().endswith("60%")
    assert "Completion" in printed
    assert "Judged" in printed


def test_agreement_with_a_judge_that_finds_all_alike_is_not_corrected_for_chance(tmp_path: Path) -> None:
    assert beyond_chance([(1, 1), (1, 1)]) is None
    assert beyond_chance([(1, 1), (0, 0)]) == 1
    assert beyond_chance([(1, 0), (0, 1)]) == pytest.approx(-0.5)


# -- prompts ------------------------------------------------------------------------------------------


def test_the_versions_of_the_prompts_used_are_in_the_log_and_own_ones_take_their_place(tmp_path: Path) -> None:
    own = tmp_path / "prompts"
    own.mkdir()
    (own / "user.md").write_text(
        "DialogueAct as a sailor.\n{{person}}\nachieved:\n{{goals}}\n\n{{facts}}\n{{behaviour}}"
    )
    received: list[Body] = []
    usual = only(hold(tmp_path / "a", easy()))
    changed = only(hold(tmp_path / "b", easy(prompts=str(own)), received=received))
    assert record(usual, "prompts") == {"user": load_prompts()["user"].version}
    assert record(changed, "prompts") == {"user": load_prompts(own)["user"].version}
    assert record(usual, "prompts") != record(changed, "prompts")
    assert received[0]["messages"][0]["content"].startswith("DialogueAct as a sailor.")


# -- many dialogues -----------------------------------------------------------------------------------


def test_when_every_tenth_reply_is_malformed_every_dialogue_is_accounted_for(tmp_path: Path) -> None:
    served = 0

    def malformed(body: Body, number: int) -> Answer | None:
        nonlocal served
        served += 1
        bad = [Say('{"user_mess'), Say(""), Say("Sure."), Say(None, calls=[("no_such_tool", "{")])]
        return bad[served // 10 % len(bad)] if served % 10 == 0 else None

    log = hold(tmp_path, easy(4), twists={"user": malformed, "agent": malformed})
    samples = log.samples or []
    ends = Counter(record(sample, "ended") for sample in samples)
    assert sum(ends.values()) == 4
    assert set(ends) <= {"user", "user_fault", "agent_fault", "turn_limit"}
    for sample in samples:
        assert sample.error is None
        scores = sample.scores or {}
        unscored = scores["success"].value != scores["success"].value
        assert unscored == (record(sample, "ended") == "user_fault")


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("that'll be £189,000 then", "189000.00", True),
        ("my number is 0151 234567", "0151234567", True),
        ("it's lx 2231", "LX-2231", True),
        ("on the 6th of march", "2026-03-06", True),
        ("for twelve people", "12", True),
        ("for eleven people", "12", False),
        ("on the 7th of march", "2026-03-06", False),
        ("for friday the 6th of march", "Friday 6 March 2026", True),
        ("for thursday the 6th of march", "Friday 6 March 2026", False),
        ("for friday the 7th", "Friday 6 March 2026", False),
        ("it takes an hour and a half", "90 minutes", True),
        ("it takes two hours", "90 minutes", False),
        ("my name is Ana Silva", "Silva, Ana", True),
        ("please cancel it", "cancelled", True),
        ("please complete it", "completely new", False),
    ],
)
def test_hybrid_is_read_by_what_values_mean(text: str, value: str, said: bool) -> None:
    assert means(text, value) == said


@pytest.mark.parametrize(
    ("worded", "draft", "passes"),
    [
        ("when was that order made?", "What is the crtd ts of that order?", True),
        ("how many copies of it do you have", "What is the number of copies of Dune?", True),
        ("yes please, do that", "Yes, go ahead.", True),
        ("yes please, do that", "No, not that one: the other.", False),
        ("no thanks", "Sure, do it.", False),
        ("no problem, go ahead", "Yes, go ahead.", True),
        ("Sure! How can I help you today?", "Hi, I need some help.", False),
        ("Your booking has been changed to Friday.", "Please change my booking to Friday.", False),
        ("has my booking been changed?", "Was my booking changed?", True),
        ("ok, thanks", "What is the page count of that book?", False),
        ("thanks, bye", "That was all, thank you!", True),
    ],
)
def test_hybrid_words_mean_what_was_decided(worded: str, draft: str, passes: bool) -> None:
    assert (differs(worded, draft) == "") is passes


def test_what_a_person_knows_is_told_as_people_say_it() -> None:
    """One person, why it writes, where and when; values in spoken forms."""
    situation = Situation(role="a guest", reason="Rosa Lind arrives late.", said="My train is late.")
    slots = (Slot(label="arrival", value="2026-03-06 00:00:00"), Slot(label="price", value=189000.0))
    request = Request(id="g1r1", intent="ask", slots=slots, solution=(), checkpoint=Checkpoint())
    goal = Goal(id="g1", difficulty="easy", description="Rosa Lind arrives late. Move it.", requests=(request,), shape="",
                situation=situation)  # fmt: skip
    other = goal.model_copy(update={"situation": Situation(role="a clerk", reason="The clerk has a caller.", said="")})
    told = knowledge([goal], habits(random.Random(1), 0.0, datetime(2026, 2, 1, 9)))
    assert "2026-03-06" not in told
    assert "00:00" not in told
    assert mentions(told, "2026-03-06")
    assert mentions(told, 189000.0)
    person = who([goal, other], "a hotel", "2026-02-01 09:00:00")
    assert person.count("You are ") == 1
    assert "You also write for a clerk" in person
    assert "Sunday, 1 February 2026" in person
    assert wishes([goal], whole=False) == "1. Move it."
