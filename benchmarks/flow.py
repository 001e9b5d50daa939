"""What is spent beside the stages' own processes: `python benchmarks/flow.py MEASUREMENT [--out FILE.json]`.

    round       seconds a round of 10,000 samples, as rows: all stages are marked as done. Bar: 30 s
    database    Prefect's database after 20 rounds, as rows, and with as many as 200 stages. Bar: 20 MB
    memory      server, worker and flow of a run on the model in --model, launched through `ssd-iter serve`. Bar: 600 MB
    read RUN    the share of a finished run's wall time; the starts of its stages' processes are a line of their own.
                Bar: 3 % of the demo

Rows are recorded completions (820 of SmolLM2 on HumanEval, tests/data), used again and again. Runs of rows report to a
Prefect server of their own, whose start and end are part of `wall_seconds`.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
from large_round import CONFIG, fill_round

from flows.experiment import create_run
from flows.serve.state import running_serve
from ssd_iter.config.load import validate
from ssd_iter.records import Event, Round
from ssd_iter.run.paths import STAGES, RunPaths, read_json
from ssd_iter.run.shards import read_shards

SMALL = {
    "problems": {"train": ["fresh:train?n=20&levels=0-1"], "evaluate": ["humaneval?n=20"], "fresh_seed": 1},
    "evaluate": {"num_samples": 2, "max_tokens": 384, "k": [1]},
}
PARTS = {
    "stage": ("ssd_iter.stage", "ssd_iter.run.keeper"),
    "aside": ("ssd_iter.run.aside",),
    "server": ("prefect.server.api.server",),
    "worker": ("flows.serve.worker",),
    "flow": ("prefect.engine", "flows.cli resume"),
    "serve": ("flows.cli serve",),
}
"""What tells a process by its command line, in this order; any other is `rest`."""
_POLL_SECONDS = 0.25


def measure_round(rounds: int = 3) -> dict[str, Any]:
    """Seconds of each round after round 0, as the times of their pages tell."""
    with tempfile.TemporaryDirectory() as folder:
        paths, samples = made_of_rows(Path(folder), rounds)
        wall, peaks, _ = carried_out(paths)
        whole = [paths.round_report(round).stat().st_mtime for round in range(rounds + 1)]
        rows = {name: size(path) for name, path in (("shards", paths.shards), ("database", paths.database))}
        pages = sum(file.stat().st_size for round in paths.rounds() for file in paths.round(round).glob("report.*"))
    seconds = [after - before for before, after in pairwise(whole)]
    return {
        "samples_a_round": samples,
        "seconds": seconds,
        "wall_seconds": wall,
        "peak_megabytes": peaks,
        "bytes": rows | {"pages": pages},
        "value": max(seconds),
        "bar": 30.0,
    }


def measure_database(rounds: int = 20, stages: int = 200) -> dict[str, Any]:
    """Megabytes once the run has ended, and reckoned on to `stages` at what the second half of it added a stage."""
    with tempfile.TemporaryDirectory() as folder:
        paths, _ = made_of_rows(Path(folder), rounds, **SMALL)
        half = paths.round_page(rounds // 2)
        _, _, sizes = carried_out(paths, lambda: (half.exists(), prefect_bytes(paths)))
        there, ended = 2 + 4 * rounds, prefect_bytes(paths)
    at_half = max(size for whole, size in sizes if not whole)
    a_stage = (ended - at_half) / (4 * (rounds - rounds // 2))
    value = (ended + (stages - there) * max(a_stage, 0)) / 1e6
    return {
        "rounds": rounds,
        "stages": there,
        "megabytes": ended / 1e6,
        "bytes_a_stage": a_stage,
        "value": value,
        "bar": 20.0,
    }


def measure_memory(model: str) -> dict[str, Any]:
    """Megabytes of what lives as long as a run does, at their most together, and of what is started for a while."""
    with tempfile.TemporaryDirectory() as folder:
        runs = Path(folder) / "runs"
        command = [sys.executable, "-m", "flows.cli", "serve", "--runs-dir", str(runs)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=folder, env=_alone()) as serve:
            try:
                while (state := running_serve(runs)) is None:
                    if serve.poll() is not None:
                        raise SystemExit("ssd-iter serve did not start")
                    time.sleep(_POLL_SECONDS)
                launch = ["-m", "prefect", "deployment", "run", "ssd-iter/multi-round", "--watch", "--params"]
                with watched(serve.pid) as looks:
                    subprocess.run(
                        [sys.executable, *launch, json.dumps(_form(model))], check=True, stdout=subprocess.DEVNULL,
                        env=os.environ | {"PREFECT_API_URL": state.api_url},
                    )  # fmt: skip
            finally:
                serve.send_signal(signal.SIGINT)
                serve.wait(120)
    lasting = "serve", "server", "worker", "flow"
    together = [sum(look.get(part, 0) for part in lasting) for look in looks]
    return {"peak_megabytes": _most(looks), "value": max(together), "bar": 600.0}


def read_run(paths: RunPaths) -> dict[str, Any]:
    """Where a finished run's wall time went, as its files tell; what is resumed counts from its last start."""
    events = read_shards(paths.shard_files("events"), Event)
    began = max(event.created_at for event in events if event.kind in ("run_started", "run_resumed")).timestamp()
    rounds = [row.round for row in read_shards(paths.shard_files("rounds"), Round)]
    ended = max(paths.round_report(round).stat().st_mtime for round in rounds)
    found = [paths.stage(round, name) for round in paths.rounds() for name in STAGES]
    done = [(stage.plan.stat().st_mtime, read_json(stage.done)) for stage in found if stage.done.exists()]
    stages = sum(end["seconds"] for _, end in done)
    starts = sum(end["finished_at"] - end["seconds"] - planned for planned, end in done)
    wall = ended - began
    beside = wall - stages - starts
    return {
        "wall_seconds": wall,
        "stage_seconds": stages,
        "start_seconds": starts,
        "orchestration_seconds": beside,
        "orchestration_seconds_a_round": beside / len(rounds),
        "value": beside / wall,
        "bar": 0.03,
    }


def made_of_rows(folder: Path, rounds: int, **sections: Any) -> tuple[RunPaths, int]:
    """A run whose stages have all been done and nothing else, and the samples of a round but the first and last."""
    experiment = create_run(validate({**CONFIG, "rounds": rounds, **sections}, "the benchmark"), "", folder)
    drawn = [fill_round(experiment.paths, experiment.plan(round)) for round in range(rounds + 1)]
    return experiment.paths, drawn[1] if rounds > 1 else drawn[0]


def carried_out(paths: RunPaths, look: Callable[[], Any] = lambda: None) -> tuple[float, dict[str, float], list[Any]]:
    """Wall seconds of the command that carries a run out, the most megabytes of each part, and what `look` saw."""
    command = [sys.executable, "-m", "flows.cli", "resume", paths.run_id, "--runs-dir", str(paths.root.parent)]
    began, seen = time.perf_counter(), []
    with subprocess.Popen(command, env=_alone(), stdout=subprocess.DEVNULL) as process, watched(process.pid) as looks:
        while process.poll() is None:
            seen.append(look())
            time.sleep(_POLL_SECONDS)
    if process.returncode:
        raise SystemExit(f"the run ended with code {process.returncode}")
    return time.perf_counter() - began, _most(looks), seen


@contextmanager
def watched(root: int) -> Iterator[list[dict[str, float]]]:
    """The megabytes of all processes below one, by part, looked at four times a second; what they share counts once."""
    looks: list[dict[str, float]] = []
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(_POLL_SECONDS):
            looks.append(_megabytes(root))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield looks
    finally:
        ended.set()
        thread.join()


def size(path: Path) -> int:
    """Bytes of a file, or of all below a folder."""
    return sum(file.stat().st_size for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file())


def prefect_bytes(paths: RunPaths) -> int:
    """Prefect's database with what is not yet written back into it."""
    return sum(file.stat().st_size for file in paths.server.glob("prefect.db*"))


def _megabytes(root: int) -> dict[str, float]:
    parts: dict[str, float] = {}
    with suppress(psutil.NoSuchProcess):
        there = psutil.Process(root)
        for process in [there, *there.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                line = " ".join(process.cmdline())
                part = next((name for name, signs in PARTS.items() if any(sign in line for sign in signs)), "rest")
                parts[part] = parts.get(part, 0) + process.memory_full_info().pss / 1e6
    return parts


def _most(looks: Iterable[dict[str, float]]) -> dict[str, float]:
    most: dict[str, float] = {}
    for look in looks:
        for part, megabytes in look.items():
            most[part] = max(most.get(part, 0), megabytes)
    return most


def _alone() -> dict[str, str]:
    return os.environ | {"PREFECT_API_URL": ""}


def _form(model: str) -> dict[str, Any]:
    short = {"max_tokens": 16}
    return {
        "name": "memory", "rounds": 1, "model": {"path": model},
        "problems": {"train": ["fresh:train?n=4&levels=0-0"], "evaluate": ["humaneval?n=4"], "fresh_seed": 1},
        "sample": short, "evaluate": {"num_samples": 2, "k": [1], **short}, "filter": {"rules": []},
        "engine": {"name": "transformers"}, "train": {"batch_size": 4, "micro_batch_size": 2},
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measurement", choices=["round", "database", "memory", "read"])
    parser.add_argument("run", nargs="?", type=Path, help="of read")
    parser.add_argument("--model", default="smollm2-135m-instruct")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    rounds = {} if given.rounds is None else {"rounds": given.rounds}
    measured = {
        "round": lambda: measure_round(**rounds),
        "database": lambda: measure_database(**rounds),
        "memory": lambda: measure_memory(given.model),
        "read": lambda: read_run(RunPaths(given.run.resolve())),
    }[given.measurement]()
    for name, value in measured.items():
        print(f"{name:30} {value:10.3f}" if isinstance(value, float) else f"{name:30} {value}")
    if given.out:
        known = json.loads(given.out.read_text()) if given.out.exists() else {}
        given.out.write_text(json.dumps(known | {given.measurement: measured}, indent=2))


if __name__ == "__main__":
    main()
