"""The help texts in README.md: compared by a test, written by `make readme`.

A block is a line `<!-- ml-scaffold new --help -->` and the fenced code block, of `text`, after it.
"""

from __future__ import annotations

import os
import re

from ml_scaffold.cli import parser
from support import ROOT

BLOCK = re.compile(r"<!-- ml-scaffold ?([a-z]*) --help -->\n```text\n(.*?)```\n", re.DOTALL)
README = ROOT / "README.md"


def help_texts() -> dict[str, str]:
    """Return what `ml-scaffold [COMMAND] --help` prints in 80 columns, by command ("" for none)."""
    os.environ["COLUMNS"] = "80"
    top = parser()
    commands = next(action.choices for action in top._actions if action.dest == "command")
    assert isinstance(commands, dict)
    return {"": top.format_help()} | {name: one.format_help() for name, one in commands.items()}


def renewed(text: str) -> str:
    """Return `text` with every block holding the real help."""
    texts = help_texts()
    return BLOCK.sub(lambda block: block[0][: -len(block[2]) - 4] + texts[block[1]] + "```\n", text)


if __name__ == "__main__":
    README.write_text(renewed(README.read_text(encoding="utf-8")), encoding="utf-8")
