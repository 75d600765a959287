"""What the checks need of a window, counted while its predictions stream by."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ..artifact import Manifest
from ..artifact.scorer import OUTPUT
from ..kind.scores import margin
from ..kind.sight import effective_rows
from ..prediction_log.reader import Reading
from ..prediction_log.table import FEATURE
from .psi import Histogram

COLUMNS = ("time", "row", "channel", "latency_ms", "entity", "score", "version", "fallback")
"""Of the log, those that are counted."""
SAMPLE_ROWS = 2_000
"""Of the features, kept to be shown."""


class Entities:
    """Texts and how often each was there, in 16 bytes; one that is missing is like no other.

    Two are taken for one where their hashes of 64 bits agree: of ten million, with a probability of
    3 in a million.
    """

    def __init__(self) -> None:
        self._missing = self._waiting = 0
        self._known, self._times = np.empty(0, np.uint64), np.empty(0, np.int64)
        self._new: list[tuple[np.ndarray, np.ndarray]] = []

    def add(self, found: np.ndarray, missing: int) -> None:
        """Add the `hashes` of texts, uint64 [n], and how many more were missing."""
        self._missing += missing
        self._new.append(_counted(found, np.ones(len(found), np.int64)))
        self._waiting += len(self._new[-1][0])
        # So late that each text is sorted only as often as their number doubles.
        if self._waiting > max(2**18, len(self._known)):
            self._merge()

    def __len__(self) -> int:
        """Return how many different ones there were."""
        self._merge()
        return self._missing + len(self._known)

    def effective(self) -> float:
        """Return how many rows are worth one each."""
        self._merge()
        return effective_rows(self._times, self._missing)

    def _merge(self) -> None:
        parts = [(self._known, self._times), *self._new]
        self._known, self._times = _counted(*map(np.concatenate, zip(*parts, strict=True)))
        self._new, self._waiting = [], 0


def _counted(numbers: np.ndarray, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the different ones, sorted, and the sum of the times of each.

    `numpy.unique` takes ten times as long for integers.
    """
    order = np.argsort(numbers)
    numbers, times = numbers[order], times[order]
    first = np.flatnonzero(np.append(True, numbers[1:] != numbers[:-1])[: len(numbers)])
    return numbers[first], np.add.reduceat(times, first) if len(first) else times


def hashes(texts: pa.ChunkedArray | pa.Array) -> np.ndarray:
    """Return a hash of each text, uint64 [n]; that of null means nothing."""
    return pd.util.hash_array(texts.to_numpy(zero_copy_only=False), categorize=False)


class Counts:
    """The predictions made in `[start, end)`, as numbers.

    Attributes:
        rows: how many there were, whoever answered.
        channels: rows by channel.
        fallbacks: rows that the rule answered, by cause.
        features: a histogram each, by name, of all rows.
        scores: a histogram of the scores of the manifest's version; the fallback's are left out.
        latencies_ms: how often a real-time request took how long, whole, from its arrival to its
            answer; the log rounds, so there are few different ones.
        asked: whose rows they were: one asked for again tells nothing new.
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
        scores = manifest.reference[OUTPUT]
        self.scores = Histogram(scores, margin(np.asarray(scores.edges)))
        self.asked, self.scored = Entities(), Entities()
        self._version = manifest.version
        self.latencies_ms: Counter[float] = Counter()
        self._draw = np.random.default_rng(0)
        self._drawn = np.empty(0)
        self._sample = np.empty((0, len(self.features)), np.float32)

    def add(self, table: pa.Table) -> None:
        """Count the predictions of a table of the log: `COLUMNS` and the features."""
        self.rows += len(table)
        for counter, name in ((self.channels, "channel"), (self.fallbacks, "fallback")):
            for found in table[name].drop_null().value_counts().to_pylist():
                counter[found["values"]] += found["counts"]
        for name, histogram in self.features.items():
            histogram.add(table[FEATURE + name].to_numpy())
        own = table["fallback"].is_null().to_numpy() & (
            table["version"].fill_null(-1).to_numpy() == self._version
        )
        self.scores.add(table["score"].to_numpy()[own])
        entity, named = hashes(table["entity"]), table["entity"].is_valid().to_numpy()
        for entities, rows in ((self.asked, np.ones_like(own)), (self.scored, own)):
            entities.add(entity[rows & named], int(np.count_nonzero(rows & ~named)))
        self._add_latencies(table)
        self._add_to_sample(table)

    def read(self, start: datetime, end: datetime, folder: Path | None = None) -> None:
        """Add the predictions made in `[start, end)`, both aware, of the log in `folder`.

        Raises:
            LogError: the prediction log is of a schema that this code does not know.
        """
        reading = Reading(start, end, folder)
        for table in reading.tables(COLUMNS, tuple(self.features)):
            self.add(table)
        self.unfinished += reading.unfinished
        self.damaged += reading.damaged

    def sample(self) -> pd.DataFrame:
        """Return the features of `SAMPLE_ROWS` rows, or all there are, drawn evenly."""
        return pd.DataFrame(self._sample, columns=pd.Index(self.features)).astype("float64")

    def _add_latencies(self, table: pa.Table) -> None:
        first = np.flatnonzero(table["row"].to_numpy() == 0)
        asked = table.select(["channel", "latency_ms"]).take(pa.array(first))
        live = pc.call_function("equal", [asked["channel"].cast(pa.string()), "real-time"])
        took = asked["latency_ms"].to_numpy()[live.to_numpy()]
        values, times = np.unique(took, return_counts=True)
        self.latencies_ms.update(dict(zip(values.tolist(), times.tolist(), strict=True)))

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
        manifest: the champion's.
        folder: of the log; this project's if None.

    Raises:
        LogError: the prediction log is of a schema that this code does not know.
    """
    seen = Counts(start, end, manifest)
    seen.read(start, end, folder)
    return seen
