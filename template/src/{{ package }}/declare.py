"""The types that `problem/` fills in, and what a `problem/` of an earlier release lacks.

`problem/` is copied once and no update touches it, so it has the shape that the project was born
with: its own types in place of these, and less than is asked for today. Whatever a later release
asks for has a default at the end of this module, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

import numpy as np

from .errors import UserError

if TYPE_CHECKING:
    import pandas as pd

Params = Mapping[str, Any]
"""A model's parameters, by their names."""
Function = Literal["count", "sum", "mean", "min", "max", "last", "recency"]
"""What is made of the events in a window: `recency` is the days since the last of them. Without
events `count` and `sum` are 0, and the others missing."""
FUNCTIONS: tuple[str, ...] = get_args(Function)
WITHOUT_COLUMN = ("count", "recency")
"""The functions that read no column."""

LARGEST = float(np.finfo(np.float32).max)
"""The largest number that may be anywhere: models are given float32, where a larger one is inf."""
TOO_LARGE = "too large for float32"
ID_LIMITS = (-(2**63), 2**63 - 1)
"""The smallest and the largest key of an entity that is a whole number."""
ID_LENGTH = 256
"""Of a key that is text, in characters, of which there is at least one."""
ID_SAID: Mapping[type, str] = {
    int: "a whole number of at most 64 bits",
    str: f"a string of 1 to {ID_LENGTH} characters",
}
"""What a key must be, by its type."""
_FIRST_MONDAY = datetime.fromisoformat("1970-01-05T00:00:00+00:00")


class DeclarationError(UserError):
    """Something in `problem/` can't be meant."""


@dataclass(frozen=True)
class Input:
    """A column that the model is given, and what it is."""

    name: str
    description: str


@dataclass(frozen=True, kw_only=True)
class Aggregate(Input):
    """An input over the events of one kind in the `days` before a snapshot, its time excluded.

    With `lag_days` the window ends so much earlier: it is [time - lag - days, time - lag).
    `column` is what the function is of; `count` and `recency` have none.
    """

    event: str
    function: Function
    days: int
    column: str | None = None
    lag_days: int = 0


@dataclass(frozen=True, kw_only=True)
class Ratio(Input):
    """An input computed on demand: `numerator / denominator * scale`; missing without one."""

    numerator: str
    denominator: str
    scale: float = 1.0


@dataclass(frozen=True)
class Metric:
    """A metric of scores (shape [n]) against labels (shape [n])."""

    name: str
    higher_is_better: bool
    compute: Callable[[np.ndarray, np.ndarray], float]


@dataclass(frozen=True)
class Measures:
    """What "good" means, in one value.

    Attributes:
        primary: the metric that decides: in tuning, at the gate, on slices and in monitoring.
        metrics: all that are recorded, the primary one among them.
        slices: groups of rows that must not pay for the average: name -> which rows of the
            features.
    """

    primary: Metric
    metrics: tuple[Metric, ...]
    slices: Mapping[str, Callable[[pd.DataFrame], pd.Series]]


@dataclass(frozen=True)
class Range:
    """The numbers that tuning may try, both ends included; whole ones where both ends are.

    Attributes:
        log: whether orders of magnitude are tried alike, not numbers.
        step: between those that are tried; None for every one.

    Raises:
        DeclarationError: there is no such range.
    """

    low: float
    high: float
    log: bool = False
    step: float | None = None

    def __post_init__(self) -> None:
        """Refuse what no number lies in."""
        if not self.low < self.high:
            raise DeclarationError(f"{self} in problem/model.py: low must lie below high")
        if self.log and (self.low <= 0 or self.step is not None):
            raise DeclarationError(f"{self} in problem/model.py: log needs low > 0, and no step")

    @property
    def whole(self) -> bool:
        """Say whether only whole numbers are meant."""
        return isinstance(self.low, int) and isinstance(self.high, int)


Space = Mapping[str, Range]
"""What tuning may try of each parameter."""
OldSpace = Callable[[Any], dict[str, Any]]
"""The same before v0.3.0: a function of an Optuna trial."""


@dataclass(frozen=True)
class Family:
    """A kind of model.

    Attributes:
        build: makes an estimator with scikit-learn's `fit` from parameters and a seed.
        space: what tuning may try.
        defaults: the parameters without tuning.
    """

    build: Callable[[Params, int], Any]
    space: Space
    defaults: Params


class Trial(Protocol):
    """What draws parameters, one by one; Optuna's trials do."""

    def suggest_float(
        self, name: str, low: float, high: float, *, step: float | None = None, log: bool = False
    ) -> float:
        """Return a number from `low` to `high`."""
        ...

    def suggest_int(
        self, name: str, low: int, high: int, *, step: int = 1, log: bool = False
    ) -> int:
        """Return a whole number from `low` to `high`."""
        ...


def drawn(space: Space | OldSpace, trial: Trial) -> dict[str, Any]:
    """Return parameters of `space` as `trial` draws them."""
    if isinstance(space, Mapping):
        return {name: _draw(name, each, trial) for name, each in space.items()}
    return space(trial)


def _draw(name: str, each: Range, trial: Trial) -> float:
    if each.whole:
        step = int(each.step or 1)
        return trial.suggest_int(name, int(each.low), int(each.high), step=step, log=each.log)
    return trial.suggest_float(name, each.low, each.high, step=each.step, log=each.log)


def measures(metric: ModuleType) -> Measures:
    """Return what `problem/metric.py` says is good."""
    return Measures(metric.PRIMARY, tuple(metric.METRICS), metric.SLICES)


def entity_type(schema: ModuleType) -> type[int] | type[str]:
    """Return the type of an entity's key. Before v0.2.0 it was always a whole number."""
    return getattr(schema, "ENTITY_TYPE", int)


def lag_days(aggregate: object) -> int:
    """Return how many days before its snapshot an aggregate's window ends; without lags, none."""
    return getattr(aggregate, "lag_days", 0)


def outcome_rows(source: ModuleType) -> Callable[[], str] | None:
    """Return what gives all outcomes of `problem/source.py` to DuckDB; before v0.2.0, nothing.

    The source is given, not imported: it may import whatever reads the team's data, and the service
    needs none of that.
    """
    return getattr(source, "outcome_rows", None)


def last_snapshot(time: datetime, every: timedelta) -> datetime:
    """Return the time of the last snapshot at or before `time`: they are made from a Monday on."""
    return time - (time - _FIRST_MONDAY) % every
