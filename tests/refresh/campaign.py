"""Try the newest versions, keep them if the tests pass, and else find which of them broke what."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ml_scaffold.progress import step
from refresh.pins import Move, Pins, RefreshError, enter, moves, read, write
from refresh.search import smallest
from refresh.trial import PINS, Project, Trial

Tell = Callable[[str], None]
"""Says a line to whoever waits, and to the log."""


@dataclass(frozen=True)
class Limits:
    """How long a refresh may look for what broke the tests.

    Attributes:
        trials: runs of the tests, the first included.
        seconds: for all of it.
        patience: seconds that one run may take before it counts as failed.
    """

    trials: int
    seconds: float
    patience: float


class Spent(Exception):
    """The trials or the time are used up."""


class Trials:
    """Runs of a test command with some packages moved, each set of pins once."""

    def __init__(self, project: Project, new: Pins, test: str, limits: Limits, tell: Tell) -> None:
        self.project = project
        self.old = read(project.folder / PINS)
        self.new = new
        self.moved = {move.name: move for move in moves(self.old, new)}
        self.could_move = [name for name, move in self.moved.items() if move.before and move.after]
        self._test, self._limits, self._tell = test, limits, tell
        self._deadline = time.monotonic() + limits.seconds
        self._number = 0
        self._judged: dict[frozenset[str], Trial] = {}

    def everything(self) -> Trial:
        """Try all new pins."""
        return self._run(frozenset(self.could_move), self.new, "all that moved")

    def nothing(self) -> Trial:
        """Try the old pins."""
        return self._run(frozenset(), self.old, "the versions as they were")

    def fails(self, names: frozenset[str]) -> bool:
        """Say whether the tests fail with these packages moved, and those that must move along.

        Raises:
            Spent: there is no trial or no time left.
            RefreshError: the versions can't be looked up.
        """
        pins, moved = self.project.with_moved(names, self.new)
        if moved not in self._judged:
            self._run(moved, pins, f"{len(moved)} of {len(self.could_move)} that moved")
        return not self._judged[moved].passed

    def fails_again(self, names: frozenset[str]) -> bool:
        """Say whether a run anew fails as well."""
        pins, moved = self.project.with_moved(names, self.new)
        return not self._run(moved, pins, "the same once more").passed

    def closure(self, names: frozenset[str]) -> frozenset[str]:
        """Return these packages and those that must move along."""
        return self.project.with_moved(names, self.new)[1]

    def fewest_failed(self) -> frozenset[str]:
        """Return the smallest set of packages that was seen to fail."""
        return min((moved for moved, trial in self._judged.items() if not trial.passed), key=len)

    def failure(self, names: frozenset[str]) -> Trial:
        """Return the run of a set that was judged, as it moved."""
        return self._judged[names]

    def _run(self, moved: frozenset[str], pins: Pins, what: str) -> Trial:
        left = self._deadline - time.monotonic()
        if self._number >= self._limits.trials or left <= 0:
            raise Spent
        self._number += 1
        title = f"trial {self._number} of at most {self._limits.trials}: {what}"
        with step(title):
            patience = min(left, self._limits.patience)
            trial = self.project.run(self._test, pins, f"trial-{self._number}", patience)
        if not trial.passed and trial.seconds >= left:
            raise Spent  # it was cut short, which says nothing of the pins
        verdict = "passed" if trial.passed else f"failed ({trial.why})"
        self._tell(f"{title}: {verdict}, {trial.seconds:.1f} s")
        if 0 < len(moved) < len(self.could_move):
            self._tell(f"    {', '.join(sorted(moved))}")
        self._judged[moved] = trial
        return trial


def refresh(
    project: Project, constraints: Path, changelog: Path, test: str, limits: Limits, tell: Tell
) -> bool:
    """Move `constraints` to the newest versions if `test` passes with them; return whether it did.

    Args:
        constraints: what the project was rendered with; its comments stay.
        changelog: gets an entry that says what moved.

    Raises:
        RefreshError: the versions can't be resolved.
    """
    with step("resolving the newest versions"):
        trials = Trials(project, project.newest(), test, limits, tell)
    if not trials.moved:
        tell("nothing moved: all versions are the newest that pyproject.toml allows")
        return True
    tell(f"{len(trials.moved)} packages moved:")
    for move in trials.moved.values():
        tell(f"    {move}")
    try:
        passed = trials.everything().passed
    except Spent:
        raise RefreshError("the time was up before the tests ended: give it more MINUTES") from None
    if passed:
        write(constraints, trials.new)
        enter(changelog, list(trials.moved.values()))
        tell(f"green: {constraints.name} holds the new versions, and {changelog.name} names them")
        return True
    _blame(trials, tell)
    tell(f"red: {constraints.name} stays as it was; the output of each trial: {project.kept}")
    return False


def _blame(trials: Trials, tell: Tell) -> None:
    """Say which packages break the tests, or why nobody can tell."""
    if not trials.could_move:
        tell("no package has another version: what is new or gone above breaks the tests")
        return
    try:
        if not trials.nothing().passed:
            tell("the tests fail with the old versions too, so none of the new ones is to blame")
            return
        guilty = _guilty(trials)
        if not trials.fails_again(guilty):
            tell("the tests passed when the same was run once more: they are not stable")
            return
        tell("broken by the smallest set of packages that was found:")
    except Spent:
        guilty = trials.fewest_failed()
        tell("the limit of trials or time is reached; broken by one of these, or some together:")
    _name(guilty, trials, tell)


def _guilty(trials: Trials) -> frozenset[str]:
    """Return the packages without any of which the tests pass.

    A package that must move along can be the one that breaks them, whoever asks for it.
    """
    guilty = smallest(trials.could_move, trials.fails)
    while True:
        moved = trials.closure(guilty)
        along = moved - guilty
        if not along or len(trials.closure(along)) >= len(moved) or not trials.fails(along):
            return guilty
        guilty = smallest(sorted(along), trials.fails)


def _name(guilty: frozenset[str], trials: Trials, tell: Tell) -> None:
    moved = trials.closure(guilty)

    def listed(names: frozenset[str]) -> list[Move]:
        return [trials.moved[name] for name in sorted(names)]

    for move in listed(guilty):
        tell(f"    {move}")
    for move in listed(moved - guilty):
        tell(f"    {move} (must move along)")
    failed = trials.failure(moved)
    tell(f"the tests {failed.why}; the end of {failed.output.name}:\n{failed.end()}")
