"""A function called in a process of its own: `python -m ssd_iter.run.aside`. What it loads is gone when it has ended.

The flow of a run lives for days beside engines that want all memory; what it needs for seconds now and then (charts,
text metrics, a tokenizer) does not stay in it.
"""

from __future__ import annotations

import importlib
import os
import pickle
import subprocess
import sys
from typing import Any

from ssd_iter.exceptions import StageError
from ssd_iter.run.keeper import tie_to


def call_aside(function: str, *arguments: Any) -> Any:
    """What `function`, `module:name`, returns for the arguments; all of them and its answer can be pickled.

    Raises what it raises; StageError where its process is killed.
    """
    process = subprocess.run(
        [sys.executable, "-m", "ssd_iter.run.aside", function, str(os.getpid())],
        input=pickle.dumps((sys.argv, arguments)),
        stdout=subprocess.PIPE,
        check=False,
    )
    if process.returncode:
        raise StageError(f"the process of {function} ended with code {process.returncode}")
    error, answer = pickle.loads(process.stdout)
    if error is not None:
        raise error
    return answer


def _answer(function: str, arguments: tuple[Any, ...]) -> tuple[Exception | None, Any]:
    module, _, name = function.partition(":")
    try:
        return None, getattr(importlib.import_module(module), name)(*arguments)
    except Exception as error:
        return error, None


if __name__ == "__main__":
    tie_to(int(sys.argv[2]))
    function = sys.argv[1]
    sys.argv, given = pickle.load(sys.stdin.buffer)  # provenance holds the command that a person gave
    # Whatever prints must not get among the answer.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        with answers:
            pickle.dump(_answer(function, given), answers)
    except KeyboardInterrupt:
        sys.exit(130)  # who called is interrupted as well
