"""The holdout: test rows that neither a candidate nor the champion was fitted on."""

from __future__ import annotations

from datetime import datetime

from ..errors import UserError
from ..tools.tracking import runs
from .promote import version_of
from .record import run_of

FITTED_UNTIL = "fitted_until"
"""The tag of a run that tells the time of the newest row that its model was fitted on."""


class HoldoutError(UserError):
    """The champion was fitted on rows that a candidate was to be judged on beside it."""


def claim(run_id: str, fitted_until: datetime, tested_from: datetime) -> None:
    """Record how far the rows go that a run fits on, and hold the champion to the same.

    The newest rows test, so a champion, trained earlier, has not seen them. It may have when the
    newest outcomes were lost since, the clock was set back, or the holdout was made longer. A
    champion of a release that recorded no such time is taken to be older than the test rows.

    Args:
        fitted_until: of the newest row that the candidate is fitted on, aware.
        tested_from: of the oldest test row, aware.

    Raises:
        HoldoutError: the champion was fitted on a test row, so it would be judged by what it knows.
    """
    runs.log(run_id, tags={FITTED_UNTIL: fitted_until.isoformat()})
    champion = version_of("champion")
    if champion is None:
        return
    seen = runs.read(run_of(champion)).tags.get(FITTED_UNTIL)
    if seen is not None and datetime.fromisoformat(seen) >= tested_from:
        raise HoldoutError(
            f"the test rows begin at {tested_from.isoformat()}, and the champion, version"
            f" {champion}, was fitted on rows until {seen}: it can't be judged on rows that it"
            " knows. Are the newest outcomes missing, or the clock wrong? Else wait for newer ones"
        )
