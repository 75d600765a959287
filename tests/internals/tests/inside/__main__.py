"""Stands in for `ml-scaffold` where a test runs `make`: the same programs, by this Python."""

from __future__ import annotations

import runpy
import sys

program, *arguments = sys.argv[1:]
sys.argv[1:] = [each for each in arguments if each != "--run"]
runpy.run_module(f"inside.{program}", run_name="__main__", alter_sys=True)
