"""What no update can write: a file where a folder is, a folder where a file is, or a submodule.

git's index holds one of the two and drops the other without a word, so they are looked for before.
"""

from __future__ import annotations

from collections.abc import Collection

from .errors import ScaffoldError, visible
from .merging import Tree, folders

SUBMODULE = "160000"
"""The mode of another repository in a tree."""


def refuse_clashes(head: Tree, now: Tree, undecided: Collection[str], release: str) -> None:
    """Make sure that all files of `now` can stand beside each other.

    Args:
        head: what the team has.
        now: what the update came to.
        undecided: paths that it couldn't merge.
        release: what the update is to, for the message.

    Raises:
        ScaffoldError: some can't; each path is named.
    """
    lines = []
    above = folders(now)
    for path in sorted(head.keys() | now.keys()):
        mine = head.get(path)
        nested = mine is not None and mine.mode == SUBMODULE
        what = "a submodule" if nested else "a file"
        if path in now and path in above:
            if mine is None:
                lines.append(f"{path} is a folder of yours, and {release} has a file there")
            else:
                lines.append(f"{path} is {what} of yours, and {release} has a folder there")
        elif nested and (path in undecided or now.get(path) != mine):
            lines.append(
                f"{path} is {what} of yours, and {release} has, moves or removes a file there"
            )
    if lines:
        listed = "\n".join(f"  {visible(line)}" for line in lines)
        raise ScaffoldError(
            f"nothing was changed, because of what stands in the way:\n{listed}\n"
            "move it away, commit, and update again"
        )
