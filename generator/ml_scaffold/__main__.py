"""Run the command line as `python -m ml_scaffold`."""

from __future__ import annotations

import sys

from .cli import main

sys.exit(main())
