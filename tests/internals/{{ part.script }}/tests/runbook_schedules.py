"""What the runbook says of schedules."""

from __future__ import annotations

SCHEDULING = 2
"""How many of its commands need cron."""
