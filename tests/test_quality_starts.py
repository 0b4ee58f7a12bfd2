"""A dialogue that was taken up at a turn of another is judged from there on, and what came before is known to it."""

import json
from dataclasses import replace

import pytest

from turnwise.scoring.quality.health import UserFacts, health
from turnwise.scoring.quality.iq import CORE, SUB_SCORES, quality
from turnwise.scoring.quality.transcript import Message, ToolCall, Transcript


def looked_up(
    number: int, tool: str, arguments: dict[str, object], result: object, *, error: bool = False
) -> tuple[Message, Message]:
    call = ToolCall(f"c{number}", tool, arguments)
    return Message("assistant", "", calls=(call,)), Message("tool", json.dumps(result), call_id=call.id, error=error)


BEFORE = (
    Message("user", "Hello, which loans does Ana Silva have? Her card is 48213."),
    *looked_up(1, "search_members", {"query": "Ana Silva"}, "nothing found", error=True),
    *looked_up(4, "list_loans", {"card": 48213}, [{"loan_id": 731, "due_date": "2026-04-02"}]),
    Message("assistant", "She has loan 731, due on 2026-04-02. I have updated the loan for her. Her card is 99999."),
    Message("user", "Good. Could you tell me the email of the branch Old Town as well, the one on 77 Mill Street?"),
    *looked_up(2, "search_branches", {"query": "Old Town"}, [{"branch_id": 3, "email": "old@town.example"}]),
    Message("assistant", "The email is old@town.example."),
)  # fmt: skip
AFTER = (
    Message("user", "And move the loan 731 to 2026-05-09, please."),
    *looked_up(3, "update_loan", {"loan_id": 731, "due_date": "2026-05-09"}, {"changed": 1}),
    Message("assistant", "The loan 731 is now due on 2026-06-17. I have deleted the reservation."),
    Message("user", "Thanks, bye."),
)
WHOLE = Transcript(
    (*BEFORE, *AFTER),
    policy="You work for a library.",
    instruction="Ask for the loans of Ana Silva, card 48213. Then move loan 731 to 2026-05-09.",
    facts=("Ana Silva", "48213", "731", "2026-05-09"),
    writes={"update_loan": True, "delete_reservation": True},
    ended="user",
)


@pytest.mark.parametrize("name", CORE)
def test_nothing_before_the_start_is_held_against_what_follows(name: str) -> None:
    resumed = CORE[name](replace(WHOLE, start=len(BEFORE)))
    after = [finding for finding in CORE[name](WHOLE).findings if finding.message >= len(BEFORE)]
    assert list(resumed.findings) == after


def test_what_was_said_before_the_start_supports_what_follows() -> None:
    alone = Transcript(AFTER, policy=WHOLE.policy, writes=WHOLE.writes, ended="user")
    named = replace(AFTER[0], text="Move it to 2026-05-09, please.")
    calls = looked_up(3, "update_loan", {"loan_id": 731}, {"changed": 1})
    messages = (named, *calls, Message("assistant", "The loan 731 is now due on 2026-05-09."), AFTER[-1])
    assert SUB_SCORES["grounding"](replace(alone, messages=messages)).value != 1
    assert SUB_SCORES["grounding"](replace(WHOLE, messages=(*BEFORE, *messages), start=len(BEFORE))).value == 1


def test_the_whole_has_findings_on_both_sides_of_the_start() -> None:
    """Or the tests above would compare nothing with nothing."""
    found = quality(WHOLE).findings
    before = {finding.sub_score for finding in found if finding.message < len(BEFORE)}
    after = {finding.sub_score for finding in found if finding.message >= len(BEFORE)}
    assert {"grounding", "claim_action", "tool_validity", "user_integrity"} <= before
    assert {"grounding", "claim_action", "consent"} <= after


def test_a_start_leaves_fewer_opportunities_but_not_other_values() -> None:
    rest = quality(replace(WHOLE, start=len(BEFORE)))
    whole = quality(WHOLE)
    for name in ("grounding", "claim_action", "economy", "contingency", "user_integrity"):
        assert 0 < rest.sub_scores[name].opportunities < whole.sub_scores[name].opportunities
    assert rest.sub_scores["user_integrity"].value == 1
    assert whole.sub_scores["user_integrity"].value != 1
    assert rest.sub_scores["tool_validity"].value == 1


def test_a_dialogue_that_was_taken_up_has_no_pace_and_says_nothing_of_how_users_begin() -> None:
    assert SUB_SCORES["pacing"](WHOLE).value is not None
    assert SUB_SCORES["pacing"](replace(WHOLE, start=len(BEFORE))).value is None
    whole = UserFacts(
        ended=True, pending=False, invented=False, raised=2, assigned=2, pacing=0.7, messages=10, words=9.0, short=2,
        polite=1, opening="Hello there",
    )  # fmt: skip
    rest = replace(whole, raised=1, assigned=1, pacing=None, opening="And then the loan", resumed=True)
    checks = {check.name: check for check in health([whole, rest, rest], whole_goals=False)}
    assert checks["user messages of at most 3 words"].value == 0.2
    assert checks["opening alike (mean word overlap)"].value is None
    assert checks["goals raised / assigned"].value == 1
    alone = {check.name: check for check in health([rest], whole_goals=False)}
    assert alone["opening alike (mean word overlap)"].fit
