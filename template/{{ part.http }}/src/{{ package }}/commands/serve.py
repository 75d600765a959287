"""The service, and the process that keeps it current."""

from __future__ import annotations

import typer


def serve() -> None:
    """Run the HTTP service."""
    from ..channels.http.run import serve as run

    run()


def bench_serving() -> None:
    """Measure the service against its SLA, on a port of its own; exit with 1 if it is missed."""
    from ..channels.http import bench
    from ..channels.http.metrics import Sla
    from ..channels.http.predict import ServingDesign
    from ..design import section
    from ..ops import progress

    with progress.counting():
        answers = bench.measure()
    sla = section("monitoring", Sla)
    peak = section("serving", ServingDesign).peak_requests_per_second
    for line in answers.told(sla, peak):
        typer.echo(line)
    if not all(kept for *_, kept in answers.judged(sla)):
        raise typer.Exit(1)


def sync() -> None:
    """Keep what is served equal to what the registry says, until ended."""
    import signal
    import threading
    from queue import SimpleQueue

    from ..pipelines.sync import sync_forever

    stop = threading.Event()
    told: SimpleQueue[int] = SimpleQueue()

    def obey() -> None:
        told.get()
        stop.set()

    # An event has a lock, which a handler may find taken by the very code that it interrupts, such
    # as by itself when two signals come at once; it would wait forever. A simple queue has none.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: told.put(number))
    threading.Thread(target=obey, daemon=True).start()
    sync_forever(stop)


COMMANDS = (bench_serving, serve, sync)
