"""An update that is killed while it is being applied: the next one begins from what was there."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ml_scaffold import applying
from ml_scaffold.errors import ScaffoldError
from ml_scaffold.source import git
from support import commit_all, files
from update.small import LINES, edit, run

RECORD = Path(".git", "ml-scaffold", applying.RECORD)
STEPS = 8
"""Files that the small template's second release writes and removes, and one to spare."""


class KilledError(BaseException):
    """Stands for the end of the process: nothing of ours catches it."""


def kill_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """End the next update before it writes or removes a file for the `step`th time."""
    counted: Iterator[int] = iter(range(100))
    copy, remove = applying._copy, applying._remove

    def stepping(work: object) -> object:
        def step_on(*arguments: object) -> object:
            if next(counted) == step:
                raise KilledError
            return work(*arguments)  # ty: ignore[not-callable]

        return step_on

    monkeypatch.setattr(applying, "_copy", stepping(copy))
    monkeypatch.setattr(applying, "_remove", stepping(remove))


@pytest.mark.parametrize("step", range(STEPS))
def test_the_same_command_makes_the_update(
    step: int,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Wherever it was broken off, running it again ends as if it never had been."""
    edit(project, {"old name.txt": LINES.replace("line 5\n", "ours\n")})
    with monkeypatch.context() as patched:
        kill_at(step, patched)
        try:
            assert run(project) == 0
            assert step == STEPS - 1, "an update has fewer steps than this test believes"
        except KilledError:
            assert (project / RECORD).exists()
    broken_off = (project / RECORD).exists()
    assert run(project) == 0
    told = capsys.readouterr()
    assert ("broken off: what it had written is taken back" in told.err) == broken_off
    assert not (project / RECORD).exists()
    once = files(project)
    git("reset", "--quiet", "--hard", folder=project)
    git("clean", "--quiet", "-fd", folder=project)
    assert run(project) == 0
    assert files(project) == once
    assert not any(name.endswith(applying.BESIDE) for name in once)


def broken_off(project: Path, monkeypatch: pytest.MonkeyPatch, step: int = 3) -> None:
    """Leave an update broken off before one of its steps."""
    with monkeypatch.context() as patched:
        kill_at(step, patched)
        with pytest.raises(KilledError):
            run(project)


def test_without_the_record_it_would_be_refused(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What half an update wrote looks like work that isn't committed."""
    broken_off(project, monkeypatch)
    (project / RECORD).unlink()
    assert run(project) == 2
    assert "commit or stash first" in capsys.readouterr().err


def test_what_was_edited_since_is_not_taken_back(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Work in a file of the update, done after it was broken off, is named and left alone."""
    broken_off(project, monkeypatch)
    (project / "text.txt").write_text("since\n")
    before = files(project)
    assert run(project) == 2
    assert "put aside what was edited since: text.txt" in capsys.readouterr().err
    assert files(project) == before


def test_what_is_staged_since_is_taken_back(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of half an update in the index are no work of the team's."""
    broken_off(project, monkeypatch)
    git("add", "--all", folder=project)
    assert run(project) == 0
    assert git("diff", "--cached", "--name-only", folder=project) == ""


def test_what_was_committed_since_is_the_teams(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Half an update that was committed is not taken back: git has it."""
    broken_off(project, monkeypatch)
    commit_all(project, "Half")
    before = files(project)
    assert not applying.take_back(project)
    assert files(project) == before


def test_a_dry_run_takes_nothing_back(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says that the update was broken off, and changes nothing."""
    broken_off(project, monkeypatch)
    before = files(project)
    assert run(project, "--dry-run") == 2
    assert "an update was broken off: run it again, without --dry-run" in capsys.readouterr().err
    assert files(project) == before


def test_two_updates_do_not_write_at_once(project: Path) -> None:
    """The second is told that there is a first."""
    folder = project / ".git" / "ml-scaffold"
    folder.mkdir()
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ScaffoldError, match="is being updated by another command"):
            applying.take_back(project)


@pytest.mark.parametrize("way", ["file", "link"])
def test_nothing_is_written_through_what_stands_in_for_a_folder(
    way: str, project: Path, tmp_path: Path
) -> None:
    """A link to a folder elsewhere, or a file, is in the way of what would lie in it."""
    merged = tmp_path / "merged"
    (merged / "sub").mkdir(parents=True)
    (merged / "sub" / "a.txt").write_text("new\n")
    (tmp_path / "elsewhere").mkdir()
    if way == "link":
        (project / "sub").symlink_to(tmp_path / "elsewhere")
    else:
        (project / "sub").write_text("mine\n")
    with pytest.raises(ScaffoldError, match=r"in the way of sub/a\.txt: sub is no folder"):
        applying.apply(project, merged, ["sub/a.txt"], [])
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert not (project / RECORD).exists()


def test_a_file_becomes_a_folder(project: Path, tmp_path: Path) -> None:
    """What is removed makes way for what is written in its place."""
    merged = tmp_path / "merged"
    (merged / "text.txt").mkdir(parents=True)
    (merged / "text.txt" / "a.txt").write_text("new\n")
    applying.apply(project, merged, ["text.txt/a.txt"], ["text.txt"])
    assert (project / "text.txt" / "a.txt").read_text() == "new\n"


def test_folders_that_become_empty_are_gone(project: Path, tmp_path: Path) -> None:
    """Nothing is left of a folder whose files all moved; one that holds anything else stays."""
    for name in ("a/b/one.txt", "a/c/two.txt"):
        (project / name).parent.mkdir(parents=True)
        (project / name).write_text("ours\n")
    commit_all(project, "Folders")
    (project / "a" / "c" / "ignored").write_text("mine\n")
    applying.apply(project, tmp_path, [], ["a/b/one.txt", "a/c/two.txt"])
    assert [path.name for path in (project / "a").rglob("*")] == ["c", "ignored"]


def test_the_record_says_what_is_written(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names HEAD, each file with the digest that it will have, and what is removed."""
    broken_off(project, monkeypatch, 0)
    content = json.loads((project / RECORD).read_text())
    assert content["head"] == git("rev-parse", "HEAD", folder=project).strip()
    assert content["removed"] == ["gone.txt", "old name.txt"]
    assert "added.txt" in content["written"]
