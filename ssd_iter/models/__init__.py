"""Where a model comes from, and how it leaves."""
