"""What a card says of the calibration of scores."""

from __future__ import annotations

from typing import Any

from ..ops.markdown import number, table


def blocks(groups: list[dict[str, Any]]) -> list[str]:
    """Return the paragraphs on mean score and mean outcome in groups of rows."""
    gap = max(abs(each["mean_score"] - each["mean_outcome"]) for each in groups)
    rows = (
        (f"{each['rows']:,}", number(each["mean_score"]), number(each["mean_outcome"]))
        for each in groups
    )
    return [
        f"The test rows in groups of equal size, the lowest scores first. The largest gap between"
        f" mean score and mean outcome is {number(gap)}.",
        table(("Rows", "Mean score", "Mean outcome"), rows),
    ]
