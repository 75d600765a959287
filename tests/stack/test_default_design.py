"""The default design, generated, installed and proved by its own tests, with the real tools."""

from __future__ import annotations

import pytest

from bench.statistics.__main__ import PARTS, claims
from projects import Project


def test_it_installs(default_design: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """`make setup` brings everything, with the tested versions."""
    default_design.make("setup", capsys, minutes=15)


def test_its_code_is_clean(default_design: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Format, lint, types and import contracts hold in the project as rendered."""
    default_design.make("lint", capsys, minutes=5)


def test_its_tests_pass(default_design: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """`make test` of the project passes: the whole loop on toy data."""
    default_design.make("test", capsys, minutes=15)


def test_its_statistics_hold(default_design: Project) -> None:
    """A small simulation of each part of `make bench-statistics` finds no gross fault."""
    for part, names in PARTS.items():
        if "offers" in names:
            found = list(claims(part, default_design.folder, "small"))
            assert found
            assert [claim["what"] for claim in found if not claim["holds"]] == []
