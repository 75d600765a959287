"""A project of each release, edited by a team and updated, is proved by its own tests."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from internals import lay_over
from ml_scaffold.source import git
from projects import run_make
from support import NEXT, RELEASES, commit_all, run
from update.edits import EDITS, make_all


@pytest.fixture(scope="module", params=[release["version"] for release in RELEASES])
def project(
    request: pytest.FixtureRequest,
    released: Path,
    bin_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Return the default design of a release, with every standard edit, committed."""
    folder = tmp_path_factory.mktemp("updated") / "project"
    copy = [bin_folder / "copier", "copy", "--defaults", "--quiet", "--vcs-ref", request.param]
    done = run([*copy, released, folder], folder.parent)
    assert done.returncode == 0, done.stdout
    commit_all(folder, "Start")
    make_all(folder)
    commit_all(folder, "Ours")
    return folder


def test_it_is_updated(project: Path, bin_folder: Path) -> None:
    """The update keeps every edit, and pins what the merged project asks for."""
    done = run([bin_folder / "ml-scaffold", "update"], project)
    assert done.returncode == 0, done.stdout
    assert [name for name, edit in EDITS.items() if not edit.stands(project)] == []
    assert "\nhumanize==" in (project / "constraints.txt").read_text(encoding="utf-8")
    _give_a_place_to_ours(project)
    lay_over(project)
    commit_all(project, f"Update to {NEXT}, and the tests of our internals")


@pytest.mark.parametrize(("target", "minutes"), [("setup", 15), ("check", 1), ("test", 15)])
def test_it_lives(
    target: str, minutes: float, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It installs, its design agrees with its answers, and its tests pass."""
    run_make(project, target, "the updated project", capsys, minutes)


def test_the_commands_of_the_project_reach_the_template(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`make outdated`, `redesign` and `update` run the command of the template's release."""
    for target in ("outdated", "update"):
        told = run_make(project, target, "the updated project", capsys, 5)
        assert NEXT in told
        assert git("status", "--porcelain", folder=project) == ""
    for target in ("doctor", "docs"):
        run_make(project, target, "the updated project", capsys, 5)
    run_make(project, "redesign drift_threshold=0.3", "the updated project", capsys, 5)
    answers = yaml.safe_load((project / ".copier-answers.yml").read_text(encoding="utf-8"))
    assert answers["drift_threshold"] == 0.3
    design = yaml.safe_load((project / "design.yml").read_text(encoding="utf-8"))
    assert design["monitoring"]["drift_threshold"] == 0.3
    changed = {line[3:] for line in git("status", "--porcelain", folder=project).splitlines()}
    assert changed == {".copier-answers.yml", "design.sha256", "design.yml", "docs/design.md"}
    run_make(project, "check", "the updated project", capsys, 1)


def _give_a_place_to_ours(project: Path) -> None:
    """Name the team's own module in the import contract, as the contract's comment asks."""
    contract = project / "pyproject.toml"
    text = contract.read_text(encoding="utf-8")
    below_all = '    "errors",\n]'
    assert text.count(below_all) == 1
    text = text.replace(below_all, '    "errors",\n    "ours",\n]')
    contract.write_text(text, encoding="utf-8")
