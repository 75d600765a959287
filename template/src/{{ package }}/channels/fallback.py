"""What answers in the model's place: the fallback, with the constants of the last good manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..artifact import Manifest
from ..kind.decision import DecisionRule, for_fallback
from ..problem import fallback


@dataclass(frozen=True)
class Fallback:
    """`problem.fallback` and its constants, and what is done about its scores."""

    constants: Mapping[str, float]
    decision_rule: DecisionRule

    @classmethod
    def of(cls, manifest: Manifest | None) -> Fallback:
        """Return that of `manifest`, or the one to use where no manifest was ever read."""
        constants = manifest.fallback if manifest else fallback.DEFAULTS
        return cls(constants, for_fallback(manifest.decision_rule if manifest else None, constants))

    def score(self, features: np.ndarray) -> np.ndarray:
        """Return the scores, float64 [n], of `features`, float32 [n, k] in schema order."""
        return fallback.score(features, self.constants)
