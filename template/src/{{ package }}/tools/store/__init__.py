"""What holds the features, by entity and time: `values` reads them as they were and as they are.

Another store brings a module of that name with the same three functions: `historical_features`,
`materialize` and `online_features`. It reads the snapshots below `features/snapshots` of the state
folder, a Parquet file each, and gives the features of `problem/schema.py` in their order.
"""
