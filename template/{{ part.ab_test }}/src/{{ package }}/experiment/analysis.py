"""The analysis of an A/B test: from predictions and their outcomes to a verdict.

A row belongs to the arm that it was assigned to, whoever answered it: leaving out the rows that the
fallback answered would compare unlike entities (intention to treat: Kohavi, Tang and Xu,
Trustworthy Online Controlled Experiments, 2020).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import orjson
import pandas as pd

from ..contracts import Criterion
from ..design.experiment import ExperimentDesign
from ..kind.arms import Comparison, units
from ..kind.comparison import Tally, compare
from .judgement import VerdictName, guardrails, judge, split_p_value
from .power import Plan

NOTHING = (0.0, 0.0)


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
        content = asdict(self) | {"guardrails": rails}
        return orjson.loads(orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY))


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
    days: float,
) -> Verdict:
    """Judge the challenger on what is known so far, by the rules of `judge`.

    Args:
        predictions: `participants`, with or without outcome.
        outcomes: those with an outcome, with `decision` and `label`.
        plan: made before the test, so that its size does not depend on what the test finds.
        design: the designed share, guardrails and rollback criteria.
        latency_budget_ms: of the gate, for the latency guardrail's margin.
        days: since the test began.
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
        *judge(plan, comparison, split, rails, design.rollback_criteria, days),
        plan,
        _arm(champion, tallies[0]),
        _arm(challenger, tallies[1]),
        comparison,
        plan.progress(effective),
        plan.information(effective, days),
        split,
        rails,
    )


def _arm(predictions: pd.DataFrame, tally: Tally) -> Arm:
    return Arm(
        predictions=len(predictions),
        entities=int(units(predictions).nunique()),
        outcomes=tally.rows,
        mean=tally.mean,
        fallback_share=float(predictions["fallback"].notna().sum()) / max(1, len(predictions)),
    )
