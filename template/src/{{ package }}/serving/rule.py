"""The rule that answers in the model's place, with the constants of the last good manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..artifact import Manifest
from ..problem import fallback


@dataclass(frozen=True)
class Rule:
    """`problem.fallback` and its constants; scores at or above `threshold` are decided as 1."""

    constants: Mapping[str, float]
    threshold: float

    @classmethod
    def of(cls, manifest: Manifest | None) -> Rule:
        """Return the rule of `manifest`, or the one to use where no manifest was ever read.

        The model's threshold may lie above all that the rule ever says, and then nobody would be
        treated while the rule answers; so those whom the rule rates best always are.
        """
        constants = manifest.fallback if manifest else fallback.DEFAULTS
        best = max(constants.values())
        return cls(constants, min(manifest.threshold, best) if manifest else best)

    def score(self, features: np.ndarray) -> np.ndarray:
        """Return the scores, float64 [n], of `features`, float32 [n, k] in schema order."""
        return fallback.score(features, self.constants)
