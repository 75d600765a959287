"""Reliability: do outcomes lie below the quantiles that answers tell as often as they should?

A forecast that is a median, with an interval, is calibrated if the share of outcomes below each of
them is the designed one, for small and for large forecasts alike (Gneiting, Balabdaoui and Raftery,
J. Royal Statistical Society B 69, 2007). Means of forecasts and of outcomes would not tell: the
mean of skewed outcomes lies above their median.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from .calibrate import designed_shares
from .decision import DecisionRule, lies_on

GROUPS = 10
"""Into how many groups of equal size, by their forecast, the rows are divided."""


def calibration(label: np.ndarray, score: np.ndarray, rule: DecisionRule) -> dict[str, Any]:
    """Return the shares of outcomes below each quantile, in all rows and in groups of them.

    Args:
        label: the outcomes, shape [n].
        score: the forecasts of the same rows, shape [n].
        rule: says what interval and quantity are told with each forecast.

    Returns:
        `quantiles`: of each by its name, the lowest first, the designed `share`, the `found` one,
        and the mean pinball `loss`, in units. `groups`: of each, the lowest forecasts first, its
        `rows`, their `mean_forecast`, and the share `found` by name.
    """
    quantiles = rule.decide(score) | {"forecast": score}
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
    """Draw what `calibration` returns: the shares found in each group, and the designed ones."""
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
