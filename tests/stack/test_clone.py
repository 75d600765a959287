"""A fresh clone on a machine that has nothing of ours: the first command of the README."""

from __future__ import annotations

import json
import os
from pathlib import Path

from support import commit_all, copy_template, run


def test_a_fresh_clone_lives_through_the_demo(tmp_path: Path) -> None:
    """`make demo` alone, without uv on the machine, ends with the report and its figures."""
    clone = copy_template(tmp_path / "clone")
    commit_all(clone, "The clone")
    folders = os.environ["PATH"].split(os.pathsep)
    path = os.pathsep.join(folder for folder in folders if not (Path(folder) / "uv").exists())
    done = run(["make", "demo", "SEED=11"], clone, {"PATH": path}, timeout=1800)
    assert done.returncode == 0, done.stdout[-5000:]
    reports = clone / "build" / "demo" / "reports"
    assert str(reports / "index.html") in done.stdout
    assert "<html" in (reports / "index.html").read_text(encoding="utf-8")
    summary = json.loads((reports / "summary.json").read_text(encoding="utf-8"))
    assert summary["requests"]["failed"] == 0
