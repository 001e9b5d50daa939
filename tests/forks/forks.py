"""Runs and stages carried out by forks of one process that has loaded all they need: see `zygote.py`."""

from __future__ import annotations

import json
import subprocess
from types import TracebackType
from typing import Any, Self

from ssd_iter.run.paths import RunPaths
from ssd_iter.run.plan import StagePlan

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""In a process's environment: equal work gives equal bits."""


class Zygote:
    """Asks `zygote.py` to fork."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        assert self._answer() == "ready"

    def stage(self, paths: RunPaths, plan: StagePlan, **rest: Any) -> dict[str, Any]:
        """Carry out a plan that is on disk; see `zygote.py` for the rest."""
        stage = paths.stage(plan.round, plan.stage)
        return self._ask(kind="stage", argument=str(stage.plan), log=str(stage.log), **rest)

    def resume(
        self, paths: RunPaths, stage_trap: dict[str, Any] | None = None, group: str = "", **rest: Any
    ) -> dict[str, Any]:
        """Go on with a run to its end; what is said is in `told`. `stage_trap` is for the stage it names, once."""
        log = paths.root.parent.parent / "resume.log"  # not on the disk that a test fills
        log.unlink(missing_ok=True)
        rest["env"] = {"SSD_ITER_TRAP": json.dumps(stage_trap or {}), "SSD_ITER_TEST_CGROUP": group}
        answer = self._ask(kind="run", argument=str(paths.root), log=str(log), patience=15, **rest)
        return answer | {"told": log.read_text(encoding="utf-8", errors="replace")}

    def _ask(self, **request: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = self._answer()
        return answer

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the zygote died"
        return json.loads(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()
