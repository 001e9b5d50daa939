"""The set as its users see it: fixed by version and seed, in splits that share no function."""

from __future__ import annotations

import doctest
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ssd_iter
from ssd_iter.exceptions import ConfigError
from ssd_iter.problems.fresh import SPLITS, Wanted, generate, of_each_kind, problem_of_id, problems_of
from ssd_iter.problems.fresh.families import FAMILIES
from ssd_iter.problems.fresh.generator import MIX
from ssd_iter.problems.fresh.identity import split_of

SEEDS = (0, 17, 2**64 - 1)
GOLDEN = {
    "train": "f3fbf735062f935f3a37cc517163ff117f20c064c7ffafa99627667826038ac4",
    "dev": "1256c783904098e93824bac13528608312ac1ee7c212824e8a68c1607e0622fd",
    "test-in": "aaf0539fd469b253a10c2bf4a1d5bac9f1bc1105eb1f003024c219188a83bf96",
    "test-out": "728a29e2cf4806b553e81d79655d43d21db657a44931cb5335a2881be69fe3e7",
}
"""Of v1 at seed 0, 100 problems a split. A change here is another version of the set: raise VERSION instead."""


def digest(problems) -> str:
    return hashlib.sha256("".join(p.problem_id + p.content_sha256 + p.reference for p in problems).encode()).hexdigest()


def wanted(split: str, levels: tuple[int, int] = (0, 5), **more) -> Wanted:
    return Wanted(split, levels, **more)


@pytest.fixture(scope="module")
def sample():
    """100 problems of every seed and split."""
    return [problem for seed in SEEDS for split in SPLITS for problem in generate(seed, wanted(split), 100)]


@pytest.mark.parametrize("split", SPLITS)
def test_version_1_never_changes(split, sample):
    assert digest([p for p in sample if p.source_version == "fresh-v1-0" and p.split == split]) == GOLDEN[split]


def test_the_interpreters_hash_seed_does_not_matter(python, sample):
    code = (
        "from ssd_iter.problems.fresh import Wanted, generate\n"
        "for split in ('train', 'test-out'):\n"
        "    print([p.content_sha256 for p in generate(17, Wanted(split, (0, 5)), 100)])"
    )
    same = [p for p in sample if p.source_version == "fresh-v1-17"]
    expected = [[p.content_sha256 for p in same if p.split == split] for split in ("train", "test-out")]
    assert python(code, hash_seed="4711").splitlines() == list(map(str, expected))


@pytest.mark.parametrize("name", ["python3", "python3.11", "python3.12", "python3.13", "python3.14"])
def test_any_python_that_is_here_makes_the_same_problems(name, sample):
    """Those of the system, without this environment's packages."""
    elsewhere = [folder for folder in os.get_exec_path() if not Path(folder).is_relative_to(sys.prefix)]
    interpreter = shutil.which(name, path=os.pathsep.join(elsewhere))
    if interpreter is None:
        pytest.skip(f"no {name} here")
    version = subprocess.run([interpreter, "-c", "import sys; print(sys.version_info >= (3, 11))"], capture_output=True)
    if version.stdout != b"True\n":
        pytest.skip(f"{interpreter} is older than 3.11")
    code = (
        "from ssd_iter.problems.fresh import Wanted, generate\n"
        "print([p.content_sha256 + p.reference for p in generate(17, Wanted('train', (0, 5)), 100)])"
    )
    environment = {"PYTHONPATH": str(Path(ssd_iter.__file__).parents[1])}
    ended = subprocess.run([interpreter, "-c", code], capture_output=True, text=True, env=environment, check=True)
    same = [p for p in sample if (p.source_version, p.split) == ("fresh-v1-17", "train")]
    assert ended.stdout.strip() == str([p.content_sha256 + p.reference for p in same])


@settings(max_examples=10, deadline=None)
@given(
    seed=st.integers(0, 2**64 - 1),
    split=st.sampled_from(["train", "dev", "test"]),
    sizes=st.tuples(*[st.integers(1, 30)] * 2),
)
def test_a_larger_set_begins_with_the_smaller_one(seed, split, sizes):
    levels = (0, 2)
    larger = generate(seed, wanted(split, levels), max(sizes))
    assert larger[: min(sizes)] == generate(seed, wanted(split, levels), min(sizes))


def test_no_function_is_in_two_splits_whatever_the_seeds(sample):
    keys = {split: {p.semantic_key for p in sample if p.split == split} for split in SPLITS}
    for one in SPLITS:
        for other in SPLITS:
            assert one == other or keys[one].isdisjoint(keys[other]), (one, other)


def test_no_name_or_wording_of_the_tests_is_in_train(sample):
    """Names with their constants put out; all words of the tests are the plainest."""
    names = {
        split: {re.sub(r"\d+", "N", p.entry_point) for p in sample if p.split.startswith(split)}
        for split in ("train", "dev", "test")
    }
    assert names["train"].isdisjoint(names["dev"] | names["test"])
    assert names["dev"].isdisjoint(names["test"])


def test_held_out_families_are_never_trained_on(sample):
    held = {family.name: family.held_out for family in FAMILIES if family.held_out}
    assert Counter(held.values()) == {"test": 6, "dev": 2}
    for problem in sample:
        assert problem.split in {"test": ["test-out"], "dev": ["dev"]}.get(held.get(problem.family), SPLITS[:3])


def test_test_is_both_kinds_of_test():
    assert {p.split for p in generate(0, wanted("test"), 120)} == {"test-in", "test-out"}


def test_no_two_problems_of_a_set_ask_for_the_same_function():
    problems = generate(5, wanted("train", (0, 2)), 300)
    assert len({p.semantic_key for p in problems}) == len({p.problem_id for p in problems}) == 300


def test_the_seed_changes_the_choice(sample):
    first, second = ({p.semantic_key for p in sample if p.source_version == f"fresh-v1-{seed}"} for seed in SEEDS[:2])
    assert len(first & second) < 0.2 * len(first)


def test_levels_come_in_the_proportions_of_the_mix(sample):
    counts = Counter(p.level for p in sample if (p.split, p.source_version) == ("train", "fresh-v1-0"))
    assert counts == MIX


def test_families_and_their_kinds_take_turns():
    problems = generate(2, wanted("train", (1, 1)), 200)
    families = Counter(p.family for p in problems)
    assert max(families.values()) - min(families.values()) <= 1
    assert len({tag for p in problems for tag in p.tags if p.family == "list-aggregate"}) == 5


def test_a_family_that_runs_dry_leaves_its_turn_to_the_others():
    counts = Counter(p.family for p in generate(2, wanted("train", (0, 0)), 300))
    assert counts["list-aggregate"] < 0.5 * counts["scalar"]
    assert counts.total() == 300


@pytest.mark.parametrize("levels", [(0, 0), (1, 1), (3, 4)])
def test_only_the_levels_asked_for_come(levels):
    assert {p.level for p in generate(0, wanted("train", levels), 20)} == set(range(levels[0], levels[1] + 1))


def test_a_calibrations_levels_count_where_given():
    tiers = {("scalar", "add"): 3, ("text", "suffix"): 3}
    problems = generate(0, wanted("train", (3, 3), tiers=tiers), 60)
    assert {p.level for p in problems} == {3}
    assert {p.tags for p in problems if p.family in ("scalar", "text")} == {("add",), ("suffix",)}
    assert not [p for p in generate(0, wanted("train", (0, 0), tiers=tiers), 60) if p.tags == ("add",)]


def test_asking_for_too_many_says_how_many_there_are():
    with pytest.raises(ConfigError, match=r"only \d+ problems at levels 0-0 \(.*scalar \d+"):
        generate(0, wanted("dev", (0, 0)), 10_000)


def test_an_unknown_split_is_refused():
    with pytest.raises(ConfigError, match="train, dev, test-in, test-out, test"):
        generate(0, wanted("validation"), 1)


def test_an_id_is_enough_to_find_a_problem(sample):
    for problem in sample[::60]:
        assert problem_of_id(problem.problem_id) == problem
    program = generate(17, wanted("dev", (0, 1), style="stdin"), 3)[2]
    assert problem_of_id(program.problem_id) == program
    assert problem_of_id("fresh-v1-17/train/scalar-0123456789ab") is None
    assert problem_of_id("fresh-v0-17/train/scalar-0123456789ab") is None


def test_every_kind_gives_a_problem_that_is_no_test_of_a_trained_family():
    problems = of_each_kind(3, 1)
    assert {(p.family, *p.tags) for p in problems} == {(f.name, kind.name) for f in FAMILIES for kind in f.kinds()}
    assert {p.split for p in problems} == {"train", "dev", "test-out"}


def test_problems_are_made_as_they_are_asked_for():
    assert len(list(islice(problems_of(1, wanted("train")), 3))) == 3


def test_the_examples_of_the_docstring_hold(sample):
    """What the model is shown is what the reference does."""
    for problem in sample[::7]:
        if problem.style == "function":
            namespace = {}
            exec(problem.reference, namespace)
            [example] = doctest.DocTestFinder().find(namespace[problem.entry_point], globs=namespace, module=False)
            results = doctest.DocTestRunner(verbose=False).run(example)
            assert (results.attempted, results.failed) == (3, 0), problem.starter_code


def test_three_tests_are_shown_and_twenty_to_forty_hidden(sample):
    for problem in sample:
        counts = Counter(case.visible for case in problem.cases)
        assert counts[True] == 3
        assert 12 <= counts[False] <= 40, problem.problem_id
        assert len({repr(case.args) for case in problem.cases}) == len(problem.cases)


def test_answers_are_exact_json_values(sample):
    """Floats could not be compared exactly."""

    def values(answer):
        return [value for item in answer for value in values(item)] if isinstance(answer, list) else [answer]

    assert {type(v) for p in sample for case in p.cases for v in values(case.expected)} == {int, bool, str}


def test_splits_are_about_80_10_10():
    counts = Counter(split_of(f"{number:032x}") for number in range(5000))
    assert [counts[split] / 5000 for split in SPLITS[:3]] == pytest.approx([0.8, 0.1, 0.1], abs=0.02)
