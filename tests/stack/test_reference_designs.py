"""Every other reference design, generated, installed and proved by its own tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from designs import REFERENCE
from projects import Project

OTHERS = {name: design for name, design in REFERENCE.items() if name != "offers"}


@pytest.mark.parametrize("name", OTHERS)
def test_it_lives(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It installs, its code is clean, and its tests pass."""
    project = Project(name, OTHERS[name], tmp_path / "project")
    project.make("setup", capsys, minutes=15)
    project.make("lint", capsys, minutes=5)
    project.make("test", capsys, minutes=15)
