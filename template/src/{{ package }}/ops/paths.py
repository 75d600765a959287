"""Where the project lies on this machine."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).absolute().parents[3]
"""The project's root folder: the one that holds `design.yml` and `config/`."""

PACKAGE = __name__.partition(".")[0]
"""The name of this package, for subprocesses that run one of its modules."""
