"""The story: the project lived through, with the real tools, in a state of its own."""
