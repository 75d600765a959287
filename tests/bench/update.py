"""How long copying and updating take, against Copier with the same files as they are.

Each side is a repository with two releases: ours has this template's first one and the working
tree, the floor what these two render for the default design, with nothing in it to render but the
answers. So both updates merge the same changes. `ml-scaffold update` guards what `copier update`
does; it has no floor, and is measured against that. All run in this process, in turns, each on a
fresh copy of a project; what is printed is the fastest of the rounds, because neighbours on a
machine only add to it. The goals are ratios of at most 1.3 for copying and 1.5 for updating.
Nothing here asserts: the clock of a shared machine proves nothing.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import copier

from bench.rendering import seconds, static
from ml_scaffold import update
from ml_scaffold.progress import step
from ml_scaffold.project import ANSWERS_FILE, open_project
from ml_scaffold.scaffold import render
from ml_scaffold.source import git
from support import RELEASES, ROOT, commit_all, copy_template

ROUNDS = 5
OLD, NEW = "v1.0.0", "v2.0.0"
KEPT = ROOT / "build" / "bench" / "update.json"
GUARDED = "ml-scaffold update"


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
    """Update as `ml-scaffold update --no-lock` does."""
    with TemporaryDirectory() as temporary:
        opened = open_project(project)
        update.apply(opened, update.merge(opened, NEW, {}, Path(temporary), lock=False))


def measured(folder: Path) -> dict[str, dict[str, list[float]]]:
    """Return the seconds of all rounds, by what was done and by side."""
    sources = templates(folder)
    starts = {}
    for side, template in sources.items():
        starts[side] = folder / f"project-{side}"
        render(str(template), OLD, starts[side], {})
        commit_all(starts[side], "Start")
    times: dict[str, dict[str, list[float]]] = {}
    ways: list[tuple[str, str, Callable[[Path], object]]] = [
        *(
            ("copier copy", side, lambda project, t=template: render(str(t), NEW, project, {}))
            for side, template in sources.items()
        ),
        ("copier update", "ours", plainly),
        ("copier update", "floor", plainly),
        (GUARDED, "ours", guarded),
    ]
    for number in range(ROUNDS):
        for what, side, work in ways:
            project = folder / f"{what}-{side}-{number}"
            if what != "copier copy":
                shutil.copytree(starts[side], project)
            taken = seconds(lambda w=work, p=project: w(p))
            times.setdefault(what, {}).setdefault(side, []).append(taken)
    return times


def main() -> None:
    """Time all of them, print the figures, and keep them in `build/bench`."""
    with TemporaryDirectory() as folder, step(f"copying and updating, {ROUNDS} rounds"):
        times = measured(Path(folder))
    fastest = {
        what: {side: min(each) for side, each in sides.items()} for what, sides in times.items()
    }
    floors = {
        "copier copy": fastest["copier copy"]["floor"],
        "copier update": fastest["copier update"]["floor"],
        GUARDED: fastest["copier update"]["ours"],
    }
    ratios = {what: fastest[what]["ours"] / floors[what] for what in fastest}
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    content = {"ratios": ratios, "seconds": fastest, "rounds": times}
    KEPT.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    for what, against in (
        ("copier copy", "the same files, all static; goal: at most 1.3"),
        ("copier update", "the same files, all static; goal: at most 1.5"),
        (GUARDED, "`copier update`, which it runs and guards"),
    ):
        ours = f"{fastest[what]['ours']:.2f} s, {floors[what]:.2f} s"
        print(f"{what:<19} {ours}, ratio {ratios[what]:.2f} ({against})")


if __name__ == "__main__":
    main()
