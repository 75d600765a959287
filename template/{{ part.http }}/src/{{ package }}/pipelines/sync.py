"""The sync process: carries what the registry decided, and the online features, to the servers.

Servers read what it writes and know nothing of MLflow or Feast. It also makes Parquet of the hours
that they logged, which would cost them memory.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from ..artifact.pointer import Entities, Pointer
from ..data_checks.check import INPUTS
from ..features.aggregate import is_stale, last_snapshot, write_snapshots
from ..features.rows import copy_name, export_copy, materialize
from ..ops import clock
from ..prediction_log.compaction import compact
from ..settings import settings
from .checking import check_data
from .delivery import deliver_models, editing, serving_dir

COMPACT_SECONDS = 60.0
"""How often full hours of the prediction log are looked for."""
_log = structlog.get_logger(stage="sync")


def sync_once() -> Pointer:
    """Bring the serving folder to what the registry and the features say now.

    The features come also where the models are refused: those that are served go on, and what they
    are asked about changes.

    Raises:
        ArtifactError: a version's files are not those that were registered.
        DeliveryError: the registry has lost the champion that is served.
        DataError: the entities or events have faults; the copy of before is served on.
        FeatureError: a feature is infinite; so is it then.
    """
    try:
        deliver_models()
    finally:
        pointer = _copy_features()
    return pointer


def _copy_features() -> Pointer:
    pointer = Pointer.read(serving_dir())
    as_of = last_snapshot(clock.now())
    if (
        pointer.entities is not None
        and not is_stale(as_of)
        and pointer.entities.file == copy_name(as_of)
    ):
        return pointer
    check_data(INPUTS).require_no_error()
    write_snapshots(as_of, as_of)
    # Before the store reads it: what changes meanwhile is copied by the next round.
    name = copy_name(as_of)
    materialize(as_of)
    with editing() as folder:
        entities = export_copy(folder, as_of, name)
        before = Pointer.read(folder)
        pointer = replace(before, entities=entities)
        pointer.write(folder)
        # A server may still be reading the copy before this one; older ones no server has open,
        # and a draft that broke off is none.
        kept = {entities.file, before.entities.file if before.entities else entities.file}
        for path in folder.glob("entities-*"):
            if path.name not in kept:
                path.unlink()
    return pointer


@dataclass(frozen=True)
class _Look:
    """When the data behind the features were looked at, for which snapshot, and the copy then."""

    at: float
    as_of: datetime
    copy: Entities | None

    def is_over(self, as_of: datetime) -> bool:
        """Say whether to look again, when `as_of` is the last snapshot."""
        copy = Pointer.read(serving_dir()).entities
        waited = time.monotonic() - self.at >= settings().features_seconds
        return waited or (self.as_of, self.copy) != (as_of, copy)


def sync_forever(stop: threading.Event) -> None:
    """Sync every `sync_seconds` until `stop` is set; a failure is logged, and tried again.

    Whether the features are to be copied is looked at every `features_seconds`, as it reads the
    events; at once where there is a new snapshot, or the copy was lost.
    """
    compacted = -COMPACT_SECONDS
    last: _Look | None = None
    while not stop.is_set():
        try:
            as_of = last_snapshot(clock.now())
            if last is None or last.is_over(as_of):
                try:
                    sync_once()
                finally:
                    last = _Look(time.monotonic(), as_of, Pointer.read(serving_dir()).entities)
            else:
                deliver_models()
        except Exception:
            _log.exception("sync failed; the servers keep what they have")
        if time.monotonic() - compacted >= COMPACT_SECONDS:
            compacted = time.monotonic()
            try:
                compact(clock.now())
            except Exception:
                _log.exception("full hours stay lines; the prediction log is read more slowly")
        stop.wait(settings().sync_seconds)
