"""A run on disk: its folder, its plans, its shards."""
