"""README, CHANGELOG and the list of releases say what is true."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.version import Version

from help_blocks import BLOCK, README, help_texts, renewed
from support import ROOT, make_targets

RELEASES = tomllib.loads((ROOT / "tests" / "releases.toml").read_text(encoding="utf-8"))["release"]
TARGET = re.compile(r"^([a-z][a-z-]*):.*## ", re.MULTILINE)


def targets(*makefiles: Path) -> set[str]:
    """Return the documented targets of Makefiles."""
    return {name for file in makefiles for name in TARGET.findall(file.read_text(encoding="utf-8"))}


def test_every_make_target_in_the_readme_exists() -> None:
    """A `make` target that a document names is one of this clone's or of a project's."""
    template = ROOT / "template"
    of_parts = template.rglob("_passages/Makefile/*")
    known = targets(ROOT / "Makefile", template / "Makefile.jinja", *of_parts)
    for name in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert make_targets(text) <= known, name


def test_every_target_is_documented() -> None:
    """Each target that is no file has a line in `make help`."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert set(re.findall(r"^\.PHONY: (.+)$", text, re.MULTILINE)) == targets(ROOT / "Makefile")


def test_help_texts_in_the_readme_are_the_real_ones() -> None:
    """README shows the help of the command line as it is; `make readme` writes it anew."""
    text = README.read_text(encoding="utf-8")
    assert renewed(text) == text


def test_the_readme_shows_every_command() -> None:
    """README shows the command line as a whole, and no command that isn't there."""
    shown = [block[1] for block in BLOCK.finditer(README.read_text(encoding="utf-8"))]
    assert "" in shown
    assert set(shown) <= set(help_texts())


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release["version"])
def test_the_changelog_names_each_release(release: dict[str, str]) -> None:
    """Every release has a section that says something."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    section = re.search(
        rf"^## {re.escape(release['version'])}\n(.*?)(?=^## |\Z)", text, re.M | re.S
    )
    assert section, release["version"]
    assert len(section[1].split()) > 10


def test_releases_are_in_order_and_the_last_is_this_version() -> None:
    """Releases are listed once, oldest first, by commit; the newest is this version."""
    versions = [Version(release["version"]) for release in RELEASES]
    assert versions == sorted(set(versions))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert RELEASES[-1]["version"] == f"v{project['version']}"
    for release in RELEASES[:-1]:
        assert re.fullmatch(r"[0-9a-f]{40}", release["commit"])
    assert re.fullmatch(r"[0-9a-f]{40}|", RELEASES[-1]["commit"])
