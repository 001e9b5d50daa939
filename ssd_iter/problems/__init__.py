"""Problem sets: where problems come from and how they are shown to a model.

`base` says what a problem is, `selectors` takes texts such as `fresh:train?n=48` apart, `catalog` turns them into
problems, `prompts` renders them; each problem set has a module of its own.
"""
