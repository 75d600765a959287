"""Who acts in the demo beside the project: each module's `act` is called after every training."""
