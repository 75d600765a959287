"""The rule that answers when the model can't: a meter that shows nothing is broken."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .schema import FEATURES, LONG_DAYS

_ENERGY = FEATURES.index(f"energy_{LONG_DAYS}d")

DEFAULTS: Mapping[str, float] = {"silent": 0.5, "running": 0.1}
"""The rates to use where no manifest was ever read."""


def fit(features: np.ndarray, label: np.ndarray) -> dict[str, float]:
    """Return the mean label of each group; `features` float32 [n, k], `label` [n]."""
    silent = ~(features[:, _ENERGY] > 0)
    groups = {"silent": silent, "running": ~silent}
    return {
        name: float((label[group] if group.any() else label).mean())
        for name, group in groups.items()
    }


def score(features: np.ndarray, constants: Mapping[str, float]) -> np.ndarray:
    """Return the rate of each row's group, float64 [n]; `features` float32 [n, k]."""
    return np.where(features[:, _ENERGY] > 0, constants["running"], constants["silent"])
