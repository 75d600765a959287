"""Parts as Copier renders them: the worked example of CONTRIBUTING, and `part` given by hand."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import copier
import pytest

import folder_guards
from conftest import Render
from ml_scaffold.questions import Questionnaire
from support import ROOT, commit_all, files, run

BLOCK = re.compile(r"^```\w+ (\S[^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
"""A file's name and what belongs into it, as `CONTRIBUTING.md` writes them."""
COMPUTED = {".copier-answers.yml", "design.sha256"}
PICKED = 'part:\n  toy: ""\n  http: ""\n'


def follow(text: str, template: Path) -> None:
    """Do what a document says to a copy of the template.

    A block goes to the end of its file, which may be new, or takes the place of the line that it
    begins with, where the file has it.
    """
    section = text.split("\n## Adding a part\n", 1)[1].split("\n## ", 1)[0]
    for name, block in BLOCK.findall(section):
        file = template / name
        file.parent.mkdir(parents=True, exist_ok=True)
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        first = block.splitlines(keepends=True)[0]
        file.write_text(before.replace(first, block) if first in before else f"{before}{block}")


def rendered(template: Path, folder: Path, answers: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the files of a project, less those that hold all answers or their digest."""
    copier.run_copy(str(template), folder, dict(answers), defaults=True, quiet=True)
    return {name: content for name, content in files(folder).items() if name not in COMPUTED}


def test_a_part_is_added_as_the_document_shows(
    template: Path, render: Render, tmp_path: Path
) -> None:
    """Its file and its line are there where the answer picks it, and nothing else is elsewhere."""
    changed = tmp_path / "template"
    shutil.copytree(template, changed)
    follow((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), changed)
    faults = folder_guards.faults(Questionnaire(changed), changed / "template")
    assert [each for said in faults.values() for each in said] == []
    before = {name: text for name, text in files(render({})).items() if name not in COMPUTED}
    assert rendered(changed, tmp_path / "without", {}) == before
    with_it = rendered(changed, tmp_path / "with", {"contact_page": True})
    assert with_it.keys() - before.keys() == {"docs/contact.md"}
    assert with_it.pop("docs/contact.md").startswith(b"# Whom to ask\n\nML team answers for")
    assert {name for name in before if with_it[name] != before[name]} == {"README.md"}
    added = set(with_it["README.md"].splitlines()) - set(before["README.md"].splitlines())
    assert added == {b"| `docs/contact.md` | whom to ask | yours |"}


def test_nobody_picks_a_part_by_hand(template: Path, bin_folder: Path, tmp_path: Path) -> None:
    """`part` follows from the answers: another one is refused, before anything is written."""
    command = [bin_folder / "copier", "copy", "--defaults", "--data", "part={toy: ''}", template]
    done = run([*command, "project"], tmp_path)
    assert done.returncode != 0
    assert "'part': follows from the other answers: leave it out" in done.stdout
    assert not files(tmp_path)


def test_a_part_in_the_answers_file_changes_nothing(
    template: Path, bin_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plain update is refused, and a project that is copied anew has what its answers pick."""
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "tests")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "tests@localhost")
    source, project = tmp_path / "template", tmp_path / "project"
    shutil.copytree(template, source)
    commit_all(source, "One release", "v98.0.0")
    copier.run_copy(str(source), project, defaults=True, quiet=True)
    before = files(project)
    answers = project / ".copier-answers.yml"
    answers.write_text(answers.read_text(encoding="utf-8") + PICKED, encoding="utf-8")
    commit_all(project, "A project in which somebody wrote a part into the answers")
    makefile = source / "template" / "Makefile.jinja"
    makefile.write_text(makefile.read_text(encoding="utf-8") + "# newer\n", encoding="utf-8")
    commit_all(source, "Another release", "v99.0.0")
    done = run([bin_folder / "copier", "update", "--defaults"], project)
    assert done.returncode != 0
    assert "'part': follows from the other answers: leave it out" in done.stdout
    assert files(project) == {**before, answers.name: answers.read_bytes()}
    command = [bin_folder / "copier", "recopy", "--defaults", "--overwrite"]
    assert run([*command, "--vcs-ref", "v98.0.0"], project).returncode == 0
    assert files(project) == before


@pytest.mark.parametrize(
    ("answers", "tellers"),
    [({}, ["commands.demo", "toy"]), ({"demo": False, "replay": True}, [])],
    ids=str,
)
def test_production_does_without_the_story(
    answers: dict[str, Any], tellers: list[str], render: Render
) -> None:
    """Wherever there is a story, only what tells it may import it."""
    settings = tomllib.loads((render(answers) / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (allowed,) = (each["allowed_importers"] for each in contracts if each["id"] == "story")
    assert [name.partition(".")[2] for name in allowed] == tellers


@pytest.mark.parametrize(
    "answers",
    [
        {"demo": False},
        {"demo": False, "problem_type": "regression"},
        {"demo": False, "replay": True},
    ],
    ids=str,
)
def test_texts_speak_of_what_is_there(answers: dict[str, Any], laid: Render) -> None:
    """Without a toy world no page, code or test speaks of one; without a story of none."""
    absent = "toy" if answers.get("replay") else "demo|toy|story|stories"
    # Names are read as well, such as `toy_world`; "history" is not one of these words.
    word = re.compile(rf"(?<![a-z])({absent})(?![a-z])", re.IGNORECASE)
    for name, content in files(laid(answers)).items():
        if name != ".copier-answers.yml":
            said = word.search(content.decode())
            assert not said, f"{name}: {said}"
