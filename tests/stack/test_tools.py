"""Each of the six tools does real work: without the call into it, a test of the project fails."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from ml_scaffold.demo import environment
from projects import Project
from support import ROOT

PACKAGE = Path("src") / "customer_offers"


@dataclass(frozen=True)
class Call:
    """The call into a tool: where it is, what stands in its place, and the tests that must mind."""

    file: str
    text: str
    instead: str
    tests: str


CALLS = {
    "feast": Call(
        "features/history.py",
        "store().get_historical_features(entity_df=asked, features=service).to_df()",
        "asked.assign(**dict.fromkeys(FEATURES, 0.0))",
        "tests/test_features.py",
    ),
    "optuna": Call(
        "training/tune.py",
        "study.optimize(objective, n_trials=trials, callbacks=[tell])",
        "tell",
        "tests/test_training.py",
    ),
    "mlflow": Call(
        "registry/tracking.py",
        "client().log_batch(",
        "dict(run_id=",
        "tests/test_registry.py",
    ),
    "prefect": Call("flows/batch.py", '@flow(name="batch")\n', "", "tests/test_repository.py"),
    "bentoml": Call(
        "serving/service.py",
        "Service.add_asgi_middleware(Front, own=app)",
        "Service",
        "tests/test_service.py",
    ),
    "evidently": Call(
        "monitoring/report.py",
        "_compare(_sample(current, columns), _sample(reference, columns)) if columns else None",
        "None",
        "tests/test_monitoring.py",
    ),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the default design, generated from the working tree."""
    return Project("the default design", {}, tmp_path_factory.mktemp("tools") / "project")


def test_it_installs(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """`make setup` brings everything."""
    project.make("setup", capsys, minutes=15)


@pytest.mark.parametrize("tool", CALLS)
def test_without_the_call_a_test_fails(tool: str, project: Project) -> None:
    """The tests of the stage pass as it is, and fail when the call into its tool is taken out."""
    call = CALLS[tool]
    path = project.folder / PACKAGE / call.file
    before = path.read_text(encoding="utf-8")
    assert before.count(call.text) == 1, f"{call.file} has no such call: mend this test"
    assert outcome(project.folder, call.tests) == 0
    path.write_text(before.replace(call.text, call.instead), encoding="utf-8")
    try:
        # 1 says that tests ran and failed; 2 and up, that pytest itself could not run.
        assert outcome(project.folder, call.tests) == 1
    finally:
        path.write_text(before, encoding="utf-8")


def outcome(folder: Path, tests: str) -> int:
    """Run some of the project's tests and return the exit code of pytest."""
    for cache in (folder / "src").rglob("__pycache__"):
        shutil.rmtree(cache)
    return subprocess.run(
        [folder / ".venv" / "bin" / "python", "-m", "pytest", "-q", "-x", tests],
        cwd=folder,
        env=environment(ROOT),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=600,
        check=False,
    ).returncode
