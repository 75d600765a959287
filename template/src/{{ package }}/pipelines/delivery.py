"""Delivery: brings the models that the registry decided on to the folder that scorers read."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import structlog

from .. import artifact
from ..artifact.pointer import Pointer, Served
from ..design import MODEL_NAME
from ..errors import UserError
from ..ops import locks
from ..registry import promote, record
from ..settings import settings
from .promotion import CHALLENGER_ALIAS

_log = structlog.get_logger(stage="delivery")


class DeliveryError(UserError):
    """What the registry says can't be what is meant; what is served stays."""


def serving_dir() -> Path:
    """Return the folder of the pointer, the artifacts and the copy of the online features."""
    return settings().state_dir / "serving"


@contextmanager
def editing() -> Generator[Path]:
    """Yield the serving folder to one writer at a time; readers need no lock."""
    folder = serving_dir()
    with locks.waiting(folder / "lock"):
        yield folder


def deliver_models() -> Pointer:
    """Fetch, verify and point to the champion, and the challenger if there is one on trial.

    Raises:
        ArtifactError: a version's files are not those that were registered; nothing is changed.
        DeliveryError: the registry has lost the champion that is served; nothing is changed.
    """
    with editing() as folder:
        champion, challenger = decided_versions()
        before = Pointer.read(folder)
        if champion is None and before.champion is not None:
            raise DeliveryError(
                f"the registry names no champion, and version {before.champion.version} is served:"
                " it stays. Is this the right registry? See docs/runbook.md, Restore"
            )
        pointer = replace(
            before,
            champion=_served(champion, folder),
            challenger=_served(challenger, folder),
        )
        if pointer != before:
            pointer.write(folder)
            _log.info(
                "delivered",
                champion=pointer.champion and pointer.champion.version,
                challenger=pointer.challenger and pointer.challenger.version,
            )
    return pointer


def decided_versions() -> tuple[int | None, int | None]:
    """Return the versions that are to be served: champion and, if one is on trial, challenger."""
    challenger = promote.version_of(CHALLENGER_ALIAS) if CHALLENGER_ALIAS else None
    return promote.version_of("champion"), challenger


def _served(version: int | None, folder: Path) -> Served | None:
    if version is None:
        return None
    place = f"artifacts/{MODEL_NAME}-v{version}"
    sha256 = record.registered_hash(version)
    try:
        artifact.verify(folder / place, sha256)
    except artifact.ArtifactError:
        record.fetch(version, folder / place)
        artifact.load(folder / place, sha256)
    return Served(version, place, sha256)
