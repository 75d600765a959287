"""An ML system: features, training, registry, serving, monitoring and the loop that closes them."""
