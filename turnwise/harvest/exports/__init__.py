"""The archive as each trainer reads it: one exporter by name, and what its format cannot hold.

Every exporter is a pure function from a row to a record. A row that a format would bend is left out and counted: a
turn that is not to be learned is never learned silently.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from turnwise.harvest.exports import chats, files, texts
from turnwise.harvest.exports.dialogues import TrainingDialogue, dialogue_of, turns_of
from turnwise.harvest.exports.pieces import parse_tools
from turnwise.harvest.pairs import PairRow
from turnwise.harvest.rows import Row

Record = Mapping[str, Any]
"""A row as a trainer reads it."""


@dataclass(frozen=True)
class Format:
    """What an export is made of: dialogues, or pairs, as one trainer reads them."""

    name: str
    record: Callable[[Any], Record]
    """of a Row, or of a PairRow; raises CannotHold"""
    columns: pa.Schema | None = None
    """of parquet; None for lines of JSON"""
    pairs: bool = False
    """whether it takes pairs, and not dialogues"""
    masks: bool = False
    """whether it can hold that a turn is not to be learned"""
    reasoning: bool = True
    by_turn: Callable[[Row], Record] | None = None
    """of a dialogue cut per user turn; None where all its answers would be learned again and again"""
    turn_columns: pa.Schema | None = None
    advice: tuple[str, ...] = ()
    """what a person has to know or set"""


@dataclass(frozen=True, kw_only=True)
class Exporter(Format):
    """A format that can be read back."""

    read: Callable[[Record], TrainingDialogue]
    """what the trainer learns from a record that was loaded"""
    expected: Callable[[Any], TrainingDialogue]
    """the same from the archive"""


def _expected(row: Row) -> TrainingDialogue:
    return dialogue_of(row, reasoning=True)


def _expected_bare(row: Row) -> TrainingDialogue:
    return dialogue_of(row, reasoning=False)


def _expected_pair(pair: PairRow, *, reasoning: bool = True) -> TrainingDialogue:
    messages = [*pair["prompt"], pair["chosen"], pair["rejected"]]
    return TrainingDialogue(turns_of(messages, reasoning=reasoning), parse_tools(pair["tools"]))


_TRL_LENGTH = "TRL cuts rows at max_length, which is 1024 tokens unless set: dialogues are longer"

EXPORTERS: Mapping[str, Exporter] = {
    exporter.name: exporter
    for exporter in (
        Exporter(
            "trl-sft",
            chats.trl_sft,
            read=chats.read_trl,
            expected=_expected,
            columns=files.TRL_SFT,
            by_turn=chats.trl_sft_turn,
            turn_columns=files.TRL_SFT_TURN,
            advice=(_TRL_LENGTH, "set assistant_only_loss=True, or what the user and the tools say is learned too"),
        ),
        Exporter(
            "trl-dpo",
            chats.trl_dpo,
            read=chats.read_trl,
            expected=_expected_pair,
            columns=files.TRL_DPO,
            pairs=True,
            advice=(_TRL_LENGTH,),
        ),
        Exporter(
            "axolotl",
            chats.archived,
            read=lambda record: chats.read_archived(record, flags=True),
            expected=_expected,
            columns=files.ARCHIVED,
            masks=True,
            by_turn=chats.archived,
            turn_columns=files.ARCHIVED,
            advice=("axolotl.yaml is the part of a config that reads it (axolotl 0.19 or later)",),
        ),
        Exporter(
            "llamafactory",
            texts.llamafactory,
            read=texts.read_llamafactory,
            expected=_expected,
            advice=("dataset_info.json names the files: pass the folder as dataset_dir",),
        ),
        Exporter(
            "prime-rl",
            chats.prime_rl,
            read=lambda record: chats.read_archived(record, flags=False),
            expected=_expected,
            columns=files.ARCHIVED,
        ),
        Exporter(
            "verl",
            texts.verl,
            read=texts.read_verl,
            expected=_expected,
            columns=files.VERL,
            advice=("set data.messages_key=messages; calls, results and tools are text",),
        ),
        Exporter(
            "verl-rl",
            texts.verl_rl,
            read=texts.read_verl_rl,
            expected=texts.told_of_rl,
            columns=files.VERL_RL,
            masks=True,
            by_turn=texts.verl_rl,
            turn_columns=files.VERL_RL,
            advice=("ground_truth holds the calls and the last reply of the dialogue: bring a reward function",),
        ),
        Exporter(
            "openai",
            chats.openai,
            read=chats.read_openai,
            expected=_expected_bare,
            masks=True,
            reasoning=False,
            by_turn=chats.openai,
        ),
        Exporter(
            "openai-dpo",
            chats.openai_dpo,
            read=chats.read_openai,
            expected=lambda pair: _expected_pair(pair, reasoning=False),
            pairs=True,
            reasoning=False,
        ),
    )
}
"""By the name of the trainer; `tokens` is made in `turnwise.harvest.exports.writing`, for it needs a tokenizer."""

NAMES = (*EXPORTERS, "tokens")
