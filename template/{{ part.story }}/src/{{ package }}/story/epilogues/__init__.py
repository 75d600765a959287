"""What follows when quality is restored: each module tells one thing, in order of their names."""
