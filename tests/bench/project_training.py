"""A generated project's own training, with the time of its parts.

Run with the project's own Python and a state folder that holds toy data. It is what `python -m
customer_offers train` runs, in the same way, followed by the sync process's work on features:
bringing Feast's online store to the last snapshot. The functions are the project's, wrapped in
clocks; what no clock covers is `the rest`: Prefect's engine, evaluation, plots, the gate, logs.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from parts import Parts, report

PACKAGE = "customer_offers"
CLOCKS = (
    ("aggregates", "features.rows", "write_snapshots"),
    ("Feast: apply", "tools.store.values", "store"),
    ("Feast: history", "pipelines.training", "labelled_rows"),
    ("Feast: materialize", "features.rows", "materialize"),
    ("MLflow: a new database", "tools.tracking.runs", "experiment_id"),
    ("MLflow: a new database", "tools.tracking.runs", "client"),
    ("MLflow: runs and registry", "registry.record", "record"),
    ("MLflow: runs and registry", "registry.promote", "settle"),
    ("tuning", "training.choose", "tune"),
    ("final fits", "training.fit", "train"),
    ("export", "training.export", "export"),
)


def run(parts: Parts, state: Path) -> dict[str, Any]:
    """Train in `state`, which the environment names too; return what both sides have in common."""
    with parts.part("imports"):
        import_module(f"{PACKAGE}.pipelines.training")
        choosing = import_module(f"{PACKAGE}.training.choose")
        fitting = import_module(f"{PACKAGE}.training.fit")
        rows = import_module(f"{PACKAGE}.features.rows")
        cli = import_module(f"{PACKAGE}.commands")
        clock = import_module(f"{PACKAGE}.ops.clock")
    work: dict[str, Any] = {}
    keep(work, choosing, fitting)
    for name, module, function in CLOCKS:
        parts.charge(name, import_module(f"{PACKAGE}.{module}"), function)
    sys.argv = [PACKAGE, "train"]
    try:
        cli.main()
    except SystemExit as end:
        if end.code:
            raise
    rows.materialize(clock.now())
    return work


def keep(work: dict[str, Any], choosing: Any, fitting: Any) -> None:
    """Let `work` know what tuning was given and what it found."""
    tune = choosing.tune
    fit = fitting.fit

    def counted(*arguments: Any) -> Any:
        work["fits in tuning"] += 1
        return fit(*arguments)

    def kept(family: str, rows: Any, plan: Any, metric: Any, *others: Any) -> Any:
        work.update({"rows": len(rows), "fits in tuning": 0})
        fitting.fit = counted
        try:
            found = tune(family, rows, plan, metric, *others)
        finally:
            fitting.fit = fit
        work.update({"trials": len(found), "best": choosing.best(found, metric).score})
        return found

    choosing.tune = kept


if __name__ == "__main__":
    report(run)
