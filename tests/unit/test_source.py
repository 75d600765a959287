"""Where a template comes from, and which release of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_scaffold import source
from ml_scaffold.errors import ScaffoldError
from support import ROOT, commit_all


def repository(folder: Path, *tags: str) -> Path:
    """Make a repository with one commit a tag; the file `content` holds the tag's name."""
    folder.mkdir()
    for tag in tags:
        (folder / "content").write_text(tag)
        commit_all(folder, tag, tag)
    return folder


def test_a_folder_is_recorded_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative path becomes an absolute one, a URL stays, and nothing means this clone."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").mkdir()
    assert source.locate("there") == str(tmp_path / "there")
    assert source.locate("https://host.invalid/x.git") == "https://host.invalid/x.git"
    assert source.locate("https://host.invalid/x") == "git+https://host.invalid/x"
    assert source.locate("git@host.invalid:x.git") == "git@host.invalid:x.git"
    assert source.locate(None) == str(ROOT)


@pytest.mark.parametrize(
    ("template", "says"),
    [("nowhere/at/all", "neither a folder"), ("https://me:secret@host.invalid/x", "a password")],
)
def test_a_wrong_template_is_refused(template: str, says: str) -> None:
    """A template that isn't there, or whose URL would leak a password, is refused."""
    with pytest.raises(ScaffoldError, match=says) as error:
        source.locate(template)
    assert "secret" not in str(error.value)


def test_the_newest_release_is_chosen_as_versions_are(tmp_path: Path) -> None:
    """Tags are ordered as versions; pre-releases and other tags don't count."""
    folder = repository(tmp_path / "r", "v0.9.0", "v0.10.0", "v0.11.0rc1", "zebra")
    assert source.newest_release(str(folder)) == "v0.10.0"
    assert source.newest_release(f"git+{folder.as_uri()}") == "v0.10.0"
    assert source.newest_release(str(repository(tmp_path / "s", "zebra"))) is None


def test_a_checkout_holds_what_will_be_rendered(tmp_path: Path) -> None:
    """A tag is checked out apart; HEAD of a local folder is the folder itself, changes included."""
    folder = repository(tmp_path / "r", "v0.1.0", "v0.2.0")
    (folder / "content").write_text("changed")
    with source.checkout(str(folder), "v0.1.0") as root:
        assert root != folder
        assert (root / "content").read_text() == "v0.1.0"
    assert not root.exists()
    with source.checkout(str(folder), source.HEAD) as root:
        assert root == folder
    with source.checkout(f"git+{folder.as_uri()}", source.HEAD) as root:
        assert (root / "content").read_text() == "v0.2.0"


def test_what_git_says_is_passed_on(tmp_path: Path) -> None:
    """A repository that can't be read, or lacks the release, ends in git's own last words."""
    with pytest.raises(ScaffoldError, match="git failed: "):
        source.newest_release((tmp_path / "absent").as_uri())
    folder = repository(tmp_path / "r", "v0.1.0")
    with (
        pytest.raises(ScaffoldError, match=r"git failed: .*v9"),
        source.checkout(folder.as_uri(), "v9"),
    ):
        pass


def test_a_missing_git_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git the message says how to get it."""
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(ScaffoldError, match="git is missing"):
        source.git("version")
