"""What a run is told: the schema, how it is read from TOML, and the digest that names an experiment."""
