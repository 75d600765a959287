"""What CI proves: all designs while they fit, then the changed ones and the others in turns."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import changes
import folders
from changes import due, paths
from mutants.table import Mutant, touched
from support import ROOT

DESIGNS = {
    "a": ["http", "classification"],
    "b": ["batch", "classification"],
    "c": ["batch", "regression"],
    "d": ["http", "regression"],
}


def test_all_are_due_while_they_fit() -> None:
    """Nothing is left out for want of a change."""
    assert due(DESIGNS, [], 7, fit=4) == list(DESIGNS)


def test_what_has_a_changed_part_is_due() -> None:
    """Whoever's turn it is, what changed is proved."""
    assert due(DESIGNS, ["regression"], 1, fit=3) == ["b", "c", "d"]


def test_each_has_its_turn() -> None:
    """In three commits every design was proved, also where nothing changed."""
    turns = [due(DESIGNS, [], commits, fit=3) for commits in (30, 31, 32)]
    assert sorted(chain(*turns)) == sorted(DESIGNS)
    assert max(map(len, turns)) < len(DESIGNS)


def test_files_are_named_as_the_project_names_them() -> None:
    """A module and a test are found by their path; a passage is no file of a project."""
    package = folders.File(Path("x"), "src/package/kind/labels.py", ("regression",), False)
    test = folders.File(Path("y"), "tests/test_gate.py", (), False)
    passage = folders.File(Path("z"), "README.md/serve", ("http",), True)
    assert paths([package, test, passage], "p") == {"src/p/kind/labels.py", "tests/test_gate.py"}


def test_a_mutant_is_touched_by_its_file_or_a_test() -> None:
    """Whichever of the guard and its tests changed, they are tried on each other again."""
    mutant = Mutant("m", "src/p/a.py", "x", "y", ("tests/test_a.py::test_x",))
    assert touched([mutant], {"src/p/a.py"}) == [mutant]
    assert touched([mutant], {"tests/test_a.py"}) == [mutant]
    assert touched([mutant], {"src/p/b.py", "tests/test_b.py"}) == []


def test_what_changed_is_told_from_the_history() -> None:
    """A file that the newest release has not is a changed one; the licence is as it was."""
    found = {file.source.relative_to(ROOT).as_posix() for file in changes.changed()}
    assert all(name.startswith(("template/", "tests/internals/")) for name in found)
    assert "template/LICENSE.jinja" not in found
