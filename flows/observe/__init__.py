"""What a run shows of itself in Prefect: artifacts, events, the stages' logs, and that none of it may fail the run."""
