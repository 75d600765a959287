"""The toy world: data with a known truth. Nothing but the story and the tests rests on it."""
