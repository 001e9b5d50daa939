"""From completions to verdicts and pass@k."""
