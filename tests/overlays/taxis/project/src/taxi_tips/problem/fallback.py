"""The rule that answers when the model can't: what a driver would guess.

Where many ride, they tip; where green cabs ride, they tip less. The rates of the four groups are
measured by training and travel in the artifact's manifest.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .schema import FEATURES, LONG_DAYS

_RIDES = FEATURES.index(f"rides_{LONG_DAYS}d")
_GREEN = FEATURES.index(f"green_{LONG_DAYS}d")
_GROUPS = ("quiet", "busy", "quiet_green", "busy_green")

DEFAULTS: Mapping[str, float] = {
    "quiet": 0.6,
    "busy": 0.75,
    "quiet_green": 0.4,
    "busy_green": 0.5,
}
"""The rates to use where no manifest was ever read."""


def _group(features: np.ndarray) -> np.ndarray:
    busy = np.nan_to_num(features[:, _RIDES]) >= LONG_DAYS
    green = np.nan_to_num(features[:, _GREEN]) > 0
    return busy.astype(np.int64) + 2 * green


def fit(features: np.ndarray, label: np.ndarray) -> dict[str, float]:
    """Return the mean label of each group; `features` float32 [n, k], `label` [n].

    A group without rows gets the overall mean.
    """
    group = _group(features)
    return {
        name: float(label[group == index].mean() if (group == index).any() else label.mean())
        for index, name in enumerate(_GROUPS)
    }


def score(features: np.ndarray, constants: Mapping[str, float]) -> np.ndarray:
    """Return the rate of each row's group, float64 [n]; `features` float32 [n, k]."""
    return np.array([constants[name] for name in _GROUPS])[_group(features)]
