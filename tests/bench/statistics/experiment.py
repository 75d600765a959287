"""What A/B tests claim: how often equals are promoted and better ones are seen, and that they end.

Each test lives day by day as a project's does: its outcomes come in, the project's own code counts
and judges them, and the first verdict counts.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from importlib import import_module
from typing import Any

from bench.statistics.claims import Claim, at_least, at_most, counted, tell

np: Any = import_module("numpy")
"""The project's; there is none in the Python that checks this file."""

TESTS = 1_000
TOLERANCE = 0.03
"""Power may be so much less than is stated."""
CORRELATIONS = (0.0, 0.3)
ENTITIES, A_DAY, DELAY = 1_000, 120, 2
"""Entities of a test, outcomes of a day, and days until they are known."""
FEW = 500
"""Entities whose outcomes are never worth the planned size, if they correlate."""
SKEW, UNITS = 0.03, 20_000
"""A split that is off by so much, among so many."""


@dataclass
class World:
    """Outcomes of a project's type of problem, and its own code for A/B tests.

    Attributes:
        base, effect: the champion's share of successes, and by how much a better challenger's is
            more; of costs their standard deviation, and by how much less they are.
    """

    package: str
    base: float = field(init=False)
    effect: float = field(init=False)

    def __post_init__(self) -> None:
        self.comparison = self.of("kind.comparison")
        self.of_shares = "successes" in {each.name for each in fields(self.comparison.Tally)}
        self.base, self.effect = (0.2, 0.05) if self.of_shares else (10.0, 1.2)

    def of(self, module: str) -> Any:
        """Return a module of the project."""
        return import_module(f"{self.package}.{module}")

    def plan(self, entities: int, correlation: float) -> tuple[Any, Any]:
        """Return the design of a test and its plan."""
        design = self.of("design.experiment").ExperimentDesign(
            challenger_share=0.5,
            alpha=0.05,
            power=0.8,
            minimum_effect=self.effect,
            minimum_days=7,
            maximum_days=60,
            daily_outcomes=A_DAY,
            entities=entities,
            correlation=correlation,
            guardrails=(),
            rollback_criteria=("guardrail", "worse", "no-better"),
        )
        return design, self.of("experiment.power").plan(self.base, design, DELAY)


class Arms:
    """The outcomes of a test so far: of each entity how many, their sum, and all their squares."""

    def __init__(
        self, world: World, entities: int, correlation: float, gain: float, draw: Any
    ) -> None:
        self.world, self._draw = world, draw
        self.challenger = draw.random(entities) < 0.5
        self.count, self.total = np.zeros(entities), np.zeros(entities)
        self._squares = np.zeros(entities)
        if world.of_shares:
            mean = world.base + gain * self.challenger
            spread = 1 / correlation - 1 if correlation else None
            self._own = draw.beta(mean * spread, (1 - mean) * spread) if spread else mean
        else:
            deviation = np.sqrt(correlation) * world.base
            self._own = 50 - gain * self.challenger + draw.normal(0, deviation or 1e-12, entities)
            self._within = np.sqrt(1 - correlation) * world.base

    def live(self, outcomes: int) -> None:
        """Let so many outcomes come, of entities at random."""
        came = self._draw.poisson(outcomes / len(self.count), len(self.count))
        if self.world.of_shares:
            self.total += self._draw.binomial(came, self._own)
        else:
            whose = np.repeat(np.arange(len(came)), came)
            cost = self._own[whose] + self._draw.normal(0, self._within, len(whose))
            self.total += np.bincount(whose, cost, len(came))
            self._squares += np.bincount(whose, cost * cost, len(came))
        self.count += came

    def compared(self, alpha: float) -> Any:
        """Compare the arms as the project does; None while one has no outcome."""
        tallies = [self._tally(~self.challenger), self._tally(self.challenger)]
        if not all(tally.rows for tally in tallies):
            return None
        return self.world.comparison.compare(*tallies, alpha)

    def _tally(self, arm: Any) -> Any:
        n, s = self.count[arm], self.total[arm]
        sums = [n.sum(), s.sum(), (n * n).sum(), (n * s).sum(), (s * s).sum()]
        if not self.world.of_shares:
            sums.insert(2, self._squares[arm].sum())
        return self.world.comparison.Tally(*sums)


def lived(world: World, plan: Any, criteria: Any, arms: Arms) -> tuple[str, int, Any]:
    """Look at a test each day until its verdict; return that, its day, and the comparison then."""
    judge = world.of("experiment.judgement").judge
    for day in range(1, plan.maximum_days + 2):
        if day > DELAY:
            arms.live(A_DAY)
        found = arms.compared(plan.alpha)
        outcome, _ = judge(plan, found, 1.0, (), criteria, float(day))
        if outcome != "continue":
            return outcome, day, found
    return "continue", day, found


def verdicts(
    world: World, entities: int, correlation: float, tests: int, tolerance: float
) -> Iterator[Claim]:
    """Yield how often equals are promoted, and better ones by the designed effect."""
    design, plan = world.plan(entities, correlation)
    stated = plan.days(A_DAY)
    reached = stated is not None and stated <= plan.maximum_days
    where = f"{entities:,} entities, correlation {correlation:g}"
    for gain in (0.0, world.effect):
        draw = np.random.default_rng([entities, round(100 * correlation), round(100 * gain)])
        found, powers, late = Counter[str](), 0.0, 0
        for _ in counted(tests, f"tests of {where}"):
            arms = Arms(world, entities, correlation, gain, draw)
            outcome, day, compared = lived(world, plan, design.rollback_criteria, arms)
            found[outcome] += 1
            powers += min(plan.power, plan.power_of(compared.effective))
            late += day > plan.maximum_days
        if gain:
            power = plan.power if reached else powers / tests
            told = f"better by {gain:g} promoted, {where}, {power:.1%} stated"
            yield at_least(told, found["promote"], tests, power - tolerance)
        else:
            yield at_most(f"equals promoted, {where}", found["promote"], tests, plan.alpha)
        yield at_most(f"tests without an end after the maximum, {where}", late, tests, 0.0)


def splits(world: World, tests: int) -> Iterator[Claim]:
    """Yield how often a split that is off is seen, and one that isn't is taken for it."""
    pd: Any = import_module("pandas")
    judgement = world.of("experiment.judgement")
    draw = np.random.default_rng(11)
    names = pd.Series([str(number) for number in range(UNITS)])
    rows = pd.DataFrame({"entity": names, "request_id": names})
    for skew in (0.0, SKEW):
        seen = 0
        for _ in counted(tests, f"splits off by {skew:g}"):
            challenged = draw.random(UNITS) < 0.5 + skew
            found = judgement.split_p_value(rows[~challenged], rows[challenged], 0.5)
            seen += found < judgement.MISMATCH_ALPHA
        what = f"splits off by {100 * skew:g} points seen, {UNITS:,} units"
        if skew:
            yield at_least(what, seen, tests, 0.99)
        else:
            yield at_most(what, seen, tests, judgement.MISMATCH_ALPHA)


def claims(package: str, *, small: bool = False) -> Iterator[Claim]:
    """Yield every claim; with `small`, of so few tests that only gross faults show."""
    world = World(package)
    tests, tolerance = (60, 5 * TOLERANCE) if small else (TESTS, TOLERANCE)
    for correlation in CORRELATIONS:
        yield from verdicts(world, ENTITIES, correlation, tests, tolerance)
    yield from verdicts(world, FEW, CORRELATIONS[-1], tests, tolerance)
    yield from splits(world, tests)


if __name__ == "__main__":
    tell(claims(sys.argv[1], small="small" in sys.argv[2:]))
