"""Whether there is enough history: for unlike labels, every cut by time, and the windows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from ..declare import lag_days
from ..problem.schema import AGGREGATES, LABEL, OUTCOME_TIME, SNAPSHOT_EVERY, TRAINING_WINDOW
from .table import Finding, Table, quoted

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Fault = tuple[Literal["error", "warning"], str, str]
"""How bad it is, what is wrong, and what to do about it."""
Split = Callable[["pd.Series", "pd.Series", "np.ndarray"], Fault | None]
"""What is wrong with a cut of rows that are due, known at and labelled so, [n] each, by time."""

_TIME, _LABEL = quoted(OUTCOME_TIME), quoted(LABEL)
_CLOCK = "where the data are history, set as_of in config/settings.yml to a time at which they end"


def schedule() -> Iterator[Finding]:
    """Yield an error if snapshots of one day would overwrite each other."""
    if SNAPSHOT_EVERY.days < 1 or SNAPSHOT_EVERY % timedelta(days=1):
        what = f"is {SNAPSHOT_EVERY}, and features are computed once a day at most"
        remedy = "make it whole days in problem/schema.py"
        yield Finding("error", "schema.SNAPSHOT_EVERY", what, remedy)


def enough_outcomes(outcomes: Table, now: datetime, split: Split) -> Iterator[Finding]:
    """Yield what keeps the outcomes known by `now` from being cut into parts for training."""
    since = now - TRAINING_WINDOW
    total, newest = outcomes.query(f"SELECT count(*), max({_TIME})::VARCHAR FROM {{table}}")
    rows = outcomes.frame(
        f"SELECT {_TIME} AS due, known_at, {_LABEL}::DOUBLE AS label FROM {{table}}"
        f" WHERE {_TIME} >= $since AND known_at <= $now AND {_LABEL} IS NOT NULL ORDER BY due",
        since=since,
        now=now,
    )
    if rows.empty:
        what = (
            f"none of the {total:,} outcomes is due from {since:%Y-%m-%d} and known by"
            f" {now:%Y-%m-%d %H:%M} UTC; the newest is of {newest}"
        )
        yield Finding("error", outcomes.where(OUTCOME_TIME), what, _CLOCK)
    elif rows["label"].nunique() < 2:
        what = f"has one value in all of the {len(rows):,} outcomes that training would use"
        remedy = "training needs different ones: look at how the label is made in problem/source.py"
        yield Finding("error", outcomes.where(LABEL), what, remedy)
    else:
        found = split(rows["due"], rows["known_at"], rows["label"].to_numpy())
        if found:
            severity, what, remedy = found
            yield Finding(severity, outcomes.where(LABEL), what, remedy)


def long_enough_windows(events: Table, outcomes: Table, now: datetime) -> Iterator[Finding]:
    """Yield a warning if windows reach back before the first event, or none reaches the last."""
    first, last = events.query("SELECT min(event_time), max(event_time) FROM {table}")
    windows = [(each.days, lag_days(each)) for each in AGGREGATES]
    longest = timedelta(days=max(days + lag for days, lag in windows))
    nearest = min(lag for _, lag in windows)
    recent = timedelta(days=max(days + lag for days, lag in windows if lag == nearest))
    if first is None:
        return
    # Events that begin on a day count for all of it: the first one is seldom at midnight.
    begin = first.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    total, early = outcomes.query(
        f"SELECT count(*), count(*) FILTER (WHERE {_TIME} < $full) FROM {{table}}"
        f" WHERE {_TIME} >= $since AND known_at <= $now",
        full=begin + longest,
        since=now - TRAINING_WINDOW,
        now=now,
    )
    where = events.where("event_time")
    if early:
        what = (
            f"begins {first:%Y-%m-%d}: the {longest.days} days before {early:,} of {total:,}"
            " outcomes are not all there, and count as days without events"
        )
        remedy = "give older events, shorten the windows, or leave the first outcomes out"
        yield Finding("warning", where, what, remedy)
    if last < now - recent:
        what = f"ends {last:%Y-%m-%d}: no event is in the {recent.days} days before now"
        yield Finding("warning", where, what, f"bring newer events; {_CLOCK}")
