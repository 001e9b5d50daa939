"""How long the command line takes to answer: `python benchmarks/startup.py [FILE.json]`. Bar: `--help` in 0.3 s."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

COMMANDS = (["--help"], ["run", "--help"], ["problems", "list"], ["models", "list"])
REPEATS = 7


def seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "flows.cli", *command], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def main() -> None:
    bare = statistics.median(_bare() for _ in range(REPEATS))
    table = {"python -c pass": bare}
    for command in COMMANDS:
        table[" ".join(command)] = statistics.median(seconds(command) for _ in range(REPEATS))
    for name, found in table.items():
        print(f"{name:16} {found:6.2f} s   {found / bare:5.1f} x bare python")
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(json.dumps(table, indent=2))


def _bare() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
