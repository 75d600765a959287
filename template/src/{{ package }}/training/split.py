"""Cuts by time, of what was known at the time: a random split would train on its own future."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from ..contracts import Dataset, Split
from ..design import HOLDOUT
from ..errors import UserError
from ..kind.labels import RAREST, rarest
from ..problem.schema import LABEL_DELAY, TRAINING_WINDOW

ENOUGH = 100
"""So many of the rarest label a test should have: below, a metric says little of a model (Vergouwe
and others, Journal of Clinical Epidemiology 58, 2005, ask for 100 events and 100 others)."""
FOLDS = 3
_REDESIGN = ": `make redesign holdout_days=...`"
_LATER = {"validation": "test", "train": "validate"}
"""What the rows do that those of a part were known before."""


class SplitError(UserError):
    """The rows can't be cut.

    Attributes:
        what: which part lacks what, and why.
        remedy: what to do about it.
    """

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}: {remedy}")
        self.what, self.remedy = what, remedy


@dataclass(frozen=True)
class Cut:
    """Which rows are in which part, bool [n] each, as `contracts.Split` has them.

    Attributes:
        lacks: what the test has too few of to say much, in words; empty where it has enough.
    """

    known: np.ndarray
    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray
    lacks: str


def by_time(rows: Dataset) -> Split:
    """Cut `rows` into those that test, and those that were known before: see `cut`.

    Raises:
        SplitError: a part would be empty or have the same label in every row.
    """
    parts = cut(rows.time, rows.known_at, rows.label)
    return Split(
        known=select(rows, parts.known),
        train=select(rows, parts.train),
        validation=select(rows, parts.validation),
        test=select(rows, parts.test),
    )


def cut(time: pd.Series, known_at: pd.Series, label: np.ndarray) -> Cut:
    """Say which rows train, validate and test.

    The newest `HOLDOUT` tests, or more, up to a third of the time, where that has not `ENOUGH` of
    the rarest label. Of the others those are known whose outcome was known before the first test
    row is due: a model that was made then had no others. Of these the newest `HOLDOUT` validates,
    and those train whose outcome was known before the first of it is due. Both are counted from the
    newest row that there is, so that outcomes of a few days only are cut where they are.

    Args:
        time: when each prediction is made, aware, [n], ascending.
        known_at: when its outcome was known, aware, [n]; where that is missing, the design's delay
            after `time`.
        label: [n].

    Raises:
        SplitError: a part would be empty or have the same label in every row.
    """
    known_at = known_at.fillna(time + LABEL_DELAY)
    since = _test_begins(time, label)
    test = np.arange(len(label)) >= since
    known = _known_before(time, known_at, test)
    validation = _newest(time, known)
    train = _known_before(time, known_at, validation) & known
    parts = {"test": (test, test), "validation": (validation, test), "train": (train, validation)}
    for name, (part, later) in parts.items():
        if len(np.unique(label[part])) < 2:
            raise SplitError(*_lacking(name, part, later, time, known_at))
    few = rarest(label[test])
    lacks = f"has {few:,} {RAREST}, and a figure of fewer than {ENOUGH} says little"
    return Cut(known, train, validation, test, lacks if few < ENOUGH else "")


def _test_begins(time: pd.Series, label: np.ndarray) -> int:
    """Return the number of the first test row.

    It never moves back as rows are added at the end, so that what tests a model has not been fitted
    on by an earlier one.
    """
    first, last = time.iloc[0], time.iloc[-1]
    held_out = int(time.searchsorted(last - HOLDOUT, side="right"))
    oldest = int(time.searchsorted(last - (last - first) / 3))
    starts = np.flatnonzero(time.ne(time.shift()))  # rows of one time stay together
    reaching = bisect_right(starts, -ENOUGH, key=lambda row: -rarest(label[row:]))
    enough = int(starts[max(reaching - 1, 0)])
    return min(held_out, max(enough, oldest))


def _newest(time: pd.Series, rows: np.ndarray) -> np.ndarray:
    """Return which of `rows`, bool [n], are of the last `HOLDOUT` before the newest of them."""
    if not rows.any():
        return rows
    return rows & (time > time[rows].iloc[-1] - HOLDOUT).to_numpy()


def _known_before(time: pd.Series, known_at: pd.Series, later: np.ndarray) -> np.ndarray:
    """Return which rows, bool [n], were known before the first of `later` is due."""
    if not later.any():
        return later
    return (known_at < time[later].iloc[0]).to_numpy() & ~later


def _lacking(
    name: str, part: np.ndarray, later: np.ndarray, time: pd.Series, known_at: pd.Series
) -> tuple[str, str]:
    """Return what a part lacks, and the remedy; it must be known before the rows of `later`."""
    first, last, begins = time.iloc[0], time.iloc[-1], time[later].iloc[0]
    wait = (known_at - time).max()
    what = (
        f"the {name} rows ({int(part.sum()):,}) have no two different labels, of {len(time):,}"
        f" labelled rows due from {first:%Y-%m-%d} until {last:%Y-%m-%d}"
    )
    if name == "test":
        return what, "bring outcomes of other labels, or hold back more days" + _REDESIGN
    return (
        f"{what}: of the {HOLDOUT.days} days that {_LATER[name]} the first row is due"
        f" {begins:%Y-%m-%d}, and an outcome that takes up to {_days(wait)} days was known before"
        f" if it is of {begins - wait:%Y-%m-%d} or earlier",
        f"bring outcomes that are older, look further back than the {_days(TRAINING_WINDOW)} days"
        " of TRAINING_WINDOW in problem/schema.py if there are such, or hold back fewer days"
        + _REDESIGN,
    )


def _days(length: timedelta) -> str:
    return f"{length / timedelta(days=1):.3g}"


def walk_forward(rows: Dataset, folds: int = FOLDS) -> Iterator[tuple[Dataset, Dataset]]:
    """Yield (past, following) pairs of rows that validate a trial, the latest first.

    That pruning looks at the latest first is why. The following rows are the last `HOLDOUT` of
    `rows`, in as many parts as there are folds; each past has the rows known before the first of
    its part is due. A part that could not be judged is left out; where that is each, the last
    `HOLDOUT` is one.
    """
    judged = 0
    for fold in range(folds):
        until = rows.time.iloc[-1] - fold * HOLDOUT / folds
        pair = _fold(rows, until - HOLDOUT / folds, until)
        if pair is not None:
            judged += 1
            yield pair
    whole = _fold(rows, rows.time.iloc[-1] - HOLDOUT, rows.time.iloc[-1])
    if not judged and whole is not None:
        yield whole


def _fold(
    rows: Dataset, since: pd.Timestamp, until: pd.Timestamp
) -> tuple[Dataset, Dataset] | None:
    later = ((rows.time > since) & (rows.time <= until)).to_numpy()
    known_at = rows.known_at.fillna(rows.time + LABEL_DELAY)
    past = _known_before(rows.time, known_at, later)
    if len(np.unique(rows.label[later])) < 2 or len(np.unique(rows.label[past])) < 2:
        return None
    return select(rows, past), select(rows, later)


def latest(rows: Dataset, length: timedelta) -> Dataset:
    """Return the rows of the last `length` of time."""
    return select(rows, rows.time > rows.time.iloc[-1] - length)


def select(rows: Dataset, keep: pd.Series | np.ndarray) -> Dataset:
    """Return the rows where `keep`, bool [n], is true, with a digest of their own."""
    chosen = np.asarray(keep)
    digest = hashlib.sha256(rows.digest.encode() + np.packbits(chosen).tobytes()).hexdigest()
    return Dataset(
        rows.entity[chosen],
        rows.time[chosen],
        rows.known_at[chosen],
        rows.features[chosen],
        rows.label[chosen],
        digest,
    )
