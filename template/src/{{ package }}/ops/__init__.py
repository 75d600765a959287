"""What has nothing to do with machine learning: paths, clock, locks, log, processes, progress."""
