"""Features: windowed aggregates, the rows of training and batch, and what servers look up."""
