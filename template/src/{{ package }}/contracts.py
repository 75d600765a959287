"""What stages hand on to each other: frozen values, no behaviour beyond their own consistency."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

RESAMPLES = 200
"""Of a bootstrap."""


@dataclass(frozen=True)
class Dataset:
    """Labelled rows in the order of their time.

    Attributes:
        entity: ids, shape [n].
        time: when each prediction is made, `datetime64[us, UTC]`, shape [n], ascending.
        known_at: when its outcome was known, likewise; NaT where the source doesn't say.
        features: float32, shape [n, k], a column a feature, NaN where missing.
        label: shape [n].
        digest: sha256 of all of the above, or, of a part, of the whole's digest and of the cut.
    """

    entity: pd.Series
    time: pd.Series
    known_at: pd.Series
    features: pd.DataFrame
    label: np.ndarray
    digest: str

    @classmethod
    def of(
        cls,
        entity: pd.Series,
        time: pd.Series,
        features: pd.DataFrame,
        label: np.ndarray,
        known_at: pd.Series | None = None,
    ) -> Dataset:
        """Return these rows with their digest: the same rows have the same one on any machine.

        Rows that don't say when their outcome was known have the digest of releases before v0.4.0.
        """
        digest = hashlib.sha256(",".join(features.columns).encode())
        keys, values = entity.to_numpy(), features.to_numpy()
        # An array of objects holds addresses, and a missing value has many forms.
        keys = keys.astype(str) if keys.dtype == object else keys
        values = np.where(np.isnan(values), np.float32(np.nan), values)
        if known_at is None:
            known_at = time.where(time.isna())
        told = [known_at.astype("int64").to_numpy()] if known_at.notna().any() else []
        for part in (keys, time.astype("int64").to_numpy(), values, label, *told):
            digest.update(np.ascontiguousarray(part).tobytes())
        return cls(entity, time, known_at, features, label, digest.hexdigest())

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.label)


@dataclass(frozen=True)
class Split:
    """A data set cut by time: every row of `train` precedes `validation`, which precedes `test`.

    Attributes:
        known: all whose outcome was known before the first test row is due, which a model is fitted
            on: `train`, `validation` and what lies between them.
    """

    known: Dataset
    train: Dataset
    validation: Dataset
    test: Dataset


@dataclass(frozen=True)
class Scored:
    """Rows whose outcome is known, and what a model made of them.

    Attributes:
        label: the outcomes, shape [n].
        score: float64, shape [n], or [n, c] where c things of a row are scored.
        group: whose each row is, int64, shape [n], from 0 on; rows of one group are alike. None
            where each is of its own.
    """

    label: np.ndarray
    score: np.ndarray
    group: np.ndarray | None

    def resampled(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield label and score of `RESAMPLES` samples of the rows: a seeded bootstrap.

        It draws groups with all their rows, which are alike (Efron, Annals of Statistics 7, 1979;
        Davison and Hinkley, Bootstrap Methods and their Application, 1997, section 3.8).
        """
        row = np.arange(len(self.label))
        group = row if self.group is None else self.group
        groups = int(group.max()) + 1
        draw = np.random.default_rng(0)
        for _ in range(RESAMPLES):
            drawn = np.bincount(draw.integers(groups, size=groups), minlength=groups)
            sample = np.repeat(row, drawn[group])
            yield self.label[sample], self.score[sample]


@dataclass(frozen=True)
class Matured(Scored):
    """Rows that a model answered in service, once their outcomes are known.

    Attributes:
        answers: what was decided, by the names of `kind.decision.ANSWERS`, shape [n] each.
        test_rows: how many rows the model was tested on, and its decision calibrated.
    """

    answers: Mapping[str, np.ndarray]
    test_rows: int


@dataclass(frozen=True)
class Trial:
    """One try of a tuning study: its parameters and its score on each walk-forward fold."""

    number: int
    params: Mapping[str, Any]
    fold_scores: tuple[float, ...]
    score: float | None
    state: Literal["complete", "pruned", "failed"]


@dataclass(frozen=True)
class TrainedModel:
    """A fitted model and what is needed to fit it again.

    Attributes:
        family: a key of `problem.model.FAMILIES`.
        native: the fitted model in its own library's form.
        trials: those of the study that chose the parameters; none where there was no tuning.
    """

    family: str
    params: Mapping[str, Any]
    seed: int
    native: Any
    trials: tuple[Trial, ...] = ()


@dataclass(frozen=True)
class Evaluation:
    """Metrics of one scorer on one set of rows.

    Attributes:
        rows_digest: digest of the rows, so that only like is compared with like.
        metrics: every metric of the problem, the primary one among them.
        slices: the primary metric on each slice that is large enough to tell.
        too_small: the rows of each other slice.
    """

    rows_digest: str
    rows: int
    metrics: Mapping[str, float]
    slices: Mapping[str, float]
    too_small: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Leads:
    """How far chance moves what a candidate leads another scorer of the same rows by.

    Attributes:
        slices: on which the primary metric was compared, beside all rows.
        covariance: of the leads on all rows and on each slice, [1 + s, 1 + s].
        freedom: the degrees of freedom that it was estimated with.
    """

    slices: tuple[str, ...]
    covariance: np.ndarray
    freedom: int


@dataclass(frozen=True)
class Criterion:
    """One condition of the gate: what was measured, what was asked, and the verdict."""

    name: str
    value: float
    comparison: Literal[">=", "<="]
    threshold: float

    @property
    def passed(self) -> bool:
        """Say whether the value keeps the threshold; a value that is not a number never does."""
        if self.comparison == ">=":
            return self.value >= self.threshold
        return self.value <= self.threshold


@dataclass(frozen=True)
class Decision:
    """What the gate decided about one model version, and why.

    Attributes:
        chances: how often such a gate is wrong on a test of this size, by what it then does.
    """

    version: int
    criteria: tuple[Criterion, ...]
    chances: Mapping[str, float] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Say whether every criterion passed; a decision without criteria does not pass."""
        return bool(self.criteria) and all(criterion.passed for criterion in self.criteria)

    @property
    def reason(self) -> str:
        """Name the criteria that failed, with their figures."""
        failed = [c for c in self.criteria if not c.passed]
        return "; ".join(
            f"{c.name} is {c.value:.4g}, must be {c.comparison} {c.threshold:.4g}" for c in failed
        )


CheckKind = Literal["data", "prediction", "concept", "operational"]


@dataclass(frozen=True)
class Check:
    """One monitored quantity in one window.

    Attributes:
        value: what was found, in the check's own unit; NaN of no rows.
        threshold: a value beyond it is an alarm.
        verdict: `none` where it is no alarm, but one might have been missed: the rows can't show a
            change as large as the design's limit.
        detail: what the value rests on, and without a verdict what it would take.
        visible: the least change that the window alone shows in 39 of 40 cases, in the same unit,
            and of a latency as a share of the requests; NaN if that is none, or is not known.
    """

    kind: CheckKind
    name: str
    value: float
    threshold: float
    verdict: Literal["ok", "alarm", "none"]
    detail: str = ""
    visible: float = math.nan

    @property
    def alarm(self) -> bool:
        """Say whether the verdict is an alarm."""
        return self.verdict == "alarm"


@dataclass(frozen=True)
class MonitoringReport:
    """All checks of one window `[start, end)` of the prediction log."""

    start: datetime
    end: datetime
    rows: int
    checks: tuple[Check, ...]

    @property
    def alarms(self) -> tuple[Check, ...]:
        """Return the checks that raised an alarm."""
        return tuple(check for check in self.checks if check.alarm)


@dataclass(frozen=True)
class Outcome:
    """The verdict on the challenger in staging.

    Attributes:
        verdict: `none` where there is no challenger, `continue` while it waits, `hold` where its
            test has ended and a person decides.
        version: the challenger's.
        test: every figure of its A/B test, if there is one.
    """

    verdict: Literal["promote", "roll_back", "hold", "continue", "none"]
    version: int | None
    reason: str
    test: Mapping[str, Any] = field(default_factory=dict)
