"""Flows: what Prefect runs. They compose the stages, and nothing else here imports several.

Tasks cache nothing: Prefect would pickle every data set and model to make a key of it.
"""
