"""The decision: what is done about a score, and what it was worth. Who scores high is treated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

ANSWERS: Mapping[str, Mapping[str, Any]] = {"decision": {"enum": [0, 1]}}
"""What an answer holds because of its score: name -> JSON schema."""


@dataclass(frozen=True)
class DecisionRule:
    """Scores at or above `threshold` are decided as 1."""

    threshold: float

    def decide(self, score: np.ndarray) -> dict[str, np.ndarray]:
        """Return what `ANSWERS` names, int8 [n], for the scores, float64 [n]."""
        return {"decision": (score >= self.threshold).astype(np.int8)}


def for_fallback(model: DecisionRule | None, constants: Mapping[str, float]) -> DecisionRule:
    """Return the rule for the fallback's scores; `model` is the model's, if one is known.

    The model's threshold may lie above all that the fallback ever says, and then nobody would be
    treated while it answers; so those whom it rates best always are.
    """
    best = max(constants.values())
    return DecisionRule(min(model.threshold, best) if model else best)


def value(outcomes: pd.DataFrame) -> pd.Series:
    """Return which outcomes count as a success, 0 or 1: treated, and the label is 1.

    Its mean is the business metric, accepted offers among all requests: whoever is not treated
    yields nothing, so a model can't win by treating few.

    Args:
        outcomes: `decision` and `label`, 0 or 1 each, of n answers.
    """
    return (outcomes["decision"] * outcomes["label"]).astype("int64")
