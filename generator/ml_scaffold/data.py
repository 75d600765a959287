"""YAML that a template brings beside its questions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from .errors import ScaffoldError

# libyaml's loader is ten times as fast, and not in every build of PyYAML.
Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(file: Path) -> dict[str, Any]:
    """Return what `file` maps; nothing, if the template is of a release that had no such file.

    Raises:
        ScaffoldError: it can't be read, or is no mapping.
    """
    if not file.is_file():
        return {}
    try:
        loaded = yaml.load(file.read_text(encoding="utf-8"), Loader=Loader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ScaffoldError(f"{file} can't be read: {error}") from None
    if not isinstance(loaded, dict):
        raise ScaffoldError(f"{file} must hold a mapping")
    return loaded
