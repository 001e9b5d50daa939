"""`python -m flows.serve.lean MODULE ARGUMENTS`: `python -m MODULE ARGUMENTS` as if pandas were not installed.

Prefect loads pandas where it finds it, to hash data frames; a server, a worker and our flows never see one, and it is
40 MB.
"""

from __future__ import annotations

import runpy
import sys
from importlib.abc import MetaPathFinder
from typing import Any


class _NoPandas(MetaPathFinder):
    """Says what Python says of a module that is not there: a None in `sys.modules` is nothing PyArrow understands."""

    def find_spec(self, name: str, *_: Any) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("No module named 'pandas'", name=name)


if __name__ == "__main__":
    sys.meta_path.insert(0, _NoPandas())
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
