from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.exceptions import ConfigError, NotFoundError
from ssd_iter.problems import fresh, humaneval, selectors
from ssd_iter.problems.catalog import SOURCES, load_problems, refuse_overlap
from ssd_iter.problems.public import PUBLIC_SETS
from ssd_iter.problems.selectors import Selector

levels = st.tuples(st.integers(0, 5), st.integers(0, 5)).map(lambda pair: (min(pair), max(pair)))
OPTIONS = {
    "n": st.integers(1, 10**9 - 1),
    "levels": levels,
    "seed": st.integers(0, 2**64 - 1),
    "style": st.sampled_from(["function", "stdin"]),
    "temperature": st.floats(0.01, 10),
    "num_samples": st.integers(1, 9),
}


def parse_selector(text: str) -> Selector:
    return selectors.parse_selector(text, SOURCES)[0]


@given(st.sampled_from(["train", "dev", "test", "test-in", "test-out"]), st.fixed_dictionaries({}, optional=OPTIONS))
def test_a_selector_says_what_its_text_says(split, options):
    shown = {key: "{}-{}".format(*value) if key == "levels" else str(value) for key, value in options.items()}
    text = f"fresh:{split}?{'&'.join(f'{key}={value}' for key, value in shown.items())}".rstrip("?")
    selector = parse_selector(text)
    assert (selector.source, selector.split, str(selector)) == ("fresh", split, text)
    for key in ("n", "levels", "seed", "style"):
        assert getattr(selector, key) == options.get(key)
    decode = {key: value for key, value in shown.items() if key in selectors.DECODE_KEYS}
    assert selector.decode == selectors.decode_settings(text) == decode


@given(st.text() | st.from_regex(r"(fresh|humaneval)(:[a-z]*)?\?[a-z]*=[0-9&=a-z-]*"))
def test_any_text_is_a_selector_or_refused_by_name(text):
    try:
        assert parse_selector(str(parse_selector(text))) == parse_selector(text)
    except ConfigError as error:
        assert repr(text) in str(error)


def test_the_only_split_need_not_be_named():
    assert replace(parse_selector("humaneval"), text="") == replace(parse_selector("humaneval:test"), text="")


def test_one_level_may_be_named_alone():
    assert parse_selector("fresh:train?levels=2").levels == (2, 2)


def test_ones_own_file_is_named_by_its_path():
    selector = parse_selector("file:some/folder/mine.jsonl?n=3&temperature=0.2")
    assert (selector.source, selector.split, selector.n) == ("file", "some/folder/mine.jsonl", 3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("humanevil", "unknown source 'humanevil', did you mean 'humaneval'? valid: humaneval, fresh, "),
        ("fresh:tran?n=4", "unknown split 'tran', did you mean 'train'? valid: train, dev, test-in, test-out, test"),
        ("fresh:train?level=0-1", "unknown key 'level', did you mean 'levels'? valid: n, levels, style, seed, tiers"),
        ("humaneval?seed=3", "unknown key 'seed'; valid: n"),
        ("fresh?n=4", "name a split: fresh:train, fresh:dev, fresh:test-in, fresh:test-out, fresh:test"),
        ("fresh:train?style=stdout", "unknown style 'stdout'; valid: function, stdin"),
        ("file:", "name a split: file:PATH"),
        ("fresh:train?n=4&n=5", "n is given twice"),
        ("fresh:train?n=0", "n=0 should be a whole number from 1"),
        ("fresh:train?n=-3", "n=-3 should be a whole number"),
        ("fresh:train?n=4&seed=18446744073709551616", "should be a whole number from 0 to 18446744073709551615"),
        ("fresh:train?n=4&levels=1-0", "levels=1-0 should be lowest-highest"),
        ("fresh:train?n=4&levels=6", "levels=6 should be lowest-highest"),
        ("fresh:train?n=4&", "unknown key ''"),
    ],
)
def test_what_is_wrong_with_a_selector_is_said(text, message):
    with pytest.raises(ConfigError) as caught:
        parse_selector(text)
    assert message in str(caught.value)


def test_a_subset_of_humaneval_stands_in_dataset_order_and_grows(humaneval_problems):
    small, large = load_problems(["humaneval?n=24"], fresh_seed=0), load_problems(["humaneval?n=60"], fresh_seed=0)
    assert [len(small), len(large)] == [24, 60]
    assert {p.problem_id for p in small} < {p.problem_id for p in large}
    assert large == [p for p in humaneval_problems if p in large]


def test_more_of_humaneval_than_there_is_is_refused():
    with pytest.raises(ConfigError, match="there are only 164 problems"):
        load_problems(["humaneval?n=165"], fresh_seed=0)


def test_fresh_takes_the_runs_seed_unless_it_names_its_own():
    named, given_seed = (
        load_problems(["fresh:dev?n=3&seed=9"], fresh_seed=1),
        load_problems(["fresh:dev?n=3"], fresh_seed=9),
    )
    assert named == given_seed
    assert named != load_problems(["fresh:dev?n=3"], fresh_seed=1)


def test_selectors_are_joined_in_order():
    problems = load_problems(["fresh:test?n=2", "humaneval?n=3"], fresh_seed=0)
    assert [p.problem_set for p in problems] == ["fresh"] * 2 + ["humaneval"] * 3


def test_the_same_problem_twice_is_refused():
    with pytest.raises(ConfigError, match="the same problems twice: humaneval/test/"):
        load_problems(["humaneval?n=4", "humaneval:test?n=2"], fresh_seed=0)


def test_a_problem_on_both_sides_is_named():
    problems = load_problems(["fresh:train?n=5", "humaneval?n=3"], fresh_seed=0)
    with pytest.raises(ConfigError, match=r"1 problems .*humaneval/test/"):
        refuse_overlap(problems, problems[-1:])


def test_the_same_function_in_other_words_is_named():
    train = load_problems(["fresh:train?n=5"], fresh_seed=0)
    other = replace(train[3], problem_id="fresh/test/other", statement="Other words.")
    with pytest.raises(ConfigError, match=f"fresh/test/other .as {train[3].problem_id}."):
        refuse_overlap(train, [other])


def test_the_same_content_without_a_semantic_key_is_named(humaneval_problems):
    copy = replace(humaneval_problems[4], problem_id="copy/test/4")
    with pytest.raises(ConfigError, match="copy/test/4"):
        refuse_overlap(humaneval_problems, [copy])


def test_different_splits_and_sets_do_not_overlap():
    train = load_problems(["fresh:train?n=200"], fresh_seed=0)
    refuse_overlap(train, load_problems(["fresh:dev?n=40", "fresh:test?n=40&seed=17", "humaneval"], fresh_seed=0))


@pytest.mark.parametrize("source", [humaneval.SOURCE, fresh.SOURCE], ids=lambda source: source.name)
def test_every_split_of_what_is_here_loads(source):
    for split in source.splits:
        [problem] = load_problems([f"{source.name}:{split}?n=1"], fresh_seed=0)
        assert problem.problem_set.startswith(source.name) and problem.licence == source.licence
        assert problem.split.startswith(split)


@pytest.mark.parametrize("public_set", PUBLIC_SETS, ids=lambda public_set: public_set.name)
def test_every_split_of_a_public_set_says_how_to_bring_it(public_set, tmp_path, monkeypatch):
    monkeypatch.setenv("SSD_ITER_HOME", str(tmp_path))
    assert public_set.name in {source.name for source in SOURCES}
    for split in public_set.splits:
        with pytest.raises(NotFoundError, match=f"ssd-iter problems import {public_set.name} --split {split}"):
            load_problems([f"{public_set.name}:{split}?n=1"], fresh_seed=0)
