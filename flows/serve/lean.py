"""`python -m flows.serve.lean MODULE ARGUMENTS`: `python -m MODULE ARGUMENTS` without pandas.

Prefect loads pandas where it is installed, to hash data frames; a server and a worker never see one, and it is 40 MB.
"""

from __future__ import annotations

import runpy
import sys

if __name__ == "__main__":
    sys.modules["pandas"] = None  # type: ignore[assignment]
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
