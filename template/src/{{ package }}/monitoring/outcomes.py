"""What became of the predictions: each known outcome beside the prediction that it answers."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from ..problem.schema import ENTITY_KEY, LABEL, OUTCOME_TIME, SNAPSHOT_EVERY


def attach(rows: pd.DataFrame, outcomes: pd.DataFrame, now: datetime) -> pd.DataFrame:
    """Return the predictions whose outcome is known, one row an outcome, by when it was due.

    An outcome answers the latest prediction for its entity at or before the time it was due, at
    most `SNAPSHOT_EVERY` earlier: an older one was made from features replaced since.

    Args:
        rows: predictions as `window.Window.rows`; those without an entity can't have an outcome.
        outcomes: the entity key, `OUTCOME_TIME`, the label and `known_at`; both times have zones.
        now: aware; outcomes that become known later are left out.

    Returns:
        The columns of `rows` and `due` (the outcome's time), `known_at` and `label` (float64).
    """
    known = outcomes[outcomes["known_at"] <= now]
    answers = pd.DataFrame(
        {
            "entity": known[ENTITY_KEY].astype(str).astype(object),
            "due": known[OUTCOME_TIME].dt.as_unit("us"),
            "known_at": known["known_at"],
            "label": known[LABEL].astype("float64"),
        }
    )
    asked = rows[rows["entity"].notna()]
    matched = pd.merge_asof(
        answers.sort_values("due", kind="stable"),
        asked.sort_values("time", kind="stable").astype({"entity": object}),
        left_on="due",
        right_on="time",
        by="entity",
        tolerance=pd.to_timedelta(SNAPSHOT_EVERY),
    )
    answered = matched[matched["id"].notna()].reset_index(drop=True)
    return answered[[*rows.columns, "due", "known_at", "label"]].astype(rows.dtypes.to_dict())
