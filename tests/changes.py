"""What has changed since the newest release, and so which designs and mutants CI proves.

`python -m changes` prints the designs, as pytest's `-k` takes them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import folders
import layout
from designs import REFERENCE
from ml_scaffold.source import git
from support import RELEASES, ROOT

FIT = 12
"""So many designs CI proves beside all else that it runs: one takes five minutes of a process."""
TURNS = 3
"""Of more designs, each whose parts are as released has its turn in every third commit."""
PLACES = (ROOT / "template", ROOT / "tests" / "internals")


def changed() -> list[folders.File]:
    """Return the files of the template, and of our internals, that are not as last released."""
    released = next(each["commit"] for each in reversed(RELEASES) if each["commit"])
    places = [place.relative_to(ROOT).as_posix() for place in PLACES]
    names = git("diff", "--name-only", "-z", released, "--", *places, folder=ROOT).split("\0")
    found = {ROOT / name for name in names}
    return [file for file in folders.files(*PLACES) if file.source in found]


def paths(files: Iterable[folders.File], package: str) -> set[str]:
    """Return where a project whose package is called so has these files."""
    return {
        file.path.replace(f"src/{folders.PACKAGE}/", f"src/{package}/")
        for file in files
        if not file.passage
    }


def due(
    designs: Mapping[str, Collection[str]], parts: Collection[str], commits: int, fit: int = FIT
) -> list[str]:
    """Return which of `designs` are to be proved: all while they fit, else some in turns.

    Args:
        designs: their parts, by name.
        parts: those that changed since the newest release; a design that has one is always due.
        commits: how many there are; every `TURNS`-th has the same turn.
        fit: how many designs fit.
    """
    if len(designs) <= fit:
        return list(designs)
    return [
        name
        for number, (name, has) in enumerate(designs.items())
        if number % TURNS == commits % TURNS or set(parts) & set(has)
    ]


def main() -> None:
    """Print the reference designs that are due."""
    designs = {
        name: [part for part, brings in layout.BROUGHT.items() if brings(design)]
        for name, design in REFERENCE.items()
    }
    parts = {part for file in changed() for part in file.parts}
    commits = int(git("rev-list", "--count", "HEAD", folder=ROOT))
    print(" or ".join(due(designs, parts, commits)))


if __name__ == "__main__":
    main()
