"""`ml-scaffold demo` on a small template whose `make demo` says how it was called."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import sleep

import pytest

from ml_scaffold.demo import OURS, clear, demo, environment, make, prepare
from ml_scaffold.errors import RunError, ScaffoldError
from support import files

MAKEFILE = """\
setup:
\t@echo installed > installed
demo: installed
\t@mkdir reports
\t@echo "$(SEED) $(CUSTOMERS) [$(origin LEAK)] [$$VIRTUAL_ENV] $$PATH" > reports/index.html
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a template with a Makefile and one question."""
    root = tmp_path / "small"
    (root / "template").mkdir(parents=True)
    (root / "copier.yml").write_text("_subdirectory: template\n---\nx: {type: int, default: 1}\n")
    (root / "template" / "Makefile").write_text(MAKEFILE)
    (root / "template" / "x.txt.jinja").write_text("{{ x }}")
    (root / ".tools" / "bin").mkdir(parents=True)
    return root


def test_a_demo_is_generated_installed_and_run(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The project is a repository of one commit, variables arrive, and the report is returned."""
    monkeypatch.setenv("MAKEFLAGS", " -- LEAK=yes")
    monkeypatch.setenv("VIRTUAL_ENV", "/elsewhere")
    destination = tmp_path / "deep" / "demo"
    report = demo(small, "mine", {"x": 7}, destination, {"SEED": 3, "CUSTOMERS": 500})
    assert report == destination / "reports" / "index.html"
    seed, customers, leak, venv, path = report.read_text().split(maxsplit=4)
    assert (seed, customers, leak, venv) == ("3", "500", "[undefined]", "[]")
    assert path.strip().endswith(f":{small}/.tools/bin")
    assert (destination / "x.txt").read_text() == "7"
    log = subprocess.run(
        ["git", "-C", destination, "log", "--format=%s %an"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert log.stdout == "Start the project ml-scaffold\n"
    assert "rendering the design mine" in capfd.readouterr().err


def test_a_second_demo_starts_afresh(small: Path, tmp_path: Path) -> None:
    """What an earlier demo left is gone."""
    destination = tmp_path / "demo"
    for x in (1, 2):
        report = demo(small, "mine", {"x": x}, destination, {})
        assert (destination / "x.txt").read_text() == str(x)
        report.with_name("old").touch()
    assert not report.with_name("older").exists()
    prepare(small, {"x": 3}, destination)
    assert not report.exists()


@pytest.mark.parametrize("content", ["thesis.txt", ".copier-answers.yml", ".git/HEAD"])
def test_what_no_demo_made_is_never_removed(content: str, small: Path, tmp_path: Path) -> None:
    """A folder with a file, a project or a repository of the user's is refused untouched."""
    destination = tmp_path / "demo"
    (destination / content).parent.mkdir(parents=True)
    (destination / content).write_text("mine")
    with pytest.raises(ScaffoldError, match="holds something that no demo made"):
        prepare(small, {}, destination)
    assert (destination / content).read_text() == "mine"


def test_a_file_or_a_link_in_the_way_is_refused(tmp_path: Path) -> None:
    """A destination that isn't a folder itself is refused, also a link to a demo's folder."""
    (tmp_path / "file").touch()
    (tmp_path / "real" / OURS).parent.mkdir(parents=True)
    (tmp_path / "real" / OURS).touch()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    before = files(tmp_path)
    for name in ("file", "link"):
        with pytest.raises(ScaffoldError, match="is no folder"):
            clear(tmp_path / name)
    assert files(tmp_path) == before


def test_a_failing_command_ends_the_demo(small: Path, tmp_path: Path) -> None:
    """The first command that fails is named, and nothing after it is run."""
    (small / "template" / "Makefile").write_text("setup:\n\t@false\ndemo:\n\t@touch ran\n")
    with pytest.raises(RunError, match=r"`make setup` failed in .*demo"):
        demo(small, "mine", {}, tmp_path / "demo", {})
    assert not (tmp_path / "demo" / "ran").exists()


def test_a_design_without_a_demo_is_told_so(small: Path, tmp_path: Path) -> None:
    """Which answer would bring it is said before anything is made, not make's `No rule`."""
    with pytest.raises(RunError, match=r"the design mine has no demo.*`demo: true`"):
        demo(small, "mine", {"x": 1, "demo": False}, tmp_path / "demo", {})
    assert not (tmp_path / "demo").exists()


def test_a_demo_without_a_report_has_failed(small: Path, tmp_path: Path) -> None:
    """A demo that leaves no page is no success."""
    (small / "template" / "Makefile").write_text("setup:\ndemo:\n")
    with pytest.raises(RunError, match="without a report"):
        demo(small, "mine", {}, tmp_path / "demo", {})


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_demo_leaves_nothing_running(
    number: signal.Signals, code: int, small: Path, tmp_path: Path
) -> None:
    """Ctrl-C ends what runs, as does a kill of the command alone; the exit code tells which."""
    (small / "template" / "Makefile").write_text("setup:\n\t@echo $$$$ > pid; exec sleep 600\n")
    (small / "generator" / "designs").mkdir(parents=True)
    (small / "generator" / "designs" / "mine.yml").write_text("x: 1\n")
    program = (
        "import sys; from pathlib import Path; from ml_scaffold import cli, source; "
        f"source.this_clone = lambda: Path({str(small)!r}); "
        "sys.exit(cli.main(['demo', 'mine', '--dest', 'demo']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        start_new_session=True,
        # A shell that runs the tests in the background may have let them ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    pid = tmp_path / "demo" / "pid"
    try:
        for _ in range(1200):
            if pid.exists() and pid.read_text():
                break
            sleep(0.1)
        assert pid.exists(), "not begun after two minutes"
        if number == signal.SIGINT:  # a terminal sends it to all
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        assert process.wait(60) == code
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid.read_text()), 0)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_a_missing_make_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without make the message says how to get it."""
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(ScaffoldError, match="make is missing"):
        make(tmp_path, ["demo"], {"PATH": "/nonexistent"})


def test_the_project_does_not_see_its_caller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Variables of a calling make, environment or git hook stay out; the user's own stay in."""
    for name in ("MAKEFLAGS", "MAKELEVEL", "VIRTUAL_ENV", "PYTHONPATH", "GIT_DIR"):
        monkeypatch.setenv(name, "theirs")
    monkeypatch.setenv("APP_PORT", "3001")
    env = environment(tmp_path)
    assert "theirs" not in env.values()
    assert env["APP_PORT"] == "3001"
