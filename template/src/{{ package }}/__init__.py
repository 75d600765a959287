"""An ML system: features, training, registry, serving, monitoring and the loop that closes them."""

import os

# No tool calls home, whoever imports this: tests, notebooks and what runs pipelines too.
os.environ.setdefault("DO_NOT_TRACK", "true")
