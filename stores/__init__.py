"""The store: shards into DuckDB, and questions to it."""
