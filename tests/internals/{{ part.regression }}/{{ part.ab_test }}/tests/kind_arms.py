"""Arms of an A/B test whose costs are drawn, for the suite of types of problem."""

from __future__ import annotations

import numpy as np
import pandas as pd

ASSUMED, EFFECT = 10.0, 2.0
"""The standard deviation of a prediction's cost, and by how much a better challenger's is less."""


def arm(rows: int, effect: float, seed: int) -> pd.DataFrame:
    """Return outcomes, each of an entity of its own, in an arm that is better by `effect`."""
    draw = np.random.default_rng(seed)
    ids = [f"{number}" for number in range(rows)]
    # A unit too many costs one: what is held beyond what was asked for is the cost.
    cost = draw.gamma(25.0, ASSUMED / 5, size=rows) - effect
    known = {"decision": 100.0 + cost, "label": 100.0}
    return pd.DataFrame({"entity": ids, "request_id": ids} | known)
