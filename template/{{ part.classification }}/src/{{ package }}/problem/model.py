"""The models to choose from: how each is built, how it scores, and what tuning may try."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from ..declare import Family, Params, Range
from ..design import HOLDOUT
from .schema import TRAINING_WINDOW

if TYPE_CHECKING:
    import pandas as pd


def score(estimator: Any, features: pd.DataFrame) -> np.ndarray:
    """Return P(label = 1) for float32 `features` [n, k], float64 [n]."""
    return estimator.predict_proba(features.to_numpy(np.float32))[:, 1].astype(np.float64)


def _build_linear(params: Params, seed: int) -> Any:
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(
        SimpleImputer(strategy="median"),
        StandardScaler(),
        LogisticRegression(C=params["C"], random_state=seed),
    )


def _build_boosted(params: Params, seed: int) -> Any:
    from lightgbm import LGBMClassifier

    own = {key: value for key, value in params.items() if key != "half_life_days"}
    return LGBMClassifier(
        **own,
        n_jobs=1,
        random_state=seed,
        deterministic=True,
        force_row_wise=True,
        verbosity=-1,
    )


_LONGEST = TRAINING_WINDOW / timedelta(days=1)
_HALF_LIFE = Range(HOLDOUT / timedelta(days=4), _LONGEST, log=True)

FAMILIES: Mapping[str, Family] = {
    "linear": Family(
        _build_linear,
        space={"C": Range(1e-3, 1e2, log=True), "half_life_days": _HALF_LIFE},
        defaults={"C": 1.0, "half_life_days": _LONGEST / 2},
    ),
    "boosted": Family(
        _build_boosted,
        space={
            "n_estimators": Range(40, 160, step=20),
            "learning_rate": Range(0.03, 0.2, log=True),
            "num_leaves": Range(4, 32, log=True),
            "min_child_samples": Range(10, 100, log=True),
            "half_life_days": _HALF_LIFE,
        },
        defaults={
            "n_estimators": 80,
            "learning_rate": 0.08,
            "num_leaves": 12,
            "min_child_samples": 40,
            "half_life_days": _LONGEST / 2,
        },
    ),
}
"""Every family has `half_life_days`: a row's weight halves each time it is that much older."""
