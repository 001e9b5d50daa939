"""Pages of samples: who is wanted comes, in order, and a condition can read and no more."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ssd_iter.exceptions import ConfigError
from stores.sample_pages import Wanted, read_page


@pytest.fixture
def keys(written_run):
    """Rounds, problems and numbers of the samples wanted, in the order they come."""

    def keys(limit=1000, offset=0, **wanted):
        page = read_page(written_run, Wanted(**wanted), limit, offset)
        return [(s["round"], s["problem_id"].rpartition("/")[2], s["sample_idx"]) for s in page.samples]

    return keys


def test_pages_put_together_are_all_samples_in_order(written_run, keys):
    everything = keys()
    assert len(everything) == read_page(written_run, Wanted(), 1, 0).total == 68
    assert [key for at in range(0, 70, 7) for key in keys(limit=7, offset=at)] == everything


def test_all_conditions_hold_together(keys):
    found = keys(round=1, purpose="eval", verdict="pass", condition="sample_idx > 0")
    assert found == [(1, "always", 1), (1, "always", 2)]


def test_fail_is_every_verdict_but_pass(keys):
    assert len(keys(verdict="fail")) == len(keys(condition="verdict IN ('wrong', 'no_code')"))
    assert keys(verdict="fail", problem="toy/eval/never") == keys(problem="toy/eval/never")


def test_flipped_are_evaluation_samples_of_problems_newly_solved_or_newly_lost(keys):
    assert {key[:2] for key in keys(flipped=True)} == {
        (1, "learned"), (2, "forgotten"), (1, "in_and_out"), (2, "in_and_out"),
    }  # fmt: skip


def test_a_sample_comes_with_its_texts_code_and_tests(written_run):
    wanted = Wanted(round=0, problem="toy/eval/always", condition="sample_idx = 2")
    (sample,) = read_page(written_run, wanted, 1, 0).samples
    assert sample["completion"] == "```python\ndef f(x):\n    return x + 1\n```"
    assert sample["code"].startswith("def f(x)") and sample["verdict"] == "wrong" and sample["entry_point"] == "f"
    assert '"expected"' in sample["tests_json"]


def test_a_condition_may_end_in_a_comment_and_hold_braces(keys):
    assert keys(condition="problem_id LIKE '%{}%' -- none") == []


@pytest.mark.parametrize(
    "condition",
    [
        "", " -- none", "foo = 1", "round =", "round; DROP VIEW v_samples", "true; SELECT true",
        "true) FROM v_samples; SELECT (1", "1=1) OR (1=1", "true, true", "$a = 1", "$round = 1", "'x'", "round", "*",
        "count(*) > 1", "problem_id::INT = 1", "true UNION SELECT true", "SELECT true", "true /*",
        "true ORDER BY round",
    ],
)  # fmt: skip
def test_what_is_no_condition_is_refused_with_the_columns_there_are(keys, condition):
    with pytest.raises(ConfigError, match=r"is no condition: (.|\n)*num_completion_tokens"):
        keys(condition=condition)


def test_a_condition_never_widens_what_else_is_asked(keys):
    assert keys(round=1, condition="1=1 OR 1=1") == keys(round=1, condition="(1=1) OR (1=1)") == keys(round=1)


@given(st.text(st.sampled_from("() =1;,'\"$-/*\nor"), max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
def test_whatever_a_condition_says_the_rounds_asked_for_are_shown(keys, text):
    try:
        found = keys(round=1, condition=f"true {text}")
    except ConfigError:
        return
    assert {round for round, *_ in found} <= {1}


def test_a_refusal_says_what_is_wrong_and_where(keys):
    with pytest.raises(ConfigError, match=r"syntax error at or near \"\)\"(.|\n)*LINE 2: 1=1\) OR \(1=1\n +\^"):
        keys(condition="1=1) OR (1=1")
    with pytest.raises(ConfigError, match="it is a BIGINT, neither true nor false"):
        keys(condition="round")
    with pytest.raises(ConfigError, match="it is empty; leave it away"):
        keys(condition="  ")


@pytest.mark.parametrize("sql", ["SELECT content FROM read_text('{0}')", "SELECT file FROM glob('{0}')", "FROM '{0}'"])
def test_a_condition_reads_no_file(keys, tmp_path, sql):
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with pytest.raises(ConfigError):
        keys(condition=f"EXISTS ({sql.format(tmp_path / 'secret.csv')})")
