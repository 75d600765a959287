"""The retraining policy: what follows from the monitors' reports and from the calendar. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Literal, get_args

from ..contracts import Check, MonitoringReport
from ..design import HOLDOUT, Section
from ..problem.schema import LABEL_DELAY

Drift = Literal["data", "prediction", "concept"]
DRIFT: frozenset[str] = frozenset(get_args(Drift))
"""The kinds of alarm that a new model may mend; operational ones only notify."""
COOL_DOWN = timedelta(days=7)
"""No training follows another sooner: it would see hardly any row that the last one did not."""


class RetrainingDesign(Section):
    """When the model is trained anew: when drift is found, at fixed times, or both.

    Attributes:
        triggers: the kinds of alarm that train; of the others people are told.
    """

    triggers: tuple[Drift, ...]
    schedule: Literal["weekly", "monthly"] | None = None


@dataclass(frozen=True)
class Action:
    """What to do and why; `wait` says that there is cause to retrain, but not yet."""

    kind: Literal["retrain", "wait", "none"]
    reason: str


def decide(
    reports: Sequence[MonitoringReport],
    last_training: datetime,
    now: datetime,
    design: RetrainingDesign,
    *,
    champion_since: datetime | None = None,
    on_trial: bool = False,
    label_delay: timedelta = LABEL_DELAY,
    holdout: timedelta = HOLDOUT,
) -> Action:
    """Decide whether to retrain.

    An alarm counts while the latest window has one. Windows that lie mostly before the last
    training are answered by it, so the same alarm never trains twice; those mostly before the
    champion took over speak of the model that it replaced. It then takes until the first window
    that alarmed is among the rows that a model is fitted on: it would else learn nothing of what
    changed, and be judged by nothing else. Those rows were known before the test began, and the
    test is the holdout before the newest outcome that is known.

    Args:
        reports: past and present, in any order.
        last_training: when the newest model was trained, promoted or not.
        now: aware.
        design: what the team chose.
        champion_since: when the champion took over.
        on_trial: a challenger is being tried; its verdict comes first, or trials would never end.
        label_delay: how long after a prediction its outcome is known.
        holdout: how much of the newest rows tests a model.
    """
    answered = max(last_training, champion_since or last_training)
    cause = _alarm(reports, answered, design.triggers)
    due = _due(last_training, design.schedule)
    if cause is None and (due is None or now < due):
        return Action("none", _calm(reports, design, due))
    reason = cause.reason if cause else f"scheduled {design.schedule}: due since {due:%Y-%m-%d}"
    if on_trial:
        return Action("wait", f"{reason}; a challenger is on trial, its verdict comes first")
    if now - last_training < COOL_DOWN:
        recently = f"last trained {last_training:%Y-%m-%d}, less than {COOL_DOWN.days} days ago"
        return Action("wait", f"{reason}; {recently}")
    learnt = cause.end + 2 * label_delay + holdout if cause else now
    if now < learnt and (due is None or now < due):
        told = f"a model trained from {learnt:%Y-%m-%d} on learns what changed"
        return Action("wait", f"{reason}; {told}, and is tested on what came after")
    return Action("retrain", reason)


@dataclass(frozen=True)
class _Cause:
    """Of a training: when the first window that alarmed ended, and the latest alarm in words."""

    end: datetime
    reason: str


def _alarm(
    reports: Sequence[MonitoringReport], answered: datetime, triggers: Collection[str]
) -> _Cause | None:
    latest_first = sorted(reports, key=lambda report: report.end, reverse=True)
    new = [report for report in latest_first if _middle(report) >= answered]
    alarming = list(takewhile(lambda report: _alarms(report, triggers), new))
    if not alarming:
        return None
    latest, first = alarming[0], alarming[-1]
    checks = [
        f"{check.kind} {check.name} is {check.value:.3g}, limit {check.threshold:.3g}"
        for check in _alarms(latest, triggers)
    ]
    more = f" and {len(checks) - 3} more" if len(checks) > 3 else ""
    window = f"{latest.start:%Y-%m-%d} to {latest.end:%Y-%m-%d}"
    return _Cause(first.end, f"drift in {window}: {'; '.join(checks[:3])}{more}")


def _alarms(report: MonitoringReport, kinds: Collection[str]) -> list[Check]:
    return [check for check in report.alarms if check.kind in kinds]


def _middle(report: MonitoringReport) -> datetime:
    return report.start + (report.end - report.start) / 2


def told(report: MonitoringReport) -> str:
    """Say what a window shows of drift; "no drift" only where each check would have seen it."""
    if kinds := sorted(DRIFT & {check.kind for check in report.alarms}):
        return f"drift alarm ({', '.join(kinds)})"
    return f"no alarm{_unsure(report)}" if _unsure(report) else "no drift"


def _unsure(report: MonitoringReport) -> str:
    """Name the checks of drift that have no verdict."""
    names = [each.name for each in report.checks if each.kind in DRIFT and each.verdict == "none"]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f", no verdict on {', '.join(names[:3])}{more}" if names else ""


def _due(last_training: datetime, schedule: Literal["weekly", "monthly"] | None) -> datetime | None:
    if schedule is None:
        return None
    if schedule == "weekly":
        return last_training + timedelta(days=7)
    year, month = divmod(last_training.year * 12 + last_training.month, 12)
    day = min(last_training.day, calendar.monthrange(year, month + 1)[1])
    return last_training.replace(year=year, month=month + 1, day=day)


def _calm(
    reports: Sequence[MonitoringReport], design: RetrainingDesign, due: datetime | None
) -> str:
    latest = max(reports, key=lambda report: report.end, default=None)
    ignored = latest is not None and _alarms(latest, DRIFT - set(design.triggers))
    alarm = "alarms only notify, as designed" if ignored else "no new alarm"
    alarm += _unsure(latest) if latest is not None else ""
    return f"{alarm}; next training due {due:%Y-%m-%d}" if due else alarm
