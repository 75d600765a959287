"""The default design, generated, installed and proved by its own tests, with the real tools."""

from __future__ import annotations

import pytest

from projects import Project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the default design, generated from the working tree."""
    return Project("the default design", {}, tmp_path_factory.mktemp("offers") / "project")


def test_it_installs(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """`make setup` brings everything, with the tested versions."""
    project.make("setup", capsys, minutes=15)


def test_its_code_is_clean(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Format, lint, types and import contracts hold in the project as rendered."""
    project.make("lint", capsys, minutes=5)


def test_its_tests_pass(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """`make test` of the project passes: the whole loop on toy data."""
    project.make("test", capsys, minutes=15)
