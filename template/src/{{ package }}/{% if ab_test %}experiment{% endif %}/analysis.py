"""The analysis of an A/B test: from predictions and their outcomes to a verdict.

A row belongs to the arm that it was assigned to, whoever answered it: leaving out the rows that the
fallback answered would compare unlike customers (intention to treat: Kohavi, Tang and Xu,
Trustworthy Online Controlled Experiments, 2020).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from math import isfinite, sqrt
from statistics import NormalDist
from typing import Any, Literal

import pandas as pd

from ..contracts import Criterion
from ..experiment_design import ExperimentDesign
from .compare import Tally, compare
from .comparison import Comparison
from .excess import split_p_value
from .guardrails import guardrails
from .power import Plan
from .units import units

MISMATCH_ALPHA = 0.001
"""A split less likely than this is not the designed one (Kohavi, Tang and Xu, chapter 21)."""
NOTHING = (0.0, 0.0)

VerdictName = Literal["promote", "roll_back", "hold", "continue"]
"""`hold`: the test has ended, and the design leaves the decision to a person."""


@dataclass(frozen=True)
class Arm:
    """What one variant did: its predictions, their known outcomes, and their mean `value`."""

    predictions: int
    entities: int
    outcomes: int
    mean: float
    fallback_share: float


@dataclass(frozen=True)
class Verdict:
    """What follows from the test so far, with every figure that it rests on.

    Attributes:
        comparison: None while an arm has no outcome.
        progress: see `Plan.progress`.
        information: see `Plan.information`.
        split_p_value: how likely a split as uneven as this one is, by design.
    """

    outcome: VerdictName
    reason: str
    plan: Plan
    champion: Arm
    challenger: Arm
    comparison: Comparison | None
    progress: float
    information: float
    split_p_value: float
    guardrails: tuple[Criterion, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as JSON holds it, None where a figure is not finite."""
        rails = [asdict(rail) | {"passed": rail.passed} for rail in self.guardrails]
        return _plain(asdict(self) | {"guardrails": rails})


def participants(rows: pd.DataFrame, since: datetime) -> pd.DataFrame:
    """Return the predictions that take part: real-time ones since the challenger got traffic.

    Batches are not split. Attach outcomes to these rows, not to all, or a batch in between would
    take the outcomes of those who were asked for.
    """
    return rows[(rows["channel"] == "real-time") & (rows["time"] >= since)]


def analyse(
    predictions: pd.DataFrame,
    outcomes: pd.DataFrame,
    plan: Plan,
    design: ExperimentDesign,
    latency_budget_ms: float,
) -> Verdict:
    """Judge the challenger on what is known so far, by the rules of `judge`.

    Args:
        predictions: `participants`, with or without outcome.
        outcomes: those with an outcome, with `decision` and `label`.
        plan: made before the test, so that its size does not depend on what the test finds.
        design: the designed share, guardrails and rollback criteria.
        latency_budget_ms: of the gate, for the latency guardrail's margin.
    """
    champion, challenger = (
        predictions[predictions["variant"] == name] for name in ("champion", "challenger")
    )
    tallies = [
        Tally.of(outcomes[outcomes["variant"] == name]) for name in ("champion", "challenger")
    ]
    both_asked = len(champion) > 0 and len(challenger) > 0
    rails = (
        guardrails(champion, challenger, latency_budget_ms, design.guardrails) if both_asked else ()
    )
    split = split_p_value(champion, challenger, design.challenger_share)
    both_known = all(tally.rows for tally in tallies)
    comparison = compare(tallies[0], tallies[1], plan.alpha) if both_known else None
    effective = comparison.effective if comparison else NOTHING
    return Verdict(
        *judge(plan, comparison, split, rails, design.rollback_criteria),
        plan,
        _arm(champion, tallies[0]),
        _arm(challenger, tallies[1]),
        comparison,
        plan.progress(effective),
        plan.information(effective),
        split,
        rails,
    )


def judge(
    plan: Plan,
    comparison: Comparison | None,
    split: float,
    rails: Sequence[Criterion],
    criteria: Collection[str],
) -> tuple[VerdictName, str]:
    """Return what to do and why. Until it says `hold` it may be asked as often as one likes.

    - A broken guardrail rolls back at once, and where it doesn't, nobody is promoted.
    - A split that is not the designed one voids the comparison: nobody is promoted on it.
    - Being worse rolls back, early or at the planned size, when z * sqrt(information) is below
      -z(1 - alpha/2). An equal challenger crosses this boundary (O'Brien and Fleming, Biometrics
      35, 1979) with probability alpha at most, however many looks there are: by the reflection
      principle a Brownian motion crosses c by time 1 with probability 2(1 - Phi(c)).
    - Superiority is judged once, by the first look at the planned size: each further look would be
      another chance to be fooled (Armitage, McPherson and Rowe, J. Royal Statistical Society A 132,
      1969). If p < alpha the challenger is promoted. If not, it is rolled back: no evidence of an
      improvement is a reason to keep what is known to work. Where the design does not roll back
      for that, a person decides; to ask again later would be that other chance.

    Args:
        plan: how many outcomes it takes.
        comparison: None while an arm has no outcome.
        split: the p-value of `split_p_value`.
        rails: of `guardrails`.
        criteria: what rolls back, of `ExperimentDesign.rollback_criteria`.
    """
    broken = next((_told(rail) for rail in rails if not rail.passed), None)
    if broken and "guardrail" in criteria:
        return "roll_back", broken
    progress = plan.progress(comparison.effective) if comparison else 0.0
    if split < MISMATCH_ALPHA:
        why = f"the split is not the designed one (p = {split:.2g}), so the arms can't be compared"
        return ("continue" if progress < 1 else "roll_back"), why
    if comparison is None:
        return "continue", "an arm has no known outcome yet"
    found = (
        f"difference {comparison.difference:+.4f} [{comparison.low:+.4f}, {comparison.high:+.4f}],"
        f" p = {comparison.p_value:.2g}"
    )
    boundary = NormalDist().inv_cdf(plan.alpha / 2)
    worse = comparison.z * sqrt(plan.information(comparison.effective)) < boundary
    if worse and "worse" in criteria:
        return "roll_back", f"worse: {found}"
    if progress >= 1 and comparison.p_value < plan.alpha:
        if broken:
            return "hold", f"better: {found}; but {broken}"
        return "promote", f"better: {found}"
    if progress >= 1:
        why = f"no evidence of an improvement at the planned size: {found}"
        return ("roll_back" if "no-better" in criteria else "hold"), why
    return "continue", f"{progress:.0%} of the planned outcomes are known: {found}"


def _told(rail: Criterion) -> str:
    return f"{rail.name} is at least {rail.value:.4g}, limit {rail.threshold:.4g}"


def _arm(predictions: pd.DataFrame, tally: Tally) -> Arm:
    return Arm(
        predictions=len(predictions),
        entities=int(units(predictions).nunique()),
        outcomes=tally.rows,
        mean=tally.mean,
        fallback_share=float(predictions["fallback"].notna().sum()) / max(1, len(predictions)),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return None if isinstance(value, float) and not isfinite(value) else value
