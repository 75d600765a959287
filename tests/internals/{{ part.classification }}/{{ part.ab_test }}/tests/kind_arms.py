"""Arms of an A/B test whose successes are drawn, for the suite of types of problem."""

from __future__ import annotations

import numpy as np
import pandas as pd

ASSUMED, EFFECT = 0.3, 0.1
"""The champion's success rate, and by how much a better challenger's is higher."""


def arm(rows: int, effect: float, seed: int) -> pd.DataFrame:
    """Return outcomes, each of an entity of its own, in an arm that is better by `effect`."""
    draw = np.random.default_rng(seed)
    ids = [f"{number}" for number in range(rows)]
    label = (draw.random(rows) < ASSUMED + effect).astype(np.float64)
    return pd.DataFrame({"entity": ids, "request_id": ids, "decision": 1, "label": label})
