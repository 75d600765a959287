"""Features through Feast: windowed aggregates, point-in-time history, online reads."""
