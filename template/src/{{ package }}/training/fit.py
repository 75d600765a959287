"""Fitting: one estimator on one set of rows, newer rows weighing more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..contracts import Dataset, TrainedModel
from ..problem.model import FAMILIES
from .native import floor_thresholds
from .split import Split, join


def fit(family: str, params: Mapping[str, Any], rows: Dataset, seed: int) -> Any:
    """Return an estimator fitted on `rows`; same rows, parameters and seed, same model."""
    estimator = FAMILIES[family].build(params, seed)
    weight = {_weight_argument(estimator): recency_weight(rows, params["half_life_days"])}
    estimator.fit(rows.features.to_numpy(np.float32), rows.label, **weight)
    return floor_thresholds(estimator)


def train(family: str, params: Mapping[str, Any], split: Split, seed: int) -> TrainedModel:
    """Fit on everything before the test rows."""
    native = fit(family, params, join(split.train, split.validation), seed)
    return TrainedModel(family, dict(params), seed, native)


def recency_weight(rows: Dataset, half_life_days: float) -> np.ndarray:
    """Return weights, shape [n], that halve for every `half_life_days` before the newest row."""
    age = (rows.time.iloc[-1] - rows.time).dt.total_seconds().to_numpy() / 86_400
    return np.exp2(-age / half_life_days)


def _weight_argument(estimator: Any) -> str:
    steps = getattr(estimator, "steps", None)
    return f"{steps[-1][0]}__sample_weight" if steps else "sample_weight"
