"""ssd-iter: the laboratory for iterated self-distillation of code models.

Folders follow the way of the data; each is readable alone:
config -> run -> models, problems -> sampling -> filtering -> training -> execution -> grading -> metrics.
"""

__version__ = "0.1.0"
