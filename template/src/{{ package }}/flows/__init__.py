"""Flows: what Prefect runs. They compose the stages, and nothing else here imports several."""
