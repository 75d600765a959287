"""Feast definitions of your own, beside the model's inputs: yours, copied once.

Views, sources and services that are declared here are applied with those that follow from the
schema, whose entity they may share:

    from feature_definitions import entity
"""
