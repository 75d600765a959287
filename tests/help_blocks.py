"""What README.md says of commands and parts: compared by a test, written by `make readme`.

A command's help stands after a line `<!-- ml-scaffold new --help -->`, in a fenced block of `text`;
the table of all that can be chosen stands between `<!-- parts -->` and `<!-- /parts -->`.
"""

from __future__ import annotations

import os
import re

from ml_scaffold.cli import parser
from ml_scaffold.parts import read
from support import ROOT

BLOCK = re.compile(r"<!-- ml-scaffold ?([a-z]*) --help -->\n```text\n(.*?)```\n", re.DOTALL)
TABLE = re.compile(r"(?<=<!-- parts -->\n).*?(?=<!-- /parts -->)", re.DOTALL)
README = ROOT / "README.md"


def help_texts() -> dict[str, str]:
    """Return what `ml-scaffold [COMMAND] --help` prints in 80 columns, by command ("" for none)."""
    os.environ["COLUMNS"] = "80"
    top = parser()
    commands = next(action.choices for action in top._actions if action.dest == "command")
    assert isinstance(commands, dict)
    return {"": top.format_help()} | {name: one.format_help() for name, one in commands.items()}


def parts_table() -> str:
    """Return all that a design can choose, and what is known and not generated yet, as Markdown."""
    rows: dict[str, tuple[list[str], list[str]]] = {}
    for part in read(ROOT).values():
        if part.gone or not (part.why or part.not_yet):  # what is no more, and absences
            continue
        what = part.question.replace("_", " ") if part.sort == "tool" else part.sort
        rows.setdefault(what, ([], []))[bool(part.not_yet)].append(part.name)
    lines = ["| | Generated | Known, and not generated yet |", "| --- | --- | --- |"]
    for what, (generated, known) in rows.items():
        lines.append(f"| {what} | {', '.join(generated)} | {', '.join(known)} |")
    return "\n".join(lines) + "\n"


def renewed(text: str) -> str:
    """Return `text` with every block holding the real help, and the table the real parts."""
    texts = help_texts()
    text = TABLE.sub(lambda _: parts_table(), text)
    return BLOCK.sub(lambda block: block[0][: -len(block[2]) - 4] + texts[block[1]] + "```\n", text)


if __name__ == "__main__":
    README.write_text(renewed(README.read_text(encoding="utf-8")), encoding="utf-8")
