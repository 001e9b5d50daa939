"""The Prefect server that somebody configured, in a variable, a profile or a file; only Prefect knows where.

`python -m flows.serve.configured` prints its address as JSON: Prefect is too large to be loaded by who only asks this.
"""

from __future__ import annotations

import json
import subprocess
import sys

from ssd_iter.exceptions import SsdIterError

_SECONDS = 120


def configured_server() -> str | None:
    """The API's address; None where none is configured."""
    asked = [sys.executable, "-m", __name__]
    ended = subprocess.run(asked, capture_output=True, text=True, timeout=_SECONDS, stdin=subprocess.DEVNULL)
    if ended.returncode:
        why = (ended.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise SsdIterError(f"Prefect does not load: {why}; `ssd-iter doctor` says more")
    url: str | None = json.loads(ended.stdout.splitlines()[-1])
    return url


def _print() -> None:
    from prefect.settings import get_current_settings

    print(json.dumps(get_current_settings().api.url))


if __name__ == "__main__":
    _print()
