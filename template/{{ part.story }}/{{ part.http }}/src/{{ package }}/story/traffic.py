"""Traffic: asks the service about each entity whose prediction is due."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp

from ..problem.schema import ENTITY_KEY
from .requests import Requests

CONNECTIONS = 8
TIMEOUT = aiohttp.ClientTimeout(total=10)


@dataclass(frozen=True)
class Pace:
    """How fast to send: `a_second` requests a second while `busy` is set, then at full speed."""

    busy: threading.Event
    a_second: float


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
