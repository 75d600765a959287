"""Operational checks: is the service answering, fast, with the model, as often as it used to?

They notify; no retraining follows from them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import nan, sqrt

import numpy as np

from ..contracts import Check, MonitoringReport
from ..kind.sight import Look, normal, skewed
from .counts import Counts
from .drift import MonitoringDesign

SIGMAS = 3.0
"""A share above its tolerance within so many standard errors is put down to chance."""
VOLUME_FACTOR = 2.0
"""A channel's rows may be so many times more or fewer than usual."""
USUAL_WINDOWS = 3
"""How many past windows make a usual volume."""
MINIMUM_REQUESTS = 100
"""With fewer, the 99th percentile is the slowest request."""


def operational_checks(
    seen: Counts,
    history: Sequence[MonitoringReport],
    design: MonitoringDesign,
) -> list[Check]:
    """Check the latency, each channel's volume, and the log itself.

    Args:
        history: reports of past windows, and perhaps others; only those of the same length that end
            by the start of this one count.
        design: the SLA of requests, which has no value without a service.
    """
    checks = []
    for name, quantile, sla_ms in (
        ("p50_latency_ms", 0.5, design.latency_p50_ms),
        ("p99_latency_ms", 0.99, design.latency_p99_ms),
    ):
        if sla_ms is not None:
            checks.append(_latency(seen, name, quantile, sla_ms))
    past = [
        report
        for report in sorted(history, key=lambda report: report.end)
        if report.end - report.start == seen.end - seen.start and report.end <= seen.start
    ]
    usual = past[-USUAL_WINDOWS:]
    return [
        *checks,
        _volume(seen, "real-time", usual),
        _volume(seen, "batch", usual),
        Check(
            *("operational", "damaged_log_lines", seen.damaged, 0),
            "alarm" if seen.damaged else "ok",
            visible=1,
        ),
    ]


def fallback_look(seen: Counts, tolerance: float) -> Look:
    """Look whether the fallback surely answers more than the tolerated share of the rows.

    It does where the share's lower bound is above (Wilson, J. American Statistical Association 22,
    1927; with skewness). For a verdict twice the tolerated share is to be visible.
    """
    rows, share = seen.rows, seen.fallbacks.total() / max(1, seen.rows)

    def error(change: float, rows: float) -> float:
        share = min(tolerance + change, 0.5)
        return sqrt(share * (1 - share) / rows)

    def chance(change: float, rows: float) -> float:
        skewness = (1 - 2 * tolerance) / sqrt(tolerance * (1 - tolerance) * rows)
        return skewed(SIGMAS, skewness) * error(0.0, rows)

    sight = normal(max(rows, 1), 0.0, chance, error, min(tolerance, (1 - tolerance) / 2))
    limit, visible = tolerance + sight.limit, tolerance + sight.visible
    asked = tolerance + min(tolerance, (1 - tolerance) / 2)
    causes = ", ".join(f"{count} {cause}" for cause, count in seen.fallbacks.most_common())
    detail = f"of {rows} rows: {causes or 'none'}"
    alarm = share > limit
    return Look(share, limit, alarm, visible, asked, rows, sight.needed, detail)


def _latency(seen: Counts, name: str, quantile: float, sla_ms: float) -> Check:
    """Judge the time that whole requests take, of however many rows: the caller waits for all."""
    requests = seen.latencies_ms.total()
    value = _quantile(seen.latencies_ms, quantile)
    if requests < MINIMUM_REQUESTS:
        few = f"no verdict: has {requests} requests, needs {MINIMUM_REQUESTS}"
        return Check("operational", name, value, sla_ms, "none", few)
    verdict = "alarm" if value > sla_ms else "ok"
    return Check("operational", name, value, sla_ms, verdict, f"{requests} requests")


def _quantile(times: Counter[float], share: float) -> float:
    """Return the least value that so large a share of all does not exceed, NaN of none."""
    if not times:
        return np.nan
    values, weights = list(times), list(times.values())
    return float(np.quantile(values, share, weights=weights, method="inverted_cdf"))


def _volume(seen: Counts, channel: str, usual: Sequence[MonitoringReport]) -> Check:
    name = f"volume({channel})"
    rows = seen.channels[channel]
    past = [check.value for report in usual for check in report.checks if check.name == name]
    if len(past) < USUAL_WINDOWS:
        few = f"no verdict: has {len(past)} past windows, needs {USUAL_WINDOWS}"
        return Check("operational", name, rows, nan, "none", few)
    expected = float(np.median(past))
    low, high = expected / VOLUME_FACTOR, expected * VOLUME_FACTOR
    # Some scatter is normal where few are counted: two roots of the expected number, as of Poisson.
    scatter = 2 * sqrt(expected)
    few, many = rows < low - scatter, rows > high + scatter
    verdict = "alarm" if few or many else "ok"
    limit = high + scatter if many else low - scatter
    # Whatever the rows become, they scatter about that as well.
    visible = high + scatter + 2 * sqrt(high + scatter) - expected
    return Check(
        *("operational", name, rows, limit, verdict, f"usually {expected:.0f}"), visible=visible
    )
