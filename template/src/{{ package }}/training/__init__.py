"""Training: split by time, tune, fit, evaluate, export. Plain functions over `contracts`."""
