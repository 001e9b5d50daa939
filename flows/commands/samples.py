"""`ssd-iter samples`: read what the model wrote, a page at a time."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Literal

from cyclopts import Parameter, validators
from rich.pager import SystemPager

from flows.commands.options import RUNS, AsJson, Reference, RunsDir, Timeout
from flows.display import say
from flows.experiment import find_run
from flows.missing import warn_of_missing
from flows.sample_text import PARTS, Part, sample_document, sample_text
from ssd_iter.exceptions import ConfigError, NotFoundError
from ssd_iter.records import Purpose, Verdict
from ssd_iter.run.paths import RunPaths
from stores.formats import plain
from stores.sample_pages import Page, Wanted, read_page
from stores.sql_console import TIMEOUT_SECONDS


def samples(
    run: Reference = "@latest",
    *,
    filter: Annotated[str | None, Parameter(help="A condition in SQL over the columns of v_samples.")] = None,
    round: int | None = None,
    problem: Annotated[str | None, Parameter(help="A problem's id.")] = None,
    verdict: Annotated[Literal[Verdict, "fail"] | None, Parameter(help="fail: any but pass and sandbox_error.")] = None,
    purpose: Purpose | None = None,
    flipped: Annotated[
        bool,
        Parameter(negative="", help="Only problems newly solved (by no sample before) or newly lost in their round."),
    ] = False,
    show: Annotated[str, Parameter(help=f"What is shown of each: {', '.join(PARTS)}; separated by commas.")] = (
        "completion"
    ),
    limit: Annotated[int, Parameter(validator=validators.Number(gte=1))] = 20,
    offset: Annotated[int, Parameter(validator=validators.Number(gte=0))] = 0,
    timeout: Timeout = TIMEOUT_SECONDS,
    json_: AsJson = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Read samples: `ssd-iter samples @latest --round 3 --verdict fail --filter "num_completion_tokens > 300"`.

    Control and invisible characters are spelt out; --json has every text as it is.

    Parameters
    ----------
    limit
        How many are shown.
    offset
        How many are passed over.
    """
    parts = parse_parts(show)
    paths = find_run(runs_dir, run)
    if not paths.shard_files("samples"):
        raise NotFoundError(
            f"{paths.run_id} has drawn no samples yet; `ssd-iter status {paths.run_id}` says how far it is, "
            "`ssd-iter resume` goes on with it"
        )
    warn_of_missing(paths)
    wanted = Wanted(round=round, problem=problem, verdict=verdict, purpose=purpose, flipped=flipped, condition=filter)
    page = read_page(paths, wanted, limit, offset, timeout_seconds=timeout)
    if json_:
        shown = [plain(sample_document(sample, parts)) for sample in page.samples]
        print(json.dumps({"run": paths.run_id, "total": page.total, "samples": shown}, ensure_ascii=False))
        return
    _show("\n".join(sample_text(sample, offset + i, page.total, parts) for i, sample in enumerate(page.samples, 1)))
    say(_where(paths, page, offset))


def parse_parts(text: str) -> tuple[Part, ...]:
    """`prompt,code` as parts, in that order; ConfigError for a part there is not."""
    known: dict[str, Part] = {part: part for part in PARTS}
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in known:
            raise ConfigError(f"--show takes {', '.join(PARTS)}, separated by commas; not {name!r}")
    return tuple(known[name] for name in names)


def _show(text: str) -> None:
    if sys.stdout.isatty():
        SystemPager().show(text)
    else:
        print(text, end="")


def _where(paths: RunPaths, page: Page, offset: int) -> str:
    if not page.total:
        return (
            "no sample is like that; what there is: ssd-iter sql "
            f'{paths.run_id} "SELECT round, purpose, verdict, count(*) FROM v_samples GROUP BY ALL ORDER BY ALL"'
        )
    last = offset + len(page.samples)
    if not page.samples:
        return f"there are {page.total} samples like that: --offset {offset} is beyond the last"
    more = f"; --offset {last} goes on" if last < page.total else ""
    return f"samples {offset + 1} to {last} of {page.total}{more}"
