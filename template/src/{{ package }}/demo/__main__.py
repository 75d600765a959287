"""`python -m <package>.demo`: lives through the story in the environment that it was started in."""

from __future__ import annotations

import argparse
import shutil
import sys

from .. import log
from ..errors import UserError
from ..processes import ServerError, interruptible
from ..settings import settings
from .environment import REPORTS, STATE


def main() -> None:
    """Run the demo from nothing, whatever an earlier one left."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--customers", type=int, required=True)
    arguments = parser.parse_args()
    if settings().state_dir != STATE:
        parser.error("start the demo with `make demo`, which gives it a state folder of its own")
    shutil.rmtree(STATE, ignore_errors=True)
    shutil.rmtree(REPORTS, ignore_errors=True)
    log.configure()
    with interruptible():
        try:
            from .story import Story

            page = Story(arguments.seed, arguments.customers).live(REPORTS)
        except (UserError, ServerError) as error:
            sys.exit(f"{error}")
        except KeyboardInterrupt:
            sys.exit("interrupted; every process of the demo was ended")
    print(f"The story: {page}")


main()
