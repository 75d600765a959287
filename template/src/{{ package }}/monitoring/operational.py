"""Operational checks: is the service answering, fast, with the model, as often as it used to?

They notify; no retraining follows from them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import sqrt

import numpy as np

from ..contracts import Check, MonitoringReport
from .counts import Counts
from .drift import MonitoringDesign

SIGMAS = 3.0
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
    """Check the fallback's share, the latency, each channel's volume, and the log itself.

    Args:
        history: reports of past windows, and perhaps others; only those of the same length that end
            by the start of this one count.
        design: the fallback's share, and the SLA of requests, which has no value without a service.
    """
    checks = [_fallback(seen, design.fallback_alarm_share)]
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
        Check("operational", "damaged_log_lines", seen.damaged, 0, seen.damaged > 0),
    ]


def _fallback(seen: Counts, tolerance: float) -> Check:
    rows, share = seen.rows, seen.fallbacks.total() / max(1, seen.rows)
    causes = ", ".join(f"{count} {cause}" for cause, count in seen.fallbacks.most_common())
    alarm = wilson_lower(share, rows) > tolerance
    detail = f"of {rows} rows: {causes or 'none'}"
    return Check("operational", "fallback_share", share, tolerance, alarm, detail)


def wilson_lower(share: float, rows: int, sigmas: float = SIGMAS) -> float:
    """Return the lower bound of a share (Wilson, J. American Statistical Association 22, 1927)."""
    if not rows:
        return 0.0
    centre = share + sigmas**2 / (2 * rows)
    half = sigmas * sqrt(share * (1 - share) / rows + sigmas**2 / (4 * rows**2))
    return (centre - half) / (1 + sigmas**2 / rows)


def _latency(seen: Counts, name: str, quantile: float, sla_ms: float) -> Check:
    """Judge the time that whole requests take, of however many rows: the caller waits for all."""
    requests = seen.latencies_ms.total()
    detail = f"{requests} requests"
    if few := requests < MINIMUM_REQUESTS:
        detail = f"no verdict: {detail} of the {MINIMUM_REQUESTS} needed"
    value = _quantile(seen.latencies_ms, quantile)
    alarm = not few and value > sla_ms
    return Check("operational", name, value, sla_ms, alarm, detail)


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
        detail = f"no verdict: {len(past)} of the {USUAL_WINDOWS} past windows needed"
        return Check("operational", name, rows, 0, False, detail)
    expected = float(np.median(past))
    low, high = expected / VOLUME_FACTOR, expected * VOLUME_FACTOR
    # Some scatter is normal where few are counted: two roots of the expected number, as of Poisson.
    scatter = 2 * sqrt(expected)
    few, many = rows < low - scatter, rows > high + scatter
    detail = f"usually {expected:.0f}"
    return Check("operational", name, rows, high if many else low, few or many, detail)
