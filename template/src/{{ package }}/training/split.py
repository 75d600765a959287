"""Cuts by time. There is no other: a random split would let a model train on its own future."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pandas as pd

from ..contracts import Dataset, Split
from ..errors import UserError

HOLDOUT = timedelta(days=2)
"""The length of validation and of test: short, so that a retrained model sees the last days."""
FOLDS = 3


class SplitError(UserError):
    """The rows don't reach far enough back to be cut."""


def by_time(rows: Dataset) -> Split:
    """Cut `rows` into train, validation and test; the last two are `HOLDOUT` long each.

    Raises:
        SplitError: one of the parts would be empty or have the same label in every row.
    """
    end = rows.time.iloc[-1]
    test_from, validation_from = end - HOLDOUT, end - 2 * HOLDOUT
    split = Split(
        train=select(rows, rows.time <= validation_from),
        validation=select(rows, (rows.time > validation_from) & (rows.time <= test_from)),
        test=select(rows, rows.time > test_from),
    )
    for name in ("train", "validation", "test"):
        part: Dataset = getattr(split, name)
        if len(np.unique(part.label)) < 2:
            raise SplitError(
                f"the {name} rows ({len(part)}) have no two different labels: training needs"
                f" labelled rows of more than {2 * HOLDOUT.days} days"
            )
    return split


def walk_forward(rows: Dataset, folds: int = FOLDS) -> Iterator[tuple[Dataset, Dataset]]:
    """Yield (past, next `HOLDOUT`) pairs, the latest first, so that pruning looks at it first."""
    end = rows.time.iloc[-1]
    for fold in range(folds):
        until = end - fold * HOLDOUT
        since = until - HOLDOUT
        past = select(rows, rows.time <= since)
        following = select(rows, (rows.time > since) & (rows.time <= until))
        if len(past) and len(np.unique(following.label)) > 1 and len(np.unique(past.label)) > 1:
            yield past, following


def latest(rows: Dataset, length: timedelta) -> Dataset:
    """Return the rows of the last `length` of time."""
    return select(rows, rows.time > rows.time.iloc[-1] - length)


def join(first: Dataset, second: Dataset) -> Dataset:
    """Return the rows of both; every row of `first` precedes those of `second`."""
    return Dataset(
        pd.concat([first.entity, second.entity]),
        pd.concat([first.time, second.time]),
        pd.concat([first.features, second.features]),
        np.concatenate([first.label, second.label]),
        hashlib.sha256(f"{first.digest}+{second.digest}".encode()).hexdigest(),
    )


def select(rows: Dataset, keep: pd.Series) -> Dataset:
    """Return the rows where `keep` is true, with a digest of their own."""
    chosen = keep.to_numpy()
    digest = hashlib.sha256(rows.digest.encode() + np.packbits(chosen).tobytes()).hexdigest()
    return Dataset(
        rows.entity[chosen],
        rows.time[chosen],
        rows.features[chosen],
        rows.label[chosen],
        digest,
    )
