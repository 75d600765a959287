"""A project's design, documents and answers agree, and whatever breaks that is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from ml_scaffold.check import Fault
from ml_scaffold.cli import main
from ml_scaffold.consistency import DIGESTS_FILE, faults
from ml_scaffold.project import ANSWERS_FILE
from ml_scaffold.source import git
from support import run


def test_a_new_project_is_consistent(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is wrong, and that is said."""
    assert faults(project) == []
    assert main(["check", str(project)]) == 0
    assert "what the answers say; no merge is left" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["design.yml", "docs/design.md"])
def test_an_edit_by_hand_is_named(
    name: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One more blank in a file that comes from the answers is seen, and so is its absence."""
    with (project / name).open("a", encoding="utf-8") as file:
        file.write(" ")
    (fault,) = faults(project)
    assert (fault.key, fault.severity) == (name, "error")
    assert fault.message.startswith("is not what the answers make it.")
    assert "make redesign" in fault.message
    assert main(["check", str(project)]) == 1
    assert f"\n  {name}: is not what" in capsys.readouterr().out
    (project / name).unlink()
    (fault,) = faults(project)
    assert fault.message.startswith("No such file")


def test_an_answer_changed_by_hand_is_named(project: Path) -> None:
    """An answer has effect only where all that follows from it is made anew."""
    file = project / ANSWERS_FILE
    answers = yaml.safe_load(file.read_text(encoding="utf-8"))
    answers["drift_threshold"] += 0.01
    file.write_text(yaml.safe_dump(answers), encoding="utf-8")
    (fault,) = faults(project)
    assert fault.key == ANSWERS_FILE
    assert fault.message.startswith("is not what the answers make it.")


def test_what_follows_from_no_answer_may_be_edited(project: Path) -> None:
    """Settings, pages and code are a team's to change: what the answers make is not."""
    for name in ("config/settings.yml", "docs/features.md", "docs/runbook.md", "README.md"):
        with (project / name).open("a", encoding="utf-8") as file:
            file.write("\n# ours\n")
    assert faults(project) == []
    lines = (project / DIGESTS_FILE).read_text(encoding="utf-8").splitlines()
    assert {line.split()[-1] for line in lines[1:]} == {"design.yml", "docs/design.md"}


def test_the_release_and_the_order_of_answers_do_not_matter(project: Path) -> None:
    """Copier's own entries and a reordering change no answer."""
    file = project / ANSWERS_FILE
    answers = yaml.safe_load(file.read_text(encoding="utf-8"))
    answers["_commit"] = "v9.9.9"
    file.write_text(yaml.safe_dump(answers, sort_keys=True), encoding="utf-8")
    assert faults(project) == []


@pytest.mark.parametrize("content", [b"\xff", b"a: [", b"just text"])
def test_answers_that_cannot_be_read_are_named(content: bytes, project: Path) -> None:
    """A file that is no YAML, or holds no answers, isn't what the digest is of."""
    (project / ANSWERS_FILE).write_bytes(content)
    (fault,) = faults(project)
    assert fault.key == ANSWERS_FILE


def test_missing_digests_are_named(project: Path) -> None:
    """Without the digests nothing can be said, and that is said."""
    (project / DIGESTS_FILE).unlink()
    (fault,) = faults(project)
    assert (fault.key, fault.message[:12]) == (DIGESTS_FILE, "No such file")


def test_what_a_merge_left_is_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Conflict markers are named with their line, what lies beside its place with its file."""
    (project / "a.py").write_text("x = 1\n" + "<" * 7 + " before updating\nx = 2\n")
    (project / "b.py.rej").write_text("x = 3\n")
    (project / "var").mkdir(exist_ok=True)
    (project / "var" / "c.py.yours").write_text("x = 4\n")  # git ignores the folder
    marker, rejected, aside = faults(project)
    assert (marker.key, marker.message[:27]) == ("a.py", "line 2 is a conflict marker")
    assert rejected == Fault("b.py.rej", rejected.message)
    assert rejected.message.startswith("was left by a merge")
    assert aside.key == "var/c.py.yours"
    assert aside.message.startswith("holds edits of yours")
    assert main(["check", "--json", str(project)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["file"], told["ok"]) == (str(project), False)
    assert told["faults"][0] == vars(marker)


def test_what_is_no_project_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder without answers has no design to agree with."""
    assert main(["check", str(tmp_path)]) == 2
    assert f"{tmp_path} is no generated project" in capsys.readouterr().err


def test_the_workflow_finds_what_it_can_without_the_template(project: Path) -> None:
    """The lines of CI see an edited file and a conflict marker, and nothing in a new project."""
    workflow = yaml.safe_load((project / ".github" / "workflows" / "ci.yml").read_text("utf-8"))
    (script,) = (
        step["run"] for step in workflow["jobs"]["lint"]["steps"] if "sha256sum" in str(step)
    )
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script]
    git("add", "--all", folder=project)
    assert run(command, project).returncode == 0
    page, readme = project / "docs" / "design.md", project / "README.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(f"{text}\n", encoding="utf-8")
    done = run(command, project)
    assert (done.returncode, "docs/design.md: FAILED" in done.stdout) == (1, True)
    page.write_text(text, encoding="utf-8")
    readme.write_text("<" * 7 + " before updating\n", encoding="utf-8")
    assert run(command, project).returncode == 1
