"""Checks of the machine: room, memory, cores, fonts, a browser, and whether strangers' programs can be held."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from flows.doctor.result import Result
from flows.hardware import Memory, computes_bfloat16, cpu_name, cpu_quota, gigabytes, read_memory, usable_cores
from ssd_iter.execution.levels import AUTO, LEVELS, why_not
from ssd_iter.execution.programs import Isolation
from ssd_iter.models.cache import cache_folder

_GB = 10**9
FREE_TO_RUN, FREE_TO_BE_AT_EASE = 2 * _GB, 10 * _GB
"""A round keeps six bytes a parameter: 0.8 GB for the demo's model, three rounds of it."""
MEMORY_TO_RUN, MEMORY_TO_BE_AT_EASE = 3 * _GB, 8 * _GB
"""Training takes sixteen bytes a parameter and its activations; vLLM on CPU 4 GB of cache and about 2 of its own."""


def existing_folder(path: Path) -> Path:
    """`path`, or the nearest folder above it that is there."""
    return next(folder for folder in (path.resolve(), *path.resolve().parents) if folder.is_dir())


def check_disk(runs_dir: Path) -> Result:
    """Room where runs and models are kept."""
    folders = {"runs": existing_folder(runs_dir), "the cache": existing_folder(cache_folder())}
    closed = [str(folder) for folder in folders.values() if not os.access(folder, os.W_OK | os.X_OK)]
    return judge_disk({name: shutil.disk_usage(folder).free for name, folder in folders.items()}, closed)


def judge_disk(free: Mapping[str, int], closed: list[str]) -> Result:
    """Free bytes by what they are for; `closed` are folders that cannot be written to."""
    way_out = "--runs-dir puts runs elsewhere, SSD_ITER_HOME the cache"
    if closed:
        return Result("fail", f"no writing in {' and '.join(closed)}", way_out)
    found = ", ".join(f"{gigabytes(size)} free for {name}" for name, size in free.items())
    least = min(free.values())
    if least < FREE_TO_BE_AT_EASE:
        advice = f"a round keeps 6 bytes a parameter (SmolLM2-135M: 0.8 GB): make room; {way_out}"
        return Result("fail" if least < FREE_TO_RUN else "warn", found, advice)
    return Result("ok", found)


def check_memory() -> Result:
    """Memory as it is now."""
    return judge_memory(read_memory())


def judge_memory(memory: Memory) -> Result:
    """Judged by what is available, or the container's limit where that is less."""
    found = f"{gigabytes(memory.total)}, {gigabytes(memory.available)} available"
    usable = memory.available
    if memory.limit is not None:
        found += f", limited to {gigabytes(memory.limit)} here"
        usable = min(usable, memory.limit)
    if usable < MEMORY_TO_BE_AT_EASE:
        advice = (
            "end other programs; or lower engine.kv_cache_gb and train.micro_batch_size, "
            "and set train.gradient_checkpointing = true"
        )
        return Result("fail" if usable < MEMORY_TO_RUN else "warn", found, advice)
    return Result("ok", found)


def check_cores() -> Result:
    """Cores this process may use."""
    return judge_cores(usable_cores(), cpu_quota(), cpu_name())


def judge_cores(cores: int, quota: float | None, name: str) -> Result:
    """Libraries start a thread for each core they see, whatever share of time the container gives them."""
    found = f"{cores} usable of {name}"
    if quota is not None and quota < cores:
        threads = max(1, int(quota))
        advice = f"set OMP_NUM_THREADS={threads} and execution.workers = {threads}, or threads wait for each other"
        return Result("warn", f"{found}, limited to the time of {quota:.2g}", advice)
    return Result("ok", found)


def check_precision() -> Result:
    """In which precision runs compute where the config says `auto`."""
    return judge_precision(computes_bfloat16())


def judge_precision(bfloat16: bool) -> Result:
    """Emulated, bfloat16 would make rounds a hundred times slower; a config that demands it gets it."""
    if bfloat16:
        return Result("ok", "bfloat16, which this machine computes in")
    return Result("ok", "float32: this processor would emulate bfloat16, far slower")


def check_fonts() -> Result:
    """Fonts that a browser on this machine would find."""
    home = Path.home()
    data = os.environ.get("XDG_DATA_HOME") or str(home / ".local" / "share")
    data_folders = [data, *(os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")]
    folders = {home / ".fonts", *(Path(folder, "fonts") for folder in data_folders)}
    return judge_fonts(sum(1 for folder in folders for _ in folder.rglob("*.[ot]t[cf]")))


def judge_fonts(count: int) -> Result:
    """Pages ask for any sans-serif font; charts are drawn without one."""
    if count:
        return Result("ok", f"{count} font files for a browser on this machine")
    return Result(
        "warn", "none: a browser on this machine shows boxes; elsewhere pages look right",
        "apt-get install fonts-dejavu-core",
    )  # fmt: skip


def check_browser() -> Result:
    """What the tests look at pages with."""
    return judge_browser(shutil.which("chromium"), importlib.util.find_spec("playwright") is not None)


def judge_browser(chromium: str | None, playwright: bool) -> Result:
    """Nothing but the tests needs it."""
    missing = {
        "Chromium": "" if chromium else "apt-get install chromium",
        "playwright": "" if playwright else "pip install -c constraints.txt -e '.[dev]'",
    }
    wanted = {name: install for name, install in missing.items() if install}
    if wanted:
        found = f"no {' and no '.join(wanted)}: only tests need it, those of pages are skipped"
        return Result("warn", found, " and ".join(wanted.values()))
    return Result("ok", f"{chromium} (for tests)")


def check_isolation() -> Result:
    """Which levels of isolation hold, seen by trying attacks on each."""
    return judge_isolation({level: why_not(level) for level in LEVELS})


def judge_isolation(reasons: Mapping[Isolation, str]) -> Result:
    """`reasons`: why each level does not hold; empty where it does. `auto` takes the first of `ns` and `lsm`."""
    holding = [level for level, reason in reasons.items() if not reason]
    failing = [reason for reason in reasons.values() if reason]
    found = "; ".join([f"holding: {', '.join(holding) or 'none'}", *failing])
    walls = [level for level in AUTO if level in holding]
    if walls:
        return Result("ok", f"auto is {walls[0]}; {found}")
    if holding:
        advice = (
            "runs are refused until execution.isolation says `container` (inside one that may be lost) or `process` "
            "(stops accidents, not malice): docs/execution.md"
        )
        return Result("fail", found, advice)
    return Result("fail", found, "grading needs Linux on x86-64 or aarch64")
