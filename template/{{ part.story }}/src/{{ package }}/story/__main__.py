"""`python -m <package>.story`: lives through the story in the environment it was started in."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from .. import log
from ..errors import UserError
from ..processes import Server, ServerError, end, interruptible, start
from ..settings import settings
from .timeline import Timeline


def live(seed: int, size: int, reports: Path) -> Path:
    """Start what takes longest to start, then live through the story; return its page."""
    timeline = Timeline()
    with ExitStack() as stack:
        with timeline.step("Loading the tools"):
            server = start_prefect()
            stack.callback(end, [server])
            from .story import Story
        return Story(seed, size, timeline).live(reports, server)


def start_prefect() -> Server:
    """Start the server that keeps the flows' runs, at the address that the environment names."""
    address = urlsplit(os.environ["PREFECT_API_URL"])
    where = ["--host", str(address.hostname), "--port", str(address.port)]
    return start(
        "Prefect",
        [sys.executable, "-m", "prefect", "server", "start", "--no-ui", *where],
        address.port or 0,
        settings().state_dir / "logs" / "prefect.log",
        "/api/health",
    )


def main() -> None:
    """Run the demo from nothing, whatever an earlier one left."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--reports", type=Path, required=True)
    arguments = parser.parse_args()
    state = settings().state_dir
    if "APP_STATE_DIR" not in os.environ or state.name != "demo":
        parser.error("start the demo with `make demo`, which gives it a state folder of its own")
    for folder in (state, arguments.reports):
        if folder.exists():
            shutil.rmtree(folder)
    log.configure()
    with interruptible():
        try:
            page = live(arguments.seed, arguments.size, arguments.reports)
        except (UserError, ServerError) as error:
            sys.exit(f"{error}")
        except KeyboardInterrupt:
            sys.exit("interrupted; every process of the demo was ended")
    print(f"The story: {page}")


main()
