"""What starts, retries and records pipelines: Prefect."""

import os

from ...ops.paths import ROOT

# Read by Prefect when it is imported, so before it is; a value that is set wins.
for _name, _value in {
    "PREFECT_HOME": str(ROOT / "var" / "prefect"),
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # Where no server is named, one starts with the run; a busy machine needs over 20 s.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
}.items():
    os.environ.setdefault(_name, _value)
