"""The summary: every figure of the story, for machines and for its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from platform import python_version
from typing import TYPE_CHECKING, Any

import yaml

from ..ops import clock
from ..ops.paths import ROOT
from ..problem.metric import PRIMARY
from ..registry.promote import promotions, to_dict
from ..registry.tracking import PROJECT
from .history import week_of
from .requests import Requests

if TYPE_CHECKING:
    from ..pipelines.monitoring import Monitored
    from ..pipelines.training import Trained
    from .story import Story

TOOLS = ("bentoml", "evidently", "feast", "lightgbm", "mlflow", "onnxruntime", "optuna", "prefect")


def summary(story: Story) -> dict[str, Any]:
    """Return what `reports/summary.json` holds; computed from logs, registry and history alone.

    What the history leaves open isn't in it.
    """
    history = story.history
    first, challenger = (trained for _, trained in story.trainings[:2])
    found = dict(story.monitored)
    told: dict[str, Any] = {
        "project": PROJECT.name,
        "package": PROJECT.package,
        "seed": story.seed,
        "customers": history.size,
        "history": asdict(history.words),
        "seconds": round(story.timeline.seconds, 1),
        "metric": {"name": PRIMARY.name, "higher_is_better": PRIMARY.higher_is_better},
        "versions": {"python": python_version()} | {tool: version(tool) for tool in TOOLS},
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
        "gates": [_gate(week, trained) for week, trained in story.trainings],
        "experiments": [
            _experiment(week, each.outcome.test)
            for week, each in story.monitored
            if each.outcome.test
        ],
        "requests": _total(story.weeks, story.told["fallback"]),
        "weeks": [lived | _monitored(found.get(week)) for week, lived in story.weeks.items()],
        "alarms": [
            {
                "week": week,
                "kind": check.kind,
                "name": check.name,
                "value": check.value,
                "threshold": check.threshold,
            }
            for week, each in story.monitored
            for check in each.report.alarms
        ],
        "retrainings": [
            {"week": week, "reason": each.action.reason}
            for week, each in story.monitored
            if each.trained is not None
        ],
        "promotions": [
            change
            | {
                "week": week_of(history, change["at"]),
                "at": change["at"].isoformat(),
            }
            for change in promotions()
        ],
        **story.told,
        "links": story.links,
        "steps": [vars(step) for step in story.timeline.steps],
    }
    if story.hot_swap:
        told["hot_swap"] = story.hot_swap
    retrained = [each.trained for _, each in story.monitored if each.trained is not None]
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


def present(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures without those that nobody knows."""
    return {name: figure for name, figure in figures.items() if figure is not None}


def _score(trained: Trained, part: str) -> float:
    return trained.evaluations[part].metrics[PRIMARY.name]


def _gate(week: int, trained: Trained) -> dict[str, Any]:
    return to_dict(trained.decision) | {"week": week, "standing": trained.standing}


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
        "checks": [vars(check) for check in found.report.checks],
        "action": found.action.kind,
        "action_reason": found.action.reason,
    }


def _total(weeks: dict[int, dict[str, Any]], fallback: dict[str, Any]) -> dict[str, Any]:
    total = Requests()
    for counts in [*(week["requests"] for week in weeks.values()), fallback]:
        for name in ("sent", "answered", "failed", "fallback"):
            setattr(total, name, getattr(total, name) + counts[name])
        total.by_version.update(counts["by_version"])
    return total.to_dict()
