"""What a challenger must not break because of what is decided: it may not treat far more rows."""

from __future__ import annotations

import pandas as pd

from ..contracts import Criterion
from ..problem.schema import PROBLEM
from ..stats.proportions import wilson

TREATED_MARGIN = 0.1
"""The challenger may treat so many more rows than designed: treating more succeeds more."""


def decision_rails(challenger: pd.DataFrame, sigmas: float) -> dict[str, Criterion]:
    """Return the guardrails of decisions, by their names in `ExperimentDesign.guardrails`.

    Args:
        challenger: its predictions, with `decision`; outcomes don't matter.
        sigmas: how sure a look must be.
    """
    low, _ = wilson(float(challenger["decision"].mean()), len(challenger), sigmas)
    excess = low - PROBLEM.treated_share
    return {"treated-share": Criterion("treated_share_excess", excess, "<=", TREATED_MARGIN)}
