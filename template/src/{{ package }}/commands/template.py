"""The template that this project came from: is it newer, do we still agree with it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer
import yaml

from ..errors import UserError
from ..ops.consistency import ANSWERS_FILE, problems
from ..ops.paths import ROOT


class TemplateError(UserError):
    """The template, or what it takes to ask it, can't be found."""


def check() -> None:
    """Say what in the design was edited by hand, and where a merge was left half done."""
    found = problems(ROOT)
    for problem in found:
        typer.echo(problem)
    if found:
        raise typer.Exit(1)
    typer.echo("design.yml and its documents are what the answers say; no merge is left half done")


def outdated() -> None:
    """Say whether the template has a newer release."""
    _run_scaffold(["outdated", str(ROOT)])


def update(
    to: Annotated[str | None, typer.Option(help="A release; the newest without it.")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="KEY=VALUE, an answer to change.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would come.")] = False,
) -> None:
    """Merge a newer release of the template into this project."""
    arguments = ["update", str(ROOT), *(f"--set={assignment}" for assignment in set_ or ())]
    if to:
        arguments += ["--to", to]
    _run_scaffold([*arguments, *(["--dry-run"] if dry_run else [])])


def redesign(
    answers: Annotated[list[str] | None, typer.Argument(help="KEY=VALUE, one or more.")] = None,
) -> None:
    """Change answers, and with them all that follows from them; the release stays."""
    assigned = answers or _assigned_to_make()
    if not assigned:
        raise TemplateError("name an answer: make redesign drift_threshold=0.25")
    _run_scaffold(["update", str(ROOT), "--to", "same", *(f"--set={each}" for each in assigned)])


def _assigned_to_make() -> list[str]:
    """Return the variables on the command line of `make`, which it exports to what it runs."""
    _, _, variables = os.environ.get("MAKEFLAGS", "").partition("-- ")
    names = re.findall(r"(?:^|(?<!\\)\s)([a-z]\w*)=", variables)
    return [f"{name}={os.environ[name]}" for name in names if name in os.environ]


def _run_scaffold(arguments: Sequence[str]) -> NoReturn:
    """Become `ml-scaffold` of the template's newest release, installed by uv for this once."""
    uv = shutil.which(os.environ.get("UV", "uv"))
    if uv is None:
        raise TemplateError("uv was not found: run this through make, which gets it")
    command = [uv, "tool", "run", "--quiet", "--python", sys.executable]
    command += ["--from", _requirement(), "ml-scaffold", *arguments]
    os.execv(uv, command)


def _requirement() -> str:
    """Return the template as pip names a package in a repository."""
    try:
        answers = yaml.safe_load((ROOT / ANSWERS_FILE).read_text(encoding="utf-8"))
        source = str(answers["_src_path"])
    except (OSError, yaml.YAMLError, TypeError, KeyError) as error:
        raise TemplateError(f"{ANSWERS_FILE} does not say where the template is: {error}") from None
    url = git_url(source)
    release = newest_release(url)
    return f"ml-scaffold @ git+{url}" + (f"@{release}" if release else "")


def git_url(source: str) -> str:
    """Return `source`, as Copier recorded it, as a URL that git and pip read alike."""
    source = source.removeprefix("git+")
    for prefix, host in (("gh:", "github.com"), ("gl:", "gitlab.com")):
        if source.startswith(prefix):
            return f"https://{host}/{source.removeprefix(prefix)}"
    if source.startswith("/"):
        return f"file://{source}"
    at_host = re.fullmatch(r"(\w+@[\w.-]+):(?!/)(.+)", source)
    return f"ssh://{at_host[1]}/{at_host[2]}" if at_host else source


def newest_release(url: str) -> str | None:
    """Return the newest tag `vX.Y.Z` of the repository at `url`, or None.

    Raises:
        TemplateError: git can't read it.
    """
    command = ["git", "ls-remote", "--tags", "--refs", "--", url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise TemplateError(f"the template at {url} can't be read: {said}")
    found = re.findall(r"refs/tags/(v(\d+)\.(\d+)\.(\d+))$", done.stdout, re.MULTILINE)
    return max(found, key=lambda tag: tuple(map(int, tag[1:])))[0] if found else None


COMMANDS = (check, outdated, update, redesign)
