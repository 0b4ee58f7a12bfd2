"""Can a classifier tell two sets of users apart by their features? 0.5: it cannot; 1: always. Knows numbers only."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from turnwise.errors import TurnwiseError
from turnwise.users.fingerprint import FEATURES

FEWEST = 20
"""dialogues of each side below which the answer would be chance"""
_FOLDS = 5


class Discrimination(NamedTuple):
    """How well two sets were told apart."""

    auc: float
    """area under the ROC curve, on dialogues that were not learned from"""
    by: tuple[tuple[str, float], ...]
    """the features by their share in it, the most telling first"""


def discriminate(ours: Sequence[Mapping[str, float]], theirs: Sequence[Mapping[str, float]]) -> Discrimination:
    """The AUC of a random forest over the features of dialogues (`features`), as in arXiv 2605.12894, appendix E.

    200 trees of depth 12 at most, classes weighed alike, standardised features, five folds.

    Raises:
        TurnwiseError: scikit-learn is not installed, or there are too few dialogues.
    """
    try:
        from sklearn.ensemble import RandomForestClassifier
        from sklearn.metrics import roc_auc_score
        from sklearn.model_selection import StratifiedKFold, cross_val_predict
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
    except ModuleNotFoundError as error:
        raise TurnwiseError("telling users apart needs scikit-learn: pip install 'turnwise[health]'") from error
    if min(len(ours), len(theirs)) < FEWEST:
        found = f"there are {len(ours)} and {len(theirs)}"
        raise TurnwiseError(f"telling users apart takes {FEWEST} dialogues of each side, and {found}")
    rows = sorted(
        [[of.get(name, 0.0) for name in FEATURES], side] for side, group in enumerate((ours, theirs)) for of in group
    )
    features, sides = [row for row, _ in rows], [side for _, side in rows]
    forest = RandomForestClassifier(200, max_depth=12, class_weight="balanced", random_state=0)
    model = make_pipeline(StandardScaler(), forest)
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=0)
    guessed = cross_val_predict(model, features, sides, cv=folds, method="predict_proba")[:, 1]
    model.fit(features, sides)
    telling = sorted(zip(FEATURES, map(float, forest.feature_importances_), strict=True), key=lambda pair: -pair[1])
    return Discrimination(float(roc_auc_score(sides, guessed)), tuple(telling))
