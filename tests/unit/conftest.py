"""Fixtures of what `ml-scaffold` does for a project that is there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from conftest import Render
from ml_scaffold.source import git


@pytest.fixture
def project(render: Render, tmp_path: Path) -> Path:
    """Return the default design, under git, neither committed nor installed."""
    folder = tmp_path / "project"
    shutil.copytree(render({}), folder)
    git("init", "--quiet", folder=folder)
    return folder
