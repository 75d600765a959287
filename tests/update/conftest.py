"""Fixtures of the tests of updates."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import release
from update.small import FIRST, SECOND, make_project


@pytest.fixture
def small_template(tmp_path: Path) -> Path:
    """Return a small template with two releases."""
    folder = tmp_path / "template"
    release(folder, "v1.0.0", FIRST)
    release(folder, "v2.0.0", SECOND)
    return folder


@pytest.fixture
def project(small_template: Path, tmp_path: Path) -> Path:
    """Return a project of the first release, committed."""
    return make_project(small_template, tmp_path / "project", {"share": 0.2})
