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
ENTITY_TYPE: type[int] | type[str] = str
"""What the key is in every table and request: a zone's name."""
LABEL = PROBLEM.target
OUTCOME_TIME = "picked_up_at"
"""The column of the outcomes that tells when a prediction was due: as the ride begins."""
LABEL_DELAY = timedelta(days=PROBLEM.label_delay_days)
"""How long after it was due an outcome is known; a ride's is known at its end."""
SNAPSHOT_EVERY = timedelta(days=7)
"""Features are computed every Monday at 00:00 UTC, for training as for serving."""
TRAINING_WINDOW = timedelta(weeks=8)
"""How far back training looks."""


@dataclass(frozen=True)
class Aggregate:
    """A feature over the events of one kind in the `days` before a snapshot, its time excluded."""

    name: str
    event: str
    function: Literal["count", "sum"]
    days: int
    description: str
    column: str | None = None


@dataclass(frozen=True)
class Ratio:
    """A feature computed on demand: `numerator / denominator * scale`; missing without one."""

    name: str
    numerator: str
    denominator: str
    scale: float
    description: str


AGGREGATES = tuple(
    Aggregate(
        f"{name}_{days}d", event, function, days, f"{what} in the last {days} days", column=column
    )
    for name, event, function, column, what in (
        ("rides", "ride", "count", None, "rides that ended"),
        ("miles", "ride", "sum", "distance", "miles driven"),
        ("green", "green_ride", "count", None, "rides in green cabs"),
        ("card", "card_ride", "count", None, "rides paid by card"),
        ("tipped", "tipped_ride", "count", None, "rides paid by card and tipped"),
    )
    for days in (SHORT_DAYS, LONG_DAYS)
)

RATIOS = tuple(
    Ratio(name, f"{above}_{LONG_DAYS}d", f"{below}_{LONG_DAYS}d", 1.0, description)
    for name, above, below, description in (
        ("tipped_share", "tipped", "card", "share of the rides paid by card that were tipped"),
        ("card_share", "card", "rides", "share of the rides that were paid by card"),
        ("green_share", "green", "rides", "share of the rides that were in green cabs"),
        ("ride_miles", "miles", "rides", "average length of a ride"),
    )
)

FEATURES = tuple(feature.name for feature in (*AGGREGATES, *RATIOS))
"""The model's inputs, in their order."""
