"""Draw the picture of `decline` in `docs/metrics_and_detectors.md`: what was seen, what fell, what chance does.

    python benchmarks/detector_picture.py [docs/decline.png]

One column for each recorded run of `tests/data`: one made to collapse, and its control, in which nothing was learned.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import altair
import numpy as np
import vl_convert

from reports.charts.style import COLOURS, DASHES
from ssd_iter.decline.contrasts import Contrast, contrasts
from ssd_iter.decline.counts_file import read_counts
from ssd_iter.decline.judge import judge_rounds
from ssd_iter.decline.max_t import Columns, columns_of
from ssd_iter.decline.panel import Panel, panel_of
from ssd_iter.decline.settings import Settings, tested

DATA = Path(__file__).parents[1] / "tests" / "data"
RUNS = {"Made to collapse": "collapse_counts.jsonl", "Control": "control_counts.jsonl"}
SETTINGS = Settings(planned_rounds=4)
LAST = 3
"""The round that is judged: the last one recorded of both."""
BLUE, ORANGE, *_ = COLOURS.values()
GREY = "#59616c"
WIDTH = 330


@dataclass(frozen=True, slots=True)
class Tests:
    """What a round was judged by."""

    title: str
    panel: Panel
    columns: list[Contrast]
    measured: Columns
    critical: float


def tests_of(title: str, file: str) -> Tests:
    """The test of round `LAST`, as `judge_rounds` makes it."""
    panel = panel_of(read_counts(DATA / file), range(LAST + 1))
    columns = [contrast for metric in tested(panel.k) for contrast in contrasts(panel, metric)]
    measured = columns_of([column.falls for column in columns], SETTINGS.num_resamples, SETTINGS.seed)
    critical = judge_rounds(panel, SETTINGS)[-1].critical
    assert critical is not None
    return Tests(title, panel, columns, measured, critical)


def chart(rows: list[dict[str, Any]]) -> Any:
    return altair.Chart(altair.InlineData(values=rows))


def seen(tests: Tests) -> Any:
    """The measures' means by round."""
    metrics = tested(tests.panel.k)
    rows = [
        {"round": round, "measure": metric.title, "mean": float(np.nanmean(tests.panel.values[metric.name][i]))}
        for metric in metrics
        for i, round in enumerate(tests.panel.rounds)
    ]
    legend = altair.Legend(title=None, orient="top", symbolStrokeWidth=2)
    domain = [metric.title for metric in metrics]
    lines = chart(rows).encode(
        x=altair.X("round:Q", axis=altair.Axis(tickMinStep=1, format="d", grid=False)),
        y=altair.Y(
            "mean:Q", scale=altair.Scale(domain=[0, 1]), axis=altair.Axis(title="mean over problems", format="%")
        ),
        color=altair.Color("measure:N", scale=altair.Scale(domain=domain, range=list(COLOURS.values())), legend=legend),
        strokeDash=altair.StrokeDash("measure:N", scale=altair.Scale(domain=domain, range=DASHES)),
    )
    return lines.mark_line(point=True).properties(width=WIDTH, height=170, title=tests.title)


def fell(tests: Tests, shows_names: bool) -> Any:
    """Each measure's fall against each reference, with simultaneous intervals."""
    reach = tests.critical * tests.measured.errors
    rows = [
        {
            "what": f"{column.metric.title}, {column.reference.replace(' to this one', ' here')}",
            "fall": 100 * float(mean),
            "low": 100 * float(mean - reach),
            "high": 100 * float(mean + reach),
            "fell": bool(mean > reach),
        }
        for column, mean, reach in zip(tests.columns, tests.measured.means, reach, strict=True)
    ]
    axis = altair.Axis(title=None, labels=shows_names, ticks=shows_names, labelLimit=300)
    base = chart(rows).encode(
        y=altair.Y("what:N", sort=None, axis=axis),
        color=altair.Color("fell:N", scale=altair.Scale(domain=[False, True], range=[GREY, ORANGE]), legend=None),
    )
    x = altair.X("low:Q", scale=altair.Scale(domain=[-40, 40]), axis=altair.Axis(title="fall against it, points"))
    zero = chart([{"at": 0}]).mark_rule().encode(x="at:Q")
    bars = base.encode(x=x, x2="high:Q").mark_rule(strokeWidth=2)
    marks = base.encode(x="fall:Q").mark_point(filled=True, size=45, opacity=1)
    return altair.layer(zero, bars, marks).properties(width=WIDTH, height=350)


def by_chance(tests: Tests) -> Any:
    """The largest t where nothing falls, the critical value, and the largest t there was."""
    draws = [{"t": float(t)} for t in tests.measured.draws.max(axis=1)]
    bars = chart(draws).encode(
        x=altair.X(
            "t:Q", bin=altair.Bin(step=0.2), axis=altair.Axis(title="largest t of all", values=list(range(-2, 8)))
        ),
        y=altair.Y("count()", axis=altair.Axis(title="draws without a fall")),
    )
    lines = [
        {"t": tests.critical, "what": "critical value"},
        {"t": float(tests.measured.t().max()), "what": "largest there was"},
    ]
    words = altair.StrokeDash("what:N", legend=altair.Legend(title=None, orient="top", symbolStrokeWidth=2))
    rules = chart(lines).mark_rule(strokeWidth=2, color=BLUE).encode(x="t:Q", strokeDash=words)
    return altair.layer(bars.mark_bar(color="#c9ced6"), rules).properties(width=WIDTH, height=150)


def main() -> None:
    """Draw it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", nargs="?", type=Path, default=Path("docs/decline.png"))
    file = parser.parse_args().file
    runs = [tests_of(title, name) for title, name in RUNS.items()]
    rows = [
        [seen(tests) for tests in runs],
        [fell(tests, shows_names=tests is runs[0]) for tests in runs],
        [by_chance(tests) for tests in runs],
    ]
    picture = altair.vconcat(*(altair.hconcat(*row) for row in rows), background="white")
    picture = picture.resolve_scale(color="independent", strokeDash="independent")
    file.write_bytes(vl_convert.vegalite_to_png(json.dumps(picture.to_dict()), scale=1.3, allowed_base_urls=[]))


if __name__ == "__main__":
    main()
