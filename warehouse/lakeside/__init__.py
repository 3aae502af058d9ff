"""What is done to the lake: push an edition, list what was pushed, look for texts, tidy up.

``lake.py`` starts this as a program of its own, in an environment of its own, since the extensions that it needs exist for one
version of DuckDB only. So it imports nothing but duckdb, and of ``warehouse`` only itself.
"""
