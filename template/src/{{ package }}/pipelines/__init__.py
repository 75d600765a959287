"""Pipelines: plain functions that compose the stages; nothing else imports several of these."""
