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
ENTITY_TYPE: type[int] | type[str] = int
"""What the key is in every table and request: `int`, a whole number of 64 bits, or `str`."""
LABEL = PROBLEM.target
OUTCOME_TIME = "inspected_at"
"""The column of the outcomes that tells when a prediction was due."""
LABEL_DELAY = timedelta(days=PROBLEM.label_delay_days)
"""How long after it was due an outcome is known."""
SNAPSHOT_EVERY = timedelta(days=7)
"""Features are computed every Monday at 00:00 UTC, for training as for serving."""
TRAINING_WINDOW = timedelta(weeks=8) + LABEL_DELAY
"""How far back training looks: over eight weeks of outcomes that are known."""


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


AGGREGATES = (
    Aggregate(
        f"energy_{LONG_DAYS}d",
        "reading",
        "sum",
        LONG_DAYS,
        "used lately",
        column="kilowatt_hours",
    ),
)

RATIOS: tuple[Ratio, ...] = ()

FEATURES = tuple(feature.name for feature in (*AGGREGATES, *RATIOS))
"""The model's inputs, in their order."""
