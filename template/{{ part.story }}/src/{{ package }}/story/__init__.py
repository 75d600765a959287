"""The demo: the project lived through on toy data, with the real tools, in a state of its own."""
