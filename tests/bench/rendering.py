"""How long rendering takes, against Copier copying the same files as they are.

All run in this process, in turns; what is printed is the median of the rounds and their ratio, of
which the goal is at most 1.3. Copier's own time is taken twice: for a template that asks nothing,
and for one that asks the same questions, which alone cost it about as much as the goal allows.
Beside it stands the time of the design document alone, from reading the questions on, as in
`ml-scaffold design`, and Copier's for copying that one file. Nothing here asserts: the clock of a
shared machine proves nothing.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import copier

from ml_scaffold.check import check
from ml_scaffold.document import document
from ml_scaffold.progress import step
from ml_scaffold.questions import Questionnaire
from support import ROOT, copy_template, files

ROUNDS = 7
KEPT = ROOT / "build" / "bench" / "rendering.json"


def copy(template: Path, destination: Path) -> None:
    """Copy `template` with Copier, all defaults taken."""
    copier.run_copy(
        str(template), destination, defaults=True, quiet=True, settings=copier.Settings()
    )


def static(project: Path, template: Path) -> None:
    """Make a template that holds the files of `project` with nothing to render in them."""
    shutil.copytree(project, template / "template")
    (template / "copier.yml").write_text("_subdirectory: template\n", encoding="utf-8")


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


def main() -> None:
    """Time them, print the figures, and keep them in `build/bench`."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        ours, floor, asked = folder / "ours", folder / "floor", folder / "asked"
        project = folder / "project"
        copy_template(ours)
        copy(ours, project)
        static(project, floor)
        asking(floor, asked)
        page, page_floor = folder / "page", folder / "page-floor"
        page.mkdir()
        shutil.copy(project / "docs" / "design.md", page)
        static(page, page_floor)
        times: dict[str, list[float]] = {
            kind: [] for kind in ("ours", "floor", "asked", "document", "document_floor")
        }
        with step(f"rendering, {ROUNDS} rounds"):
            for number in range(ROUNDS):
                for kind, template in (("ours", ours), ("floor", floor), ("asked", asked)):
                    target = folder / f"{kind}-{number}"
                    times[kind].append(seconds(lambda t=template, d=target: copy(t, d)))
                times["document"].append(seconds(write_document))
                target = folder / f"page-{number}"
                times["document_floor"].append(seconds(lambda d=target: copy(page_floor, d)))
        result = {
            "files": len(files(project)),
            "rendered": sum(1 for path in (ours / "template").rglob("*.jinja")),
            "seconds": median(times["ours"]),
            "floor_seconds": median(times["floor"]),
            "ratio": median(times["ours"]) / median(times["floor"]),
            "asked_seconds": median(times["asked"]),
            "asked_ratio": median(times["ours"]) / median(times["asked"]),
            "document_seconds": median(times["document"]),
            "document_floor_seconds": median(times["document_floor"]),
        }
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(
        f"copier copy, default design: {result['seconds']:.2f} s for {result['files']} files, "
        f"{result['rendered']} of them rendered\n"
        f"the same files, all static:  {result['floor_seconds']:.2f} s, "
        f"ratio {result['ratio']:.2f}\n"
        f"with the questions asked:    {result['asked_seconds']:.2f} s, "
        f"ratio {result['asked_ratio']:.2f} (goal: at most 1.3)\n"
        f"a design's document alone:   {result['document_seconds']:.2f} s; "
        f"Copier for one static file: {result['document_floor_seconds']:.2f} s"
    )


if __name__ == "__main__":
    main()
