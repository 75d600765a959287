"""The toy world: a seeded shop whose best reachable score is known.

Customers visit, order and open tickets at rates of their own; each week a share of them is made an
offer. Whether it is accepted is drawn from a probability that depends on the features at that time
and on noise of a known size, so the best score that any model can reach is computed, not guessed.
The world can drift on command. Replace it by pointing `source.py` at real data.

Customers are simulated in blocks, each from generators of its own, so memory does not grow with
their number.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import UserError
from ..problem.schema import (
    ENTITY_KEY,
    LABEL,
    LABEL_DELAY,
    LONG_DAYS,
    OUTCOME_TIME,
    SHORT_DAYS,
    SNAPSHOT_EVERY,
)

POPULATION, ASKED = "customers", "offers"
"""Who lives in the world, and what is predicted of them."""
START = datetime(2026, 1, 5, tzinfo=UTC)
"""Monday of week 0, the first with offers; the weeks before it only fill the windows."""
WARMUP_WEEKS = ceil(LONG_DAYS / 7)
BLOCK = 20_000
OFFERED_SHARE = 0.35
NOISE = 0.4
"""Standard deviation of what no feature tells, on the logit scale."""

Kind = Literal["covariate", "prior", "concept"]


class WorldExists(UserError):
    """There are toy data already; another world would mix with them."""


@dataclass(frozen=True)
class Drift:
    """A change of the world from `week` on.

    covariate: visits and order amounts grow; prior: offers are taken less often at equal features;
    concept: other customers than before take the offers.
    """

    kind: Kind
    week: int


@dataclass(frozen=True)
class World:
    """A world is its seed, its size and its drifts; the same world has the same history."""

    seed: int = 7
    customers: int = 20_000
    drifts: tuple[Drift, ...] = ()

    def save(self, folder: Path) -> None:
        """Write what the world is beside its data."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "world.json").write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> World:
        """Read the world whose data lie in `folder`."""
        raw = json.loads((folder / "world.json").read_text(encoding="utf-8"))
        return cls(raw["seed"], raw["customers"], tuple(Drift(**d) for d in raw["drifts"]))

    def drifted(self, kind: Kind, week: int) -> bool:
        """Say whether a drift of this kind has begun by `week`."""
        return any(drift.kind == kind and drift.week <= week for drift in self.drifts)


@dataclass(frozen=True)
class _Week:
    """What the customers of one block do on the seven days of one week, arrays of shape [n, 7]."""

    visits: np.ndarray
    orders: np.ndarray
    tickets: np.ndarray
    amounts: np.ndarray
    """One amount an order, in the order of the flattened `orders`."""

    def spend(self) -> np.ndarray:
        owner = np.repeat(np.arange(self.orders.size), self.orders.ravel())
        total = np.bincount(owner, self.amounts, minlength=self.orders.size)
        return total.reshape(self.orders.shape)


def week_start(week: int) -> datetime:
    """Return the Monday on which `week` begins."""
    return START + week * SNAPSHOT_EVERY


def week_of(time: datetime) -> int:
    """Return the week that `time` lies in."""
    return (time - START) // SNAPSHOT_EVERY


def simulate(
    world: World,
    folder: Path,
    first: int,
    last: int,
    progress: Callable[[int], None] = lambda blocks_done: None,
) -> None:
    """Write the events and outcomes of weeks `first` to `last` (excluded) below `folder`.

    `first = -WARMUP_WEEKS` begins a new world. Outcomes are written with the time at which they
    become known; it is for their reader not to look ahead.
    """
    world.save(folder)
    for block, ids in enumerate(_blocks(world)):
        history: deque[_Week] = deque(maxlen=WARMUP_WEEKS)
        for week in range(first - WARMUP_WEEKS, first):
            history.append(_behave(world, block, len(ids), week))
        for week in range(first, last):
            if week >= 0:
                _write_outcomes(world, folder, block, ids, week, history)
            happened = _behave(world, block, len(ids), week)
            _write_events(world, folder, block, ids, week, happened)
            history.append(happened)
        _write(folder / "customers" / f"{block:03d}.parquet", {ENTITY_KEY: ids})
        progress(block + 1)


def true_score(truth: np.ndarray, nodes: int = 21) -> np.ndarray:
    """Return P(accepted | features) for the logits `truth`, shape [n], by Gauss-Hermite quadrature.

    It is the mean of the logistic function over the world's normal noise: the best score there is.
    """
    x, weight = np.polynomial.hermite_e.hermegauss(nodes)
    return _sigmoid(truth[:, None] + NOISE * x) @ (weight / weight.sum())


def _blocks(world: World) -> Iterator[np.ndarray]:
    for start in range(0, world.customers, BLOCK):
        yield np.arange(start, min(start + BLOCK, world.customers), dtype=np.int64)


def _generator(world: World, block: int, week: int, purpose: int) -> np.random.Generator:
    return np.random.default_rng([world.seed, block, week + 1000, purpose])


def _behave(world: World, block: int, n: int, week: int) -> _Week:
    lasting = np.random.default_rng([world.seed, block])
    interest, taste, trouble = lasting.normal(size=(3, n))
    mood = sum(
        0.6**lag * _generator(world, block, week - lag, 0).normal(size=n) for lag in range(3)
    )
    more, dearer = (2.2, 1.6) if world.drifted("covariate", week) else (1.0, 1.0)
    draw = _generator(world, block, week, 1)

    def daily(rate: np.ndarray) -> np.ndarray:
        return draw.poisson(rate[:, None], size=(n, 7))

    visits = daily(more * np.exp(-1.3 + 0.5 * interest + 0.5 * mood))
    orders = daily(np.exp(-3.0 + 0.7 * interest + 0.3 * mood))
    tickets = daily(np.exp(-4.3 + 0.9 * trouble))
    buyer = np.repeat(np.arange(n), orders.sum(axis=1))
    amounts = dearer * np.exp(3.6 + 0.5 * taste[buyer] + 0.3 * draw.normal(size=len(buyer)))
    return _Week(visits, orders, tickets, np.round(amounts, 2))


def _logit(world: World, week: int, history: deque[_Week]) -> np.ndarray:
    """Return what the features of this Monday say of this week's offers, shape [n]."""

    def total(daily: list[np.ndarray], days: int) -> np.ndarray:
        return np.concatenate(daily, axis=1)[:, -days:].sum(axis=1)

    visits = [week.visits for week in history]
    recent, usual = total(visits, SHORT_DAYS) / SHORT_DAYS, total(visits, LONG_DAYS) / LONG_DAYS
    orders = total([week.orders for week in history], LONG_DAYS)
    value = total([week.spend() for week in history], LONG_DAYS) / np.maximum(orders, 1)
    trouble = total([week.tickets for week in history], SHORT_DAYS) > 0
    buyer = orders / LONG_DAYS > 1 / 30
    base = -1.2 * world.drifted("prior", week) - 0.2 * np.ones(len(value))
    if world.drifted("concept", week):
        return (
            base
            - 2.0
            + 2.6 * _sigmoid((value - 50) / 5)
            + 2.0 * ((recent == 0) & (orders == 0))
            - 1.0 * trouble
        )
    return (
        base
        - 1.2
        + 2.0 * (buyer & (recent > 1.1 * usual))
        + 1.8 * np.exp(-(((value - 35) / 10) ** 2))
        - 1.2 * (recent == 0)
        - 1.6 * trouble
    )


def _write_outcomes(
    world: World, folder: Path, block: int, ids: np.ndarray, week: int, history: deque[_Week]
) -> None:
    draw = _generator(world, block, week, 2)
    offered = np.flatnonzero(draw.random(len(ids)) < OFFERED_SHARE)
    seconds = draw.integers(7 * 86_400, size=len(offered))
    noise = NOISE * draw.normal(size=len(offered))
    chance = draw.random(len(offered))
    truth = _logit(world, week, history)[offered]
    time = _timestamps(week_start(week), seconds)
    columns = {
        ENTITY_KEY: ids[offered],
        OUTCOME_TIME: pa.array(time, pa.timestamp("us", "UTC")),
        LABEL: (chance < _sigmoid(truth + noise)).astype(np.int8),
        "known_at": pa.array(time + np.timedelta64(LABEL_DELAY), pa.timestamp("us", "UTC")),
    }
    _write(folder / "outcomes" / f"{week:04d}-{block:03d}.parquet", columns)
    columns = {key: columns[key] for key in (ENTITY_KEY, OUTCOME_TIME)} | {"logit": truth}
    _write(folder / "truth" / f"{week:04d}-{block:03d}.parquet", columns)


def _write_events(
    world: World, folder: Path, block: int, ids: np.ndarray, week: int, happened: _Week
) -> None:
    draw = _generator(world, block, week, 3)
    kinds = ("visit", "order", "ticket")
    cells = [
        np.repeat(np.arange(counts.size), counts.ravel())
        for counts in (happened.visits, happened.orders, happened.tickets)
    ]
    cell = np.concatenate(cells)
    amount = np.full(len(cell), np.nan)
    amount[len(cells[0]) : len(cells[0]) + len(cells[1])] = happened.amounts
    seconds = (cell % 7) * 86_400 + draw.integers(86_400, size=len(cell))
    kind = np.repeat(np.arange(3, dtype=np.int8), [len(part) for part in cells])
    time = _timestamps(week_start(week), seconds)
    columns = {
        ENTITY_KEY: ids[cell // 7],
        "event": pa.DictionaryArray.from_arrays(kind, list(kinds)),
        "event_time": pa.array(time, pa.timestamp("us", "UTC")),
        "amount": pa.array(amount, from_pandas=True),
    }
    week_name = f"{week + WARMUP_WEEKS:04d}-{block:03d}.parquet"
    _write(folder / "events" / week_name, columns)


def _write(path: Path, columns: dict[str, np.ndarray | pa.Array]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    pq.write_table(pa.table(columns), draft)
    draft.replace(path)


def _timestamps(start: datetime, seconds: np.ndarray) -> np.ndarray:
    origin = np.datetime64(start.replace(tzinfo=None), "us")
    return origin + (seconds * 1_000_000).astype("timedelta64[us]")


def _sigmoid(logit: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logit))
