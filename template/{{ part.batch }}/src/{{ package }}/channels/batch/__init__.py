"""The batch: a table of predictions."""
