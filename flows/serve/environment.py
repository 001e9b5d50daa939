"""What a serve tells the processes that report to it, by their environment; without a serve nothing is set."""

from __future__ import annotations

import os

REPORTS_URL = "SSD_ITER_REPORTS_URL"
GPU_LIMIT = "SSD_ITER_GPU_LIMIT"
RUNS = "SSD_ITER_RUNS"


def reports_url() -> str | None:
    """Where the runs folder is served over HTTP, without a slash at its end: `http://127.0.0.1:4201`."""
    return os.environ.get(REPORTS_URL) or None


def gpu_limit() -> str | None:
    """Name of Prefect's global concurrency limit that a stage with a model in it holds; None: nobody queues."""
    return os.environ.get(GPU_LIMIT) or None
