"""Each escaping macro against a real reader of its format: text goes in, and the same comes out."""

from __future__ import annotations

import ast
import json
import subprocess
import tomllib
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ml_scaffold.questions import Questionnaire

HOSTILE = [
    "plain",
    'it\'s "quoted"',
    "back\\slash\\",
    "\\\"'\\'\"",
    "$HOME $(touch x) `touch x` ${x}",
    "a # comment",
    "\\# \\\\# #",
    " leading",
    "{{ 7 * 7 }} {% raw %} {# #}",
    "key: value",
    "- item",
    "+ item",
    "1. item",
    "12) item",
    "# heading #",
    "<script>alert(1)</script> &amp; &#65;",
    "*a* _b_ __c__ ~~d~~ [e](f) ![g](h) `i` | j",
    "=== ---",
    "no",
    "2026-01-01",
    "😀 \U0010ffff",
    "\x7f\x85\u2028\u2029\u200b\ufeff\ufffe",
    "%s %d {} %%",
]

any_text = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(HOSTILE)
"""All that Python can encode; the rules let much less through."""

one_line = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"])) | st.sampled_from(
    HOSTILE[:-2]
)
"""What the rules let through, and spaces at the ends."""

tough = st.text(st.sampled_from("\\'\"#$ \t`*_[]<>&|~-+.1)(!:=\n"), max_size=12)
"""Short runs of what is special somewhere."""


@pytest.fixture(scope="session")
def escape(questionnaire: Questionnaire) -> Callable[[str, str], str]:
    """Return a function of a macro's name and a text."""

    def escape(macro: str, text: str) -> str:
        source = (
            f"{{% from 'generator/macros/escape.jinja' import {macro} %}}{{{{ {macro}(text) }}}}"
        )
        return questionnaire.render(source, {"text": text})

    return escape


Escape = Callable[[str, str], str]


def assert_four_readers_agree(escape: Escape, text: str) -> None:
    """Read a text back in four formats."""
    assert json.loads(escape("json", text)) == text
    assert tomllib.loads(f"a = [{escape('toml', text)}, 1] # b")["a"] == [text, 1]
    assert yaml.safe_load(f"a: {escape('yaml', text)} # b\nc: [{escape('yaml', text)}]") == {
        "a": text,
        "c": [text],
    }
    assert ast.literal_eval(f"({escape('python', text)}, 1)") == (text, 1)


@given(any_text | tough)
@settings(max_examples=300, deadline=None)
def test_one_literal_serves_four_readers(escape: Escape, text: str) -> None:
    """JSON, TOML, YAML and Python read back what was put in, beside other text on the same line."""
    assert_four_readers_agree(escape, text)


@pytest.mark.slow
@given(any_text | tough, one_line | tough.map(lambda text: text.replace("\n", "")))
@settings(max_examples=1500, deadline=None)
def test_thousands_of_texts_come_back(escape: Escape, text: str, line: str) -> None:
    """Each macro in thousands of cases, as on every day."""
    assert_four_readers_agree(escape, text)
    assert_literals_show(escape, text)
    assert_html_shows(escape, text)
    if line := " ".join(line.split("\t")).strip():
        assert_markdown_shows(escape, line)


def assert_literals_show(escape: Escape, text: str) -> None:
    """Look for what a literal must not hold as it is."""
    for macro in ("json", "toml", "yaml", "python"):
        literal = escape(macro, text)
        assert len(literal.splitlines()) == 1
        assert not set(literal) & {"\x7f", "\x85", "\u200b", "\u2028", "\u202e", "\ufeff"}


@given(any_text)
@settings(max_examples=100, deadline=None)
def test_literals_show_what_they_hold(escape: Escape, text: str) -> None:
    """A literal is one line of visible characters, whatever the text."""
    assert_literals_show(escape, text)


def test_python_literals_are_as_the_formatter_writes_them(
    escape: Escape, bin_folder: Path, tmp_path: Path
) -> None:
    """Formatting a file of such literals changes nothing."""
    file = tmp_path / "literals.py"
    lines = [f"x = {escape('python', text)}\n" for text in [*HOSTILE, '"', "'", "\"'", 'a"b\'c"d']]
    file.write_text("".join(lines), encoding="utf-8")
    subprocess.run([bin_folder / "ruff", "format", "--isolated", "--quiet", file], check=True)
    assert file.read_text(encoding="utf-8").splitlines(keepends=True) == lines


@given(st.lists(any_text | tough, min_size=50, max_size=100))
@example([*HOSTILE, "", "a\nb"])
@settings(max_examples=10, deadline=None)
def test_shell_words_are_read_back(escape: Escape, texts: list[str]) -> None:
    """A POSIX shell prints each text unchanged and runs none of it."""
    texts = [text for text in texts if "\x00" not in text]
    script = "".join(f"printf '%s\\0' {escape('shell', text)}\n" for text in texts)
    shown = subprocess.run(["sh", "-c", script], capture_output=True, check=True).stdout
    assert shown.decode().split("\0")[:-1] == texts


def read_by_make(assignments: str, names: list[str], folder: Path) -> list[str]:
    """Return the values of make's variables `names`."""
    file = folder / "Makefile"
    recipe = "".join(f"\t@printf '%s\\0' \"$${name}\"\n" for name in names)
    file.write_text(f"{assignments}export\nall:\n{recipe}", encoding="utf-8")
    done = subprocess.run(["make", "-sf", file], capture_output=True, check=True, cwd=folder)
    return done.stdout.decode().split("\0")[:-1]


@given(
    st.lists(one_line | tough.map(lambda text: text.replace("\n", "")), min_size=20, max_size=40)
)
@example([*HOSTILE[:-2], "", "a\\", "\\", "#", "\\\\\\#"])
@settings(max_examples=10, deadline=None)
def test_make_reads_values_back(
    escape: Escape, tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    """A variable of make holds the text, whether assigned at once or when it's used."""
    texts = [text for text in texts if "\x00" not in text]
    names = [f"V{number}" for number in range(len(texts))]
    for operator in (":=", "="):
        assignments = "".join(
            f"{name} {operator} {escape('make', text)}\n"
            for name, text in zip(names, texts, strict=True)
        )
        assert read_by_make(assignments, names, tmp_path_factory.mktemp("make")) == texts


class _Page(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.title: str | None = None
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.title = dict(attrs).get("title", self.title)

    def handle_data(self, data: str) -> None:
        self.text += data


def assert_html_shows(escape: Escape, text: str) -> None:
    """Read a text back from a page."""
    safe = escape("html", text)
    for quote in "\"'":
        page = _Page()
        page.feed(f"<p title={quote}{safe}{quote}>{safe}</p>")
        page.close()
        assert (page.tags, page.title, page.text) == (["p"], text, text)


@given(one_line | tough)
@settings(max_examples=200, deadline=None)
def test_html_shows_the_text(escape: Escape, text: str) -> None:
    """Between tags and in attributes of either quote the text stands, and opens no tag."""
    assert_html_shows(escape, text)


def shown_by_markdown(source: str) -> tuple[list[str], str]:
    """Return the kinds of block and inline elements that a Markdown reader sees, and the text."""
    kinds: list[str] = []
    text = ""
    for token in (
        MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(source)
    ):
        kinds.append(token.type)
        for child in token.children or []:
            kinds.append(child.type)
            text += child.content
    return [kind for kind in kinds if kind not in {"text", "text_special"}], text


def assert_markdown_shows(escape: Escape, text: str) -> None:
    """Read a text back from a paragraph and a heading."""
    text = " ".join(text.split("\t"))
    safe = escape("markdown", text.strip())
    paragraph = ["paragraph_open", "inline", "paragraph_close"]
    assert shown_by_markdown(safe) == (paragraph, text.strip())
    heading = ["heading_open", "inline", "heading_close"]
    assert shown_by_markdown(f"# {safe}\n") == (heading, text.strip())


@given((one_line | tough.map(lambda text: text.replace("\n", ""))).map(str.strip).filter(bool))
@example("1986\\. A great year")
@example("a ### ##")
@settings(max_examples=300, deadline=None)
def test_markdown_shows_the_text(escape: Escape, text: str) -> None:
    """In a paragraph and in a heading the text stands as it was, and starts nothing else."""
    assert_markdown_shows(escape, text)
