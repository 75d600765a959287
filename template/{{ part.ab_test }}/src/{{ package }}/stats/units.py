"""What was randomised: the unit of an A/B test."""

from __future__ import annotations

import pandas as pd


def units(rows: pd.DataFrame) -> pd.Series:
    """Return what was randomised: each row's entity, or its request where it names none."""
    entity = rows["entity"]
    if entity.notna().all():
        return entity
    return entity.where(entity.notna(), "request " + rows["request_id"].astype(str))
