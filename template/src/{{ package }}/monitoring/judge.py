"""The verdict on each monitored quantity, from a look at the window and one at it and past ones.

A look alarms or not, and knows what it could have seen. Where the window's rows can't show a change
as large as the design's limit, past windows are pooled with it until they do. Where they still
don't, that nothing was found is no verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from math import inf, isfinite, nan

from ..contracts import Check, CheckKind, MonitoringReport
from ..kind.sight import ALONE, POOLED, Look

WINDOWS = 4
"""So many are looked at together, at most: the window and those just before it."""
CHANCES = (ALONE, *(WINDOWS - 1) * (POOLED,))
"""What each look may alarm by chance; of those at several windows only one is told."""

Span = tuple[datetime, datetime]
Looks = Mapping[tuple[CheckKind, str], Look]


def judge(looks: Iterable[Looks]) -> list[Check]:
    """Return a check of each quantity.

    Args:
        looks: at the window alone; then, made only when asked for, at it with one past window, with
            two, and so on. Of the latter a quantity takes the first that sees enough, or the last.
    """
    each = iter(looks)
    first = next(each)
    pooled: dict[tuple[CheckKind, str], tuple[int, Look]] = {}
    open_ = {key for key, look in first.items() if _wants_more(look)}
    windows = 1
    while open_ and (more := next(each, None)):
        windows += 1
        pooled |= {key: (windows, more[key]) for key in open_}
        open_ = {key for key in open_ if _wants_more(more[key])}
    return [_check(key, look, *pooled.get(key, (1, look))) for key, look in first.items()]


def _wants_more(look: Look) -> bool:
    """Say whether more rows might change a verdict; NaN, where nobody knows how many, does."""
    return not look.alarm and not look.sees and look.needed != inf


def _check(key: tuple[CheckKind, str], alone: Look, windows: int, pooled: Look) -> Check:
    """Tell of the window where it has a verdict, else of what it was looked at together with."""
    visible = alone.visible if isfinite(alone.visible) else nan
    told = alone if alone.alarm or alone.sees or not (pooled.alarm or pooled.sees) else pooled
    verdict = "alarm" if told.alarm else "ok" if told.sees else "none"
    detail = [told.detail]
    if told is not alone:
        detail.insert(0, f"over {windows} windows")
    if verdict == "none":
        detail.insert(0, no_verdict(pooled))
    else:
        detail.append(f"from {told.visible:.3g} on it is visible")
    said = "; ".join(filter(None, detail))
    return Check(*key, told.value, told.threshold, verdict, said, visible)


def no_verdict(look: Look) -> str:
    """Say what there is and what it would take, where a change may have been missed."""
    has = f"no verdict: has {look.rows:,.0f} rows"
    if isfinite(look.needed):
        return f"{has}, needs {look.needed:,.0f} to see {look.asked:.3g}"
    if isfinite(look.visible):
        few = "beside the few rows that it is compared with"
        return f"{has}, sees {look.visible:.3g}; {look.asked:.3g} can't be seen {few}"
    return has


def pooled_before(
    history: Sequence[MonitoringReport], start: datetime, length: timedelta, since: datetime
) -> list[Span]:
    """Return the windows that may be looked at together with the one from `start`, latest first.

    They lie before it without a gap, are as long, and were looked at without finding drift: what
    was found has been told, and would be again.

    Args:
        history: past reports, ordered by the end of their windows.
        since: when the champion was trained; what came before is no change from it.
    """
    windows: list[Span] = []
    for report in reversed(history):
        if report.end != start or report.end - report.start != length:
            continue
        drifted = any(check.kind != "operational" for check in report.alarms)
        if drifted or report.start < since:
            break
        windows.append((report.start, report.end))
        start = report.start
    return windows[: WINDOWS - 1]
