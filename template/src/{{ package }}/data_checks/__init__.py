"""What is wrong with the data before anything is made of them: every fault at once."""
