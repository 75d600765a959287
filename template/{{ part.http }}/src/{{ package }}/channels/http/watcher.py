"""The watcher: polls the pointer and swaps what is served, as one reference, under traffic."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...artifact import ArtifactError
from ...artifact.pointer import POINTER_FILE, Entities, Pointer
from ...ops.clock import now
from ...ops.log import get
from ...prediction_log.scored import Cause, Variant, pair_of
from ..model import Fallback
from . import metrics
from .entities import EntitiesError, EntityTable
from .slot import Active, Slot


@dataclass(frozen=True)
class Lineup:
    """All that is served at one moment; a request reads it once, so it never sees half a swap.

    Attributes:
        champion, challenger: the models that answer.
        cause: why the champion does not, when it does not.
        fallback: what answers in a model's place.
        champion_version: that answers or, failing that, that should.
        entities: the features by id.
    """

    champion: Active | None = None
    challenger: Active | None = None
    cause: Cause = "missing"
    fallback: Fallback = field(default_factory=lambda: Fallback.of(None))
    champion_version: int | None = None
    entities: EntityTable | None = None

    @property
    def challenger_version(self) -> int | None:
        """Return the version that is on trial; None where there is none."""
        return self.challenger.model.version if self.challenger else None

    @property
    def pair(self) -> str:
        """Return both versions, as the prediction log writes them."""
        return pair_of(self.champion_version, self.challenger_version)

    def active(self, variant: Variant) -> Active | None:
        """Return the model that answers for `variant`."""
        return self.champion if variant == "champion" else self.challenger

    def describe(self) -> dict[str, Any]:
        """Return what is served, for people and probes."""
        return {
            "champion": self.champion.model.version if self.champion else None,
            "challenger": self.challenger_version,
            "fallback": None if self.champion else self.cause,
            "entities": vars(self.entities.named) if self.entities else None,
        }


class Watcher:
    """Keeps `lineup` what the pointer in `folder` says, as far as that is sound.

    Attributes:
        ready: the pointer was looked at, and is still.
    """

    def __init__(self, folder: Path) -> None:
        self.lineup = Lineup()
        self.ready = False
        self._folder = folder
        self._pointer = Pointer()
        self._champion = Slot("champion", folder)
        self._challenger = Slot("challenger", folder)
        self._entities: EntityTable | None = None
        self._entities_stamp: object = None
        self._trouble: dict[str, str] = {}
        self._stopping = threading.Event()
        self._log = get("serving")

    def start(self, seconds: float) -> None:
        """Look at the pointer now, and from now on every `seconds`."""
        self.poll()
        self.ready = True
        threading.Thread(target=self._run, args=(seconds,), name="watcher", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self.ready = False
        self._stopping.set()

    def _run(self, seconds: float) -> None:
        while not self._stopping.wait(seconds):
            self.poll()

    def poll(self) -> None:
        """Follow the pointer once; never raises, for what is served must stay served."""
        entities = self.lineup.entities
        try:
            pointer = self._read()
            self._champion.follow(pointer.champion)
            self._challenger.follow(pointer.challenger)
            self._follow_entities(pointer.entities)
            entities = self._current()
        except Exception:
            self._log.exception("poll_failed")
        self.lineup = Lineup(
            self._champion.active,
            self._challenger.active,
            self._champion.cause,
            self._champion.fallback or Fallback.of(None),
            self._champion.version or getattr(self._pointer.champion, "version", None),
            entities,
        )

    def _read(self) -> Pointer:
        # A pointer that was lost or spoilt is a fault, not an order: the last one stays in force.
        try:
            if (self._folder / POINTER_FILE).exists():
                self._pointer = Pointer.read(self._folder)
                self._trouble.pop("pointer", None)
            elif self._pointer != Pointer():
                self._report("pointer", "missing", "the pointer file is gone")
        except ArtifactError as error:
            self._report("pointer", "corrupt", str(error))
        return self._pointer

    def _follow_entities(self, want: Entities | None) -> None:
        if want is None:
            self._entities, self._entities_stamp = None, None
            return
        try:
            stat = (self._folder / want.file).stat()
            stamp = (want, stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if stamp == self._entities_stamp:
                return
            self._entities = EntityTable(self._folder, want)
        except (OSError, EntitiesError) as error:
            # The table that is open stays in use, for as long as its features are current.
            self._report("entities", "corrupt", str(error))
            return
        self._entities_stamp = stamp
        self._trouble.pop("entities", None)
        metrics.SWAPS.labels("entities").inc()
        self._log.info("entities_swapped", file=want.file, rows=want.rows, as_of=want.as_of)

    def _current(self) -> EntityTable | None:
        """Return the table, unless its period is over: what was is not what is."""
        table = self._entities
        if table is None or now() < table.until:
            return table
        error = f"features of {table.named.as_of} are of the past; does the sync process run?"
        self._report("entities", "missing", error)
        return None

    def _report(self, what: str, cause: Cause, error: str) -> None:
        if self._trouble.get(what) != error:
            self._trouble[what] = error
            metrics.REJECTIONS.labels(what, cause).inc()
            self._log.error("served_file_rejected", file=what, cause=cause, error=error)
