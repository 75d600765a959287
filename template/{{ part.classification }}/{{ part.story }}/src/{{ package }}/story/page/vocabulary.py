"""What the page calls things where yes-or-no outcomes are predicted."""

from __future__ import annotations

from . import figures

VALUE = "Success rate"
"""The mean of the business metric."""
BEST = "best reachable: the true probabilities"
DIFFERENCE = "Challenger minus champion, in percentage points of success"
DIFFERENCE_UNIT = "points"
DIFFERENCE_SCALE = 100.0
"""By which a difference of the means is multiplied to be drawn."""

value = figures.percent
difference = figures.points
