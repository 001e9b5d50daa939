"""From kept samples to the next checkpoint."""
