"""What the gate claims: how often chance passes one that is no better, and refuses an equal one.

Outcomes are known after 28 days, and tests are cut from the rows by the project's own split. Its
own code measures what chance does, and decides.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from math import sqrt
from typing import Any

from bench.statistics.claims import Claim, counted, tell

np: Any = import_module("numpy")
pd: Any = import_module("pandas")

SIZES = {300: 240, 1_500: 160, 6_000: 80}
"""Rows of a test, and how many such tests are judged."""
NEAR = 0.03
"""A share of tests is as stated if it is no further from it than this."""
SURE = 1.645
"""Or further by no more than this many standard errors, which chance reaches in a twentieth."""
WAIT = timedelta(days=28)
MARGINS = (0.0, 0.01)
NAMES = ("candidate", "baseline", "champion")
START = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass
class World:
    """Rows of a project's type of problem, and its own code for them."""

    package: str
    draw: Any = field(default_factory=lambda: np.random.default_rng(7))

    def __post_init__(self) -> None:
        self.features = self.of("problem.schema").FEATURES
        self.holdout = self.of("design").HOLDOUT
        self.primary = self.of("problem.metric").PRIMARY
        self.of_rates = bool(self.of("kind.labels").TYPES)
        slices = {
            "low": lambda features: features[self.features[0]] < 0.3,
            "high": lambda features: features[self.features[0]] >= 0.3,
        }
        self.measures = self.of("declare").Measures(self.primary, (self.primary,), slices)

    def of(self, module: str) -> Any:
        """Return a module of the project."""
        return import_module(f"{self.package}.{module}")

    def rows(self, times: Any, entity: Any, signal: Any) -> tuple[Any, Any]:
        """Return rows at so many days after START, by time, and the signal that outcomes follow."""
        order = np.argsort(times, kind="stable")
        time = pd.Series(START + pd.to_timedelta(times[order], unit="D"))
        time = time.astype("datetime64[us, UTC]")
        features = pd.DataFrame(
            self.draw.random((len(times), len(self.features))).astype(np.float32),
            columns=list(self.features),
        )
        label = self.outcome(signal[order])
        entities = pd.Series(entity[order])
        rows = self.of("contracts").Dataset.of(entities, time, features, label, time + WAIT)
        return rows, signal[order]

    def outcome(self, signal: Any) -> Any:
        """Return yes with a chance that follows a signal, or amounts that do."""
        if self.of_rates:
            return (self.draw.random(len(signal)) < self.score(signal)).astype(float)
        return self.draw.poisson(self.score(signal)).astype(float)

    def score(self, signal: Any) -> Any:
        """Return what a model says that sees so much of the signal."""
        return 1 / (1 + np.exp(1 - signal)) if self.of_rates else 10 * np.exp(0.4 * signal)

    def judge(self, rows: Any, scores: Mapping[str, Any]) -> Iterator[Any]:
        """Yield the gate's decision on `candidate`, beside `baseline` and `champion`, by margin."""
        evaluate, gate = self.of("training.evaluate"), self.of("registry.gate")
        sign = 1 if self.primary.higher_is_better else -1
        others = {name: each for name, each in scores.items() if name != "candidate"}
        evidence = gate.Evidence(
            **{name: evaluate.evaluate(rows, each, self.measures) for name, each in scores.items()},
            leads=evaluate.leads(rows, scores["candidate"], others, self.measures),
            reproduction_error=0.0,
            model_latency_ms=0.0,
        )
        for margin in MARGINS:
            design = gate.GateDesign(
                success_threshold=-sign * 1e9,
                baseline="rule",
                baseline_margin=margin,
                slice_tolerance=0.0,
                error=0.1,
            )
            yield gate.decide(1, evidence, design, self.primary)


@dataclass
class Count:
    """How often something happened, and how often it was said to."""

    what: str
    runs: int
    happened: int = 0
    stated: float = 0.0

    def add(self, happened: bool, stated: float) -> None:
        """Count one run."""
        self.happened += happened
        self.stated += stated / self.runs

    def claim(self) -> Claim:
        """Claim that it happened as often as stated, to three points."""
        share = self.happened / self.runs
        off = NEAR + SURE * sqrt(self.stated * (1 - self.stated) / self.runs)
        bound = f"{self.stated:.3f} +- {NEAR}"
        return Claim(self.what, f"{share:.3f}", bound, abs(share - self.stated) <= off)


def equals(world: World, size: int, runs: int) -> Iterator[Claim]:
    """Yield how often one of three equal models passes as better, and is refused as worse."""
    gate, split = world.of("registry.gate"), world.of("training.split")
    passes = [
        Count(f"no better than the baseline, passes a margin of {margin}: {size:,} rows", runs)
        for margin in MARGINS
    ]
    refusals = Count(f"as good as the champion, and refused: {size:,} rows", runs)
    begins, entities = 3 * world.holdout.days + 2 * WAIT.days, size // 2
    for _ in counted(runs, f"tests of {size:,} rows"):
        # Nothing is fitted here: few rows come before those that test.
        times = np.r_[
            world.draw.uniform(0, begins, 600),
            world.draw.uniform(begins, begins + world.holdout.days, size),
        ]
        entity = world.draw.integers(entities, size=len(times))
        signal, *errors = (
            0.6 * world.draw.normal(size=entities)[entity]
            + 0.8 * world.draw.normal(size=len(entity))
            for _ in range(4)
        )
        rows, signal = world.rows(times, entity, 1.5 * signal)
        test = split.by_time(rows).test
        seen = {
            name: world.score(0.7 * (signal + error))[-len(test) :]
            for name, error in zip(NAMES, errors, strict=True)
        }
        for count, decision in zip(passes, world.judge(test, seen), strict=True):
            failed = {each.name for each in decision.criteria if not each.passed}
            count.add("better_than_baseline" not in failed, decision.chances[gate.PASSED_BY_CHANCE])
        worse = bool(failed - {"better_than_baseline"})
        refusals.add(worse, decision.chances[gate.REFUSED_BY_CHANCE])
    yield from (each.claim() for each in (*passes, refusals))


def memories(world: World, size: int, runs: int) -> Iterator[Claim]:
    """Yield how often a model passes that knows of each entity only what its outcomes were.

    An outcome is what happens in the 28 days after a row, which tells nothing of later ones, and
    much of those that overlap with it.
    """
    gate, split = world.of("registry.gate"), world.of("training.split")
    passes = Count(f"knows no more than overlapping outcomes, and passes: {size:,} entities", runs)
    over = WAIT.days // 7
    weeks = (3 * world.holdout.days + 2 * WAIT.days) // 7 + 1
    for _ in counted(runs, f"memories of {size:,} entities"):
        happens = world.draw.normal(size=(size, weeks + over))
        each = np.cumsum(np.pad(happens, ((0, 0), (1, 0))), axis=1)
        signal = (each[:, over:] - each[:, :-over])[:, :weeks].ravel()
        entity = np.repeat(np.arange(size), weeks)
        rows, _ = world.rows(np.tile(7.0 * np.arange(weeks), size), entity, signal)
        parts = split.by_time(rows)
        known = pd.Series(parts.known.label).groupby(parts.known.entity.to_numpy()).mean()
        remembered = known.reindex(range(size)).fillna(known.mean()).to_numpy()
        of_others = world.draw.permutation(remembered)  # which can't know anything either
        who = parts.test.entity.to_numpy()
        seen = dict(zip(NAMES, (remembered[who], of_others[who], of_others[who]), strict=True))
        decision, *_ = world.judge(parts.test, seen)
        failed = {each.name for each in decision.criteria if not each.passed}
        passes.add("better_than_baseline" not in failed, decision.chances[gate.PASSED_BY_CHANCE])
    yield passes.claim()


def claims(package: str, *, small: bool = False) -> Iterator[Claim]:
    """Yield every claim; with `small`, of so few tests that only gross faults show."""
    world = World(package)
    for size, runs in {300: 40}.items() if small else SIZES.items():
        yield from equals(world, size, runs)
        yield from memories(world, size, runs // 2)


if __name__ == "__main__":
    tell(claims(sys.argv[1], small="small" in sys.argv[2:]))
