"""What a card says of the calibration of forecasts and of what is told with them."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Any

from ..ops.markdown import number, table

CALLED = {
    "lower": "the interval's lower end",
    "forecast": "the median forecast",
    "decision": "the quantity to hold",
    "upper": "the interval's upper end",
}
"""How the card calls the quantiles."""


def blocks(found: Mapping[str, Any]) -> list[str]:
    """Return the paragraphs on the share of outcomes below each quantile."""
    quantiles, groups = found["quantiles"], found["groups"]
    gap, worst = max(
        (abs(group["found"][name] - each["share"]), name)
        for group in groups
        for name, each in quantiles.items()
    )
    smallest = min(group["rows"] for group in groups)
    share = quantiles[worst]["share"]
    return [
        "The share of the test rows' outcomes below each quantile that is told with a forecast."
        " Those on it count for whichever side the design needs. The loss is the mean pinball"
        " loss.",
        table(
            ("Quantile", "Designed", "Found", "Loss, in units"),
            (
                (CALLED[name], *map(number, (each["share"], each["found"], each["loss"])))
                for name, each in quantiles.items()
            ),
        ),
        "All but the forecast rest on the residuals of these very rows, so over all they are right"
        " by design: the groups tell whether they are for small and for large forecasts alike. They"
        " are of equal size, the lowest forecasts first. The largest gap is"
        f" {number(gap)}, of {CALLED[worst]}; of {smallest:,} rows chance alone moves a share of"
        f" {number(share)} by {number(1.96 * sqrt(share * (1 - share) / smallest))} or more in one"
        f" group of twenty, and this is the largest of {len(groups) * len(quantiles)} gaps.",
        table(
            ("Rows", "Mean forecast", *(f"Below {CALLED[name]}" for name in quantiles)),
            (
                (
                    f"{group['rows']:,}",
                    number(group["mean_forecast"]),
                    *(number(group["found"][name]) for name in quantiles),
                )
                for group in groups
            ),
        ),
    ]
