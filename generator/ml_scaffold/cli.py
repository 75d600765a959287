"""The command line `ml-scaffold`.

Exit codes: 0 done; 1 the answers are faulty, or the demo failed; 2 it can't be done at all; 141 the
reader of the output has gone, as of other commands in a pipe.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import signal
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from . import answers, applying, consistency, docs, doctor, inside, source, update
from .check import Report, check, listing
from .demo import demo
from .document import document
from .errors import RunError, ScaffoldError, visible
from .explain import described, described_all, explain, explain_all
from .hooks import after_new
from .progress import step
from .project import generated, open_project, root_of
from .questions import Questionnaire
from .scaffold import ask, refuse_occupied, render


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # show what an encoding lacks as stderr does
        sys.stdout.reconfigure(errors="backslashreplace")
    options = parser().parse_args(arguments)
    try:
        code = options.run(options)
        sys.stdout.flush()  # here, so that a reader who has gone is met below
        return code
    except BrokenPipeError:
        # Who reads has seen enough (`| head`). What is still buffered goes nowhere at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except ScaffoldError as error:
        print(f"ml-scaffold: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("ml-scaffold: stopped", file=sys.stderr)
        return 130


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    top = argparse.ArgumentParser(
        prog="ml-scaffold",
        description="Answer design questions once and get an ML system that runs.",
    )
    top.add_argument("--version", action="version", version=f"%(prog)s {version('ml-scaffold')}")
    commands = top.add_subparsers(
        title="commands", metavar="COMMAND", dest="command", required=True
    )

    one = commands.add_parser("new", help="generate a project", description=_new.__doc__)
    one.add_argument("dest", metavar="DEST", type=Path, help="the folder to make")
    one.add_argument(
        "--design",
        metavar="FILE|NAME",
        help="answer file or reference design; without it the questions are asked",
    )
    one.add_argument(
        "--template",
        metavar="URL",
        help="another template: a folder or a git URL (default: this clone)",
    )
    one.set_defaults(run=_new)

    one = commands.add_parser(
        "check", help="check an answer file, or a project", description=_check.__doc__
    )
    what = one.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        help="answer file, name of a reference design, or folder of a project",
    )
    what.add_argument("--explain", metavar="RULE", help="say why a rule exists (all: each rule)")
    one.add_argument("--json", action="store_true", help="print the same as JSON")
    one.set_defaults(run=_check)

    one = commands.add_parser(
        "design", help="write a design's document", description=_design.__doc__
    )
    one.add_argument("file", metavar="FILE", help="answer file, or the name of a reference design")
    one.add_argument(
        "--output", metavar="PATH", type=Path, help="where to write it (default: print it)"
    )
    one.set_defaults(run=_design)

    one = commands.add_parser(
        "designs", help="list the reference designs", description=_designs.__doc__
    )
    one.set_defaults(run=_designs)

    one = commands.add_parser(
        "update",
        help="bring a project to another release, or to other answers",
        description=_update.__doc__,
    )
    _project(one)
    one.add_argument("--to", metavar="RELEASE", help="default: the newest; 'same' for its own")
    one.add_argument(
        "--set",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        type=_assignment,
        help="an answer to take the place of the stored one; may be repeated",
    )
    one.add_argument("--dry-run", action="store_true", help="only show what would change")
    one.add_argument("--no-lock", action="store_true", help="leave constraints.txt as merged")
    one.set_defaults(run=_update)

    one = commands.add_parser(
        "outdated", help="say whether a newer release exists", description=_outdated.__doc__
    )
    _project(one)
    one.set_defaults(run=_outdated)

    one = commands.add_parser(
        "doctor", help="say what a machine lacks for a project", description=_doctor.__doc__
    )
    _project(one)
    one.set_defaults(run=_doctor)

    one = commands.add_parser(
        "reproduce", help="train a recorded model again", description=_reproduce.__doc__
    )
    _project(one)
    one.add_argument(
        "--run",
        metavar="RUN",
        dest="recorded",
        required=True,
        help="a version's number, a run's id, or its beginning",
    )
    one.add_argument(
        "--seed", type=_natural, metavar="N", help="instead of the recorded: what it alone changes"
    )
    one.set_defaults(run=_reproduce)

    one = commands.add_parser(
        "docs", help="build the site of a project's pages", description=_docs.__doc__
    )
    _project(one)
    one.add_argument("--serve", action="store_true", help="show it in the browser, until Ctrl-C")
    one.add_argument(
        "--address",
        metavar="HOST:PORT",
        default="127.0.0.1:8000",
        help="where to show it (default: 127.0.0.1:8000)",
    )
    one.set_defaults(run=_docs)

    one = commands.add_parser(
        "demo", help="live through a design's demo", description=_demo.__doc__
    )
    one.add_argument(
        "design", metavar="DESIGN", nargs="?", default="offers", help="as in new (default: offers)"
    )
    one.add_argument(
        "--dest",
        type=Path,
        default=Path("build", "demo"),
        help="where to generate it; removed first if a demo made it (default: build/demo)",
    )
    one.add_argument("--seed", type=_natural, metavar="N", help="seed of the toy world")
    one.add_argument("--customers", type=_natural, metavar="N", help="size of the toy world")
    one.set_defaults(run=_demo)
    return top


def _project(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "folder",
        metavar="PROJECT",
        type=Path,
        nargs="?",
        default=Path(),
        help="a generated project (default: this folder)",
    )


def _new(options: argparse.Namespace) -> int:
    """Generate a project from the template's newest release, recorded in it for later updates."""
    refuse_occupied(options.dest)
    url = source.locate(options.template)
    ref = source.newest_release(url) if source.is_repository(url) else None
    ref = ref or source.HEAD
    with source.checkout(url, ref) as root:
        questionnaire = Questionnaire(root)
        if options.design is not None:
            file = answers.find(options.design, root)
            given = _accepted(options.design, file, questionnaire)
        elif not sys.stdin.isatty():
            raise ScaffoldError(
                "there is no terminal to ask on: name a design, such as --design offers"
            )
        else:
            given = ask(url, ref, options.dest)
        with step(f"generating {options.dest}"):
            notes = render(url, ref, options.dest, given)
        welcome, weaknesses = after_new.told(options.dest, questionnaire)
        print(welcome, end="")
        if options.design is None:  # what is weak in a file was said before
            print(weaknesses, end="", file=sys.stderr)
    for note in notes:
        print(f"note: {note}", file=sys.stderr)
    return 0


def _check(options: argparse.Namespace) -> int:
    """Print all faults of an answer file, each with its rule in brackets. Of a project: where the
    design differs from the answers, and what an update has left for people to decide.

    Exit code: 0 without an error, 1 with one, 2 if there is nothing to check.
    """
    try:
        return _explained(options) if options.explain is not None else _checked(options)
    except ScaffoldError as error:
        if options.json:
            asked = options.file
            of_file = {} if asked is None else {"file": asked, "ok": False, "faults": []}
            print(json.dumps({**of_file, "error": str(error)}, indent=2))
        raise


def _explained(options: argparse.Namespace) -> int:
    """Print why a rule exists, or each."""
    questions = Questionnaire(source.this_clone())
    name, everything = options.explain, options.explain == "all"
    if options.json:
        told = described_all(questions) if everything else described(name, questions)
        print(json.dumps(told, indent=2))
    else:
        print(explain_all(questions) if everything else explain(name, questions))
    return 0


def _checked(options: argparse.Namespace) -> int:
    """Print what is wrong with an answer file, or with a project."""
    if Path(options.file).is_dir():
        return _agreeing(generated(Path(options.file)), options.json)
    root = source.this_clone()
    file = answers.find(options.file, root)
    given, questionnaire = answers.read(file), Questionnaire(root)
    report = check(given, questionnaire)
    if options.json:
        print(_described(file, report))
    else:
        print(listing(file, report))
        if not report.ok and check(given, questionnaire, "document").ok:
            print(f"  `ml-scaffold design {options.file}` writes its document")
    return 0 if report.ok else 1


def _agreeing(folder: Path, as_json: bool) -> int:
    """Print where a project's design, documents and answers differ, or a merge is half done."""
    report = Report(tuple(consistency.faults(folder)), {})
    if as_json:
        print(_described(folder, report))
    elif report.ok:
        print("design.yml and its documents are what the answers say; no merge is left half done")
    else:
        print(listing(folder, report))
    return 0 if report.ok else 1


def _described(file: Path, report: Report) -> str:
    faults = [vars(fault) for fault in report.faults]
    return json.dumps({"file": str(file), "ok": report.ok, "faults": faults}, indent=2)


def _design(options: argparse.Namespace) -> int:
    """Write the design document of an answer file, also where no project can be generated.

    Exit code: 0 done; 1 the answers are faulty; 2 they can't be read, or nothing can be written.
    """
    root = source.this_clone()
    file = answers.find(options.file, root)
    questionnaire = Questionnaire(root)
    report = check(answers.read(file), questionnaire, "document")
    if report.faults:
        print(listing(file, report), file=sys.stderr)
    if not report.ok:
        raise RunError(f"{file} is no design yet: mend the above")
    text = document(report.values, questionnaire)
    if options.output is None:
        print(text, end="")
        return 0
    try:
        options.output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ScaffoldError(f"{options.output} can't be written: {error.strerror}") from None
    return 0


def _designs(_: argparse.Namespace) -> int:
    """List the reference designs: whole answer files, each of a project or of a document only."""
    root = source.this_clone()
    questionnaire = Questionnaire(root)
    for name, file in answers.designs(root).items():
        given = answers.read(file)
        made = "project" if check(given, questionnaire).ok else "document only"
        print(f"{name:<16} {made:<14} {given['description']}")
    return 0


def _update(options: argparse.Namespace) -> int:
    """Merge a release of the template into a project, or other answers, and lose no edit.

    Exit code: 0 done; 1 something is left for you to decide, or an answer is refused; 2 it can't be
    done, and nothing was changed.
    """
    folder = root_of(options.folder)
    if options.dry_run and applying.is_broken_off(folder):
        raise ScaffoldError("an update was broken off: run it again, without --dry-run")
    if not options.dry_run and applying.take_back(folder):
        print("an update was broken off: what it had written is taken back", file=sys.stderr)
    project = open_project(options.folder)
    release = project.commit if options.to == "same" else options.to or update.newest(project)
    given = dict(options.set)
    if release == project.commit and not given:
        left = [fault.key for fault in consistency.unmerged(project.folder)]
        told = ", and this is left to decide:" * bool(left)
        print(f"{project.folder} is at {release} already{told}")
        for name in left:
            print(f"  {visible(name)}")
        return 1 if left else 0
    with TemporaryDirectory(prefix="ml-scaffold-update-") as temporary:
        with step(f"merging {release}"):
            made = update.merge(project, release, given, Path(temporary), lock=not options.no_lock)
        print(made.account)
        if options.dry_run:
            print("nothing was changed: --dry-run")
            return 0
        update.apply(project, made)
    print("see `git diff`, then commit; `git stash --include-untracked` undoes it")
    return 0 if made.account.finished else 1


def _outdated(options: argparse.Namespace) -> int:
    """Say which release a project is at, and whether there is a newer one.

    Exit code: 0 it is said, whichever it is; 2 it can't be: there is no project, or no release.
    """
    project = open_project(options.folder)
    newest = update.newest(project)
    if newest == project.commit:
        print(f"{project.folder} is at {newest}, the newest release")
    else:
        print(f"{project.folder} is at {project.commit}; the newest release is {newest}")
    return 0


def _doctor(options: argparse.Namespace) -> int:
    """Say what this machine, and the state of a project on it, lack, and how to get it.

    Exit code: 0 nothing that is needed is missing; 1 something is; 2 there is no project.
    """
    findings = doctor.diagnose(generated(options.folder))
    print(doctor.table(findings))
    return 1 if any(finding.verdict == "missing" for finding in findings) else 0


def _reproduce(options: argparse.Namespace) -> int:
    """Make a recorded model again from its own rows, with the project's code and its Python.

    Exit code: 0 all is as recorded; 1 something differs, and it is said what; 2 there is no
    project, or it isn't installed.
    """
    seed = () if options.seed is None else ("--seed", str(options.seed))
    project = generated(options.folder)
    print("loading the project's tools", file=sys.stderr, flush=True)
    return inside.run(project, "reproduce", options.recorded, *seed, told=False).returncode


def _docs(options: argparse.Namespace) -> int:
    """Build the site of a project's README and docs/ into its build/site, or show it.

    Exit code: 0 done; 1 a page has a fault; 2 there is no project, or no MkDocs.
    """
    if options.serve:
        docs.serve(options.folder, options.address)
    else:
        print(docs.build(options.folder))
    return 0


def _demo(options: argparse.Namespace) -> int:
    """Generate a design from this clone as it stands, install it, and live through its demo."""
    root = source.this_clone()
    file = answers.find(options.design, root)
    given = _accepted(options.design, file, Questionnaire(root))
    numbers: dict[str, int | None] = {"SEED": options.seed, "CUSTOMERS": options.customers}
    variables = {name: number for name, number in numbers.items() if number is not None}
    signal.signal(signal.SIGTERM, _stop)
    report = demo(root, file.stem, given, options.dest.absolute(), variables)
    print(f"The report of the demo: {report}")
    return 0


def _stop(number: int, _: object) -> None:
    """Leave by the way of an exception, so that what was started is ended."""
    raise SystemExit(128 + number)


def _accepted(design: str, file: Path, questionnaire: Questionnaire) -> dict[str, Any]:
    """Return the answers in `file`; what is wrong or useless in them is printed.

    `design` is what the user calls the file.

    Raises:
        RunError: they can't be rendered.
    """
    given = answers.read(file)
    report = check(given, questionnaire)
    if not report.ok and check(given, questionnaire, "document").ok:
        named = [fault.key for fault in report.faults if fault.severity == "error"]
        raise RunError(
            f"no project can be generated from {design} yet, because of {', '.join(named)}: "
            f"`ml-scaffold check {design}` says why, and `ml-scaffold design {design}` "
            "writes its document"
        )
    if report.faults:
        print(listing(file, report), file=sys.stderr)
    if not report.ok:
        raise RunError(f"{file} can't be rendered: mend the above")
    return {name: given[name] for name in questionnaire.names() if name in given}


def _assignment(text: str) -> tuple[str, str]:
    """Return `KEY=VALUE` as a pair."""
    key, equals, value = text.partition("=")
    if not equals or not key.isidentifier() or key.startswith("_"):  # `_` begins Copier's own
        raise argparse.ArgumentTypeError(f"must be KEY=VALUE, not {text!r}")
    return key, value


def _natural(text: str) -> int:
    """Return `text` as a number from 0 on."""
    if not text.isascii() or not text.isdecimal():
        raise argparse.ArgumentTypeError(f"must be a whole number from 0 on, not {text!r}")
    return int(text)
