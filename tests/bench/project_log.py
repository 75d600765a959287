"""Steps in the life of a project's prediction log, measured; `log` runs them and says of what.

`project_log.py STEP FOLDER ROWS` prints what the step took as JSON.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

PACKAGE = "customer_offers"
np: Any = import_module("numpy")
"""The project's; there is none in the Python that checks this file."""
START = datetime(2026, 1, 5, tzinfo=UTC)
HOURS = 7 * 24
ENTITIES = 1_000_000
OUTCOMES = 1_000_000
SIZES = {"one row a request": 1, "100 rows a request": 100}
WRITTEN = 20_000
"""Rows that each round of writing writes, in flushes of 1,000."""
ROUNDS = 7


def entry(rows: int, number: int, at: datetime) -> Any:
    """Return a request of `rows` rows as the service logs it."""
    schema = import_module(f"{PACKAGE}.prediction_log.schema")
    scored = import_module(f"{PACKAGE}.prediction_log.scored")
    decision = import_module(f"{PACKAGE}.kind.decision")
    draw = np.random.default_rng(number)
    features = draw.gamma(2.0, size=(rows, len(schema.FEATURES))).astype(np.float32)
    features[draw.random(features.shape) < 0.02] = np.nan
    answers = scored.Scored.alike(
        draw.random(rows), decision.DecisionRule(0.5), 3, "champion", None
    )
    entities = [str(each) for each in draw.integers(ENTITIES, size=rows)]
    return schema.Entry(
        f"{number:032x}", at, "real-time", PACKAGE, entities, features, answers, 1.234
    )


def write(folder: Path, rows: int) -> dict[str, Any]:
    """Measure a row's way from an entry to the disk: microseconds and bytes."""
    writer = import_module(f"{PACKAGE}.prediction_log.writer")
    found: dict[str, Any] = {}
    for name, size in SIZES.items():
        entries = [entry(size, number, START) for number in range(WRITTEN // size)]
        each, flush = [], max(1, 1_000 // size)
        for number in range(ROUNDS):
            log = writer.LogWriter(folder / f"{size}-{number}")
            before = process_time()
            for first in range(0, len(entries), flush):
                log.write(entries[first : first + flush])
            each.append((process_time() - before) / WRITTEN * 1e6)
        written = sum(path.stat().st_size for path in (folder / f"{size}-0").rglob("*.jsonl"))
        found[name] = {"us a row": median(each), "bytes a row": written / WRITTEN}
    return found


def compact(folder: Path, rows: int) -> dict[str, Any]:
    """Measure making Parquet of the lines of one hour: microseconds and bytes a row."""
    compaction = import_module(f"{PACKAGE}.prediction_log.compaction")
    writer = import_module(f"{PACKAGE}.prediction_log.writer")
    found = {}
    # The first time imports what Arrow needs.
    for name, size, count in (
        ("", 1, 100),
        *((name, size, min(rows, 60_000)) for name, size in SIZES.items()),
    ):
        hour = folder / f"hour-{size}-{count}"
        step = timedelta(hours=1) / (count // size)
        log = writer.LogWriter(hour)
        log.write(entry(size, number, START + number * step) for number in range(count // size))
        for path in hour.rglob("*.jsonl"):
            os.utime(path, (0, 0))
        before = process_time()
        compaction.compact(START + timedelta(hours=1), hour)
        taken = process_time() - before
        size_ = sum(path.stat().st_size for path in hour.rglob("*.parquet"))
        found[name] = {"us a row": taken / count * 1e6, "bytes a row": size_ / count}
    del found[""]
    return found


def fill(folder: Path, rows: int) -> dict[str, Any]:
    """Write a week of parts, an hour each, that are like one that was compacted."""
    pa, pq = import_module("pyarrow"), import_module("pyarrow.parquet")
    (first,) = (folder / f"hour-1-{min(rows, 60_000)}").rglob("*.parquet")
    table = pq.read_table(first)
    table = table.take(pa.array(np.arange(rows // HOURS) % len(table)))
    draw = np.random.default_rng(0)
    place = {name: index for index, name in enumerate(table.column_names)}
    for hour in range(HOURS):
        at = START + timedelta(hours=hour)
        spread = np.sort(draw.integers(3_600_000_000, size=len(table)))
        moments = np.datetime64(at.replace(tzinfo=None), "us") + spread.astype("timedelta64[us]")
        entities = draw.integers(ENTITIES, size=len(table)).astype(str)
        time_type = table.schema.field("time").type
        part = table.set_column(place["time"], "time", pa.array(moments).cast(time_type))
        part = part.set_column(place["entity"], "entity", pa.array(entities, pa.string()))
        path = folder / "log" / f"{at:%Y-%m-%d}" / f"{at:%H}-1-bench.0.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(part, path, compression="zstd")
    return {"rows": len(table) * HOURS}


def manifest() -> Any:
    """Return a manifest whose references are what `entry` draws."""
    made = import_module(f"{PACKAGE}.artifact.manifest")
    features = import_module(f"{PACKAGE}.prediction_log.schema").FEATURES
    decision = import_module(f"{PACKAGE}.kind.decision")
    values = np.random.default_rng(1).gamma(2.0, size=(20_000, len(features)))
    reference = {n: made.Reference.of(values[:, i]) for i, n in enumerate(features)}
    reference["score"] = made.Reference.of(np.random.default_rng(2).random(20_000))
    specs = made.describe(values.astype(np.float32), features)
    rule = decision.DecisionRule(0.5)
    return made.Manifest("m", 3, "linear", "", specs, rule, reference, {}, "", "", "", "")


def imported(*modules: str) -> float:
    """Import what a measured step needs; return the memory that this alone takes, in MB."""
    for module in modules:
        import_module(f"{PACKAGE}.{module}")
    return peak()


def peak() -> float:
    """Return the most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def drift(folder: Path, rows: int) -> dict[str, Any]:
    """Measure reading a week for all data, prediction and operational checks."""
    before_mb = imported("monitoring.counts", "monitoring.drift", "monitoring.operational")
    checks = import_module(f"{PACKAGE}.monitoring.drift")
    operational = import_module(f"{PACKAGE}.monitoring.operational")
    counts = import_module(f"{PACKAGE}.monitoring.counts")
    design = checks.MonitoringDesign(
        drift_threshold=0.2,
        prediction_drift_threshold=0.2,
        concept_tolerance=0.03,
        fallback_alarm_share=0.01,
        latency_p50_ms=5.0,
        latency_p99_ms=10.0,
    )
    begun, cpu = time.perf_counter(), process_time()
    seen = counts.count(START, START + timedelta(hours=HOURS), manifest(), folder / "log")
    found = [
        *checks.data_looks(seen, design, 3_000).values(),
        *checks.prediction_looks(seen, design, 3_000).values(),
        *operational.operational_looks(seen, design).values(),
        *operational.operational_checks(seen, []),
    ]
    taken = {"seconds": time.perf_counter() - begun, "cpu": process_time() - cpu}
    assert not [each for each in found if each.alarm], found
    return taken | {"mb": peak(), "imports_mb": before_mb, "rows": seen.rows}


def join(folder: Path, rows: int) -> dict[str, Any]:
    """Measure laying a million outcomes to a week's predictions."""
    before_mb = imported("monitoring.monitor")
    pd = import_module("pandas")
    outcomes = import_module(f"{PACKAGE}.monitoring.outcomes")
    columns = import_module(f"{PACKAGE}.monitoring.monitor").ANSWERED
    schema = import_module(f"{PACKAGE}.problem.schema")
    reading = import_module(f"{PACKAGE}.prediction_log.reader").Reading
    draw = np.random.default_rng(3)
    moments = draw.integers(HOURS * 3_600_000_000, size=OUTCOMES).astype("timedelta64[us]")
    moments = np.datetime64(START.replace(tzinfo=None), "us") + moments
    due = pd.Series(moments).dt.tz_localize("UTC")
    known = pd.DataFrame(
        {
            schema.ENTITY_KEY: draw.integers(ENTITIES, size=OUTCOMES),
            schema.OUTCOME_TIME: due,
            schema.LABEL: draw.integers(2, size=OUTCOMES),
            "known_at": due,
        }
    )
    begun, cpu = time.perf_counter(), process_time()
    end = START + timedelta(hours=HOURS)
    week = reading(START, end, folder / "log")
    found = outcomes.attach_streamed(week.tables(columns), known, end)
    taken = {"seconds": time.perf_counter() - begun, "cpu": process_time() - cpu}
    return taken | {"mb": peak(), "imports_mb": before_mb, "rows": rows, "matched": len(found)}


STEPS: dict[str, Callable[[Path, int], dict[str, Any]]] = {
    "write": write,
    "compact": compact,
    "fill": fill,
    "drift": drift,
    "join": join,
}

if __name__ == "__main__":
    print(json.dumps(STEPS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))))
