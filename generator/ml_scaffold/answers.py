"""Answer files, and the reference designs that a template brings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import ConstructorError

from .errors import ScaffoldError, nearest, visible

DESIGNS = Path("generator", "designs")
LARGEST = 100_000
"""Bytes. An answer file has some forty lines; whatever is larger is another file."""


class _Loader(yaml.SafeLoader):
    """Refuses what YAML lets pass in silence: a key given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if str(key.value) in seen:
                raise ConstructorError(
                    problem=f"{visible(str(key.value))} is given twice", problem_mark=key.start_mark
                )
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def read(file: Path) -> dict[str, Any]:
    """Return the answers in the YAML `file`, unchecked.

    Raises:
        ScaffoldError: the file can't be read, or isn't a mapping of names to answers.
    """
    try:
        if file.stat().st_size > LARGEST:
            raise ScaffoldError(f"{file} is no answer file: it is larger than {LARGEST:,} bytes")
        loaded = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # a safe loader
    except FileNotFoundError:
        raise ScaffoldError(f"there is no file {file}") from None
    except OSError as error:
        raise ScaffoldError(f"{file} can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ScaffoldError(f"{file} is not UTF-8 text") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        told = str(error).replace("<unicode string>", str(file))  # PyYAML's name for read text
        raise ScaffoldError(f"{file} is not YAML: {told}") from None
    if not isinstance(loaded, dict):
        raise ScaffoldError(f"{file} must hold answers, one `name: value` a line")
    for key in loaded:
        if not isinstance(key, str):
            raise ScaffoldError(
                f"{file} must hold answers, one `name: value` a line: {visible(repr(key))} is no "
                "name of a question"
            )
    return loaded


def designs(root: Path) -> dict[str, Path]:
    """Return the reference designs of the template in `root` by name."""
    return {file.stem: file for file in sorted((root / DESIGNS).glob("*.yml"))}


def find(design: str, root: Path) -> Path:
    """Return the answer file that `design` means: a path, or the name of a reference design.

    A name has neither a slash nor the ending of a YAML file.

    Raises:
        ScaffoldError: there is no reference design of that name.
    """
    if "/" in design or Path(design).suffix in {".yml", ".yaml"}:
        return Path(design)
    known = designs(root)
    if design not in known:
        raise ScaffoldError(
            f"there is no design {design!r}{nearest(design, known) or '.'} The designs are "
            f"{', '.join(known)}; a file of your own is named with its ending (my-design.yml)"
        )
    return known[design]
