"""The check of the data that every flow makes before it makes anything of them."""

from __future__ import annotations

from collections.abc import Sequence

from ..data_checks.check import REQUIRED, Checked, check
from ..declare import Metric
from ..design import Section, section
from ..errors import UserError
from ..ops import clock
from ..training.split import HOLDOUT


class EvaluationDesign(Section):
    """The metric that the design says decides."""

    metric: str


def check_data(tables: Sequence[str] = tuple(REQUIRED)) -> Checked:
    """Compare tables with the schema, as of now."""
    return check(clock.now(), clock.is_machines(), HOLDOUT, tables)


def require_designed_metric(primary: Metric) -> None:
    """Refuse to judge by another metric than the design's thresholds are of.

    Raises:
        UserError: `problem/metric.py`, which no update touches, decides by another.
    """
    designed = section("evaluation", EvaluationDesign).metric
    if designed != primary.name:
        raise UserError(
            f"design.yml says that {designed} decides, and problem/metric.py decides by"
            f" {primary.name}: make the metric {designed} its PRIMARY, or run"
            f" `make redesign evaluation_metric={primary.name}`"
        )
