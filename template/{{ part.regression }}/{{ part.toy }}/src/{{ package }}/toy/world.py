"""The toy world: shops that order what they will sell, and whose least possible error is known.

Some shops sell more in summer and others in winter, and now and then one has a promotion. Each week
a part of them orders anew, and what will be asked for there is drawn from a distribution whose
median depends on the features at that time, with noise of a known size. So the least error that any
forecast can reach is computed, not guessed. The world can drift on command. Replace it by pointing
`source.py` at real data.

Shops are simulated in blocks, each from generators of its own, so memory does not grow with their
number.
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
    YEAR_DAYS,
)

POPULATION, ASKED = "shops", "orders"
"""Who lives in the world, and what is predicted of them."""
START = datetime(2026, 1, 5, tzinfo=UTC)
"""Monday of week 0, the first with orders; the weeks before it only fill the windows."""
WARMUP_WEEKS = ceil((YEAR_DAYS + LONG_DAYS) / 7)
BLOCK = 20_000
ORDERED_SHARE = 0.35
NOISE = 0.25
"""Standard deviation of what no feature tells, of the logarithm of the demand."""

Kind = Literal["covariate", "prior", "concept"]


class WorldExists(UserError):
    """There are toy data already; another world would mix with them."""


@dataclass(frozen=True)
class Drift:
    """A change of the world from `week` on.

    covariate: more promotions, larger sales; prior: more is asked for at equal features; concept:
    promotions bring less, and large sales more, than before.
    """

    kind: Kind
    week: int


@dataclass(frozen=True)
class World:
    """A world is its seed, its size and its drifts; the same world has the same history."""

    seed: int = 7
    shops: int = 20_000
    drifts: tuple[Drift, ...] = ()

    def save(self, folder: Path) -> None:
        """Write what the world is beside its data."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "world.json").write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> World:
        """Read the world whose data lie in `folder`."""
        raw = json.loads((folder / "world.json").read_text(encoding="utf-8"))
        return cls(raw["seed"], raw["shops"], tuple(Drift(**d) for d in raw["drifts"]))

    def drifted(self, kind: Kind, week: int) -> bool:
        """Say whether a drift of this kind has begun by `week`."""
        return any(drift.kind == kind and drift.week <= week for drift in self.drifts)


@dataclass(frozen=True)
class _Week:
    """What happens in the shops of one block on the seven days of one week, shape [n, 7]."""

    sales: np.ndarray
    promotions: np.ndarray
    amounts: np.ndarray
    """The units of each sale, in the order of the flattened `sales`."""

    def units(self) -> np.ndarray:
        owner = np.repeat(np.arange(self.sales.size), self.sales.ravel())
        total = np.bincount(owner, self.amounts, minlength=self.sales.size)
        return total.reshape(self.sales.shape)


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
        if first >= 0:
            for week in range(first - WARMUP_WEEKS, first):
                history.append(_behave(world, block, len(ids), week))
        for week in range(first, last):
            if week >= 0:
                _write_outcomes(world, folder, block, ids, week, history)
            happened = _behave(world, block, len(ids), week)
            _write_events(world, folder, block, ids, week, happened)
            history.append(happened)
        _write(folder / "shops" / f"{block:03d}.parquet", {ENTITY_KEY: ids})
        progress(block + 1)


def true_score(truth: np.ndarray) -> np.ndarray:
    """Return the medians of the demand for its medians before rounding, `truth`, shape [n].

    The noise is symmetric on the logarithmic scale and demand is rounded, so that half of it lies
    at or below the rounded median: no forecast has less mean absolute error.
    """
    return np.rint(truth)


def _blocks(world: World) -> Iterator[np.ndarray]:
    for start in range(0, world.shops, BLOCK):
        yield np.arange(start, min(start + BLOCK, world.shops), dtype=np.int64)


def _generator(world: World, block: int, week: int, purpose: int) -> np.random.Generator:
    return np.random.default_rng([world.seed, block, week + 1000, purpose])


def _behave(world: World, block: int, n: int, week: int) -> _Week:
    lasting = np.random.default_rng([world.seed, block])
    popularity, size, summer = lasting.normal(size=(3, n))
    draw = _generator(world, block, week, 1)
    season = 0.7 * summer * np.sin(2 * np.pi * week / (YEAR_DAYS / 7))
    more, larger = (4.0, 1.5) if world.drifted("covariate", week) else (1.0, 1.0)

    def daily(rate: np.ndarray) -> np.ndarray:
        return draw.poisson(rate[:, None], size=(n, 7))

    sales = daily(np.exp(-1.3 + 0.5 * popularity + season))
    promotions = daily(np.full(n, more * 0.02))
    shop = np.repeat(np.arange(n), sales.sum(axis=1))
    amounts = larger * np.exp(2.3 + 0.4 * size[shop] + 0.3 * draw.normal(size=len(shop)))
    return _Week(sales, promotions, np.ceil(amounts))


def _median(world: World, week: int, history: deque[_Week]) -> np.ndarray:
    """Return what the features of this Monday say of the demand in this week, shape [n]."""

    def total(daily: list[np.ndarray], days: int, lag: int = 0) -> np.ndarray:
        every = np.concatenate(daily[-ceil((lag + days) / 7) :], axis=1)
        end = every.shape[1] - lag
        return every[:, end - days : end].sum(axis=1)

    units = [week.units() for week in history]
    recent, usual = total(units, SHORT_DAYS) / SHORT_DAYS, total(units, LONG_DAYS) / LONG_DAYS
    before = total(units, LONG_DAYS, YEAR_DAYS)
    after = total(units, LONG_DAYS, YEAR_DAYS - LONG_DAYS)
    sales = total([week.sales for week in history], LONG_DAYS)
    size = usual * LONG_DAYS / np.maximum(sales, 1)
    promoted = total([week.promotions for week in history], SHORT_DAYS) > 0
    season = np.clip(after / np.maximum(before, 1), 0.5, 2.0) ** (before > 0)
    rising = recent > 1.5 * usual
    level = (1.4 if world.drifted("prior", week) else 1.0) * (2 + 2.7 * usual)
    if world.drifted("concept", week):
        return level * season * 0.6 ** np.sign(10 - size) * 0.8**promoted
    return level * season * 1.8**promoted * 1.3**rising


def _write_outcomes(
    world: World, folder: Path, block: int, ids: np.ndarray, week: int, history: deque[_Week]
) -> None:
    draw = _generator(world, block, week, 2)
    ordered = np.flatnonzero(draw.random(len(ids)) < ORDERED_SHARE)
    seconds = draw.integers(7 * 86_400, size=len(ordered))
    noise = np.exp(NOISE * draw.normal(size=len(ordered)))
    truth = _median(world, week, history)[ordered]
    time = _timestamps(week_start(week), seconds)
    columns = {
        ENTITY_KEY: ids[ordered],
        OUTCOME_TIME: pa.array(time, pa.timestamp("us", "UTC")),
        LABEL: np.rint(truth * noise),
        "known_at": pa.array(time + np.timedelta64(LABEL_DELAY), pa.timestamp("us", "UTC")),
    }
    _write(folder / "outcomes" / f"{week:04d}-{block:03d}.parquet", columns)
    columns = {key: columns[key] for key in (ENTITY_KEY, OUTCOME_TIME)} | {"median": truth}
    _write(folder / "truth" / f"{week:04d}-{block:03d}.parquet", columns)


def _write_events(
    world: World, folder: Path, block: int, ids: np.ndarray, week: int, happened: _Week
) -> None:
    draw = _generator(world, block, week, 3)
    kinds = ("sale", "promotion")
    cells = [
        np.repeat(np.arange(counts.size), counts.ravel())
        for counts in (happened.sales, happened.promotions)
    ]
    cell = np.concatenate(cells)
    amount = np.full(len(cell), np.nan)
    amount[: len(cells[0])] = happened.amounts
    seconds = (cell % 7) * 86_400 + draw.integers(86_400, size=len(cell))
    kind = np.repeat(np.arange(2, dtype=np.int8), [len(part) for part in cells])
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
