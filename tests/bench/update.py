"""How long updating takes, against Copier with the same files as they are.

Each side is a repository with two releases: ours has this template's first one and the working
tree, the floor what these two render for the default design, with nothing in it to render but the
answers. So both updates merge the same changes. Ours is updated in two ways: as `ml-scaffold
update` does, which guards what Copier does, and as `copier update` does. All run in this process,
in turns, each on a fresh copy of a project; what is printed is the fastest of the rounds, because
neighbours on a machine only add to it. The goal is a ratio of at most 1.5. Nothing here asserts:
the clock of a shared machine proves nothing.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import copier

from bench.rendering import seconds, static
from ml_scaffold import update
from ml_scaffold.progress import step
from ml_scaffold.project import ANSWERS_FILE, open_project
from ml_scaffold.scaffold import render
from ml_scaffold.source import git
from ml_scaffold.worker import compiled
from support import RELEASES, ROOT, commit_all, copy_template

ROUNDS = 5
OLD, NEW = "v1.0.0", "v2.0.0"
KEPT = ROOT / "build" / "bench" / "update.json"
GUARDED, PLAIN = "ml-scaffold update", "copier update"
FLOOR = "copier update of the same files, all static"


def released(folder: Path, old: Path, new: Path) -> Path:
    """Make a repository in `folder` whose two releases are the folders `old` and `new`."""
    for content, tag in ((old, OLD), (new, NEW)):
        if folder.exists():
            git("rm", "-r", "--quiet", ".", folder=folder)
        shutil.copytree(content, folder, dirs_exist_ok=True)
        commit_all(folder, tag, tag)
    return folder


def templates(folder: Path) -> dict[str, Path]:
    """Make the repositories of both sides below `folder`."""
    old, new = folder / "old", folder / "new"
    git("clone", "--quiet", "--no-checkout", str(ROOT), str(old))
    git("checkout", "--quiet", "--detach", RELEASES[0]["commit"], "--", folder=old)
    shutil.rmtree(old / ".git")
    ours = released(folder / "ours", old, copy_template(new))
    plain = []
    for tag in (OLD, NEW):
        project, content = folder / f"rendered-{tag}", folder / f"plain-{tag}"
        render(str(ours), tag, project, {})
        (project / ANSWERS_FILE).unlink()
        content.mkdir()
        static(project, content)
        answers = content / "template" / "{{ _copier_conf.answers_file }}.jinja"
        answers.write_text("{{ _copier_answers|to_nice_yaml }}", encoding="utf-8")
        plain.append(content)
    return {"ours": ours, "floor": released(folder / "floor", *plain)}


def plainly(project: Path) -> None:
    """Update as `copier update` does."""
    copier.run_update(
        project,
        vcs_ref=NEW,
        defaults=True,
        overwrite=True,
        quiet=True,
        unsafe=False,
        settings=copier.Settings(),
    )


def guarded(project: Path) -> None:
    """Update as `ml-scaffold update --no-lock` does in a process of its own."""
    compiled.clear()
    with TemporaryDirectory() as temporary:
        opened = open_project(project)
        update.apply(opened, update.merge(opened, NEW, {}, Path(temporary), lock=False))


def measured(folder: Path) -> dict[str, list[float]]:
    """Return the seconds of all rounds, by what was done."""
    sources = templates(folder)
    starts = {}
    for side, template in sources.items():
        starts[side] = folder / f"project-{side}"
        render(str(template), OLD, starts[side], {})
        commit_all(starts[side], "Start")
    times: dict[str, list[float]] = {}
    ways: list[tuple[str, str, Callable[[Path], object]]] = [
        (GUARDED, "ours", guarded),
        (PLAIN, "ours", plainly),
        (FLOOR, "floor", plainly),
    ]
    for number in range(ROUNDS):
        for what, side, work in ways:
            project = folder / f"{what}-{number}"
            shutil.copytree(starts[side], project)
            times.setdefault(what, []).append(seconds(partial(work, project)))
    return times


def main() -> None:
    """Time all of them, print the figures, and keep them in `build/bench`."""
    with TemporaryDirectory() as folder, step(f"updating, {ROUNDS} rounds"):
        times = measured(Path(folder))
    fastest = {what: min(each) for what, each in times.items()}
    ratios = {what: fastest[what] / fastest[FLOOR] for what in (GUARDED, PLAIN)}
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    content = {"ratios": ratios, "seconds": fastest, "rounds": times}
    KEPT.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(f"{FLOOR}: {fastest[FLOOR]:.2f} s")
    for what, ratio in ratios.items():
        print(f"{what:<19} {fastest[what]:.2f} s, ratio {ratio:.2f} (goal: at most 1.5)")


if __name__ == "__main__":
    main()
