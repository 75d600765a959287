"""A slot, champion or challenger: holds the model that answers and follows the pointer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...artifact import ArtifactError
from ...artifact.pointer import Served
from ...ops.log import get
from ...prediction_log.scored import Cause, Variant
from ..model import Fallback, Model, load_model, read_fallback, stamp
from . import metrics
from .lane import Lane


@dataclass(frozen=True)
class Active:
    """A model that answers, and the lane that it answers in."""

    model: Model
    lane: Lane


class Slot:
    """Loads what the pointer names, and stops trusting it when its files are altered.

    A new artifact that is refused leaves the model before it in place. Files that the pointer still
    names must stay what they were: once they don't, the copy in memory is not trusted either, until
    they are mended or another artifact is named.

    Attributes:
        active: what answers; None leaves it to the fallback.
        cause: why there is nothing active.
        fallback: of the last sound manifest; None before there was one.
    """

    def __init__(self, name: Variant, root: Path) -> None:
        self.name: Variant = name
        self.active: Active | None = None
        self.cause: Cause = "missing"
        self.fallback: Fallback | None = None
        self._root = root
        self._served: Served | None = None
        self._stamp: object = None
        self._refused: tuple[Served, str] | None = None
        self._log = get("serving", slot=name)

    @property
    def version(self) -> int | None:
        """Return the version that answers; None where there is none."""
        return self.active.model.version if self.active else None

    def follow(self, want: Served | None) -> None:
        """Make `want` the active model if it is sound; None empties the slot."""
        if want is None:
            if self.active:
                self._log.info("model_withdrawn", version=self.version)
            self._empty("missing")
        else:
            current = stamp(self._root / want.folder)
            if want != self._served or current != self._stamp:
                self._load(want, current)
        metrics.MODEL_VERSION.labels(self.name).set(self.version or 0)

    def _load(self, want: Served, current: object) -> None:
        try:
            model = load_model(self._root, want)
        except ArtifactError as error:
            self._refuse(want, "corrupt" if current else "missing", str(error))
            return
        self._stamp, self._refused, self.fallback = current, None, model.fallback
        if self.active and want == self._served:
            return  # the files were touched, not altered: what is in memory is warm
        self._log.info("model_swapped", version=model.version, before=self.version)
        self.active = Active(model, Lane(model.score, f"{self.name}-v{model.version}"))
        self._served = want
        metrics.SWAPS.labels(self.name).inc()

    def _refuse(self, want: Served, cause: Cause, why: str) -> None:
        if self._refused != (want, why):
            self._refused = want, why
            metrics.REJECTIONS.labels(self.name, cause).inc()
            self._log.error("artifact_rejected", version=want.version, cause=cause, error=why)
        if self.active is None or want == self._served:
            if self.active:
                self._log.error("model_distrusted", version=self.version, cause=cause)
            self._empty(cause)
            self.fallback = read_fallback(self._root, want) or self.fallback

    def _empty(self, cause: Cause) -> None:
        self.active, self._served, self._stamp, self.cause = None, None, None, cause
