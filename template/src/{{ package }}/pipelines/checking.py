"""The check of the data that every flow makes before it makes anything of them."""

from __future__ import annotations

from ..data_checks.check import INPUTS, Checked, check
from ..declare import Metric
from ..design import Section, section
from ..errors import UserError
from ..ops import clock
from ..training.split import HOLDOUT


class EvaluationDesign(Section):
    """The metric that the design says decides."""

    metric: str


def check_data() -> Checked:
    """Compare all tables with the schema, as of now."""
    return check(clock.now(), clock.is_machines(), HOLDOUT)


def require_inputs() -> None:
    """Refuse entities and events that no feature can be made of.

    Raises:
        DataError: with every error.
    """
    check(clock.now(), clock.is_machines(), HOLDOUT, INPUTS).require_no_error()


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


def require_rows() -> None:
    """Refuse data that no model can be trained on.

    Raises:
        DataError: with every error.
    """
    check_data().require_no_error()
