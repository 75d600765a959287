"""A project in which a file of the team's stands where the release has a folder, or the reverse."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_scaffold.source import git
from support import commit_all, files, release
from update.small import BINARY, SECOND, edit, run

NEW = {"template/sub/deep/new.txt": "new\n"}


def nest(project: Path, path: str) -> None:
    """Commit a submodule at `path`, as a clone without its files has it."""
    head = git("rev-parse", "HEAD", folder=project).strip()
    git("update-index", "--add", "--cacheinfo", f"160000,{head},{path}", folder=project)
    (project / path).mkdir(parents=True)
    commit_all(project, "Nest")


@pytest.mark.parametrize(
    ("way", "path"), [("file", "sub"), ("link", "sub"), ("submodule", "sub/deep")]
)
def test_what_stands_where_the_release_has_a_folder_stops_it(
    way: str,
    path: str,
    small_template: Path,
    project: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Neither could be written without the other's loss, so nothing is."""
    release(small_template, "v3.0.0", SECOND | NEW)
    (project / path).parent.mkdir(exist_ok=True)
    if way == "submodule":
        nest(project, path)
    elif way == "link":
        (project / path).symlink_to(project / "elsewhere")
        commit_all(project, "Link")
    else:
        edit(project, {path: "mine\n"})
    before = files(project)
    what = "a submodule" if way == "submodule" else "a file"
    for arguments in (["--dry-run"], []):
        assert run(project, *arguments) == 2
        told = capsys.readouterr().err
        assert "nothing was changed" in told
        assert f"  {path} is {what} of yours, and v3.0.0 has a folder there\n" in told
        assert "move it away, commit, and update again" in told
    assert files(project) == before
    assert git("status", "--porcelain", folder=project) == ""
    assert (project / path).is_symlink() == (way == "link")


@pytest.mark.parametrize("way", ["file", "submodule"])
def test_a_folder_where_the_release_has_a_file_stops_it(
    way: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A new file that has no place is not left out in silence."""
    (project / "added.txt").mkdir()
    if way == "submodule":
        nest(project, "added.txt/nested")
    else:
        edit(project, {"added.txt/mine.txt": "mine\n", "added.txt/more.txt": "mine\n"})
    before = files(project)
    assert run(project) == 2
    told = capsys.readouterr().err
    assert told.count("  added.txt is a folder of yours, and v2.0.0 has a file there\n") == 1
    assert files(project) == before


@pytest.mark.parametrize("path", ["old name.txt", "gone.txt", "text.txt", "added.txt"])
def test_a_submodule_in_the_place_of_a_file_stops_it(
    path: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An update can neither move nor remove one, nor merge with it."""
    (project / path).unlink(missing_ok=True)
    nest(project, path)
    before = files(project)
    assert run(project) == 2
    assert f"  {path} is a submodule of yours, and v2.0.0" in capsys.readouterr().err
    assert files(project) == before
    assert git("status", "--porcelain", folder=project) == ""


def test_a_submodule_elsewhere_is_left_alone(project: Path) -> None:
    """It is neither written nor in the way, also where the answers change."""
    nest(project, "theirs/nested")
    listed = git("ls-files", "--stage", "theirs", folder=project)
    assert run(project) == 0
    assert (project / "logo.bin").read_bytes() == BINARY[::-1]
    assert (project / "theirs" / "nested").is_dir()
    commit_all(project, "Update")
    assert git("ls-files", "--stage", "theirs", folder=project) == listed
