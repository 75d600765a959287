"""The worker renders and merges what Copier's own does, and works out once what Copier repeats."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import copier
import pytest
from copier import _main
from jinja2.sandbox import SandboxedEnvironment

from conftest import Render
from designs import ALWAYS
from ml_scaffold.source import git
from ml_scaffold.worker import Worker, compiled, worker
from support import commit_all, files, release

Copy = Callable[..., Any]
ANSWERS = "{{ _copier_conf.answers_file }}.jinja"
LOOP = "{% yield name from names %}{{ name }}{% endyield %}"
LINES = "".join(f"line {number}\n" for number in range(30))
FIRST: dict[str, str | bytes] = {
    "copier.yml": "_subdirectory: template\nnames:\n  type: yaml\n  default: [one, two]\n",
    f"template/{ANSWERS}": "{{ _copier_answers | to_nice_yaml }}",
    f"template/{LOOP}/{{{{ name }}}}.txt.jinja": "{{ name }}\n",
    "template/{{ names[0] }}/plain.txt": LINES,
    "template/tool.sh": "#!/bin/sh\n",
    "template/text.txt": LINES,
}
SECOND = FIRST | {
    "template/text.txt": LINES.replace("line 2\n", "line two\n"),
    "template/{{ names[0] }}/plain.txt": LINES.replace("line 9\n", "line nine\n"),
}


def copiers(destination: Path, **options: Any) -> None:
    """Render as Copier does, with what `worker` sets."""
    settings = copier.Settings()
    copier.run_copy(dst_path=destination, settings=settings, quiet=True, unsafe=False, **options)


def ours(destination: Path, **options: Any) -> None:
    """Render with our worker."""
    with worker(destination, **options) as copying:
        copying.run_copy()


def with_modes(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return contents and modes of all files below `folder`, by relative path."""
    return {name: (text, (folder / name).stat().st_mode) for name, text in files(folder).items()}


@pytest.mark.parametrize("design", ALWAYS)
def test_projects_are_copiers_byte_for_byte(
    design: str, template: Path, render: Render, tmp_path: Path
) -> None:
    """Whatever the design: the same files, contents and modes. So a render is repeatable, too."""
    answers = ALWAYS[design]
    copiers(tmp_path / "copiers", src_path=str(template), data=answers, defaults=True)
    assert with_modes(render(answers)) == with_modes(tmp_path / "copiers")


@pytest.mark.parametrize("copy", [copiers, ours])
def test_a_path_may_loop_over_answers(copy: Copy, tmp_path: Path) -> None:
    """What Copier keeps of a loop in a path, while it compiles, is kept as well."""
    release(tmp_path / "template", "v1.0.0", FIRST)
    copy(tmp_path / "project", src_path=str(tmp_path / "template"), defaults=True)
    assert set(files(tmp_path / "project")) == {
        ".copier-answers.yml",
        "one/one.txt",
        "one/plain.txt",
        "text.txt",
        "tool.sh",
        "two/two.txt",
    }
    assert (tmp_path / "project" / "two" / "two.txt").read_text(encoding="utf-8") == "two\n"


def test_templates_with_other_settings_are_kept_apart(tmp_path: Path) -> None:
    """A text may mean another thing to each of two templates."""
    text = {"template/text.txt.jinja": "{{ names[0] }} [[ names[1] ]]", **FIRST}
    square = "_envops: {variable_start_string: '[[', variable_end_string: ']]'}\n"
    for name, settings in (("curly", ""), ("square", square)):
        folder = tmp_path / name
        release(folder, "v1.0.0", text | {"copier.yml": settings + str(FIRST["copier.yml"])})
        ours(tmp_path / f"{name}-project", src_path=str(folder), defaults=True)
    written = [tmp_path / f"{name}-project" / "text.txt" for name in ("curly", "square")]
    assert [path.read_text(encoding="utf-8") for path in written] == [
        "one [[ names[1] ]]",
        "{{ names[0] }} two",
    ]


def updated(folder: Path, template: Path, update: Callable[[Path], None]) -> tuple[Any, ...]:
    """Update an edited project in a repository that keeps no modes; return all that came of it."""
    copiers(folder, src_path=str(template), vcs_ref="v1.0.0", defaults=True)
    commit_all(folder, "Start")
    git("config", "core.fileMode", "false", folder=folder)
    (folder / "text.txt").write_text(LINES.replace("line 2\n", "my line\n"), encoding="utf-8")
    (folder / "one" / "plain.txt").write_text(f"mine\n{LINES}", encoding="utf-8")
    (folder / "two" / "two.txt").unlink()
    commit_all(folder, "Edits")
    update(folder)
    listed = (["status", "--porcelain"], ["ls-files", "--stage"])
    return with_modes(folder), *(git(*each, folder=folder) for each in listed)


def test_updates_are_copiers(tmp_path: Path) -> None:
    """Conflicts, deletions, and a mode that git doesn't see by itself end up the same."""
    template = tmp_path / "template"
    release(template, "v1.0.0", FIRST)
    release(template, "v2.0.0", SECOND)
    (template / "template" / "tool.sh").chmod(0o755)
    commit_all(template, "A tool to run", "v2.1.0")

    def by_copier(folder: Path) -> None:
        settings = copier.Settings()
        options: dict[str, Any] = {"overwrite": True, "quiet": True, "unsafe": False}
        copier.run_update(folder, settings=settings, defaults=True, **options)

    def by_us(folder: Path) -> None:
        with worker(folder, defaults=True, overwrite=True) as updating:
            updating.run_update()

    contents, status, index = mine = updated(tmp_path / "ours", template, by_us)
    assert mine == updated(tmp_path / "copiers", template, by_copier)
    assert b"<<<<<<< " in contents["text.txt"][0]
    assert contents["one/plain.txt"][0].startswith(b"mine\n")
    assert b"line nine" in contents["one/plain.txt"][0]
    assert "UU text.txt" in status
    assert "two/two.txt" not in contents
    assert any(line.startswith("100755") and "tool.sh" in line for line in index.splitlines())


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> Counter[Any]:
    """Return a count of how often each text is compiled from now on, nothing being known yet."""
    counted: Counter[Any] = Counter()
    compile_text = SandboxedEnvironment.compile

    def compile_counted(environment: Any, source: Any, name: Any = None, *rest: Any) -> Any:
        if isinstance(source, str):
            counted[name, source] += 1
        return compile_text(environment, source, name, *rest)

    monkeypatch.setattr(SandboxedEnvironment, "compile", compile_counted)
    for key in list(compiled):
        monkeypatch.delitem(compiled, key)
    return counted


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return the list that will name each program that is started from now on."""
    started: list[list[str]] = []
    start = subprocess.Popen.__init__

    def start_noted(process: Any, command: Any, *rest: Any, **options: Any) -> None:
        started.append([str(part) for part in command])
        start(process, command, *rest, **options)

    monkeypatch.setattr(subprocess.Popen, "__init__", start_noted)
    return started


@pytest.mark.parametrize("copy", [copiers, ours])
def test_nothing_is_worked_out_twice(
    copy: Copy, template: Path, texts: Counter[Any], asked: list[list[str]], tmp_path: Path
) -> None:
    """Each text is compiled once and git asked once, where Copier does so for each file."""
    copy(tmp_path / "project", src_path=str(template), defaults=True)
    size = len(files(tmp_path / "project"))
    repeated = [text for text, times in texts.items() if times > 1]
    questions = [command for command in asked if "core.fileMode" in command]
    assert len(texts) > size
    if copy is ours:
        assert repeated == []
        assert len(questions) == 1
    else:  # if Copier doesn't either, any more, then ours is of no use
        assert len(repeated) > 50
        assert len(questions) == size


def test_what_is_overridden_is_still_copiers() -> None:
    """A release of Copier's that names its parts otherwise would make ours slow in silence."""
    own = {"_context", "_answers_path", "_modes_need_git"}
    replaced = {name for name in vars(Worker) if not name.startswith("__")} - own
    assert len(replaced) == 5
    assert replaced <= set(dir(_main.Worker))
