"""Preference pairs: one decision turn, two answers to the very same beginning, judged by what followed."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple, TypedDict

from turnwise.errors import HarvestError
from turnwise.files import atomic_folder
from turnwise.harvest.rows import MessageRow, Rollout

_SPOILT = {"user_fault", "tool_fault", "interrupted"}
"""Endings that say nothing of the assistant."""
_SCORE = "iq.iq_core"
_WORST_CHOSEN = 2
"""Severity of a flaw that keeps a message from being the chosen one."""


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


def find_pairs(
    candidates: Iterable[Rollout],
    *,
    margin: float = 0.1,
    every: bool = False,
    split: Callable[[Rollout], str] = lambda _: "train",
) -> list[PairRow]:
    """The pairs in some dialogues, failed ones among them; those a fault of user or tools simulation_failed are passed over.

    The chosen answer led to success at least once, and did so more often than the rejected one; where both did as
    often, interaction quality decides. Answers before `Rollout.start` are context. Ids of calls do not tell two
    beginnings apart; reasoning does.

    Args:
        candidates: is gone through twice, so no iterator. Only hashes are held in between, about 200 bytes a message.
        margin: least difference in quality where success does not decide.
        every: all pairs of answers to a prompt, and not only the best with the worst.
        split: train or validation, by dialogue; dialogues of one seed task must get the same.

    Raises:
        HarvestError: the candidates can be gone through only once.
    """
    if iter(candidates) is candidates:
        raise HarvestError("pairs need the dialogues twice: give them as a list, or as what can be read again")
    chosen = [pair for group in _decisions(candidates) for pair in _pairs(group, margin, every)]
    wanted = {decision.dialogue for pair in chosen for decision in (pair[0].first, pair[1].first)}
    held = {number: candidate for number, candidate in enumerate(candidates) if number in wanted}
    rows = [_row(better, worse, held, split) for better, worse in chosen]
    return sorted(rows, key=lambda row: row["pair_id"])


def _decisions(candidates: Iterable[Rollout]) -> Iterator[list[_Decision]]:
    """Answers to the same prompt, where there are at least two different ones."""
    groups: dict[bytes, list[_Decision]] = defaultdict(list)
    for number, candidate in enumerate(candidates):
        score = candidate.scores.get(_SCORE)
        if candidate.ended in _SPOILT or candidate.success is None:
            continue
        flawed = {flaw.message for flaw in candidate.flaws if flaw.severity >= _WORST_CHOSEN}
        prefix = hashlib.sha256((candidate.tools or "").encode())
        for place, message in enumerate(candidate.messages):
            said = json.dumps(_said(message)).encode()
            if message["role"] == "assistant" and place >= candidate.start and place:
                answer = hashlib.blake2b(said, digest_size=12).digest()
                outcome = (float(candidate.success), 0.0 if score is None else score, place not in flawed)
                groups[prefix.digest()[:16]].append(_Decision(number, candidate.sample_id, place, answer, *outcome))
            prefix.update(said + json.dumps(message["reasoning_content"]).encode())
    for key in sorted(groups):
        if len({decision.answer for decision in groups[key]}) > 1:
            yield groups[key]


def _said(message: MessageRow) -> list[Any]:
    """What a message says and calls, without ids and reasoning."""
    calls = [(call["function"]["name"], call["function"]["arguments"]) for call in message["tool_calls"] or []]
    return [message["role"], message["content"] or "", calls]


def _pairs(group: Sequence[_Decision], margin: float, every: bool) -> Iterator[tuple[_Answer, _Answer]]:
    by_answer: dict[bytes, list[_Decision]] = defaultdict(list)
    for decision in group:
        by_answer[decision.answer].append(decision)
    answers = sorted(map(_answer, by_answer.values()), key=lambda a: (-a.success, -a.score, a.first.answer))
    clean = [answer for answer in answers if answer.clean and answer.success > 0]
    if not clean:
        return
    for better, worse in combinations(answers, 2) if every else [(clean[0], answers[-1])]:
        wins = better.success > worse.success or (
            better.success == worse.success and better.score > worse.score and better.score - worse.score >= margin
        )
        if wins and better in clean:
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
    candidate, other = held[better.first.dialogue], held[worse.first.dialogue]
    prompt: list[MessageRow] = [{**m, "train": False} for m in candidate.messages[: better.first.message]]
    told = [_said(message) for message in prompt]
    key = json.dumps([candidate.tools, told, better.first.answer.hex(), worse.first.answer.hex()])
    provenance = {
        "start": candidate.provenance.get("start"),
        "seed_task": candidate.seed_task,
        "world": candidate.world,
        "chosen": {"sample_id": candidate.sample_id, "message": better.first.message, "quality": better.score},
        "rejected": {"sample_id": other.sample_id, "message": worse.first.message, "quality": worse.score},
    }
    return {
        "pair_id": hashlib.sha256(key.encode()).hexdigest()[:16],
        "prompt": prompt,
        "chosen": {**candidate.messages[better.first.message], "train": True},
        "rejected": {**other.messages[worse.first.message], "train": True},
        "tools": candidate.tools,
        "chosen_score": better.success,
        "rejected_score": worse.success,
        "provenance": json.dumps(provenance, ensure_ascii=False, sort_keys=True),
        "split": split(candidate),
    }


def write_pairs(directory: Path, pairs: Sequence[PairRow]) -> None:
    """Write pairs into the folder `pairs` of an archive, a file for each split; it is replaced whole.

    Raises:
        HarvestError: pyarrow is missing.
    """
    from turnwise.harvest.exports.files import PAIRS, ParquetFile

    with atomic_folder(directory / "pairs") as folder:
        for split in ("train", "validation"):
            if rows := [pair for pair in pairs if pair["split"] == split]:
                with ParquetFile(folder / f"{split}.parquet", PAIRS) as file:
                    for row in rows:
                        file.write(row)
