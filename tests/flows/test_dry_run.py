"""`--dry-run` says what a run would do, and does nothing."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.dry_run import dry_resume, dry_run, summary
from flows.experiment import stored_config
from ssd_iter.config.load import overridden, validate
from ssd_iter.exceptions import ConfigError
from ssd_iter.models.size import num_parameters
from ssd_iter.run.calibration import Measurement, read_measurements, record
from ssd_iter.run.paths import RunPaths


@pytest.fixture
def plan(tiny_config: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """The document of a dry run with some sections replaced, on a machine where nothing was measured yet."""
    monkeypatch.setenv("SSD_ITER_HOME", str(tmp_path / "cache"))

    def make(**sections: Any) -> dict[str, Any]:
        document = dry_run(validate(tiny_config | sections, "the test"), tmp_path / "runs")
        assert not (tmp_path / "runs").exists()
        return json.loads(json.dumps(document))

    return make


def column(document: dict[str, Any], stage: str, name: str) -> list[Any]:
    return [line[name] for line in document["stages"] if line["stage"] == stage]


def test_requests_are_those_of_the_plan(plan: Callable) -> None:
    document = plan(rounds=2)
    assert column(document, "generate", "requests") == [14, 14, 8]
    assert column(document, "filter", "requests") == column(document, "train", "requests") == [6, 6]
    assert column(document, "grade", "requests") == [8, 8, 8]


def test_the_base_draws_for_all_rounds_where_it_is_the_sampler(plan: Callable) -> None:
    assert column(plan(rounds=2, lineage={"sample_from": "base"}), "generate", "requests") == [20, 8, 8]


def test_accumulated_data_is_counted(plan: Callable) -> None:
    assert column(plan(rounds=3, lineage={"data": "accumulate"}), "train", "requests") == [6, 12, 18]


def test_tokens_are_bounded_by_the_longest_completions(plan: Callable) -> None:
    assert column(plan(rounds=1), "generate", "tokens") == [14 * 16, 8 * 16]


def test_time_is_unknown_until_it_was_measured(plan: Callable) -> None:
    document = plan()
    assert document["seconds"] is None and not any(line["seconds"] for line in document["stages"])


def test_time_follows_what_was_measured(plan: Callable, tiny_model: Path) -> None:
    known: dict[str, Any] = {"num_parameters": num_parameters(tiny_model), "work_seconds": 1.0, "fixed_seconds": 5.0}
    for stage, engine, work in (("filter", "", 6), ("train", "full", 100), ("grade", "", 4)):
        record(Measurement(stage=stage, engine=engine, work=work, fill=None, **known))  # type: ignore[arg-type]
    record(Measurement(stage="generate", engine="transformers", work=56, fill=0.5, **known))
    document = plan(rounds=1)
    assert column(document, "generate", "expected_tokens") == [112, 64]
    assert column(document, "generate", "seconds") == [5 + 112 / 56, 5 + 64 / 56]
    assert column(document, "grade", "seconds") == [5 + 8 / 4] * 2
    assert document["seconds"] == pytest.approx(sum(line["seconds"] for line in document["stages"]))


def test_disk_is_four_bytes_a_parameter_and_the_engines_copy(plan: Callable, tiny_model: Path) -> None:
    size = num_parameters(tiny_model)
    assert plan(rounds=3)["disk"]["bytes"] == 3 * 4 * size
    assert plan(engine={"name": "transformers", "dtype": "bfloat16"})["disk"]["bytes_per_round"] == 6 * size


def test_a_checkpoint_takes_the_room_that_was_planned(finished_run: RunPaths, tiny_model: Path) -> None:
    weights = (finished_run.checkpoint(1) / "model.safetensors").stat().st_size
    assert 4 * num_parameters(tiny_model) <= weights <= 4 * num_parameters(tiny_model) + 10_000


def test_a_run_that_could_not_be_made_is_refused(plan: Callable) -> None:
    with pytest.raises(ConfigError, match="both trained on and evaluated"):
        plan(problems={"train": ["humaneval?n=2"], "evaluate": ["humaneval?n=2"], "fresh_seed": 1})


def test_a_finished_run_left_its_speeds(make_run: Callable, call: Callable, tmp_path: Path) -> None:
    paths = make_run(problems={"train": ["fresh:train?n=2&levels=0-0"], "evaluate": ["humaneval?n=1"], "fresh_seed": 1})
    assert call(paths, "resume", paths.run_id, SSD_ITER_HOME=str(tmp_path)).returncode == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSD_ITER_HOME", str(tmp_path))
        measured = read_measurements()
    assert [m.stage for m in measured] == ["generate", "grade", "filter", "train", "generate", "grade"]
    assert all(m.work > 0 and m.work_seconds > 0 for m in measured)


def test_the_command_prints_one_document_and_leaves_nothing(
    tiny_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from flows.cli import app

    demo = tomllib.loads((Path(__file__).parents[2] / "configs" / "demo.toml").read_text())
    config = tmp_path / "demo.toml"
    config.write_text(f'name = "x"\nmodel.path = "{tiny_model}"\n[problems]\n' + "\n".join(
        f"{key} = {json.dumps(value)}" for key, value in demo["problems"].items()
    ) + '\n[engine]\nname = "transformers"\n[evaluate]\nmax_tokens = 8\n[sample]\nmax_tokens = 8\n')  # fmt: skip
    with pytest.raises(SystemExit) as end:
        app(["run", str(config), "--dry-run", "--json", "--runs-dir", str(tmp_path / "runs")])
    assert not end.value.code and json.loads(capsys.readouterr().out)["problems"] == {
        "train": 40,
        "tune": 0,
        "eval": 64,
    }
    assert [file.name for file in tmp_path.iterdir()] == ["demo.toml"]


def test_rows_pages_and_what_gc_leaves_are_counted_too(plan: Callable) -> None:
    few, many = (plan(rounds=rounds)["disk"] for rounds in (1, 3))
    assert 0 < few["bytes_of_rows"] < many["bytes_of_rows"]
    assert few["bytes_after_gc"] == few["bytes"] and many["bytes_after_gc"] == 2 * many["bytes_per_round"]


def test_several_processes_have_a_speed_of_their_own(plan: Callable, tiny_model: Path) -> None:
    known: dict[str, Any] = {"num_parameters": num_parameters(tiny_model), "work_seconds": 1.0, "fixed_seconds": 5.0}
    record(Measurement(stage="generate", engine="transformers", work=56, fill=0.5, **known))
    record(Measurement(stage="generate", engine="transformers x2", work=112, fill=0.5, **known))
    shared = plan(engine={"name": "transformers", "dtype": "float32", "processes": 2})
    assert column(shared, "generate", "seconds")[0] < column(plan(), "generate", "seconds")[0]


def test_nothing_is_left_of_a_finished_run(finished_run: RunPaths) -> None:
    before = sorted(finished_run.root.rglob("*"))
    document = dry_resume(finished_run)
    assert document["stages"] == [] and document["disk"]["bytes"] == 0
    assert "nothing is left to do" in summary(document)
    assert sorted(finished_run.root.rglob("*")) == before


def test_what_is_left_leaves_out_what_is_there(copied_run: RunPaths) -> None:
    copied_run.shard("rounds", 1, "round").unlink()
    for stage in ("generate", "grade"):
        copied_run.stage(1, stage).done.unlink()
    copied_run.shard("samples", 1, "eval-0000").unlink()
    document = dry_resume(copied_run)
    assert column(document, "generate", "requests") == [4] and column(document, "grade", "requests") == [8]
    assert column(document, "train", "requests") == []


def test_a_run_that_is_to_grow_has_its_new_rounds_left(finished_run: RunPaths) -> None:
    document = dry_resume(finished_run, overridden(stored_config(finished_run), ["rounds=2"]))
    assert [(line["round"], line["stage"]) for line in document["stages"]] == [
        (1, "generate"), (2, "filter"), (2, "train"), (2, "generate"), (2, "grade"),
    ]  # fmt: skip
    assert column(document, "generate", "requests") == [6, 8] and stored_config(finished_run).rounds == 1


def test_a_run_that_the_policy_ended_has_nothing_left(by_hand: Any) -> None:
    by_hand.set("policy.on_collapse=stop")
    by_hand.evaluated(0, lambda i: i % 5)
    by_hand.ended(0)
    by_hand.ended(1, "COLLAPSE")
    by_hand.paths.stage(1, "train").folder.mkdir(parents=True)
    left = [line for line in dry_resume(by_hand.paths)["stages"] if line["round"] > 1]
    assert left == []


def test_a_resume_that_would_be_refused_is_refused(finished_run: RunPaths) -> None:
    with pytest.raises(ConfigError, match=r"sample\.temperature"):
        dry_resume(finished_run, overridden(stored_config(finished_run), ["sample.temperature=1.5"]))
