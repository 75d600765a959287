"""How the project serves in the story: the real service and its sync process, under traffic."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import aiohttp

from ..artifact.manifest import MODEL_FILE
from ..artifact.pointer import Pointer
from ..channels.http.run import command
from ..features.aggregate import last_snapshot
from ..ops import clock, progress
from ..ops.paths import PACKAGE
from ..ops.processes import Server, end, free_port, start, wait
from ..pipelines.delivery import decided_versions, serving_dir
from ..problem import source
from ..problem.schema import ENTITY_KEY, LABEL_DELAY, OUTCOME_TIME, SNAPSHOT_EVERY
from ..settings import settings
from .requests import Requests

Result = TypeVar("Result")
TOOLS = ("bentoml",)
"""The packages that answer."""
UNDER_WORK_SECONDS = 20.0
"""Over how long Monday's requests are spread while the weekly jobs run."""
CONNECTIONS = 8
TIMEOUT = aiohttp.ClientTimeout(total=10)


@dataclass(frozen=True)
class Pace:
    """How fast to send: `a_second` requests a second while `busy` is set, then at full speed."""

    busy: threading.Event
    a_second: float


class Channel:
    """The service on a free loopback port, with the sync process beside it."""

    name = "real-time service"

    def __init__(self) -> None:
        self._servers: list[Server] = []

    def start(self) -> None:
        """Start both; it takes them seconds to be ready."""
        logs = settings().state_dir / "logs"
        sync = [sys.executable, "-m", PACKAGE, "sync"]
        self._sync = start("sync", sync, free_port(), logs / "sync.log")
        port = free_port()
        arguments, environment = command(port=port)
        self._service = start(
            "service", arguments, port, logs / "service.log", "/readyz", environment
        )
        self._servers = [self._sync, self._service]

    def wait(self) -> None:
        """Wait until the service can answer from the registry's champion."""
        for _ in wait([self._service]):
            pass
        self._await(lambda pointer: pointer.champion is not None and pointer.entities is not None)

    def stop(self) -> None:
        """End what was started."""
        end(self._servers)

    def live(self, since: datetime, jobs: Callable[[], Result]) -> tuple[Result, Requests]:
        """Live through the week that begins at `since`.

        Its requests come in, and the weekly `jobs` are run while Monday's do.
        """
        days = _requests(since)
        self._await_features(since)
        busy = threading.Event()
        busy.set()
        counts = Requests()
        with ThreadPoolExecutor(1) as background:
            pace = Pace(busy, max(1.0, len(days[0]) / UNDER_WORK_SECONDS))
            monday = background.submit(send, self._service.address, days[0], pace)
            try:
                result = jobs()
                self._await_registry()
                clock.set_to(since + timedelta(hours=1))
            finally:
                busy.clear()
            counts.add(monday.result())
        for day in range(1, 7):
            clock.set_to(since + timedelta(days=day))
            progress.report("day", day + 1, 7)
            counts.add(send(self._service.address, days[day]))
        return result, counts

    def ask(self, entities: Sequence[int]) -> list[dict[str, Any]]:
        """Return the service's predictions for `entities`, asked for in one request."""
        self._await_features(last_snapshot(clock.now()))
        rows = {"rows": [{ENTITY_KEY: entity} for entity in entities]}
        request = urllib.request.Request(
            f"{self._service.address}/predict",
            json.dumps(rows).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)["predictions"]

    def corrupt(self, requests: int) -> Requests:
        """Alter one byte of the champion's model file and send some requests.

        The sync process would mend the file; it is stopped first.
        """
        end([self._sync])
        served = Pointer.read(serving_dir()).champion
        assert served is not None, "a champion serves by now"
        path = serving_dir() / served.folder / MODEL_FILE
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        time.sleep(2 * settings().sync_seconds + 0.5)
        day = _requests(last_snapshot(clock.now()) - SNAPSHOT_EVERY)[0]
        return send(self._service.address, day[:requests])

    def _await(self, reached: Callable[[Pointer], bool], seconds: float = 60.0) -> None:
        """Wait until the pointer says so and every server has had the time to follow it."""
        deadline = time.monotonic() + seconds
        while not reached(Pointer.read(serving_dir())):
            for server in self._servers:
                server.check()
            if time.monotonic() > deadline:
                raise TimeoutError(f"the sync process did not deliver; see {self._sync.log}")
            time.sleep(0.05)
        time.sleep(settings().sync_seconds + 0.2)

    def _await_features(self, since: datetime) -> None:
        """Wait until the features of the snapshot at `since` are served."""
        as_of = since.isoformat()
        self._await(
            lambda pointer: pointer.entities is not None and pointer.entities.as_of == as_of
        )

    def _await_registry(self) -> None:
        """Wait until what the registry decided is served."""
        champion, challenger = decided_versions()

        def reached(pointer: Pointer) -> bool:
            served = [each and each.version for each in (pointer.champion, pointer.challenger)]
            return served == [champion, challenger]

        self._await(reached)


def _requests(since: datetime) -> list[list[int]]:
    """Return the entities that are asked about on each day of a week, in the order of time."""
    rows = source.outcomes(known_by=since + SNAPSHOT_EVERY + LABEL_DELAY)
    rows = rows[rows[OUTCOME_TIME] >= since]
    day = (rows[OUTCOME_TIME] - since).dt.days
    return [rows.loc[day == index, ENTITY_KEY].tolist() for index in range(7)]


def send(address: str, entities: Sequence[int], pace: Pace | None = None) -> Requests:
    """Send one request per entity over `CONNECTIONS` connections and count what comes back.

    Nothing is sent twice: a request that fails counts as failed.
    """
    return asyncio.run(_send(address, entities, pace))


async def _send(address: str, entities: Sequence[int], pace: Pace | None) -> Requests:
    counts = Requests()
    waiting = iter(entities)
    async with aiohttp.ClientSession(address, timeout=TIMEOUT) as session:

        async def work() -> None:
            for entity in waiting:
                await _ask(session, entity, counts)
                if pace is not None and pace.busy.is_set():
                    await asyncio.sleep(CONNECTIONS / pace.a_second)

        await asyncio.gather(*(work() for _ in range(CONNECTIONS)))
    return counts


async def _ask(session: aiohttp.ClientSession, entity: int, counts: Requests) -> None:
    counts.sent += 1
    begun = time.perf_counter()
    try:
        async with session.post("/predict", json={ENTITY_KEY: entity}) as response:
            body = await response.json()
            if response.status != 200:
                counts.failed += 1
                return
    except (aiohttp.ClientError, TimeoutError):
        counts.failed += 1
        return
    counts.answered += 1
    counts.milliseconds.append((time.perf_counter() - begun) * 1000)
    for prediction in body["predictions"]:
        counts.count(prediction["version"], prediction["fallback"])
