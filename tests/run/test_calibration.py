"""What a stage's speed is expected to be, from what was measured here."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.run.calibration import LATEST, Measurement, measure, read_measurements, record, speed_of
from ssd_iter.run.outcome import Done, StageOutcome
from ssd_iter.run.plan import GradePlan, Resources
from ssd_iter.run.progress import Progress

DRAWN = Measurement(
    stage="generate", engine="vllm", num_parameters=100, work=600, work_seconds=2, fixed_seconds=20, fill=0.5
)
MEASUREMENTS = st.lists(
    st.builds(
        Measurement,
        stage=st.sampled_from(["generate", "train", "filter", "grade"]), engine=st.sampled_from(["a", "b"]),
        num_parameters=st.integers(1, 10**12), work=st.integers(0, 10**9), work_seconds=st.floats(0, 1e6),
        fixed_seconds=st.floats(0, 1e6), fill=st.none() | st.floats(0, 1),
    )
)  # fmt: skip


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SSD_ITER_HOME", str(tmp_path))
    return tmp_path


@given(MEASUREMENTS)
def test_what_is_recorded_is_read_again(tmp_path_factory, measurements):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSD_ITER_HOME", str(tmp_path_factory.mktemp("cache")))
        for measurement in measurements:
            record(measurement)
        assert read_measurements() == measurements


def test_a_torn_line_costs_only_itself(cache):
    record(DRAWN)
    with (cache / "calibration.jsonl").open("a") as stream:
        stream.write('{"stage": "gen\n[]\n{"other": 1}\n')
    record(DRAWN)
    assert read_measurements() == [DRAWN, DRAWN]


def test_a_cache_that_cannot_be_written_is_no_error(cache, monkeypatch):
    (cache / "file").write_text("")
    monkeypatch.setenv("SSD_ITER_HOME", str(cache / "file"))
    record(DRAWN)
    assert read_measurements() == []


@pytest.mark.parametrize("stage", ["grade", "regrade"])
def test_a_second_look_is_as_fast_as_the_first(stage):
    here = Resources(
        run_folder="", base_model="", workers=1, kv_cache_gb=1, gpu_memory_utilization=1, trust_remote_code=False,
        isolation="ns", verdict_cache=False,
    )  # fmt: skip
    limits = {"extraction": "last", "cpu_seconds": 1, "memory_mb": 1, "output_mb": 1}
    plan = GradePlan(stage=stage, run_id="run", round=1, resources=here, **limits)
    progress = Progress(30, 30, "programs", 0, 0, 2, "")
    measured = measure(plan, progress, Done("digest", 3.0, 0.0, StageOutcome({})), 100)
    assert (measured.stage, measured.work, measured.work_seconds) == ("grade", 30, 2)


def test_the_speed_is_what_was_measured():
    speed = speed_of([DRAWN], "generate", "vllm", 100)
    assert speed is not None
    assert (speed.per_second, speed.fixed_seconds, speed.fill, speed.scaled) == (300, 20, 0.5, False)


def test_another_stage_or_engine_says_nothing():
    assert speed_of([DRAWN], "generate", "transformers", 100) is None
    assert speed_of([DRAWN], "train", "vllm", 100) is None


def test_a_model_of_twice_the_size_is_taken_to_be_half_as_fast():
    speed = speed_of([DRAWN], "generate", "vllm", 200)
    assert speed is not None and (speed.per_second, speed.scaled) == (150, True)


def test_measurements_of_the_same_size_count_alone():
    speed = speed_of([replace(DRAWN, num_parameters=7, work=1), DRAWN], "generate", "vllm", 100)
    assert speed is not None and (speed.per_second, speed.measured) == (300, 1)


def test_only_the_latest_count():
    old, new = [replace(DRAWN, work=2)] * 50, [DRAWN] * LATEST
    speed = speed_of([*old, *new], "generate", "vllm", 100)
    assert speed is not None and speed.per_second == 300


def test_grading_does_not_depend_on_the_model():
    graded = replace(DRAWN, stage="grade", engine="", fill=None)
    speed = speed_of([graded], "grade", "", 10**12)
    assert speed is not None and (speed.per_second, speed.scaled) == (300, False)


@given(MEASUREMENTS, st.integers(1, 10**12))
def test_a_speed_is_positive_or_unknown(measurements, size):
    for stage in ("generate", "train", "filter", "grade"):
        speed = speed_of(measurements, stage, "a", size)
        assert speed is None or speed.per_second > 0
