"""Findings as scanners of Inspect Scout."""

import asyncio
import json
from pathlib import Path

import pytest
from inspect_ai.log import read_eval_log
from needs import needs

from turnwise.logs.importing.logs import import_file

needs("inspect_scout", reason="pip install 'turnwise[scout]'")

EXAMPLES = Path(__file__).parents[1] / "examples"


def test_findings_are_results_that_cite_their_messages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLES))
    from inspect_scout import Result, Transcript
    from scanners import findings, user_faults

    said = [{"role": "user", "content": "What is the fee?"}, {"role": "assistant", "content": "It is 4711.50 dollars."}]
    (tmp_path / "x.jsonl").write_text(json.dumps({"instruction": "Ask for the fee.", "messages": said}))
    log = str(import_file(tmp_path / "x.jsonl", tmp_path / "logs").log)
    (sample,) = read_eval_log(log).samples or []
    transcript = Transcript(transcript_id=str(sample.uuid), source_uri=log, messages=sample.messages)
    found = asyncio.run(findings()(transcript))
    assert isinstance(found, Result)
    assert (found.explanation or "").startswith("[M2] user turn 1, assistant: grounding")
    assert [(reference.cite, reference.id) for reference in found.references] == [("[M2]", "1.2")]
    faults = asyncio.run(user_faults()(transcript))
    assert isinstance(faults, Result)
    assert faults.value == 0
