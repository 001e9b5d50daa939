"""Pages of samples: who is wanted comes, in order, and a condition can read and no more."""

from __future__ import annotations

import pytest

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


def test_flipped_are_evaluation_samples_of_problems_won_or_lost(keys):
    assert {key[:2] for key in keys(flipped=True)} == {
        (1, "always"), (2, "always"), (1, "learned"), (2, "learned"), (2, "forgotten"), (1, "in_and_out"),
        (2, "in_and_out"),
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
    ["", "foo = 1", "round =", "round; DROP VIEW v_samples", "true) FROM v_samples; SELECT (1", "$a = 1", "'x'"],
)
def test_what_is_no_condition_is_refused_with_the_columns_there_are(keys, condition):
    with pytest.raises(ConfigError, match=r"is no condition: (.|\n)*num_completion_tokens"):
        keys(condition=condition)


@pytest.mark.parametrize("sql", ["SELECT content FROM read_text('{0}')", "SELECT file FROM glob('{0}')", "FROM '{0}'"])
def test_a_condition_reads_no_file(keys, tmp_path, sql):
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with pytest.raises(ConfigError):
        keys(condition=f"EXISTS ({sql.format(tmp_path / 'secret.csv')})")
