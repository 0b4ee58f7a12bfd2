"""How the keys of a score are averaged over the dialogues of a run."""

import math

from inspect_ai.scorer import Metric, SampleScore, Value, metric


@metric(scores="unreduced")
def mean_where_known(keys: list[str]) -> Metric:
    """The mean of each key over the dialogues in which it is known; NaN when there is none.

    Every trial counts by itself, whatever reduces the epochs: pass^k is for `success`, and a length or a quality
    that is not known in one trial is still known in the others. One metric for all keys, because Inspect copies
    every sample once per key when each has its own.
    """

    def compute(scores: list[SampleScore]) -> Value:
        found = [s.score.as_dict() for s in scores]
        return {key: _mean([value.get(key) for value in found]) for key in keys}

    return compute


def _mean(values: list[str | int | float | bool | None]) -> float:
    known = [float(value) for value in values if value is not None and not math.isnan(float(value))]
    return sum(known) / len(known) if known else math.nan
