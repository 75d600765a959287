"""Which answer brings which paths: what every design must render, exactly."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

Design = Mapping[str, Any]


def real_time(design: Design) -> bool:
    """Say whether a design has an HTTP service."""
    return "real-time" in design.get("serving_modes", ["real-time", "batch"])


def batch(design: Design) -> bool:
    """Say whether a design fills a table on a schedule."""
    return "batch" in design.get("serving_modes", ["real-time", "batch"])


def ab_test(design: Design) -> bool:
    """Say whether a design gives a challenger a share of its traffic."""
    return real_time(design) and design.get("challenger_share", 0.5) > 0


def autoscaled(design: Design) -> bool:
    """Say whether the cluster adds replicas of the service."""
    return real_time(design) and design.get("scaling_trigger") == "cpu"


def approved(design: Design) -> bool:
    """Say whether a person lets a model take over."""
    return not ab_test(design) and design.get("approval") == "person"


def regression(design: Design) -> bool:
    """Say whether a design predicts an amount; else it predicts yes or no."""
    return design.get("problem_type") == "regression"


def parts(design: Design) -> tuple[bool, ...]:
    """Return what decides which code a design has; the autoscaler is a manifest alone."""
    deciding = (real_time, batch, ab_test, approved, regression)
    return tuple(decides(design) for decides in deciding)


PARTS: tuple[tuple[Callable[[Design], bool], str], ...] = (
    (
        real_time,
        """
        .dockerignore .github/workflows/image.yml
        deploy/Dockerfile deploy/compose.yaml
        deploy/grafana/dashboards/service.json
        deploy/grafana/provisioning/dashboards/dashboards.yml
        deploy/grafana/provisioning/datasources/prometheus.yml
        deploy/kubernetes/kustomization.yaml deploy/kubernetes/namespace.yaml
        deploy/kubernetes/service.yaml deploy/kubernetes/state.yaml deploy/kubernetes/sync.yaml
        deploy/prometheus/alerts.yml deploy/prometheus/prometheus.yml
        src/package/commands/serve.py src/package/demo/traffic.py src/package/flows/sync.py
        src/package/serving/app.py src/package/serving/entities.py src/package/serving/lane.py
        src/package/serving/metrics.py src/package/serving/openapi.py
        src/package/serving/predict.py src/package/serving/request.py
        src/package/serving/router.py src/package/serving/run.py src/package/serving/runtime.py
        src/package/serving/service.py src/package/serving/slot.py src/package/serving/watcher.py
        tests/serving_process.py tests/test_deploy.py tests/test_lane.py
        tests/test_lean_serving.py tests/test_request.py tests/test_service.py
        tests/test_service_swap.py tests/test_sync.py tests/test_watcher.py
        """,
    ),
    (
        batch,
        """
        src/package/commands/batch.py src/package/flows/batch.py src/package/serving/batch.py
        tests/test_batch_scoring.py
        """,
    ),
    (
        lambda design: real_time(design) and batch(design),
        "src/package/demo/epilogues/batch.py tests/test_ways_of_serving.py",
    ),
    (
        ab_test,
        """
        src/package/experiment_design.py
        src/package/experiment/__init__.py src/package/experiment/analysis.py
        src/package/experiment/compare.py src/package/experiment/comparison.py
        src/package/experiment/excess.py src/package/experiment/guardrails.py
        src/package/experiment/judgement.py
        src/package/experiment/power.py src/package/experiment/proportions.py
        src/package/experiment/rails.py
        src/package/experiment/sample_size.py src/package/experiment/units.py
        src/package/flows/sizing.py
        tests/test_experiment.py tests/test_experiment_page.py tests/test_experiment_power.py
        tests/test_router.py tests/test_story.py
        """,
    ),
    (autoscaled, "deploy/kubernetes/autoscaler.yaml"),
    (approved, "src/package/demo/people/approver.py"),
    (lambda design: not regression(design), "tests/test_gate_trained.py"),
)
"""The paths that only some designs have, by what brings them."""

SWAPPED = """
    docs/features.md
    src/package/artifact/agreement.py src/package/business_metric.py
    src/package/data_checks/labels.py src/package/decision_rule.py
    src/package/demo/channel.py src/package/demo/page/vocabulary.py src/package/flows/promotion.py
    src/package/monitoring/calibration.py src/package/monitoring/standard_error.py
    src/package/problem/__init__.py src/package/problem/fallback.py src/package/problem/metric.py
    src/package/problem/model.py src/package/problem/schema.py src/package/problem/source.py
    src/package/problem/world.py src/package/registry/calibration_text.py
    src/package/training/calibrate.py src/package/training/reliability.py
    src/package/training/score_output.py
    tests/decision_helpers.py tests/demo_figures.py tests/test_challenger_delivery.py
    tests/test_decision.py tests/test_learning.py tests/test_monitoring_concept.py
    tests/test_reliability.py tests/test_world.py
"""
"""The paths that every design has, each in the version that its answers ask for."""


def expected(design: Design, template: Path) -> set[str]:
    """Return every path of a design, with the package's name as `package`.

    Args:
        template: a copy of this repository. What asks no answer there is in every design.
    """
    paths = {".copier-answers.yml", *SWAPPED.split(), *_unconditional(template / "template")}
    for brings, names in PARTS:
        if brings(design):
            paths.update(names.split())
    return paths


def neutral(paths: Iterable[str]) -> set[str]:
    """Return rendered paths with the package's name as `package`, so that all designs compare."""
    return {re.sub(r"^src/\w+/", "src/package/", path) for path in paths}


def _unconditional(source: Path) -> set[str]:
    """Return the paths of those files in `source` whose names ask no answer."""
    names = {file.relative_to(source).as_posix() for file in source.rglob("*") if file.is_file()}
    return {
        name.removesuffix(".jinja").replace("{{ package }}", "package")
        for name in names
        if "{%" not in name and "_copier_conf" not in name
    }
