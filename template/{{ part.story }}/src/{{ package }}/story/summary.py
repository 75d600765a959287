"""The summary: every figure of the story, for machines and for its page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib.metadata import version
from platform import python_version
from typing import Any

import numpy as np
import yaml

from ..design import PROJECT
from ..kind.decision import value
from ..monitoring.outcomes import attach, predictions
from ..ops import clock
from ..ops.paths import ROOT
from ..pipelines.monitoring import Monitored
from ..pipelines.training import Trained
from ..problem import source
from ..problem.metric import PRIMARY
from ..registry.promote import to_dict
from ..tools import versions
from ..tools.runner.runner import recorded
from . import channel, recorder
from .history import History, week_of, week_start
from .requests import Requests

PACKAGES = ("evidently", "feast", "lightgbm", "mlflow", "onnxruntime")
"""Of which every story tells the version, beside those of its channel and its recorder."""


@dataclass
class Lived:
    """What a story has lived through.

    Attributes:
        history: what it is told of.
        seed: of all training.
        trainings: each trained model with the week after which it was trained.
        monitored: each look back, by the week that it looked at.
        weeks: the figures of each week.
        hot_swap: the requests of the last week in which the champion was replaced.
        told: what the epilogues found, by their names.
        links: the reports beside the page.
    """

    history: History
    seed: int
    trainings: list[tuple[int, Trained]] = field(default_factory=list)
    monitored: dict[int, Monitored] = field(default_factory=dict)
    weeks: dict[int, dict[str, Any]] = field(default_factory=dict)
    hot_swap: dict[str, Any] = field(default_factory=dict)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)


def summary(lived: Lived) -> dict[str, Any]:
    """Return what `reports/summary.json` holds, but for what the steps took.

    It is computed from logs, registry and history alone; what the history leaves open isn't in it.
    """
    history, looks = lived.history, lived.monitored.items()
    first, challenger = (trained for _, trained in lived.trainings[:2])
    told: dict[str, Any] = {
        "project": PROJECT.name,
        "package": PROJECT.package,
        "seed": lived.seed,
        "customers": history.size,
        "history": asdict(history.words),
        "runs": Counter(run.name for run in recorded(200)),
        "metric": {"name": PRIMARY.name, "higher_is_better": PRIMARY.higher_is_better},
        "versions": {"python": python_version()}
        | {name: version(name) for name in (*PACKAGES, *channel.TOOLS, *recorder.TOOLS)},
        "design": yaml.safe_load((ROOT / "design.yml").read_text(encoding="utf-8")),
        "scores": present(
            {
                "baseline": _score(challenger, "baseline"),
                "fallback": _score(challenger, "fallback"),
                "first_champion": _score(first, "test"),
                "challenger": _score(challenger, "test"),
                "best_reachable": history.best_reachable(*challenger.tested, clock.now()),
            }
        ),
        "gates": [
            to_dict(trained.decision) | {"week": week, "standing": trained.standing}
            for week, trained in lived.trainings
        ],
        "experiments": [
            _experiment(week, each.outcome.test) for week, each in looks if each.outcome.test
        ],
        "requests": _total(lived),
        "weeks": [
            figures | _monitored(lived.monitored.get(week)) for week, figures in lived.weeks.items()
        ],
        "alarms": [
            {
                "week": week,
                "kind": check.kind,
                "name": check.name,
                "value": check.value,
                "threshold": check.threshold,
            }
            for week, each in looks
            for check in each.report.alarms
        ],
        "retrainings": [
            {"week": week, "reason": each.action.reason} for week, each in looks if each.trained
        ],
        "promotions": [
            change | {"week": week_of(history, change["at"]), "at": change["at"].isoformat()}
            for change in _promotions()
        ],
        **lived.told,
        "links": lived.links,
    }
    if lived.hot_swap:
        told["hot_swap"] = lived.hot_swap
    retrained = [each.trained for _, each in looks if each.trained]
    if retrained:
        last = retrained[-1]
        told["after_drift"] = present(
            {
                "baseline": _score(last, "baseline"),
                "champion": _score(last, "champion"),
                "retrained": _score(last, "test"),
                "best_reachable": history.best_reachable(*last.tested, clock.now()),
            }
        )
    return told


def served(history: History, week: int, requests: Requests) -> dict[str, Any]:
    """Return what a week is, and how its requests were answered."""
    told: dict[str, Any] = {
        "week": week,
        "start": week_start(history, week).date().isoformat(),
        "requests": requests.to_dict(),
        "drifted": history.drifted(week),
    }
    if requests.milliseconds:
        p50, p99 = np.quantile(requests.milliseconds, [0.5, 0.99])
        told["latency_ms"] = {"p50": float(p50), "p99": float(p99)}
    return present(told)


def measured(history: History, week: int) -> dict[str, Any]:
    """Return how good a week's answers were, by the outcomes known now; nothing if none is."""
    since, until, now = week_start(history, week), week_start(history, week + 1), clock.now()
    matured = attach(predictions(since, until), source.outcomes(known_by=now), now)
    if matured.empty:
        return {}
    label, score = matured["label"].to_numpy(), matured["score"].to_numpy()
    return present(
        {
            "quality": PRIMARY.compute(label, score),
            "best_reachable": history.best_reachable(since, until, now),
            "value": float(value(matured).mean()),
        }
    )


def present(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures without those that nobody knows."""
    return {name: figure for name, figure in figures.items() if figure is not None}


def _promotions() -> list[dict[str, Any]]:
    """Return every promotion, oldest first: version, replaced, by, reason, at."""
    made = [
        {
            "version": each.number,
            "replaced": int(each.tags["replaced"]) if "replaced" in each.tags else None,
            "by": each.tags["promoted_by"],
            "reason": each.tags["promoted_because"],
            "at": datetime.fromisoformat(each.tags["promoted_at"]),
        }
        for each in versions.every()
        if "promoted_at" in each.tags
    ]
    return sorted(made, key=lambda change: (change["at"], change["version"]))


def _score(trained: Trained, part: str) -> float:
    return trained.evaluations[part].metrics[PRIMARY.name]


def _experiment(week: int, test: Mapping[str, Any]) -> dict[str, Any]:
    comparison, plan = test["comparison"], test["plan"]
    arms = {
        name: {"n": test[name]["outcomes"], "mean": test[name]["mean"]}
        for name in ("champion", "challenger")
    }
    return arms | {
        "week": week,
        "outcome": test["outcome"],
        "reason": test["reason"],
        "difference": comparison and comparison["difference"],
        "interval": comparison and [comparison["low"], comparison["high"]],
        "p_value": comparison and comparison["p_value"],
        "planned_per_arm": max(plan["champion"], plan["challenger"]),
        "alpha": plan["alpha"],
    }


def _monitored(found: Monitored | None) -> dict[str, Any]:
    if found is None:
        return {"alarms": [], "checks": []}
    return {
        "alarms": [check.name for check in found.report.alarms],
        "checks": [vars(check) | {"alarm": check.alarm} for check in found.report.checks],
        "action": found.action.kind,
        "action_reason": found.action.reason,
    }


def _total(lived: Lived) -> dict[str, Any]:
    total = Requests()
    for counts in [*(week["requests"] for week in lived.weeks.values()), lived.told["fallback"]]:
        numbers = (counts[name] for name in ("sent", "answered", "failed", "fallback"))
        total.add(Requests(*numbers, by_version=Counter(counts["by_version"])))
    return total.to_dict()
