"""Numbers about a round: pure functions of its rows."""
