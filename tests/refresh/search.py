"""Find the smallest set of changes with which a test fails, in few runs of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Fails = Callable[[frozenset[str]], bool]


def smallest(changes: Sequence[str], fails: Fails) -> frozenset[str]:
    """Return a set of `changes` that fails, and of which each is needed for that.

    It is QuickXplain (Junker, AAAI 2004): k guilty ones of n changes take about 2 k log2(n / k)
    runs. All changes together are taken to fail, and none of them to pass; more changes than a
    set that fails are taken to fail as well.
    """
    return frozenset(_needed(frozenset(), False, tuple(changes), fails))


def _needed(
    background: frozenset[str], grown: bool, changes: tuple[str, ...], fails: Fails
) -> tuple[str, ...]:
    """Return which of `changes` must join `background` for a failure.

    Args:
        grown: whether the background has changes that were not there when it was last tried.
    """
    if grown and fails(background):
        return ()
    if len(changes) == 1:
        return changes
    first, second = changes[: len(changes) // 2], changes[len(changes) // 2 :]
    of_second = _needed(background | set(first), True, second, fails)
    of_first = _needed(background | set(of_second), bool(of_second), first, fails)
    return (*of_first, *of_second)
