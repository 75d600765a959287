"""What the hooks are for: the harm that is done without each, and that there is none with it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from ml_scaffold.hooks import after_new, after_update
from ml_scaffold.hooks.after_update import Settled
from ml_scaffold.migrations import FOLDER
from ml_scaffold.questions import Questionnaire
from ml_scaffold.scaffold import render
from support import DONE, ROOT, copy_template, files, release
from support import run as command
from update.small import LINES, SECOND, edit, make_project, plainly, run


def stored(project: Path) -> Mapping[str, Any]:
    """Return the answers file of a project."""
    return yaml.safe_load((project / ".copier-answers.yml").read_text("utf-8"))


def test_before_an_update_refused_answers(small_template: Path, tmp_path: Path) -> None:
    """Copier puts the default in the place of an answer that new rules refuse, without a word."""
    project = make_project(small_template, tmp_path / "project", {"share": 0.4})
    twin = shutil.copytree(project, tmp_path / "twin")
    plainly(twin)
    assert stored(twin)["share"] == 0.2
    assert run(project) == 1
    assert stored(project)["share"] == 0.4


def test_before_an_update_fixed_answers(project: Path, tmp_path: Path) -> None:
    """Copier takes another answer to what was decided once and for all."""
    twin = shutil.copytree(project, tmp_path / "twin")
    plainly(twin, born="there")
    assert stored(twin)["born"] == "there"
    assert run(project, "--set", "born=there") == 1
    assert stored(project)["born"] == "here"


OURS = LINES.replace("line 5\n", "ours\n")
COMPUTED = {
    "copier.yml": str(SECOND["copier.yml"])
    + 'twice:\n  type: float\n  when: false\n  default: "{{ share * 2 }}"\n',
    "template/twice.txt.jinja": "{{ twice }}\n",
    "template/{% if twice < 1 %}small.txt{% endif %}": LINES,
}


def test_before_an_update_computed_answers(
    small_template: Path, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Copier takes an answer to what follows from the others, and merges with what never was."""
    release(small_template, "v3.0.0", SECOND | COMPUTED)
    release(small_template, "v4.0.0", SECOND | COMPUTED)
    assert run(project, "--to", "v3.0.0") == 0
    edit(project, {})
    twin = shutil.copytree(project, tmp_path / "twin")
    plainly(twin, twice=7)
    assert (twin / "twice.txt").read_text() == "7.0\n"
    assert run(project, "--set", "twice=7") == 1
    assert "  twice: follows from the other answers" in capsys.readouterr().err
    answers = (project / ".copier-answers.yml").read_text("utf-8")
    edit(project, {".copier-answers.yml": f"{answers}twice: 7\n", "small.txt": OURS})
    twin = shutil.copytree(project, tmp_path / "another")
    plainly(twin)
    assert "<<<<<<<" in (twin / "small.txt").read_text()
    assert run(project) == 2
    assert "remove twice there and commit; nothing was changed" in capsys.readouterr().err
    edit(project, {".copier-answers.yml": answers})
    assert run(project) == 0
    assert (project / "small.txt").read_text() == OURS


def test_before_an_update_computed_answers_of_ours(
    released: Path, bin_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rules of ours keep Copier from taking one, by a traceback; the hook says what to remove."""
    project = tmp_path / "project"
    render(str(released), DONE[0], project, {})
    answers = (project / ".copier-answers.yml").read_text("utf-8")
    edit(project, {".copier-answers.yml": f"{answers}real_time: false\n"})
    before = files(project)
    done = command([bin_folder / "copier", "update", "--defaults"], project)
    assert done.returncode != 0
    assert "Traceback" in done.stdout
    assert "'real_time': follows from the other answers" in done.stdout
    assert run(project) == 2
    assert "remove real_time there and commit; nothing was changed" in capsys.readouterr().err
    assert files(project) == before


def test_after_an_update_edits_are_there(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copier removes edits with the file that moved, or that is gone; so would the merge alone."""
    edit(project, {"old name.txt": OURS, "gone.txt": OURS, "logo.bin": b"\0ours"})
    twin = shutil.copytree(project, tmp_path / "twin")
    plainly(twin)
    assert not any(b"ours" in content for content in files(twin).values())
    alone = shutil.copytree(project, tmp_path / "alone")
    with monkeypatch.context() as patched:
        patched.setattr(after_update, "settle", lambda *_: Settled({}, {}, (), ()))
        assert run(alone) == 0
    assert {name for name, content in files(alone).items() if b"ours" in content} == {
        "new name.txt"
    }
    assert run(project) == 1
    assert {name for name, content in files(project).items() if b"ours" in content} == {
        "gone.txt.yours",
        "logo.bin",
        "new name.txt",
    }


def test_without_its_table_a_moved_edit_would_be_put_aside(
    small_template: Path, project: Path
) -> None:
    """What tells a move from a deletion is the table alone."""
    release(small_template, "v3.0.0", {k: v for k, v in SECOND.items() if "migrations" not in k})
    edit(project, {"old name.txt": OURS})
    assert run(project) == 1
    assert (project / "old name.txt.yours").read_text() == OURS
    assert (project / "new name.txt").read_text() == LINES


def test_after_an_update_what_is_missed_is_told(
    project: Path, bin_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Copier says nothing of what the release changed in a file that the team removed."""
    edit(project, {"text.txt": None})
    twin = shutil.copytree(project, tmp_path / "twin")
    done = command([bin_folder / "copier", "update", "--defaults"], twin)
    assert done.returncode == 0
    assert "text.txt" not in done.stdout
    assert run(project) == 0
    assert "you removed or renamed it:\n    text.txt\n" in capsys.readouterr().out


def test_after_an_update_versions_are_pinned(
    small_template: Path, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copier merges two lists of versions as text; what was asked for may be in neither."""
    pinned = SECOND | {
        "template/pyproject.toml": "[project]\n",
        "template/constraints.txt": "merged\n",
        "template/Makefile": "lock:\n\techo locked > constraints.txt\n",
    }
    release(small_template, "v3.0.0", pinned)
    twin = shutil.copytree(project, tmp_path / "twin")
    with monkeypatch.context() as patched:
        patched.setattr(after_update, "lock", lambda _: None)
        assert run(twin) == 0
    assert (twin / "constraints.txt").read_text() == "merged\n"
    assert run(project) == 0
    assert (project / "constraints.txt").read_text() == "locked\n"


def test_after_a_new_project_weak_answers_are_told(
    template: Path, bin_folder: Path, tmp_path: Path
) -> None:
    """Copier takes answers that are weak together without a word: it has no warnings."""
    weak = ["--data", "retraining=scheduled", "--data", "retraining_schedule=monthly"]
    project = tmp_path / "project"
    done = command(
        [bin_folder / "copier", "copy", "--defaults", *weak, template, project], tmp_path
    )
    assert done.returncode == 0
    assert "an alarm would wait a month" not in done.stdout
    welcome, weak_answers = after_new.told(project, Questionnaire(template))
    assert "make setup" in welcome
    assert "warning: retraining: an alarm would wait a month" in weak_answers
    assert weak_answers.endswith("there, `make redesign KEY=VALUE` changes an answer\n")


def test_the_wheel_has_the_hooks_and_no_tables(tmp_path: Path) -> None:
    """The installed command runs its own hooks, and reads the tables of the release it checks out.

    Built from a copy without history, as uv builds it from a clone.
    """
    copy = copy_template(tmp_path / "copy")
    assert (copy / "generator" / "ml_scaffold" / "hooks").is_symlink()
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "out")]
    subprocess.run(build, cwd=copy, check=True, capture_output=True)
    (wheel,) = (tmp_path / "out").glob("*.whl")
    shutil.unpack_archive(wheel, tmp_path / "installed", "zip")
    package = tmp_path / "installed" / "ml_scaffold"
    hooks = {path.name for path in (package / "hooks").rglob("*")}
    assert hooks == {path.name for path in (ROOT / "hooks").glob("*.py")}
    asked = "from ml_scaffold import update; print(update.after_update.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", asked],
        env={"PYTHONPATH": str(tmp_path / "installed")},
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == str(package / "hooks" / "after_update.py")


def test_hooks_hold_code_and_migrations_hold_none() -> None:
    """Each hook is a module with a docstring; beside tables there is nothing in their folder."""
    assert {path.suffix for path in (ROOT / FOLDER).iterdir()} == {".yml"}
    told = (ROOT / "hooks" / "README.md").read_text("utf-8")
    for path in (ROOT / "hooks").glob("*_*.py"):
        if path.name != "__init__.py":
            assert f"`{path.name}`" in told
