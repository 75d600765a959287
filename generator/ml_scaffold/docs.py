"""The site of a project's README and docs/, made by MkDocs.

What a project holds is plain Markdown that a forge shows as well; `docs_site` turns it into what
MkDocs reads. MkDocs comes with the extra `docs` of this package.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from . import answers
from .docs_site import STYLE
from .errors import RunError, ScaffoldError
from .project import ANSWERS_FILE, generated

HOOK = Path(__file__).with_name("docs_site.py")
SETTINGS: Mapping[str, Any] = {
    "use_directory_urls": False,  # so that it can be read without a server
    "strict": True,  # a link that leads nowhere is an error
    "validation": {
        "links": {"absolute_links": "warn", "anchors": "warn", "unrecognized_links": "warn"}
    },
    "theme": {
        "name": "readthedocs",
        "highlightjs": False,  # it would be fetched from another host
    },
    "extra_css": [STYLE],
    "plugins": ["search"],
    "markdown_extensions": ["sane_lists", {"toc": {"permalink": True}}],
    "hooks": [str(HOOK)],
}
"""What MkDocs is told of every project."""


def build(folder: Path) -> Path:
    """Build the site of the project in `folder` into its build/site; return the first page.

    Raises:
        RunError: a page has a fault, such as a link that leads nowhere.
        ScaffoldError: there is no project, or no MkDocs.
    """
    with _settings(folder) as file:
        # With --quiet MkDocs counts no warning, and so passes what `strict` refuses.
        command = [sys.executable, "-m", "mkdocs", "build", "--config-file", file]
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if not line.startswith("INFO")]
        raise RunError("the pages have faults:\n" + "\n".join(f"  {line}" for line in said if line))
    return generated(folder) / "build" / "site" / "index.html"


def serve(folder: Path, address: str) -> None:
    """Show the site at `address`, made anew whenever a page changes, until Ctrl-C.

    Raises:
        RunError: MkDocs ended by itself, and has said why.
        ScaffoldError: there is no project, or no MkDocs.
    """
    with _settings(folder) as file:
        command = [sys.executable, "-m", "mkdocs", "serve", "--livereload", "--config-file", file]
        server = subprocess.Popen([*command, "--dev-addr", address])
        try:
            code = server.wait()
        except KeyboardInterrupt:  # reaches MkDocs as well
            server.wait()
            return
    if code:
        raise RunError("the site can't be shown: MkDocs has said why above")


@contextmanager
def _settings(folder: Path) -> Generator[str]:
    """Give the path of MkDocs's settings for a project, for the time of the block."""
    if find_spec("mkdocs") is None:
        raise ScaffoldError("MkDocs is missing: install `ml-scaffold[docs]`, or use `make docs`")
    root = generated(folder)
    named = answers.read(root / ANSWERS_FILE).get("project_name", root.name)
    settings = {
        **SETTINGS,
        "site_name": str(named),
        "docs_dir": str(root / "docs"),
        "site_dir": str(root / "build" / "site"),
        "watch": [str(root / "README.md")],
    }
    with TemporaryDirectory(prefix="ml-scaffold-docs-") as temporary:
        file = Path(temporary, "mkdocs.yml")
        file.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
        yield str(file)
