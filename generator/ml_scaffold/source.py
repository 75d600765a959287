"""Where a template comes from: this clone or another, by a name that holds from anywhere."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from packaging.version import InvalidVersion, Version

from .errors import ScaffoldError

HEAD = "HEAD"
"""What Copier takes for the working tree of a local template, uncommitted changes included."""


def this_clone() -> Path:
    """Return the root of the clone that this package runs from.

    Raises:
        ScaffoldError: the package was installed without the template beside it.
    """
    root = Path(__file__).resolve().parents[2]
    if not (root / "copier.yml").is_file():
        raise ScaffoldError(
            "ml-scaffold runs from a clone of its repository: run `make setup` there"
        )
    return root


def locate(template: str | None) -> str:
    """Return what to record as the source of `template`: an absolute path or a URL.

    Copier knows a repository by its URL's ending in `.git`; any other gets the prefix `git+`.

    Raises:
        ScaffoldError: it is neither a folder here nor a URL, or the URL holds a password.
    """
    if template is None:
        return str(this_clone())
    folder = Path(template).expanduser()
    if folder.is_dir():
        return str(folder.resolve())
    if "://" not in template and ":" not in template:
        raise ScaffoldError(f"there is no template {template}: it is neither a folder nor a URL")
    if "://" in template and urlsplit(template).password:
        raise ScaffoldError(
            "the template's URL holds a password, and it would be recorded in the project: "
            "leave it out and let git ask for it or keep it"
        )
    if template.startswith(("git+", "git@")) or template.endswith(".git"):
        return template
    return f"git+{template}"


def git_url(source: str) -> str:
    """Return what git calls the template that is recorded as `source`, as Copier expands it."""
    source = source.removeprefix("git+")
    for prefix, host in (("gh:", "github.com"), ("gl:", "gitlab.com")):
        if source.startswith(prefix):
            return f"https://{host}/{source.removeprefix(prefix).strip('/')}"
    return source


def newest_release(url: str) -> str | None:
    """Return the newest tag of `url` that is a version and no pre-release, as Copier chooses it.

    Raises:
        ScaffoldError: git can't read `url`.
    """
    releases: list[tuple[Version, str]] = []
    for line in git("ls-remote", "--tags", "--refs", "--", git_url(url)).splitlines():
        tag = line.partition("\t")[2].removeprefix("refs/tags/")
        try:
            version = Version(tag)
        except InvalidVersion:
            continue
        if not version.is_prerelease:
            releases.append((version, tag))
    return max(releases)[1] if releases else None


def is_repository(url: str) -> bool:
    """Return whether the template can have releases: a URL, or a folder under git."""
    return not Path(url).is_dir() or (Path(url) / ".git").exists()


@contextmanager
def checkout(url: str, ref: str) -> Generator[Path]:
    """Give a folder that holds the template as Copier will render it, for the time of the block.

    Raises:
        ScaffoldError: git can't read `url`, or it has no `ref`.
    """
    if ref == HEAD and Path(url).is_dir():
        yield Path(url)
        return
    with TemporaryDirectory(prefix="ml-scaffold-") as folder:
        git("clone", "--quiet", "--no-checkout", "--", git_url(url), folder)
        git("checkout", "--quiet", "--detach", ref, "--", folder=folder)
        yield Path(folder)


def git(
    *arguments: str,
    folder: str | Path = ".",
    env: Mapping[str, str] | None = None,
    given: str | None = None,
) -> str:
    """Run git in `folder` and return what it printed.

    Args:
        env: variables beside those of this process.
        given: what it reads from its standard input.

    Raises:
        ScaffoldError: git is missing or failed.
    """
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env={**os.environ, **(env or {})},
            input=given,
            capture_output=True,
            text=True,
            errors="surrogateescape",  # a path is what git says it is, in whatever encoding
            check=True,
        )
    except FileNotFoundError:
        raise ScaffoldError(
            "git is missing: install it, such as with `apt-get install git`"
        ) from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().splitlines() or [f"exit code {error.returncode}"]
        raise ScaffoldError(f"git failed: {said[-1]}") from None
    return done.stdout
