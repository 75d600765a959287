"""Whose rows are whose: the rows of one entity are alike, and count as one witness."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ..contracts import Scored

RESAMPLES = 200


def entity_codes(rows: pd.DataFrame) -> np.ndarray:
    """Return whose each row is, int64 [n]: entities count from 0, and a nameless row is its own.

    Args:
        rows: with `entity`, an id or None.
    """
    codes, entities = pd.factorize(rows["entity"])
    nameless = codes < 0
    codes[nameless] = len(entities) + np.arange(nameless.sum())
    return codes


def resampled(rows: Scored) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield label and score of `RESAMPLES` samples of the rows: a seeded bootstrap.

    It draws groups with all their rows, which are alike (Efron, Annals of Statistics 7, 1979;
    Davison and Hinkley, Bootstrap Methods and their Application, 1997, section 3.8).
    """
    row = np.arange(len(rows.label))
    group = row if rows.group is None else rows.group
    groups = int(group.max()) + 1
    draw = np.random.default_rng(0)
    for _ in range(RESAMPLES):
        drawn = np.bincount(draw.integers(groups, size=groups), minlength=groups)
        sample = np.repeat(row, drawn[group])
        yield rows.label[sample], rows.score[sample]
