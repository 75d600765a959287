"""The table of mutants fits what the template renders."""

from __future__ import annotations

from conftest import Render
from mutants.__main__ import PACKAGE
from mutants.table import check, read


def test_every_mutant_can_be_made(render: Render) -> None:
    """Each row's text stands once in the default design, and each test that it names is there."""
    project = render({})
    assert (project / "src" / PACKAGE).is_dir()
    check(read(), project)


def test_every_stage_has_mutants() -> None:
    """Each package of the generated project that guards something is broken somewhere."""
    folders = {mutant.file.removeprefix(f"src/{PACKAGE}/").partition("/")[0] for mutant in read()}
    stages = {"artifact", "experiment", "features", "flows", "monitoring", "problem", "registry"}
    assert folders >= stages | {"serving", "training", "feature_repo", "pyproject.toml"}
