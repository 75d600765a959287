"""What searches for parameters: `search.search` tries sets of them, whatever the objective is."""
