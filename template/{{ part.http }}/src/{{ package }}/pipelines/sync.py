"""The sync process: carries what the registry decided, and the online features, to the servers.

Servers read what it writes and know nothing of MLflow or Feast. It also makes Parquet of the hours
that they logged, which would cost them memory.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import structlog

from ..artifact.pointer import Pointer
from ..features.aggregate import last_snapshot
from ..features.rows import copy_name, export_copy, materialize
from ..ops import clock
from ..prediction_log.compaction import compact
from ..settings import settings
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
        SourceError: there are no data to compute features from.
    """
    try:
        deliver_models()
    finally:
        pointer = _copy_features()
    return pointer


def _copy_features() -> Pointer:
    pointer = Pointer.read(serving_dir())
    as_of = last_snapshot(clock.now())
    if pointer.entities is not None and pointer.entities.file == copy_name(as_of):
        return pointer
    materialize(as_of)
    with editing() as folder:
        entities = export_copy(folder, as_of)
        before = Pointer.read(folder)
        pointer = replace(before, entities=entities)
        pointer.write(folder)
        # A server may still be reading the copy before this one; older ones no server has open,
        # and a draft that broke off is none.
        kept = {entities.file, before.entities.file if before.entities else entities.file}
        for path in folder.glob("entities-*"):
            if path.name not in kept:
                path.unlink()
    _log.info("features copied", as_of=entities.as_of, rows=entities.rows)
    return pointer


def sync_forever(stop: threading.Event) -> None:
    """Sync every `sync_seconds` until `stop` is set; a failure is logged, and tried again."""
    compacted = -COMPACT_SECONDS
    while not stop.is_set():
        try:
            sync_once()
        except Exception:
            _log.exception("sync failed; the servers keep what they have")
        if time.monotonic() - compacted >= COMPACT_SECONDS:
            compacted = time.monotonic()
            try:
                compact(clock.now())
            except Exception:
                _log.exception("full hours stay lines; the prediction log is read more slowly")
        stop.wait(settings().sync_seconds)
