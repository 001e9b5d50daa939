"""Reports: what a round did, as pages and JSON."""
