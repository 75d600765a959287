"""From every release to the working tree, untrusted, with a team's edits: nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import yaml
from pathspec import GitIgnoreSpec

from ml_scaffold.cli import main
from ml_scaffold.questions import Questionnaire
from ml_scaffold.source import git
from readers import assert_digests
from support import NEXT, ROOT, commit_all, every_release, files, of_the_first_layout, run
from update.edits import EDITS, make_all

both_ways = pytest.mark.parametrize(
    "way", ["copier", pytest.param("ml-scaffold", marks=pytest.mark.slow)]
)
YOURS = GitIgnoreSpec.from_lines(Questionnaire(ROOT).settings["_ownership"]["yours"])
STAMPS = {".copier-answers.yml"}
"""Files in which a fresh copy and an updated project may differ: they name the release."""


def generate(released: Path, release: str, project: Path, bin_folder: Path, *given: str) -> None:
    """Generate the default design from a release, less what is given, and commit it."""
    copy = [bin_folder / "copier", "copy", "--defaults", "--quiet", "--vcs-ref", release]
    copy += [part for each in given for part in ("--data", each)]
    done = run([*copy, released, project], released.parent)
    assert done.returncode == 0, done.stdout
    commit_all(project, "Start")


def update(way: str, project: Path, bin_folder: Path) -> str:
    """Update a project to the working tree, in one of the ways that a user has; return the talk."""
    if way == "copier":
        command: list[str | Path] = [bin_folder / "copier", "update", "--defaults"]
    else:
        command = [bin_folder / "ml-scaffold", "update", "--no-lock"]
    done = run(command, project)
    assert done.returncode == 0, done.stdout
    return done.stdout


def copied_once(name: str) -> bool:
    """Say whether a file is the team's from the first day, so that no update touches it."""
    return YOURS.match_file(name)


@pytest.fixture(scope="module")
def fresh(
    released: Path, bin_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., dict[str, bytes]]:
    """Give the files of the default design as the working tree generates it, by what is answered.

    A project keeps the defaults of the time of its birth.
    """

    @cache
    def of(*answers: str) -> dict[str, bytes]:
        project = tmp_path_factory.mktemp("fresh") / "project"
        generate(released, NEXT, project, bin_folder, *answers)
        return files(project)

    return of


@every_release
@both_ways
def test_no_edit_is_lost(
    way: str, release: str, released: Path, bin_folder: Path, tmp_path: Path
) -> None:
    """Each edit stands after an update, without a conflict: the template changed other things."""
    project = tmp_path / "project"
    generate(released, release, project, bin_folder)
    make_all(project)
    commit_all(project, "Ours")
    update(way, project, bin_folder)
    lost = [name for name, edit in EDITS.items() if not edit.stands(project)]
    assert lost == []
    unmerged = [
        name
        for name, content in files(project).items()
        if name.endswith(".rej")
        or any(line.startswith(b"<<<<<<<") for line in content.splitlines())
    ]
    assert unmerged == []


@every_release
@both_ways
def test_a_project_without_edits_becomes_a_fresh_copy(
    way: str,
    release: str,
    released: Path,
    fresh: Callable[..., dict[str, bytes]],
    bin_folder: Path,
    tmp_path: Path,
) -> None:
    """What is the template's is as in a fresh copy; what is the team's is as it was."""
    project = tmp_path / "project"
    generate(released, release, project, bin_folder)
    before = files(project)
    update(way, project, bin_folder)
    after = files(project)
    answered = yaml.safe_load(before[".copier-answers.yml"])
    kept = [name for name in ("birth", "latency_p50_ms") if name in answered]
    made = fresh(*(f"{name}={answered[name]}" for name in kept))
    ours = {name for name in after if copied_once(name)}
    new = {"feature_repo/own_views.py"}  # where there was none, a team's file begins as in a copy
    assert ours == new | {name for name in before if copied_once(name)}
    assert {name for name in ours - new if after[name] != before[name]} == set()
    assert {name for name in new if after[name] != made[name]} == set()
    theirs = {name for name in after if not copied_once(name)}
    assert theirs == {name for name in made if not copied_once(name)}
    assert {name for name in theirs if after[name] != made[name]} <= STAMPS
    folders = {path for path in project.rglob("*") if path.is_dir() and ".git" not in path.parts}
    assert [path for path in folders if not any(path.iterdir())] == []
    stored, given = (yaml.safe_load(each[".copier-answers.yml"]) for each in (after, made))
    assert stored == given  # in either way, so in both


MOVED = {
    "src/customer_offers/demo/report.py": "src/customer_offers/story/page/__init__.py",
    "src/customer_offers/clock.py": "src/customer_offers/ops/clock.py",
}
"""Files of every release of the first layout, and where they are now."""


@pytest.mark.slow
@of_the_first_layout
def test_an_edit_in_a_file_that_moved(
    release: str, released: Path, bin_folder: Path, tmp_path: Path
) -> None:
    """`ml-scaffold update` moves it along. Copier can't, and says so before it begins."""
    above = "from __future__ import annotations\n"
    mine = f"{above}# Ours.\n"
    for way, kept in (("ml-scaffold", True), ("copier", False)):
        project = tmp_path / way
        generate(released, release, project, bin_folder)
        for before in MOVED:
            text = (project / before).read_text(encoding="utf-8")
            (project / before).write_text(text.replace(above, mine), encoding="utf-8")
        commit_all(project, "Ours")
        told = update(way, project, bin_folder)
        for before, after in MOVED.items():
            assert not (project / before).exists()
            assert (mine in (project / after).read_text(encoding="utf-8")) == kept
        assert ("`make update` merges the same release and keeps them" in told) == (not kept)


@pytest.mark.slow
@of_the_first_layout
def test_an_edit_in_a_test_that_no_project_has_any_more(
    release: str,
    released: Path,
    bin_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is put aside and named; tests that nobody edited are gone."""
    project = tmp_path / "project"
    generate(released, release, project, bin_folder)
    edited, unedited = (project / "tests" / f"test_{name}.py" for name in ("registry", "artifact"))
    assert unedited.exists()
    mine = edited.read_text(encoding="utf-8") + "# Ours.\n"
    edited.write_text(mine, encoding="utf-8")
    commit_all(project, "Ours")
    assert main(["update", "--no-lock", str(project)]) == 1
    told = capsys.readouterr().out
    assert "because no project has it any more" in told
    assert edited.with_name("test_registry.py.yours").read_text(encoding="utf-8") == mine
    assert [each.name for each in (edited, unedited) if each.exists()] == []
    assert f"{unedited.name}.yours" not in told


@pytest.mark.slow
@every_release
def test_a_conflict_is_marked_and_both_sides_stand(
    release: str, released: Path, bin_folder: Path, tmp_path: Path
) -> None:
    """Where team and template changed the same line, the update fails and leaves both."""
    template = tmp_path / "template"
    git("clone", "--quiet", str(released), str(template))
    line = "# What the code writes\n"
    ignored = template / "template" / ".gitignore.jinja"
    text = ignored.read_text(encoding="utf-8")
    assert text.startswith(line)
    ignored.write_text(text.replace(line, "# What it writes\n"), encoding="utf-8")
    commit_all(template, "Theirs", "v99.1.0")
    project = tmp_path / "project"
    generate(template, release, project, bin_folder)
    mine = project / ".gitignore"
    mine.write_text(mine.read_text(encoding="utf-8").replace(line, "# Ours\n"), encoding="utf-8")
    commit_all(project, "Ours")
    assert main(["update", "--no-lock", str(project)]) == 1
    merged = mine.read_text(encoding="utf-8")
    assert "# Ours\n" in merged
    assert "# What it writes\n" in merged
    assert "<<<<<<<" in merged


@pytest.mark.slow
@of_the_first_layout
@both_ways
def test_an_edit_of_what_was_the_teams_is_marked_where_it_clashes(
    way: str, release: str, released: Path, bin_folder: Path, tmp_path: Path
) -> None:
    """The feature definitions were copied once; now they are merged, and no edit is overwritten."""
    project = tmp_path / "project"
    generate(released, release, project, bin_folder)
    file = project / "feature_repo" / "feature_definitions.py"
    _, *lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    mine = '"""Our own words."""\n'
    file.write_text("".join([mine, *lines]), encoding="utf-8")
    commit_all(project, "Ours")
    if way == "copier":
        update(way, project, bin_folder)
    else:
        assert main(["update", "--no-lock", str(project)]) == 1
    merged = file.read_text(encoding="utf-8")
    assert "<<<<<<<" in merged
    assert mine in merged
    assert "They follow from the schema" in merged


@pytest.mark.slow
@both_ways
def test_what_was_measured_outlives_another_answer(
    way: str, released: Path, bin_folder: Path, tmp_path: Path
) -> None:
    """Evidence is stored as it was given, a date as text, and the design's digests are right."""
    evidence = {"positive_rate": {"data": "o'rders: no", "date": "2026-05-04", "rows": 8000}}
    project = tmp_path / "project"
    generate(released, NEXT, project, bin_folder, f"evidence={json.dumps(evidence)}")
    if way == "copier":
        again = [bin_folder / "copier", "update", "--defaults", "--vcs-ref", NEXT]
        done = run([*again, "--data", "drift_threshold=0.25"], project)
        assert done.returncode == 0, done.stdout
    else:
        assert main(["update", "--to=same", "--set=drift_threshold=0.25", str(project)]) == 0
    stored = yaml.safe_load((project / ".copier-answers.yml").read_text(encoding="utf-8"))
    assert (stored["evidence"], stored["drift_threshold"]) == (evidence, 0.25)
    assert_digests(project)
    page = (project / "docs" / "design.md").read_text(encoding="utf-8")
    assert "measured on o'rders: no, 2026-05-04, 8,000 rows" in page


@pytest.mark.slow
@every_release
def test_a_recopy_keeps_what_is_the_teams(
    release: str, released: Path, bin_folder: Path, tmp_path: Path
) -> None:
    """`copier recopy` takes back edits of the template's files, but none of the team's."""
    project = tmp_path / "project"
    generate(released, release, project, bin_folder)
    make_all(project)
    commit_all(project, "Ours")
    ours = {name: content for name, content in files(project).items() if copied_once(name)}
    recopy = [bin_folder / "copier", "recopy", "--defaults", "--overwrite", "--quiet"]
    done = run(recopy, project)
    assert done.returncode == 0, done.stdout
    after = files(project)
    assert {name: after[name] for name in ours} == ours
    assert EDITS["own tests"].stands(project)
    assert EDITS["secrets that git ignores"].stands(project)
