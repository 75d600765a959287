"""How long rendering takes, against Copier copying the same files as they are.

The default design is rendered in two ways: as `ml-scaffold new` does, and as `copier copy` does,
which compiles texts and makes answers ready over and over. All run in this process, in turns; what
is printed is the median of the rounds, in seconds and in seconds of processor time, which move less
with the neighbours, and the ratios, of which the goal is at most 1.3. All sides have in common that
a folder is copied (a repository would be cloned first).

Beside it stands the time of the design document alone, from reading the questions on, as in
`ml-scaffold design`, and Copier's for copying that one file. Nothing here asserts: the clock of a
shared machine proves nothing.
"""

from __future__ import annotations

import json
import resource
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import copier

from ml_scaffold.check import check
from ml_scaffold.document import document
from ml_scaffold.progress import step
from ml_scaffold.questions import Questionnaire
from ml_scaffold.worker import compiled, worker
from support import ROOT, copy_template, files

ROUNDS = 7
KEPT = ROOT / "build" / "bench" / "rendering.json"
WAYS = {"new": "ml-scaffold new", "copy": "copier copy"}
"""How the design is rendered, each by its command."""


def copy(template: Path, destination: Path) -> None:
    """Copy `template` with Copier, all defaults taken."""
    copier.run_copy(
        str(template), destination, defaults=True, quiet=True, settings=copier.Settings()
    )


def static(project: Path, template: Path) -> None:
    """Make a template that holds the files of `project` with nothing to render in them."""
    shutil.copytree(project, template / "template")
    (template / "copier.yml").write_text("_subdirectory: template\n", encoding="utf-8")


def new(template: Path, destination: Path) -> None:
    """Render `template` as `ml-scaffold new` does in a process of its own."""
    compiled.clear()
    with worker(destination, src_path=str(template), defaults=True) as copying:
        copying.run_copy()


def write_document() -> None:
    """Make the document of the default design, from reading the questions on."""
    questionnaire = Questionnaire(ROOT)
    document(check({}, questionnaire, "document").values, questionnaire)


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


def processor_seconds() -> float:
    """Return the processor time of this process and of all that it started and that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def main() -> None:
    """Time them, print the figures, and keep them in `build/bench`."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        template, floor, page_floor = folder / "ours", folder / "static", folder / "page-floor"
        project, page, target = folder / "project", folder / "page", folder / "copied"
        copy_template(template)
        copy(template, project)
        static(project, floor)
        page.mkdir()
        shutil.copy(project / "docs" / "design.md", page)
        static(page, page_floor)
        works: dict[str, Callable[[], None]] = {
            "new": partial(new, template, target),
            "copy": partial(copy, template, target),
            "static": partial(copy, floor, target),
            "document": write_document,
            "document_floor": partial(copy, page_floor, target),
        }
        times: dict[str, list[float]] = {kind: [] for kind in works}
        cpu: dict[str, list[float]] = {kind: [] for kind in works}
        with step(f"rendering, {ROUNDS} rounds"):
            for _ in range(ROUNDS):
                for kind, work in works.items():
                    before = processor_seconds()
                    times[kind].append(seconds(work))
                    cpu[kind].append(processor_seconds() - before)
                    shutil.rmtree(target, ignore_errors=True)
        usual = {kind: median(each) for kind, each in times.items()}
        usual_cpu = {kind: median(each) for kind, each in cpu.items()}
        result = {
            "files": len(files(project)),
            "rendered": sum(1 for path in (template / "template").rglob("*.jinja")),
            "seconds": usual,
            "cpu": usual_cpu,
            "ratios": {kind: usual[kind] / usual["static"] for kind in WAYS},
            "cpu_ratios": {kind: usual_cpu[kind] / usual_cpu["static"] for kind in WAYS},
        }
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(
        f"{result['files']} files of the default design, all static, by Copier: "
        f"{usual['static']:.2f} s, {usual_cpu['static']:.2f} CPU s"
    )
    for kind, command in WAYS.items():
        print(
            f"{command:<15} {usual[kind]:.2f} s, {usual_cpu[kind]:.2f} CPU s; "
            f"ratio {result['ratios'][kind]:.2f}, of CPU {result['cpu_ratios'][kind]:.2f} "
            "(goal: at most 1.3)"
        )
    print(
        f"a design's document alone: {usual['document']:.2f} s; "
        f"Copier for one static file: {usual['document_floor']:.2f} s"
    )


if __name__ == "__main__":
    main()
