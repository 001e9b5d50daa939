"""Found by every Python that has this folder in PYTHONPATH.

In a stage (`python -m ssd_iter.stage .../STAGE/plan.json`) it takes the trap that `SSD_ITER_TRAP` holds for that stage,
once, and has the stage forked where `SSD_ITER_FORKS` says who does so. Under libfaketime it mends Python's sleep.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sys
import time


def _trap() -> dict[str, object] | None:
    spec = json.loads(os.environ.get("SSD_ITER_TRAP", "{}"))
    if not sys.orig_argv[-1].endswith(f"/{spec.get('stage')}/plan.json"):
        return None
    try:
        os.close(os.open(spec["once"], os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return None
    return spec


def _forked(address: str, spec: dict[str, object] | None) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(address)
        env = {"SSD_ITER_TEST_CGROUP": os.environ.get("SSD_ITER_TEST_CGROUP", "")}
        request = {"argument": sys.orig_argv[-1], "trap": spec, "env": env}
        socket.send_fds(connection, [json.dumps(request).encode()], [1])
        code = int(connection.recv(64) or -9)
    if code < 0:
        os.kill(os.getpid(), signal.Signals(-code))
    os._exit(code)


if "FAKETIME_TIMESTAMP_FILE" in os.environ:
    # The libfaketime of Debian 12 takes the moment until which Python sleeps for one of its own clock (its issue 426).
    time.sleep = lambda seconds: select.select([], [], [], seconds)  # type: ignore[assignment,misc]

if sys.orig_argv[1:3] == ["-m", "ssd_iter.stage"]:
    _found = _trap()
    if "SSD_ITER_FORKS" in os.environ:
        _forked(os.environ["SSD_ITER_FORKS"], _found)
    elif _found is not None:
        import trap

        trap.arm(_found)
