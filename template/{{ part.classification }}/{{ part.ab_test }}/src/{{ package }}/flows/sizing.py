"""What the size of an A/B test rests on: the rate of successes before it."""

from __future__ import annotations

from ..problem.schema import PROBLEM
from ..registry import record


def assumed_of_champion(version: int) -> float:
    """Return the success rate that the champion had on the rows that `version` was tested on.

    It was recorded when `version` was trained, so the plan does not depend on what its test finds.
    """
    precision = record.metrics_of(version)["champion.treated_precision"]
    return PROBLEM.treated_share * precision
