"""Channels, the ways of serving: the model answers, and the fallback when the model can't."""
