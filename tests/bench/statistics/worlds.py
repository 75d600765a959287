"""Windows of predictions from known distributions, and what the project's monitors say of them.

`Offers` has outcomes of yes and no, `Demand` amounts. Both draw features of several kinds: normal
ones, counts, amounts that are mostly 0, and one that is often missing. A drift of known size can be
put into a window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

np: Any = import_module("numpy")
"""The project's; there is none in the Python that checks this file."""
special: Any = import_module("scipy.special")
pd: Any = import_module("pandas")
pa: Any = import_module("pyarrow")

START = datetime(2026, 1, 5, tzinfo=UTC)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Window:
    """Predictions of n rows: latent scores, features [n, k], entities, and what became of them."""

    latent: Any
    features: Any
    entity: Any
    label: Any
    fallback: Any


@dataclass(frozen=True)
class Drift:
    """What a window has that training had not, each in the unit of the check that is to find it."""

    shift: float = 0.0
    stretch: float = 0.0
    missing: float = 0.0
    score_shift: float = 0.0
    score_stretch: float = 0.0
    calibration: float = 0.0
    flipped: float = 0.0
    noise: float = 0.0


@dataclass
class Champion:
    """A model: its manifest, what it was tested on, and the windows that it has answered so far."""

    manifest: Any
    tested: Window
    rule: Any
    metric: float
    past: list[Window] = field(default_factory=list)


class World:
    """What both kinds of problem have in common: a world is its package, its seed and its sizes."""

    def __init__(self, package: str, seed: int, positive_rate: float = 0.1) -> None:
        self.package = package
        self.draw = np.random.default_rng(seed)
        self.positive_rate = positive_rate
        self.names = self.of("problem.schema").FEATURES
        self.design = self.of("design").section(
            "monitoring", self.of("monitoring.drift").MonitoringDesign
        )
        self.primary = self.of("problem.metric").PRIMARY

    def of(self, module: str) -> Any:
        """Return a module of the project."""
        return import_module(f"{self.package}.{module}")

    def scores(self, latent: Any) -> Any:
        """Return the model's scores, float64 [n]."""
        raise NotImplementedError

    def outcomes(self, latent: Any, drift: Drift) -> Any:
        """Draw what becomes of rows, float64 [n]."""
        raise NotImplementedError

    def window(self, entities: int, drift: Drift | None = None, often: float = 0.0) -> Window:
        """Draw the rows of so many entities, of which a share `often` is there again and again."""
        drift = drift or Drift()
        latent = stretched(self.draw, entities, drift.score_stretch) + shifted(drift.score_shift)
        features = self.draw.normal(size=(entities, len(self.names)))
        features[:, 0] = stretched(self.draw, entities, drift.stretch) + shifted(drift.shift)
        features[:, 1] = self.draw.poisson(3.0, entities)
        features[:, 2] = np.maximum(0.0, features[:, 2] - 0.84)
        gone = 0.1 + drift.missing
        features[self.draw.random(entities) < gone, 3] = np.nan
        label = self.outcomes(latent, drift)
        times = 1 + np.where(self.draw.random(entities) < often, self.draw.poisson(4, entities), 0)
        row = np.repeat(np.arange(entities), times)
        fallback = self.draw.random(len(row)) < self.design.fallback_alarm_share
        columns = (latent, features, np.arange(entities).astype(str), label)
        return Window(*(column[row] for column in columns), fallback)

    def champion(self, reference_rows: int, test_rows: int) -> Champion:
        """Draw what a model was trained and tested on."""
        made, features = self.of("artifact.manifest"), self.of("kind.scores")
        trained, tested = self.window(reference_rows), self.window(test_rows)
        scores = self.scores(trained.latent)
        reference = {
            name: made.Reference.of(trained.features[:, i].astype(np.float32))
            for i, name in enumerate(self.names)
        }
        reference["score"] = made.Reference.of(scores, margin=features.margin(scores))
        specs = made.describe(trained.features.astype(np.float32), self.names)
        at, score = START.isoformat(), self.scores(tested.latent)
        scored = self.of("contracts").Scored(tested.label, score, None)
        rule = self.of("kind.calibration").decision_rule(scored)
        manifest = made.Manifest(
            *("m", 1, "linear", "", specs, rule, reference, {}, "", "", "", at),
            reference_rows=float(reference_rows),
        )
        return Champion(manifest, tested, rule, self.primary.compute(tested.label, score))

    def look(self, champion: Champion, window: Window) -> Mapping[str, Any]:
        """Return the checks of a window by name, pooled with past ones as monitoring does."""
        judge = self.of("monitoring.judge")
        windows = [window, *champion.past[: -judge.WINDOWS : -1]]
        checks = {
            check.name: check
            for looks in (self._of_rows(champion, windows), self._of_concept(champion, windows))
            for check in judge.judge(looks)
        }
        quiet = not any(c.alarm for c in checks.values() if c.kind != "operational")
        champion.past = [*champion.past, window] if quiet else []
        return checks

    def _of_rows(self, champion: Champion, windows: Sequence[Window]) -> Iterator[Mapping]:
        drift, operational = self.of("monitoring.drift"), self.of("monitoring.operational")
        seen = self.of("monitoring.counts").Counts(START, START + WEEK, champion.manifest)
        rows = champion.manifest.reference_rows
        for window, chance in zip(windows, self.of("monitoring.judge").CHANCES, strict=False):
            seen.add(self._table(window))
            share = operational.fallback_look(seen, self.design.fallback_alarm_share)
            told = {("operational", "fallback_share"): share}
            for kind, looks in (("data", drift.data_looks), ("prediction", drift.prediction_looks)):
                found = looks(seen, self.design, rows, chance)
                told |= {(kind, name): look for name, look in found.items()}
            yield told

    def _of_concept(self, champion: Champion, windows: Sequence[Window]) -> Iterator[Mapping]:
        concept = self.of("monitoring.quality")
        frames = []
        for window, chance in zip(windows, self.of("monitoring.judge").CHANCES, strict=False):
            score = self.scores(window.latent)
            known = {"label": window.label, "score": score, "entity": window.entity}
            frames.append(pd.DataFrame(known | champion.rule.decide(score)))
            looks = concept.concept_looks(
                *(pd.concat(frames, ignore_index=True), champion.metric, self.design),
                *(len(champion.tested.label), self.primary, chance),
            )
            yield {("concept", name): look for name, look in looks.items()}

    def _table(self, window: Window) -> Any:
        rows = len(window.label)
        table = self.of("prediction_log.table")
        columns = {
            "time": np.full(rows, np.datetime64(START.replace(tzinfo=None), "us")),
            "row": np.zeros(rows, np.int64),
            "channel": np.full(rows, "real-time"),
            "latency_ms": np.ones(rows),
            "entity": window.entity,
            "score": self.scores(window.latent),
            "version": np.ones(rows, np.int64),
            # the rule's answers have no score of the model's
            "fallback": np.where(window.fallback, "slow", None),
        }
        arrays = {n: pa.array(column).cast(table.TYPES[n]) for n, column in columns.items()}
        for index, name in enumerate(self.names):
            values = window.features[:, index].astype(np.float32)
            arrays[table.FEATURE + name] = pa.array(values)
        return pa.table(arrays)


class Offers(World):
    """Outcomes of yes and no: the score is the probability, and labels are drawn from it."""

    def scores(self, latent: Any) -> Any:
        """Return the model's scores, float64 [n]."""
        at = special.logit(self.positive_rate) - 0.55
        return special.expit(at + 1.2 * latent)

    def outcomes(self, latent: Any, drift: Drift) -> Any:
        """Draw labels; of the `flipped`, from the score of those at the other end."""
        turned = np.where(self.draw.random(len(latent)) < drift.flipped, -latent, latent)
        score = self.scores(turned) * (1 + drift.calibration)
        return (self.draw.random(len(latent)) < score).astype(float)


class Demand(World):
    """Amounts: the score is their median, and they scatter in proportion to it."""

    def scores(self, latent: Any) -> Any:
        """Return the model's scores, float64 [n]."""
        return np.exp(2.5 + 0.6 * latent)

    def outcomes(self, latent: Any, drift: Drift) -> Any:
        """Draw amounts; `noise` scatters them further, and those of the `flipped` are others'."""
        turned = np.where(self.draw.random(len(latent)) < drift.flipped, -latent, latent)
        scatter = (0.35 + drift.noise) * self.draw.normal(size=len(latent))
        return self.scores(turned) * np.exp(scatter)


WORLDS: Mapping[str, Callable[..., World]] = {"roc_auc": Offers, "wape": Demand}
"""By the metric that decides in a project."""


def stretched(draw: Any, rows: int, index: float) -> Any:
    """Draw normal values; with an index above 0, more at both ends, by so much of PSI on tenths."""
    if not index:
        return draw.normal(size=rows)
    ends = (np.arange(10) - 4.5) ** 2
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        shares = np.exp(middle * (ends - ends.mean()))
        shares = shares / shares.sum()
        reached = ((shares - 0.1) * np.log(shares / 0.1)).sum()
        low, high = (middle, high) if reached < index else (low, middle)
    tenth = draw.choice(10, size=rows, p=shares)
    return special.ndtri((tenth + draw.random(rows)) / 10)


def shifted(size: float) -> float:
    """Return the shift of a normal variable by which the ranks of its tenths shift by `size`.

    Both are in standard deviations, and of both samples together, which are as large.
    """
    edges = special.ndtri(np.arange(1, 10) / 10)

    def ranks(shift: float) -> float:
        now = np.diff(np.concatenate([[0.0], special.ndtr(edges - shift), [1.0]]))
        both = (now + 0.1) / 2
        rank = np.cumsum(both) - both / 2
        return float((now - 0.1) @ rank / np.sqrt(both @ (rank - both @ rank) ** 2))

    return inverse(ranks, size, 2.0) if size else 0.0


def sized(world: World, name: str, size: float) -> Drift:
    """Return the drift by which a check's value changes by `size`, in its own unit."""
    kinds = {
        f"shift({world.names[0]})": "shift",
        f"psi({world.names[0]})": "stretch",
        f"missing({world.names[3]})": "missing",
        "shift(score)": "score_shift",
        "psi(score)": "score_stretch",
    }
    if name in kinds:
        return replace(Drift(), **{kinds[name]: size})
    if isinstance(world, Offers):
        if name != world.primary.name:
            return Drift(calibration=size)
        return Drift(flipped=inverse(lambda x: change(world, name, Drift(flipped=x)), size, 1.0))
    return Drift(noise=inverse(lambda x: change(world, name, Drift(noise=x)), size, 2.0))


def change(world: World, name: str, drift: Drift) -> float:
    """Return by how much a metric, or the share outside their interval, changes in the long run."""
    quiet, moved = (
        type(world)(world.package, 0, world.positive_rate).window(100_000, each)
        for each in (Drift(), drift)
    )
    if name == world.primary.name:
        values = [world.primary.compute(w.label, world.scores(w.latent)) for w in (quiet, moved)]
        return abs(values[1] - values[0])
    scored = world.of("contracts").Scored(quiet.label, world.scores(quiet.latent), None)
    answers = world.of("kind.calibration").decision_rule(scored).decide(world.scores(moved.latent))
    outside = (moved.label < answers["lower"]) | (moved.label > answers["upper"])
    return float(outside.mean()) - (1 - world.of("problem.schema").PROBLEM.interval_level)


def inverse(function: Callable[[float], float], value: float, most: float) -> float:
    """Return where an increasing function has a value, from 0 to `most`."""
    places = np.linspace(0, most, 26)
    return float(np.interp(value, [function(float(place)) for place in places], places))
