"""What the data look like: entity, sources, features and label, each declared once.

The Feast definitions, the aggregation, the artifact's manifest and the service all read this
module.
"""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from ..declare import Aggregate, Ratio
from ..design import HOLDOUT, Section, section


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
ENTITY_TYPE: type[int] | type[str] = int
"""What the key is in every table and request: `int`, a whole number of 64 bits, or `str`."""
LABEL = PROBLEM.target
OUTCOME_TIME = "ordered_at"
"""The column of the outcomes that tells when a prediction was due."""
LABEL_DELAY = timedelta(days=PROBLEM.label_delay_days)
"""How long after it was due an outcome is known."""
SNAPSHOT_EVERY = timedelta(days=7)
"""Features are computed every Monday at 00:00 UTC, for training as for serving."""
TRAINING_WINDOW = timedelta(weeks=8) + 2 * HOLDOUT + 3 * LABEL_DELAY
"""How far back training looks: over eight weeks of outcomes to learn from, beside those that test
and validate, and the waits for outcomes before now, the test and the validation."""
YEAR_DAYS = 364
"""A year of whole weeks, so that each weekday is compared with itself."""

_RECENT = tuple(
    Aggregate(
        f"{name}_{days}d",
        f"{what} in the last {days} days",
        event=event,
        function=function,
        column=column,
        days=days,
    )
    for name, event, function, column, what in (
        ("units", "sale", "sum", "amount", "units sold"),
        ("sales", "sale", "count", None, "sales"),
        ("promotions", "promotion", "count", None, "promotions begun"),
    )
    for days in (SHORT_DAYS, LONG_DAYS)
)
_SEASON = tuple(
    Aggregate(
        name,
        f"units sold in the {LONG_DAYS} days {when}",
        event="sale",
        function="sum",
        column="amount",
        days=LONG_DAYS,
        lag_days=lag,
    )
    for name, when, lag in (
        ("units_before_last_year", "before this day last year", YEAR_DAYS),
        ("units_after_last_year", "from this day on last year", YEAR_DAYS - LONG_DAYS),
    )
)
AGGREGATES = (*_RECENT, *_SEASON)

RATIOS = (
    Ratio(
        "units_trend",
        "recent units a day over usual units a day",
        numerator=f"units_{SHORT_DAYS}d",
        denominator=f"units_{LONG_DAYS}d",
        scale=LONG_DAYS / SHORT_DAYS,
    ),
    Ratio(
        "sale_size",
        "average units of a sale",
        numerator=f"units_{LONG_DAYS}d",
        denominator=f"sales_{LONG_DAYS}d",
    ),
    Ratio(
        "season",
        "how demand went on from this day last year",
        numerator="units_after_last_year",
        denominator="units_before_last_year",
    ),
)

FEATURES = tuple(feature.name for feature in (*AGGREGATES, *RATIOS))
"""The model's inputs, in their order."""
