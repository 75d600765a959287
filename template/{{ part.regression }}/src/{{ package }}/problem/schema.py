"""What the data look like: entity, sources, features and label, each declared once.

The Feast definitions, the aggregation, the artifact's manifest and the service all read this
module.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from pydantic import Field

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
ENTITY_TYPE: type[int] | type[str] = int
"""What the key is in every table and request: `int`, a whole number of 64 bits, or `str`."""
LABEL = PROBLEM.target
OUTCOME_TIME = "ordered_at"
"""The column of the outcomes that tells when a prediction was due."""
LABEL_DELAY = timedelta(days=PROBLEM.label_delay_days)
"""How long after it was due an outcome is known."""
SNAPSHOT_EVERY = timedelta(days=7)
"""Features are computed every Monday at 00:00 UTC, for training as for serving."""
TRAINING_WINDOW = timedelta(weeks=8) + LABEL_DELAY
"""How far back training looks: over eight weeks of outcomes that are known."""
YEAR_DAYS = 364
"""A year of whole weeks, so that each weekday is compared with itself."""


@dataclass(frozen=True)
class Aggregate:
    """A feature over the events of one kind in `days` before a snapshot, its time excluded.

    With `lag_days` the window ends so much earlier: it is [time - lag - days, time - lag).
    """

    name: str
    event: str
    function: Literal["count", "sum"]
    days: int
    description: str
    column: str | None = None
    lag_days: int = 0


@dataclass(frozen=True)
class Ratio:
    """A feature computed on demand: `numerator / denominator * scale`; missing without one."""

    name: str
    numerator: str
    denominator: str
    scale: float
    description: str


_RECENT = tuple(
    Aggregate(
        f"{name}_{days}d", event, function, days, f"{what} in the last {days} days", column=column
    )
    for name, event, function, column, what in (
        ("units", "sale", "sum", "amount", "units sold"),
        ("sales", "sale", "count", None, "sales"),
        ("promotions", "promotion", "count", None, "promotions begun"),
    )
    for days in (SHORT_DAYS, LONG_DAYS)
)
_SEASON = (
    Aggregate(
        "units_before_last_year",
        "sale",
        "sum",
        LONG_DAYS,
        f"units sold in the {LONG_DAYS} days before this day last year",
        column="amount",
        lag_days=YEAR_DAYS,
    ),
    Aggregate(
        "units_after_last_year",
        "sale",
        "sum",
        LONG_DAYS,
        f"units sold in the {LONG_DAYS} days from this day on last year",
        column="amount",
        lag_days=YEAR_DAYS - LONG_DAYS,
    ),
)
AGGREGATES = (*_RECENT, *_SEASON)

RATIOS = (
    Ratio(
        "units_trend",
        f"units_{SHORT_DAYS}d",
        f"units_{LONG_DAYS}d",
        LONG_DAYS / SHORT_DAYS,
        "recent units a day over usual units a day",
    ),
    Ratio(
        "sale_size", f"units_{LONG_DAYS}d", f"sales_{LONG_DAYS}d", 1.0, "average units of a sale"
    ),
    Ratio(
        "season",
        "units_after_last_year",
        "units_before_last_year",
        1.0,
        "how demand went on from this day last year",
    ),
)

FEATURES = tuple(feature.name for feature in (*AGGREGATES, *RATIOS))
"""The model's inputs, in their order."""
