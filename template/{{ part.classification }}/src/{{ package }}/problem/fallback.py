"""The rule that answers when the model can't: what the team did before there was a model.

A customer who bought lately, and had no trouble, takes an offer more often. The rates of the four
groups are measured by training and travel in the artifact's manifest.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .schema import FEATURES, LONG_DAYS, SHORT_DAYS

_ORDERS = FEATURES.index(f"orders_{LONG_DAYS}d")
_TICKETS = FEATURES.index(f"tickets_{SHORT_DAYS}d")
_GROUPS = ("quiet", "buyer", "quiet_with_ticket", "buyer_with_ticket")

DEFAULTS: Mapping[str, float] = {
    "quiet": 0.2,
    "buyer": 0.3,
    "quiet_with_ticket": 0.1,
    "buyer_with_ticket": 0.2,
}
"""The rates to use where no manifest was ever read."""


def _group(features: np.ndarray) -> np.ndarray:
    bought = np.nan_to_num(features[:, _ORDERS]) > 0
    trouble = np.nan_to_num(features[:, _TICKETS]) > 0
    return bought.astype(np.int64) + 2 * trouble


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
