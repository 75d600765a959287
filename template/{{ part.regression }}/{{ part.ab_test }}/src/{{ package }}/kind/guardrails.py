"""What a challenger must not break because of what is decided: quantities have no such limit."""

from __future__ import annotations

import pandas as pd

from ..contracts import Criterion


def decision_rails(challenger: pd.DataFrame, sigmas: float) -> dict[str, Criterion]:
    """Return the guardrails of decisions, by their names in `ExperimentDesign.guardrails`: none."""
    return {}
