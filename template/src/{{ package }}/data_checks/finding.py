"""What a check found, as its reader sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..errors import UserError


class DataError(UserError):
    """The data have faults that nothing can be made of; the message names each."""


@dataclass(frozen=True)
class Finding:
    """One mismatch between the data and what `problem/` says of them.

    Attributes:
        severity: an error stops training and batch scoring; a warning deserves a look.
        where: the table, or `table.column`.
        what: what is wrong, with how many rows and an example.
        remedy: what to do about it.
    """

    severity: Literal["error", "warning"]
    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        """Return the finding as two lines."""
        return f"{self.severity.upper():7}  {self.where}: {self.what}\n{'':7}  -> {self.remedy}"


@dataclass(frozen=True)
class Checked:
    """All that was found; `rows` are those of each table that could be read."""

    rows: Mapping[str, int]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Return the findings that stop training and batch scoring."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    def summary(self) -> str:
        """Return how much was found, in words."""
        errors = len(self.errors)
        warnings = len(self.findings) - errors
        return f"{_counted(errors, 'error')}, {_counted(warnings, 'warning')}"

    def require_no_error(self) -> None:
        """Raise `DataError` with every error, if there is one."""
        if self.errors:
            listed = "\n".join(map(str, self.errors))
            raise DataError(
                f"the data can't be used as they are:\n{listed}\n`make check-data` "
                "checks them again"
            )


def _counted(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
