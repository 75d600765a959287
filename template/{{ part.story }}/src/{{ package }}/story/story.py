"""The story: what the project lives through, week by week. Nothing in it is scripted.

A history brings the rows of each week; whether a monitor notices when it drifts, what the gate
decides and who is promoted is what the project's own code finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..monitoring.policy import told
from ..ops import clock
from ..ops.processes import Server, wait
from ..pipelines.monitoring import Monitored, monitoring
from ..pipelines.promotion import CHALLENGER_ALIAS
from ..pipelines.training import Trained, training
from ..problem import source
from ..problem.metric import PRIMARY
from ..problem.schema import SNAPSHOT_EVERY
from ..registry import promote
from ..tools.runner.runner import run
from . import epilogues, page, recorder
from .channel import Channel
from .history import History, week_start
from .summary import Lived, measured, served, summary
from .timeline import Timeline

KIND = {True: ", drifted", False: ", stable", None: ""}
"""What the name of a week says of it."""


class Story:
    """One life of the project; `lived` is what it has lived through so far."""

    def __init__(self, history: History, seed: int, timeline: Timeline) -> None:
        self.history = history
        self.timeline = timeline
        self.lived = Lived(history, seed)

    def live(self, reports: Path, servers: Sequence[Server]) -> Path:
        """Live through the story and write its page and summary; return the page."""
        with ExitStack() as stack:
            self._begin(servers)
            self._train("A first, linear champion", "linear", 0)
            channel = Channel()
            stack.callback(channel.stop)
            channel.start()
            self._train("Tuning, and a challenger", "boosted", None)
            self._serve(channel)
            for week in range(1, self.history.weeks + 1):
                self._live_week(channel, week, reports)
                if self._restored():
                    break
            self.lived.told = epilogues.live(channel, self.timeline)
            content = summary(self.lived) | self.timeline.to_dict()
        return page.write(content, reports)

    def _begin(self, servers: Sequence[Server]) -> None:
        words, size = self.history.words, self.history.size
        name = words.name[:1].upper() + words.name[1:]
        with self.timeline.step(", and ".join([name, *recorder.NAMES])) as step:
            self.history.begin()
            clock.set_to(self.history.start)
            outcomes = len(source.outcomes(known_by=clock.now()))
            for _ in wait(servers):
                pass
            step.headline = (
                f"{size:,} {words.population}, {outcomes:,} known outcomes of"
                f" {self.history.past_weeks} weeks"
            )

    def _train(self, name: str, family: str, trials: int | None) -> None:
        with self.timeline.step(name) as step:
            trained = run(training, family, trials, self.lived.seed, reason=name)
            trained = self._approved(trained)
            self.lived.trainings.append((1, trained))
            value = trained.evaluations["test"].metrics[PRIMARY.name]
            step.headline = (
                f"version {trained.version}: {PRIMARY.name} {value:.3f},"
                f" {'passed' if trained.decision.passed else 'refused'} at the gate,"
                f" now {trained.standing}"
            )

    def _serve(self, channel: Channel) -> None:
        with self.timeline.step(f"Up: {channel.name}") as step:
            channel.wait()
            step.headline = f"version {promote.version_of('champion')} serves"

    def _live_week(self, channel: Channel, week: int, reports: Path) -> None:
        name = f"Week {week}{KIND[self.history.drifted(week)]}"
        with self.timeline.step(name) as step:
            self.history.live(week)
            before = promote.version_of("champion")
            looked_back, requests = channel.live(
                week_start(self.history, week), lambda: self._look_back(reports, week - 1)
            )
            after = promote.version_of("champion")
            if after != before:
                counts = requests.to_dict() | {"requests": requests.sent}
                self.lived.hot_swap = counts | {"from": before, "to": after}
            clock.set_to(week_start(self.history, week + 1))
            figures = self.lived.weeks[week] = served(self.history, week, requests) | {"name": name}
            # Where labels take weeks, an earlier week is measured only now.
            for number, lived in self.lived.weeks.items():
                if "quality" not in lived:
                    lived |= measured(self.history, number)
            headlines = [
                *_headlines(looked_back),
                f"{requests.answered:,} answers, {requests.failed} failed",
                _quality(figures),
            ]
            step.headline = "; ".join(headlines)

    def _look_back(self, reports: Path, week: int) -> Monitored | None:
        """Do the weekly jobs for `week`, if the project served then."""
        if week < 1:
            return None
        since = week_start(self.history, week)
        folder = f"week-{week}"
        until, out = since + SNAPSHOT_EVERY, reports / folder
        found = run(monitoring, since, until, out, self.lived.seed)
        self.lived.links[f"drift report of week {week}"] = f"{folder}/drift.html"
        self.lived.monitored[week] = found
        if found.trained is not None:
            self.lived.trainings.append((week, self._approved(found.trained)))
        return found

    def _approved(self, trained: Trained) -> Trained:
        """Let a person approve whatever is in staging, where no test of it decides."""
        if CHALLENGER_ALIAS is not None or promote.version_of("staging") is None:
            return trained
        promote.approve(by="the story's approver", reason="it passed the gate")
        return replace(trained, standing="champion")

    def _restored(self) -> bool:
        """Say whether a model that was trained on drifted weeks has become the champion."""
        retrained = [
            trained.version for week, trained in self.lived.trainings if self.history.drifted(week)
        ]
        return promote.version_of("champion") in retrained


def _quality(figures: dict[str, Any]) -> str:
    if "quality" not in figures:
        return "no outcome is known yet"
    said = f"{PRIMARY.name} {figures['quality']:.3f}"
    best = figures.get("best_reachable")
    return said if best is None else f"{said}, best reachable {best:.3f}"


def _headlines(found: Monitored | None) -> list[str]:
    if found is None:
        return []
    said = [f"last week: {told(found.report)}"]
    if found.trained is not None:
        said.append(f"retrained: version {found.trained.version} {found.trained.standing}")
    if found.outcome.version is not None:
        verdict = found.outcome.verdict.replace("_", " ")
        said.append(f"verdict on version {found.outcome.version}: {verdict}")
    return said
