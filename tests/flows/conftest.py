"""Runs on the tiny model, carried out by the real command in a process of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.experiment import create_run, open_run, stored_config
from flows.server import prefect_server
from ssd_iter.config.load import overridden, validate
from ssd_iter.records import Finding, ProblemCounts, Round, RoundStatus, RoundVerdict
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.shards import write_shard

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(scope="session")
def make_run(tiny_config: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., RunPaths]:
    """A fresh run folder; keyword arguments replace whole sections of the config."""

    def make(**sections: Any) -> RunPaths:
        config = validate(tiny_config | sections, source="the test")
        return create_run(config, "# made by a test\n", tmp_path_factory.mktemp("runs")).paths

    return make


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One Prefect server for most runs here: a private one each would cost most of the time."""
    with prefect_server(RunPaths(tmp_path_factory.mktemp("server"))) as url:
        yield url


@pytest.fixture(scope="session")
def start(shared_server: str) -> Iterator[Start]:
    """Start `ssd-iter COMMAND...` for a run; every process started here is ended at the end.

    Runs report to the shared server; `PREFECT_API_URL=""` lets one have its own.
    """
    started: list[subprocess.Popen[str]] = []

    def start(paths: RunPaths, *command: str, **env: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.cli", *command, "--runs-dir", str(paths.root.parent)],
            env=os.environ | {"OMP_NUM_THREADS": "1", "PREFECT_API_URL": shared_server} | env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # A shell that started the tests in the background has us ignore it, and our children with us.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def call(start: Start) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `ssd-iter COMMAND...` for a run to its end."""

    def call(paths: RunPaths, *command: str, seconds: float = 300, **env: str) -> subprocess.CompletedProcess[str]:
        process = start(paths, *command, **env)
        out, err = process.communicate(timeout=seconds)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    return call


@pytest.fixture(scope="session")
def finished_run(make_run: Callable[..., RunPaths], call: Callable[..., subprocess.CompletedProcess[str]]) -> RunPaths:
    """A run that nothing disturbed, with a Prefect server of its own."""
    paths = make_run()
    result = call(paths, "resume", paths.run_id, PREFECT_API_URL="")
    assert result.returncode == 0, result.stderr
    return paths


@pytest.fixture
def copy_run(tmp_path: Path) -> Callable[[RunPaths], RunPaths]:
    """Puts a run in another place, free to be changed."""

    def copy(paths: RunPaths) -> RunPaths:
        return RunPaths(Path(shutil.copytree(paths.root, tmp_path / paths.run_id)))

    return copy


@pytest.fixture
def copied_run(finished_run: RunPaths, copy_run: Callable[[RunPaths], RunPaths]) -> RunPaths:
    """The finished run in another place, free to be changed."""
    return copy_run(finished_run)


NUM_PROBLEMS = 100
"""As many as it takes to see a fall of three points."""


@dataclass(frozen=True)
class ByHand:
    """A run whose rows are written by hand: no model is at work."""

    paths: RunPaths

    def set(self, *overrides: str) -> None:
        """Change what may change of a run's config."""
        open_run(self.paths, overridden(stored_config(self.paths), list(overrides)))

    def evaluated(self, round: int, passed: Callable[[int], int], n: int = 10) -> None:
        """A round's counts: `passed` says how many of a problem's `n` samples pass."""
        rows = [
            ProblemCounts(
                run_id=self.paths.run_id, round=round, purpose="eval", decode_id="T1", problem_set="set",
                problem_id=f"set/{i:03d}", n=n, c=passed(i), extracted=n, classes=(n,), correct_classes=(passed(i),),
                behaviour_classes=(n,),
            )
            for i in range(NUM_PROBLEMS)
        ]  # fmt: skip
        write_shard(self.paths.shard("problem_counts", round, "round"), rows, ProblemCounts)

    def ended(self, round: int, verdict: RoundVerdict = "OK", status: RoundStatus = "finished") -> None:
        """A round's own row, and the folder of the model that came out of it."""
        parent = open_run(self.paths).lineage.parent(round)
        now = datetime(2026, 11, 21, tzinfo=UTC)
        row = Round(
            run_id=self.paths.run_id, round=round, parent_round=parent, sampled_from_round=parent,
            trained_from_round=parent, data_rounds=(), status=status, verdict=verdict, started_at=now, finished_at=now,
        )  # fmt: skip
        write_shard(self.paths.shard("rounds", round, "round"), [row], Round)
        if round and status == "finished":
            self.paths.checkpoint(round).mkdir(parents=True, exist_ok=True)

    def invalid(self, round: int) -> None:
        """A finding for which no page trusts the round's numbers."""
        test: dict[str, Any] = dict.fromkeys(("metric", "reference", "effect", "low", "high", "p")) | {"problems": ()}
        row = Finding(
            run_id=self.paths.run_id, round=round, name="loss_not_finite", severity="error", message="Not finite.",
            evidence_json="{}", **test,
        )  # fmt: skip
        write_shard(self.paths.shard("findings", round, "round"), [row], Finding)


@pytest.fixture(scope="session")
def empty_run(make_run: Callable[..., RunPaths]) -> RunPaths:
    """A run of three rounds, of which none has begun."""
    return make_run(rounds=3)


@pytest.fixture
def by_hand(empty_run: RunPaths, copy_run: Callable[[RunPaths], RunPaths]) -> ByHand:
    """A run to write rows for, and to change."""
    return ByHand(copy_run(empty_run))
