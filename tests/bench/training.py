"""How long training takes, against the sum of its unavoidable parts.

Both run in processes of their own with the Python of a generated project of the default design, in
turns, each in a fresh state folder with the same toy data; `floor_training` says what the parts are
and `project_training` what the project's training is. A Prefect server stands by: the project's
flow needs one, and its start is no part of training. What the project does to be quick where it
imports the libraries, the floor does as well.

What is printed is the faster of the rounds, because neighbours on a machine only add to it, and
the ratio of both sides; the seconds of processor time move less with the neighbours. The goal is a
ratio of at most 1.25. Nothing here asserts on the clock; that both sides did the same work is made
sure.
"""

from __future__ import annotations

import json
import resource
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from math import isclose
from pathlib import Path
from typing import Any

from bench.project import FOLDER, KEPT, PYTHON, end, make, project, state, wait
from ml_scaffold.demo import environment
from ml_scaffold.progress import step
from support import ROOT

ROUNDS = 2
SIDES = {"floor": "floor_training.py", "project": "project_training.py"}
REST = "the rest"
PATIENCE = 300
"""Seconds that one process may take."""
PREFECT = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "PREFECT_LOGGING_LEVEL": "WARNING"}
QUIET = {
    "OMP_NUM_THREADS": "1",
    "DO_NOT_TRACK": "true",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "ERROR",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
}
"""What the project's `python -m` sets for every command."""


@contextmanager
def prefect_server() -> Generator[str]:
    """Run a Prefect server on a free port of this machine; yield the address of its API."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = state("bench-prefect")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    command = ["-m", "prefect", "server", "start", "--no-ui", "--host", "127.0.0.1"]
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(
            [PYTHON, *command, "--port", str(port)],
            cwd=FOLDER,
            env=environment(ROOT) | PREFECT | {"PREFECT_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}/api"
    try:
        deadline = time.monotonic() + PATIENCE
        while not answers(f"{address}/health"):
            if server.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"Prefect's server did not start: see {home / 'server.log'}")
            time.sleep(0.2)
        yield address
    finally:
        end(server, 10)


def answers(url: str) -> bool:
    """Say whether a server answers there."""
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False


def train(side: str, prefect: str) -> dict[str, Any]:
    """Train once, in a fresh state folder; return the seconds by part and in all."""
    folder = state(f"bench-{side}")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copytree(state("data"), folder / "data")
    shutil.copy(state("clock"), folder / "clock")
    own = {
        "APP_STATE_DIR": str(folder),
        "PREFECT_API_URL": prefect,
        "PREFECT_HOME": str(state("bench-prefect")),
    }
    cpu, begun = processor_seconds(), time.perf_counter()
    with (folder / "stdout").open("wb") as said, (folder / "stderr").open("wb") as complained:
        process = subprocess.Popen(
            [PYTHON, Path(__file__).with_name(SIDES[side]), folder],
            cwd=FOLDER,
            env=environment(ROOT) | QUIET | PREFECT | own,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=complained,
        )
        ended = wait(process, PATIENCE)
    total = {"seconds": time.perf_counter() - begun, "cpu": processor_seconds() - cpu}
    if not ended or process.returncode:
        raise SystemExit(f"{SIDES[side]} failed or took too long: see {folder / 'stderr'}")
    result = json.loads((folder / "stdout").read_text("utf-8").splitlines()[-1])
    for kind, seconds in total.items():
        result[kind][REST] = seconds - sum(result[kind].values())
    return result | {"total": total}


def processor_seconds() -> float:
    """Return the processor time of all processes that this one started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def same(floor: Mapping[str, Any], ours: Mapping[str, Any]) -> bool:
    """Say whether both sides saw the same rows, fitted as often, and found the same best trial."""
    return floor.keys() == ours.keys() and all(
        isclose(floor[name], ours[name], rel_tol=1e-9) for name in floor
    )


def show(floor: Mapping[str, Any], ours: Mapping[str, Any]) -> None:
    """Print the seconds of both sides, by part."""
    row = "{:26} {:>7} {:>7}   {:>7} {:>7}".format
    print(row("", "floor", "ours", "floor", "ours"))
    print(row("", "s", "s", "CPU s", "CPU s"))
    for name in dict.fromkeys([*floor["seconds"], *ours["seconds"]]):
        cells = [side[kind].get(name, 0.0) for kind in ("seconds", "cpu") for side in (floor, ours)]
        print(row(name, *(f"{cell:.2f}" for cell in cells)))
    totals = [side["total"][kind] for kind in ("seconds", "cpu") for side in (floor, ours)]
    print(row("in all", *(f"{total:.2f}" for total in totals)))


def main() -> None:
    """Time both sides, print the figures, and keep them in `build/bench`."""
    project()
    if not state("clock").exists():
        make("data", PATIENCE)
    runs: dict[str, list[dict[str, Any]]] = {side: [] for side in SIDES}
    with ExitStack() as stack:
        with step("starting a Prefect server"):
            prefect = stack.enter_context(prefect_server())
        for number in range(ROUNDS):
            for side in SIDES:
                with step(f"training, {side}, round {number + 1} of {ROUNDS}"):
                    runs[side].append(train(side, prefect))
    fastest = {
        side: min(tried, key=lambda run: run["total"]["seconds"]) for side, tried in runs.items()
    }
    floor, ours = fastest["floor"], fastest["project"]
    if not same(floor["work"], ours["work"]):
        raise SystemExit(
            "the two did different work, so their times can't be compared: bring floor_training.py"
            f" up to date with the template\nfloor:   {floor['work']}\nproject: {ours['work']}"
        )
    ratio = {kind: ours["total"][kind] / floor["total"][kind] for kind in ("seconds", "cpu")}
    content = {"ratio": ratio, **fastest, "runs": runs}
    (KEPT / "training.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(f"training, default design: {', '.join(f'{v:g} {k}' for k, v in ours['work'].items())}")
    show(floor, ours)
    print(
        f"ratio: {ratio['seconds']:.2f} (goal: at most 1.25); of processor time: {ratio['cpu']:.2f}"
    )


if __name__ == "__main__":
    main()
