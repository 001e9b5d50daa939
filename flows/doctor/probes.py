"""Looks at heavy libraries, each in a process of its own: a broken one may crash, hang or write what it likes.

`python -m flows.doctor.probes NAME` prints what the function NAME finds as one line of JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from flows.hardware import gigabytes

SECONDS = 300
"""vLLM takes 15 s to import on a quick machine, and much longer from a cold disk."""

Facts = dict[str, Any]


class BrokenError(Exception):
    """A library that does not work; the message is the library's own."""


def in_child(look: Callable[[], Facts]) -> Facts:
    """What `look`, a function of this module, finds in a process of its own; BrokenError where it cannot."""
    command = [sys.executable, "-m", __name__, look.__name__]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        raise BrokenError(f"no answer within {SECONDS} s") from None
    if ended.returncode:
        lines = ended.stderr.strip().splitlines() or [f"it ended with status {ended.returncode} and said nothing"]
        raise BrokenError(lines[-1])
    found: Facts = json.loads(ended.stdout.splitlines()[-1])
    return found


def torch_facts() -> Facts:
    """`version`, `build` (`CPU`, `CUDA 13.0`, `ROCm 7.0`), `gpus` that torch can use, and whether there is `mps`."""
    import torch

    cuda, hip = torch.version.cuda, torch.version.hip
    gpus = [torch.cuda.get_device_properties(i) for i in range(torch.cuda.device_count())]
    return {
        "version": torch.__version__,
        "build": f"CUDA {cuda}" if cuda else f"ROCm {hip}" if hip else "CPU",
        "gpus": [f"{gpu.name} ({gigabytes(gpu.total_memory)})" for gpu in gpus],
        "mps": torch.backends.mps.is_available(),
    }


def training_facts() -> Facts:
    """Versions, by package, of what trains a model."""
    import datasets
    import peft
    import transformers
    from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer  # noqa: F401 (only a name makes it load)

    return {module.__name__: module.__version__ for module in (transformers, peft, datasets)}


def vllm_facts() -> Facts:
    """vLLM's `version`."""
    import vllm
    from vllm import LLM  # noqa: F401 (only a name makes it load)

    return {"version": vllm.__version__}


def prefect_facts() -> Facts:
    """Versions, the configured server's `url` (or null), and why a server would not start (`error`, empty)."""
    import prefect
    from prefect.settings import get_current_settings

    error = ""
    try:
        import prefect.server.api.server
    except Exception as broken:
        error = f"{type(broken).__name__}: {broken}"
    url = get_current_settings().api.url
    return {"prefect": prefect.__version__, "fastapi": version("fastapi"), "url": url, "error": error}


def chart_facts() -> Facts:
    """Versions of what draws charts, after it has drawn one with words in it."""
    import altair
    import vl_convert

    point = altair.InlineData(values=[{"round": 1, "pass@1": 0.5}])
    chart = altair.Chart(point).mark_point().encode(x="round:O", y="pass@1:Q")
    svg = vl_convert.vegalite_to_svg(json.dumps(chart.to_dict()), allowed_base_urls=[])
    if ">pass@1</text>" not in svg:
        raise BrokenError(f"the chart has no words: {svg[:100]}")
    return {"altair": altair.__version__, "vl-convert": version("vl-convert-python")}


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]]()))
