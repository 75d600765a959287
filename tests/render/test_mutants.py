"""The table of mutants fits what the template renders."""

from __future__ import annotations

from conftest import Render
from designs import REFERENCE
from mutants.table import DEFAULT, check, read

PACKAGE = REFERENCE[DEFAULT]["package"]


def test_every_mutant_can_be_made(laid: Render) -> None:
    """Each row's text stands once in its design's project, and each test that it names is there."""
    rows = read()
    for design in {row.design for row in rows}:
        project = laid({} if design == DEFAULT else REFERENCE[design])
        assert (project / "src" / REFERENCE[design]["package"]).is_dir()
        check([row for row in rows if row.design == design], project)


def test_every_stage_has_mutants() -> None:
    """Each package of the generated project that guards something is broken somewhere."""
    folders = {mutant.file.removeprefix(f"src/{PACKAGE}/").partition("/")[0] for mutant in read()}
    rooms = {
        "artifact",
        "channels",
        "experiment",
        "features",
        "kind",
        "monitoring",
        "ops",
        "pipelines",
    }
    assert folders >= rooms | {"problem", "registry", "training", "feature_repo", "pyproject.toml"}
