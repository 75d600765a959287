"""What searches for parameters: `search.search` tries sets of them, whatever the objective is."""

from __future__ import annotations

from pathlib import Path

from ..pages import Page, at, script


def page(state: Path) -> Page:
    """Return Optuna's dashboard of the studies below `state`."""
    journal = state / "studies" / "journal.log"

    def command(port: int) -> list[str]:
        how = ["--storage-class", "JournalFileStorage", "--server", "wsgiref"]
        return [*script("optuna-dashboard"), str(journal), *at(port), *how]

    return Page("Optuna", journal, 8080, command)
