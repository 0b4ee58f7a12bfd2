"""Preference pairs: one decision turn, two answers to the very same beginning, judged by what followed."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypedDict

from turnwise.harvest.rows import MessageRow, Rollout

_TELLS_NOTHING = {"user_fault", "tool_fault", "interrupted"}
"""Endings that say nothing of the assistant."""
_WORST_CHOSEN = 2
"""Severity of a finding that keeps a message from being the chosen one."""


class PairRow(TypedDict):
    """Two answers of the assistant to one prompt."""

    pair_id: str
    prompt: list[MessageRow]
    """all before the answer; nothing of it is learned"""
    chosen: MessageRow
    rejected: MessageRow
    tools: str | None
    chosen_score: float
    """what followed, as the mean over the dialogues that went on so: the share that succeeded"""
    rejected_score: float
    provenance: str
    """JSON object"""
    split: str


class _Answer(NamedTuple):
    """One answer to a prompt: the first dialogue that gave it, and the means over all that did."""

    rollout: Rollout
    place: int
    digest: bytes
    success: float
    quality: float
    clean: bool
    """whether the answer itself may be chosen"""


def beginning(rollout: Rollout) -> str:
    """A hash of what comes before the assistant's first own message: dialogues in which it differs share no decision."""
    own = next((n for n, message in enumerate(rollout.messages) if message["train"]), 0)
    said = [[message["role"], message["content"]] for message in rollout.messages[:own]]
    return hashlib.sha256(f"{rollout.tools} {json.dumps(said)}".encode()).hexdigest()[:16]


def find_pairs(
    rollouts: Sequence[Rollout], *, margin: float = 0.1, split: Callable[[Rollout], str] = lambda _: "train"
) -> list[PairRow]:
    """The pairs in some dialogues, failed ones among them; those that a fault of user or tools ended are passed over.

    The chosen answer led to success at least once, and did so more often than the rejected one; where both did as
    often, interaction quality decides, if it differs by the margin. Answers before `Rollout.start` are context. Ids of
    calls do not tell two beginnings apart; reasoning does.
    """
    prompts: dict[bytes, dict[bytes, list[tuple[Rollout, int]]]] = defaultdict(lambda: defaultdict(list))
    for rollout in sorted(rollouts, key=lambda rollout: rollout.sample_id):
        if rollout.ended in _TELLS_NOTHING or rollout.success is None:
            continue
        prefix = hashlib.sha256((rollout.tools or "").encode())
        for place, message in enumerate(rollout.messages):
            said = json.dumps(_said(message)).encode()
            if message["role"] == "assistant" and place >= rollout.start and place:
                answer = hashlib.blake2b(said, digest_size=12).digest()
                prompts[prefix.digest()][answer].append((rollout, place))
            prefix.update(said + json.dumps(message["reasoning_content"]).encode())
    rows = [
        _row(better, worse, split(better.rollout))
        for answers in prompts.values()
        if len(answers) > 1
        for better, worse in _best_and_worst([_answer(*one) for one in answers.items()], margin)
    ]
    return sorted(rows, key=lambda row: row["pair_id"])


def _said(message: MessageRow) -> list[Any]:
    """What a message says and calls, without ids and reasoning."""
    calls = [(call["function"]["name"], call["function"]["arguments"]) for call in message["tool_calls"] or []]
    return [message["role"], message["content"] or "", calls]


def _answer(digest: bytes, given: Sequence[tuple[Rollout, int]]) -> _Answer:
    success = sum(float(rollout.success or 0) for rollout, _ in given) / len(given)
    quality = sum(rollout.scores.get("iq.iq_core") or 0.0 for rollout, _ in given) / len(given)
    flaws = (f for rollout, place in given for f in rollout.findings if f.message == place)
    return _Answer(*given[0], digest, success, quality, all(flaw.severity < _WORST_CHOSEN for flaw in flaws))


def _best_and_worst(answers: Sequence[_Answer], margin: float) -> Iterator[tuple[_Answer, _Answer]]:
    ranked = sorted(answers, key=lambda answer: (-answer.success, -answer.quality, answer.digest))
    worse = ranked[-1]
    for better in [answer for answer in ranked if answer.clean and answer.success > 0][:1]:
        gained = better.quality - worse.quality
        if better.success > worse.success or (better.success == worse.success and gained > 0 and gained >= margin):
            yield better, worse


def _row(better: _Answer, worse: _Answer, split: str) -> PairRow:
    rollout = better.rollout
    prompt: list[MessageRow] = [{**message, "train": False} for message in rollout.messages[: better.place]]
    key = json.dumps([rollout.tools, [_said(message) for message in prompt], better.digest.hex(), worse.digest.hex()])
    sides = {
        name: {
            "sample_id": one.rollout.sample_id,
            "agent": one.rollout.provenance.get("agent"),
            "message": one.place,
            "quality": one.quality,
        }
        for name, one in (("chosen", better), ("rejected", worse))
    }
    start = rollout.provenance.get("start")
    provenance = {"start": start, "seed_task": rollout.seed_task, "world": rollout.world, **sides}
    return {
        "pair_id": hashlib.sha256(key.encode()).hexdigest()[:16],
        "prompt": prompt,
        "chosen": {**rollout.messages[better.place], "train": True},
        "rejected": {**worse.rollout.messages[worse.place], "train": True},
        "tools": rollout.tools,
        "chosen_score": better.success,
        "rejected_score": worse.success,
        "provenance": json.dumps(provenance, ensure_ascii=False, sort_keys=True),
        "split": split,
    }
