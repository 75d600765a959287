"""What starts, retries and records pipelines: plain commands."""
