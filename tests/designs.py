"""The designs that tests go through, and those that are refused.

`array.jsonl` holds a covering array of all answers, one design a line: `make array` makes it anew
from the questions and from the values below, and tests hold it to what it says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import combinations
from typing import Any

import layout
from ml_scaffold import answers
from support import ROOT

ARRAY_FILE = ROOT / "tests" / "array.jsonl"

STRUCTURAL = (
    "problem_type",
    "licence",
    "demo",
    "replay",
    "tuner",
    "orchestrator",
    "tracking_backend",
    "scaling_trigger",
    "label_delay_days",
    "serving_modes",
    "challenger_share",
    "approval",
    "retraining",
    "retraining_schedule",
)
"""The questions whose answers add, leave out or swap a file or a passage."""

TEXTS = (
    "P",
    "W" * 60,
    'it\'s "q" \\" {{ 7 * 7 }}{% if x %}{# y #} %s ${x} # no \\',
    "$HOME $(touch pwned) `touch pwned`; & > pwned: [x](y) $$ | z",
    "</title><script>alert(1)</script>&amp; *a* _b_ ~~c~~ @{u} #",
    "- Größe 😀 \U0001f469\u200d\U0001f680 日本語 a'''b\"\"\"c: !no &x *y, \\u0041",
)
VALUES: Mapping[str, tuple[Any, ...]] = {
    "project_name": TEXTS,
    "package": ("p", "p" * 40, "p2_x", "no"),
    "description": (*TEXTS[:1], "y" * 200, *TEXTS[2:]),
    "owner": (*TEXTS[1:], "null"),
    "demo": (True, False),
    "replay": (False, True),
    "evidence": ({}, {"long_window_days": {"data": TEXTS[5], "date": "2026-05-04", "rows": 8000}}),
    "entity": ("e", "e" * 30, "customer", "yes"),
    "target": ("t", "t" * 30, "accepted", "off"),
    "label_delay_days": (1, 2, 90),
    "temporal": (True,),
    "business_metric": ("y" * 120, *TEXTS[2:4]),
    "business_metric_unit": (TEXTS[4], "u" * 60),
    "positive_rate": (0.0001, 0.9),
    "success_threshold": (0.5001, 0.7, 0.999),
    "baseline_margin": (0.0, 0.00001, 0.3),
    "baseline_performance": (0.5, 0.99999),
    "slice_tolerance": (0.0, 0.00001, 0.3),
    "treated_share": (0.00001, 0.3, 0.999),
    "shortage_cost": (0.05, 3.0, 20.0),
    "data_source": ("d" * 120, TEXTS[5]),
    "features": ([],),
    "features_shared": (True, False),
    "short_window_days": (1, 7, 89),
    "long_window_days": (2, 30, 90),
    "trials": (2, 20, 1000),
    "seed": (0, 7, 2_147_483_647),
    "model_latency_ms": (0.1, 10.0, 1000.0),
    "timeout_ms": (1, 50, 60_000),
    "latency_p50_ms": (0.05, 10.0),
    "latency_p99_ms": (2.0, 1000.0, 120_000.0),
    "peak_requests_per_second": (1, 100_000),
    "daily_requests": (0, 4000, 1_000_000_000),
    "challenger_share": (0.0, 0.01, 0.5),
    "base_rate": (0.001, 0.9),
    "metric_std": (0.000001, 10.0),
    "minimum_effect": (0.001, 0.03, 0.5),
    "minimum_days": (7, 14, 1),
    "maximum_days": (28, 180, 90),
    "outcome_correlation": (0.0, 0.1, 1.0),
    "approver": (TEXTS[2], "A" * 60),
    "drift_threshold": (0.05, 0.2, 1.0),
    "prediction_drift_threshold": (0.05, 1.0),
    "concept_tolerance": (0.00001, 0.9),
    "fallback_alarm_share": (0.0001, 0.5),
    "team_size": (1, 1000),
    "gpu": (False,),
    "gpu_available": (True, False),
    "monthly_budget": (0, 100_000_000),
    "number_of_entities": (1, 10_000_000_000),
    "holdout_days": (1, 7, 90),
}
"""Values that stand for all others where a question has no choices: the edges of its rule, and what
is hard on the formats that hold it."""

DOCUMENT_ONLY = ("defects", "fraud", "recommendations", "search", "tickets")
"""The reference designs that no project can be generated from."""
DOCUMENTS: dict[str, dict[str, Any]] = {
    name: answers.read(file) for name, file in answers.designs(ROOT).items()
}
REFERENCE = {name: each for name, each in DOCUMENTS.items() if name not in DOCUMENT_ONLY}
LONGEST = {
    "package": "p" * 40,
    "entity": "e" * 30,
    "target": "t" * 30,
    "project_name": "W" * 60,
    "description": "y" * 200,
    "owner": "O" * 60,
}
SHORTEST = {"package": "p", "entity": "e", "target": "t", "project_name": "P", "owner": "O"}
ARRAY: dict[str, dict[str, Any]] = {
    f"design {number:02}": json.loads(line)
    for number, line in enumerate(ARRAY_FILE.read_text(encoding="utf-8").splitlines())
}


def shown(design: Mapping[str, Any]) -> set[object]:
    """Return what of a design the sample must have: any two parts, each structural value."""
    return {
        *combinations(enumerate(layout.parts(design)), 2),
        *((name, str(design.get(name))) for name in STRUCTURAL),
    }


def sample(rows: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the names of a few designs that together show what all do, greedily."""
    left = set().union(*map(shown, rows.values()))
    chosen: list[str] = []
    while left:
        chosen.append(max(rows, key=lambda name: len(shown(rows[name]) & left)))
        left -= shown(rows[chosen[-1]])
    return sorted(chosen)


SAMPLE = sample(ARRAY)
"""The part of the array that `make test` renders."""

ALWAYS = REFERENCE | {"nothing answered": {}, "longest": LONGEST, "shortest": SHORTEST}
ALL = ALWAYS | ARRAY

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"short_window_days": 30, "long_window_days": 30}, "longer than the short window (30)"),
    ({"short_window_days": 89, "long_window_days": 30}, "longer than the short window (89)"),
    ({"long_window_days": 7}, "longer than the short window (7)"),
    ({"target": "customer"}, "must differ from the entity"),
    ({"target": "customer_id"}, "must differ from the entity"),
    ({"entity": "site", "target": "site"}, "must differ from the entity"),
    ({"entity": "site", "target": "site_id"}, "must differ from the entity"),
    ({"ab_test": False}, "follows from the other answers and is True"),
    ({"challenger_share": 0, "ab_test": True}, "follows from the other answers and is False"),
    ({"serving_modes": ["batch"], "ab_test": True}, "follows from the other answers and is False"),
    ({"real_time": False}, "follows from the other answers and is True"),
    ({"serving_modes": ["batch"], "real_time": True}, "follows from the other answers"),
    ({"batch": False}, "follows from the other answers and is True"),
    ({"serving_modes": ["real-time"], "batch": True}, "follows from the other answers"),
    ({"distribution_name": "x"}, "follows from the other answers and is customer-offers"),
]
"""Combinations of answers, each of them right by itself, that no project can have, with the message
that the last one gets."""

WITHOUT_EFFECT: list[dict[str, Any]] = [
    {"serving_modes": ["batch"], "latency_p99_ms": 90.0},
    {"serving_modes": ["batch"], "minimum_effect": 0.03},
    {"challenger_share": 0.0, "minimum_effect": 0.03},
    {"challenger_share": 0.5, "approval": "person"},
    {"retraining": "triggered", "retraining_schedule": "weekly"},
]
"""Combinations in which the last question isn't asked: its answer is pointed out, no more."""
