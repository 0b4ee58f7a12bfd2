"""Are the sub-scores to be trusted? Planted defects must lower them, benign changes must not.

`DEFECTS` and `BENIGN` are the bank: a new entry is one small function under `defect` or `benign`.
"""

from turnwise.calibrate import acts as _acts
from turnwise.calibrate import benign as _benign
from turnwise.calibrate import defects as _defects
from turnwise.calibrate.bank import BENIGN, DEFECTS, Change

__all__ = ["BENIGN", "DEFECTS", "Change"]

_FILLED_BY = (_defects, _acts, _benign)
