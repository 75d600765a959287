"""What the checks need of a window, counted while its predictions stream by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ..artifact import Manifest
from ..artifact.scorer import OUTPUT
from ..prediction_log.reader import Reading
from ..prediction_log.table import FEATURE
from .psi import Histogram
from .tallies import Distinct, Latencies, hashes

COLUMNS = ("time", "row", "channel", "latency_ms", "entity", "score", "version", "fallback")
"""Of the log, those that are counted."""
SAMPLE_ROWS = 2_000
"""Of the features, kept to be shown."""


class Counts:
    """The predictions made in `[start, end)`, as numbers.

    Attributes:
        rows: how many there were, whoever answered.
        channels: rows by channel.
        fallbacks: rows that the rule answered, by cause.
        features: a histogram each, by name, of all rows.
        scores: a histogram of the scores of the manifest's version; the fallback's are left out.
        latencies_ms: of each real-time request, what a row of it took.
        asked: whose rows there were; an entity asked for again tells nothing new.
        scored: the same of the rows in `scores`.
        unfinished, damaged: what was no record, as `prediction_log.reader.Reading` has it.
    """

    def __init__(self, start: datetime, end: datetime, manifest: Manifest) -> None:
        self.start, self.end = start, end
        self.rows = self.unfinished = self.damaged = 0
        self.channels: Counter[str] = Counter()
        self.fallbacks: Counter[str] = Counter()
        self.features = {
            name: Histogram(manifest.reference[name]) for name in manifest.feature_names
        }
        self.scores = Histogram(manifest.reference[OUTPUT])
        self.asked, self.scored = Distinct(), Distinct()
        self._version = manifest.version
        self.latencies_ms = Latencies()
        self._draw = np.random.default_rng(0)
        self._drawn = np.empty(0)
        self._sample = np.empty((0, len(self.features)), np.float32)

    def add(self, table: pa.Table) -> None:
        """Count the predictions of a table of the log: `COLUMNS` and the features."""
        self.rows += len(table)
        for counter, name in ((self.channels, "channel"), (self.fallbacks, "fallback")):
            for word, rows in _word_counts(table[name]):
                counter[word] += rows
        for name, histogram in self.features.items():
            histogram.add(table[FEATURE + name].to_numpy())
        own = table["fallback"].is_null().to_numpy() & (
            table["version"].fill_null(-1).to_numpy() == self._version
        )
        self.scores.add(table["score"].to_numpy()[own])
        entity, named = hashes(table["entity"]), table["entity"].is_valid().to_numpy()
        for distinct, rows in ((self.asked, np.ones_like(own)), (self.scored, own)):
            distinct.add(entity[rows & named], int(np.count_nonzero(rows & ~named)))
        self._add_latencies(table)
        self._add_to_sample(table)

    def sample(self) -> pd.DataFrame:
        """Return the features of `SAMPLE_ROWS` rows, or all there are, drawn evenly."""
        return pd.DataFrame(self._sample, columns=pd.Index(self.features)).astype("float64")

    def _add_latencies(self, table: pa.Table) -> None:
        first = np.flatnonzero(table["row"].to_numpy() == 0)
        rows = np.diff(first, append=len(table))
        asked = table.select(["channel", "latency_ms"]).take(pa.array(first))
        live = pc.call_function("equal", [asked["channel"].cast(pa.string()), "real-time"])
        self.latencies_ms.add((asked["latency_ms"].to_numpy() / rows)[live.to_numpy()])

    def _add_to_sample(self, table: pa.Table) -> None:
        """Keep the rows of the lowest of random numbers, one a row."""
        drawn = self._draw.random(len(table))
        limit = self._drawn.max() if len(self._drawn) == SAMPLE_ROWS else 1.0
        low = np.flatnonzero(drawn < limit)
        found = table.select([FEATURE + name for name in self.features]).take(pa.array(low))
        drawn = np.concatenate([self._drawn, drawn[low]])
        values = np.column_stack([column.to_numpy() for column in found.columns])
        kept = np.sort(np.argsort(drawn)[:SAMPLE_ROWS])
        self._drawn, self._sample = drawn[kept], np.concatenate([self._sample, values])[kept]


def count(start: datetime, end: datetime, manifest: Manifest, folder: Path | None = None) -> Counts:
    """Count the predictions made in `[start, end)`, both aware.

    Args:
        start: included.
        end: excluded.
        manifest: the champion's.
        folder: of the log; this project's if None.

    Raises:
        LogError: the prediction log is of a schema that this code does not know.
    """
    seen = Counts(start, end, manifest)
    reading = Reading(start, end, folder)
    for table in reading.tables(COLUMNS, manifest.feature_names):
        seen.add(table)
    seen.unfinished, seen.damaged = reading.unfinished, reading.damaged
    return seen


def _word_counts(words: pa.ChunkedArray) -> Iterator[tuple[str, int]]:
    for found in words.value_counts().to_pylist():
        if found["values"] is not None:
            yield found["values"], found["counts"]
