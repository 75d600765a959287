"""Which answer brings which paths: what every design must render, exactly."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import folders

Design = Mapping[str, Any]


def real_time(design: Design) -> bool:
    """Say whether a design has an HTTP service."""
    return "real-time" in design.get("serving_modes", ["real-time", "batch"])


def batch(design: Design) -> bool:
    """Say whether a design fills a table on a schedule."""
    return "batch" in design.get("serving_modes", ["real-time", "batch"])


def ab_test(design: Design) -> bool:
    """Say whether a design gives a challenger a share of those that are scored."""
    return design.get("challenger_share", 0.5 if real_time(design) else 0) > 0


def autoscaled(design: Design) -> bool:
    """Say whether the cluster adds replicas of the service."""
    return real_time(design) and design.get("scaling_trigger") == "cpu"


def approved(design: Design) -> bool:
    """Say whether a person lets a model take over."""
    return not ab_test(design) and design.get("approval") == "person"


def regression(design: Design) -> bool:
    """Say whether a design predicts an amount; else it predicts yes or no."""
    return design.get("problem_type") == "regression"


def tuner(design: Design) -> str:
    """Say what searches for parameters."""
    return design.get("tuner", "optuna")


def prefect(design: Design) -> bool:
    """Say whether Prefect runs the pipelines; else plain commands do."""
    return design.get("orchestrator", "prefect") == "prefect"


def demo(design: Design) -> bool:
    """Say whether a design brings the story and the toy world."""
    return design.get("demo", True)


def story(design: Design) -> bool:
    """Say whether a design brings the story, be it of the toy world or of its own history."""
    return demo(design) or design.get("replay", False)


BROUGHT: Mapping[str, Callable[[Design], bool]] = {
    "classification": lambda design: not regression(design),
    "regression": regression,
    "http": real_time,
    "no_http": lambda design: not real_time(design),
    "batch": batch,
    "ab_test": ab_test,
    "no_ab_test": lambda design: not ab_test(design),
    "automatic_approval": lambda design: not ab_test(design) and not approved(design),
    "approval_by_person": approved,
    "manual_scaling": lambda design: real_time(design) and not autoscaled(design),
    "autoscaler": autoscaled,
    "optuna": lambda design: tuner(design) == "optuna",
    "grid": lambda design: tuner(design) == "grid",
    "random_search": lambda design: tuner(design) == "random_search",
    "no_optuna": lambda design: tuner(design) != "optuna",
    "prefect": prefect,
    "script": lambda design: not prefect(design),
    "story": story,
    "toy": demo,
    "no_toy": lambda design: not demo(design),
}
"""What picks each part that brings files, said once more for the tests."""


def parts(design: Design) -> tuple[bool, ...]:
    """Return what decides which code a design has.

    The autoscaler is a manifest alone, and a tuner one module that nothing else knows.
    """
    deciding = (real_time, batch, ab_test, approved, regression, story, demo)
    return tuple(decides(design) for decides in deciding)


def owners(template: Path) -> dict[str, list[frozenset[str]]]:
    """Return every path that a project can have, with the sets of parts that bring it.

    Args:
        template: a copy of this repository. The package's name stands as `package`.
    """
    return folders.owners(folders.files(template / "template"))


def expected(design: Design, template: Path) -> set[str]:
    """Return every path of a design, with the package's name as `package`.

    Args:
        template: a copy of this repository.
    """
    on = {name for name, brings in BROUGHT.items() if brings(design)}
    return {path for path, sets in owners(template).items() if any(each <= on for each in sets)}


def neutral(paths: Iterable[str]) -> set[str]:
    """Return rendered paths with the package's name as `package`, so that all designs compare."""
    return {re.sub(r"^src/\w+/", "src/package/", path) for path in paths}
