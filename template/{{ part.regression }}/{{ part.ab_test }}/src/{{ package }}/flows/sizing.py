"""What the size of an A/B test rests on: how much the cost of a prediction varies."""

from __future__ import annotations

from pydantic import Field

from ..design import Section, section


class BusinessMetricDesign(Section):
    """What is known of the business metric: the standard deviation of one prediction's cost."""

    standard_deviation: float = Field(gt=0)


def assumed_of_champion(version: int) -> float:
    """Return the designed standard deviation, whichever `version` is to be tested.

    The plan does not depend on what its test finds.
    """
    return section("business_metric", BusinessMetricDesign).standard_deviation
