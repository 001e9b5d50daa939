"""`ssd-iter doctor`: what works here, what does not, and what to do."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict

from flows.commands.options import RUNS, AsJson, RunsDir
from flows.doctor.checks import all_checks, examine
from flows.doctor.result import Result
from ssd_iter.exceptions import MissingExtraError

_WIDTH = 80


def doctor(*, json_: AsJson = False, runs_dir: RunsDir = RUNS) -> None:
    """Look at everything a run needs: what works, what does not, what to do. Exit code 5 where something must be."""
    results = examine(all_checks(runs_dir))
    if json_:
        print(json.dumps([{"name": name} | asdict(result) for name, result in results.items()]))
    else:
        print(as_text(results))
    if any(result.status == "fail" for result in results.values()):
        raise SystemExit(MissingExtraError.exit_code)


def as_text(results: Mapping[str, Result]) -> str:
    """A line a check, advice on lines of its own under it, a count at the end."""
    lines = []
    for name, result in results.items():
        lines += _wrapped(f"{result.status:<4}  {name:<10}  ", result.found)
        lines += _wrapped(f"{'':<18}", f"-> {result.advice}") if result.advice else []
    count = Counter(result.status for result in results.values())
    lines += ["", f"{count['ok']} ok, {count['warn']} to know about, {count['fail']} to mend"]
    return "\n".join(lines)


def _wrapped(lead: str, text: str) -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead),
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
