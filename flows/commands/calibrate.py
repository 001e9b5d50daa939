"""`ssd-iter problems calibrate`: how often a model solves each kind of generated problem."""

from __future__ import annotations

import importlib
import json
from collections import defaultdict
from dataclasses import asdict
from typing import Annotated, Any, Literal

from cyclopts import Parameter
from scipy.stats import binomtest

from flows.commands.options import AsJson
from flows.display import format_table
from ssd_iter.problems.fresh.calibration import Calibration, KindRate, save_calibration


def calibrate(
    model: str,
    *,
    name: Annotated[
        str | None, Parameter(help="What selectors call it (`tiers=NAME`); default: the model's name.")
    ] = None,
    per_kind: int = 4,
    seed: Annotated[int, Parameter(help="Seed of the problems.")] = 0,
    max_tokens: int = 384,
    engine: Literal["auto", "vllm", "transformers"] = "auto",
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = "auto",
    json_: AsJson = False,
) -> None:
    """Measure a model, greedily, on every kind of generated problem, and keep the levels that follow.

    Parameters
    ----------
    model
        A hub id, a folder, or a packaged name.
    per_kind
        Problems of each kind, one answer each.
    max_tokens
        Longest answer.
    engine
        What draws the answers.
    dtype
        Precision of the weights.
    """
    flows_calibrate = importlib.import_module("flows.calibrate")
    overrides: dict[str, dict[str, object]] = {"engine": {"name": engine, "dtype": dtype}}
    config = flows_calibrate.calibration_config(model, seed, max_tokens, overrides)
    chosen = name or flows_calibrate.default_name(model)
    found: Calibration = flows_calibrate.calibrate(chosen, config, per_kind)
    path = save_calibration(found)
    if json_:
        print(json.dumps(asdict(found) | {"sha256": found.sha256}))
        return
    print(format_table(_kinds(found)))
    print(format_table(_levels(found.rates)))
    print(f"kept in {path}; selectors take its levels with tiers={found.name}, such as fresh:train?tiers={found.name}")


def _kinds(found: Calibration) -> list[dict[str, Any]]:
    tiers = found.tiers
    return [
        {
            "family": rate.family,
            "kind": rate.kind,
            "level": rate.level,
            "solved": f"{rate.solved} of {rate.problems}",
            "tier": tiers[rate.family, rate.kind],
        }
        for rate in sorted(found.rates, key=lambda rate: (rate.level, rate.family, rate.kind))
    ]


def _levels(rates: tuple[KindRate, ...]) -> list[dict[str, Any]]:
    totals: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for rate in rates:
        totals[rate.level][0] += rate.solved
        totals[rate.level][1] += rate.problems
    rows = []
    for level, (solved, problems) in sorted(totals.items()):
        interval = binomtest(solved, problems).proportion_ci(method="wilson")
        rows.append(
            {
                "level": level,
                "problems": problems,
                "solved": solved,
                "rate": f"{solved / problems:.3f}",
                "95 % interval": f"{interval.low:.3f} to {interval.high:.3f}",
            }
        )
    return rows
