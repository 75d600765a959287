"""The doctor: it tells what is missing, on machines that lack much."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from ml_scaffold import doctor, inside
from ml_scaffold.cli import main
from ml_scaffold.errors import ScaffoldError


def install(project: Path, text: str) -> None:
    """Give the project a Python that answers as `text`, a script, does when it runs a program."""
    python = inside.python(project)
    python.parent.mkdir(parents=True)
    begin = f'#!/bin/sh\nif [ "$1" = -c ]; then exec {sys.executable} "$@"; fi\n'
    python.write_text(f"{begin}{text}\n", encoding="utf-8")
    python.chmod(0o755)


def test_before_anything_is_installed_it_says_so(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is missing where the tests run, and `make setup` is what comes next."""
    assert main(["doctor", str(project)]) == 0
    printed = capsys.readouterr().out
    assert "note     packages   not installed yet\n" in printed
    assert "-> make setup" in printed
    assert "ok       design     design.yml and its documents are what" in printed
    assert printed.endswith("\nNothing needed is missing\n")


def test_it_asks_the_projects_own_python(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the program in the project prints stands in the table, and counts."""
    found = json.dumps([["settings", "port: too small", "missing", "mend it"]])
    install(project, f"echo '{found}'")
    assert main(["doctor", str(project)]) == 1
    printed = capsys.readouterr().out
    assert "MISSING  settings   port: too small\n" in printed
    assert "-> mend it\n" in printed
    assert printed.endswith("\n1 missing: see the arrows\n")


def test_code_that_cannot_be_imported_is_named(project: Path) -> None:
    """The last line of what Python says is what is wrong."""
    install(project, "echo 'Traceback' >&2; echo 'SyntaxError: x' >&2; exit 1")
    (broken,) = (each for each in doctor.diagnose(project) if each.what == "code")
    assert (broken.found, broken.verdict) == ("SyntaxError: x", "missing")


def test_what_is_missing_is_said_with_its_remedy(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without make the doctor says so, says what to do, and returns 1."""
    which = shutil.which
    monkeypatch.setattr(
        doctor.shutil, "which", lambda name: (name != "make" and which(name)) or None
    )
    assert main(["doctor", str(project)]) == 1
    printed = capsys.readouterr().out
    assert "MISSING  make" in printed
    assert "-> install make" in printed


@pytest.mark.parametrize(
    ("version", "verdict"),
    [("3.10.4", "missing"), ("3.11.0", "ok"), ("3.13.9", "ok"), ("3.14.0rc1", "note")],
)
def test_pythons_are_judged(version: str, verdict: str) -> None:
    """Too old is missing, newer than tested is a note."""
    assert doctor._python(version).verdict == verdict


def test_a_full_disk_is_seen(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The installation takes more than a project that is installed."""
    usage = shutil.disk_usage(project)._replace(free=2 * 2**30)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: usage)

    def verdict() -> str:
        return next(each.verdict for each in doctor.diagnose(project) if each.what == "free disk")

    assert verdict() == "missing"
    install(project, "echo '[]'")
    assert verdict() == "ok"


def test_a_design_that_was_edited_is_found(project: Path) -> None:
    """Each file is named, with what brings it back."""
    with (project / "design.yml").open("a", encoding="utf-8") as file:
        file.write("# by hand\n")
    (found,) = (each for each in doctor.diagnose(project) if each.what == "design")
    assert (found.verdict, found.found) == (
        "missing",
        "design.yml: is not what the answers make it",
    )
    assert "make redesign" in found.remedy


def test_a_folder_without_git_is_a_note(project: Path) -> None:
    """It can be looked at all the same."""
    shutil.rmtree(project / ".git")
    (found,) = (each for each in doctor.diagnose(project) if each.what == "history")
    assert (found.verdict, found.found) == ("note", "not a git repository")


def test_a_program_runs_in_the_project_with_its_name(project: Path) -> None:
    """The name of the package is filled in, and the folder is the project's."""
    text = '"${PYTHONPATH%%:*}/inside/doctor.py"'
    install(
        project, f"pwd; echo $2; grep -c customer_offers.settings {text}; grep -c '{{{{' {text}"
    )
    done = inside.run(project, "doctor")
    assert done.stdout.split() == [str(project), "inside.doctor", "1", "0"]
    (project / ".copier-answers.yml").write_text("package: a; b\n", encoding="utf-8")
    with pytest.raises(ScaffoldError, match="doesn't say what the package is called"):
        inside.run(project, "doctor")
    shutil.rmtree(project / ".venv")
    with pytest.raises(ScaffoldError, match="run `make setup`"):
        inside.run(project, "doctor")


def test_reproduce_runs_in_the_project(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """It gets run and seed, prints where we print, and its exit code is the command's."""
    install(project, 'echo "$@"; exit 1')
    assert main(["reproduce", str(project), "--run", "4f1c", "--seed", "8"]) == 1
    assert capfd.readouterr().out == "-m inside.reproduce 4f1c --seed 8\n"
    assert main(["reproduce", str(project), "--run", "3"]) == 1
    assert capfd.readouterr().out == "-m inside.reproduce 3\n"
