"""From a run's folder to figures: pass@k, the paired change, diversity, the life of problems, the training set.

    python notebooks/from_run_to_figures.py @latest --out figures     # as a script: an SVG and a CSV for each figure
    marimo edit notebooks/from_run_to_figures.py -- @latest           # as a notebook, in the browser

The run is an id, a unique prefix of one, a run's folder, or @latest. It may still go on.
"""

import marimo

__generated_with = "0.25.2"
app = marimo.App(app_title="From a run to figures")


@app.cell
def _():
    import argparse
    import os
    from pathlib import Path

    import altair as alt
    import marimo as mo
    import pyarrow as pa
    import pyarrow.csv

    from flows.experiment import find_run
    from ssd_iter.exceptions import SsdIterError
    from ssd_iter.metrics.intervals import paired_difference
    from stores.snapshot import open_snapshot

    # One row for each problem and round can be more than Altair takes unasked.
    _ = alt.data_transformers.disable_max_rows()
    return Path, SsdIterError, alt, argparse, find_run, mo, open_snapshot, os, pa, paired_difference


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    # From a run to figures

    Each figure is one question to the run's rows, in SQL, and a chart of the answer. `docs/store.md` says what the
    tables and columns mean and has more questions. Intervals are 95 % bootstraps over problems. A number that is not
    defined is left out; it is never 0.
    """)
    return


@app.cell
def _(Path, SsdIterError, argparse, find_run, mo, open_snapshot, os):
    parser = argparse.ArgumentParser(description="From a run's folder to figures.")
    parser.add_argument("run", nargs="?", default="@latest", help="an id, a prefix of one, a run's folder, or @latest")
    parser.add_argument(
        "--runs-dir", type=Path, default=Path(os.environ.get("SSD_ITER_RUNS", "runs")),
        help="where runs are looked for; default: SSD_ITER_RUNS, or runs",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, default=None if mo.running_in_notebook() else Path("figures"), help="where figures go"
    )
    arguments = parser.parse_args()
    try:
        paths = find_run(arguments.runs_dir, arguments.run)
    except SsdIterError as error:
        raise SystemExit(str(error)) from None

    def ask(sql):
        """The answer as an Arrow table. The store is closed at once: while it is open, the run cannot write to it."""
        with open_snapshot(paths) as store:
            return store.sql(sql).to_arrow_table()

    ended = ask("SELECT round FROM rounds ORDER BY round")
    mo.plain_text(f"{paths.run_id}: {ended.num_rows} rounds have ended")
    return arguments, ask, paths


@app.cell
def _(arguments, mo, pa, paths):
    def shown(name, chart, table):
        """The chart, and where figures are written, a file of it and one of its numbers; or what is missing for it."""
        if not table.num_rows:
            missing = f"{name}: nothing to draw yet; `ssd-iter status {paths.run_id}` says how far the run is"
            print(missing)
            return mo.md(missing)
        if arguments.out is not None:
            arguments.out.mkdir(parents=True, exist_ok=True)
            chart.save(arguments.out / f"{name}.svg")
            pa.csv.write_csv(table, arguments.out / f"{name}.csv")
            print(arguments.out / f"{name}.svg")
        return chart

    return (shown,)


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## Does it get better?

    pass@k by round. Where pass@1 rises and pass@k for the largest k does not, the model agrees more with itself on what
    it could do before.
    """)
    return


@app.cell
def _(alt, ask, shown):
    pass_at_k = ask("""
        SELECT round, name[9:]::INTEGER AS k, 'pass@' || name[9:] AS metric, value, low, high, n AS problems
        FROM metrics
        WHERE name LIKE 'pass_at_%' AND purpose = 'eval' AND problem_set = 'all' AND value IS NOT NULL
        ORDER BY round, k
    """)
    by_round = alt.Chart(pass_at_k, width=380, height=240).encode(
        x=alt.X("round:O", title="round", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("value:Q", title="pass@k", axis=alt.Axis(format="%"), scale=alt.Scale(zero=False)),
        color=alt.Color("metric:N", title=None, sort=alt.SortField("k"), legend=alt.Legend(symbolOpacity=1)),
    )
    shown(
        "pass_at_k",
        by_round.mark_area(opacity=0.15).encode(y="low:Q", y2="high:Q")
        + by_round.mark_line(point=True).encode(
            strokeDash=alt.StrokeDash("metric:N", sort=alt.SortField("k"), legend=None)
        ),
        pass_at_k,
    )
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## How sure is the change?

    The change of pass@1 since the base model, each problem compared with itself: what makes some problems harder than
    others cancels. An interval that leaves out 0 is worth a look; among many rounds, one in twenty does so by chance.
    The detectors (table `findings`) correct for that.
    """)
    return


@app.cell
def _(ask, pa, paired_difference):
    rates = ask("""
        SELECT round, decode_id || ' ' || problem_id AS problem, c / n AS rate
        FROM problem_counts
        WHERE purpose = 'eval' AND n > 0
        ORDER BY ALL
    """).to_pylist()

    def rates_of(round):
        return {row["problem"]: row["rate"] for row in rates if row["round"] == round}

    compared = {
        round: paired_difference(rates_of(round), rates_of(0), seed=round)
        for round in sorted({row["round"] for row in rates} - {0})
    }
    change = pa.Table.from_pylist(
        [
            {"round": round, "change": c.mean, "low": c.low, "high": c.high, "problems": c.n}
            for round, c in compared.items()
            if c is not None
        ]
    )
    return (change,)


@app.cell
def _(alt, change, shown):
    since_base = alt.Chart(change, width=380, height=180).encode(
        x=alt.X("round:O", title="round", axis=alt.Axis(labelAngle=0)),
        y=alt.Y(
            "change:Q",
            title="change of pass@1 in points",
            axis=alt.Axis(labelExpr="format(100 * datum.value, '+')"),
        ),
    )
    shown(
        "change",
        since_base.mark_rule().encode(y="low:Q", y2="high:Q")
        + since_base.mark_point(filled=True, size=60, opacity=1)
        + alt.Chart().mark_rule(strokeDash=[4, 3]).encode(y=alt.datum(0)),
        change,
    )
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## What does it cost in diversity?

    A point a round, joined in their order: up is more often right, left is more alike. Diversity is the chance that two
    samples of one problem are different programs. One round of self-distillation moves left by design; a path that goes
    on to the left without going up narrows and gains nothing for it.
    """)
    return


@app.cell
def _(alt, ask, shown):
    diversity = ask("""
        SELECT
            round, p.value AS pass_at_1, p.low AS pass_low, p.high AS pass_high,
            d.value AS diversity, d.low AS diversity_low, d.high AS diversity_high
        FROM metrics AS p
        JOIN metrics AS d USING (run_id, round, purpose, problem_set)
        WHERE p.name = 'pass_at_1' AND d.name = 'simpson_diversity' AND purpose = 'eval' AND problem_set = 'all'
            AND p.value IS NOT NULL AND d.value IS NOT NULL
        ORDER BY round
    """)
    point = alt.Chart(diversity, width=380, height=280).encode(
        x=alt.X("diversity:Q", title="solution diversity", scale=alt.Scale(zero=False)),
        y=alt.Y("pass_at_1:Q", title="pass@1", axis=alt.Axis(format="%"), scale=alt.Scale(zero=False)),
    )
    shown(
        "diversity",
        point.mark_rule(opacity=0.3).encode(x="diversity_low:Q", x2="diversity_high:Q")
        + point.mark_rule(opacity=0.3).encode(y="pass_low:Q", y2="pass_high:Q")
        + point.mark_line(point=True).encode(order="round:O")
        + point.mark_text(dx=9, dy=-9).encode(text="round:N"),
        diversity,
    )
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## What becomes of the problems?

    A row a problem, a column a round, darker where more samples pass. As on the run's page, problems are told apart by
    whether at least half of their samples pass: *always* and *never* in every round, *learned* from some round to the
    end, *forgotten* up to some round, *flickering* back and forth. Problems near one half turn by chance.
    """)
    return


@app.cell
def _(alt, ask, shown):
    lives = ask("""
        WITH traces AS (
            SELECT decode_id, problem_id, list(2 * c >= n ORDER BY round) AS half_pass, avg(c / n) AS mean_rate
            FROM problem_counts
            WHERE purpose = 'eval' AND n > 0
            GROUP BY decode_id, problem_id
        ),
        lived AS (
            SELECT
                *,
                CASE
                    WHEN list_bool_and(half_pass) THEN 'always'
                    WHEN NOT list_bool_or(half_pass) THEN 'never'
                    WHEN half_pass = list_sort(half_pass) THEN 'learned'
                    WHEN half_pass = list_reverse_sort(half_pass) THEN 'forgotten'
                    ELSE 'flickering'
                END AS life,
                list_position(['always', 'learned', 'forgotten', 'flickering', 'never'], life) AS rank
            FROM traces
        ),
        placed AS (
            SELECT
                *,
                life || ' (' || count(*) OVER (PARTITION BY life) || ')' AS title,
                row_number() OVER (ORDER BY rank, mean_rate DESC, decode_id, problem_id) AS place
            FROM lived
        )
        SELECT place, rank, life, title, problem_id, decode_id, round, c, n, c / n AS rate
        FROM placed
        JOIN problem_counts USING (decode_id, problem_id)
        WHERE purpose = 'eval' AND n > 0
        ORDER BY place, round
    """)
    row = alt.Chart(lives, height=400).mark_rect().encode(y=alt.Y("place:O", axis=None))
    kinds = row.properties(width=10).encode(
        color=alt.Color("title:N", title="problems", sort=alt.SortField("rank"), legend=alt.Legend(orient="left"))
    )
    cells = row.properties(width=280).encode(
        x=alt.X("round:O", title="round", axis=alt.Axis(labelAngle=0)),
        color=alt.Color(
            "rate:Q", title="samples that pass", scale=alt.Scale(domain=[0, 1]), legend=alt.Legend(format="%")
        ),
        tooltip=["problem_id:N", "round:O", "c:Q", "n:Q"],
    )
    shown("lives", alt.hconcat(kinds, cells, spacing=3).resolve_scale(color="independent", y="shared"), lives)
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## What is it trained on?

    Of the training samples that were kept, the share whose program answers the same problem in another kept sample of
    the round, and the share whose program was kept in an earlier round already. Names of locals, comments and layout do
    not count. Near 1, the model is trained on what it says anyway.
    """)
    return


@app.cell
def _(alt, ask, shown):
    repeats = ask("""
        WITH kept AS (
            SELECT
                round,
                min(round) OVER (PARTITION BY problem_id, normal_sha256) AS first_round,
                count(*) OVER (PARTITION BY round, problem_id, normal_sha256) AS copies
            FROM filter_verdicts
            WHERE keep AND normal_sha256 IS NOT NULL
        )
        UNPIVOT (
            SELECT
                round,
                count(*) AS kept,
                count(*) FILTER (WHERE copies > 1) / count(*) AS "twice in the round",
                count(*) FILTER (WHERE first_round < round) / count(*) AS "in an earlier round"
            FROM kept
            GROUP BY round
        ) ON "twice in the round", "in an earlier round" INTO NAME which VALUE share
        ORDER BY round, which
    """)
    share = alt.Chart(repeats, width=380, height=180).encode(
        x=alt.X("round:O", title="round", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("share:Q", title="share of kept samples", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])),
        color=alt.Color("which:N", title=None),
    )
    shown("repeats", share.mark_line(point=True).encode(strokeDash=alt.StrokeDash("which:N", title=None)), repeats)
    return


if __name__ == "__main__":
    app.run()
