"""What differs between a recorded run and one made again: pure comparisons, one finding each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..artifact.manifest import MODEL_FILE
from ..registry.provenance import CODE_DIFF, DIRTY, NO_COMMIT

TOLERANCE = 1e-9
"""How far metrics and scores may lie from those recorded."""
MOST_NAMED = 10
"""So many packages or metrics are named; of more, only the number."""
CAUSES = ("code", "environment", "seed", "data")


@dataclass(frozen=True)
class Finding:
    """One thing that was compared, with the figures; `unknown` where it could not be."""

    subject: str
    state: Literal["same", "differs", "unknown"]
    detail: str


def code(then: str, now: str) -> Finding:
    """Compare two commits as `provenance.git_commit` tells them."""
    commit = then.removesuffix(DIRTY)
    if then == NO_COMMIT:
        return Finding("code", "unknown", f"the run was made outside git; this is {now}")
    if commit != then:
        return Finding(
            "code",
            "differs",
            f"the run was made at commit {commit} with changes that were not committed, so it can't"
            f" be made again exactly (git checkout {commit}, then git apply the run's {CODE_DIFF})",
        )
    if now == then:
        return Finding("code", "same", f"commit {now}")
    remedy = "git stash" if now == then + DIRTY else f"git checkout {then}"
    return Finding(
        "code", "differs", f"the run was made at commit {then}, this is {now} ({remedy})"
    )


def environment(then: Mapping[str, str], now: Mapping[str, str]) -> Finding:
    """Compare the versions of packages, of Python and of the platform."""
    return _listed("environment", _changed(then, now), f"{len(now)} versions")


def seed(then: int, now: int) -> Finding:
    """Compare two seeds."""
    return _listed("seed", [f"{then} then, {now} now"] if then != now else [], f"{now}")


def params(then: Mapping[str, str], now: Mapping[str, str]) -> Finding:
    """Compare chosen parameters, as text."""
    same = ", ".join(f"{name} {value}" for name, value in now.items())
    return _listed("parameters", _changed(then, now), same)


def metrics(then: Mapping[str, float], now: Mapping[str, float]) -> Finding:
    """Compare metrics by their names; one that only one side has differs."""
    both = then.keys() & now.keys()
    near = {
        name
        for name in both
        if np.isclose(now[name], then[name], rtol=0, atol=TOLERANCE, equal_nan=True)
    }
    largest = max(abs(now[name] - then[name]) for name in both)
    same = f"{len(near)} figures, largest difference {largest:.2g}"
    return _listed("metrics", _changed(then, now, near), same)


def scores(then: np.ndarray, now: np.ndarray) -> Finding:
    """Compare the scores of the test rows, shape [n], one by one."""
    if then.shape != now.shape:
        return Finding("scores", "differs", f"{len(then):,} test rows then, {len(now):,} now")
    difference = np.abs(then - now)
    far = int((~(difference <= TOLERANCE)).sum())
    detail = f"{len(now):,} test rows, largest difference {difference.max():.2g}"
    if far:
        return Finding("scores", "differs", f"{far:,} of {detail}")
    return Finding("scores", "same", detail)


def model_file(then: str, now: str) -> Finding:
    """Compare the hashes of the exported model file; they decide nothing, the scores do."""
    if then == now:
        return Finding(MODEL_FILE, "same", f"sha256 {now}")
    return Finding(MODEL_FILE, "differs", f"sha256 {then} then, {now} now")


def reproduced(findings: Iterable[Finding]) -> bool:
    """Say whether all that decides is as recorded."""
    return all(each.state == "same" for each in findings if each.subject != MODEL_FILE)


def summary(findings: Iterable[Finding]) -> str:
    """Return the findings in a sentence: what differs, and whether the scores do."""
    states = {each.subject: each.state for each in findings}
    if reproduced(findings):
        return "reproduced: the same data, code, environment and seed gave the same scores"
    apart = [name for name, state in states.items() if state != "same" and name != MODEL_FILE]
    causes = [name for name in CAUSES if name in apart]
    told = {"same": "are the same", "differs": "differ", "unknown": "were not compared"}
    why = f"not as recorded: {', '.join(causes)}" if causes else "nothing recorded differs"
    return f"not reproduced; {why}; the scores {told[states['scores']]}"


def _changed(
    then: Mapping[str, object], now: Mapping[str, object], alike: Set[str] = frozenset()
) -> list[str]:
    return [
        f"{name} {then.get(name, 'absent')} then, {now.get(name, 'absent')} now"
        for name in sorted((then.keys() | now.keys()) - alike)
        if then.get(name) != now.get(name)
    ]


def _listed(subject: str, changed: list[str], same: str) -> Finding:
    if not changed:
        return Finding(subject, "same", same)
    more = [f"and {len(changed) - MOST_NAMED} more"] if len(changed) > MOST_NAMED else []
    return Finding(subject, "differs", "; ".join(changed[:MOST_NAMED] + more))
