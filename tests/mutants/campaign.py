"""Break one guard after another, on as many copies at once as there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from queue import SimpleQueue
from typing import TypeVar

from mutants.copies import Copy, Run
from mutants.table import Mutant

Tests = tuple[str, ...]
T = TypeVar("T")


def unbroken(copies: Sequence[Copy], mutants: Iterable[Mutant]) -> Iterator[tuple[Tests, Run]]:
    """Yield what the tests of `mutants` say of the project as it is.

    Those of a file run together, for most of the time goes into what the file imports.
    """
    files: dict[str, dict[str, None]] = {}
    for test in (test for mutant in mutants for test in mutant.tests):
        files.setdefault(test.partition("::")[0], {})[test] = None
    return _each(copies, [tuple(tests) for tests in files.values()], lambda copy, t: copy.run(t))


def broken(copies: Sequence[Copy], mutants: Sequence[Mutant]) -> Iterator[tuple[Mutant, Run]]:
    """Yield each mutant with what its tests say of it, as they come."""

    def judge(copy: Copy, mutant: Mutant) -> Run:
        with copy.broken(mutant):
            return copy.run(mutant.tests)

    return _each(copies, mutants, judge)


def _each(
    copies: Sequence[Copy], items: Sequence[T], work: Callable[[Copy, T], Run]
) -> Iterator[tuple[T, Run]]:
    """Yield what comes of the work on each item; no two at once have the same copy."""
    free: SimpleQueue[Copy] = SimpleQueue()
    for copy in copies:
        free.put(copy)

    def on_a_copy(item: T) -> Run:
        copy = free.get()
        try:
            return work(copy, item)
        finally:
            free.put(copy)

    pool = ThreadPoolExecutor(len(copies))
    try:
        jobs = {pool.submit(on_a_copy, item): item for item in items}
        for job in as_completed(jobs):
            yield jobs[job], job.result()
    finally:
        pool.shutdown(cancel_futures=True)
