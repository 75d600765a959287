"""Real data go through: taxi rides, with the edits that a team would make to the default design.

The overlay in `tests/overlays/taxis` holds these edits, in the order in which the project's README
asks for them. The rides themselves are not here: `ML_SCAFFOLD_TAXIS` names their file.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import yaml

from ml_scaffold.demo import environment
from projects import Project
from support import ROOT

RIDES = os.environ.get("ML_SCAFFOLD_TAXIS", "")
pytestmark = pytest.mark.skipif(
    not RIDES, reason="ML_SCAFFOLD_TAXIS does not name the file of taxi rides"
)

OVERLAY = ROOT / "tests" / "overlays" / "taxis"
TRAINED, LATER = "2019-03-25T04:00:00Z", "2019-04-01T05:00:00Z"
"""Midnight in New York as a week begins, and a week later, when its rides have ended."""
ZONE = "Alphabet City"
TESTS = [
    *("test_data_checks", "test_data_faults", "test_docs", "test_service", "test_split"),
    *("test_batch_scoring", "test_channels", "test_service_form"),
]
"""Some of the project's tests that are not about the toy world."""
SCORES = """
import json
import sys
from datetime import datetime
import numpy as np
from taxi_tips.features.rows import labelled_rows
from taxi_tips.pipelines.training import fetch_scorer
from taxi_tips.problem import fallback
from taxi_tips.problem.metric import PRIMARY
from taxi_tips.registry import record
week = labelled_rows(*map(datetime.fromisoformat, sys.argv[1:]))
features = week.features.to_numpy(np.float32)
linear, tuned = (fetch_scorer(version) for version in (1, 2))
scores = {
    "the rule": fallback.score(features, tuned.manifest.fallback),
    "a first, linear model": linear.score(features),
    "the tuned model": tuned.score(features),
}
first, second = (record.metrics_of(version) for version in (1, 2))
print(json.dumps({
    "train_rows": second["train.rows"],
    "test_rows": second["test.rows"],
    "test": {
        "the rule": second["fallback.roc_auc"],
        "a first, linear model": first["test.roc_auc"],
        "the tuned model": second["test.roc_auc"],
    },
    "week_rows": len(week),
    "week": {name: PRIMARY.compute(week.label, score) for name, score in scores.items()},
}))
"""
"""What the two models and the rule are worth: on the test rows, and in the week that followed."""
SNAPSHOT = """
import sys
from datetime import datetime
import pandas as pd
from taxi_tips.features.aggregate import snapshots_dir, write_snapshots
now = datetime.fromisoformat(sys.argv[1])
write_snapshots(now, now)
rows = pd.read_parquet(snapshots_dir()).set_index("zone_id").sort_index()
print(rows[rows["rides_14d"] > 0].to_json())
"""


class Team:
    """A team with rides of its own: its project, and what it runs there."""

    def __init__(self, folder: Path) -> None:
        answers = yaml.safe_load((OVERLAY / "answers.yml").read_text(encoding="utf-8"))
        self.project = Project("taxi tips", answers, folder)
        self.folder = folder
        shutil.copytree(OVERLAY / "project", folder, dirs_exist_ok=True)
        card = folder / "docs" / "model_card.md"
        text = card.read_text(encoding="utf-8")
        toys = "`buyers`, `never_bought`, `had_tickets`"
        assert toys in text
        card.write_text(text.replace(toys, "`busy`, `quiet`"), encoding="utf-8")
        (folder / "var" / "data").mkdir(parents=True)
        shutil.copy(RIDES, folder / "var" / "data" / "taxis.csv")

    def env(self, more: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of a command: `more`, and by default the time of the training."""
        return {**environment(ROOT), "APP_AS_OF": TRAINED, **more}

    def run(self, *command: str, code: int = 0, env: Mapping[str, str] | None = None) -> str:
        """Run a command, check its exit code, and return what it printed."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.env(env or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return done.stdout

    def python(self, code: str, *arguments: str, env: Mapping[str, str] | None = None) -> Any:
        """Run code of the project and return the JSON that it printed last."""
        python = str(self.folder / ".venv" / "bin" / "python")
        return json.loads(self.run(python, "-c", code, *arguments, env=env).splitlines()[-1])

    @contextmanager
    def up(self, *targets: str, env: Mapping[str, str]) -> Generator[None]:
        """Keep some targets running."""
        started = [
            subprocess.Popen(
                ["make", target],
                cwd=self.folder,
                env=self.env(env),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            for target in targets
        ]
        try:
            yield
        finally:
            for process in started:
                os.killpg(process.pid, 15)
            for process in started:
                process.wait(30)


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Team:
    """Return the team, its project generated from the working tree."""
    return Team(tmp_path_factory.mktemp("taxis") / "project")


def test_it_installs_and_is_clean(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    """After the edits formatter, linter, type checker and the import contracts find nothing."""
    team.project.make("setup", capsys, minutes=15)
    team.project.make("lint", capsys, minutes=5)


def test_its_own_tests_pass(team: Team) -> None:
    """Tests that are not about the toy world hold for another problem, one with string ids."""
    files = " ".join(f"tests/{name}.py" for name in TESTS)
    assert " passed" in team.run("make", "test", f"ARGS=-q {files}")


def test_the_data_are_checked(team: Team) -> None:
    """Held at the end of the rides the check passes; at today's time it says what to do."""
    held = team.run("make", "check-data")
    assert "no errors, 1 warning" in held
    assert "begins 2019-03-01" in held
    today = team.run("make", "check-data", code=2, env={"APP_AS_OF": "null"})
    assert "ERROR    outcomes.picked_up_at: none of the" in today
    assert "set as_of in config/settings.yml" in today


def test_a_ride_tells_nothing_before_it_ends(team: Team, tmp_path: Path) -> None:
    """Without the rides that go on at a snapshot or begin later it holds the same values."""
    moment = "2019-03-17T20:00:00"  # New York's time of a Monday's beginning in UTC
    header, *rides = Path(RIDES).read_text(encoding="utf-8").splitlines(keepends=True)
    ended = [ride for ride in rides if ride.split(",")[1].replace(" ", "T") < moment]
    assert 0 < len(ended) < len(rides)
    states = {"whole": rides, "past": ended}
    for name, kept in states.items():
        (tmp_path / name / "data").mkdir(parents=True)
        text = "".join([header, *kept])
        (tmp_path / name / "data" / "taxis.csv").write_text(text, encoding="utf-8")
    whole, past = (
        team.python(
            SNAPSHOT, "2019-03-18T00:00:00+00:00", env={"APP_STATE_DIR": str(tmp_path / name)}
        )
        for name in states
    )
    assert whole == past
    assert len(whole["rides_14d"]) > 100


def test_models_are_trained(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    """A linear model, then a tuned one, which beats chance and the rule and becomes champion."""
    linear = team.run("make", "train", "ARGS=--family linear --trials 0")
    assert "version 1: test roc_auc" in linear
    tuned = team.run("make", "train")
    scores = team.python(SCORES, TRAINED, LATER)
    with capsys.disabled():
        print(f"\n{score_table(scores)}")
    assert "REFUSED" not in tuned
    assert "champion" in tuned.splitlines()[-1]
    for rows in ("test", "week"):
        assert 0.55 < scores[rows]["the tuned model"] < 0.75, "more can't be told: is there a leak?"


def score_table(scores: Mapping[str, Any]) -> str:
    """Return the ROC AUC of all that was scored, beside that of a constant."""
    lines = [
        f"ROC AUC after training on {scores['train_rows']:.0f} rides paid by card:",
        f"test rows ({scores['test_rows']:.0f}), week after ({scores['week_rows']})",
        "0.500  0.500  a constant",
    ]
    lines += [f"{scores['test'][k]:.3f}  {scores['week'][k]:.3f}  {k}" for k in scores["test"]]
    return "\n".join(lines)


def test_the_service_knows_zones_by_name(team: Team) -> None:
    """`make sync` and `make serve` answer for a zone with the champion, and refuse what is none."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with team.up("sync", "serve", env={"APP_PORT": str(port)}):
        url = f"http://127.0.0.1:{port}"
        wait_for(url)
        code, answer = ask(url, {"zone_id": ZONE})
        assert code == 200
        (prediction,) = answer["predictions"]
        assert (prediction["version"], prediction["fallback"]) == (2, None)
        assert 0 < prediction["score"] < 1
        assert ask(url, {"zone_id": "Atlantis"})[0] == 404
        assert ask(url, {"zone_id": 17})[0] == 422


def wait_for(url: str) -> None:
    """Wait until the service has a model and the zones."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            with urlopen(f"{url}/readyz", timeout=5) as response:
                ready = json.load(response)
            if ready["champion"] and ready["entities"]:
                return
        except OSError:
            pass  # nothing listens yet, it is not ready, or it is slow
        time.sleep(0.5)
    pytest.fail("the service was not ready in two minutes")


def ask(url: str, body: Mapping[str, Any]) -> tuple[int, Any]:
    """Return the code and the body of a prediction."""
    request = Request(
        f"{url}/predict", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urlopen(request, timeout=10) as response:
            return response.status, json.load(response)
    except HTTPError as error:
        return error.code, json.load(error)


def test_everyone_is_scored_and_watched(team: Team) -> None:
    """`make batch` scores every zone, and a week later `make monitor` looks back on it."""
    table = team.run("make", "batch").splitlines()[-1]
    assert (team.folder / table).exists()
    watched = team.run("make", "monitor", env={"APP_AS_OF": LATER})
    assert "2019-03-25 to 2019-04-01: 195 predictions" in watched
    assert "ok    operational fallback_share: 0, limit 0.01 of 195 rows" in watched
    assert "policy: none" in watched
