"""Statistics of samples: intervals, units, comparisons."""
