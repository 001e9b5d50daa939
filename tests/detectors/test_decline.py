from __future__ import annotations

import pytest

from ssd_iter.decline.counts_file import FileCounts
from ssd_iter.decline.judge import Decline, Judgement
from ssd_iter.decline.settings import tested as metrics_of
from ssd_iter.detectors.decline import detect, said_of

PASS_AT_1, PASS_AT_5, EXTRACTION, DIVERSITY = metrics_of(5)


def counts(*passes, problems=40):
    """10 samples of each problem, of which so many pass by round; all are the same program."""
    return [
        FileCounts(round=round, problem_id=f"p{i}", n=10, c=min(10, c + i % 2), extracted=10, classes=(10,))
        for round, c in enumerate(passes)
        for i in range(problems)
    ]


def fell(metric=PASS_AT_1, collapsed=True, **changes):
    fields = {
        "reference": "round 2",
        "reference_rounds": (2,),
        "effect": 0.0523,
        "low": 0.031,
        "high": 0.0736,
        "p": 0.00123,
        "problems": ("p7",),
    }
    return Decline(metric=metric, collapsed=collapsed, **(fields | changes))


def judged(verdict, *declines, **changes):
    fields = {"alpha": 0.005, "critical": 3.5, "detectable": 0.0612, "num_problems": 160}
    return Judgement(3, verdict, declines, **(fields | changes))


def test_a_base_is_compared_with_nothing(rounds_so_far):
    assert detect(rounds_so_far(counts=counts(5), line=(0,))) == []


def test_a_fall_is_found_with_the_test_it_rests_on(rounds_so_far):
    found = detect(rounds_so_far(counts=counts(8, 8, 2)))
    assert [(each.name, each.severity, each.verdict) for each in found] == [("collapse", "error", "COLLAPSE")] * 2
    assert found[0].decline.metric.name == "pass_at_1" and found[0].decline.effect == pytest.approx(0.6)
    assert set(found[0].evidence) == {"alpha", "critical_t", "detectable", "num_problems", "num_left_out"}


def test_rounds_that_a_rollback_gave_up_are_no_references(rounds_so_far):
    rows = counts(2, 9, 2)
    assert detect(rounds_so_far(counts=rows, line=(0, 1, 2)))[0].verdict == "COLLAPSE"
    assert detect(rounds_so_far(counts=rows, line=(0, 2)))[0].verdict == "OK"


def test_where_nothing_fell_it_says_what_would_have_been_seen(rounds_so_far):
    (found,) = detect(rounds_so_far(counts=counts(5, 6, 7)))
    assert (found.name, found.severity, found.verdict) == ("no_decline", "info", "OK")
    assert found.message.startswith("no fall was found; one of pass@1 by ")
    assert 0 < found.evidence["detectable"] < 0.2


def test_too_few_problems_are_said_to_be_not_enough_data(rounds_so_far):
    (found,) = detect(rounds_so_far(counts=counts(9, 9, 0, problems=5)))
    assert (found.name, found.severity, found.verdict) == ("not_enough_data", "info", "NOT_ENOUGH_DATA")
    assert "fewer than 10 problems" in found.message and "5 of 5 problems are left out" in found.message


@pytest.mark.parametrize(
    ("verdict", "declines", "expected"),
    [
        ("WARN", [fell(collapsed=False)], [("warn", "warning", "WARN")]),
        ("COLLAPSE", [fell()], [("collapse", "error", "COLLAPSE")]),
        ("DIVERSITY_COLLAPSE", [fell(DIVERSITY)], [("diversity_collapse", "warning", "DIVERSITY_COLLAPSE")]),
        (
            "COLLAPSE",
            [fell(DIVERSITY), fell(EXTRACTION), fell(PASS_AT_5, collapsed=False)],
            [
                ("diversity_collapse", "warning", "DIVERSITY_COLLAPSE"),
                ("collapse", "error", "COLLAPSE"),
                ("warn", "warning", "WARN"),
            ],
        ),
    ],
)
def test_each_metric_that_fell_is_a_finding_of_its_own(verdict, declines, expected):
    found = said_of(judged(verdict, *declines))
    assert [(each.name, each.severity, each.verdict) for each in found] == expected
    assert [each.decline for each in found] == declines


@pytest.mark.parametrize(
    ("decline", "message"),
    [
        (fell(), "pass@1 fell by 5.2 points against round 2 (3.1 to 7.4, p = 0.0012)"),
        (fell(PASS_AT_5, p=0.0), "pass@5 fell by 5.2 points against round 2 (3.1 to 7.4, p < 0.0003)"),
        (
            fell(DIVERSITY, reference="the mean of rounds 1 to 2", p=0.00025),
            "solution diversity fell by 5.2 points against the mean of rounds 1 to 2 (3.1 to 7.4, p < 0.0003)",
        ),
    ],
)
def test_a_fall_is_told_in_points_with_interval_and_p(decline, message):
    assert said_of(judged("WARN", decline))[0].message == message


@pytest.mark.parametrize(
    ("judgement", "said"),
    [
        (judged("OK"), "no fall was found; one of pass@1 by 6.1 points would have been, nine times in ten"),
        (judged("NOT_ENOUGH_DATA", detectable=0.31), "only a fall of pass@1 by 31 points would have been found"),
        (judged("NOT_ENOUGH_DATA", detectable=1.4), "not even a fall of pass@1 from 1 to 0 would have been found"),
        (judged("NOT_ENOUGH_DATA", detectable=None), "pass@1 is 0 in every round before, or too few problems have it"),
        (judged("NOT_ENOUGH_DATA", critical=None), "fewer than 10 problems have samples in this and an earlier round"),
    ],
)
def test_where_nothing_was_found_it_is_said_what_that_means(judgement, said):
    (found,) = said_of(judgement)
    assert said in found.message and found.severity == "info" and found.verdict == judgement.verdict


@pytest.mark.parametrize("declines", [(), (fell(),)])
def test_problems_left_out_are_told(declines):
    verdict = "COLLAPSE" if declines else "OK"
    left_out = "; 4 of 164 problems are left out, as a round lacks them"
    assert said_of(judged(verdict, *declines, num_left_out=4))[0].message.endswith(left_out)
    assert "left out" not in said_of(judged(verdict, *declines))[0].message
