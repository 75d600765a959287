"""Serving: answers from the artifact, and from the rule when the artifact can't answer."""
