"""The parts of `make refresh`: pins, the changelog's entry, and the search for the guilty."""

from __future__ import annotations

import math
import shutil
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refresh.pins import RefreshError, enter, moves, read, write
from refresh.search import smallest
from support import ROOT

HEAD = "# What was tested.\n"
CHANGES = "# Changes\n\n## Unreleased\n\n- Something.\n\n## v1\n\n- The first.\n"


@pytest.mark.parametrize(
    "line", ["--index-url https://example.org/simple", "a>=1", "a @ file:///a.whl", "-e ."]
)
def test_constraints_hold_pins_and_nothing_else(tmp_path: Path, line: str) -> None:
    """What would bring a path or an address into the constraints is refused, by its place."""
    path = tmp_path / "constraints.txt"
    path.write_text(f"{HEAD}b==1\n{line}\n", "utf-8")
    with pytest.raises(RefreshError, match=r"constraints\.txt:3 is no pin"):
        read(path)


def test_the_templates_constraints_are_read_and_written_as_they_are(tmp_path: Path) -> None:
    """Writing what was read changes no byte: comments, order and markers stay."""
    path = tmp_path / "constraints.txt"
    shutil.copy(ROOT / "template" / "constraints.txt", path)
    pins = read(path)
    write(path, pins)
    assert path.read_bytes() == (ROOT / "template" / "constraints.txt").read_bytes()


def test_a_marker_alone_is_no_move() -> None:
    """Moves are of versions, also of those that a marker chooses between."""
    old, new = {"a": ("a==1",)}, {"a": ('a==1 ; python_version < "3.12"',), "b": ("b==1",)}
    assert [str(move) for move in moves(old, new)] == ["b 1 (new)"]
    forked = {"a": ('a==1 ; python_version < "3.12"', 'a==2 ; python_version >= "3.12"')}
    assert [str(move) for move in moves(old, forked)] == ["a 1 -> 1/2"]
    assert [str(move) for move in moves(old, {})] == ["a 1 (gone)"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (CHANGES, CHANGES.replace("Something.\n", "Something.\nENTRY\n")),
        ("# C\n\n## Unreleased\n\n## v1\n", "# C\n\n## Unreleased\n\nENTRY\n\n## v1\n"),
        ("# C\n\n## v1\n\n- x\n", "# C\n\n## Unreleased\n\nENTRY\n\n## v1\n\n- x\n"),
    ],
    ids=["with entries", "empty", "after a release"],
)
def test_the_changelog_gets_one_entry(tmp_path: Path, before: str, after: str) -> None:
    """The entry is the last one of what is unreleased, whatever the changelog holds."""
    path = tmp_path / "CHANGELOG.md"
    path.write_text(before, "utf-8")
    enter(path, moves({"a": ("a==1",)}, {"a": ("a==2",)}))
    entry = "- Newest versions of what a project depends on: `a` 1 to 2."
    assert path.read_text("utf-8") == after.replace("ENTRY", entry)


@given(st.integers(1, 200), st.data())
def test_the_search_finds_the_guilty_in_few_trials(total: int, data: st.DataObject) -> None:
    """Any set that breaks the tests together is found, in 2k(log2(n/k) + 2) trials at most."""
    names = [f"p{number}" for number in range(total)]
    guilty = data.draw(st.sets(st.sampled_from(names), min_size=1, max_size=3))
    asked = []

    def fails(tried: frozenset[str]) -> bool:
        asked.append(tried)
        return guilty <= tried

    assert smallest(names, fails) == guilty
    assert frozenset() not in asked  # it is known to pass
    assert len(asked) <= 2 * len(guilty) * (math.log2(total / len(guilty)) + 2)


@given(st.lists(st.sets(st.sampled_from("abcdef"), min_size=1), min_size=1, max_size=4))
def test_the_search_ends_with_a_set_that_needs_each_of_its_members(broken: list[set[str]]) -> None:
    """Where several sets break the tests, the one that is found fails, and none of its parts."""

    def fails(tried: frozenset[str]) -> bool:
        return any(each <= tried for each in broken)

    found = smallest("abcdef", fails)
    assert fails(found)
    assert not any(fails(frozenset(part)) for part in combinations(found, len(found) - 1))
