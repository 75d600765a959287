"""A story as it may be found, and a page taken apart; the page's tests share both."""

from __future__ import annotations

import copy
import json
from html.parser import HTMLParser

from . import told_figures
from .told_figures import (
    ASKED,
    CALIBRATION,
    FEATURES,
    METRIC,
    POPULATION,
    SLICES,
    of_quality,
    of_rate,
)

VOID = {"link", "meta"}


def requests(failed=0, **by_version):
    """Return the counts of some requests; `v1=3` are three that version 1 answered."""
    counts = {name.removeprefix("v"): count for name, count in by_version.items()}
    answered = sum(counts.values())
    return {
        "sent": answered + failed,
        "answered": answered,
        "failed": failed,
        "fallback": counts.get("fallback", 0),
        "by_version": counts,
    }


def check(kind, name, value, threshold, alarm=False):
    detail = f"detail of {name}"
    return {
        "kind": kind,
        "name": name,
        "value": value,
        "threshold": threshold,
        "alarm": alarm,
        "detail": detail,
    }


def week(number, quality, best, served, psi, latency, drifted=False, limit=0.75):
    """Return a week of a model whose quality, of at most 1, is at best `best`."""
    checks = [
        check("data", f"psi({name})", psi * share + 0.001 * number, 0.2, psi * share > 0.2)
        for name, share in zip(FEATURES, (1, 0.72, 0.31, 0.24, 0.12, 0.02, 0.55), strict=True)
    ]
    checks += [
        check("data", f"missing({FEATURES[4]})", 0.004 * number - 0.011, 0.05),
        check("prediction", "psi(score)", psi * 0.8, 0.2, psi * 0.8 > 0.2),
        check(
            "concept",
            METRIC["name"],
            of_quality(quality - 0.004),
            of_quality(limit),
            quality < limit,
        ),
        check("concept", CALIBRATION, 0.3 - quality * 0.4, 0.11),
        check("operational", "fallback_share", 0.0, 0.01),
        check("operational", "p99_latency_ms", latency * 3.4, 10.0, latency * 3.4 > 10.0),
        check("operational", "volume(real-time)", served["sent"], 0),
        check("operational", "damaged_log_lines", 0, 0),
    ]
    return {
        "week": number,
        "start": f"2026-02-{2 + 7 * (number - 1):02d}"
        if number < 5
        else f"2026-03-{7 * number - 33:02d}",
        "name": f"Week {number}, {'drifted' if drifted else 'stable'}",
        "requests": served,
        "latency_ms": {"p50": latency, "p99": latency * 3.37},
        "quality": of_quality(quality),
        "best_reachable": of_quality(best),
        "value": of_rate(quality / 4.3),
        "alarms": [each["name"] for each in checks if each["alarm"]],
        "checks": checks,
        "drifted": drifted,
        "action": "none",
        "action_reason": "no new alarm",
    }


def gate(version, number, standing, value, champion, latency, reason=""):
    qualities = [
        ("success_threshold", value, 0.7),
        ("better_than_baseline", value, 0.6417),
        *([("not_worse_than_champion", value, champion)] if champion else []),
        (f"slice_{SLICES[0]}", value - 0.0213, 0.6611),
        (f"slice_{SLICES[1]}", value - 0.0552, 0.6222),
        (f"slice_{SLICES[2]}", value - 0.0471, 0.6013),
    ]
    better = ">=" if METRIC["higher_is_better"] else "<="
    asked = [
        *((name, of_quality(found), better, of_quality(least)) for name, found, least in qualities),
        ("reproduction", 2.98e-08, "<=", 1e-06),
        ("model_latency_p99_ms", latency, "<=", 10.0),
    ]
    names = ("name", "value", "comparison", "threshold")
    criteria = [
        dict(zip(names, row, strict=True))
        | {"passed": row[1] >= row[3] if row[2] == ">=" else row[1] <= row[3]}
        for row in asked
    ]
    passed = all(criterion["passed"] for criterion in criteria)
    return {
        "version": version,
        "week": number,
        "standing": standing,
        "passed": passed,
        "reason": reason,
        "criteria": criteria,
    }


def experiment(number, outcome, champion, challenger, half, p_value, reason):
    """Return a test; each arm is its requests and the share of its decisions that were right."""
    means = [of_rate(rate) for _, rate in (champion, challenger)]
    difference, half = means[1] - means[0], abs(of_rate(half) - of_rate(0))
    return {
        "week": number,
        "outcome": outcome,
        "reason": reason,
        "champion": {"n": champion[0], "mean": means[0]},
        "challenger": {"n": challenger[0], "mean": means[1]},
        "difference": difference,
        "interval": [difference - half, difference + half],
        "p_value": p_value,
        "planned_per_arm": 1612,
        "alpha": 0.05,
    }


def default_story():
    """Return what the story of the default design may have found."""
    weeks = [
        week(1, 0.7721, 0.8012, requests(v1=2011, v2=1987), 0.021, 0.61),
        week(
            2,
            0.7403,
            0.7844,
            requests(v1=280, v2=3721),
            0.262,
            0.58,
            drifted=True,
            limit=0.7502,
        ),
        week(3, 0.5127, 0.7731, requests(v2=3961, fallback=42), 0.871, 3.12, drifted=True),
        week(4, 0.6312, 0.7702, requests(v2=2104, v3=1893), 0.902, 0.66, drifted=True),
        week(5, 0.7588, 0.7713, requests(v2=310, v3=3688), 0.064, 0.6, drifted=True, limit=0.7203),
        week(6, 0.7602, 0.7698, requests(v3=4001), 0.051, 0.59, drifted=True, limit=0.7203),
    ]
    cause = f"drift in 2026-02-09 to 2026-02-16: data psi({FEATURES[0]}) is 0.264, limit 0.2"
    half = "half of its labels are known by 2026-02-18"
    weeks[1] |= {"action": "wait", "action_reason": f"{cause}; {half}"}
    moved = f"concept {METRIC['name']} is {of_quality(0.509):.4g}, limit {of_quality(0.75):.4g}"
    cause = f"drift in 2026-02-16 to 2026-02-23: {moved}"
    weeks[2] |= {"action": "retrain", "action_reason": cause}
    total = requests(v1=2291, v2=12083, v3=9582, fallback=242)
    return {
        "project": told_figures.PROJECT,
        "package": told_figures.PACKAGE,
        "seed": 7,
        "customers": 20000,
        "history": {
            "name": "a small world",
            "population": POPULATION,
            "asked": ASKED,
            "report": "report of a trial",
            "again": "make trial SEED=7",
        },
        "seconds": 95.6,
        "metric": METRIC,
        "versions": {
            "python": "3.11.7",
            "mlflow": "3.17.2",
            "feast": "0.67.0",
            "optuna": "5.0.0",
            "evidently": "0.7.23",
            "bentoml": "1.4.39",
            "prefect": "3.8.8",
        },
        "design": {
            "problem": told_figures.PROBLEM,
            "features": {"windows_days": [7, 30]},
            "training": {"trials": 20, "seed": 7},
            "gate": {
                "success_threshold": of_quality(0.7),
                "baseline": "rule",
                "baseline_margin": 0.02,
                "slice_tolerance": 0.05,
                "model_latency_ms": 10.0,
            },
            "serving": {"timeout_ms": 50, "peak_requests_per_second": 50},
            "experiment": {
                "challenger_share": 0.5,
                "alpha": 0.05,
                "power": 0.8,
                "minimum_effect": 0.03,
            },
            "monitoring": {"drift_threshold": 0.2},
            "retraining": {"triggers": ["data", "prediction", "concept"], "schedule": None},
        },
        "scores": {
            "baseline": of_quality(0.6217),
            "fallback": of_quality(0.6217),
            "first_champion": of_quality(0.7412),
            "challenger": of_quality(0.7914),
            "best_reachable": of_quality(0.8023),
        },
        "after_drift": {
            "baseline": of_quality(0.5311),
            "champion": of_quality(0.4873),
            "retrained": of_quality(0.7614),
            "best_reachable": of_quality(0.7725),
        },
        "gates": [
            gate(1, 1, "champion", 0.7412, None, 0.2113),
            gate(2, 1, "staging", 0.7914, 0.7412, 0.3342),
            gate(3, 3, "staging", 0.7614, 0.4873, 0.3517),
            gate(
                4,
                5,
                "refused",
                0.7536,
                0.7614,
                0.3471,
                "not_worse_than_champion is worse than the champion",
            ),
        ],
        "experiments": [
            experiment(
                1,
                "promote",
                (1690, 0.1612),
                (1674, 0.2013),
                0.0251,
                0.0016,
                "the challenger is better: p 0.0016 below alpha 0.05",
            ),
            experiment(
                4,
                "promote",
                (1701, 0.1107),
                (1688, 0.1831),
                0.0233,
                1.2e-09,
                "the challenger is better: p 1.2e-09 below alpha 0.05",
            ),
        ],
        "requests": total,
        "weeks": weeks,
        "alarms": [
            {
                "week": each["week"],
                "kind": alarm["kind"],
                "name": alarm["name"],
                "value": alarm["value"],
                "threshold": alarm["threshold"],
            }
            for each in weeks
            for alarm in each["checks"]
            if alarm["alarm"]
        ],
        "retrainings": [{"week": 3, "reason": cause}],
        "promotions": [
            {"week": 1, "version": 1, "replaced": None, "by": "gate", "reason": "the first model"},
            {
                "week": 2,
                "version": 2,
                "replaced": 1,
                "by": "A/B test",
                "reason": "the challenger is better",
            },
            {
                "week": 5,
                "version": 3,
                "replaced": 2,
                "by": "A/B test",
                "reason": "the challenger is better",
            },
        ],
        "hot_swap": {"from": 2, "to": 3, **requests(v2=310, v3=3688), "requests": 3998},
        "fallback": {
            **requests(fallback=200),
            "requests": 200,
            "cause": "corrupt",
        },
        "batch": {"rows": 19987, "compared": 998, "difference": 5.96e-08},
        "links": {
            f"drift report of week {each['week']}": f"week-{each['week']}/drift.html"
            for each in weeks
        },
        "steps": [
            {
                "name": "A small world, and a Prefect server",
                "seconds": 7.412,
                "headline": f"20,000 {POPULATION}, 99,874 known outcomes of 5 weeks",
            },
            {
                "name": "A first, linear champion",
                "seconds": 9.137,
                "headline": f"version 1: {METRIC['name']}, passed at the gate, now champion",
            },
            {
                "name": "Tuning, and a challenger",
                "seconds": 14.62,
                "headline": f"version 2: {METRIC['name']}, passed at the gate, now staging",
            },
            {
                "name": "Up: real-time service",
                "seconds": 4.214,
                "headline": "version 1 serves",
            },
            *(
                {
                    "name": each["name"],
                    "seconds": 5.5 + 3.1 * (each["week"] in (2, 5)) + 11.3 * (each["week"] == 4),
                    "headline": f"{len(each['alarms'])} alarms",
                }
                for each in weeks
            ),
            {
                "name": "A last look back",
                "seconds": 2.918,
                "headline": "last week: no alarm",
            },
            {
                "name": "The model file is damaged",
                "seconds": 1.733,
                "headline": "200 of 200 requests answered by the rule, 0 failed",
            },
        ],
    }


def without_truth(summary):
    """Return the summary as of a history that doesn't know what was best, or what changed."""
    summary = copy.deepcopy(summary)
    for part in (summary["scores"], summary["after_drift"], *summary["weeks"]):
        part.pop("best_reachable")
        part.pop("drifted", None)
    for named in (*summary["weeks"], *summary["steps"]):
        named["name"] = named["name"].removesuffix(", drifted").removesuffix(", stable")
    return summary


class Parsed(HTMLParser):
    """A page taken apart; an element that is not closed where it must be is an error."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.ids, self.attributes, self.shown = [], [], [], [], []
        self.figures = []
        self.feed(text)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice in {tag}: {names}"
        self.tags.append(tag)
        self.attributes += attrs
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)
        if tag == "data":
            self.figures.append([json.loads(dict(attrs)["value"]), ""])

    def handle_endtag(self, tag):
        assert self.open, f"never opened: {tag}"
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] == ["data"]:
            self.figures[-1][1] += data
        if not {"style", "title", "desc"} & set(self.open):
            self.shown.append(data)

    def values(self, name):
        return [value for key, value in self.attributes if key == name]


def changed(summary, path, value):
    """Return the summary with another value at one place."""
    summary = copy.deepcopy(summary)
    holder = summary
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return summary
