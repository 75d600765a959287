"""What the project is called, and whose it is."""

from __future__ import annotations

from . import Section, section


class ProjectDesign(Section):
    """The names that stand on what the project records."""

    name: str
    package: str
    owner: str


PROJECT = section("project", ProjectDesign)
MODEL_NAME = PROJECT.package
"""The name under which runs are recorded and versions registered."""
