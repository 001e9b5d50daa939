"""The checks there are, and all of them made at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flows.display import say
from flows.doctor.machine import (
    check_browser,
    check_cores,
    check_disk,
    check_fonts,
    check_isolation,
    check_memory,
    check_precision,
    existing_folder,
)
from flows.doctor.probes import BrokenError
from flows.doctor.result import Result
from flows.doctor.software import (
    check_charts,
    check_demo_model,
    check_device,
    check_duckdb,
    check_prefect,
    check_python,
    check_torch,
    check_training,
    check_vllm,
    judge_broken,
)
from flows.hardware import usable_cores

_LINE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor's answer."""

    name: str
    look: Callable[[], Result]


def all_checks(runs_dir: Path) -> tuple[Check, ...]:
    """Every check, in the order they are shown."""
    return (
        Check("Python", check_python),
        Check("torch", check_torch),
        Check("device", check_device),
        Check("training", check_training),
        Check("vLLM", check_vllm),
        Check("Prefect", check_prefect),
        Check("DuckDB", partial(check_duckdb, existing_folder(runs_dir))),
        Check("charts", check_charts),
        Check("isolation", check_isolation),
        Check("cores", check_cores),
        Check("precision of `auto`", check_precision),
        Check("memory", check_memory),
        Check("disk", partial(check_disk, runs_dir)),
        Check("demo model", check_demo_model),
        Check("fonts", check_fonts),
        Check("browser", check_browser),
    )


def examine(checks: Sequence[Check]) -> dict[str, Result]:
    """Each check's result by its name, in order; some work side by side, and stderr tells which are still at it."""
    with ThreadPoolExecutor(max_workers=usable_cores()) as pool:
        futures = {check.name: pool.submit(_look, check) for check in checks}
        while wait(futures.values(), timeout=_LINE_SECONDS).not_done:
            say(f"looking at {', '.join(name for name, future in futures.items() if future.running())}")
        return {name: future.result() for name, future in futures.items()}


def _look(check: Check) -> Result:
    """What fails in a check says so in its line, and stops no other."""
    try:
        return check.look()
    except BrokenError as error:
        return judge_broken(str(error))
    except Exception as error:
        return Result("fail", f"{type(error).__name__}: {error}", "this check could not be made; the rest stands")
