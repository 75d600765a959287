"""Monitoring: drift, concept and operational checks, the report, the retraining policy."""
