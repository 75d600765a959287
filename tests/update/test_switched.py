"""A part that is switched on or off later: the project is as if generated so, to the last byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import NEXT, commit_all, files, run

NO_AB_TEST, REGRESSION = "challenger_share=0", "problem_type=regression"
CHANGES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "the demo": ("demo=true", "demo=false", ()),
    "the story alone": ("replay=true", "replay=false", ("demo=false",)),
    "a table beside the service": (
        'serving_modes=["real-time","batch"]',
        'serving_modes=["real-time"]',
        (),
    ),
    "a service beside the table": (
        'serving_modes=["real-time","batch"]',
        'serving_modes=["batch"]',
        (NO_AB_TEST,),
    ),
    "the A/B test": ("challenger_share=0.5", "challenger_share=0", ()),
    "the A/B test of a forecast": ("challenger_share=0.5", "challenger_share=0", (REGRESSION,)),
    "approval by a person": ("approval=person", "approval=automatic", (NO_AB_TEST,)),
    "approval by a person of a forecast": (
        "approval=person",
        "approval=automatic",
        (REGRESSION, 'serving_modes=["batch"]'),
    ),
    "the autoscaler": ("scaling_trigger=cpu", "scaling_trigger=manual", ()),
}
"""The answer that switches each part on, the one that switches it off, and those that it needs."""
ANSWERS = ".copier-answers.yml"
"""Holds answers that count only where the part is there, in an order of its own."""


@pytest.mark.slow
@pytest.mark.parametrize("way", ["ml-scaffold", "copier"])
@pytest.mark.parametrize("part", CHANGES)
def test_a_part_comes_and_goes(
    part: str, way: str, released: Path, bin_folder: Path, tmp_path: Path
) -> None:
    """Whichever answer came first, the same answers end in the same files."""
    generated: dict[str, dict[str, bytes]] = {}
    on, off, needs = CHANGES[part]
    for number, answer in enumerate((on, off)):
        copy = [bin_folder / "copier", "copy", "--defaults", "--quiet", "--vcs-ref", NEXT]
        copy += [word for each in needs for word in ("--data", each)]
        done = run([*copy, "--data", answer, released, str(number)], tmp_path)
        assert done.returncode == 0, done.stdout
        generated[answer] = files(tmp_path / str(number))
        commit_all(tmp_path / str(number), "Start")
    brought = {path for path in generated[on] if generated[on][path] != generated[off].get(path)}
    assert brought - {ANSWERS}
    for number, other in ((0, off), (1, on)):
        project = tmp_path / str(number)
        if way == "copier":
            command = ["copier", "update", "--defaults", "--vcs-ref", NEXT, "--data", other]
        else:
            command = ["ml-scaffold", "update", "--to", "same", "--no-lock", "--set", other]
        done = run([bin_folder / command[0], *command[1:]], project)
        assert done.returncode == 0, done.stdout
        after = files(project)
        assert after.keys() == generated[other].keys()
        differing = {name for name in after if after[name] != generated[other][name]}
        assert differing <= {ANSWERS}
        folders = {path for path in project.rglob("*") if path.is_dir()}
        empty = {path for path in folders if not any(path.iterdir()) and ".git" not in path.parts}
        assert empty == set()


def test_what_was_edited_of_a_part_is_put_aside(
    released: Path, bin_folder: Path, tmp_path: Path
) -> None:
    """An edit in a part that goes lies beside its place, and `make check` names it."""
    project = tmp_path / "project"
    copy = [bin_folder / "copier", "copy", "--defaults", "--quiet", "--vcs-ref", NEXT]
    assert run([*copy, released, project], tmp_path).returncode == 0
    told = Path("src", "customer_offers", "story", "summary.py")
    text = (project / told).read_text(encoding="utf-8") + "# ours\n"
    (project / told).write_text(text, encoding="utf-8")
    (project / "src" / "customer_offers" / "story" / "ours.py").write_text('"""Ours."""\n')
    commit_all(project, "Ours")
    update = [bin_folder / "ml-scaffold", "update", "--to", "same", "--no-lock"]
    done = run([*update, "--set", "demo=false"], project)
    assert done.returncode == 1
    left = [path.name for path in (project / told).parent.iterdir()]
    assert sorted(left) == ["ours.py", "summary.py.yours"]
    assert (project / f"{told}.yours").read_text(encoding="utf-8") == text
    assert f"    {told}.yours\n" in done.stdout
    done = run([bin_folder / "ml-scaffold", "check", project], tmp_path)
    assert done.returncode == 1
    assert f"  {told}.yours: holds edits of yours in a file that has no place" in done.stdout
