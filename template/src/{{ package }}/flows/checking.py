"""The check of the data that every flow makes before it makes anything of them."""

from __future__ import annotations

from .. import clock
from ..data_checks.check import INPUTS, check
from ..data_checks.finding import Checked
from ..training.split import HOLDOUT


def check_data() -> Checked:
    """Compare all tables with the schema, as of now."""
    return check(clock.now(), clock.is_machines(), HOLDOUT)


def require_inputs() -> None:
    """Refuse entities and events that no feature can be made of.

    Raises:
        DataError: with every error.
    """
    check(clock.now(), clock.is_machines(), HOLDOUT, INPUTS).require_no_error()


def require_rows() -> None:
    """Refuse data that no model can be trained on.

    Raises:
        DataError: with every error.
    """
    check_data().require_no_error()
