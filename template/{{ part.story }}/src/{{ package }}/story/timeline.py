"""The timeline: what happens now, what it took, and what came of it; shown and kept."""

from __future__ import annotations

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from ..ops import progress


@dataclass
class Step:
    """One step of the story; `headline` says in a sentence what came of it."""

    name: str
    seconds: float = 0.0
    headline: str = ""


class Timeline:
    """Shows each step while it runs, with its parts, and keeps all of them."""

    def __init__(self, console: Console | None = None) -> None:
        self.steps: list[Step] = []
        self.begun = time.monotonic()
        self._console = console or Console(file=sys.stderr, highlight=False)

    @property
    def seconds(self) -> float:
        """Return the seconds since the timeline began."""
        return time.monotonic() - self.begun

    def to_dict(self) -> dict[str, Any]:
        """Return the steps, and what all took, as the summary holds them."""
        return {"seconds": round(self.seconds, 1), "steps": [vars(step) for step in self.steps]}

    @contextmanager
    def step(self, name: str) -> Generator[Step]:
        """Run a step: a spinner in a terminal, a line when it begins and ends elsewhere."""
        step = Step(name)
        begun = time.monotonic()
        if not self._console.is_terminal:
            self._console.print(f"{self.seconds:5.0f} s  ... {name}")
        with (
            Progress(
                TextColumn("{task.fields[clock]:>6}"),
                SpinnerColumn(),
                TextColumn("{task.description}"),
                TimeElapsedColumn(),
                console=self._console,
                transient=True,
                disable=not self._console.is_terminal,
            ) as display,
            progress.listening(
                lambda part, done, total: self._part(display, name, part, done, total)
            ),
        ):
            self._task = display.add_task(name, total=None, clock=f"{self.seconds:.0f} s")
            yield step
        step.seconds = round(time.monotonic() - begun, 3)
        self.steps.append(step)
        self._console.print(
            f"{self.seconds:5.0f} s  [green]✓[/] [bold]{name}[/] ({step.seconds:.1f} s)"
        )
        for part in filter(None, step.headline.split("; ")):
            self._console.print(Padding(Text(part), (0, 0, 0, 11)))

    def _part(self, display: Progress, name: str, part: str, done: int, total: int) -> None:
        counted = f"{part} {done}/{total}" if total else part
        display.update(self._task, description=f"{name}: {counted}", clock=f"{self.seconds:.0f} s")
