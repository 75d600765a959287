"""The analysis of an A/B test: from predictions and their outcomes to a verdict.

A row belongs to the arm that it was assigned to, whoever answered it: leaving out the rows that the
fallback answered would compare unlike entities (intention to treat: Kohavi, Tang and Xu,
Trustworthy Online Controlled Experiments, 2020).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import orjson
import pandas as pd

from ..contracts import Criterion
from ..design.experiment import ExperimentDesign
from ..kind.arms import Comparison, units
from ..kind.comparison import Tally, compare
from ..prediction_log.scored import pair_of
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
class Participants:
    """The predictions that take part in a test, and who else was met.

    Attributes:
        rows: of the pair that is compared, each `variant` the one that its unit was first
            assigned to.
        met_both: units that were answered by both models; they count as first assigned.
        others: predictions since the test began that other models answered; they take no part.
    """

    rows: pd.DataFrame
    met_both: int = 0
    others: int = 0


@dataclass(frozen=True)
class Verdict:
    """What follows from the test so far, with every figure that it rests on.

    Attributes:
        comparison: None while an arm has no outcome.
        progress: see `Plan.progress`.
        information: see `Plan.information`.
        split_p_value: how likely a split as uneven as this one is, by design.
        met_both, others: see `Participants`.
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
    met_both: int
    others: int

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as JSON holds it, None where a figure is not finite."""
        rails = [asdict(rail) | {"passed": rail.passed} for rail in self.guardrails]
        content = asdict(self) | {"guardrails": rails}
        return orjson.loads(orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY))


def participants(rows: pd.DataFrame, champion: int, challenger: int, channel: str) -> Participants:
    """Pick the predictions that were split between two versions, once each.

    An arm is a pair of versions and the units that were first assigned to it (intention to treat).
    What another pair answered, because a server had not got the challenger yet or was started with
    an older model, belongs to no arm. Attach outcomes to these rows, not to all, or a batch in
    between would take the outcomes of those who were asked for.

    Args:
        rows: all predictions since the two were first split, by time.
        champion, challenger: the versions.
        channel: whose predictions take part.
    """
    rows = rows.drop_duplicates("id")
    pair, versions = rows["pair"], rows["version"].isin([champion, challenger])
    # Logs of releases before v0.4 don't have the pair; theirs is known by who answered.
    split = (pair == pair_of(champion, challenger)) | (pair.isna() & versions)
    inside = split & (rows["channel"] == channel)
    asked = rows[inside].reset_index(drop=True)
    unit = units(asked)
    models = rows.loc[versions, "version"].groupby(units(rows[versions])).nunique()
    met_both = int(models[models > 1].index.isin(unit).sum())
    first = asked["variant"].groupby(unit, sort=False).transform("first")
    others = int((rows["channel"] == channel).sum()) - len(asked)
    return Participants(asked.assign(variant=first), met_both, others)


def analyse(
    asked: Participants,
    outcomes: pd.DataFrame,
    plan: Plan,
    design: ExperimentDesign,
    latency_p99_ms: float | None,
    days: float,
) -> Verdict:
    """Judge the challenger on what is known so far, by the rules of `judge`.

    Args:
        asked: those who take part, with or without outcome.
        outcomes: those of them with an outcome, with `decision` and `label`.
        plan: made before the test, so that its size does not depend on what the test finds.
        design: the designed share, guardrails and rollback criteria.
        latency_p99_ms: the SLA, for the latency guardrail's margin; None without a service.
        days: since the test began.
    """
    champion, challenger = (
        asked.rows[asked.rows["variant"] == name] for name in ("champion", "challenger")
    )
    tallies = [
        Tally.of(outcomes[outcomes["variant"] == name]) for name in ("champion", "challenger")
    ]
    both_asked = len(champion) > 0 and len(challenger) > 0
    rails = (
        guardrails(champion, challenger, latency_p99_ms, design.guardrails) if both_asked else ()
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
        asked.met_both,
        asked.others,
    )


def _arm(predictions: pd.DataFrame, tally: Tally) -> Arm:
    return Arm(
        predictions=len(predictions),
        entities=int(units(predictions).nunique()),
        outcomes=tally.rows,
        mean=tally.mean,
        fallback_share=float(predictions["fallback"].notna().sum()) / max(1, len(predictions)),
    )
