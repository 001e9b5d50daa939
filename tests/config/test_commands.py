"""`ssd-iter init` and `ssd-iter config show`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.cli import app
from ssd_iter.config.extends import preset_names
from ssd_iter.config.fields import config_fields, values_of
from ssd_iter.config.load import load_config, validate
from ssd_iter.exceptions import ConfigError, NotFoundError
from ssd_iter.run.paths import RunPaths, write_json, write_text

Call = Callable[..., str]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """What `ssd-iter COMMAND...` prints on stdout, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def call(*command: str) -> str:
        app(command, result_action="return_value")
        return capsys.readouterr().out

    return call


@pytest.fixture
def run(tmp_path: Path) -> RunPaths:
    """A run as far as its configs: the engine was `auto`, the rounds grew, the rest is as asked for."""
    text = 'name = "tiny"\nmodel.path = "m"\nrounds = 2\n[problems]\ntrain = ["a"]\nevaluate = ["b"]\nfresh_seed = 0\n'
    paths = RunPaths(tmp_path / "runs" / "tiny-1")
    config = validate(tomllib.loads(text) | {"rounds": 5, "engine": {"name": "vllm"}}, source="the test")
    write_text(paths.config, text)
    write_json(paths.resolved, {"config": config.model_dump(mode="json")})
    return paths


def test_init_writes_a_config_that_loads_and_prints_where(call):
    assert call("init") == "experiment.toml\n"
    assert load_config(Path("experiment.toml")).name == "experiment"


def test_init_takes_the_lines_everyone_edits(call):
    call("init", "My Run_2.toml", "--model", "org/m", "--train", "humaneval", "--train", "fresh:train?n=5")
    config = load_config(Path("My Run_2.toml"))
    assert (config.name, config.model.path) == ("my-run-2", "org/m")
    assert config.problems.train == ("humaneval", "fresh:train?n=5")
    assert config.problems.evaluate


def test_every_new_config_has_a_seed_of_its_own(call):
    seeds = set()
    for name in ("a.toml", "b.toml", "c.toml"):
        call("init", name)
        seeds.add(load_config(Path(name)).problems.fresh_seed)
    assert len(seeds) == 3


def test_init_never_replaces_a_file_unless_told_to(call):
    Path("mine.toml").write_text("# precious\n")
    with pytest.raises(ConfigError, match=r"mine\.toml is there already; --force replaces it"):
        call("init", "mine.toml")
    assert Path("mine.toml").read_text() == "# precious\n"
    call("init", "mine.toml", "--force")
    assert load_config(Path("mine.toml")).name == "mine"


def test_init_with_an_unknown_preset_writes_nothing(call, tmp_path):
    with pytest.raises(NotFoundError, match=r"unknown preset 'qwen3-4b'.*valid: "):
        call("init", "--preset", "qwen3-4b")
    assert not list(tmp_path.iterdir())


def test_inits_help_names_the_presets(call):
    help_text = "".join(call("init", "--help").split())
    assert all(name in help_text for name in preset_names())


def test_what_show_prints_is_the_same_config(call, write):
    call("init", "mine.toml", "--preset", "gpt-oss-20b")
    shown = call("config", "show", "mine.toml", "--set", "train.lora.rank=3", "--origin")
    assert load_config(write("shown.toml", shown)) == load_config(Path("mine.toml"), ["train.lora.rank=3"])


def test_show_tells_where_each_value_comes_from(call, write):
    write("base.toml", "seed = 1\nrounds = 2\n", required=True)
    write("top.toml", 'extends = "base.toml"\nrounds = 3\n')
    lines = call("config", "show", "top.toml", "--origin", "--set", "execution.workers=2").splitlines()
    assert "seed = 1  # base.toml; identity" in lines
    assert "rounds = 3  # top.toml; may grow" in lines
    assert "execution.workers = 2  # --set; operational" in lines
    assert "# train.max_steps is not set  # default; identity" in lines


def test_show_as_json_is_one_document_of_all_fields(call, write):
    write("mine.toml", required=True)
    shown = json.loads(call("config", "show", "mine.toml", "--json", "--set", "seed=4"))
    assert list(shown) == [field.key for field in config_fields()]
    assert shown["seed"] == {"value": 4, "origin": "--set", "role": "identity"}


@pytest.mark.parametrize("reference", ["tiny-1", "ti", "@latest"])
def test_show_of_a_run_tells_what_was_asked_for_and_what_became_of_it(call, run, reference):
    shown = json.loads(call("config", "show", reference, "--json", "--set", "notes=hello"))
    origins = {key: fact["origin"] for key, fact in shown.items()}
    assert shown["rounds"]["value"] == 5 and shown["engine.name"]["value"] == "vllm"
    assert origins["rounds"] == origins["engine.name"] == "resolved.json"
    assert origins["model.path"] == origins["problems.fresh_seed"] == "config.toml"
    assert origins["seed"] == "default" and origins["notes"] == "--set"


def test_a_runs_values_are_shown_as_they_are(call, run):
    config = validate(json.loads(run.resolved.read_text())["config"], source="the test")
    shown = json.loads(call("config", "show", "@latest", "--json"))
    assert {key: fact["value"] for key, fact in shown.items()} == values_of(config)


def test_a_file_is_shown_even_where_a_run_has_its_name(call, run, write):
    write("tiny-1", "seed = 99\n", required=True)
    assert "seed = 99" in call("config", "show", "tiny-1").splitlines()


def test_show_of_what_is_not_there_says_so(call, run):
    with pytest.raises(NotFoundError, match=r"no config file at gone\.toml"):
        call("config", "show", "gone.toml")
    with pytest.raises(NotFoundError, match="match 'gone'"):
        call("config", "show", "gone")


def test_show_refuses_what_run_would_refuse(call, write):
    write("mine.toml", "sample.top_p = 2\n", required=True)
    with pytest.raises(ConfigError, match=r"sample\.top_p: .* \(got 2\) \[mine\.toml\]"):
        call("config", "show", "mine.toml")


@pytest.mark.parametrize(
    ("command", "code", "says"),
    [
        (["init", "there.toml"], 2, "is there already"),
        (["init", "--preset", "papre"], 3, "did you mean 'paper'?"),
        (["config", "show", "gone.toml"], 3, "no config file at gone.toml"),
    ],
)
def test_a_refusal_is_one_line_and_an_exit_code(tmp_path, command, code, says):
    (tmp_path / "there.toml").touch()
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    result = subprocess.run(
        [sys.executable, "-m", "flows.cli", *command],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout) == (code, "") and says in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr
