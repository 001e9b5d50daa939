from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from ssd_iter.decline.counts_file import FileCounts
from ssd_iter.decline.judge import judge_rounds
from ssd_iter.decline.panel import panel_of
from ssd_iter.decline.settings import Settings

FEW_DRAWS = Settings(planned_rounds=4, num_resamples=1000)


def verdicts(rows, how=FEW_DRAWS):
    return [judgement.verdict for judgement in judge_rounds(panel_of(rows), how)]


def last(rows, how=FEW_DRAWS):
    return judge_rounds(panel_of(rows), how)[-1]


def counts(passes, n=10):
    """`passes` of n samples by round and problem; None where a problem has no row."""
    return [
        FileCounts(round=round, problem_id=f"p{i:03}", n=n, c=c, extracted=n, classes=(n,))
        for round, of_round in enumerate(passes)
        for i, c in enumerate(of_round)
        if c is not None
    ]


def spread(mean, error, problems=100):
    """A fall of each problem, with exactly this mean and standard error."""
    noise = np.random.default_rng(0).standard_normal(problems)
    noise = (noise - noise.mean()) / noise.std(ddof=1)
    return mean + error * np.sqrt(problems) * noise


# How often it is wrong


def test_runs_in_which_nothing_falls_are_warned_of_as_often_as_alpha_says(make_run):
    alpha, runs = 0.2, 80
    how = Settings(alpha, planned_rounds=3, num_resamples=500)
    panels = (panel_of(make_run([0.0] * 4, problems=30, seed=seed)) for seed in range(runs))
    alarms = sum(any(judgement.warned for judgement in judge_rounds(panel, how)) for panel in panels)
    assert binom.ppf(1e-3, runs, alpha / 2) <= alarms <= binom.isf(1e-2, runs, alpha)


# What it sees


def test_a_fall_of_15_points_is_a_collapse_of_pass_at_1_first_of_all(make_run):
    judgements = judge_rounds(panel_of(make_run([0, 0, 0.15], problems=120)), FEW_DRAWS)
    assert [judgement.verdict for judgement in judgements] == ["OK", "OK", "COLLAPSE"]
    first = judgements[2].declines[0]
    assert first.metric.name == "pass_at_1" and first.low < 0.15 < first.high and first.collapsed
    assert first.reference_rounds in [(0,), (1,)] and first.p <= judgements[2].alpha


def test_the_problems_named_are_those_that_fell_most():
    before, after = [8] * 40, [8] * 34 + [1, 3, 0, 2, 4, 5]
    found = last(counts([before, [8, 7] * 17 + after[34:]]))
    assert found.declines[0].problems == ("p036", "p034", "p037", "p035", "p038")


def test_problems_that_did_not_fall_are_not_named():
    found = last(counts([[9] * 12, [9] * 8 + [0] * 4], n=9), Settings(alpha=0.2, planned_rounds=1))
    assert found.declines[0].problems == ("p008", "p009", "p010", "p011")


def test_a_fall_of_diversity_alone_is_a_collapse_of_diversity(make_run):
    found = last(make_run([0, 0, 0], same=[0, 0, 0.5]))
    assert found.verdict == "DIVERSITY_COLLAPSE"
    assert {decline.metric.name for decline in found.declines} == {"simpson_diversity"}
    assert found.declines[0].reference == "round 1"


def test_the_first_round_may_narrow_the_model(make_run):
    assert verdicts(make_run([0, 0], same=[0, 0.5], problems=120)) == ["OK", "OK"]


def test_quality_outranks_diversity(make_run):
    found = last(make_run([0, 0, 0.3], same=[0, 0, 0.6]))
    assert found.verdict == "COLLAPSE"
    assert {decline.metric.family for decline in found.declines if decline.collapsed} == {"quality", "diversity"}


def test_a_model_that_writes_no_code_any_more_has_collapsed(make_run):
    found = last(make_run([0, 0, 0], lost=[0, 0, 0.97]))
    names = [decline.metric.name for decline in found.declines]
    assert found.verdict == "COLLAPSE" and names[0] == "extraction_rate"
    assert found.declines[0].high == pytest.approx(found.declines[0].low, abs=0.05)


def test_a_slow_fall_is_seen_against_several_rounds(make_run):
    rows = make_run([0, 0.02, 0.04, 0.06, 0.08, 0.1], problems=120)
    judgements = judge_rounds(panel_of(rows), Settings(planned_rounds=5, num_resamples=1000))
    assert "WARN" in [judgement.verdict for judgement in judgements] or judgements[-1].verdict == "COLLAPSE"
    assert judgements[-1].warned and not judgements[1].warned


def test_a_fall_against_one_round_names_the_round(make_run):
    rows = make_run([0.2, 0.2, 0, 0.2], problems=120)
    assert last(rows).declines[0].reference == "round 2"


def test_a_rise_is_no_fall(make_run):
    assert verdicts(make_run([0.3, 0.2, 0.1, 0], problems=120)) == ["OK"] * 4


# Margins


@pytest.mark.parametrize(("fall", "expected"), [(0.06, ["OK", "WARN", "COLLAPSE"]), (0.045, ["OK", "WARN", "WARN"])])
def test_the_second_warning_in_a_row_is_a_collapse_where_the_fall_looks_large(make_panel, fall, expected):
    base = np.full(100, 0.5)
    lower = base - spread(fall, fall / 3.55)
    panel = make_panel(pass_at_1=[base, lower, lower])
    found = judge_rounds(panel, Settings(alpha=0.002, planned_rounds=2))
    assert [judgement.verdict for judgement in found] == expected


@pytest.mark.parametrize(("metric", "expected"), [("pass_at_1", "COLLAPSE"), ("simpson_diversity", "WARN")])
def test_a_second_warning_is_a_collapse_where_another_metric_of_the_family_looks_large(make_panel, metric, expected):
    sure, vague = 0.9 - spread(0.01, 0.0025), 0.6 - spread(0.1, 0.09)
    rows = {"extraction_rate": [np.full(100, 0.9), sure, sure], metric: [np.full(100, 0.6)] * 2 + [vague]}
    found = judge_rounds(make_panel(**rows), Settings(planned_rounds=2))
    assert [judgement.verdict for judgement in found[1:]] == ["WARN", expected]
    assert [decline.metric.name for decline in found[2].declines] == ["extraction_rate"]


def test_a_fall_that_is_surely_more_than_its_margin_is_a_collapse_at_once(make_panel):
    panel = make_panel(pass_at_1=[np.full(100, 0.5), 0.5 - spread(0.05, 0.005)])
    assert judge_rounds(panel, FEW_DRAWS)[1].verdict == "COLLAPSE"


def test_a_collapse_needs_its_margin_beyond_the_spread_between_seeds(make_panel):
    panel = make_panel(pass_at_1=[np.full(100, 0.5), 0.5 - spread(0.05, 0.002)])
    found = [judge_rounds(panel, Settings(0.004, 1, seed_sd=sd))[1].verdict for sd in (0, 0.015, 0.03)]
    assert found == ["COLLAPSE", "WARN", "OK"]


def test_a_model_that_can_fall_to_nothing_unseen_is_not_called_ok(make_panel):
    rare = np.zeros(60)
    rare[::20] = 0.5
    panel = make_panel(pass_at_1=[rare, np.roll(rare, 1)])
    judged = judge_rounds(panel, FEW_DRAWS)[1]
    assert rare.mean() < judged.detectable < 0.2
    assert judged.verdict == "NOT_ENOUGH_DATA"


def test_a_warning_needs_more_than_twice_the_spread_between_seeds(make_panel):
    panel = make_panel(pass_at_1=[np.full(100, 0.5), 0.5 - spread(0.04, 0.008)])
    found = [judge_rounds(panel, Settings(0.004, 1, seed_sd=sd))[1] for sd in (0, 0.005, 0.01)]
    assert [judgement.verdict for judgement in found] == ["WARN", "WARN", "OK"]
    assert found[2].detectable == pytest.approx(found[0].detectable + 0.02)


# What it rests on


def test_an_interval_reaches_as_far_as_the_critical_t(make_panel):
    found = judge_rounds(make_panel(pass_at_1=[np.full(100, 0.5), 0.5 - spread(0.1, 0.01)]), FEW_DRAWS)[1]
    (decline,) = found.declines
    assert (decline.effect, decline.low, decline.high) == pytest.approx(
        (0.1, 0.1 - 0.01 * found.critical, 0.1 + 0.01 * found.critical)
    )


@settings(max_examples=20)
@given(data=st.data())
def test_a_judgement_does_not_depend_on_later_rounds(make_run, data):
    rows = make_run([0, 0.1, 0.2], problems=14, seed=data.draw(st.integers(0, 9)))
    keys = st.tuples(st.integers(3, 5), st.sampled_from(["a", "p003", "p007", "z"]))
    passes = data.draw(st.dictionaries(keys, st.integers(0, 10), max_size=12))
    later = [
        FileCounts(round=round, problem_id=key, n=10, c=c, extracted=10, classes=(10,))
        for (round, key), c in passes.items()
    ]
    how = Settings(planned_rounds=5, num_resamples=300)
    before, after = judge_rounds(panel_of(rows), how), judge_rounds(panel_of(rows + later), how)
    assert before == [replace(judgement, num_left_out=0) for judgement in after[:3]]


def test_the_same_counts_are_judged_the_same_whatever_their_order(make_run):
    rows = make_run([0, 0.1, 0.2])
    assert judge_rounds(panel_of(rows), FEW_DRAWS) == judge_rounds(panel_of(rows[::-1]), FEW_DRAWS)


def test_an_open_end_still_sees_a_fall_after_many_rounds():
    passes = [[8, 7] * 10] * 19 + [[1, 2] * 9 + [2, 2]]
    how = Settings(planned_rounds=None, num_resamples=500)
    assert how.alpha_of(19) < 1 / 500 / 5
    assert last(counts(passes), how).verdict == "COLLAPSE"


# Data that lacks something


def test_rounds_with_more_or_fewer_samples_can_be_compared(make_run):
    more = make_run([0, 0, 0.3], n=20)
    rows = [row for row in make_run([0, 0, 0.3], n=10) if row.round != 2] + [row for row in more if row.round == 2]
    assert verdicts(rows) == ["OK", "OK", "COLLAPSE"]


def test_problems_that_a_round_lacks_are_left_out_and_counted(make_run):
    rows = [row for row in make_run([0, 0, 0.3]) if row.round != 2 or row.problem_id >= "p020"]
    found = judge_rounds(panel_of(rows), FEW_DRAWS)
    assert [(each.num_problems, each.num_left_out) for each in found] == [(60, 0), (60, 0), (40, 20)]
    assert found[2].verdict == "COLLAPSE"


def test_a_round_without_samples_says_nothing_and_those_after_it_are_judged(make_run):
    rows = [row for row in make_run([0, 0, 0, 0.3], problems=120) if row.round != 2]
    nothing = [
        FileCounts(round=2, problem_id=row.problem_id, n=0, c=0, extracted=0, classes=())
        for row in rows
        if not row.round
    ]
    found = judge_rounds(panel_of(rows + nothing), FEW_DRAWS)
    assert [each.verdict for each in found] == ["OK", "OK", "NOT_ENOUGH_DATA", "COLLAPSE"]
    assert (found[2].num_problems, found[2].num_left_out, found[2].alpha) == (0, 120, None)
    assert 2 not in found[3].declines[0].reference_rounds


def test_a_base_without_samples_is_not_enough_data():
    assert verdicts(counts([[0] * 20], n=0)) == ["NOT_ENOUGH_DATA"]
    assert verdicts(counts([[0] * 20], n=1)) == ["OK"]


@pytest.mark.parametrize("problems", [1, 9])
def test_a_few_problems_are_not_enough_data_whatever_they_do(problems):
    assert verdicts(counts([[10] * problems, [0] * problems])) == ["OK", "NOT_ENOUGH_DATA"]


def test_noisy_data_are_not_enough_where_a_fall_of_20_points_would_be_missed(make_run):
    few, many = make_run([0, 0], problems=12, n=2), make_run([0, 0], problems=120, n=10)
    assert verdicts(few) == ["OK", "NOT_ENOUGH_DATA"] and last(few).detectable > 0.2
    assert verdicts(many) == ["OK", "OK"] and last(many).detectable < 0.1


def test_nothing_can_fall_where_nothing_ever_passed():
    found = last(counts([[0] * 40] * 3))
    assert (found.verdict, found.detectable, found.num_problems) == ("NOT_ENOUGH_DATA", None, 40)


def test_where_everything_passes_few_samples_are_not_enough_and_many_are():
    assert verdicts(counts([[1] * 12] * 2, n=1)) == ["OK", "NOT_ENOUGH_DATA"]
    assert verdicts(counts([[10] * 40] * 2)) == ["OK", "OK"]
    assert 0 < last(counts([[10] * 40] * 2)).detectable < 0.1


def test_a_fall_that_is_the_same_in_all_problems_is_certain():
    (first, *_) = last(counts([[10] * 12, [9] * 12])).declines
    assert first.metric.name == "pass_at_1" and first.p == 0 and first.collapsed
    assert first.low == pytest.approx(0.1) and first.high == pytest.approx(0.1)


def test_one_sample_a_problem_is_judged_by_pass_at_1(make_run):
    found = last(make_run([0, 0.6], n=1, problems=120))
    assert found.verdict == "COLLAPSE"
    assert [decline.metric.name for decline in found.declines] == ["pass_at_1"]


def test_metrics_that_nobody_counted_are_not_tested():
    rows = [
        FileCounts(round=round, problem_id=f"p{i}", n=10, c=c, extracted=None, classes=None)
        for round, c in enumerate([8, 8, 1])
        for i in range(20)
    ]
    assert {decline.metric.name for decline in last(rows).declines} == {"pass_at_1", "pass_at_5"}


@st.composite
def any_counts(draw):
    n = draw(st.integers(0, 6))
    sizes = draw(st.none() | st.lists(st.integers(1, 3), max_size=3).filter(lambda sizes: sum(sizes) <= n).map(tuple))
    held = draw(st.none() | st.integers(0, n))
    return {"n": n, "c": draw(st.integers(0, n)), "extracted": held, "classes": sizes}


@settings(max_examples=60)
@given(
    cells=st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 13)), any_counts(), min_size=1),
    how=st.sampled_from([Settings(num_resamples=100), Settings(0.5, 4, seed_sd=0.1, num_resamples=100)]),
)
def test_any_counts_are_judged_round_by_round(cells, how):
    rows = [FileCounts(round=round, problem_id=f"p{i}", **counted) for (round, i), counted in cells.items()]
    found = judge_rounds(panel_of(rows), how)
    assert [judgement.round for judgement in found] == sorted({row.round for row in rows})
    for judgement in found:
        assert judgement.warned == (judgement.verdict in ("WARN", "COLLAPSE", "DIVERSITY_COLLAPSE"))
        assert all(each.low <= each.effect <= each.high and 0 <= each.p <= how.alpha for each in judgement.declines)
