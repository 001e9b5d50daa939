"""What importing a large problem set takes: `python benchmarks/large_import.py [--size-mb 1024] [--problem-mb 4]`.

Bar: under 1 GB resident. A file of LiveCodeBench's form, with private tests of random digits that hardly compress, is
written into a temporary folder, imported, and read back a problem at a time, each in a process of its own.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import pickle
import random
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

MB = 1 << 20
BAR_MB = 1000

IMPORT = """
from ssd_iter.problems.public.livecodebench import SET
from ssd_iter.problems.public.store import import_split
from pathlib import Path
print(import_split(SET, "release_v6", [Path(sys.argv[1])], None).rows)
"""
LOAD = """
from ssd_iter.problems.public.livecodebench import SET
from ssd_iter.problems.public.store import load_split
print(sum(1 for problem in load_split(SET, "release_v6") if len(problem.cases) > 1))
"""
MEASURED = """
import json, resource, sys, time
began = time.perf_counter()
{code}
seconds = time.perf_counter() - began
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def write_file(path: Path, size: int, problem_size: int) -> int:
    """A file of `size` bytes with lines of about `problem_size`; returns how many."""
    numbers = random.Random(1)
    count = 0
    with path.open("w") as file:
        while file.tell() < size:
            # As base64 of what zlib makes of it, a hexadecimal digit takes about 0.75 characters.
            tests = []
            for _ in range(20):
                digits = numbers.randbytes(int(problem_size / 0.75 / 20 / 2)).hex()
                tests.append({"input": digits, "output": digits[:100], "testtype": "stdin"})
            packed = base64.b64encode(zlib.compress(pickle.dumps(json.dumps(tests)), 1)).decode()
            row = {
                "question_title": f"Problem {count}", "question_content": f"Print the start of number {count}.",
                "platform": "atcoder", "question_id": str(count), "contest_id": "1", "starter_code": "",
                "contest_date": "2025-03-01T00:00:00", "difficulty": "hard", "metadata": "{}",
                "public_test_cases": json.dumps([{"input": "1", "output": "1", "testtype": "stdin"}]),
                "private_test_cases": packed,
            }  # fmt: skip
            file.write(json.dumps(row) + "\n")
            count += 1
    return count


def measured(code: str, *arguments: str, cache: Path) -> tuple[int, float, float]:
    """What the code prints, the seconds it takes, and the most MB that were resident, in a process of its own."""
    command = [sys.executable, "-c", MEASURED.format(code=code), *arguments]
    environment = os.environ | {"SSD_ITER_HOME": str(cache)}
    printed = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    rows, measures = printed.splitlines()
    seconds, resident = json.loads(measures)
    return int(rows), seconds, resident


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size-mb", type=int, default=1024)
    parser.add_argument("--problem-mb", type=float, default=4.0, help="bytes of a line, in MB")
    parser.add_argument("--out", type=Path, help="JSON file for the numbers")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, cache = Path(folder) / "test.jsonl", Path(folder) / "cache"
        began = time.perf_counter()
        count = write_file(path, given.size_mb * MB, int(given.problem_mb * MB))
        size = path.stat().st_size / MB
        print(f"{size:.0f} MB in {count} problems, written in {time.perf_counter() - began:.0f} s")
        numbers: dict[str, float] = {"size_mb": size, "problems": count}
        for name, code, arguments in (("import", IMPORT, [str(path)]), ("load", LOAD, [])):
            rows, seconds, resident = measured(code, *arguments, cache=cache)
            if rows != count:
                raise SystemExit(f"{name}: {rows} problems of {count}")
            numbers |= {f"{name}_seconds": seconds, f"{name}_mb_per_s": size / seconds, f"{name}_peak_mb": resident}
            print(f"{name:7} {seconds:6.1f} s  {size / seconds:6.1f} MB/s  {resident:6.0f} MB resident at most")
        numbers["stored_mb"] = sum(file.stat().st_size for file in cache.rglob("*") if file.is_file()) / MB
        print(f"stored  {numbers['stored_mb']:.0f} MB")
    if given.out:
        given.out.write_text(json.dumps(numbers, indent=2) + "\n")
    if max(numbers["import_peak_mb"], numbers["load_peak_mb"]) > BAR_MB:
        raise SystemExit(f"more than {BAR_MB} MB were resident")


if __name__ == "__main__":
    main()
