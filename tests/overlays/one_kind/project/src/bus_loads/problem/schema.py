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


AGGREGATES = (
    *(
        Aggregate(
            f"boarded_{days}d", "bus", "sum", days, f"boarded in {days} days", column="boarded"
        )
        for days in (SHORT_DAYS, LONG_DAYS)
    ),
    Aggregate(f"buses_{COUNTED_DAYS}d", "bus", "count", COUNTED_DAYS, "buses that came"),
    Aggregate(f"left_{LONG_DAYS}d", "bus", "sum", LONG_DAYS, "left standing", column="left_behind"),
    Aggregate(
        "boarded_last_year",
        "bus",
        "sum",
        LONG_DAYS,
        "boarded from this day last year on",
        column="boarded",
        lag_days=YEAR_DAYS - LONG_DAYS,
    ),
)

RATIOS = (
    Ratio(
        "load",
        f"boarded_{LONG_DAYS}d",
        f"buses_{COUNTED_DAYS}d",
        COUNTED_DAYS / LONG_DAYS,
        "boarded a bus",
    ),
    Ratio("growth", f"boarded_{LONG_DAYS}d", "boarded_last_year", 1.0, "of last year's"),
)

FEATURES = tuple(feature.name for feature in (*AGGREGATES, *RATIOS))
"""The model's inputs, in their order."""
