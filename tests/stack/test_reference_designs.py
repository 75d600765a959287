"""Every other reference design, generated, installed and proved by its own tests and its story."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from designs import REFERENCE
from layout import ab_test
from projects import Project

OTHERS = {name: design for name, design in REFERENCE.items() if name != "offers"}

SIZE = 5_000
"""How many live in the toy world of a story that no test of the project tells."""


@pytest.mark.parametrize("name", OTHERS)
def test_it_lives(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It installs, its code is clean, its tests pass, and its story is told to the end."""
    project = Project(name, OTHERS[name], tmp_path / "project")
    project.make("setup", capsys, minutes=15)
    project.make("lint", capsys, minutes=5)
    project.make("test", capsys, minutes=15)
    if not ab_test(OTHERS[name]):  # else the story is among the tests
        project.make(f"demo SIZE={SIZE}", capsys, minutes=5)
        told = json.loads((project.folder / "reports" / "summary.json").read_text("utf-8"))
        assert told["requests"]["failed"] == 0
        assert told["requests"]["answered"] == told["requests"]["sent"] >= SIZE
        assert told["fallback"]["fallback"] == told["fallback"]["requests"] > 0
        assert any(gate["passed"] for gate in told["gates"][1:])
