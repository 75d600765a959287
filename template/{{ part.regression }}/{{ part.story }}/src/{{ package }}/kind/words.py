"""What a report calls things where amounts are predicted."""

VALUE, VALUE_UNIT = "Mean cost", ""
"""The mean of the business metric."""
DIFFERENCE = "Challenger minus champion, in mean cost of a prediction; lower is better"
SCALE = 1.0
"""By which a mean and a difference of means are multiplied to be shown."""
BEST = "best reachable: the true medians"
