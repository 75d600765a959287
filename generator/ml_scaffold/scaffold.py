"""Render a template into a folder with Copier, untrusted: it may run no code of its own."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import copier
from copier.errors import CopierAnswersInterrupt, CopierError, DirtyLocalWarning
from jinja2 import TemplateError
from plumbum import ProcessExecutionError

from .errors import ScaffoldError


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


def render(url: str, ref: str, destination: Path, answers: Mapping[str, Any] | None) -> list[str]:
    """Render the template at `url` and `ref` into `destination`; return notes for the user.

    Without `answers`, the questions are asked on the terminal. With them, none is: what they leave
    out takes its default. A user's own settings for Copier change neither defaults nor trust.

    Raises:
        ScaffoldError: the template can't be read or rendered, or the user stopped it.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            copier.run_copy(
                url,
                destination,
                data=dict(answers or {}),
                vcs_ref=ref,
                defaults=answers is not None,
                settings=copier.Settings(),
                quiet=True,
                unsafe=False,
            )
        except CopierAnswersInterrupt:
            raise ScaffoldError("stopped: nothing was written") from None
        except ProcessExecutionError as error:
            raise ScaffoldError(f"git failed on {url}: {error.stderr.strip()}") from None
        except (CopierError, TemplateError, OSError, ValueError) as error:
            raise ScaffoldError(f"{url} can't be rendered: {error}") from None
    return [_note(warning) for warning in caught if issubclass(warning.category, UserWarning)]


def _note(warning: warnings.WarningMessage) -> str:
    """Return what a warning of Copier's means to the user."""
    if issubclass(warning.category, DirtyLocalWarning):
        return "the template has uncommitted changes: a project rendered from them can't be updated"
    return str(warning.message)
