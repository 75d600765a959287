"""Counts of requests: what was sent, what came back, and which model answered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Requests:
    """Requests and their answers; `by_version` counts rows, with `fallback` for the rule's."""

    sent: int = 0
    answered: int = 0
    failed: int = 0
    fallback: int = 0
    by_version: Counter[str] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)

    def add(self, other: Requests) -> None:
        """Add the counts of `other` to these."""
        self.sent += other.sent
        self.answered += other.answered
        self.failed += other.failed
        self.fallback += other.fallback
        self.by_version.update(other.by_version)
        self.milliseconds.extend(other.milliseconds)

    def count(self, version: int | None, fallback: str | None) -> None:
        """Count one answered row."""
        if fallback is not None:
            self.fallback += 1
        self.by_version["fallback" if fallback is not None else str(version)] += 1

    def to_dict(self) -> dict[str, object]:
        """Return the counts as the summary holds them."""
        return {
            "sent": self.sent,
            "answered": self.answered,
            "failed": self.failed,
            "fallback": self.fallback,
            "by_version": dict(sorted(self.by_version.items())),
        }
