"""The commands of `ssd-iter`, one module a group; `flows.cli` loads each only when it is called."""
