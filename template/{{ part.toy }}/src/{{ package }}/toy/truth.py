"""What the toy world knows and no model does: the best score that can be reached on given rows."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from ..problem import source
from ..problem.metric import PRIMARY
from ..problem.schema import ENTITY_KEY, LABEL, OUTCOME_TIME
from . import world


def best_reachable(start: datetime, end: datetime, known_by: datetime) -> float:
    """Return the primary metric of the true scores on the outcomes due in `[start, end]`.

    Only those known by `known_by` count, as for every model.
    """
    keys = [ENTITY_KEY, OUTCOME_TIME]
    truth = pd.read_parquet(source.data_dir() / "truth")
    (column,) = truth.columns.difference(keys)
    rows = source.outcomes(known_by).merge(truth, on=keys, validate="one_to_one")
    rows = rows[rows[OUTCOME_TIME].between(start, end)]
    return PRIMARY.compute(rows[LABEL].to_numpy(), world.true_score(rows[column].to_numpy()))
