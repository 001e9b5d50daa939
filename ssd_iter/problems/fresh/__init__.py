"""The generated problem set: functions and programs to write, fixed by a version and a seed.

A family is a finite space of parameters, each point of which is one function. A function's identity is what it
computes (`identity`), and the identity alone decides its split, the same for every seed: so no function stands in
two splits, whatever seeds they were made with. Some families are held out as a whole: `dev` or `test-out` has them. The
seed chooses which functions come first, their names, wordings and tests.
"""

from ssd_iter.problems.fresh.generator import Wanted, generate, of_each_kind, problem_of_id, problems_of
from ssd_iter.problems.fresh.identity import SPLITS, VERSION
from ssd_iter.problems.fresh.rendering import LICENCE
from ssd_iter.problems.fresh.source import SOURCE

__all__ = [
    "LICENCE",
    "SOURCE",
    "SPLITS",
    "VERSION",
    "Wanted",
    "generate",
    "of_each_kind",
    "problem_of_id",
    "problems_of",
]
