"""The sync process: carries what the registry decided, and the online features, to the servers.

It is the only process beside the servers that needs to run. Servers read the pointer that it writes
and know nothing of MLflow or Feast.
"""

from __future__ import annotations

import threading
from pathlib import Path

import structlog

from .. import artifact, clock
from ..artifact.pointer import Entities, Pointer, Served
from ..features.aggregate import last_snapshot
from ..features.online import export_copy, materialize
from ..registry import promote, record
from ..registry.tracking import MODEL_NAME
from ..settings import settings
from .promotion import CHALLENGER_ALIAS

_log = structlog.get_logger(stage="sync")


def serving_dir() -> Path:
    """Return the folder that servers read."""
    return settings().state_dir / "serving"


def sync_once() -> Pointer:
    """Bring the serving folder to what the registry and the online store say now.

    Raises:
        ArtifactError: a version's files are not those that were registered; nothing is changed.
    """
    folder = serving_dir()
    before = Pointer.read(folder)
    pointer = Pointer(
        champion=_served("champion", before.champion, folder),
        challenger=_served(CHALLENGER_ALIAS, before.challenger, folder),
        entities=_entities(before.entities, folder),
    )
    if pointer != before:
        pointer.write(folder)
        _log.info(
            "synced",
            champion=pointer.champion and pointer.champion.version,
            challenger=pointer.challenger and pointer.challenger.version,
            features_as_of=pointer.entities and pointer.entities.as_of,
        )
        _remove_old_copies(folder, before, pointer)
    return pointer


def sync_forever(stop: threading.Event) -> None:
    """Sync every `sync_seconds` until `stop` is set; a failure is logged, and tried again."""
    while not stop.is_set():
        try:
            sync_once()
        except Exception:
            _log.exception("sync failed; the servers keep what they have")
        stop.wait(settings().sync_seconds)


def _served(alias: str | None, standing: Served | None, folder: Path) -> Served | None:
    version = promote.version_of(alias) if alias else None
    if version is None:
        return None
    if standing is not None and standing.version == version:
        return standing
    place = f"artifacts/{MODEL_NAME}-v{version}"
    sha256 = record.fetch(version, folder / place)
    artifact.load(folder / place, sha256)
    return Served(version, place, sha256)


def _entities(standing: Entities | None, folder: Path) -> Entities:
    as_of = last_snapshot(clock.now())
    if standing is not None and standing.as_of == as_of.isoformat():
        return standing
    return export_copy(folder, materialize(clock.now()))


def _remove_old_copies(folder: Path, before: Pointer, now: Pointer) -> None:
    """Remove the copies of the online features that no server can still be reading."""
    kept = {pointer.entities.file for pointer in (before, now) if pointer.entities}
    for path in folder.glob("entities-*.sqlite"):
        if path.name not in kept:
            path.unlink()
