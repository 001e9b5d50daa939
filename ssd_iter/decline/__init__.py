"""Whether a round is worse than those before it: paired tests over rounds, metrics and references together."""
