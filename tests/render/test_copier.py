"""The real `copier`, run as a user runs it: no flags, no trust, from a path or a URL."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
from pathlib import Path

import copier
import pytest
import yaml

from conftest import Render
from ml_scaffold import scaffold
from ml_scaffold.errors import ScaffoldError
from ml_scaffold.source import git
from support import NEXT, RELEASES, commit_all, files, run


def quarantine(folder: Path) -> dict[str, str]:
    """Return an environment whose home and temporary folder are in `folder`."""
    for name in ("home", "tmp"):
        (folder / name).mkdir()
    return {"HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp")}


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release["version"])
def test_each_release_can_be_generated(
    release: dict[str, str], released: Path, bin_folder: Path, tmp_path: Path
) -> None:
    """From every release a project is made, which records that release."""
    command = [bin_folder / "copier", "copy", "--defaults", "--vcs-ref", release["version"]]
    done = run([*command, released, tmp_path / "project"], tmp_path)
    assert done.returncode == 0, done.stdout
    stored = yaml.safe_load((tmp_path / "project" / ".copier-answers.yml").read_text("utf-8"))
    assert stored["_commit"] == release["version"]


@pytest.mark.parametrize("form", ["path", "url"])
def test_defaults_need_no_other_flag(
    form: str, released: Path, render: Render, bin_folder: Path, tmp_path: Path
) -> None:
    """`copier copy SOURCE DEST --defaults` makes the newest release, and nothing outside DEST."""
    env = quarantine(tmp_path)
    source = released if form == "path" else f"git+{released.as_uri()}"
    done = run([bin_folder / "copier", "copy", "--defaults", source, "project"], tmp_path, env)
    assert done.returncode == 0, done.stdout
    assert "make demo" in done.stdout
    outside = {name for name in files(tmp_path) if not name.startswith("project/")}
    assert outside == set()
    stored = yaml.safe_load((tmp_path / "project" / ".copier-answers.yml").read_text("utf-8"))
    assert stored["_commit"] == NEXT
    rendered, expected = files(tmp_path / "project"), files(render({}))
    del rendered[".copier-answers.yml"], expected[".copier-answers.yml"]
    assert rendered == expected


def answer_all(command: list[str | Path], cwd: Path) -> tuple[int, str]:
    """Run `command` on a terminal of its own and press Enter at every question.

    Returns its exit code and what it showed. Ends it after a minute of silence.
    """
    terminal, inside = pty.openpty()
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"},
        stdin=inside,
        stdout=inside,
        stderr=inside,
        start_new_session=True,
    )
    os.close(inside)
    shown = b""
    quiet = 0
    try:
        while quiet < 400:
            if select.select([terminal], [], [], 0.15)[0]:
                try:
                    shown += os.read(terminal, 65536)
                except OSError:  # the other end is closed
                    break
                quiet = 0
            elif process.poll() is not None:
                break
            else:
                quiet += 1
                if quiet % 2:
                    os.write(terminal, b"\r")
    finally:
        if process.poll() is None and quiet >= 400:
            process.kill()
        code = process.wait(30)
        os.close(terminal)
    return code, shown.decode("utf-8", "replace")


@pytest.mark.parametrize("program", ["copier", "ml-scaffold"])
def test_every_question_can_be_answered_with_enter(
    program: str, released: Path, bin_folder: Path, tmp_path: Path
) -> None:
    """Without any flag the questions are asked, and the defaults taken give the default design."""
    commands: dict[str, list[str | Path]] = {
        "copier": [bin_folder / "copier", "copy", released, "project"],
        "ml-scaffold": [bin_folder / "ml-scaffold", "new", "project", "--template", released],
    }
    code, shown = answer_all(commands[program], tmp_path)
    assert code == 0, shown
    assert "What is the project called, in words?" in shown
    stored = yaml.safe_load((tmp_path / "project" / ".copier-answers.yml").read_text("utf-8"))
    asked = run(
        [bin_folder / "copier", "copy", "--defaults", released, tmp_path / "defaults"], tmp_path
    )
    assert asked.returncode == 0
    default = yaml.safe_load((tmp_path / "defaults" / ".copier-answers.yml").read_text("utf-8"))
    assert stored == default


def test_a_typo_in_a_template_is_an_error(template: Path, bin_folder: Path, tmp_path: Path) -> None:
    """A name that no question has doesn't render as nothing."""
    copy = shutil.copytree(template, tmp_path / "template")
    (copy / "template" / "typo.txt.jinja").write_text("{{ entitty }}")
    done = run([bin_folder / "copier", "copy", "--defaults", copy, tmp_path / "project"], tmp_path)
    assert done.returncode != 0
    assert "'entitty' is undefined" in done.stdout


def test_what_a_machine_leaves_behind_is_not_copied(
    template: Path, render: Render, tmp_path: Path
) -> None:
    """Caches, bytecode and repositories inside the template's folder stay there."""
    copy = shutil.copytree(template, tmp_path / "template")
    for name in (
        ".git/config",
        "__pycache__/a.nbi",
        "src/b.pyc",
        ".DS_Store",
        "c~",
        ".ruff_cache/d",
    ):
        file = copy / "template" / name
        file.parent.mkdir(exist_ok=True)
        file.touch()
    copier.run_copy(str(copy), tmp_path / "project", defaults=True, quiet=True)
    assert set(files(tmp_path / "project")) == set(files(render({})))
    assert not (tmp_path / "project" / ".git").exists()


def test_a_users_settings_for_copier_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither their defaults nor their trust count when a project is made."""
    template, settings = tmp_path / "template", tmp_path / "settings.yml"
    template.mkdir()
    (template / "copier.yml").write_text("name: {type: str, default: ours}\n", encoding="utf-8")
    (template / "file.txt.jinja").write_text("{{ name }}\n", encoding="utf-8")
    settings.write_text(f"defaults: {{name: theirs}}\ntrust: [{template}]\n", encoding="utf-8")
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(settings))
    scaffold.render(str(template), "HEAD", tmp_path / "project", {})
    assert (tmp_path / "project" / "file.txt").read_text(encoding="utf-8") == "ours\n"
    with (template / "copier.yml").open("a", encoding="utf-8") as file:
        file.write("_tasks: [touch ran]\n")
    with pytest.raises(ScaffoldError, match="unsafe feature"):
        scaffold.render(str(template), "HEAD", tmp_path / "other", {})


def test_an_update_keeps_what_is_the_teams(
    released: Path, bin_folder: Path, tmp_path: Path
) -> None:
    """An untrusted update brings the template's changes and leaves the team's own parts alone."""
    template = tmp_path / "template"
    git("clone", "--quiet", str(released), str(template))
    git("checkout", "--quiet", "-B", "main", NEXT, folder=template)
    project = tmp_path / "project"
    copy = run([bin_folder / "copier", "copy", "--defaults", template, project], tmp_path)
    assert copy.returncode == 0, copy.stdout
    problem = project / "src" / "customer_offers" / "problem"
    ours = [project / "config" / "settings.yml", *sorted(problem.glob("*.py"))]
    for file in ours:
        file.write_text(file.read_text(encoding="utf-8") + "# the team's\n", encoding="utf-8")
    ours.pop().unlink()
    commit_all(project, "Ours")

    for file in (template / "template").rglob("*"):
        if file.is_file() and (file.suffix in {".py", ".yml"} or file.name == "LICENSE.jinja"):
            file.write_text(file.read_text("utf-8") + "# the template's\n", encoding="utf-8")
    brought = template / "template" / "{{ part.classification }}" / "src" / "{{ package }}"
    (brought / "problem" / "added.py").touch()
    commit_all(template, "After", "v99.1.0")
    before = files(project)
    update = run([bin_folder / "copier", "update", "--defaults"], project)
    assert update.returncode == 0, update.stdout

    after = files(project)
    for file in ours:
        name = file.relative_to(project).as_posix()
        assert after[name] == before[name], name
    kept = {name for name in before if "/problem/" in name}
    assert {name for name in after if "/problem/" in name} == kept
    assert b"# the template's" in after["LICENSE"]
    assert b"_commit: v99.1.0" in after[".copier-answers.yml"]

    recopy = run([bin_folder / "copier", "recopy", "--defaults", "--overwrite"], project)
    assert recopy.returncode == 0, recopy.stdout
    for file in ours:
        name = file.relative_to(project).as_posix()
        assert file.read_bytes() == before[name], name
