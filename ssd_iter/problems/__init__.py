"""Problem sets: where problems come from and how they are shown to a model.

`base` says what a problem is, `catalog` turns selectors such as `fresh:train?n=48` into problems, `prompts`
renders them; each problem set has a module of its own.
"""
