# The toy world is not what is predicted here.
TESTS := not slow and not toy
