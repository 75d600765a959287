"""The prediction log: what was asked and answered, by everyone who serves, for whoever looks back.

A writer appends a JSON line a request (`schema`, `writer`). Full hours become Parquet
(`compaction`). A reader sees both as one stream of tables (`reader`).
"""
