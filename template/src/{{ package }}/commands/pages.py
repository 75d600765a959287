"""What people look at: the runs, and the tools' own pages."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from ..settings import settings

if TYPE_CHECKING:
    from ..tools.runner.runs import PipelineRun


def runs(limit: Annotated[int, typer.Option(min=1, help="How many.")] = 20) -> None:
    """List the newest runs of the pipelines, and what they ended in."""
    from ..tools.runner.runner import recorded

    for run in recorded(limit):
        typer.echo(_line(run))


def _line(run: PipelineRun) -> str:
    took = f"{(run.end - run.start).total_seconds():,.0f} s" if run.end else "no end"
    again = [f"{each.name} {each.attempts} times" for each in run.stages if each.attempts > 1]
    failed = [f"{each.name} failed" for each in run.stages if each.state == "failed"]
    told = [took, *again, *failed, *([run.error] if run.error else [])]
    return f"{run.start:%Y-%m-%d %H:%M:%S} UTC {run.name} {run.state}: {', '.join(told)}"


def ui() -> None:
    """Show the tools' own pages in the browser, until Ctrl-C."""
    from ..tools import pages

    with suppress(KeyboardInterrupt):
        pages.show(list(pages.pages()), settings().state_dir / "logs")
    typer.echo("ended")


COMMANDS = (runs, ui)
