"""Questions asked often: each is there, runs, and says what the rows say."""

from __future__ import annotations

import pytest

from ssd_iter.exceptions import ConfigError
from stores.named_queries import named_queries, named_query, parse_query
from stores.sql_console import run_query

NAMES = [query.name for query in named_queries()]


@pytest.fixture
def ask(written_run):
    """Rows of a named query on the run of `EVALUATED` and `TRAINED` (tests/conftest.py)."""

    def ask(name, **given):
        query = named_query(name)
        return run_query(written_run, query.sql, query.parameters(given)).rows

    return ask


@pytest.mark.parametrize("name", NAMES)
def test_every_query_runs_on_a_run_that_has_written_nothing(paths, name):
    query = named_query(name)
    assert run_query(paths, query.sql, query.parameters({})).rows == []


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("cost", "findings", "drift", "funnel")])
def test_every_query_answers_in_distinct_rows_where_there_are_rows(ask, name):
    rows = [str(row) for row in ask(name)]
    assert rows and len(rows) == len(set(rows))


@pytest.mark.parametrize("name", NAMES)
def test_every_query_says_what_it_answers(name):
    assert "? " in named_query(name).question and len(named_query(name).question) <= 110


def test_scores_are_the_metrics_with_their_intervals(ask):
    rows = ask("scores")
    assert [row[:3] for row in rows if row[1] == 1] == [(0, 1, 0.2), (1, 1, 0.25), (2, 1, 0.35)]
    assert all(low <= value <= high for _, _, value, low, high, _ in rows)


def test_difficulty_averages_over_the_problems_of_each_level(ask):
    (row,) = [row for row in ask("difficulty", round=0) if row[2] == "level 0"]
    assert row == ("toy", "function", "level 0", 0, 1, 0.5, None, 1, 4)


def test_pass_at_more_than_was_sampled_is_undefined(ask):
    assert {row[5] for row in ask("difficulty", k=5)} == {None}


def test_flips_list_the_largest_losses_first(ask):
    assert [(row[0], *row[3:]) for row in ask("flips", limit=2)] == [
        (1, "toy/eval/in_and_out", 1, 0, -1),
        (2, "toy/eval/forgotten", 1, 0, -1),
    ]
    assert {row[0] for row in ask("flips", round=2)} == {2}


def test_unsolved_are_those_that_no_sample_of_any_round_solved(ask):
    assert ask("unsolved") == [("toy", "toy/eval/never", 3, 12, "no_code, wrong")]


def test_verdicts_and_reasons_share_out_each_round(ask):
    for name in ("verdicts", "dropped"):
        shares = {}
        for round, _, _, share in ask(name):
            shares[round] = shares.get(round, 0) + share
        assert shares and all(share == pytest.approx(1) for share in shares.values())


def test_the_commonest_program_is_counted_and_shown(ask):
    round, problem, times, passed, _, code = ask("duplicates", round=2)[0]
    assert (round, problem, times, passed) == (2, "toy/eval/always", 4, True)
    assert code == "def f(x):\n    return x + 0"


def test_programs_of_the_training_set_have_no_verdict(ask):
    assert {row[3] for row in ask("duplicates", purpose="train")} == {None}


def test_the_longest_completions_come_first(ask):
    lengths = [row[4] for row in ask("longest")]
    assert lengths[0] == 17 and lengths == sorted(lengths, reverse=True)


@pytest.mark.parametrize(("name", "likeliest"), [("drfit", "drift"), ("flip", "flips"), ("DIVERSITY", "")])
def test_an_unknown_name_gets_the_likeliest_spelling(name, likeliest):
    with pytest.raises(ConfigError, match=f"{likeliest}.*there are: cost, "):
        named_query(name)


def test_an_unknown_parameter_gets_the_likeliest_spelling():
    with pytest.raises(ConfigError, match="did you mean 'round'"):
        named_query("flips").parameters({"rond": 3})


@pytest.mark.parametrize(
    "text", ["SELECT 1;", "-- Why?\n-- $n = maybe\nSELECT $n;", "-- Why?\n-- $n: no default\nSELECT 1;"]
)
def test_a_head_that_is_not_as_it_should_be_is_refused(text):
    with pytest.raises(ValueError, match=r"bad\.sql"):
        parse_query("bad", text)


def test_defaults_are_read_from_the_head():
    query = parse_query("q", '-- Why?\n-- $a = null\n-- $b = "x": a text\n-- $c = 3\nSELECT $a, $b, $c;')
    assert (query.question, query.defaults) == ("Why?", {"a": None, "b": "x", "c": 3})
    assert query.parameters({"b": "y"}) == {"a": None, "b": "y", "c": 3}
