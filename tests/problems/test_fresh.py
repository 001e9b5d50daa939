from __future__ import annotations

import doctest
import hashlib
import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssd_iter.exceptions import ConfigError
from ssd_iter.problems.catalog import SOURCES
from ssd_iter.problems.fresh import SPLITS, generate
from ssd_iter.problems.fresh.acceptance import rejection
from ssd_iter.problems.fresh.arguments import ARGUMENT_NAMES, battery
from ssd_iter.problems.fresh.families import FAMILIES
from ssd_iter.problems.fresh.identity import semantic_key, split_of
from ssd_iter.problems.fresh.rendering import build_problem

SEEDS = (0, 1, 17, 2**64 - 1)
LEVELS = (0, 1)
GOLDEN = {
    "train": "e2400c3429bf11745f867bb65613ae790a3d09008b059be27191e11d319a7be4",
    "dev": "3428de63944c475b4a6ac2588a9c5dc87c6f9f6f80dfb9a27c0326db23027674",
    "test": "e1f4ca4045891c8d68df01710bb058f02a2e8ad05d66da42d4cb49ebcf200242",
}
"""Of v1 at seed 0, 50 problems a split. A change here is another version of the set: raise VERSION instead."""


def digest(problems) -> str:
    return hashlib.sha256("".join(p.problem_id + p.content_sha256 + p.reference for p in problems).encode()).hexdigest()


@pytest.fixture(scope="module")
def sample():
    """Problems of every seed and split."""
    return [problem for seed in SEEDS for split in SPLITS for problem in generate(seed, split, 50, LEVELS)]


@pytest.fixture(scope="module")
def keys():
    """The semantic key of every parameter point, by family."""
    return {family.name: [semantic_key(family.task(*point)) for point in family.points()] for family in FAMILIES}


@pytest.mark.parametrize("split", SPLITS)
def test_version_1_never_changes(split):
    assert digest(generate(0, split, 50, LEVELS)) == GOLDEN[split]


def test_the_interpreters_hash_seed_does_not_matter(python):
    code = (
        "from ssd_iter.problems.fresh import generate\n"
        "print([p.content_sha256 for p in generate(3, 'train', 30, (0, 1))])"
    )
    assert python(code, hash_seed="0") == python(code, hash_seed="1")


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**64 - 1), split=st.sampled_from(SPLITS), sizes=st.tuples(*[st.integers(1, 40)] * 2))
def test_a_larger_set_begins_with_the_smaller_one(seed, split, sizes):
    assert generate(seed, split, max(sizes), LEVELS)[: min(sizes)] == generate(seed, split, min(sizes), LEVELS)


def test_no_function_is_in_two_splits_whatever_the_seeds(sample):
    splits = {split: {p.semantic_key for p in sample if p.split == split} for split in SPLITS}
    assert splits["train"].isdisjoint(splits["dev"] | splits["test"])
    assert splits["dev"].isdisjoint(splits["test"])


def test_no_wording_is_in_two_splits(sample):
    """Names without their constants."""
    names = {
        split: {re.sub(r"_(minus_)?\d+", "", p.entry_point) for p in sample if p.split == split} for split in SPLITS
    }
    assert names["train"].isdisjoint(names["dev"] | names["test"])
    assert names["dev"].isdisjoint(names["test"])


def test_no_two_problems_of_a_set_ask_for_the_same_function():
    problems = generate(5, "train", 200, LEVELS)
    assert len({p.semantic_key for p in problems}) == len({p.problem_id for p in problems}) == 200


def test_the_seed_changes_the_choice():
    first, second = ({p.semantic_key for p in generate(seed, "train", 100, LEVELS)} for seed in (0, 1))
    assert len(first & second) < 50


def test_families_take_turns():
    counts = Counter(p.family for p in generate(2, "train", 100, LEVELS))
    assert counts == {family.name: 20 for family in FAMILIES}


def test_a_family_that_runs_dry_leaves_its_turn_to_the_others():
    problems = generate(2, "test", 60, (0, 0))
    assert Counter(p.family for p in problems)["list-aggregate"] < 12
    assert len(problems) == 60


@pytest.mark.parametrize("levels", [(0, 0), (1, 1)])
def test_only_the_levels_asked_for_come(levels):
    assert {p.level for p in generate(0, "train", 60, levels)} == {levels[0]}


def test_asking_for_too_many_says_how_many_there_are():
    with pytest.raises(ConfigError, match=r"only 362 problems at levels 0-0 \(scalar 77, comparison 209"):
        generate(0, "test", 1000, (0, 0))
    with pytest.raises(ConfigError, match="only 0 problems at levels 4-5"):
        generate(0, "train", 1, (4, 5))


def test_an_unknown_split_is_refused():
    with pytest.raises(ConfigError, match="train, dev, test"):
        generate(0, "validation", 1, LEVELS)


def test_references_pass_their_own_tests(sample, passes):
    assert [p.problem_id for p in sample if not passes(p.reference, p)] == []


def test_empty_programs_fail(sample, passes):
    assert [p.problem_id for p in sample if passes(p.starter_code + "    pass\n", p)] == []


def test_the_examples_of_the_docstring_hold(sample):
    """What the model is shown is what the reference does."""
    for problem in sample[::7]:
        namespace = {}
        exec(problem.reference, namespace)
        [example] = doctest.DocTestFinder().find(namespace[problem.entry_point], globs=namespace, module=False)
        results = doctest.DocTestRunner(verbose=False).run(example)
        assert (results.attempted, results.failed) == (3, 0), problem.starter_code


def test_three_tests_are_shown_and_twenty_hidden(sample):
    for problem in sample:
        assert Counter(case.visible for case in problem.cases) == {True: 3, False: 20}
        assert len({repr(case.args) for case in problem.cases}) == 23


def test_answers_are_exact_json_values(sample):
    """Floats could not be compared exactly."""
    answers = [case.expected for problem in sample for case in problem.cases]
    values = [value for answer in answers for value in (answer if isinstance(answer, list) else [answer])]
    assert {type(value) for value in values} == {int, bool, str}


def test_every_point_of_every_family_is_good_enough():
    """The gate would pass over a bad one in silence, and the set would be smaller than it says."""
    for family in FAMILIES:
        for point in family.points()[:: 11 if len(family.points()) > 1000 else 3]:
            task = family.task(*point)
            assert rejection(build_problem(task, family.name, 0), tuple(task.constants.values())) is None, point


def test_the_catalog_states_how_many_functions_there_are(keys):
    fresh = next(source for source in SOURCES if source.name == "fresh")
    assert len({key for family in keys.values() for key in family}) == fresh.count
    assert len({key[:12] for family in keys.values() for key in family}) == fresh.count


def test_splits_are_about_80_10_10(keys):
    counts = Counter(split_of(key) for family in keys.values() for key in set(family))
    shares = [counts[split] / counts.total() for split in SPLITS]
    assert shares == pytest.approx([0.8, 0.1, 0.1], abs=0.01)


def test_equal_functions_collapse_however_they_are_written():
    """`x >= 5` and `x > 4` are points of their own with one identity."""
    comparison = next(family for family in FAMILIES if family.name == "comparison")
    points = {(point[0].body, *point[1:]): semantic_key(comparison.task(*point)) for point in comparison.points()}
    assert points["{x} >= {k}", 5] == points["{x} > {k}", 4]
    assert points["{x} >= {k}", 5] != points["{x} > {k}", 5]


def test_the_battery_tells_all_scalar_functions_apart(keys):
    assert len(set(keys["scalar"])) == len(keys["scalar"])


@pytest.mark.parametrize("types", ARGUMENT_NAMES)
def test_a_battery_has_64_different_calls(types):
    assert len({repr(call) for call in battery(types)}) == 64


def test_every_operation_has_wordings_for_every_split():
    for family in FAMILIES:
        for operation in {family.task(*point).operation for point in family.points()}:
            assert len(set(operation.names)) >= 5
            assert len(set(operation.statements)) >= 5
