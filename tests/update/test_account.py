"""What an update says: what it did, why, and what is left to decide."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_scaffold.source import git
from support import commit_all, files, release
from update.small import LINES, SECOND, edit, run

QUESTIONS = str(SECOND["copier.yml"])
FOLDERS = {f"template/old/{name}": LINES for name in ("a.txt", "b.txt", "deep/c.txt")}
MOVED = {name.replace("old/", "new/"): text for name, text in FOLDERS.items()}
MOVES = {"hooks/migrations/v3_0_0.yml": "moves: {'old/**': 'new/**'}\n"}


@pytest.fixture
def with_folders(small_template: Path, project: Path) -> Path:
    """Return a project with a folder that the next release moves."""
    release(small_template, "v2.1.0", SECOND | FOLDERS)
    release(small_template, "v3.0.0", SECOND | MOVED | MOVES)
    assert run(project, "--to", "v2.1.0") == 0
    commit_all(project, "Update")
    return project


def test_a_move_to_an_occupied_place_is_given_as_the_reason(
    with_folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is put aside because the team has a file at its new place isn't laid on the answers."""
    (with_folders / "new").mkdir()
    edit(with_folders, {"old/b.txt": "ours\n", "new/b.txt": "mine\n"})
    assert run(with_folders) == 1
    told = capsys.readouterr().out
    assert "because a file of yours stands at its new place" in told
    assert "    old/b.txt.yours\n" in told
    assert "because the answers leave it out" not in told
    assert (with_folders / "old" / "b.txt.yours").read_text() == "ours\n"


@pytest.mark.parametrize("where", [".gitignore", ".git/info/exclude"])
def test_what_git_ignores_is_left_to_decide(
    where: str, with_folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that no commit will have is named, unless git has it already or it is a leftover."""
    edit(with_folders, {".gitignore": "*.log\n", "logo.bin": b"\0ours", "added.txt": "ours\n"})
    (with_folders / where).write_text("new/\ntext.txt\nshare.txt\n*.rej\n")
    commit_all(with_folders, "Ignore")
    assert run(with_folders) == 1
    told = capsys.readouterr().out
    ignored = "".join(f"    new/{name}\n" for name in ("a.txt", "b.txt", "deep/c.txt"))
    assert f"git ignores these, so that they won't be committed: {ignored}" in told.replace(
        "change .gitignore, or `git add --force` them\n", ""
    )
    assert (with_folders / "new" / "a.txt").read_text() == LINES


def test_a_file_left_behind_is_told(with_folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The team's own files stay where the template has no file any more, and nothing else."""
    edit(with_folders, {"old/mine.txt": "mine\n", "old/deep/mine.txt": "mine\n", "my.txt": "mine"})
    edit(with_folders, {"old/a.txt": None})
    before = files(with_folders)
    assert run(with_folders) == 0
    assert files(with_folders)["old/mine.txt"] == before["old/mine.txt"]
    told = capsys.readouterr().out
    assert (
        "  yours, in a folder that the template left:\n    old/deep/mine.txt\n    old/mine.txt\n"
        in told
    )
    assert "my.txt" not in told


def test_lists_and_mappings_are_shown(
    small_template: Path, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An answer is told by what it holds, in a line that a terminal can show."""
    asked = (
        "days:\n  type: yaml\n  help: Which days?\n  default: [1, 2]\n"
        "limits:\n  type: yaml\n  help: Which?\n  default: {}\n"
    )
    release(small_template, "v3.0.0", SECOND | {"copier.yml": QUESTIONS + asked})
    assert run(project) == 0
    assert "    days: [1, 2] (Which days?)\n" in capsys.readouterr().out
    commit_all(project, "Update")
    many = ", ".join(map(str, range(100)))
    given = [f"--set=days=[{many}]", '--set=limits={wide: {"\\x1b": é}}']
    assert run(project, "--to", "same", *given) == 0
    told = capsys.readouterr().out
    assert f"  answer days: [1, 2] -> {f'[{many}'[:97]}...\n" in told
    assert '  answer limits: {} -> {wide: {"\\e": é}}\n' in told


def test_what_an_update_left_to_decide_is_named_again(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A project with markers and leftovers is at its release, but not done with it."""
    edit(project, {"text.txt": LINES.replace("line 2\n", "ours\n"), "gone.txt": "ours\n"})
    edit(project, {"logo.bin": b"\0ours", "about.txt": "such as <<<<<<< yours\n"})
    assert run(project) == 1
    leftovers = "".join(f"  {name}\n" for name in ("gone.txt.yours", "logo.bin.rej", "text.txt"))
    for _ in range(2):
        capsys.readouterr()
        assert run(project) == 1
        told = capsys.readouterr().out
        assert f"is at v2.0.0 already, and this is left to decide:\n{leftovers}" in told
        commit_all(project, "With all of it")
    edit(project, {"text.txt": LINES, "gone.txt.yours": None, "logo.bin.rej": None})
    assert run(project) == 0
    assert git("status", "--porcelain", folder=project) == ""
