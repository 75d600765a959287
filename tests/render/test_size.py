"""A generated project is small enough to own: whoever adds to it raises a bound, and says why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from conftest import Render

BOUNDS: tuple[tuple[Mapping[str, Any], int, int], ...] = (
    ({}, 215, 21_700),
    ({"demo": False}, 190, 18_800),
)
"""Answers, and how many files and lines a project with them has at most."""
TESTS = 3_530
"""Lines of tests that the default design ships, at most."""
MEDIAN = 90
"""Lines of the source file in the middle, at most."""


def lines(path: Path) -> int:
    """Return how many lines a file has, as `wc -l` counts."""
    return path.read_bytes().count(b"\n")


def sizes(project: Path, pattern: str = "**/*") -> list[int]:
    """Return the lines of each file of a project."""
    return [lines(path) for path in project.glob(pattern) if path.is_file()]


@pytest.mark.parametrize(("answers", "files", "total"), BOUNDS, ids=["default", "no demo"])
def test_a_project_has_few_files_and_lines(
    answers: Mapping[str, Any], files: int, total: int, render: Render
) -> None:
    """The whole project is bounded, with and without the story and the toy world."""
    found = sizes(render(answers))
    assert len(found) <= files
    assert sum(found) <= total


def test_what_ships_of_tests_is_what_a_team_needs(render: Render) -> None:
    """Tests of our own internals stand upstream."""
    assert sum(sizes(render({}), "tests/**/*.py")) <= TESTS


def test_a_module_has_one_reason_to_change(render: Render) -> None:
    """Half of the modules fit on two screens."""
    assert median(sizes(render({}), "src/**/*.py")) <= MEDIAN
