"""How long the default design's story takes, step by step, once: the goal is about 90 seconds.

The project is generated and installed before the clock starts. Nothing here asserts on the clock.
"""

from __future__ import annotations

import json

from bench.project import FOLDER, KEPT, make, project
from bench.training import processor_seconds
from ml_scaffold.progress import step

PATIENCE = 900
"""Seconds that the story may take."""


def main() -> None:
    """Live through the story, print the seconds of its steps, and keep them in `build/bench`."""
    project()
    before = processor_seconds()
    with step("living through the story"):
        make("demo", PATIENCE)
    cpu = processor_seconds() - before
    told = json.loads((FOLDER / "reports" / "summary.json").read_text("utf-8"))
    steps = {each["name"]: each["seconds"] for each in told["steps"]}
    result = {"seconds": told["seconds"], "cpu": cpu, "requests": told["requests"], "steps": steps}
    (KEPT / "story.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    for name, seconds in steps.items():
        print(f"{seconds:6.1f} s  {name}")
    print(
        f"{told['seconds']:6.1f} s  in all (goal: about 90); {cpu:.0f} s of processor time,"
        f" {told['requests']['answered']} requests answered, {told['requests']['failed']} failed"
    )


if __name__ == "__main__":
    main()
