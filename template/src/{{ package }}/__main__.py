"""`python -m <package> COMMAND`: the commands behind the Make targets."""

from __future__ import annotations

import os

# Read by libraries when they are imported, so before anything else; a value that is set wins.
for _name, _value in {
    "OMP_NUM_THREADS": "1",
    "DO_NOT_TRACK": "true",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "ERROR",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    # Its page would start workers for jobs that nobody sends.
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    # A server that is away is told in seconds; MLflow's own patience is minutes.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
    "BENTOML_DO_NOT_TRACK": "True",
}.items():
    os.environ.setdefault(_name, _value)

from .commands import main  # noqa: E402

if __name__ == "__main__":
    main()
