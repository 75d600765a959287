"""Reliability: do outcomes lie below the quantiles that answers tell as often as they should?

A forecast that is a median, with an interval, is calibrated if the share of outcomes below each of
them is the designed one, for small and for large forecasts alike (Gneiting, Balabdaoui and Raftery,
J. Royal Statistical Society B 69, 2007). Means of forecasts and of outcomes would not tell: the
mean of skewed outcomes lies above their median.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from ..contracts import Scored
from ..ops.markdown import number, table
from .calibration import decision_rule, designed_shares
from .decision import lies_on

if TYPE_CHECKING:
    from matplotlib.figure import Figure

GROUPS = 10
"""Into how many groups of equal size, by their forecast, the rows are divided."""
CALLED = {
    "lower": "the interval's lower end",
    "forecast": "the median forecast",
    "decision": "the quantity to hold",
    "upper": "the interval's upper end",
}
"""How the card calls the quantiles."""


def measure(tested: Scored) -> dict[str, Any]:
    """Return the shares of outcomes below each quantile, in all rows and in groups of them.

    What interval and quantity are told with a forecast rests on the same rows.

    Returns:
        `quantiles`: of each by its name, the lowest first, the designed `share`, the `found` one,
        and the mean pinball `loss`, in units. `groups`: of each, the lowest forecasts first, its
        `rows`, their `mean_forecast`, and the share `found` by name.
    """
    label, score = tested.label, tested.score
    quantiles = decision_rule(tested).decide(score) | {"forecast": score}
    shares = dict(sorted({**designed_shares(), "forecast": 0.5}.items(), key=lambda item: item[1]))
    groups = np.array_split(np.argsort(score, kind="stable"), min(GROUPS, len(score)))
    return {
        "quantiles": {
            name: {
                "share": share,
                "found": share_below(label, quantiles[name], share),
                "loss": pinball_loss(label, quantiles[name], share),
            }
            for name, share in shares.items()
        },
        "groups": [
            {
                "rows": len(group),
                "mean_forecast": float(score[group].mean()),
                "found": {
                    name: share_below(label[group], quantiles[name][group], share)
                    for name, share in shares.items()
                },
            }
            for group in groups
        ],
    }


def share_below(label: np.ndarray, quantile: np.ndarray, share: float) -> float:
    """Return the share of `label` below its `quantile`, [n] each.

    One that lies on it counts for whichever side brings the result nearer to the designed `share`:
    of whole numbers, many of them alike, no quantile has just that share below (the mass at a point
    can be split freely: Czado, Gneiting and Held, Biometrics 65, 2009).
    """
    on = lies_on(label, quantile)
    below = float(np.mean((label < quantile) & ~on))
    return float(np.clip(share, below, below + float(on.mean())))


def pinball_loss(label: np.ndarray, quantile: np.ndarray, share: float) -> float:
    """Return the mean loss, in units, that is least for the true quantile at `share`.

    One unit too few costs `share`, one too many 1 - `share` (Koenker and Bassett, Econometrica 46,
    1978).
    """
    short = label - quantile
    return float(np.maximum(share * short, (share - 1) * short).mean())


def draw(found: Mapping[str, Any]) -> Figure:
    """Draw what `measure` returns: the shares found in each group, and the designed ones."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="tight")
    axes = figure.subplots()
    groups = found["groups"]
    forecasts = [group["mean_forecast"] for group in groups]
    for name, quantile in found["quantiles"].items():
        (line,) = axes.plot(forecasts, [group["found"][name] for group in groups], "o-", label=name)
        axes.axhline(quantile["share"], color=line.get_color(), linestyle=":")
    axes.set(
        title="Outcomes below each quantile, on the test rows",
        xlabel="mean forecast",
        ylabel="share (dotted: designed)",
        ylim=(0, 1),
    )
    axes.legend()
    return figure


def blocks(found: Mapping[str, Any]) -> list[str]:
    """Return the card's paragraphs on what `measure` returns."""
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
