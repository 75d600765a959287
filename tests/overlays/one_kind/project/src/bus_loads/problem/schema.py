"""What the data look like: entity, sources, features and label, each declared once.

The Feast definitions, the aggregation, the artifact's manifest and the service all read this
module.
"""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from ..declare import Aggregate, Function, Ratio
from ..design import Section, section


class ProblemDesign(Section):
    """What is predicted, of whom, and how it is acted on.

    Attributes:
        shortage_cost: of one unit too few, in units of what one too many costs.
        interval_level: the share of outcomes that the interval is to hold.
    """

    entity: str
    target: str
    label_delay_days: int = Field(ge=1)
    shortage_cost: float = Field(gt=0)
    interval_level: float = Field(gt=0, lt=1)


class FeaturesDesign(Section):
    """The lengths of the aggregation windows, shortest first."""

    windows_days: tuple[int, int]


PROBLEM = section("problem", ProblemDesign)
SHORT_DAYS, LONG_DAYS = section("features", FeaturesDesign).windows_days

ENTITY = PROBLEM.entity
ENTITY_KEY = f"{ENTITY}_id"
ENTITY_TYPE: type[int] | type[str] = str
"""What the key is in every table and request: `int`, a whole number of 64 bits, or `str`."""
LABEL = PROBLEM.target
OUTCOME_TIME = "due_at"
"""The column of the outcomes that tells when a prediction was due."""
LABEL_DELAY = timedelta(days=PROBLEM.label_delay_days)
"""How long after it was due an outcome is known."""
SNAPSHOT_EVERY = timedelta(days=7)
"""Features are computed every Monday at 00:00 UTC, for training as for serving."""
TRAINING_WINDOW = timedelta(weeks=8) + LABEL_DELAY
"""How far back training looks: over eight weeks of outcomes that are known."""
YEAR_DAYS = 364
"""A year of whole weeks, so that each weekday is compared with itself."""
COUNTED_DAYS = 14
"""Over neither of the designed windows."""
_OF_A_BUS: tuple[Function, ...] = ("mean", "min", "max", "last")


AGGREGATES = (
    *(
        Aggregate(
            f"boarded_{days}d",
            f"boarded in {days} days",
            event="bus",
            function="sum",
            days=days,
            column="boarded",
        )
        for days in (SHORT_DAYS, LONG_DAYS)
    ),
    Aggregate(
        f"buses_{COUNTED_DAYS}d",
        "buses that came",
        event="bus",
        function="count",
        days=COUNTED_DAYS,
    ),
    Aggregate(
        f"left_{LONG_DAYS}d",
        "left standing",
        event="bus",
        function="sum",
        days=LONG_DAYS,
        column="left_behind",
    ),
    *(
        Aggregate(
            f"{function}_boarded",
            f"the {function} of those who boarded",
            event="bus",
            function=function,
            days=LONG_DAYS,
            column="boarded",
        )
        for function in _OF_A_BUS
    ),
    Aggregate(
        "days_without_bus",
        "days since the last bus",
        event="bus",
        function="recency",
        days=LONG_DAYS,
    ),
    Aggregate(
        "boarded_last_year",
        "boarded from this day last year on",
        event="bus",
        function="sum",
        days=LONG_DAYS,
        column="boarded",
        lag_days=YEAR_DAYS - LONG_DAYS,
    ),
)

RATIOS = (
    Ratio(
        "load",
        "boarded a bus",
        numerator=f"boarded_{LONG_DAYS}d",
        denominator=f"buses_{COUNTED_DAYS}d",
        scale=COUNTED_DAYS / LONG_DAYS,
    ),
    Ratio(
        "growth",
        "of last year's",
        numerator=f"boarded_{LONG_DAYS}d",
        denominator="boarded_last_year",
    ),
    Ratio(
        "crowding",
        "the fullest bus, in usual ones",
        numerator="max_boarded",
        denominator="mean_boarded",
    ),
)

FEATURES = tuple(feature.name for feature in (*AGGREGATES, *RATIOS))
"""The model's inputs, in their order."""
