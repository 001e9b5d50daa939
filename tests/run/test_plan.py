from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.config.load import overridden, validate
from ssd_iter.config.schema import RunConfig
from ssd_iter.exceptions import ConfigError
from ssd_iter.run.lineage import Lineage
from ssd_iter.run.paths import STAGES
from ssd_iter.run.plan import NO_ROLLBACKS, Asked, PlannedShard, Resources, RoundPlan, plan_round

BASE = validate(
    {
        "name": "tiny",
        "model": {"path": "somewhere"},
        "problems": {"train": ["fresh:train?n=4"], "evaluate": ["humaneval"], "fresh_seed": 0},
        "engine": {"name": "transformers", "dtype": "bfloat16", "shard_size": 4},
        "evaluate": {"num_samples": 3},
        "train": {"bf16": True},
    },
    source="the test",
)
HERE = Resources(
    run_folder="here", base_model="there", workers=2, kv_cache_gb=4, gpu_memory_utilization=0.9,
    trust_remote_code=False, isolation="ns", verdict_cache=True,
)  # fmt: skip
SIZES = st.integers(1, 9)

# An identity field, another value of it, and the stages that must be done again for it.
CONSEQUENCES = [
    ("seed", "7", {"train", "generate"}),
    ("prompt.chat_template", "false", {"generate"}),
    ("prompt.system", "Be brief.", {"generate"}),
    ("sample.temperature", "0.5", {"generate"}),
    ("sample.num_samples", "2", {"generate"}),
    ("evaluate.temperature", "0.5", {"generate"}),
    ("evaluate.max_tokens", "99", {"generate"}),
    ("engine.name", "vllm", {"generate"}),
    ("engine.dtype", "float16", {"train", "generate"}),
    ("engine.shard_size", "2", {"generate"}),
    ("engine.batch_size", "8", {"generate"}),
    ("engine.max_model_len", "4096", {"generate"}),
    ("lineage.sample_from", "base", {"generate"}),
    ("lineage.train_from", "base", set()),
    ("lineage.data", "accumulate", set()),
    ("lineage.data", "mix", set()),
    ("lineage.mix_fraction", "0.5", set()),
    ("filter.rules", '["empty"]', {"filter"}),
    ("filter.drop_shortest", "0.1", {"filter"}),
    ("filter.extraction", "last", {"filter", "grade"}),
    ("train.method", "lora", {"train"}),
    ("train.learning_rate", "1e-5", {"train"}),
    ("train.lora.rank", "8", {"train"}),
    ("execution.cpu_seconds", "1", {"grade"}),
    ("execution.memory_mb", "512", {"grade"}),
    ("execution.output_mb", "1", {"grade"}),
    ("evaluate.num_samples", "4", {"generate"}),
    ("evaluate.k", "[1]", set()),
    ("execution.workers", "9", set()),
    ("execution.isolation", "lsm", set()),
    ("execution.cache", "false", set()),
    ("engine.kv_cache_gb", "9", set()),
    ("detect.alpha", "0.01", set()),
    ("detect.resample", "false", set()),
    ("policy.on_collapse", "rollback", set()),
    ("notes", "other", set()),
    ("rounds", "9", set()),
]


def sized(**sizes: int | str) -> RunConfig:
    keys = {"shard_size": "engine.shard_size", "train": "sample.num_samples", "evaluate": "evaluate.num_samples"}
    return overridden(BASE, [f"{keys.get(name, name)}={size}" for name, size in sizes.items()])


WHO, DATA = st.sampled_from(["previous", "base"]), st.sampled_from(["replace", "accumulate", "mix"])
PLAIN = {"rounds": st.integers(1, 5), "shard_size": SIZES, "train": SIZES, "evaluate": SIZES}
PLAIN_CONFIGS = st.builds(sized, **PLAIN)
CONFIGS = st.builds(sized, **PLAIN, **{"lineage.sample_from": WHO, "lineage.train_from": WHO, "lineage.data": DATA})
ROLLBACKS = st.dictionaries(st.integers(2, 5), st.just(0)) | st.dictionaries(st.integers(3, 5), st.just(1))
IDS = st.integers(1, 12).map(lambda n: [f"set/split/{i}" for i in range(n)])


def plan_run(
    config: RunConfig,
    train_ids: list[str],
    eval_ids: list[str],
    rollbacks: Mapping[int, int] = NO_ROLLBACKS,
    resources: Resources = HERE,
) -> list[RoundPlan]:
    given = asked(train_ids), asked(eval_ids)
    return [plan_round(config, "run", r, *given, resources, rollbacks) for r in range(config.rounds + 1)]


def asked(ids: Iterable[str], selector: str = "humaneval") -> list[Asked]:
    return [Asked(problem_id, selector) for problem_id in ids]


def shards_of(plans: list[RoundPlan]) -> Iterator[PlannedShard]:
    return (shard for plan in plans for stage in plan.stages if stage.stage == "generate" for shard in stage.shards)


def digests(plans: list[RoundPlan]) -> dict[tuple[int, str], str]:
    return {(stage.round, stage.stage): stage.digest for plan in plans for stage in (*plan.stages, *plan.second_look)}


@given(PLAIN_CONFIGS, IDS, IDS)
def test_round_0_generates_and_grades_and_every_other_round_has_all_stages(config, train_ids, eval_ids):
    base, *others = plan_run(config, train_ids, eval_ids)
    assert [stage.stage for stage in base.stages] == ["generate", "grade"] and base.parent_round is None
    for round, plan in enumerate(others, start=1):
        stages = (*plan.stages, *plan.second_look)
        assert tuple(stage.stage for stage in stages) == STAGES and plan.parent_round == round - 1
        assert {stage.round for stage in stages} == {plan.round} == {round}


@given(CONFIGS, IDS, IDS, ROLLBACKS)
def test_every_sample_of_a_run_is_planned_exactly_once(config, train_ids, eval_ids, rollbacks):
    planned = Counter(
        (shard.round, shard.purpose, problem_id, idx)
        for shard in shards_of(plan_run(config, train_ids, eval_ids, rollbacks))
        for problem_id, idx in product(shard.problem_ids, range(shard.decode.num_samples))
    )
    evaluated = product(range(config.rounds + 1), ["eval"], eval_ids, range(config.evaluate.num_samples))
    trained = product(range(1, config.rounds + 1), ["train"], train_ids, range(config.sample.num_samples))
    assert planned == Counter([*evaluated, *trained])


@given(CONFIGS, IDS, IDS, ROLLBACKS)
def test_training_samples_come_from_the_model_the_lineage_names(config, train_ids, eval_ids, rollbacks):
    lineage = Lineage(config.lineage, rollbacks)
    for plan in plan_run(config, train_ids, eval_ids, rollbacks):
        for shard in shards_of([plan]):
            assert plan.round == (shard.round if shard.purpose == "eval" else lineage.sampled_from(shard.round))


@given(CONFIGS, IDS, IDS, ROLLBACKS)
def test_a_round_trains_the_weights_and_the_data_that_the_lineage_names(config, train_ids, eval_ids, rollbacks):
    lineage = Lineage(config.lineage, rollbacks)
    for plan in plan_run(config, train_ids, eval_ids, rollbacks)[1:]:
        (train,) = (stage for stage in plan.stages if stage.stage == "train")
        assert (train.trained_from_round, train.data) == (lineage.trained_from(plan.round), lineage.data_of(plan.round))
        assert plan.parent_round == lineage.parent(plan.round)


@given(CONFIGS, IDS, IDS)
def test_a_second_look_draws_twice_as_many_samples_of_the_same_problems_with_seeds_of_its_own(
    config, train_ids, eval_ids
):
    plans = plan_run(config, train_ids, eval_ids)
    for plan in plans:
        fresh = plan.second_look[0].shards
        evaluated = [shard for shard in shards_of([plan]) if shard.purpose == "eval"]
        assert samples_of(fresh) == Counter({problem: 2 * num for problem, num in samples_of(evaluated).items()})
        assert {(shard.round, shard.purpose) for shard in fresh} == {(plan.round, "resample")}
        assert {shard.decode.decode_id for shard in fresh} == {shard.decode.decode_id for shard in evaluated}
    seeds = [shard.seed for plan in plans for shard in (*shards_of([plan]), *plan.second_look[0].shards)]
    assert len(set(seeds)) == len(seeds)


def samples_of(shards: Iterable[PlannedShard]) -> Counter[str]:
    return Counter({id: shard.decode.num_samples for shard in shards for id in shard.problem_ids})


@pytest.mark.parametrize(
    ("key", "value", "stages"), CONSEQUENCES, ids=[f"{key}={value}" for key, value, _ in CONSEQUENCES]
)
def test_a_second_look_changes_with_how_a_round_is_evaluated(key, value, stages):
    before, after = (
        plan_round(config, "run", 1, asked("abcd"), asked("efgh"), HERE).second_look
        for config in (sized(shard_size=12), overridden(sized(shard_size=12), [f"{key}={value}"]))
    )
    changed = {old.stage for old, new in zip(before, after, strict=True) if old.digest != new.digest}
    of_training = key.startswith(("sample.", "lineage."))
    again = {"grade": "regrade"} if of_training else {"generate": "resample", "grade": "regrade"}
    assert changed == {again[stage] for stage in stages if stage in again}


@given(CONFIGS, IDS, IDS)
def test_a_model_samples_only_for_rounds_that_come_later(config, train_ids, eval_ids):
    for plan in plan_run(config, train_ids, eval_ids):
        assert all(shard.round > plan.round for shard in shards_of([plan]) if shard.purpose == "train")


@given(PLAIN_CONFIGS, IDS, IDS)
def test_a_rollback_changes_only_the_two_models_it_is_about_and_what_follows(config, train_ids, eval_ids):
    config = overridden(config, ["rounds=5"])
    before, after = (
        digests(plan_run(config, train_ids, eval_ids)),
        digests(plan_run(config, train_ids, eval_ids, {4: 1})),
    )
    changed = {key for key in before if before[key] != after[key]}
    assert changed == {(1, "generate"), (3, "generate"), (4, "train")}


@given(CONFIGS, IDS, IDS)
def test_a_shard_holds_whole_problems_and_no_more_than_asked_for(config, train_ids, eval_ids):
    shards = list(shards_of(plan_run(config, train_ids, eval_ids)))
    assert all(
        len(shard.problem_ids) * shard.decode.num_samples <= max(config.engine.shard_size, shard.decode.num_samples)
        for shard in shards
    )
    assert len({(shard.round, shard.writer) for shard in shards}) == len(shards)


@given(PLAIN_CONFIGS, IDS, IDS, st.integers(1, 3))
def test_growing_rounds_adds_only_shards_to_the_former_last_round(config, train_ids, eval_ids, more):
    before = plan_run(config, train_ids, eval_ids)
    after = plan_run(overridden(config, [f"rounds={config.rounds + more}"]), train_ids, eval_ids)
    old, new = digests(before), digests(after)
    assert [key for key in old if old[key] != new[key]] == [(config.rounds, "generate")]
    old_shards, new_shards = list(shards_of([before[-1]])), list(shards_of([after[config.rounds]]))
    assert new_shards[: len(old_shards)] == old_shards
    assert {(s.round, s.purpose) for s in new_shards[len(old_shards) :]} == {(config.rounds + 1, "train")}


@given(
    st.builds(
        Resources, run_folder=st.text(), base_model=st.text(), workers=st.integers(), kv_cache_gb=st.integers(),
        gpu_memory_utilization=st.floats(0, 1), trust_remote_code=st.booleans(),
    )
)  # fmt: skip
def test_resources_are_no_part_of_what_is_made(resources):
    assert digests(plan_run(BASE, ["a"], ["b"], resources=resources)) == digests(plan_run(BASE, ["a"], ["b"]))


@pytest.mark.parametrize(
    ("key", "value", "stages"), CONSEQUENCES, ids=[f"{key}={value}" for key, value, _ in CONSEQUENCES]
)
def test_a_field_changes_the_stages_it_matters_to(key, value, stages):
    before = plan_round(BASE, "run", 1, asked("abcd"), asked("efgh"), HERE)
    after = plan_round(overridden(BASE, [f"{key}={value}"]), "run", 1, asked("abcd"), asked("efgh"), HERE)
    pairs = zip(before.stages, after.stages, strict=True)
    assert {old.stage for old, new in pairs if old.digest != new.digest} == stages


def test_no_two_stages_of_a_run_have_one_digest():
    found = digests(plan_run(BASE, ["a"], ["b"]))
    assert len(set(found.values())) == len(found)


def test_the_seeds_of_all_planned_shards_are_distinct():
    ids = [f"set/split/{i}" for i in range(40)]
    seeds = [shard.seed for shard in shards_of(plan_run(sized(rounds=5, shard_size=1), ids, ids))]
    assert len(set(seeds)) == len(seeds) == 5 * 40 + 6 * 40


@given(CONFIGS, IDS, IDS)
def test_a_plan_survives_its_file(config, train_ids, eval_ids):
    for plan in plan_run(config, train_ids, eval_ids):
        for stage in (*plan.stages, *plan.second_look):
            again = type(stage).model_validate(json.loads(json.dumps(stage.model_dump(mode="json"))))
            assert again == stage and again.digest == stage.digest


@pytest.mark.parametrize("key", ["engine.name", "engine.dtype", "train.bf16"])
def test_what_is_not_chosen_yet_cannot_be_planned(key):
    with pytest.raises(ValueError, match=f"{key} is still 'auto': resolve it before planning"):
        plan_round(overridden(BASE, [f"{key}=auto"]), "run", 0, asked("a"), asked("b"), HERE)


def test_problems_are_drawn_as_their_selector_says():
    evaluate = [*asked("ab"), *asked("cd", "humaneval?n=2&temperature=0.2&num_samples=3"), *asked("e")]
    plan = plan_round(sized(shard_size=100, evaluate=2), "run", 0, asked("t"), evaluate, HERE)
    shards = [shard for shard in shards_of([plan]) if shard.purpose == "eval"]
    assert [(shard.problem_ids, shard.decode.num_samples, shard.decode.temperature) for shard in shards] == [
        (("a", "b"), 2, BASE.evaluate.temperature),
        (("c", "d"), 3, 0.2),
        (("e",), 2, BASE.evaluate.temperature),
    ]
    assert len({shard.writer for shard in shards}) == len({shard.seed for shard in shards}) == 3
    assert [shard.decode.num_samples for shard in plan.second_look[0].shards] == [4, 6, 4]


@pytest.mark.parametrize("setting", ["temperature=hot", "top_p=2", "num_samples=0", "max_tokens=1.5"])
def test_a_decode_setting_that_cannot_be_is_named_with_its_selector(setting):
    with pytest.raises(ConfigError, match=rf"selector 'humaneval\?{setting}': {setting}"):
        plan_round(BASE, "run", 0, asked("a"), asked("b", f"humaneval?{setting}"), HERE)
