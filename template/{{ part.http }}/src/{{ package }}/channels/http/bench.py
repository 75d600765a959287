"""The SLA, measured: how long the running service takes to answer, as its callers see it.

The service is started as `make serve` does it, with what is served now, but on a free port of its
own and with a prediction log of its own, which is thrown away: monitors see nothing of it.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from itertools import cycle, islice
from pathlib import Path
from queue import SimpleQueue

import numpy as np

from ...artifact.pointer import Pointer
from ...design import section
from ...errors import UserError
from ...ops import progress
from ...ops.paths import PACKAGE
from ...ops.processes import HOST, Server, end, free_port, interruptible, start, wait
from ...problem.schema import ENTITY_KEY
from ...settings import settings
from .entities import EntityTable
from .metrics import Sla
from .predict import ServingDesign
from .request import ENTITY_TYPE

SECONDS = 20.0
LEAST, MOST = 50, 200
"""Requests a second. Of fewer, the 99th percentile is the slowest one; a client of one process that
sends more is late itself."""
CONNECTIONS = 16
WARM_UP = 50
"""Requests before those that count: what a new process does once is no part of an answer."""
TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True)
class Answers:
    """What came back of the requests that were sent.

    Attributes:
        milliseconds: of each request that was answered, from when it was due to be sent.
        faults: what was wrong with each of the others.
        fallback: answers that were not the model's.
        a_second: how many were sent a second.
    """

    milliseconds: Sequence[float]
    faults: Sequence[str]
    fallback: int
    a_second: int

    def judged(self, sla: Sla) -> list[tuple[str, float, float, bool]]:
        """Return each percentile of the SLA: its name, what was measured, the limit, if it is kept.

        A request that failed took longer than any limit.
        """
        taken = [*self.milliseconds, *[float("inf")] * len(self.faults)]
        found = []
        for name, share, limit in (
            ("p50", 0.5, sla.latency_p50_ms),
            ("p99", 0.99, sla.latency_p99_ms),
        ):
            # The value itself, not one between two: that of a failed request can't be averaged.
            value = float(np.quantile(taken, share, method="higher"))
            found.append((name, value, limit, value <= limit))
        return found

    def told(self, sla: Sla, peak: int) -> Iterator[str]:
        """Yield what was measured beside the SLA."""
        sent = len(self.milliseconds) + len(self.faults)
        yield (
            f"{sent:,} requests of a row at {self.a_second} a second, the design's peak is {peak}:"
            f" {len(self.faults)} failed, the fallback answered {self.fallback}"
        )
        if self.faults:
            yield f"the first that failed: {self.faults[0]}"
        for name, value, limit, kept in self.judged(sla):
            yield f"{'kept  ' if kept else 'MISSED'} {name}: {value:.3g} ms, SLA {limit:g} ms"


def measure() -> Answers:
    """Ask the service as often as the design's peak has it, one row at a time, for `SECONDS`.

    Raises:
        UserError: nothing is served yet.
        ServerError: the service ended, or did not start.
    """
    a_second = min(max(LEAST, section("serving", ServingDesign).peak_requests_per_second), MOST)
    folder = settings().state_dir / "serving"
    entities = Pointer.read(folder).entities
    if entities is None:
        raise UserError(f"nothing is served from {folder} yet: `make train`, then `make sync`")
    count = int(SECONDS * a_second)
    ids = EntityTable(folder, entities).some(count)
    if not ids:
        raise UserError(f"{folder / entities.file} has nobody to ask about")
    bodies = cycle([json.dumps({ENTITY_KEY: ENTITY_TYPE(entity)}).encode() for entity in ids])
    progress.begin("starting the service")
    with interruptible(), running(folder) as server:
        ask(server.address, list(islice(bodies, WARM_UP)), a_second)
        return ask(server.address, list(islice(bodies, count)), a_second)


@contextmanager
def running(served: Path) -> Generator[Server]:
    """Run the service with what the folder `served` holds, and end it with all its processes."""
    state_dir = settings().state_dir
    with tempfile.TemporaryDirectory(prefix="bench-", dir=state_dir) as state:
        others = shutil.ignore_patterns("bentoml-*", "lock", "*.draft")
        shutil.copytree(served, Path(state, "serving"), ignore=others, copy_function=_put)
        port = free_port()
        environment = {"APP_STATE_DIR": state, "APP_HOST": HOST, "APP_PORT": str(port)}
        command = [sys.executable, "-m", PACKAGE, "serve"]
        log = state_dir / "logs" / "bench-serving.log"
        server = start("the service", command, port, log, "/readyz", environment)
        try:
            for _ in wait([server]):
                pass
            yield server
        finally:
            end([server])


def _put(path: str, target: str) -> None:
    """Let a file be at another place too, without its content being copied where that can be."""
    try:
        Path(target).hardlink_to(path)
    except OSError:
        shutil.copyfile(path, target)


@dataclass(frozen=True)
class _Answer:
    milliseconds: float
    fallback: bool


def ask(address: str, bodies: Sequence[bytes], a_second: int) -> Answers:
    """Send each body when it is due, whether or not those before it were answered.

    A request that has to wait for a connection is late already, as its caller would find; to count
    from when it is sent would leave out the waits that the slow ones cause (Tene, How NOT to
    Measure Latency, 2015). It all takes at most twice as long as the requests are due.
    """
    free: SimpleQueue[HTTPConnection] = SimpleQueue()
    for _ in range(CONNECTIONS):
        free.put(HTTPConnection(address.removeprefix("http://"), timeout=TIMEOUT_SECONDS))
    begun = time.perf_counter()
    limit = begun + 2 * len(bodies) / a_second + TIMEOUT_SECONDS

    def one(body: bytes, due: float) -> _Answer | str:
        if time.perf_counter() > limit:
            return "it was never sent: those before it took too long"
        connection = free.get()
        try:
            return _answer(connection, body, due)
        finally:
            free.put(connection)

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        waiting = []
        for number, body in enumerate(bodies):
            due = begun + number / a_second
            time.sleep(max(0.0, due - time.perf_counter()))
            waiting.append(pool.submit(one, body, due))
            progress.report("asking", number + 1, len(bodies))
        found = [future.result() for future in waiting]
    answered = [each for each in found if isinstance(each, _Answer)]
    return Answers(
        milliseconds=[each.milliseconds for each in answered],
        faults=[each for each in found if isinstance(each, str)],
        fallback=sum(each.fallback for each in answered),
        a_second=a_second,
    )


def _answer(connection: HTTPConnection, body: bytes, due: float) -> _Answer | str:
    """Return what came of a request that was due then, or what was wrong."""
    try:
        connection.request("POST", "/predict", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        content = response.read()
    except (OSError, HTTPException) as error:
        connection.close()
        return repr(error)
    if response.status != 200:
        return f"{response.status} {content.decode(errors='replace')}"
    taken = (time.perf_counter() - due) * 1000
    return _Answer(taken, json.loads(content)["predictions"][0]["fallback"] is not None)
