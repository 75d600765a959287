"""What the runbook says of schedules."""

from __future__ import annotations

SCHEDULING = 6
"""How many of its commands need servers on ports of their own."""
