"""Where runs and models are recorded."""
