"""After an update's merge: what it can't decide is put aside, and the versions are pinned.

Copier would remove a team's edits with the file that they stand in, replace a binary that both
sides changed, write into a file of the team's own where the template has a new one at its path, and
say nothing of a change to a file that the team removed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ml_scaffold.errors import ScaffoldError
from ml_scaffold.merging import Tree, Undecided

ASIDE, BESIDE = ".yours", ".rej"
"""What ends the name of a team's file that has no place any more, and of a template's beside it."""


@dataclass(frozen=True)
class Settled:
    """What became of the paths that no merge could decide.

    Attributes:
        tree: the files that they became.
        aside: a team's edited files without a place, under new names that end in `.yours`, each
            with the path that it had.
        beside: the template's versions of what isn't merged by lines, ending in `.rej`.
        missed: what the template changed in a file that the team removed or renamed.
    """

    tree: Tree
    aside: Mapping[str, str]
    beside: tuple[str, ...]
    missed: tuple[str, ...]


def settle(undecided: Iterable[Undecided], taken: Collection[str]) -> Settled:
    """Find a place for each file that no merge could decide, so that no edit is lost.

    Args:
        taken: the paths at which there is something.
    """
    tree: Tree = {}
    aside: dict[str, str] = {}
    beside, missed = [], []
    for each in undecided:
        if each.ours is None:
            missed.append(each.path)
        elif each.theirs is None:
            name = _free(each.path, ASIDE, taken)
            aside[name], tree[name] = each.path, each.ours
        else:
            beside.append(_free(each.path, BESIDE, taken))
            tree[each.path], tree[beside[-1]] = each.ours, each.theirs
    return Settled(tree, aside, tuple(beside), tuple(missed))


def _free(path: str, ending: str, taken: Collection[str]) -> str:
    """Return a name beside `path`; a numbered one where an earlier update's still lies there."""
    names = (f"{path}{number or ''}{ending}" for number in ("", *(f".{n}" for n in range(2, 100))))
    return next(name for name in names if name not in taken)


def lock(work: Path) -> None:
    """Pin anew what the merged pyproject.toml asks for; what is pinned stays.

    Raises:
        ScaffoldError: no set of versions fits.
    """
    uv = os.environ.get("UV") or shutil.which("uv")
    command = ["make", "lock", *([f"UV={uv}"] if uv else [])]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = "\n".join(f"  {line}" for line in done.stderr.strip().splitlines()[-10:])
        raise ScaffoldError(
            "nothing was changed, because the dependencies can't be pinned together "
            f"(`make lock`; --no-lock leaves it out):\n{said}"
        )
