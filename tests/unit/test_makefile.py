"""The Makefile of a project finds `ml-scaffold`, and hands on what it is given."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
import yaml

from conftest import Render
from ml_scaffold.source import git_url
from support import commit_all, run

ALONE = {"MAKEFLAGS": "", "MAKELEVEL": "", "MAKEOVERRIDES": ""}


@pytest.fixture
def project(render: Render, tmp_path: Path) -> Path:
    """Return a folder with the default design's Makefile and answers."""
    folder = tmp_path / "project"
    folder.mkdir()
    for name in ("Makefile", ".copier-answers.yml"):
        shutil.copy(render({}) / name, folder)
    return folder


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """Return a program that stands in for `ml-scaffold` and prints its arguments as JSON."""
    program = tmp_path / "told"
    program.write_text(f"#!{sys.executable}\nimport json, sys\nprint(json.dumps(sys.argv[1:]))\n")
    program.chmod(0o755)
    return program


def came_from(project: Path, source: str, commit: str) -> None:
    """Let the project say that it came from there."""
    file = project / ".copier-answers.yml"
    answers = yaml.safe_load(file.read_text(encoding="utf-8"))
    stamps = {"_src_path": source, "_commit": commit}
    file.write_text(yaml.safe_dump(stamps | answers | stamps, width=1000), encoding="utf-8")


def required(project: Path, target: str) -> str:
    """Return what uv is asked to install for a target, without asking it."""
    done = run(["make", "--dry-run", target, "UV=/bin/true"], project, ALONE)
    assert done.returncode == 0, done.stdout
    return done.stdout.partition('--from "')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("/there/ml-scaffold", "file:///there/ml-scaffold"),
        ("git+https://host.invalid/x", "https://host.invalid/x"),
        ("https://me@host.invalid:8443/x.git", "https://me@host.invalid:8443/x.git"),
        ("gh:team/ml-scaffold", "https://github.com/team/ml-scaffold"),
        ("gl:team/ml-scaffold", "https://gitlab.com/team/ml-scaffold"),
        ("git@host.invalid:team/x.git", "ssh://git@host.invalid/team/x.git"),
        ("ssh://git@host.invalid/x.git", "ssh://git@host.invalid/x.git"),
    ],
)
def test_the_template_is_found_where_it_was_recorded(source: str, url: str, project: Path) -> None:
    """Whatever form the source has in the answers, uv can read it; git does where forms differ."""
    came_from(project, source, "v1.2.3")
    assert required(project, "check") == f"ml-scaffold @ git+{url}@v1.2.3"
    if not source.startswith(("/", "git@")):  # git takes a path, and what ssh takes, as they are
        assert git_url(source) == url


@pytest.mark.parametrize(
    ("commit", "named"),
    [
        ("v1.2.3", "v1.2.3"),
        ("v1.2.3-14-g0abc123", "0abc123"),
        ("1234567", "1234567"),  # YAML puts it in quotes
        ("v1.2.3-rc-gamma", "v1.2.3-rc-gamma"),
    ],
)
def test_the_release_is_the_projects_own(commit: str, named: str, project: Path) -> None:
    """A tag is itself; of what `git describe` says, uv can find the commit."""
    came_from(project, "gh:team/x", commit)
    assert required(project, "check").endswith(f"/team/x@{named}")


def test_the_site_takes_the_extra(project: Path) -> None:
    """MkDocs is installed for the targets that need it, and for no other."""
    came_from(project, "gh:team/x", "v1.2.3")
    for target in ("docs", "docs-serve"):
        assert required(project, target).startswith("ml-scaffold[docs] @ git+https")


def test_news_come_from_the_newest_release(project: Path, tmp_path: Path) -> None:
    """Ten is more than nine, and what isn't a version of three numbers is none."""
    template = tmp_path / "template"
    template.mkdir()
    came_from(project, str(template), "v0.9.0")
    for tag in ("v0.9.0", "v0.10.0", "v0.11.0rc1", "zebra", "v1"):
        commit_all(template, tag, tag)
    for target in ("outdated", "update", "redesign a=1"):
        named = run(["make", "--dry-run", *target.split(), "UV=/bin/true"], project, ALONE).stdout
        assert f'"ml-scaffold @ git+{template.as_uri()}@v0.10.0"' in named
    assert required(project, "check").endswith("@v0.9.0")
    shutil.rmtree(template)
    template.mkdir()
    commit_all(template, "untagged")
    assert required(project, "outdated").endswith(template.as_uri())


def test_answers_come_from_the_command_line_of_make(project: Path, told: Path) -> None:
    """`make redesign KEY=VALUE` hands on blanks and all, and nothing else that is set."""
    command = ["make", "redesign", "drift_threshold=0.25", 'owner=It\'s a "b" = `c`']
    done = run([*command, f"SCAFFOLD={told}", "UV=/bin/true"], project, {**ALONE, "entity": "user"})
    *begin, one, first, other, second = json.loads(done.stdout)
    assert (begin, one, other) == (["update", "--to", "same"], "--set", "--set")
    assert {first, second} == {"drift_threshold=0.25", 'owner=It\'s a "b" = `c`'}
    done = run(["make", "redesign", f"SCAFFOLD={told}", "UV=/bin/true"], project, ALONE)
    assert done.returncode == 2
    assert done.stdout.startswith("name an answer: make redesign drift_threshold=0.25\n")


def test_an_update_gets_its_release_and_answer(project: Path, told: Path) -> None:
    """`TO` and `SET` become options, and `ARGS` are handed on."""
    command = ["make", "update", "TO=v1.2.3", "SET=owner=It's us", "ARGS=--dry-run"]
    done = run([*command, f"SCAFFOLD={told}", "UV=/bin/true"], project, ALONE)
    options = ["--to", "v1.2.3", "--set", "owner=It's us", "--dry-run"]
    assert json.loads(done.stdout) == ["update", *options]
