"""The story: what the default project lives through, week by week. Nothing in it is scripted.

The world drifts at a set time; whether a monitor notices, what the gate decides and who is promoted
is what the project's own code finds.
"""

from __future__ import annotations

import pkgutil
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from .. import clock
from ..business_metric import value
from ..flows.monitoring import Monitored, monitoring
from ..flows.training import Trained, training
from ..monitoring.outcomes import attach
from ..monitoring.policy import DRIFT
from ..monitoring.window import read_window
from ..problem import source
from ..problem.metric import PRIMARY
from ..problem.schema import LABEL_DELAY, SNAPSHOT_EVERY
from ..processes import Server, wait
from ..registry import promote
from ..toy import world
from ..toy.truth import best_reachable
from . import epilogues, people, report
from .channel import Channel
from .page.vocabulary import POPULATION
from .requests import Requests
from .summary import summary
from .timeline import Timeline

HISTORY_WEEKS = 5 + LABEL_DELAY // SNAPSHOT_EVERY
"""Weeks that were lived before the story begins: the outcomes of the last ones aren't known yet."""
DRIFT_WEEK = HISTORY_WEEKS + 1
"""The first week with another concept; the features began to drift in the week before."""
LAST_WEEK = HISTORY_WEEKS + 7
"""The story ends here even if quality was not restored."""


class Story:
    """One life of the project, and what is told of it.

    Attributes:
        size: how many live in the world.
        trainings: each trained model with the week after which it was trained.
        monitored: each look back, with the week that it looked at.
        weeks: the figures of each week.
        told: what the epilogues found, by their names.
    """

    def __init__(self, seed: int, size: int, timeline: Timeline) -> None:
        drifts = (
            world.Drift("covariate", DRIFT_WEEK - 1),
            world.Drift("concept", DRIFT_WEEK),
        )
        self.size = size
        self.world = world.World(seed, size, drifts)
        self.timeline = timeline
        self.trainings: list[tuple[int, Trained]] = []
        self.monitored: list[tuple[int, Monitored]] = []
        self.weeks: dict[int, dict[str, Any]] = {}
        self.hot_swap: dict[str, Any] = {}
        self.told: dict[str, dict[str, Any]] = {}
        self.links: dict[str, str] = {}

    def live(self, reports: Path, prefect: Server) -> Path:
        """Live through the story and write its page and summary; return the page."""
        with ExitStack() as stack:
            self._begin(prefect)
            self._train("A first, linear champion", "linear", 0)
            channel = Channel()
            stack.callback(channel.stop)
            channel.start()
            self._train("Tuning, and a challenger", "boosted", None)
            self._serve(channel)
            week = HISTORY_WEEKS
            self._live_week(channel, week, reports)
            while week < LAST_WEEK and not self._restored():
                week += 1
                self._live_week(channel, week, reports)
            self._epilogues(channel)
            told = summary(self)
        return report.write(told, reports)

    @staticmethod
    def week_number(week: int) -> int:
        """Return the number by which a reader knows a week of the world."""
        return week - HISTORY_WEEKS + 1

    def _begin(self, prefect: Server) -> None:
        with self.timeline.step("A toy world, and a Prefect server") as step:
            world.simulate(self.world, source.data_dir(), -world.WARMUP_WEEKS, HISTORY_WEEKS)
            clock.set_to(world.week_start(HISTORY_WEEKS))
            outcomes = len(source.outcomes(known_by=clock.now()))
            for _ in wait([prefect]):
                pass
            step.tell(
                f"{self.size:,} {POPULATION}, {outcomes:,} known outcomes of {HISTORY_WEEKS} weeks",
                **{POPULATION: self.size},
                outcomes=outcomes,
            )

    def _train(self, name: str, family: str, trials: int | None) -> None:
        with self.timeline.step(name) as step:
            trained = training(family, trials, self.world.seed, reason=name)
            self.trainings.append((HISTORY_WEEKS, trained))
            self._let_people_act()
            value = trained.evaluations["test"].metrics[PRIMARY.name]
            step.tell(
                f"version {trained.version}: {PRIMARY.name} {value:.3f},"
                f" {'passed' if trained.decision.passed else 'refused'} at the gate,"
                f" now {trained.standing}",
                version=trained.version,
                **{PRIMARY.name: round(value, 4)},
            )

    def _serve(self, channel: Channel) -> None:
        with self.timeline.step(f"Up: {channel.name}") as step:
            channel.wait()
            step.tell(f"version {promote.version_of('champion')} serves")

    def _live_week(self, channel: Channel, week: int, reports: Path) -> None:
        drifted = self.world.drifted("concept", week)
        name = f"Week {self.week_number(week)}, {'drifted' if drifted else 'stable'}"
        with self.timeline.step(name) as step:
            world.simulate(self.world, source.data_dir(), week, week + 1)
            before = promote.version_of("champion")
            looked_back, requests = channel.live(week, lambda: self._look_back(reports, week - 1))
            after = promote.version_of("champion")
            if after != before:
                counts = requests.to_dict() | {"requests": requests.sent}
                self.hot_swap = counts | {"from": before, "to": after}
            clock.set_to(world.week_start(week + 1))
            told = self.weeks[week] = self._measured(week, requests) | {"name": name}
            best = told["best_reachable"]
            headline = [
                *_headlines(looked_back),
                f"{requests.answered:,} answers, {requests.failed} failed",
                f"{PRIMARY.name} {told['quality']:.3f}, best reachable {best:.3f}",
            ]
            step.tell("; ".join(headline), answered=requests.answered, failed=requests.failed)

    def _look_back(self, reports: Path, week: int) -> Monitored | None:
        """Do the weekly jobs for `week`, if the project served then."""
        if week < HISTORY_WEEKS:
            return None
        since = world.week_start(week)
        folder = f"week-{self.week_number(week)}"
        found = monitoring(since, since + SNAPSHOT_EVERY, reports / folder, self.world.seed)
        self.links[f"drift report of week {self.week_number(week)}"] = f"{folder}/drift.html"
        self.monitored.append((week, found))
        if found.trained is not None:
            self.trainings.append((week, found.trained))
            self._let_people_act()
        return found

    def _let_people_act(self) -> None:
        for found in pkgutil.iter_modules(people.__path__):
            import_module(f"{people.__name__}.{found.name}").act()

    def _measured(self, week: int, requests: Requests) -> dict[str, Any]:
        since, until = world.week_start(week), world.week_start(week + 1)
        window = read_window(since, until)
        matured = attach(window.rows, source.outcomes(known_by=until), until)
        label, score = matured["label"].to_numpy(), matured["score"].to_numpy()
        told: dict[str, Any] = {
            "week": self.week_number(week),
            "start": since.date().isoformat(),
            "requests": requests.to_dict(),
            "quality": PRIMARY.compute(label, score),
            "best_reachable": best_reachable(since, until, until),
            "value": float(value(matured).mean()),
            "drifted": self.world.drifted("concept", week),
        }
        if requests.milliseconds:
            p50, p99 = np.quantile(requests.milliseconds, [0.5, 0.99])
            told["latency_ms"] = {"p50": float(p50), "p99": float(p99)}
        return told

    def _restored(self) -> bool:
        """Say whether a model that was trained on the drifted world has become the champion."""
        retrained = [trained.version for when, trained in self.trainings if when >= DRIFT_WEEK]
        return promote.version_of("champion") in retrained

    def _epilogues(self, channel: Channel) -> None:
        for found in pkgutil.iter_modules(epilogues.__path__):
            epilogue = import_module(f"{epilogues.__name__}.{found.name}")
            with self.timeline.step(epilogue.NAME) as step:
                self.told[found.name] = epilogue.live(channel, step)


def _headlines(found: Monitored | None) -> list[str]:
    if found is None:
        return []
    kinds = sorted(DRIFT & {check.kind for check in found.report.alarms})
    told = [f"last week: drift alarm ({', '.join(kinds)})" if kinds else "last week: no drift"]
    if found.trained is not None:
        told.append(f"retrained: version {found.trained.version} {found.trained.standing}")
    if found.outcome.version is not None:
        verdict = found.outcome.verdict.replace("_", " ")
        told.append(f"verdict on version {found.outcome.version}: {verdict}")
    return told
