"""`python -m flows.serve.worker POOL RUNS`: starts a process for each flow run that is launched, RUNS at a time.

That is Prefect's process worker, but for where its flow runs work, where the worker does, and what they load.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound
from prefect.utilities.processutils import command_to_string
from prefect.workers.process import ProcessJobConfiguration, ProcessWorker

_STEP_SECONDS = 0.2


class _Here(ProcessJobConfiguration):
    """A flow run's process, lean, in our working directory: Prefect's default is an empty one."""

    def prepare_for_flow_run(self, *given: Any, **named: Any) -> None:
        super().prepare_for_flow_run(*given, **named)
        self.working_dir = self.working_dir or Path.cwd()
        self.command = command_to_string([sys.executable, "-m", "ssd_iter.run.lean", "prefect.engine"])


def main(pool: str, runs: int) -> None:
    """Work until we are told to end: at most `runs` flow runs at a time, the others wait."""
    # asyncio ends what is at work on an interrupt alone, and not where a background shell had us ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        asyncio.run(_work(pool, runs))
    except KeyboardInterrupt:
        sys.exit(0)


async def _work(pool: str, runs: int) -> None:
    await _until_there(pool)
    worker = ProcessWorker(pool, name=socket.gethostname(), limit=runs, create_pool_if_not_found=False)
    worker.job_configuration = _Here
    await worker.start()


async def _until_there(pool: str) -> None:
    """Setting up takes a server and a moment; whoever started us looks after both."""
    async with get_client() as client:
        while True:
            try:
                if await client.api_healthcheck() is None:
                    await client.read_work_pool(pool)
                    return
            except ObjectNotFound:
                pass
            await asyncio.sleep(_STEP_SECONDS)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
