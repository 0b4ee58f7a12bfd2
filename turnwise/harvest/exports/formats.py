"""The formats by name: which exporter writes one, its columns, and what it can and cannot hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from turnwise.harvest.archive import MESSAGE
from turnwise.harvest.exports import records, traces
from turnwise.harvest.rows import Row

Record = Any
"""A row as a trainer reads it: a mapping, or the lines of a file of its own."""


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
    sides: bool = False
    """whether each side of a pair is a record of its own"""
    lines: bool = False
    """whether it is read as lines of JSON, and not by `datasets`, which would make columns of them: a record has no room to say by what it was made, and the manifest does"""
    separate: bool = False
    """whether each record is a file of its own, and a list of lines"""
    masks: bool = False
    """whether it can hold that a turn is not to be learned"""
    reasoning: bool = True
    by_turn: Callable[[Row], Record] | None = None
    """of a dialogue cut per user turn; None where all its answers would be learned again and again"""
    turn_columns: pa.Schema | None = None
    """of its files; None where they are the same"""
    advice: str = ""
    """what a person has to know or set"""

    def file(self, split: str) -> str:
        return split if self.separate else f"{split}.{'parquet' if self.columns else 'jsonl'}"


def _columns(**kinds: Any) -> pa.Schema:
    return pa.schema(list(kinds.items()))


# The columns that each trainer reads.
_TEXT, _JSON = pa.string(), pa.json_()
_SAID = pa.list_(pa.struct([("role", _TEXT), ("content", _TEXT)]))
"""Role and text alone."""
_FLAGGED = pa.struct([*MESSAGE, pa.field("loss_mask", pa.int8())])
_UNFLAGGED = pa.struct([field for field in MESSAGE if field.name not in ("train", "turn_quality")])
_ARCHIVED = _columns(sample_id=_TEXT, messages=pa.list_(_FLAGGED), tools=_TEXT)
_SKYRL = _columns(sample_id=_TEXT, messages=pa.list_(_UNFLAGGED), tools=_TEXT)
_TRL_SFT = _columns(sample_id=_TEXT, messages=_JSON, tools=_TEXT)
_TRL_SFT_TURN = _columns(sample_id=_TEXT, prompt=_JSON, completion=_JSON, tools=_TEXT)
_TRL_DPO = _columns(pair_id=_TEXT, prompt=_JSON, chosen=_JSON, rejected=_JSON, tools=_TEXT)
_TRL_KTO = _columns(pair_id=_TEXT, prompt=_JSON, completion=_JSON, label=pa.bool_(), tools=_TEXT)
_VERL = _columns(sample_id=_TEXT, messages=_SAID)
_RULE = pa.struct([("style", _TEXT), ("ground_truth", _TEXT)])
_EXTRA = pa.struct([(name, _TEXT) for name in ("sample_id", "split", "tools", "scores", "provenance")])
_VERL_RL = _columns(data_source=_TEXT, prompt=_SAID, reward_model=_RULE, extra_info=_EXTRA)
_IDS, _FLAGS = pa.list_(pa.int32()), pa.list_(pa.int8())
TOKENS = _columns(sample_id=_TEXT, input_ids=_IDS, labels=_IDS, loss_mask=_FLAGS)
_TRL_LENGTH = "TRL cuts rows at max_length, which is 1024 tokens unless set: dialogues are longer"
_FORMATS = (
    Format(
        "trl-sft",
        records.trl_sft,
        _TRL_SFT,
        by_turn=records.trl_sft_turn,
        turn_columns=_TRL_SFT_TURN,
        advice=f"{_TRL_LENGTH}; set assistant_only_loss=True, or what the user and the tools say is learned too",
    ),
    Format("trl-dpo", records.trl_dpo, _TRL_DPO, pairs=True, advice=_TRL_LENGTH),
    Format("trl-kto", records.trl_kto, _TRL_KTO, pairs=True, sides=True, advice=_TRL_LENGTH),
    Format(
        "axolotl",
        records.archived,
        _ARCHIVED,
        masks=True,
        by_turn=records.archived,
        advice="axolotl.yaml is the part of a config that reads it (axolotl 0.19 or later)",
    ),
    Format(
        "llamafactory", records.llamafactory, advice="dataset_info.json names the files: pass the folder as dataset_dir"
    ),
    Format("prime-rl", records.prime_rl, _ARCHIVED),
    Format("verl", records.verl, _VERL, advice="set data.messages_key=messages; calls, results and tools are text"),
    Format(
        "verl-rl",
        records.verl_rl,
        _VERL_RL,
        masks=True,
        by_turn=records.verl_rl,
        advice="ground_truth holds the calls and the last reply of the dialogue: bring a reward function",
    ),
    Format(
        "skyrl",
        records.skyrl,
        _SKYRL,
        advice="set train_on_what=all_assistant_messages: SkyRL learns the last message alone unless told",
    ),
    Format("openai", records.openai, masks=True, reasoning=False, by_turn=records.openai, lines=True),
    Format("openai-dpo", records.openai_dpo, pairs=True, reasoning=False, lines=True),
    Format("atif", traces.atif, masks=True, lines=True),
    Format("session-trace", traces.session, masks=True, lines=True, separate=True),
)
EXPORTERS: Mapping[str, Format] = {format.name: format for format in _FORMATS}
"""By the name of the trainer; `tokens` is made in `turnwise.harvest.exports.writing`, for it needs a tokenizer."""
NAMES = (*EXPORTERS, "tokens")
