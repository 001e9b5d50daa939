"""A sweep is its runs: made and checked before the first begins, carried out in order, gone on with when asked again.

They are evaluations, so this is also what a run of round 0 alone looks like.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.commands.evaluate import evaluate
from flows.sweep import prepare
from ssd_iter.config.settings import Settings, leaves, overlaid
from ssd_iter.config.sweep import Variant, variants
from ssd_iter.config.toml_text import toml_line
from ssd_iter.exceptions import NotFoundError
from ssd_iter.run.paths import RunPaths

Call = Callable[..., "subprocess.CompletedProcess[str]"]
OVER = "evaluate.temperature=0.7,1.0"


@pytest.fixture(scope="module")
def base(tiny_config: dict[str, Any]) -> Settings:
    """The evaluation of the tiny model on one problem."""
    problems = {"train": [], "evaluate": ["humaneval?n=1"], "fresh_seed": 1}
    return Settings.of("base.toml", tiny_config | {"rounds": 0, "problems": problems})


@pytest.fixture(scope="module")
def sweep(base: Settings, call: Call, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """`ssd-iter sweep` of two evaluations."""
    folder = tmp_path_factory.mktemp("sweep")
    (folder / "base.toml").write_text("\n".join(toml_line(key, value) for key, value in leaves(base.data)))
    runs = RunPaths(folder / "runs" / "any")
    return lambda *more: call(runs, "sweep", str(folder / "base.toml"), "--over", OVER, *more)


@pytest.fixture(scope="module")
def swept(sweep: Callable[..., Any]) -> list[RunPaths]:
    """The two runs, carried out."""
    result = sweep()
    assert result.returncode == 0, result.stderr
    return [RunPaths(Path(line).parent) for line in result.stdout.split()]


def test_each_run_of_a_sweep_is_an_ordinary_run_named_by_its_value(swept: list[RunPaths], call: Call) -> None:
    assert [paths.run_id.rpartition("-")[0] for paths in swept] == ["tiny-temperature-0p7", "tiny-temperature-1"]
    for paths in swept:
        told = json.loads(call(paths, "status", paths.run_id, "--json").stdout)
        assert (told["state"], [row["round"] for row in told["rounds"]]) == ("finished", [0])
    compared = call(swept[0], "compare", *(paths.run_id for paths in swept), "--config")
    assert compared.returncode == 0 and "evaluate.temperature" in compared.stdout


def test_a_run_of_round_0_alone_says_that_a_model_was_evaluated_and_advises_nothing(swept: list[RunPaths]) -> None:
    report = json.loads(swept[0].report.read_text())
    assert (report["state"]["text"], report["head"]) == ("Finished: the base model, evaluated.", None)
    assert "Training and evaluation" not in [note["label"] for note in report["notes"]]


def test_nothing_can_have_fallen_in_a_run_of_round_0_alone(swept: list[RunPaths], call: Call) -> None:
    told = json.loads(call(swept[0], "detect", swept[0].run_id, "--json").stdout)
    assert [row["round"] for row in told["rounds"]] == [0] and told["best_round"] == 0


def test_a_sweep_asked_for_again_does_nothing_again(swept: list[RunPaths], sweep: Callable[..., Any]) -> None:
    before = {file: file.stat().st_mtime_ns for paths in swept for file in paths.root.rglob("*")}
    result = sweep()
    assert result.returncode == 0 and result.stderr.count("has ended already") == 2
    assert {file: file.stat().st_mtime_ns for file in before} == before


def test_a_sweep_asked_for_in_another_way_changes_what_may_change(swept: list[RunPaths], base: Settings) -> None:
    noted = overlaid(base, ["notes='seen again'"])
    runs = prepare(variants(noted, [OVER], "base.toml"), swept[0].root.parent)
    assert [paths.run_id for paths in runs] == [paths.run_id for paths in swept]
    assert [json.loads(paths.resolved.read_text())["config"]["notes"] for paths in runs] == ["seen again"] * 2


def test_a_sweep_with_a_run_that_cannot_be_says_so_before_it_begins(base: Settings, tmp_path: Path) -> None:
    runs: tuple[Variant, ...] = variants(base, ["model.path=/nowhere"], "base.toml")
    with pytest.raises(NotFoundError, match="/nowhere"):
        prepare(runs, tmp_path)


def test_a_model_alone_can_be_evaluated(tiny_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    problems, runs = ["humaneval?n=2"], tmp_path / "runs"
    settings = ["engine.name=transformers", "evaluate.max_tokens=8"]
    evaluate(str(tiny_model), problems=problems, set_=settings, dry_run=True, json_=True, runs_dir=runs)
    plan = json.loads(capsys.readouterr().out)
    assert (plan["rounds"], plan["problems"]) == (0, {"train": 0, "tune": 0, "eval": 2})
    assert [stage["stage"] for stage in plan["stages"]] == ["generate", "grade"]
    assert not runs.exists()


def test_the_plan_of_an_evaluation_speaks_of_no_training(
    tiny_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = ["engine.name=transformers", "evaluate.max_tokens=8"]
    evaluate(str(tiny_model), problems=["humaneval?n=2"], set_=settings, dry_run=True, runs_dir=tmp_path / "runs")
    told = capsys.readouterr().out
    assert "evaluated, not trained" in told and "training prompts" not in told
