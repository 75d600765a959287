"""Evidently draws two samples: a page of distributions, and its own measure of their distance.

It illustrates a drift report and decides nothing. Another tool brings a module of this name with
the same `illustrate` and `Illustration`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from evidently import Report
from evidently.metrics import ValueDrift

SAMPLE_ROWS = 2_000
"""Rows of each side that Evidently gets; its cost grows with them, what it shows hardly does."""
METHOD = "wasserstein"
"""In standard deviations of the reference: what it says does not depend on the number of rows."""


class UndrawableError(Exception):
    """The tool can't draw these columns; the message says why in a line."""


@dataclass(frozen=True)
class Illustration:
    """What people look at beside the verdicts.

    Attributes:
        page: HTML with one `<body>`.
        distances: the tool's own figure for each column that it drew.
    """

    page: str
    distances: Mapping[str, float]


def illustrate(current: pd.DataFrame, reference: pd.DataFrame) -> Illustration:
    """Draw what was scored beside what was trained on.

    Args:
        current: numbers, NaN where missing.
        reference: the same columns, of which there is at least one; none is empty on either side.

    Raises:
        UndrawableError: the tool raised, of which values out of all range are the usual cause.
    """
    try:
        return _illustrate(current, reference)
    except Exception as error:
        raise UndrawableError(f"{error}".partition("\n")[0] or type(error).__name__) from error


def _illustrate(current: pd.DataFrame, reference: pd.DataFrame) -> Illustration:
    columns = [str(name) for name in reference.columns]
    metrics: list[Any] = [
        ValueDrift(column=name, method=METHOD)  # ty: ignore[missing-argument]
        for name in columns
    ]
    snapshot = Report(metrics).run(_sample(current, columns), _sample(reference, columns))
    distances = {
        metric["config"]["column"]: float(metric["value"]) for metric in snapshot.dict()["metrics"]
    }
    return Illustration(snapshot.get_html_str(as_iframe=False), distances)


def _sample(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    few = rows if len(rows) <= SAMPLE_ROWS else rows.sample(SAMPLE_ROWS, random_state=0)
    return few[columns].astype("float64").reset_index(drop=True)
