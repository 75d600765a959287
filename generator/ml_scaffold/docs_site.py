"""What MkDocs does beside its settings in `docs`: it loads this file as a hook.

The README is the site's home, and the pages, written for a forge, are turned into what MkDocs
reads.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

HOME, STYLE = "index.md", "site.css"
_ENTITIES: Mapping[str, str] = {"<": "&lt;", "&": "&amp;", "~": "~", "$": "$", "=": "="}
"""What a forge, but not MkDocs, takes for itself behind a backslash."""
_SYNTAX = re.compile(
    r"^(?P<fence>`{3,})(?P<language>\w*)\n(?P<block>.*?)^(?P=fence)$"
    r"|(?<!`)(?P<tick>`+)(?!`)(?:(?!\n\n).)+?(?<!`)(?P=tick)(?!`)"
    r"|\\(?P<escaped>[!-/:-@[-`{-~])"
    r"|\[(?P<text>(?:\\.|[^\[\]\\])*)\]\((?P<target>[^()\s]+)\)",
    re.MULTILINE | re.DOTALL,
)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Let the theme, which escapes nothing, show the name as it is."""
    config.site_name = escape(config.site_name)
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the README as the site's home, and the style sheet, unless docs/ has its own."""
    from mkdocs.structure.files import File

    added = {HOME: _root(config) / "README.md", STYLE: Path(__file__).with_suffix(".css")}
    for name, source in added.items():
        if files.get_file_from_path(name) is None:
            files.append(File.generated(config, name, abs_src_path=str(source)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn a page of the repository into one of the site."""
    source = Path(str(page.file.abs_src_path))
    return site_markdown(markdown, page.file.src_uri, source, _root(config))


def site_markdown(markdown: str, uri: str, source: Path, root: Path) -> str:
    """Return a page of the repository as MkDocs shall read it.

    Links into docs/ are kept, those to the README lead home, and of those to other files of the
    repository, which the site doesn't have, the text remains.

    Args:
        uri: of the page in the site, such as `design.md`.
        source: the file that the page comes from; its links start there.
        root: of the repository.
    """

    def changed(found: re.Match[str]) -> str:
        if found["language"] == "mermaid":
            return _folded(found["block"])
        if found["escaped"]:
            return _ENTITIES.get(found["escaped"], found[0])
        if found["target"] is None:
            return found[0]
        text = _SYNTAX.sub(changed, found["text"])
        target = _target(found["target"], uri, source, root)
        return text if target is None else f"[{text}]({target})"

    return _SYNTAX.sub(changed, markdown)


def _target(target: str, uri: str, source: Path, root: Path) -> str | None:
    """Return where a link leads in the site, None if there is no such place."""
    name, sharp, anchor = target.partition("#")
    if not name or re.match(r"[a-z][a-z0-9+.-]*:", name):
        return target
    path, docs = (source.parent / name).resolve(), (root / "docs").resolve()
    if path == (root / "README.md").resolve():
        inside = HOME
    elif path.is_relative_to(docs):
        inside = path.relative_to(docs).as_posix()
    else:
        return None
    return posixpath.relpath(inside, posixpath.dirname(uri) or ".") + sharp + anchor


def _folded(diagram: str) -> str:
    """Return the source of a diagram to be opened: what draws it would come from another host."""
    code = f"<pre><code>{escape(diagram.rstrip())}</code></pre>"
    return f"<details><summary>The same as Mermaid</summary>{code}</details>"


def _root(config: MkDocsConfig) -> Path:
    return Path(config.docs_dir).parent
