"""Fixtures of all tests."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import copier
import pytest

from internals import lay_over
from ml_scaffold.questions import Questionnaire
from projects import Project
from support import ROOT, clone_with_releases, commit_all, copy_template

Render = Callable[[Mapping[str, Any]], Path]


@pytest.fixture(autouse=True)
def _machine_of_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Run as where git knows nobody and Copier has cached nothing, also inside a git hook."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    monkeypatch.setenv("COPIER_CACHE_DIR", str(tmp_path.with_name(f"{tmp_path.name}-cache")))


@pytest.fixture(scope="session")
def questionnaire() -> Questionnaire:
    """Return the questions of this template."""
    return Questionnaire(ROOT)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the template as it stands, without history."""
    return copy_template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def repository(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository of the template as it stands, without any tag."""
    folder = tmp_path_factory.mktemp("repository") / "repository"
    shutil.copytree(template, folder, symlinks=True)
    commit_all(folder, "The template")
    return folder


@pytest.fixture(scope="session")
def released(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a clone of this repository with all releases, the working tree its newest."""
    return clone_with_releases(tmp_path_factory.mktemp("released") / "ml-scaffold", template)


@pytest.fixture(scope="session")
def render(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Render:
    """Return a function that renders the template with some answers, once for each set of them."""
    done: dict[str, Path] = {}

    def render(answers: Mapping[str, Any]) -> Path:
        key = repr(sorted(answers.items()))
        if key not in done:
            folder = tmp_path_factory.mktemp("project") / "project"
            copier.run_copy(
                str(template),
                folder,
                dict(answers),
                defaults=True,
                quiet=True,
                settings=copier.Settings(),
            )
            done[key] = folder
        return done[key]

    return render


@pytest.fixture(scope="session")
def laid(render: Render, tmp_path_factory: pytest.TempPathFactory) -> Render:
    """Return a function that does so too, and lays the tests of our internals over the project."""
    done: dict[Path, Path] = {}

    def laid(answers: Mapping[str, Any]) -> Path:
        project = render(answers)
        if project not in done:
            folder = tmp_path_factory.mktemp("laid") / "project"
            shutil.copytree(project, folder, symlinks=True)
            lay_over(folder)
            done[project] = folder
        return done[project]

    return laid


@pytest.fixture(scope="session")
def default_design(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the default design as a project, which the first test that needs it installs."""
    return Project("the default design", {}, tmp_path_factory.mktemp("offers") / "project")


@pytest.fixture(scope="session")
def bin_folder() -> Path:
    """Return where the command-line tools of the running Python lie."""
    return Path(sys.executable).parent
