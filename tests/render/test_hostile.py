"""Hostile answers: every reader of a project gets the text as it was given, or it's refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import Phase, assume, example, given, settings
from hypothesis import strategies as st

from conftest import Render
from ml_scaffold.check import check
from ml_scaffold.cli import main
from ml_scaffold.questions import Questionnaire
from ml_scaffold.scaffold import render as render_release
from readers import assert_texts_arrive, parse
from support import NEXT, ROOT, commit_all, every_release, files, run

SPECIAL = (
    "\\'\"`$#{}%()[]<>&|;:~*_+-=!?@^,./ \t\x00\x1b\x7f\x85\u200b\u2028\u2029\ud800\udfff\ufeff"
)
PIECES = [
    *["{{ 7 * 7 }}", "{% if x %}", "{#", "#}", "$(touch pwned)", "`touch pwned`", "${HOME}", "$$"],
    *["'''", '"""', "\\", "\\n", "\\u0041", "%s", "</title><script>", "&amp;", "<!--", "]]>"],
    *["- ", "# ", "1. ", "no", "null", "~", "---", "...", "key: value", "*a*", "[x](y)", "a | b"],
    *["\n", "\r", "\x1b[31m", "😀", "\U0001f469\u200d\U0001f680", "Größe", "日本語", "\u202e"],
]
any_text = st.lists(
    st.sampled_from(PIECES) | st.sampled_from(SPECIAL) | st.characters(), min_size=1, max_size=12
).map("".join)
"""Of all characters there are, those that mean something somewhere more often."""
right_text = st.builds(
    lambda parts: "".join(parts)[:60].strip(),
    st.lists(
        st.sampled_from([each for each in PIECES if each.isprintable()])
        | st.sampled_from([each for each in SPECIAL if each.isprintable()])
        | st.characters(exclude_categories=["C", "Zl", "Zp"]),
        min_size=1,
        max_size=16,
    ),
).filter(bool)
"""Text that the rules let through."""
hostile_design = st.fixed_dictionaries(
    {
        "project_name": right_text,
        "description": right_text,
        "owner": right_text,
        "business_metric": right_text,
        "business_metric_unit": right_text,
        "data_source": right_text,
        "approver": right_text,
        "licence": st.sampled_from(["MIT", "Proprietary", "Apache-2.0"]),
        "serving_modes": st.sampled_from([["real-time"], ["batch"]]),
    }
)
WITH_TEXT = (
    *("design.yml", "pyproject.toml", "README.md", "LICENSE", "design.sha256"),
    *("docs/design.md", "docs/model_card.md", "{{ _copier_conf.answers_file }}"),
)
"""The files that hold free text."""
TEXTS: Mapping[str, str] = {
    "project_name": '{{ 7 * 7 }}{% raw %} "it\'s" \\ `touch pwned` 😀',
    "description": "$(touch pwned) </title><script>alert(1)</script> # no: - [x](y) | z",
    "owner": 'O\'Neil & "Sons" {# #} \\u0041 $HOME \\',
    "business_metric": "*a* | _b_ <b>c</b> {{ 7 * 7 }}",
    "business_metric_unit": "`€` & ~~c~~ {% raw %}",
    "data_source": "s3://$BUCKET/{x} <!-- [x](y) \\",
    "approver": '**Zoë** "O\'Neil" | <script>alert(1)</script>',
    "measured on": "| `2026`: *x* <!-- {{ 7 * 7 }} {% raw %} $HOME 'it\\",
}


def answered(texts: Mapping[str, str]) -> dict[str, Any]:
    """Return the answers in which these texts stand: one names the data of a measurement."""
    answers: dict[str, Any] = {**texts, "package": "hostile"}
    data = answers.pop("measured on")
    measured = {"data": data, "date": "2026-05-04", "rows": 8000}
    return {**answers, "evidence": {"positive_rate": measured}}


def write_texts(values: Mapping[str, Any], questionnaire: Questionnaire, folder: Path) -> None:
    """Render only the files that hold free text."""
    stored = {name: values[name] for name in questionnaire.names()}
    conf = {"answers_file": ".copier-answers.yml"}
    context = {**values, "_copier_answers": stored, "_copier_conf": conf}
    for name in WITH_TEXT:
        path = folder / questionnaire.render(name, context)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = questionnaire.render(f"{{% include 'template/{name}.jinja' %}}", context)
        path.write_text(text, encoding="utf-8")


def arrives_or_is_refused(
    texts: Mapping[str, str], questionnaire: Questionnaire, folder: Path
) -> None:
    """Check `texts`; where no rule refuses one, compare what is rendered."""
    answers = answered(texts)
    report = check(answers, questionnaire)
    assert all(fault.key in answers and fault.message for fault in report.faults)
    # A refused text has its default in its place, so the others are looked at all the same.
    write_texts(report.values, questionnaire, folder)
    assert_texts_arrive(folder, report.values)
    for fault in report.faults:
        assert fault.severity == "warning" or fault.message.startswith(
            (
                *("must be one line", "must not", "must have at most", "name costs, revenue or"),
                "positive_rate must name its data in a line",
            )
        )


all_texts = st.fixed_dictionaries(dict.fromkeys(TEXTS, any_text | right_text))


@given(all_texts)
@example(dict.fromkeys(TEXTS, "0"))  # before a full stop, a number begins a list
@example({**TEXTS, "business_metric": "*a*"})  # words of which no business metric consists
@settings(max_examples=30, deadline=None)
def test_a_text_arrives_or_is_refused(
    questionnaire: Questionnaire, tmp_path_factory: pytest.TempPathFactory, texts: dict[str, str]
) -> None:
    """Each file that holds a free text gives it back, whatever its format, or a rule says why."""
    arrives_or_is_refused(texts, questionnaire, tmp_path_factory.mktemp("texts"))


@pytest.mark.slow
@given(all_texts)
@settings(max_examples=300, deadline=None)
def test_thousands_of_texts_arrive_or_are_refused(
    questionnaire: Questionnaire, tmp_path_factory: pytest.TempPathFactory, texts: dict[str, str]
) -> None:
    """As on every day, all texts at a time."""
    arrives_or_is_refused(texts, questionnaire, tmp_path_factory.mktemp("texts"))


@given(
    st.sampled_from(["package", "entity", "target"]),
    any_text | st.from_regex(r"[a-z]{1,3}[_./ -]?[a-z0-9]{1,3}\n?", fullmatch=True),
)
@settings(max_examples=100, deadline=None)
def test_a_name_is_a_plain_word_or_refused(
    questionnaire: Questionnaire, name: str, text: str
) -> None:
    """What becomes a path or an identifier is lower-case ASCII, whatever it might have been."""
    report = check({name: text}, questionnaire)
    if report.faults:
        assert [fault.key for fault in report.faults] == [name]
        return
    assert text.isidentifier()
    assert text.isascii()
    assert text == text.lower()


def assert_whole(projects: list[Path], bin_folder: Path) -> None:
    """Let each file be read by the parser of its format, and by ruff; nothing that is held ran."""
    for project in projects:
        for name, content in files(project).items():
            parse(name, content.decode("utf-8"))
        done = run(["make", "help"], project)
        assert done.returncode == 0, done.stdout
        assert not list(project.rglob("pwned"))
    for arguments in (["format", "--check"], ["check", "--output-format=concise"]):
        done = run([bin_folder / "ruff", *arguments, "--no-cache", *projects], ROOT)
        assert done.returncode == 0, done.stdout


@pytest.mark.slow
@given(st.lists(hostile_design, min_size=8, max_size=8))
@settings(max_examples=3, deadline=None, derandomize=True, phases=[Phase.generate])
def test_whole_projects_hold_hostile_texts(
    render: Render, questionnaire: Questionnaire, bin_folder: Path, held: list[dict[str, Any]]
) -> None:
    """With several hostile texts at once, a project is whole, and each of them arrives."""
    reports = [check({**design, "package": "hostile"}, questionnaire) for design in held]
    assume(all(report.ok for report in reports))
    projects = [render({**design, "package": "hostile"}) for design in held]
    for project, report in zip(projects, reports, strict=True):
        assert_texts_arrive(project, report.values)
    assert_whole(projects, bin_folder)


def test_an_answer_file_with_hostile_texts_makes_a_project(
    template: Path, questionnaire: Questionnaire, bin_folder: Path, tmp_path: Path
) -> None:
    """`ml-scaffold new --design FILE` hands on every character of the file."""
    design = answered(TEXTS)
    file = tmp_path / "design.yml"
    file.write_text(yaml.safe_dump(design), encoding="utf-8")
    project = tmp_path / "project"
    command = ["new", str(project), "--design", str(file), "--template", str(template)]
    assert main(command) == 0
    assert_texts_arrive(project, check(design, questionnaire).values)
    assert_whole([project], bin_folder)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["copier", "ml-scaffold"])
@every_release
def test_hostile_texts_survive_an_update(
    release: str, way: str, released: Path, bin_folder: Path, tmp_path: Path
) -> None:
    """After an update from any release the texts stand as they were given, or as they were set."""
    answers = {**answered(TEXTS), "licence": "Proprietary"}
    project = tmp_path / "project"
    render_release(str(released), release, project, answers)
    stored = yaml.safe_load((project / ".copier-answers.yml").read_text(encoding="utf-8"))
    kept = {name: text for name, text in answers.items() if name in stored}
    commit_all(project, "Start")
    if way == "copier":
        done = run([bin_folder / "copier", "update", "--defaults"], project)
        assert done.returncode == 0, done.stdout
    else:
        kept |= {"owner": TEXTS["project_name"], "project_name": "null"}
        kept |= {"evidence": answers["evidence"]}
        given_ = [f"--set={name}={kept[name]}" for name in ("owner", "project_name")]
        given_.append(f"--set=evidence={json.dumps(kept['evidence'])}")
        assert main(["update", str(project), "--no-lock", *given_]) == 0
    stored = yaml.safe_load((project / ".copier-answers.yml").read_text(encoding="utf-8"))
    assert_texts_arrive(project, stored | kept)
    assert_whole([project], bin_folder)
    assert stored["_commit"] == NEXT
