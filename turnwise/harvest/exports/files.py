"""The columns that each trainer reads."""

import pyarrow as pa

from turnwise.harvest.archive import MESSAGE

_TEXT, _JSON = pa.string(), pa.json_()
_SAID = pa.list_(pa.struct([("role", _TEXT), ("content", _TEXT)]))
"""Role and text alone."""

ARCHIVED = pa.schema([("sample_id", _TEXT), ("messages", pa.list_(MESSAGE)), ("tools", _TEXT)])
TRL_SFT = pa.schema([("sample_id", _TEXT), ("messages", _JSON), ("tools", _TEXT)])
TRL_SFT_TURN = pa.schema([("sample_id", _TEXT), ("prompt", _JSON), ("completion", _JSON), ("tools", _TEXT)])
TRL_DPO = pa.schema(
    [("pair_id", _TEXT), *((name, _JSON) for name in ("prompt", "chosen", "rejected")), ("tools", _TEXT)]
)
VERL = pa.schema([("sample_id", _TEXT), ("messages", _SAID)])
VERL_RL = pa.schema(
    [
        ("data_source", _TEXT),
        ("prompt", _SAID),
        ("reward_model", pa.struct([("style", _TEXT), ("ground_truth", _TEXT)])),
        ("extra_info", pa.struct([(name, _TEXT) for name in ("sample_id", "split", "tools", "scores", "provenance")])),
    ]
)
TOKENS = pa.schema([("sample_id", _TEXT), ("input_ids", pa.list_(pa.int32())), ("labels", pa.list_(pa.int32()))])
