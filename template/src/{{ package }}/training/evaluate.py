"""Evaluation: metrics over all rows and on each slice, and what people are shown of a training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..contracts import Dataset, Evaluation, Leads, Split, TrainedModel
from ..declare import Measures
from ..kind.labels import rarest
from ..problem.model import score
from .fit import importances

MINIMUM_SLICE_ROWS = 200
"""Below this a slice's metric says more about chance than about the model."""
MINIMUM_SLICE_LABELS = 10
"""So many of the rarest label a slice must have."""
GROUPS = 30
"""Into so many groups entities are put to see how far chance moves a lead."""


def evaluate(rows: Dataset, scores: np.ndarray, measures: Measures) -> Evaluation:
    """Return the metrics of `scores`, shape [n], on `rows` and on their large enough slices."""
    areas = {name: area(rows.features).to_numpy() for name, area in measures.slices.items()}
    group = _groups(rows.entity)
    tells = {name: _tells(rows.label[area], group[area]) for name, area in areas.items()}
    return Evaluation(
        rows_digest=rows.digest,
        rows=len(rows),
        metrics={each.name: each.compute(rows.label, scores) for each in measures.metrics},
        slices={
            name: measures.primary.compute(rows.label[area], scores[area])
            for name, area in areas.items()
            if tells[name]
        },
        too_small={name: int(area.sum()) for name, area in areas.items() if not tells[name]},
    )


def _groups(entity: pd.Series) -> np.ndarray:
    """Return in which of at most `GROUPS` groups each row is, [n]; an entity's are in one."""
    codes, entities = pd.factorize(entity)
    drawn = np.random.default_rng(0).permutation(len(entities))
    return drawn[codes] % min(GROUPS, len(entities))


def _tells(label: np.ndarray, group: np.ndarray) -> bool:
    """Say whether a slice's metric tells of its model, whichever group were not there."""
    if len(label) < MINIMUM_SLICE_ROWS or rarest(label) < MINIMUM_SLICE_LABELS:
        return False
    return all(len(np.unique(label[group != one])) > 1 for one in np.unique(group))


def leads(
    rows: Dataset, candidate: np.ndarray, others: Mapping[str, np.ndarray], measures: Measures
) -> dict[str, Leads]:
    """Return how far chance moves the lead of a candidate's scores, [n], over each of `others`.

    By a grouped jackknife, which takes any metric: each entity is in one of `GROUPS`, and the leads
    are computed without each group in turn. Rows of one entity are alike, and go together (Shao and
    Wu, A General Theory for Jackknife Variance Estimation, Annals of Statistics 17, 1989).
    """
    slices = {name: area(rows.features).to_numpy() for name, area in measures.slices.items()}
    group = _groups(rows.entity)
    groups = int(group.max()) + 1
    slices = {name: area for name, area in slices.items() if _tells(rows.label[area], group[area])}
    areas = [np.ones(len(rows), bool), *slices.values()]
    left = [np.flatnonzero(area & (group != one)) for one in range(groups) for area in areas]
    labels = [rows.label[each] for each in left]
    # Of rows with one label no metric says anything, and with NaN no candidate passes.
    tell = [len(np.unique(label)) > 1 for label in labels]

    def values(scores: np.ndarray) -> np.ndarray:
        found = [
            measures.primary.compute(label, scores[each]) if told else np.nan
            for each, label, told in zip(left, labels, tell, strict=True)
        ]
        return np.array(found).reshape(groups, len(areas))

    own, moved = values(candidate), {}
    for name, scores in others.items():
        spread = own - values(scores)
        spread -= spread.mean(axis=0)
        covariance = (groups - 1) / groups * spread.T @ spread
        moved[name] = Leads(tuple(slices), covariance, groups - 1)
    return moved


def evaluate_parts(
    model: TrainedModel, parts: Split, test_scores: np.ndarray, measures: Measures
) -> dict[str, Evaluation]:
    """Return the evaluations of the train, validation and test rows, by those names.

    The model itself scores all but the test rows, the scores of which are given.
    """
    evaluations = {
        name: evaluate(rows, score(model.native, rows.features), measures)
        for name, rows in (("train", parts.train), ("validation", parts.validation))
    }
    return evaluations | {"test": evaluate(parts.test, test_scores, measures)}


def spans(parts: Split) -> dict[str, dict[str, Any]]:
    """Return in plain values the size, time span and mean outcome of each part of the rows."""
    named = {
        "fitted": parts.known,
        "train": parts.train,
        "validation": parts.validation,
        "test": parts.test,
    }
    return {
        name: {
            "rows": len(part),
            "from": part.time.iloc[0].isoformat(),
            "until": part.time.iloc[-1].isoformat(),
            "mean_outcome": float(part.label.mean()),
        }
        for name, part in named.items()
    }


def importance_plot(model: TrainedModel, names: Sequence[str]) -> Figure:
    """Draw each feature's share of the model as a horizontal bar, the largest on top."""
    figure = Figure(figsize=(6, 0.6 + 0.3 * len(names)), layout="tight")
    axes = figure.subplots()
    ordered = sorted(importances(model.native, names).items(), key=lambda item: item[1])
    axes.barh([name for name, _ in ordered], [share for _, share in ordered])
    axes.set(title="Feature importance", xlabel="share")
    return figure
