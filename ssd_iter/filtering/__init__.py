"""From completions to kept samples, by form only."""
