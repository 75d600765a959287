"""What follows from an A/B test: the verdict, by rules that hold however often they are asked.

A challenger must keep to guardrails while it is tried, the split must be the designed one, and then
it must be better.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import ceil, erfc, floor, inf, sqrt
from statistics import NormalDist
from typing import Literal

import numpy as np
import pandas as pd

from ..contracts import Criterion
from ..kind.arms import Comparison, ShareLimit, newcombe, units, wilson
from ..kind.comparison import SHARE_LIMITS
from .power import Plan

MISMATCH_ALPHA = 0.001
"""A split less likely than this is not the designed one (Kohavi, Tang and Xu, chapter 21)."""
SIGMAS = 3.0
"""How sure a look must be that a guardrail is broken; there are many looks."""
FALLBACK_MARGIN = 0.01
"""The challenger's fallback share may be so much larger than the champion's."""
LATENCY_MARGIN = 0.5
"""The challenger's 99th percentile may be that part of the SLA slower."""

VerdictName = Literal["promote", "roll_back", "hold", "continue"]
"""`hold`: the test has ended, and the design leaves the decision to a person."""


def judge(
    plan: Plan,
    comparison: Comparison | None,
    split: float,
    rails: Sequence[Criterion],
    criteria: Collection[str],
    days: float,
) -> tuple[VerdictName, str]:
    """Return what to do and why. Until it says `hold` it may be asked as often as one likes.

    The test ends when the planned outcomes are known and the minimum days have passed: each day of
    a week has its own customers (Kohavi, Tang and Xu, Trustworthy Online Controlled Experiments,
    2020, chapter 2). It ends after the maximum days in any case, with what power it has by then.

    - A split that is not the designed one comes first: it voids every comparison of the arms, and
      nobody is promoted on it.
    - A broken guardrail rolls back at once, and where it doesn't, nobody is promoted.
    - Being worse rolls back, early or at the end, when z * sqrt(information) is below
      -z(1 - alpha/2). An equal challenger crosses this boundary (O'Brien and Fleming, Biometrics
      35, 1979) with probability alpha at most, however many looks there are: by the reflection
      principle a Brownian motion crosses c by time 1 with probability 2(1 - Phi(c)).
    - Superiority is judged once, by the first look after the test's end: each further look would be
      another chance to be fooled (Armitage, McPherson and Rowe, J. Royal Statistical Society A 132,
      1969). If p < alpha the challenger is promoted. If not, it is rolled back: no evidence of an
      improvement is a reason to keep what is known to work. Where the design does not roll back
      for that, a person decides; to ask again later would be that other chance.

    Args:
        plan: how many outcomes and days it takes.
        comparison: None while an arm has no outcome.
        split: the p-value of `split_p_value`.
        rails: of `guardrails`.
        criteria: what rolls back, of `ExperimentDesign.rollback_criteria`.
        days: since the test began. To the nearest whole day, because a weekly job may run some
            minutes sooner than it did the week before.
    """
    broken = next((_told(rail) for rail in rails if not rail.passed), None)
    rolls_back = broken is not None and "guardrail" in criteria
    progress = plan.progress(comparison.effective) if comparison else 0.0
    complete = progress >= 1 and round(days) >= plan.minimum_days
    ended = complete or round(days) >= plan.maximum_days
    if split < MISMATCH_ALPHA:
        why = f"the split is not the designed one (p = {split:.2g}), so the arms can't be compared"
        if rolls_back:
            return "roll_back", f"{why}; and {broken}"
        return ("roll_back" if ended else "continue"), why
    if rolls_back:
        return "roll_back", str(broken)
    without: VerdictName = "roll_back" if "no-better" in criteria else "hold"
    if comparison is None:
        why = "an arm has no known outcome"
        if ended:
            return without, f"no evidence within {plan.maximum_days} days: {why}"
        return "continue", f"{why} yet"
    found = (
        f"difference {comparison.difference:+.4f} [{comparison.low:+.4f}, {comparison.high:+.4f}],"
        f" p = {comparison.p_value:.2g}"
    )
    boundary = NormalDist().inv_cdf(plan.alpha / 2)
    worse = comparison.z * sqrt(plan.information(comparison.effective, days)) < boundary
    if worse and "worse" in criteria:
        return "roll_back", f"worse: {found}"
    if ended and comparison.p_value < plan.alpha:
        if broken:
            return "hold", f"better: {found}; but {broken}"
        return "promote", f"better: {found}"
    if complete:
        return without, f"no evidence of an improvement at the planned size: {found}"
    known = f"{progress:.0%} of the planned outcomes are known"
    if ended:
        power = plan.power_of(comparison.effective)
        return without, (
            f"no evidence of an improvement within {plan.maximum_days} days: {found}; {known}:"
            f" of such tests {power:.0%} see an improvement of {plan.minimum_effect:g}"
        )
    said = f"{known} after {days:.0f} of at least {plan.minimum_days} days: {found}"
    reach = plan.projected(comparison.effective, comparison.design_effect, days)
    if reach < 1:
        said += f"; at this pace {reach:.0%} will be when the test ends, after {plan.maximum_days}"
    return "continue", said


def _told(rail: Criterion) -> str:
    return f"{rail.name} is at least {rail.value:.4g}, limit {rail.threshold:.4g}"


def split_p_value(champion: pd.DataFrame, challenger: pd.DataFrame, share: float) -> float:
    """Return how likely a split as uneven as this is under the designed challenger `share`.

    A chi-square test with one degree of freedom on what was randomised, entities rather than rows
    (Fabijan et al., Diagnosing Sample Ratio Mismatch, KDD 2019).
    """
    observed = (units(champion).nunique(), units(challenger).nunique())
    total = sum(observed)
    expected = (total * (1 - share), total * share)
    if not total:
        return 1.0
    statistic = sum((o - e) ** 2 / e for o, e in zip(observed, expected, strict=True))
    return erfc(sqrt(statistic / 2))


def guardrails(
    champion: pd.DataFrame,
    challenger: pd.DataFrame,
    latency_p99_ms: float | None,
    watched: Collection[str],
) -> tuple[Criterion, ...]:
    """Say whether the challenger keeps to the margins of what the design watches.

    It must answer about as reliably and as fast as the champion, and decide within its bounds. Each
    value is a lower confidence bound of how much worse it is, so that a guardrail breaks only on
    evidence and may stop the test at any look (Kohavi, Tang and Xu, Trustworthy Online Controlled
    Experiments, 2020, chapters 15 and 21).

    Args:
        champion: its predictions: `entity`, `fallback`, `decision`, `request_id`, `latency_ms`;
            outcomes don't matter.
        challenger: the same.
        latency_p99_ms: the design's; None where nobody waits.
        watched: names of `ExperimentDesign.guardrails`.
    """
    fallback = fallback_excess(champion, challenger)
    rails = {
        "fallback-share": Criterion("fallback_share_excess", fallback, "<=", FALLBACK_MARGIN),
        **{name: _share_rail(challenger, limit) for name, limit in SHARE_LIMITS.items()},
    }
    if latency_p99_ms is not None:
        latency, slower = latency_excess(champion, challenger), LATENCY_MARGIN * latency_p99_ms
        rails["latency"] = Criterion("p99_latency_excess_ms", latency, "<=", slower)
    return tuple(rail for name, rail in rails.items() if name in watched)


def _share_rail(challenger: pd.DataFrame, limit: ShareLimit) -> Criterion:
    share, counted = _share(limit.counted(challenger), units(challenger))
    low, _ = wilson(share, counted, SIGMAS)
    return Criterion(limit.excess, low - limit.designed, "<=", limit.margin)


def fallback_excess(champion: pd.DataFrame, challenger: pd.DataFrame) -> float:
    """Return by how much the fallback's share is larger in the challenger's arm, at least.

    It must be so of units and of requests: rows of one request fail together, and whoever asks
    again and again is one unit.
    """
    arms = (champion, challenger)
    lows = []
    for whose in ([units(arm) for arm in arms], [arm["request_id"] for arm in arms]):
        shares = [_share(arm["fallback"].notna(), of) for arm, of in zip(arms, whose, strict=True)]
        (rate0, counted0), (rate1, counted1) = shares
        lows.append(newcombe((rate0, rate1), (counted0, counted1), SIGMAS)[0])
    return min(lows)


def _share(counted: pd.Series, whose: pd.Series) -> tuple[float, int]:
    """Return the mean share of the rows counted, each owner's rows as one, and how many own any."""
    shares = counted.groupby(whose).mean()
    return float(shares.mean()), len(shares)


def latency_excess(champion: pd.DataFrame, challenger: pd.DataFrame) -> float:
    """Return by how many milliseconds the challenger's 99th percentile is larger, at least."""
    _, at_most = quantile_bounds(_latencies(champion), 0.99)
    at_least, _ = quantile_bounds(_latencies(challenger), 0.99)
    return at_least - at_most


def _latencies(rows: pd.DataFrame) -> np.ndarray:
    return rows.groupby("request_id")["latency_ms"].max().to_numpy()


def quantile_bounds(values: np.ndarray, quantile: float) -> tuple[float, float]:
    """Return confidence bounds of a quantile, `SIGMAS` wide; infinite where too few values tell.

    The bounds are order statistics, whatever the distribution (Conover, Practical Nonparametric
    Statistics, 3rd edition 1999, section 3.2).
    """
    n = len(values)
    spread = SIGMAS * sqrt(n * quantile * (1 - quantile))
    low, high = floor(n * quantile - spread), ceil(n * quantile + spread)
    ordered = np.sort(values)
    return (
        float(ordered[low - 1]) if low >= 1 else -inf,
        float(ordered[high - 1]) if 1 <= high <= n else inf,
    )
