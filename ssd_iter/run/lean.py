"""`python -m ssd_iter.run.lean MODULE ARGUMENTS`: `python -m MODULE ARGUMENTS` as if pandas were not installed.

Prefect, scikit-learn and PyArrow load pandas where they find it, for data frames; a server, a worker and our flows see
none, and it is 40 MB and half a second.
"""

from __future__ import annotations

import runpy
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType


def hide_pandas() -> None:
    """Have this process find no pandas from now on."""
    sys.meta_path[:] = [_NoPandas if finder is PathFinder else finder for finder in sys.meta_path]


class _NoPandas(PathFinder):
    """What Python looks through folders with, but for pandas: a None in `sys.modules` makes PyArrow stumble."""

    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return None if fullname == "pandas" else super().find_spec(fullname, path, target)


if __name__ == "__main__":
    hide_pandas()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
