"""What a report calls things where yes-or-no outcomes are predicted."""

VALUE, VALUE_UNIT = "Success rate", "%"
"""The mean of the business metric."""
DIFFERENCE = "Challenger minus champion, in percentage points of success"
SCALE = 100.0
"""By which a mean and a difference of means are multiplied to be shown."""
BEST = "best reachable: the true probabilities"
