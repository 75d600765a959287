"""Pipelines: flows that Prefect runs. They compose the stages, and nothing else imports several.

Tasks cache nothing: Prefect would pickle every data set and model to make a key of it.
"""
