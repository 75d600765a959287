"""Answer files: what is read, what is refused, and the reference designs."""

from __future__ import annotations

from pathlib import Path

import pytest

import designs
from ml_scaffold import answers
from ml_scaffold.check import check
from ml_scaffold.errors import ScaffoldError
from ml_scaffold.questions import Questionnaire
from support import ROOT

DESIGNS = answers.designs(ROOT)
HISTORY = ("birth", "replay", "evidence")
"""The questions whose answers say where a project comes from, and design nothing."""


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"a: 1\na: 2\n", "a is given twice"),
        (b"- a\n- b\n", "must hold answers"),
        (b"", "must hold answers"),
        (b"1: a\n", "one `name: value` a line: 1 is no name of a question"),
        (b"a: [\n", "is not YAML"),
        (b"a: [\n", r'in "\S+\.yml", line 2'),
        (b"a: 2026-13-45\n", "is not YAML"),
        (b"a: " + b"9" * 5000, "is not YAML"),
        (b"a: " + b"[" * 5000, "is not YAML"),
        (b"a: !!python/object:os.system x\n", "is not YAML"),
        (b"a: \xff\n", "is not UTF-8"),
        (b"a: " + b"x" * 200_000, "larger than 100,000 bytes"),
    ],
)
def test_what_is_no_answer_file_is_refused(content: bytes, says: str, tmp_path: Path) -> None:
    """A file that holds no answers is named, with the reason."""
    file = tmp_path / "design.yml"
    file.write_bytes(content)
    with pytest.raises(ScaffoldError, match=says):
        answers.read(file)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    """A path without a readable file is named."""
    with pytest.raises(ScaffoldError, match="there is no file"):
        answers.read(tmp_path / "absent.yml")
    with pytest.raises(ScaffoldError, match="can't be read: Is a directory"):
        answers.read(tmp_path)


def test_names_mean_designs_and_paths_mean_files() -> None:
    """What has a slash or the ending of a YAML file is a path; all else names a design."""
    assert answers.find("offers", ROOT) == ROOT / "generator" / "designs" / "offers.yml"
    assert answers.find("offers.yml", ROOT) == Path("offers.yml")
    assert answers.find("./offers", ROOT) == Path("offers")
    with pytest.raises(ScaffoldError, match="did you mean offers"):
        answers.find("offer", ROOT)


@pytest.mark.parametrize("name", DESIGNS)
def test_reference_designs_pass(name: str, questionnaire: Questionnaire) -> None:
    """A reference design has no fault, not even a weakness, and answers what is one's to decide."""
    given = answers.read(DESIGNS[name])
    report = check(given, questionnaire, "document")
    assert report.faults == ()
    assert check(given, questionnaire).ok == (name not in designs.DOCUMENT_ONLY)
    values: dict[str, object] = {}
    for question in questionnaire.questions:
        asked = questionnaire.applies(question, values) and question.name not in HISTORY
        assert (question.name in given) == asked, question.name
        values[question.name] = report.values[question.name]


def test_offers_is_the_default_design(questionnaire: Questionnaire) -> None:
    """`offers` gives what answering nothing gives."""
    given = answers.read(DESIGNS["offers"])
    assert check(given, questionnaire).values == check({}, questionnaire).values


def test_reference_designs_cover_the_structural_answers() -> None:
    """Together the reference designs use every choice that adds or leaves out a part."""
    given = list(designs.REFERENCE.values())
    assert {one["licence"] for one in given} == {"MIT", "Apache-2.0", "Proprietary"}
    assert {tuple(one["serving_modes"]) for one in given} >= {("real-time", "batch"), ("batch",)}
    assert {one.get("approval") for one in given} == {None, "automatic", "person"}
    assert {one["retraining"] for one in given} == {"triggered", "scheduled", "both"}
    assert {one["baseline"] for one in given} == {"rule", "constant"}


def test_reference_designs_cover_problems_and_ways_of_serving() -> None:
    """There are at least eight, of every type of problem and for every way of serving."""
    given = list(designs.DOCUMENTS.values())
    assert len(given) >= 8
    assert {one["problem_type"] for one in given} >= {
        *("classification", "ranking", "recommendation", "nlp", "vision"),
    }
    modes = {mode for one in given for mode in one["serving_modes"]}
    assert modes == {"real-time", "batch", "streaming", "edge"}
