"""The toy world as a history: made week by week, with drifts at set times and a known truth."""

from __future__ import annotations

from datetime import datetime
from math import ceil

import pandas as pd

from ..design import HOLDOUT
from ..problem import source
from ..problem.metric import PRIMARY
from ..problem.schema import ENTITY_KEY, LABEL, LABEL_DELAY, OUTCOME_TIME, SNAPSHOT_EVERY
from ..story.history import Words
from . import world

PAST_WEEKS = 3 + ceil((2 * HOLDOUT + 3 * LABEL_DELAY) / SNAPSHOT_EVERY)
"""Weeks that were lived before the first is served: three, and what judges and waits for labels."""
WEEKS = 6 + ceil((HOLDOUT + 2 * LABEL_DELAY) / SNAPSHOT_EVERY)
"""The story ends after so many even if quality was not restored."""


class ToyHistory:
    """A toy world that drifts: first its features, and a week later what follows from them.

    Attributes:
        size: how many live in it.
        world: what its rows are drawn from.
    """

    past_weeks = PAST_WEEKS
    weeks = WEEKS
    start = world.week_start(PAST_WEEKS)

    def __init__(self, seed: int, size: int) -> None:
        self.size = size
        drifts = (world.Drift("covariate", _number(1)), world.Drift("concept", _number(2)))
        self.world = world.World(seed, size, drifts)

    @property
    def words(self) -> Words:
        """Return what it is called."""
        return Words(
            name="a toy world",
            population=world.POPULATION,
            asked=world.ASKED,
            report="demo report",
            again=f"make demo SEED={self.world.seed} SIZE={self.size}",
        )

    def begin(self) -> None:
        """Make the rows of the past."""
        self._make(-world.WARMUP_WEEKS, PAST_WEEKS)

    def live(self, week: int) -> None:
        """Make the rows of `week`."""
        self._make(_number(week), _number(week + 1))

    def drifted(self, week: int) -> bool:
        """Say whether what follows from the features is no longer what followed in the past."""
        return self.world.drifted("concept", _number(week))

    def best_reachable(self, start: datetime, end: datetime, known_by: datetime) -> float:
        """Return the primary metric of the true scores on the outcomes due in `[start, end]`.

        Only those known by `known_by` count, as for every model.
        """
        keys = [ENTITY_KEY, OUTCOME_TIME]
        truth = pd.read_parquet(source.data_dir() / "truth")
        (column,) = truth.columns.difference(keys)
        rows = source.outcomes(known_by).merge(truth, on=keys, validate="one_to_one")
        rows = rows[rows[OUTCOME_TIME].between(start, end)]
        return PRIMARY.compute(rows[LABEL].to_numpy(), world.true_score(rows[column].to_numpy()))

    def _make(self, first: int, last: int) -> None:
        world.simulate(self.world, source.data_dir(), first, last)


def _number(week: int) -> int:
    """Return the number that the world gives to a week of the story."""
    return PAST_WEEKS + week - 1
