"""The flows that chain the stages, and the command line."""
