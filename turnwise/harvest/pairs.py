"""Preference pairs: one decision turn, two answers to the very same beginning, judged by what followed."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypedDict

from turnwise.errors import HarvestError
from turnwise.harvest.rows import MessageRow, Rollout

_TELLS_NOTHING = {"user_fault", "tool_fault", "interrupted"}
"""Endings that say nothing of the assistant."""
_SCORE = "iq.iq_core"
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
    """train or validation"""


class _Decision(NamedTuple):
    """An answer in one dialogue: small, since there are as many as messages."""

    dialogue: int
    sample_id: str
    message: int
    answer: bytes
    success: float
    score: float
    clean: bool
    """whether the answer itself may be chosen"""


class _Answer(NamedTuple):
    """One answer to a prompt, with all dialogues that gave it."""

    first: _Decision
    success: float
    score: float
    clean: bool


def beginning(rollout: Rollout) -> str:
    """A hash of what comes before the assistant's first own message: dialogues in which it differs share no decision."""
    own = next((n for n, message in enumerate(rollout.messages) if message["train"]), 0)
    said = [[message["role"], message["content"]] for message in rollout.messages[:own]]
    return hashlib.sha256(f"{rollout.tools} {json.dumps(said)}".encode()).hexdigest()[:16]


def find_pairs(
    rollouts: Iterable[Rollout],
    *,
    margin: float = 0.1,
    split: Callable[[Rollout], str] = lambda _: "train",
) -> list[PairRow]:
    """The pairs in some dialogues, failed ones among them; those that a fault of
    user or tools ended are passed over.

    The chosen answer led to success at least once, and did so more often than the rejected one; where both did as
    often, interaction quality decides. Answers before `Rollout.start` are context. Ids of calls do not tell two
    beginnings apart; reasoning does.

    Args:
        rollouts: is gone through twice, so no iterator. Only hashes are held in between, about 200 bytes a message.
        margin: least difference in quality where success does not decide.
        split: train or validation, by dialogue; dialogues of one seed task must get the same.

    Raises:
        HarvestError: the rollouts can be gone through only once.
    """
    if iter(rollouts) is rollouts:
        raise HarvestError("pairs need the dialogues twice: give them as a list, or as what can be read again")
    chosen = [pair for group in _decisions(rollouts) for pair in _pairs(group, margin)]
    wanted = {decision.dialogue for pair in chosen for decision in (pair[0].first, pair[1].first)}
    held = {number: rollout for number, rollout in enumerate(rollouts) if number in wanted}
    rows = [_row(better, worse, held, split) for better, worse in chosen]
    return sorted(rows, key=lambda row: row["pair_id"])


def _decisions(rollouts: Iterable[Rollout]) -> Iterator[list[_Decision]]:
    """Answers to the same prompt, where there are at least two different ones."""
    groups: dict[bytes, list[_Decision]] = defaultdict(list)
    for number, rollout in enumerate(rollouts):
        score = rollout.scores.get(_SCORE)
        if rollout.ended in _TELLS_NOTHING or rollout.success is None:
            continue
        flawed = {finding.message for finding in rollout.findings if finding.severity >= _WORST_CHOSEN}
        prefix = hashlib.sha256((rollout.tools or "").encode())
        for place, message in enumerate(rollout.messages):
            said = json.dumps(_said(message)).encode()
            if message["role"] == "assistant" and place >= rollout.start and place:
                answer = hashlib.blake2b(said, digest_size=12).digest()
                outcome = (float(rollout.success), 0.0 if score is None else score, place not in flawed)
                groups[prefix.digest()[:16]].append(_Decision(number, rollout.sample_id, place, answer, *outcome))
            prefix.update(said + json.dumps(message["reasoning_content"]).encode())
    for key in sorted(groups):
        if len({decision.answer for decision in groups[key]}) > 1:
            yield groups[key]


def _said(message: MessageRow) -> list[Any]:
    """What a message says and calls, without ids and reasoning."""
    calls = [(call["function"]["name"], call["function"]["arguments"]) for call in message["tool_calls"] or []]
    return [message["role"], message["content"] or "", calls]


def _pairs(group: Sequence[_Decision], margin: float) -> Iterator[tuple[_Answer, _Answer]]:
    """The best answer with the worst, where it is better."""
    by_answer: dict[bytes, list[_Decision]] = defaultdict(list)
    for decision in group:
        by_answer[decision.answer].append(decision)
    answers = sorted(map(_answer, by_answer.values()), key=lambda a: (-a.success, -a.score, a.first.answer))
    better = next((answer for answer in answers if answer.clean and answer.success > 0), None)
    worse = answers[-1]
    if better is None:
        return
    gained = better.score - worse.score
    if better.success > worse.success or (better.success == worse.success and gained > 0 and gained >= margin):
        yield better, worse


def _answer(decisions: Sequence[_Decision]) -> _Answer:
    number = len(decisions)
    return _Answer(
        first=min(decisions, key=lambda decision: decision.sample_id),
        success=sum(d.success for d in decisions) / number,
        score=sum(d.score for d in decisions) / number,
        clean=all(d.clean for d in decisions),
    )


def _row(better: _Answer, worse: _Answer, held: Mapping[int, Rollout], split: Callable[[Rollout], str]) -> PairRow:
    rollout, other = held[better.first.dialogue], held[worse.first.dialogue]
    prompt: list[MessageRow] = [{**m, "train": False} for m in rollout.messages[: better.first.message]]
    said = [_said(message) for message in prompt]
    key = json.dumps([rollout.tools, said, better.first.answer.hex(), worse.first.answer.hex()])
    provenance = {
        "start": rollout.provenance.get("start"),
        "seed_task": rollout.seed_task,
        "world": rollout.world,
        "chosen": {"sample_id": rollout.sample_id, "message": better.first.message, "quality": better.score},
        "rejected": {"sample_id": other.sample_id, "message": worse.first.message, "quality": worse.score},
    }
    return {
        "pair_id": hashlib.sha256(key.encode()).hexdigest()[:16],
        "prompt": prompt,
        "chosen": {**rollout.messages[better.first.message], "train": True},
        "rejected": {**other.messages[worse.first.message], "train": True},
        "tools": rollout.tools,
        "chosen_score": better.success,
        "rejected_score": worse.success,
        "provenance": json.dumps(provenance, ensure_ascii=False, sort_keys=True),
        "split": split(rollout),
    }
