"""The designed values: what the team answered, read from `design.yml` and never edited by hand.

Each stage declares the model of its own section beside its code and asks for it here, so a stage
that was not chosen leaves nothing behind.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..errors import UserError, describe
from ..ops.paths import ROOT


class Section(BaseModel):
    """A section of `design.yml`: immutable, and strict about what it holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DesignError(UserError):
    """`design.yml` lacks a section or holds a value that the code can't use."""


SectionT = TypeVar("SectionT", bound=Section)


@cache
def _sections() -> dict[str, Any]:
    path = ROOT / "design.yml"
    restore = "restore it with `git checkout design.yml`"
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DesignError(f"{path} is missing: {restore}") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DesignError(f"{path} can't be read: {error}; {restore}") from None
    if not isinstance(read, dict):
        raise DesignError(f"{path} has no sections: {restore}")
    return read


def section(name: str, model: type[SectionT]) -> SectionT:
    """Return the section `name` of `design.yml` as `model`.

    Raises:
        DesignError: the section is missing or one of its values is not what `model` allows.
    """
    if name not in _sections():
        raise DesignError(f"design.yml has no section `{name}`; restore the file from git")
    try:
        return model.model_validate(_sections()[name])
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, (name, *wrong['loc'])))}: {describe(wrong, model.model_fields)}"
            for wrong in error.errors()
        ]
        raise DesignError(f"design.yml, {'; '.join(faults)}") from None


class ProjectDesign(Section):
    """The names that stand on what the project records."""

    name: str
    package: str
    owner: str


PROJECT = section("project", ProjectDesign)
MODEL_NAME = PROJECT.package
"""The name under which runs are recorded and versions registered."""


class HoldoutDesign(Section):
    """How much of the newest rows judges models."""

    days: int = Field(ge=1)


HOLDOUT = timedelta(days=section("holdout", HoldoutDesign).days)
"""The least length of what tests a model, and the length of what validates its parameters."""
