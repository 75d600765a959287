"""What the type of the problem means: its labels, decision, calibration, errors and comparison."""
