"""Drawing completions: one protocol, two real engines."""
