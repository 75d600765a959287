"""A lane: one thread that scores for one model, so that a call which hangs can be left behind."""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue

import numpy as np

Score = Callable[[np.ndarray], np.ndarray]


class LateError(Exception):
    """The scores did not come in time."""


class _Call:
    """One matrix to score; `started` and `finished` are set by the lane's thread alone."""

    def __init__(self, features: np.ndarray, loop: asyncio.AbstractEventLoop) -> None:
        self.features = features
        self.loop = loop
        self.answer: asyncio.Future[np.ndarray] = loop.create_future()
        self.started = self.finished = self.abandoned = False

    def settle(self, scores: np.ndarray | None, error: Exception | None) -> None:
        if self.answer.done():
            return
        if error is not None:
            self.answer.set_exception(error)
        elif scores is not None:
            self.answer.set_result(scores)


class Lane:
    """Scores one call after another in a thread that ends when nobody holds the lane any more.

    While a late call still runs, further calls are refused at once instead of queueing behind it;
    when it returns, the lane works again. Each model has a lane, so only its own rows wait for it.
    """

    def __init__(self, score: Score, name: str) -> None:
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        self._late: _Call | None = None
        weakref.finalize(self, self._calls.put, None)
        threading.Thread(target=_work, args=(self._calls, score), name=name, daemon=True).start()

    @property
    def stuck(self) -> bool:
        """Say whether a late call is still running."""
        return self._late is not None and not self._late.finished

    async def score(self, features: np.ndarray, seconds: float) -> np.ndarray:
        """Return the scores, float64 [n], of `features`, float32 [n, k].

        Raises:
            LateError: they did not come within `seconds`, or an earlier call is late still.
            Exception: whatever the model raises.
        """
        if self.stuck:
            raise LateError("an earlier call is still running")
        loop = asyncio.get_running_loop()
        call = _Call(features, loop)
        self._calls.put(call)
        timer = loop.call_later(seconds, self._expire, call)
        try:
            return await call.answer
        finally:
            timer.cancel()

    def _expire(self, call: _Call) -> None:
        # A call that finished in time is on its way here: it was this loop that was held up.
        if call.finished or call.answer.done():
            return
        call.abandoned = True
        if call.started:
            self._late = call
        call.answer.set_exception(LateError("no scores in time"))


def _work(calls: SimpleQueue[_Call | None], score: Score) -> None:
    while (call := calls.get()) is not None:
        if call.abandoned:
            continue
        call.started = True
        scores, failure = None, None
        try:
            scores = score(call.features)
        except Exception as error:
            failure = error
        call.finished = True
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            call.loop.call_soon_threadsafe(call.settle, scores, failure)
