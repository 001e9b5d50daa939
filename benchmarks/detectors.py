"""How often the detectors of decline are wrong, and how soon they are right, beside the rules commonly used.

    python benchmarks/detectors.py [--null 2000] [--alternative 1000] [--scenario NAME ...] [--json FILE]
    python benchmarks/detectors.py --one-pass

Simulates runs in which nothing falls, and runs in which something falls at a known round (`detector_worlds.py`,
`detector_toy.py`), and judges every round of each (`detector_rules.py`). Prints the worlds' true means, the runs with
an alarm in one table (where nothing falls with 95 % Wilson intervals, where something does by when), and whether each
bar holds: it does where it lies inside the rate's 95 % interval, or the rate is better. A run's numbers depend on the
seed, the scenario's name and the run's number alone, not on what else is simulated or by how many processes. This was
written with seed 1; the default is for the published tables only.

The detectors' bootstrap has its shipped seed in all runs, as it has for users.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
import zlib
from collections.abc import Iterable
from dataclasses import asdict
from functools import partial
from multiprocessing import get_context
from multiprocessing.pool import Pool
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import scipy
from detector_rules import ALPHA, RULES, Alarms, alarms, panel_of
from detector_scenarios import BARS, SCENARIO_OF, Bar, Scenario, Simulated
from detector_worlds import NUM_PROBLEMS, NUM_ROUNDS, NUM_SAMPLES, steady
from scipy.stats import binomtest

import ssd_iter
from ssd_iter.decline.judge import judge_rounds
from ssd_iter.decline.settings import Settings

SEED = 20261126
ONE_PASS_SECONDS = 0.5
LATER = (0, 1, 2)
CHUNK = 10


def simulate(world: Simulated, name: str, seed: int, run: int) -> Alarms:
    """One run's alarms, shape (rules, rounds)."""
    sequence = np.random.SeedSequence(seed, spawn_key=(zlib.crc32(name.encode()), run))
    return alarms(world.draw(np.random.default_rng(sequence)))


def one_pass(seed: int) -> list[float]:
    """Seconds that judging all rounds of one run takes, five times; the first draws the bootstrap's weights, too."""
    panel = panel_of(steady().draw(np.random.default_rng(seed)))
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        judge_rounds(panel, Settings(ALPHA, NUM_ROUNDS))
        seconds.append(time.perf_counter() - began)
    return seconds


def count(scenario: Scenario, runs: int, seed: int, pool: Pool) -> dict[str, Any]:
    """How many of a scenario's runs each rule gave an alarm in."""
    began, world = time.monotonic(), scenario.make()
    each = pool.imap(partial(simulate, world, scenario.name, seed), range(runs), CHUNK)
    found = np.stack(list(each))
    first = scenario.onset or 1
    return {
        "title": scenario.title,
        "onset": scenario.onset,
        "runs": runs,
        "seconds": round(time.monotonic() - began, 1),
        "true_means": world.true_means(),
        "alarms": {
            rule: {
                "by_round": rows.sum(axis=0).tolist(),
                "in_run": int(rows.any(axis=1).sum()),
                "from_onset": int(rows[:, first:].any(axis=1).sum()),
                "within": [int(rows[:, first : first + later + 1].any(axis=1).sum()) for later in LATER],
            }
            for rule, rows in zip(RULES, np.moveaxis(found, 1, 0), strict=True)
        },
    }


def interval(hits: int, runs: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a share."""
    found = binomtest(hits, runs).proportion_ci(method="wilson")
    return float(found.low), float(found.high)


def check(bar: Bar, counted: dict[str, Any]) -> dict[str, Any]:
    """What the bar's rate came to, and whether it holds."""
    rows = counted["alarms"][bar.rule]
    hits = rows["in_run"] if bar.later is None else rows["within"][bar.later]
    low, high = interval(hits, counted["runs"])
    when = "in a run" if bar.later is None else f"by onset +{bar.later}"
    return {
        "scenario": bar.scenario,
        "rule": bar.rule,
        "bar": f"{bar.side} {100 * bar.rate:g} % {when}",
        "rate": hits / counted["runs"],
        "low": low,
        "high": high,
        "holds": low <= bar.rate if bar.side == "at most" else high >= bar.rate,
    }


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Print a Markdown table."""
    names = list(head)
    print(f"\n| {' | '.join(names)} |\n|{'---|' * len(names)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")


def print_means(counted: dict[str, Any]) -> None:
    """True means at the base, the onset and the last round."""
    print(f"\n## True means: base, round of onset, round {NUM_ROUNDS}")
    names = list(dict.fromkeys(name for found in counted.values() for name in found["true_means"]))
    rows = []
    for found in counted.values():
        rounds = (0, found["onset"] or 1, -1)
        means = found["true_means"]
        cells = [" ".join(f"{means[name][r]:.3f}" for r in rounds) if name in means else "" for name in names]
        rows.append([found["title"], *cells])
    table(["scenario", *names], rows)


def print_alarms(counted: dict[str, Any]) -> None:
    """Runs with an alarm, a column a scenario."""
    print("\n## Runs with an alarm, %")
    print("Where nothing falls: in any round, with the 95 % interval. Where something does: in the round of onset /")
    print(f"by the next / by the one after / by round {NUM_ROUNDS}.")
    heads = [
        f"{found['title']} ({'any round' if found['onset'] is None else 'from round ' + str(found['onset'])})"
        for found in counted.values()
    ]
    table(["rule", *heads], ([rule, *(alarms_text(found, rule) for found in counted.values())] for rule in RULES))


def alarms_text(found: dict[str, Any], rule: str) -> str:
    """One cell of the table of alarms."""
    hits, runs = found["alarms"][rule], found["runs"]
    if found["onset"] is None:
        rate, low, high = (100 * each for each in (hits["in_run"] / runs, *interval(hits["in_run"], runs)))
        return f"{rate:.1f} ({low:.1f} to {high:.1f})"
    return " / ".join(f"{100 * each / runs:.0f}" for each in [*hits["within"], hits["from_onset"]])


def print_bars(bars: Iterable[dict[str, Any]]) -> None:
    """Each bar beside what was measured."""
    print("\n## Bars")
    rows = [
        [
            SCENARIO_OF[bar["scenario"]].title,
            bar["rule"],
            bar["bar"],
            f"{100 * bar['rate']:.1f} ({100 * bar['low']:.1f} to {100 * bar['high']:.1f})",
            "holds" if bar["holds"] else "fails",
        ]
        for bar in bars
    ]
    table(["scenario", "rule", "bar", "measured, % (95 % interval)", ""], rows)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--null", type=int, default=2000, help="runs of each scenario in which nothing falls")
    parser.add_argument("--alternative", type=int, default=1000, help="runs of each in which something does")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--scenario",
        metavar="NAME",
        nargs="+",
        help=", ".join(SCENARIO_OF),
        choices=list(SCENARIO_OF),
        default=list(SCENARIO_OF),
    )
    parser.add_argument("--one-pass", action="store_true", help="only time one detector pass")
    parser.add_argument("--json", type=Path, help="file for all counts")
    return parser.parse_args()


def main() -> None:
    arguments = parse()
    # Two processes with two threads each would get in each other's way; workers read this before they load numpy.
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    document: dict[str, Any] = {
        "seed": arguments.seed,
        "shape": {"problems": NUM_PROBLEMS, "rounds": NUM_ROUNDS, "samples": NUM_SAMPLES},
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "ssd_iter": ssd_iter.__version__,
        },
        "settings": asdict(Settings(ALPHA, NUM_ROUNDS)),
        "scenarios": {},
        "bars": [],
    }
    counted = document["scenarios"]
    with get_context("spawn").Pool(1 if arguments.one_pass else arguments.workers) as pool:
        if arguments.one_pass:
            seconds = pool.apply(one_pass, (arguments.seed,))
            print(f"{NUM_PROBLEMS} problems x {NUM_ROUNDS} rounds, one thread: {seconds[0]:.3f} s the first time,")
            print(f"{median(seconds[1:]):.3f} s after that; bar {ONE_PASS_SECONDS} s")
            return
        for name in dict.fromkeys(arguments.scenario):
            scenario = SCENARIO_OF[name]
            runs = arguments.null if scenario.onset is None else arguments.alternative
            counted[name] = count(scenario, runs, arguments.seed, pool)
            document["bars"] += [check(bar, counted[name]) for bar in BARS if bar.scenario == name]
            print(f"{name}: {runs} runs, {counted[name]['seconds']} s", file=sys.stderr, flush=True)
            if arguments.json:
                arguments.json.write_text(json.dumps(document, indent=2) + "\n")
    print_means(counted)
    print_alarms(counted)
    print_bars(document["bars"])


if __name__ == "__main__":
    main()
