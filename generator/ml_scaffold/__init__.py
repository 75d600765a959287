"""Render ML projects from answered design questions, and check the answers."""
