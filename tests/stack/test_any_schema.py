"""The tests of a project hold on any valid schema: they draw their rows from it.

A team's schema is laid over the default one, or answers give it other windows. No data are there:
the tests of a project need none, wherever its source points.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from projects import Project
from support import ROOT

pytestmark = pytest.mark.slow

OVERLAYS = ROOT / "tests" / "overlays"
WITHOUT_TOY = "TESTS := not slow and not toy\n"
"""What a team beside whose data a toy world stands writes into `local.mk`, as Makefile says."""
HELD = "2019-04-01T00:00:00Z"


@dataclass(frozen=True)
class Case:
    """A project whose schema is not the default one.

    Attributes:
        answers: in place of the defaults.
        overlay: the folder with what a team edits, and with more answers.
        slices: of the overlay, which the model card names.
        held: whether the clock stands still, as where the data are history.
    """

    answers: Mapping[str, Any] = field(default_factory=dict)
    overlay: str = ""
    slices: Sequence[str] = ()
    held: bool = False


CASES = {
    "one kind of event": Case({"demo": False}, "one_kind", ["crowded"], held=True),
    "one kind of event beside a toy world": Case({}, "one_kind", ["crowded"], held=True),
    "one sum alone": Case({"demo": False}, "one_sum"),
    "windows of a day and of a quarter": Case({"short_window_days": 1, "long_window_days": 90}),
    "windows of whole weeks": Case(
        {
            "problem_type": "regression",
            "short_window_days": 14,
            "long_window_days": 56,
            "demo": False,
        }
    ),
    "no toy world, and a clock that is held": Case({"demo": False}, held=True),
}


@pytest.fixture(scope="module", params=CASES)
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the project of a case, with a team's edits."""
    case, folder = CASES[request.param], tmp_path_factory.mktemp("schema") / "project"
    overlay = OVERLAYS / case.overlay
    written = overlay / "answers.yml"
    own = yaml.safe_load(written.read_text(encoding="utf-8")) if case.overlay else {}
    answers = {**own, **case.answers}
    made = Project(request.param, answers, folder)
    if case.overlay:
        shutil.copytree(overlay / "project", folder, dirs_exist_ok=True)
        name_slices(folder / "docs" / "model_card.md", case.slices)
        if answers.get("demo", True):
            (folder / "local.mk").write_text(WITHOUT_TOY, encoding="utf-8")
    if case.held:
        edit(folder / "config" / "settings.yml", r"^as_of: null$", f"as_of: {HELD}")
    return made


def edit(path: Path, pattern: str, text: str) -> None:
    """Replace the one place in a file that fits."""
    new, places = re.subn(pattern, lambda _: text, path.read_text(encoding="utf-8"), flags=re.M)
    assert places == 1, f"{path} has {places} places like {pattern}"
    path.write_text(new, encoding="utf-8")


def name_slices(card: Path, slices: Sequence[str]) -> None:
    """Let the model card name these slices in place of the default ones."""
    names = ", ".join(f"`{name}`" for name in slices) or "none"
    edit(card, r"(?<=Slices on which it must hold: )`.*`(?= \(`problem/metric\.py`\))", names)


def test_it_is_clean(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Formatter, linter, type checker and import contracts find nothing."""
    project.make("setup", capsys, minutes=15)
    project.make("lint", capsys, minutes=5)


def test_its_tests_pass(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """`make test` is green before there are any data."""
    project.make("test", capsys, minutes=20)
