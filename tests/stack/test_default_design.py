"""The default design, generated, installed and proved by its own tests, with the real tools."""

from __future__ import annotations

import pytest

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
