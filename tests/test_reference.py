"""The oracle acts on what somebody has said, so that its dialogues may teach: not on names and values that it alone knows."""

from pathlib import Path

import pytest
from inspect_ai.model import ChatMessageAssistant, ChatMessageTool, ChatMessageUser

import turnwise
from turnwise.values.states import mentions


@pytest.mark.parametrize("behaviour", ["user_oriented", "task_oriented"])
def test_the_oracle_calls_with_nothing_that_nobody_has_said(behaviour: str, tmp_path: Path) -> None:
    run = turnwise.run("city_library", agent="oracle", behaviour=behaviour, scenarios=3, seed=3, log_dir=tmp_path)
    used = 0
    for dialogue in run:
        assert turnwise.score(dialogue)["success"] == 1.0
        requests = dialogue.requests
        known = {m.name for r in requests for m in (r.subject, *(s.mention for s in r.slots)) if m is not None}
        known |= {str(slot.value) for r in requests for slot in r.slots if slot.mention is None}
        heard = ""
        for message in dialogue.messages:
            if isinstance(message, ChatMessageUser | ChatMessageTool):
                heard += f"\n{message.text}"
            elif isinstance(message, ChatMessageAssistant):
                given = [v for call in message.tool_calls or [] for v in call.arguments.values() if str(v) in known]
                assert [value for value in given if not mentions(heard, value)] == []
                used += len(given)
    assert used > 10
