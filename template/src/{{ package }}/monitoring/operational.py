"""Operational checks: is the service answering, fast, with the model, as often as it used to?

They notify; no retraining follows from them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
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
SCATTER = 2.0
"""A volume scatters by so many roots of itself, as by Poisson's law."""
USUAL_ROWS = int((SCATTER * VOLUME_FACTOR) ** 2) + 1
"""Of fewer a usual volume may come down to none by chance."""


def operational_looks(seen: Counts, design: MonitoringDesign) -> Mapping[str, Look]:
    """Look at the fallback's share of the rows and, where there is a service, at the latency."""
    looks = {"fallback_share": fallback_look(seen, design.fallback_alarm_share)}
    for name, quantile, sla_ms in (
        ("p50_latency_ms", 0.5, design.latency_p50_ms),
        ("p99_latency_ms", 0.99, design.latency_p99_ms),
    ):
        if sla_ms is not None:
            looks[name] = _latency_look(seen, quantile, sla_ms)
    return looks


def operational_checks(seen: Counts, history: Sequence[MonitoringReport]) -> list[Check]:
    """Check each channel's volume, and the log itself.

    Args:
        history: reports of past windows, and perhaps others; only those of the same length that end
            by the start of this one count.
    """
    past = [
        report
        for report in sorted(history, key=lambda report: report.end)
        if report.end - report.start == seen.end - seen.start and report.end <= seen.start
    ]
    usual = past[-USUAL_WINDOWS:]
    return [
        _volume(seen, "real-time", usual),
        _volume(seen, "batch", usual),
        Check(
            *("operational", "damaged_log_lines", seen.damaged, 0),
            "alarm" if seen.damaged else "ok",
            visible=1,
        ),
    ]


def fallback_look(seen: Counts, tolerance: float) -> Look:
    """Look whether the fallback surely answers more than the tolerated share of the rows."""
    causes = ", ".join(f"{count} {cause}" for cause, count in seen.fallbacks.most_common())
    detail = f"of {seen.rows} rows: {causes or 'none'}"
    return replace(_share_look(seen.fallbacks.total(), seen.rows, tolerance), detail=detail)


def _latency_look(seen: Counts, quantile: float, sla_ms: float) -> Look:
    """Look whether surely more requests than the rest beyond `quantile` take longer than the SLA.

    It is the time of whole requests, of however many rows: the caller waits for all. What is
    visible, and asked for, is that share; value and threshold are times.
    """
    requests = seen.latencies_ms.total()
    late = sum(times for took, times in seen.latencies_ms.items() if took > sla_ms)
    return replace(
        _share_look(late, requests, 1 - quantile),
        value=_quantile(seen.latencies_ms, quantile),
        threshold=sla_ms,
        detail=f"{late} of {requests} requests took longer",
    )


def _share_look(found: int, rows: int, tolerance: float) -> Look:
    """Look whether the share of what was found is surely above the tolerated one.

    It is where its lower bound is (Wilson, J. American Statistical Association 22, 1927; with
    skewness). For a verdict twice the tolerated share is to be visible, or one half as near to 1.
    """
    share = found / max(1, rows)

    def error(change: float, rows: float) -> float:
        share = min(tolerance + change, 0.5)
        return sqrt(share * (1 - share) / rows)

    def chance(change: float, rows: float) -> float:
        skewness = (1 - 2 * tolerance) / sqrt(tolerance * (1 - tolerance) * rows)
        return skewed(SIGMAS, skewness) * error(0.0, rows)

    sight = normal(max(rows, 1), 0.0, chance, error, min(tolerance, (1 - tolerance) / 2))
    limit, visible = tolerance + sight.limit, tolerance + sight.visible
    asked = tolerance + min(tolerance, (1 - tolerance) / 2)
    alarm = share > limit
    return Look(share, limit, alarm, visible, asked, rows, sight.needed)


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
    if not expected:
        few = f"no verdict: usually 0 rows, needs {USUAL_ROWS}"
        return Check("operational", name, rows, nan, "none", few)
    low, high = expected / VOLUME_FACTOR, expected * VOLUME_FACTOR
    scatter = SCATTER * sqrt(expected)
    lowest, highest = low - scatter, high + scatter
    # Whatever the rows become, they scatter about that as well.
    visible = highest + SCATTER * sqrt(highest) - expected
    detail, limit = f"usually {expected:.0f}", lowest
    if rows > highest:
        verdict, limit = "alarm", highest
    elif expected < USUAL_ROWS:
        verdict, limit = "none", highest
        detail = f"no verdict: {detail} rows, needs {USUAL_ROWS} for none to be too few"
    else:
        verdict = "alarm" if rows < lowest else "ok"
    return Check("operational", name, rows, limit, verdict, detail, visible)
