"""What monitors claim: no alarms out of nothing, and none missed of what is called visible."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bench.statistics.claims import Claim, at_least, at_most, counted, no_more, tell
from bench.statistics.worlds import WORLDS, Drift, World, change, shifted, sized

CHANCE = 0.01
"""Quiet windows with an alarm of one monitor, all its features together, at most."""
FOUND = 0.95
"""Drifts of a visible size that are found within two windows, at least."""
SIZES = (300, 3_000, 30_000)
BY_ROWS = {300: {"shift": 0.8}, 3_000: {"shift": 0.25, "missing": 0.2}}
"""How large what is visible may be: in standard deviations of the mean, and as a share of rows."""
PRIOR = 0.1
"""A change of the rate that is visible among 3,000 rows with 300 positives."""
FLIPPED = 0.2
"""A share of the rows whose outcome has another cause, visible there too."""
LOOKS = 20
"""At quiet windows, of which the mean is what is visible."""


def quiet(world: World, entities: int, champions: int, windows: int) -> Iterator[Claim]:
    """Yield what alarms of windows in which nothing changed, a few of each champion's in a row."""
    found: Counter[str] = Counter()
    names: set[str] = set()
    for _ in counted(champions, "champions without drift"):
        champion = world.champion(entities, entities)
        for _ in range(windows):
            checks = world.look(champion, world.window(entities, often=0.2))
            names |= {monitor(name) for name in checks}
            found.update({monitor(name) for name, check in checks.items() if check.alarm})
    for name in sorted(names):
        what = f"alarms of {name}, {entities:,} entities, without drift"
        yield at_most(what, found[name], champions * windows, CHANCE)


def monitor(name: str) -> str:
    """Return the monitor of a check: that of all features, or one by itself."""
    kind, _, of = name.partition("(")
    return f"{kind} of all features" if of and of != "score)" else name


def drifts(world: World, entities: int, runs: int, looks: int = LOOKS) -> Iterator[Claim]:
    """Yield how often drift of the size that is called visible is found within two windows."""
    features, calibration = world.names, world.of("kind.calibration").NAME
    names = [f"psi({features[0]})", f"shift({features[0]})", f"missing({features[3]})"]
    for name in [*names, "psi(score)", "shift(score)", world.primary.name, calibration]:
        told = [
            world.look(world.champion(entities, entities), world.window(entities))[name].visible
            for _ in range(looks)
        ]
        size, found = sum(told) / looks, 0
        drift = sized(world, name, size)
        for _ in counted(runs, f"drifts of {name} among {entities:,}"):
            champion = world.champion(entities, entities)
            found += any(
                world.look(champion, world.window(entities, drift))[name].alarm for _ in range(2)
            )
        yield at_least(
            f"drifts of {name} by {size:.3g} found, {entities:,} rows", found, runs, FOUND
        )
        for least, bounds in BY_ROWS.items():
            if (bound := bounds.get(name.partition("(")[0])) and least <= entities:
                told_as = shifted(size) if name.startswith("shift") else size
                yield no_more(f"visible of {name}, {entities:,} rows", told_as, bound)
        if entities >= 3_000 and (most := reached(world, name)):
            yield no_more(f"visible of {name}, {entities:,} rows", size, most)


def reached(world: World, name: str) -> float | None:
    """Return how large what is visible of the concept may be: what such a change makes of it."""
    if name == world.primary.name:
        return change(world, name, Drift(flipped=FLIPPED))
    if name == "calibration":
        return PRIOR / world.positive_rate
    return None


def claims(package: str, *, small: bool = False) -> Iterator[Claim]:
    """Yield every claim; with `small`, of so few runs that only gross faults show."""
    primary: Any = WORLDS[_metric(package)]
    if small:
        yield from quiet(primary(package, 1), 400, 6, 4)
        yield from drifts(primary(package, 2), 400, 10, 5)
        return
    yield from quiet(primary(package, 1), 5_000, 200, 10)
    yield from quiet(primary(package, 2), 300, 500, 4)
    for number, size in enumerate(SIZES):
        yield from drifts(primary(package, 3 + number), size, 300)


def _metric(package: str) -> str:
    return World(package, 0).primary.name


if __name__ == "__main__":
    tell(claims(sys.argv[1], small="small" in sys.argv[2:]))
