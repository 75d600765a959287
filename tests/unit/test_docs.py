"""The site of README and docs/: whole, strict, and without a request to another host."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from html.parser import HTMLParser
from pathlib import Path

import pytest

from conftest import Render
from ml_scaffold.cli import main
from ml_scaffold.docs_site import site_markdown

LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}
"""The attributes with which a page makes the browser load something."""


@pytest.fixture
def project(render: Render, tmp_path: Path) -> Path:
    """Return what the site of the default design is made of."""
    folder = tmp_path / "project"
    shutil.copytree(render({}) / "docs", folder / "docs")
    for name in ("README.md", ".copier-answers.yml"):
        shutil.copy(render({}) / name, folder)
    return folder


@pytest.fixture
def free_port() -> int:
    """Return a port of this machine at which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def built(project: Path) -> Path:
    """Build the site of a project, and return its folder."""
    assert main(["docs", str(project)]) == 0
    return project / "build" / "site"


class Page(HTMLParser):
    """A page as a browser reads it.

    Attributes:
        loads: what it makes the browser load. scripts: the number of scripts in it. numbered: how
        many items its numbered lists have. texts: all texts between tags. title: the page's.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.scripts = self.numbered = 0
        self._lists: list[str] = []
        self.texts: list[str] = []
        self.title = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        self._lists += [tag] if tag in ("ol", "ul") else []
        self.numbered += tag == "li" and self._lists[-1] == "ol"
        self.loads += [value or "" for name, value in attrs if LOADED.get(tag) == name]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ol", "ul"):
            self._lists.pop()

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())
        if self.lasttag == "title":
            self.title += data


def test_the_site_has_every_page_and_asks_no_other_host(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """README and docs/ are there; scripts, styles, fonts and images come from the site itself."""
    site = built(project)
    assert capfd.readouterr() == (f"{site / 'index.html'}\n", "")
    names = {path.stem for path in (project / "docs").glob("*.md")} | {"index"}
    assert names <= {path.stem for path in site.glob("*.html")}
    assert "Commands" in Page(site / "index.html").texts
    for path in site.rglob("*.html"):
        for target in Page(path).loads:
            assert not re.match(r"(\w+:)?//", target), f"{path.name} loads {target}"
            file = path.parent / target.partition("?")[0].partition("#")[0]
            assert file.exists() or path.name == "404.html", f"{path.name} loads {target}"
    for path in site.rglob("*.css"):
        style = path.read_text(encoding="utf-8")
        assert not re.search(r"""(url\(|@import)\s*['"]?(\w+:)?//""", style), path.name


def test_numbered_lists_stay_lists(project: Path) -> None:
    """Where MkDocs reads Markdown otherwise than a forge, an item would end in the one before."""
    site = built(project)
    for path in (project / "README.md", *(project / "docs").glob("*.md")):
        name = "index" if path.stem == "README" else path.stem
        written = re.findall(r"^ *\d+\. ", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert Page(site / f"{name}.html").numbered == len(written), path.name


@pytest.mark.parametrize("link", ["gone.md", "design.md#no-such-heading"])
def test_a_link_that_leads_nowhere_fails_the_build(
    project: Path, link: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """A warning is an error, and names page and link."""
    (project / "docs" / "new.md").write_text(f"# New\n\n[there]({link})\n", encoding="utf-8")
    assert main(["docs", str(project)]) == 1
    err = capfd.readouterr().err
    assert "'new.md'" in err
    assert link in err


def test_texts_stay_texts_and_links_lead_on(project: Path) -> None:
    """A title with a tag in it is shown; a page of the team is on the site; so is its own home."""
    heading = r"# \</title\>\<script\>alert(1)\</script\> \& \$5 \~ \*x\*"
    page = f"{heading}\n\n[home](../README.md)\n"
    (project / "docs" / "new.md").write_text(page, encoding="utf-8")
    answers = project / ".copier-answers.yml"
    named = re.sub("^project_name: .*$", "project_name: <script>", answers.read_text(), flags=re.M)
    answers.write_text(named, encoding="utf-8")
    site = built(project)
    new, design = (Page(site / f"{name}.html") for name in ("new", "design"))
    assert new.scripts == design.scripts
    title = "</title><script>alert(1)</script> & $5 ~ *x*"
    assert {title, "<script>"} <= set(new.texts)
    assert new.title.strip() == f"{title} - <script>"
    (project / "docs" / "index.md").write_text("# Our own\n", encoding="utf-8")
    (project / "docs" / "site.css").write_text("/* ours */", encoding="utf-8")
    site = built(project)
    assert "Our own" in Page(site / "index.html").texts
    assert (site / "site.css").read_text(encoding="utf-8") == "/* ours */"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[design](docs/design.md#a)", "[design](design.md#a)"),
        ("[`the` README](README.md)", "[`the` README](index.md)"),
        ("see [LICENSE](LICENSE).", "see LICENSE."),
        ("[up](../elsewhere.md)", "up"),
        ("[a](#start) [b](https://x.org) [c](mailto:a@x.org)", None),
        (r"\<b\> \& \$1 \~ \= \* \[x\](y)", r"&lt;b\> &amp; $1 ~ = \* \[x\](y)"),
        (r"`\<b\>` and ``[x](LICENSE) ` ``", None),
        ("```sh\n[x](LICENSE) \\<\n```", None),
        ("one ` two\n\n[x](LICENSE) ` three", "one ` two\n\nx ` three"),
    ],
)
def test_a_page_is_read_as_a_forge_reads_it(written: str, shown: str | None) -> None:
    """Links are those of the site, escapes are MkDocs's, and code stays as it is."""
    root = Path("/there")
    assert site_markdown(written, "index.md", root / "README.md", root) == (shown or written)


def test_links_between_pages_start_at_the_page() -> None:
    """A page in a folder of docs/ names the others from there."""
    root = Path("/there")
    written = "[home](../../README.md#start) [design](../design.md) [code](../../src/x.py)"
    shown = "[home](../index.md#start) [design](../design.md) code"
    assert site_markdown(written, "more/page.md", root / "docs" / "more" / "page.md", root) == shown


def test_mermaid_is_folded() -> None:
    """What draws a diagram would come from another host, so its source can be opened."""
    root = Path("/there")
    shown = site_markdown("```mermaid\na --> <b>\n```\n", "x.md", root / "docs" / "x.md", root)
    assert "<summary>The same as Mermaid</summary><pre><code>a --&gt; &lt;b&gt;</code>" in shown


def test_it_is_shown_until_ctrl_c(project: Path, bin_folder: Path, free_port: int) -> None:
    """`--serve` shows the site at the address, and ends quietly."""
    address = f"127.0.0.1:{free_port}"
    command = [bin_folder / "ml-scaffold", "docs", project, "--serve", "--address", address]
    # What started the tests may have them ignore Ctrl-C, as a shell does with what runs behind it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        server = subprocess.Popen(
            command, start_new_session=True, stderr=subprocess.PIPE, text=True
        )
    finally:
        signal.signal(signal.SIGINT, before)
    try:
        page = shown(f"http://{address}/", server)
        assert "Commands" in page
        os.killpg(server.pid, signal.SIGINT)  # as a terminal does
        assert server.wait(20) == 0
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
        server.communicate()


def shown(url: str, server: subprocess.Popen[str]) -> str:
    """Return the page at `url` once the server is up."""
    for _ in range(200):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            assert server.poll() is None
            time.sleep(0.1)
    raise AssertionError("the site is not shown")


def test_without_mkdocs_it_says_how_to_get_it(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """MkDocs is an extra."""
    monkeypatch.setattr("ml_scaffold.docs.find_spec", lambda _: None)
    assert main(["docs", str(project)]) == 2
    assert "install `ml-scaffold[docs]`" in capsys.readouterr().err
