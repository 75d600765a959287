"""Fitting: an estimator on rows, newer ones weighing more, and what is in its library's terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..contracts import Dataset, Split, TrainedModel
from ..problem.model import FAMILIES


def fit(family: str, params: Mapping[str, Any], rows: Dataset, seed: int) -> Any:
    """Return an estimator fitted on `rows`; same rows, parameters and seed, same model."""
    estimator = FAMILIES[family].build(params, seed)
    weight = {_weight_argument(estimator): recency_weight(rows, params["half_life_days"])}
    estimator.fit(rows.features.to_numpy(np.float32), rows.label, **weight)
    return floor_thresholds(estimator)


def train(family: str, params: Mapping[str, Any], split: Split, seed: int) -> TrainedModel:
    """Fit on everything that was known before the first test row is due."""
    native = fit(family, params, split.known, seed)
    return TrainedModel(family, dict(params), seed, native)


def recency_weight(rows: Dataset, half_life_days: float) -> np.ndarray:
    """Return weights, shape [n], that halve for every `half_life_days` before the newest row."""
    age = (rows.time.iloc[-1] - rows.time).dt.total_seconds().to_numpy() / 86_400
    return np.exp2(-age / half_life_days)


def _weight_argument(estimator: Any) -> str:
    steps = getattr(estimator, "steps", None)
    return f"{steps[-1][0]}__sample_weight" if steps else "sample_weight"


def floor_thresholds(estimator: Any) -> Any:
    """Round the thresholds of a LightGBM model down to float32, and return the estimator.

    For float32 x, `x <= t` and `x <= floor32(t)` are the same, so the model's own predictions don't
    change; but ONNX holds thresholds as float32, and one rounded up sends rows down another branch.
    Other estimators are returned as they are.
    """
    booster = getattr(estimator, "booster_", None)
    if booster is None:
        return estimator
    import lightgbm

    lines = []
    for line in booster.model_to_string().splitlines():
        key, _, values = line.partition("=")
        if key == "threshold":
            line = f"{key}={' '.join(map(repr, _floor32(values).tolist()))}"
        if key != "tree_sizes":  # Byte offsets, which the new text would make wrong.
            lines.append(line)
    estimator._Booster = lightgbm.Booster(model_str="\n".join(lines) + "\n")
    return estimator


def _floor32(values: str) -> np.ndarray:
    exact = np.array(values.split(), dtype=np.float64)
    # LightGBM's bound between numbers and none is beyond float32: it becomes the largest of these.
    with np.errstate(over="ignore"):
        rounded = exact.astype(np.float32)
    above = rounded.astype(np.float64) > exact
    return np.where(above, np.nextafter(rounded, np.float32(-np.inf)), rounded).astype(np.float64)


def importances(estimator: Any, names: Sequence[str]) -> Mapping[str, float]:
    """Return each feature's share of the model: gain for trees, |coefficient| for linear models."""
    booster = getattr(estimator, "booster_", None)
    if booster is not None:
        raw = booster.feature_importance(importance_type="gain")
    else:
        raw = np.abs(estimator.steps[-1][1].coef_).ravel()
    total = raw.sum() or 1.0
    return dict(zip(names, (raw / total).tolist(), strict=True))


def save_native(estimator: Any, folder: Path) -> Path:
    """Write the model in its library's own form, which is never a pickle, and return the file."""
    booster = getattr(estimator, "booster_", None)
    if booster is not None:
        path = folder / "native.txt"
        booster.save_model(path)
    else:
        import skops.io

        path = folder / "native.skops"
        skops.io.dump(estimator, path)
    return path
