"""How long rendering takes, against Copier copying the same files as they are.

All run in this process, in turns; what is printed is the median of the rounds, in seconds and in
seconds of processor time, which move less with the neighbours, and the ratios, of which the goal
is at most 1.3. Copier's own time is taken three times: for a template that asks nothing, for one
that asks as many questions with nothing in them to work out, and for one that asks the same
questions. Copier compiles what a question says, and makes the answers ready for each part of each
path anew, so questions alone cost it most of what the goal allows. All sides have in common that a
folder is copied (a repository would be cloned first), and that Copier starts git for each file.

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
import yaml

from ml_scaffold.check import check
from ml_scaffold.document import document
from ml_scaffold.progress import step
from ml_scaffold.questions import Questionnaire
from support import ROOT, copy_template, files

ROUNDS = 7
KEPT = ROOT / "build" / "bench" / "rendering.json"
FLOORS = {
    "static": "the same files, all static",
    "plain": "and as many plain questions",
    "asked": "and the same questions",
}
"""What ours is compared with: the kinds of template, each with what stands for it."""


def copy(template: Path, destination: Path) -> None:
    """Copy `template` with Copier, all defaults taken."""
    copier.run_copy(
        str(template), destination, defaults=True, quiet=True, settings=copier.Settings()
    )


def static(project: Path, template: Path) -> None:
    """Make a template that holds the files of `project` with nothing to render in them."""
    shutil.copytree(project, template / "template")
    (template / "copier.yml").write_text("_subdirectory: template\n", encoding="utf-8")


def plain(static_template: Path, template: Path) -> None:
    """Make a template of the same static files that asks for the values of the default design.

    Kinds, help and choices are ours; each default is a value, and nothing else is worked out.
    """
    shutil.copytree(static_template, template)
    questionnaire = Questionnaire(ROOT)
    values = check({}, questionnaire).values
    questions = {
        each.name: {
            "type": each.kind,
            "help": each.help,
            "default": values[each.name],
            "choices": list(each.choices),
            "multiselect": each.multiple,
            "when": not each.computed,
        }
        for each in questionnaire.questions
    }
    with (template / "copier.yml").open("a", encoding="utf-8") as settings:
        yaml.safe_dump(questions, settings, sort_keys=False)


def asking(static_template: Path, template: Path) -> None:
    """Make a template of the same static files that asks the questions of ours."""
    shutil.copytree(static_template / "template", template / "template")
    shutil.copytree(ROOT / "generator", template / "generator")
    shutil.copy(ROOT / "copier.yml", template)


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
        templates = {kind: folder / kind for kind in ("ours", *FLOORS)}
        project = folder / "project"
        copy_template(templates["ours"])
        copy(templates["ours"], project)
        static(project, templates["static"])
        plain(templates["static"], templates["plain"])
        asking(templates["static"], templates["asked"])
        page, page_floor = folder / "page", folder / "page-floor"
        page.mkdir()
        shutil.copy(project / "docs" / "design.md", page)
        static(page, page_floor)
        target = folder / "copied"
        works: dict[str, Callable[[], None]] = {
            kind: partial(copy, template, target) for kind, template in templates.items()
        }
        works |= {"document": write_document, "document_floor": partial(copy, page_floor, target)}
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
            "rendered": sum(1 for path in (templates["ours"] / "template").rglob("*.jinja")),
            "seconds": usual,
            "cpu": usual_cpu,
            "ratios": {kind: usual["ours"] / usual[kind] for kind in FLOORS},
            "cpu_ratios": {kind: usual_cpu["ours"] / usual_cpu[kind] for kind in FLOORS},
        }
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(
        f"copier copy, default design: {usual['ours']:.2f} s, {usual_cpu['ours']:.2f} CPU s for "
        f"{result['files']} files, {result['rendered']} templates among them"
    )
    for kind, what in FLOORS.items():
        print(
            f"{what:<28} {usual[kind]:.2f} s, {usual_cpu[kind]:.2f} CPU s; ratio "
            f"{result['ratios'][kind]:.2f}, of CPU {result['cpu_ratios'][kind]:.2f}"
            " (goal: at most 1.3)"
        )
    print(
        f"a design's document alone:   {usual['document']:.2f} s; "
        f"Copier for one static file: {usual['document_floor']:.2f} s"
    )


if __name__ == "__main__":
    main()
