"""What the story needs of a history: weeks whose rows appear one after the other.

Weeks are counted from 1, the first in which the project serves; what came before is the past, on
which the first models are trained. A history knows what becomes known by when. What no past tells,
it leaves open: whether the world had changed, and how well anyone could have predicted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ..problem.schema import SNAPSHOT_EVERY


@dataclass(frozen=True)
class Words:
    """What a history is called where its story is told.

    Attributes:
        name: what it is, with its article.
        population: who lives in it, in the plural.
        asked: what is predicted, in the plural.
        report: the report of its story.
        again: the command that lives through the same story again.
    """

    name: str
    population: str
    asked: str
    report: str
    again: str


class History(Protocol):
    """Rows of events and outcomes, to be read by `problem.source` as the weeks go by."""

    @property
    def words(self) -> Words:
        """Return what it is called."""
        ...

    @property
    def size(self) -> int:
        """Return how many entities it has."""
        ...

    @property
    def start(self) -> datetime:
        """Return when week 1 begins: a snapshot time, aware."""
        ...

    @property
    def past_weeks(self) -> int:
        """Return how many weeks with outcomes lie before week 1."""
        ...

    @property
    def weeks(self) -> int:
        """Return how many weeks can be lived through."""
        ...

    def begin(self) -> None:
        """Let the rows of the past be there to be read."""
        ...

    def live(self, week: int) -> None:
        """Let the rows of `week` be there too, with the time at which each outcome is known."""
        ...

    def drifted(self, week: int) -> bool | None:
        """Say whether other outcomes than in the past follow from features; None: nobody knows."""
        ...

    def best_reachable(self, start: datetime, end: datetime, known_by: datetime) -> float | None:
        """Return the best primary metric that is possible on the outcomes due in `[start, end]`.

        Only those known by `known_by` count, as for every model. None: nobody knows it.
        """
        ...


def week_start(history: History, week: int) -> datetime:
    """Return the time at which `week` begins."""
    return history.start + (week - 1) * SNAPSHOT_EVERY


def week_of(history: History, time: datetime) -> int:
    """Return the week that `time` lies in."""
    return (time - history.start) // SNAPSHOT_EVERY + 1
