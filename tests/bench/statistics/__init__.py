"""What a project's statistics claim, proved by simulation; `python -m bench.statistics` runs it."""
