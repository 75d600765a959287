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
    """What is predicted, of whom, and how it is acted on."""

    entity: str
    target: str
    label_delay_days: int = Field(ge=1)
    treated_share: float = Field(gt=0, lt=1)


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
OUTCOME_TIME = "offered_at"
"""The column of the outcomes that tells when a prediction was due."""
LABEL_DELAY = timedelta(days=PROBLEM.label_delay_days)
"""How long after it was due an outcome is known."""
SNAPSHOT_EVERY = timedelta(days=7)
"""Features are computed every Monday at 00:00 UTC, for training as for serving."""
TRAINING_WINDOW = timedelta(weeks=8) + 2 * HOLDOUT + 3 * LABEL_DELAY
"""How far back training looks: over eight weeks of outcomes to learn from, beside those that test
and validate, and the waits for outcomes before now, the test and the validation."""

AGGREGATES = tuple(
    Aggregate(
        f"{name}_{days}d",
        f"{what} in the last {days} days",
        event=event,
        function=function,
        column=column,
        days=days,
    )
    for name, event, function, column, what in (
        ("visits", "visit", "count", None, "visits to the shop"),
        ("orders", "order", "count", None, "orders placed"),
        ("spend", "order", "sum", "amount", "money spent on orders"),
        ("tickets", "ticket", "count", None, "support tickets opened"),
    )
    for days in (SHORT_DAYS, LONG_DAYS)
)

RATIOS = (
    Ratio(
        "visits_trend",
        "recent visits a day over usual visits a day",
        numerator=f"visits_{SHORT_DAYS}d",
        denominator=f"visits_{LONG_DAYS}d",
        scale=LONG_DAYS / SHORT_DAYS,
    ),
    Ratio(
        "order_value",
        "average amount of an order",
        numerator=f"spend_{LONG_DAYS}d",
        denominator=f"orders_{LONG_DAYS}d",
    ),
)

FEATURES = tuple(feature.name for feature in (*AGGREGATES, *RATIOS))
"""The model's inputs, in their order."""
