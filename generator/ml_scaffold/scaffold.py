"""Render a template into a folder with Copier, untrusted: it may run no code of its own."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import copier
import yaml
from copier.errors import CopierAnswersInterrupt, CopierError, DirtyLocalWarning
from jinja2 import TemplateError
from plumbum import ProcessExecutionError

from .errors import ScaffoldError
from .project import ANSWERS_FILE


def refuse_occupied(destination: Path) -> None:
    """Make sure that `destination` is a folder to be, or an empty one; `.git` may be in it.

    Raises:
        ScaffoldError: something is there that rendering might overwrite.
    """
    if destination.is_dir():
        if all(entry.name == ".git" for entry in destination.iterdir()):
            return
        raise ScaffoldError(f"{destination} is not empty: name a new folder")
    if destination.exists() or destination.is_symlink():
        raise ScaffoldError(f"{destination} exists and is no folder: name a new one")


def ask(url: str, ref: str, destination: Path) -> dict[str, Any]:
    """Ask the questions of the template at `url` and `ref` on the terminal; return the answers.

    Nothing is written. `destination` is where the project is to be.

    Raises:
        ScaffoldError: the template can't be read, or the user stopped it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # `render` tells them
        # Of all files none is rendered: the user waits for that with `render`, which says so.
        return _copy(url, ref, destination, pretend=True, exclude=["*"])


def render(url: str, ref: str, destination: Path, answers: Mapping[str, Any]) -> list[str]:
    """Render the template at `url` and `ref` into `destination`; return notes for the user.

    No question is asked: what the answers leave out takes its default. A user's own settings for
    Copier change neither defaults nor trust.

    Raises:
        ScaffoldError: the template can't be read or rendered.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        _copy(url, ref, destination, data=dict(answers), defaults=True)
    return [_note(warning) for warning in caught if issubclass(warning.category, UserWarning)]


def render_again(
    url: str,
    ref: str,
    destination: Path,
    stored: Mapping[str, Any],
    answers: Mapping[str, Any],
) -> None:
    """Render a project anew, at `ref` and with `answers` in place of those that it has `stored`.

    Answers are taken up as Copier does in its own updates, so that both end at the same. Only the
    new files are in `destination` afterwards, which must be a folder to be.

    Raises:
        ScaffoldError: the template can't be read or rendered.
    """
    destination.mkdir()
    with (destination / ANSWERS_FILE).open("w", encoding="utf-8") as file:
        yaml.safe_dump(dict(stored), file, allow_unicode=True, sort_keys=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _copy(url, ref, destination, data=dict(answers), defaults=True, overwrite=True)


def _copy(url: str, ref: str, destination: Path, **options: Any) -> dict[str, Any]:
    """Copy, and return what the user answered if the questions were asked."""
    mine = copier.Settings()  # a user's own would change defaults and trust
    try:
        copied = copier.run_copy(
            url, destination, vcs_ref=ref, settings=mine, quiet=True, unsafe=False, **options
        )
        return dict(copied.answers.user)
    except CopierAnswersInterrupt:
        raise ScaffoldError("stopped: nothing was written") from None
    except ProcessExecutionError as error:
        raise ScaffoldError(f"git failed on {url}: {error.stderr.strip()}") from None
    except (CopierError, TemplateError, OSError, ValueError) as error:
        raise ScaffoldError(f"{url} can't be rendered: {error}") from None


def _note(warning: warnings.WarningMessage) -> str:
    """Return what a warning of Copier's means to the user."""
    if issubclass(warning.category, DirtyLocalWarning):
        return "the template has uncommitted changes: a project rendered from them can't be updated"
    return str(warning.message)
