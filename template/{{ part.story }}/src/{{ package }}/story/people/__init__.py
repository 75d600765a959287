"""Who acts in the story beside the project: each module's `act` is called after every training."""
