"""The runtime: what lives as long as a worker process does. Starting it never fails."""

from __future__ import annotations

import gc

from ...ops import log
from ...prediction_log.schema import log_folder
from ...prediction_log.writer import PredictionLog
from ...settings import settings
from . import metrics
from .watcher import Watcher


class Runtime:
    """The watcher and the prediction log of one process."""

    def __init__(self) -> None:
        self.ready = False
        self.watcher = Watcher(settings().state_dir / "serving")
        self.prediction_log = PredictionLog(log_folder(), metrics.LOG_DROPPED.inc)

    def start(self) -> None:
        """Load what the pointer names, or stand by with the fallback."""
        log.configure()
        self.prediction_log.start()
        self.watcher.start(settings().sync_seconds)
        # What lives now lives on; going through it again and again would cost pauses of 50 ms.
        gc.collect()
        gc.freeze()
        self.ready = True

    def stop(self) -> None:
        """Write the rest of the prediction log."""
        self.ready = False
        self.watcher.stop()
        self.prediction_log.close()
