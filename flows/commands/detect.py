"""`ssd-iter detect`: judge the rounds of a run again, or anybody's counts."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flows.commands.options import RUNS, AsJson, RunsDir
from flows.detect import Answer, detect_counts, detect_run, document, run_settings, table_rows
from flows.display import format_table, say
from flows.experiment import find_run
from reports.wording import plural
from ssd_iter.decline.counts_file import read_counts
from ssd_iter.decline.policy import COLLAPSED
from ssd_iter.decline.settings import Settings
from ssd_iter.exceptions import ConfigError


def detect(
    run: str | None = None,
    *,
    from_: Annotated[Path | None, Parameter(name="--from", help="Counts as JSON lines, instead of a run.")] = None,
    planned_rounds: int | None = None,
    open_ended: Annotated[bool, Parameter(negative="")] = False,
    alpha: float | None = None,
    seed_sd: float | None = None,
    strict: Annotated[bool, Parameter(negative="", help="Exit with code 4 where a round has collapsed.")] = False,
    json_: AsJson = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Say of each round whether it is worse than those before it. Stored findings stay as they are.

    The best round, which one would roll back to, is none that has collapsed and, of a run, none that its page calls
    invalid; where it was warned of, that is said beside it.

    A file holds one row a problem and round, such as
    {"round": 3, "problem_id": "p7", "n": 10, "c": 4, "extracted": 9, "classes": [5, 3, 1]}: samples, passes, samples
    with code, sizes of the classes of equal programs (the last two may be left out).

    Parameters
    ----------
    run
        A run's id, a unique prefix of it, or @latest.
    planned_rounds
        Rounds after the base that alpha is shared out among; default: the run's, or up to the last round in the file.
    open_ended
        No last round is planned: alpha is spent in ever smaller shares.
    alpha
        Chance that a run in which nothing falls gets any warning; default: the run's, or 0.05.
    seed_sd
        Standard deviation of the metrics between runs that differ in the seed alone; a warning needs twice this.
    """
    if run is not None and from_ is not None:
        raise ConfigError(f"detect takes a run or --from, not both: {run!r} and {from_}")
    if open_ended and planned_rounds is not None:
        raise ConfigError(f"--open-ended means that no rounds are planned: leave out --planned-rounds {planned_rounds}")
    if from_ is not None:
        counts = read_counts(from_)
        if planned_rounds is None and not open_ended:
            rounds = [row.round for row in counts]
            planned_rounds = max(1, max(rounds) - min(rounds))
            say(f"planned rounds: {planned_rounds}, up to the last round in {from_}; --planned-rounds says otherwise")
        answer = detect_counts(counts, _changed(Settings(), planned_rounds, open_ended, alpha, seed_sd))
    else:
        paths = find_run(runs_dir, run or "@latest")
        answer = detect_run(paths, _changed(run_settings(paths), planned_rounds, open_ended, alpha, seed_sd))
    print(json.dumps(document(answer)) if json_ else _text(answer), end="\n" if json_ else "")
    if strict and any(judged.verdict in COLLAPSED for judged in answer.rounds):
        raise SystemExit(4)


def _warned(answer: Answer) -> str:
    return ", itself a WARN: look at what fell before you go on from it" if answer.best_verdict == "WARN" else ""


def _changed(
    settings: Settings, planned_rounds: int | None, open_ended: bool, alpha: float | None, seed_sd: float | None
) -> Settings:
    if open_ended or planned_rounds is not None:
        settings = replace(settings, planned_rounds=planned_rounds)
    return replace(
        settings,
        alpha=settings.alpha if alpha is None else alpha,
        seed_sd=settings.seed_sd if seed_sd is None else seed_sd,
    )


def _text(answer: Answer) -> str:
    planned = answer.settings.planned_rounds
    spent = "without a planned end" if planned is None else f"shared among {plural(planned, 'round')}"
    sd = answer.settings.seed_sd
    lines = [
        f"alpha {answer.settings.alpha:g}, {spent}; spread between seeds: {sd or 'not known, taken as 0'}",
        f"best round by the lower bound of its gain in pass@1: {answer.best}{_warned(answer)}",
    ]
    if answer.rollback_to is not None:
        lines.append(f"the last round has collapsed: roll back to round {answer.rollback_to}{_warned(answer)}")
    return format_table(table_rows(answer)) + "\n".join(lines) + "\n"
