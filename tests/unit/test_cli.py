"""The command line: exit codes, messages, and what it leaves on disk."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import designs
from conftest import Render
from ml_scaffold import cli
from ml_scaffold.cli import main
from ml_scaffold.questions import Questionnaire
from support import ROOT, files, run


def write(folder: Path, text: str, name: str = "design.yml") -> str:
    """Write an answer file and return its path."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_check_tells_right_from_wrong_by_its_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """0: it can be rendered, also with warnings; 1: it can't; 2: there is nothing to check."""
    assert main(["check", "offers"]) == 0
    assert capsys.readouterr().out.endswith("offers.yml: no faults\n")
    assert main(["check", write(tmp_path, "approval: person\n")]) == 0
    assert "  warning: approval: has no effect here" in capsys.readouterr().out
    assert main(["check", write(tmp_path, "trials: 1\nlicense: MIT\n")]) == 1
    out = capsys.readouterr().out
    assert "  license: there is no such question; did you mean licence? [unknown_question]\n" in out
    assert "  trials: must be from 2 to 1000, not 1 [between]\n" in out
    assert main(["check", str(tmp_path / "absent.yml")]) == 2
    assert capsys.readouterr().err == f"ml-scaffold: there is no file {tmp_path / 'absent.yml'}\n"
    assert main(["check", "offer"]) == 2
    assert "did you mean offers?" in capsys.readouterr().err


def test_check_speaks_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--json` prints one object, whatever the verdict."""
    file = write(tmp_path, "trials: 1\n")
    assert main(["check", "--json", file]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "file": file,
        "ok": False,
        "faults": [
            {
                "key": "trials",
                "message": "must be from 2 to 1000, not 1",
                "severity": "error",
                "rule": "between",
            }
        ],
    }
    assert main(["check", "--json", "offers"]) == 0
    assert json.loads(capsys.readouterr().out)["faults"] == []


def test_the_readme_shows_what_check_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The example in README.md is what the command prints about such a file."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    _, _, shown = readme.partition("$ ml-scaffold check my-design.yml\n")
    write(
        tmp_path,
        "sucess_threshold: 0.7\norchestrator: airflow\ndaily_requests: 100\nminimum_effect: 0.01\n"
        "retraining: scheduled\nretraining_schedule: monthly\n",
        "my-design.yml",
    )
    monkeypatch.chdir(tmp_path)
    assert main(["check", "my-design.yml"]) == 1
    assert capsys.readouterr().out == shown.partition("```")[0]


def test_check_explains_a_rule(capsys: pytest.CaptureFixture[str]) -> None:
    """`--explain` takes no file; of what is no rule the nearest is named."""
    assert main(["check", "--explain", "median_latency"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("median_latency (error, at latency_p99_ms)")
    assert "Source: The definition of percentiles." in out
    assert main(["check", "--explain", "latency"]) == 2
    assert "or median_latency?" in capsys.readouterr().err


def test_check_explains_in_json(
    capsys: pytest.CaptureFixture[str], questionnaire: Questionnaire
) -> None:
    """One rule is an object with all that is known of it, all are a list; no rule is an error."""
    assert main(["check", "--json", "--explain", "median_latency"]) == 0
    rule = json.loads(capsys.readouterr().out)
    assert set(rule) == {
        "name", "severity", "question", "why", "source", "passes", "fails", "purpose"
    }  # fmt: skip
    assert (rule["name"], rule["question"]) == ("median_latency", "latency_p99_ms")
    assert main(["check", "--json", "--explain", "all"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in listed] == list(questionnaire.catalogue)
    assert rule in listed
    assert main(["check", "--json", "--explain", "latency"]) == 2
    out, err = capsys.readouterr()
    assert err == f"ml-scaffold: {json.loads(out)['error']}\n"


@pytest.mark.parametrize("text", [None, "", "a: [", "- 1\n"])
def test_check_speaks_json_of_what_it_cannot_read(
    text: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who reads the output gets an object then too, with the message."""
    file = str(tmp_path / "absent.yml") if text is None else write(tmp_path, text)
    assert main(["check", "--json", file]) == 2
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert (told["file"], told["ok"], told["faults"]) == (file, False, [])
    assert err == f"ml-scaffold: {told['error']}\n"


def test_check_offers_a_document_only_where_it_can_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What isn't generated leaves the document; a mistake beside it, or alone, doesn't."""
    for text, offered in (
        ("orchestrator: airflow\n", True),
        ("orchestrator: airflow\ntrials: 1\n", False),
        ("trials: 1\n", False),
    ):
        file = write(tmp_path, text)
        assert main(["check", file]) == 1
        says = f"  `ml-scaffold design {file}` writes its document\n"
        assert capsys.readouterr().out.endswith(says) is offered
        assert (main(["design", file]) == 0) is offered
        capsys.readouterr()


def test_a_misspelt_key_is_told_the_nearest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What ends with the word comes before what only has letters in common with it."""
    assert main(["check", write(tmp_path, "metric: f1\ntriels: 3\n")]) == 1
    out = capsys.readouterr().out
    assert (
        "metric: there is no such question; did you mean business_metric or evaluation_metric?"
        in out
    )
    assert "triels: there is no such question; did you mean trials?" in out


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """`--version` is the release that pyproject.toml names."""
    with pytest.raises(SystemExit) as exit_:
        main(["--version"])
    released = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert (exit_.value.code, capsys.readouterr().out) == (0, f"ml-scaffold {released}\n")


def test_check_explains_every_rule(
    capsys: pytest.CaptureFixture[str], questionnaire: Questionnaire
) -> None:
    """`--explain all` shows each rule once, with its reason and source."""
    assert main(["check", "--explain", "all"]) == 0
    rules = capsys.readouterr().out.rstrip().split("\n\n")
    assert [rule.split(" (")[0] for rule in rules] == list(questionnaire.catalogue)
    assert "all" not in questionnaire.catalogue
    assert all("\n  Source: " in rule for rule in rules)


def test_what_a_file_holds_reaches_no_terminal(bin_folder: Path, tmp_path: Path) -> None:
    """Keys and values that a terminal would act on, or no encoding has, are shown as escapes."""
    written = Path(write(tmp_path, '"\\ud800a": 1\n"\\e[31mb": 2\nlicence: "\\e[31m\\ud800"\n'))
    file = written.rename(tmp_path / "größe.yml")
    done = run([bin_folder / "ml-scaffold", "check", file], tmp_path, {"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 1
    assert "gr\\xf6\\xdfe.yml:" in done.stdout
    assert "  \\ud800a: there is no such question" in done.stdout
    assert "  \\x1b[31mb: there is no such question" in done.stdout
    assert "not '\\x1b[31m\\ud800'" in done.stdout
    file = write(tmp_path, '"\\e[31mc": 1\n"\\e[31mc": 2\n')
    done = run([bin_folder / "ml-scaffold", "check", file], tmp_path)
    assert (done.returncode, "\x1b" in done.stdout) == (2, False)
    assert "\\x1b[31mc is given twice" in done.stdout


def test_designs_lists_each_with_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    """One line a reference design: its name, what can be made of it, and its own description."""
    assert main(["designs"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == sorted(designs.DOCUMENTS)
    alone = [line.split()[0] for line in lines if line[17:].startswith("document only  ")]
    assert alone == sorted(designs.DOCUMENT_ONLY)
    (offers,) = (line for line in lines if line.startswith("offers "))
    assert offers[17:] == "project        Predicts which customers accept an offer."


def test_design_writes_what_a_project_has(
    render: Render, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a design that is generated it's docs/design.md to the byte, printed or into a file."""
    page = (render({}) / "docs" / "design.md").read_text(encoding="utf-8")
    assert main(["design", "offers"]) == 0
    assert capsys.readouterr().out == page
    target = tmp_path / "page.md"
    assert main(["design", write(tmp_path, "{}\n"), "--output", str(target)]) == 0
    assert target.read_text(encoding="utf-8") == page
    assert capsys.readouterr().out == ""


def test_design_writes_also_what_cannot_be_generated(capsys: pytest.CaptureFixture[str]) -> None:
    """The document begins by saying so, and names each answer that is why."""
    assert main(["design", "fraud"]) == 0
    begin, _ = capsys.readouterr().out.split("\n## ", 1)
    assert "This is a document only: nothing of this design is generated." in begin
    assert (
        "| `serving_modes`: streaming | there is no consumer of a stream yet | real-time |" in begin
    )


def test_design_refuses_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Faults are printed and no document is; a file that can't be written ends in a message."""
    file = write(tmp_path, "trials: 1\nmonitoring_tool: whylabs\n")
    assert main(["design", file, "--output", str(tmp_path / "page.md")]) == 1
    err = capsys.readouterr().err
    assert "trials: must be from 2" in err
    assert "monitoring_tool: WhyLabs: " in err
    assert not (tmp_path / "page.md").exists()
    assert main(["design", "offers", "--output", str(tmp_path)]) == 2
    assert f"{tmp_path} can't be written: Is a directory" in capsys.readouterr().err


def test_new_says_what_is_a_document_only(
    template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line says why no project is generated, and which command writes the document."""
    command = ["new", str(tmp_path / "p"), "--design", "fraud", "--template", str(template)]
    assert main(command) == 1
    err = capsys.readouterr().err
    assert "no project can be generated from fraud yet, because of " in err
    assert "serving_modes" in err
    assert "`ml-scaffold design fraud` writes its document" in err
    assert not (tmp_path / "p").exists()


def test_new_renders_a_release_and_records_where_from(
    repository: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The project holds the design's answers, and an absolute source for a relative one."""
    template = shutil.copytree(repository, tmp_path / "template")
    subprocess.run(["git", "-C", template, "tag", "v0.1.0"], check=True)
    monkeypatch.chdir(tmp_path)
    assert main(["new", "mine", "--design", "winback", "--template", "template"]) == 0
    stored = yaml.safe_load((tmp_path / "mine" / ".copier-answers.yml").read_text("utf-8"))
    assert stored["_src_path"] == str(template)
    assert stored["_commit"] == "v0.1.0"
    assert stored["entity"] == "account"
    assert stored["birth"] == 2
    out = capsys.readouterr().out
    assert out.startswith("Account Winback is in mine.")
    assert "make setup" in out


def test_new_warns_of_what_was_answered(
    template: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Answers given at the questions are warned of as those of a file are; sound ones aren't."""
    answered: dict[str, str] = {}
    monkeypatch.setattr(cli, "ask", lambda *_: answered)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    assert main(["new", str(tmp_path / "sound"), "--template", str(template)]) == 0
    assert "warning" not in capsys.readouterr().err
    answered |= {"retraining": "scheduled", "retraining_schedule": "monthly"}
    assert main(["new", str(tmp_path / "weak"), "--template", str(template)]) == 0
    err = capsys.readouterr().err
    assert "  warning: retraining: an alarm would wait a month" in err
    assert "`make redesign KEY=VALUE` changes an answer" in err


def test_new_takes_a_url(repository: Path, tmp_path: Path) -> None:
    """A project made from a URL records it in the form in which Copier finds it again."""
    destination = tmp_path / "mine"
    url = repository.as_uri()
    assert main(["new", str(destination), "--design", "offers", "--template", url]) == 0
    stored = yaml.safe_load((destination / ".copier-answers.yml").read_text("utf-8"))
    assert stored["_src_path"] == f"git+{url}"


def test_new_refuses_faulty_answers_before_writing(
    template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All faults are printed, the exit code is 1, and no folder is made."""
    file = write(tmp_path, "trials: 1\npackge: x\n")
    assert main(["new", str(tmp_path / "p"), "--design", file, "--template", str(template)]) == 1
    err = capsys.readouterr().err
    assert "packge: there is no such question; did you mean package?" in err
    assert "trials: must be from 2" in err
    assert not (tmp_path / "p").exists()


def test_new_does_not_touch_what_is_there(
    template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder with anything but `.git` in it, or a file, is refused and stays as it was."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    (tmp_path / "file").touch()
    before = files(tmp_path)
    for name in ("full", "file"):
        assert (
            main(["new", str(tmp_path / name), "--design", "offers", "--template", str(template)])
            == 2
        )
        assert "name a new" in capsys.readouterr().err
    assert files(tmp_path) == before
    subprocess.run(["git", "init", "--quiet", tmp_path / "started"], check=True)
    arguments = [
        "new",
        str(tmp_path / "started"),
        "--design",
        "offers",
        "--template",
        str(template),
    ]
    assert main(arguments) == 0


def test_new_without_a_terminal_needs_a_design(
    template: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where nobody can answer, the message says what to give instead."""
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    assert main(["new", str(tmp_path / "p"), "--template", str(template)]) == 2
    assert "--design offers" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ("x: {type: int, default: 1}\n---\n_min_copier_version: '99.0'", "requires Copier version"),
        ("x: {type: int, default: '{{ y }}'}", "'y' is undefined"),
        ("_tasks: [touch ../ran]\n---\nx: {type: int, default: 1}", "potentially unsafe feature"),
        ("a: [", "can't be read"),
    ],
)
def test_a_bad_template_ends_in_a_message(
    broken: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is wrong with another template, and whatever it would run, no traceback follows."""
    template = tmp_path / "template"
    template.mkdir()
    (template / "copier.yml").write_text(broken)
    design = write(tmp_path, "x: 1\n")
    arguments = ["new", str(tmp_path / "p"), "--design", design, "--template", str(template)]
    assert main(arguments) == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "ran").exists()


def test_demo_refuses_numbers_that_are_none(capsys: pytest.CaptureFixture[str]) -> None:
    """A seed or a size that isn't a whole number is refused with usage."""
    for value in ("-1", "x", "1.5", ""):
        with pytest.raises(SystemExit) as exit_:
            main(["demo", f"--seed={value}"])
        assert exit_.value.code == 2
        assert "must be a whole number" in capsys.readouterr().err


def test_usage_errors_exit_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown command or none at all prints the usage."""
    for arguments in ([], ["upgrade"], ["new"]):
        with pytest.raises(SystemExit) as exit_:
            main(arguments)
        assert exit_.value.code == 2
    assert "usage: ml-scaffold" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["designs"], ["check", "--explain", "all"]])
def test_a_reader_may_leave_early(arguments: list[str], bin_folder: Path) -> None:
    """Where nobody reads on (`| head -1`), a command ends without a word, as others do."""
    read, write_end = os.pipe()
    os.close(read)
    with os.fdopen(write_end, "wb") as pipe:
        done = subprocess.run(
            [bin_folder / "ml-scaffold", *arguments], stdout=pipe, stderr=subprocess.PIPE, text=True
        )
    assert (done.returncode, done.stderr) == (141, "")


def test_the_module_runs_as_the_command_does(bin_folder: Path) -> None:
    """`ml-scaffold` and `python -m ml_scaffold` are the same program."""
    script = run([bin_folder / "ml-scaffold", "designs"], ROOT)
    module = run([sys.executable, "-m", "ml_scaffold", "designs"], ROOT)
    assert (script.returncode, script.stdout) == (0, module.stdout)
