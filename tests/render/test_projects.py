"""What is rendered is whole: for every kind of design, and before anything is installed in it."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import designs
import layout
from conftest import Render
from ml_scaffold.check import check
from ml_scaffold.questions import Questionnaire
from readers import assert_texts_arrive, parse
from support import files, make_targets, run

GROUPS = dict.fromkeys([*designs.ALWAYS, *designs.SAMPLE], "the sample") | {
    name: f"group {number // 8}"
    for number, name in enumerate(sorted(designs.ARRAY.keys() - set(designs.SAMPLE)))
}
"""Designs that go together: into one process, which renders each once, and through ruff at once."""


def marks(group: str) -> list[pytest.MarkDecorator]:
    """Return the marks of tests on a group: only the sample is for every day."""
    own = [pytest.mark.xdist_group(group)]
    return own if group == "the sample" else [*own, pytest.mark.slow]


every_design = pytest.mark.parametrize(
    "design",
    [
        pytest.param(designs.ALL[name], id=name, marks=marks(group))
        for name, group in GROUPS.items()
    ],
)
every_group = pytest.mark.parametrize(
    "group",
    [pytest.param(group, id=group, marks=marks(group)) for group in dict.fromkeys(GROUPS.values())],
)
HOLD_TEXTS = {"pyproject.toml", "design.yml", "LICENSE", ".copier-answers.yml"}
"""Beside the Markdown files, the files in which free text of a user stands."""


@cache  # most files are the same in every project
def found(pattern: re.Pattern[str], text: str) -> bool:
    """Say whether `pattern` is anywhere in `text`."""
    return pattern.search(text) is not None


def texts(project: Path) -> dict[str, str]:
    """Return the text files of a project."""
    return {name: content.decode("utf-8") for name, content in files(project).items()}


@every_design
def test_every_path_is_expected(
    design: dict[str, Any], render: Render, template: Path, questionnaire: Questionnaire
) -> None:
    """A design has the files that its answers bring, all and only them, in its package's folder."""
    paths = files(render(design))
    assert layout.neutral(paths) == layout.expected(design, template)
    package = check(design, questionnaire).values["package"]
    assert {path.split("/")[1] for path in paths if path.startswith("src/")} == {package}


@every_design
def test_no_jinja_is_left(
    design: dict[str, Any], render: Render, questionnaire: Questionnaire
) -> None:
    """No name and no file holds a statement of Jinja, or an expression with an answer in it."""
    names = "|".join(question.name for question in questionnaire.questions)
    left = re.compile(rf"{{%-? |{{#-? | -?%}}|{{{{[^}}]*\b({names}|_copier\w*)\b[^}}]*}}}}")
    own = any("{" in str(value) for value in design.values())  # an answer's own is its own affair
    legend = re.compile(r'"legendFormat": "[^"]*"')  # in which Grafana has braces of its own
    for name, text in texts(render(design)).items():
        assert not re.search(r"[{}%]|\.jinja$", name), name
        if not (own and (name in HOLD_TEXTS or name.endswith(".md"))):
            assert not found(left, legend.sub("", text)), name


@every_design
def test_every_file_parses(design: dict[str, Any], laid: Render) -> None:
    """TOML, YAML, JSON and Python files are read by their parsers, and each text file ends well."""
    for name, text in texts(laid(design)).items():
        parse(name, text)
        if text:
            assert text.endswith("\n"), name
            assert not text.endswith("\n\n"), name


@every_design
def test_the_makefile_is_read_by_make(design: dict[str, Any], render: Render) -> None:
    """`make` lists its targets, and runs nothing that an answer holds."""
    project = render(design)
    done = run(["make", "help"], project)
    assert done.returncode == 0, done.stdout
    assert "make setup" in done.stdout
    assert not (project / "pwned").exists()


@every_group
def test_ruff_has_nothing_to_say(group: str, laid: Render, bin_folder: Path) -> None:
    """The formatter changes nothing in a project as rendered, and the linter finds nothing.

    Nor in the tests of our internals that are laid over it.
    """
    projects = [laid(designs.ALL[name]) for name, of in GROUPS.items() if of == group]
    for arguments in (["format", "--check"], ["check", "--output-format=concise"]):
        done = run([bin_folder / "ruff", *arguments, "--no-cache", *projects], projects[0].parent)
        assert done.returncode == 0, done.stdout


@every_design
def test_the_answers_are_stored_as_given(
    design: dict[str, Any], render: Render, questionnaire: Questionnaire
) -> None:
    """The answer file of a project passes the check, and holds every answer and the birth."""
    stored = yaml.safe_load((render(design) / ".copier-answers.yml").read_text(encoding="utf-8"))
    report = check(stored, questionnaire)
    assert report.ok
    assert "no_effect" not in {fault.rule for fault in report.faults}
    assert {key: stored[key] for key in design} == design
    assert stored["birth"] == 2


@every_design
def test_the_design_file_holds_the_answers(design: dict[str, Any], render: Render) -> None:
    """`design.yml` gives the code the values that were answered, of the types it reads."""
    project = render(design)
    stored = yaml.safe_load((project / ".copier-answers.yml").read_text(encoding="utf-8"))
    rendered = yaml.safe_load((project / "design.yml").read_text(encoding="utf-8"))
    assert rendered["project"] == {
        "name": stored["project_name"],
        "package": stored["package"],
        "owner": stored["owner"],
    }
    assert rendered["problem"]["entity"] == stored["entity"]
    assert rendered["problem"]["target"] == stored["target"]
    assert rendered["tracking"]["backend"] == stored["tracking_backend"]
    assert rendered["approval"]["approver"] == stored["approver"]
    assert rendered["evaluation"]["metric"] == stored["evaluation_metric"]
    windows = [stored["short_window_days"], stored["long_window_days"]]
    assert rendered["features"]["windows_days"] == windows
    assert rendered["training"]["trials"] == stored["trials"]
    assert rendered["gate"]["success_threshold"] == stored["success_threshold"]
    assert rendered["gate"]["baseline"] == stored["baseline"]
    assert rendered["gate"]["baseline_margin"] == stored["baseline_margin"]
    assert rendered["gate"].get("model_latency_ms") == stored.get("model_latency_ms")
    assert rendered["monitoring"]["drift_threshold"] == stored["drift_threshold"]
    share = stored["challenger_share"]
    experiment = rendered.get("experiment", {})
    assert experiment.get("challenger_share", 0) == share
    for name in (
        "alpha",
        "power",
        "minimum_effect",
        "minimum_days",
        "maximum_days",
        "guardrails",
        "rollback_criteria",
    ):
        assert experiment.get(name) == stored.get(name)
    outcomes = stored.get("daily_requests", max(1, stored["number_of_entities"] // 7))
    assert experiment.get("daily_outcomes") == (outcomes if share else None)
    assert rendered["approval"].get("mode") == (None if share else stored["approval"])
    for name in ("prediction_drift_threshold", "concept_tolerance", "fallback_alarm_share"):
        assert rendered["monitoring"][name] == stored[name]
    for name in ("latency_p50_ms", "latency_p99_ms"):
        sla = stored[name] if layout.real_time(design) else None
        assert rendered["monitoring"].get(name) == sla
    assert rendered["retraining"]["triggers"] == stored.get("retraining_triggers", [])
    assert rendered["retraining"]["schedule"] == stored.get("retraining_schedule")


@every_design
def test_free_texts_arrive_unchanged(
    design: dict[str, Any], render: Render, questionnaire: Questionnaire
) -> None:
    """Whatever a free text holds, each reader gets that text, and it stays inside its literal."""
    assert_texts_arrive(render(design), check(design, questionnaire).values)


@pytest.mark.parametrize(
    ("licence", "says"),
    [
        ("MIT", "Permission is hereby granted, free of charge"),
        ("Apache-2.0", "Version 2.0, January 2004"),
        ("Proprietary", "All rights reserved"),
    ],
)
def test_the_licence_is_the_one_chosen(licence: str, says: str, render: Render) -> None:
    """LICENSE holds the text of the chosen licence, and the metadata name it."""
    project = render({"licence": licence})
    assert says in (project / "LICENSE").read_text(encoding="utf-8")
    metadata = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert metadata["license"].endswith(licence)


@every_design
def test_names_are_names_in_every_file(design: dict[str, Any], render: Render) -> None:
    """Where the package's name stands alone in YAML it's read as text, also `no` and `off`."""
    project = render(design)
    package = design.get("package", "customer_offers")
    distribution = package.replace("_", "-")

    def read(name: str) -> Any:
        return yaml.safe_load((project / name).read_text(encoding="utf-8"))

    assert read("feature_repo/feature_store.yaml")["project"] == package
    if layout.prefect(design):
        assert read("prefect.yaml")["name"] == distribution
    if not layout.real_time(design):
        return
    compose = read("deploy/compose.yaml")
    images = {service["image"] for service in compose["services"].values()}
    assert compose["name"] == distribution
    assert {image for image in images if image != f"{distribution}-stack"} > {distribution}
    kustomization = read("deploy/kubernetes/kustomization.yaml")
    assert kustomization["namespace"] == distribution
    assert kustomization["images"][0]["name"] == distribution
    manifest = (project / "deploy" / "kubernetes" / "service.yaml").read_text(encoding="utf-8")
    namespace = next(yaml.safe_load_all(manifest))
    assert (namespace["kind"], namespace["metadata"]["name"]) == ("Namespace", distribution)


@every_design
def test_every_make_target_in_the_documents_exists(design: dict[str, Any], render: Render) -> None:
    """A `make` target that a project's documents name is one of its own Makefile."""
    project = render(design)
    makefile = (project / "Makefile").read_text(encoding="utf-8")
    known = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    for name, text in texts(project).items():
        if name.endswith(".md"):
            assert make_targets(text) <= known, name


@every_design
def test_every_file_that_the_design_page_names_exists(
    design: dict[str, Any], render: Render, questionnaire: Questionnaire
) -> None:
    """The evidence of a quality check, and whatever else is a path, lies in the project.

    The other pages are named by what they are, without a path: a team may remove them.
    """
    project = render(design)
    package = project / "src" / check(design, questionnaire).values["package"]
    page = (project / "docs" / "design.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w.-]+/(?:[\w./-]*\w)?)`", page))
    assert named >= {"problem/source.py", "tests/test_gate.py"}
    assert not any(name.startswith("docs/") for name in named)
    assert not re.search(r"(?<!\\)\]\([\w.]+\)", page)
    for name in named:
        assert (project / name).exists() or (package / name).exists(), name


def test_what_is_left_out_is_left_out(render: Render) -> None:
    """A part that a design doesn't have leaves no file and no module behind."""
    full, batch = texts(render({})), texts(render({"serving_modes": ["batch"]}))
    gone = {name for name in full if name not in batch}
    assert any("/channels/" in name for name in gone)
    served = re.compile(r"^\s*(import|from) bentoml", re.MULTILINE)
    assert any(served.search(text) for text in full.values())
    assert not any(served.search(text) for text in batch.values())
    plain = texts(render({"challenger_share": 0}))
    assert "experiment" in yaml.safe_load(full["design.yml"])
    assert "experiment" not in yaml.safe_load(plain["design.yml"])


def test_a_new_project_shows_every_setting(render: Render) -> None:
    """config/settings.yml names what .env.example names, which a project's own test completes."""
    project = render({})
    example = (project / ".env.example").read_text(encoding="utf-8")
    settings = yaml.safe_load((project / "config" / "settings.yml").read_text(encoding="utf-8"))
    named = re.findall(r"^(?:# )?APP_([A-Z_]+)=", example, re.MULTILINE)
    assert sorted(settings) == sorted(name.lower() for name in named)
