"""Nobody has to trust the template: it runs no code, and writes nowhere but into the project."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ml_scaffold.errors import ScaffoldError
from ml_scaffold.scaffold import render
from support import ROOT, commit_all, every_release, run

FLAGS = {"--trust", "--UNSAFE"}


def everything(folder: Path) -> dict[str, bytes | str]:
    """Return all below `folder` by relative path, git's own files and links among it."""
    found: dict[str, bytes | str] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            found[str(path.relative_to(folder))] = str(path.readlink())
        else:
            found[str(path.relative_to(folder))] = path.read_bytes() if path.is_file() else "folder"
    return found


@every_release
def test_nothing_is_written_outside_the_project(
    release: str, released: Path, bin_folder: Path, tmp_path: Path
) -> None:
    """Copy and update ask for no trust, and leave home, temporary files and template as they were.

    All of it lies in one folder, so that a way out of the project by `..` would be seen, too.
    """
    shutil.copytree(released, tmp_path / "template", symlinks=True)
    for name in ("home", "tmp", "project"):
        (tmp_path / name).mkdir()
    (tmp_path / "home" / ".profile").write_text("# mine\n", encoding="utf-8")
    env = {"HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path / "tmp")}
    env |= {"XDG_CONFIG_HOME": env["HOME"], "PYTHONDONTWRITEBYTECODE": "1"}

    def outside() -> dict[str, bytes | str]:
        every = everything(tmp_path)
        return {name: what for name, what in every.items() if Path(name).parts[0] != "project"}

    before = outside()
    copy = [bin_folder / "copier", "copy", "--defaults", "--quiet", "--vcs-ref", release]
    done = run([*copy, "template", "project"], tmp_path, env)
    assert done.returncode == 0, done.stdout
    assert outside() == before
    # Recorded as it was named, which holds from the folder of the copy only.
    stored = tmp_path / "project" / ".copier-answers.yml"
    text = stored.read_text(encoding="utf-8")
    stored.write_text(text.replace("_src_path: template", "_src_path: ../template"), "utf-8")
    commit_all(tmp_path / "project", "Start")
    update = [bin_folder / "copier", "update", "--defaults", "--quiet"]
    done = run(update, tmp_path / "project", env)
    assert done.returncode == 0, done.stdout
    assert "_commit: v99" in stored.read_text(encoding="utf-8")
    assert outside() == before


@pytest.mark.parametrize(
    "feature",
    [
        "_tasks: [touch ../ran]",
        "_migrations: [{version: v2.0.0, command: touch ../ran}]",
        "_jinja_extensions: [jinja2.ext.do]",
    ],
)
def test_a_release_that_runs_code_is_refused(
    feature: str, bin_folder: Path, tmp_path: Path
) -> None:
    """What these tests guard against would be seen by them: an update then asks for trust."""
    template, project = tmp_path / "template", tmp_path / "project"
    template.mkdir()
    question = "name: {type: str, default: x}\n"
    (template / "copier.yml").write_text(question, encoding="utf-8")
    answers = "{{ _copier_answers | to_nice_yaml }}"
    (template / "{{ _copier_conf.answers_file }}.jinja").write_text(answers, encoding="utf-8")
    commit_all(template, "No code", "v1.0.0")
    render(str(template), "v1.0.0", project, {})
    commit_all(project, "Start")
    (template / "copier.yml").write_text(f"{feature}\n---\n{question}", encoding="utf-8")
    commit_all(template, "Code", "v2.0.0")
    done = run([bin_folder / "copier", "update", "--defaults"], project)
    assert done.returncode != 0
    assert "--trust" in done.stdout
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("way_out", ["../x", "/x", "a/../../x"])
def test_an_answer_leads_no_path_out_of_the_project(way_out: str, tmp_path: Path) -> None:
    """A path made from an answer that no rule holds back is refused, and nothing is written."""
    template = tmp_path / "template"
    template.mkdir()
    (template / "copier.yml").write_text("name: {type: str, default: x}\n", encoding="utf-8")
    (template / "{{ name }}.txt").write_text("out\n", encoding="utf-8")
    before = everything(tmp_path)
    target = way_out if way_out != "/x" else str(tmp_path / "x")
    with pytest.raises(ScaffoldError, match="can't be rendered"):
        render(str(template), "HEAD", tmp_path / "project", {"name": target})
    after = everything(tmp_path)
    assert {name: what for name, what in after.items() if Path(name).parts[0] != "project"} == (
        before
    )


def trusting(source: str) -> Iterator[int]:
    """Yield the lines of Python `source` that run Copier as one whom nobody has to trust.

    A flag that is compared with, such as in an `assert`, isn't given to anything.
    """
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.keyword(arg="unsafe", value=value):
                if not (isinstance(value, ast.Constant) and value.value is False):
                    yield value.lineno
            case ast.List() | ast.Tuple() | ast.Call():
                parts = node.args if isinstance(node, ast.Call) else node.elts
                for part in parts:
                    if isinstance(part, ast.Constant) and part.value in FLAGS:
                        yield part.lineno


def test_no_code_of_ours_runs_copier_unsafe() -> None:
    """Neither the tests nor the generator trust the template; a trusting test would be blind."""
    found = {
        file.relative_to(ROOT).as_posix(): lines
        for folder in ("tests", "generator")
        for file in (ROOT / folder).rglob("*.py")
        if (lines := list(trusting(file.read_text(encoding="utf-8"))))
    }
    assert found == {}
    for name in ("Makefile", ".ci/run", ".github/workflows/ci.yml", "template/Makefile.jinja"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not any(flag in text for flag in FLAGS), name


def test_a_trusting_call_is_seen() -> None:
    """Each way of running Copier unsafe is found; a comparison is none."""
    assert list(trusting("run_copy(a, unsafe=True)")) == [1]
    assert list(trusting("run_update(\n    a,\n    unsafe=trust)")) == [3]
    assert list(trusting('run(["copier", "copy", "--trust"])')) == [1]
    assert list(trusting('command.append("--UNSAFE")')) == [1]
    assert list(trusting('run_copy(a, unsafe=False)\nassert "--trust" not in shown')) == []
