"""Mistakes are caught before compute is spent: the exit code, the words, and nothing written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from flows.cli import main
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.processes import run_lock

CONFIG = """
name = "tiny"
rounds = 1
[model]
path = "{model}"
[problems]
train = ["fresh:train?n=2&levels=0-0"]
evaluate = ["humaneval?n=1"]
fresh_seed = 1
[sample]
max_tokens = 8
[evaluate]
max_tokens = 8
[engine]
name = "transformers"
dtype = "float32"
"""


@dataclass(frozen=True)
class Desk:
    """A folder with a config that can be run, as long as nothing is changed in it."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    @property
    def config(self) -> Path:
        return self.folder / "experiment.toml"

    def write(self, name: str, text: str) -> Path:
        (self.folder / name).write_text(text)
        return self.folder / name

    def files(self) -> dict[Path, int]:
        """Every file and when it was written; the lock that a refusal was made under is none of the run's."""
        files = (file for file in self.folder.rglob("*") if file.is_file() and file.name != "lock")
        return {file: file.stat().st_mtime_ns for file in files}

    def call(self, *command: str) -> tuple[int, str]:
        """Exit code and everything said, without what wrapping does to long lines."""
        with pytest.raises(SystemExit) as end:
            main(command)
        out, err = self.capture.readouterr()
        code = end.value.code
        return (code if isinstance(code, int) else 0), " ".join((out + err).replace("│", " ").split())

    def refuses(self, code: int, words: str, *command: str) -> None:
        """The command ends with this code, says these words, and leaves every file as it was."""
        before = self.files()
        found, said = self.call(*command)
        assert (found, words in said) == (code, True), (found, said)
        assert self.files() == before


@pytest.fixture
def desk(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Desk]:
    folder = tmp_path / "desk"
    shutil.copytree(tiny_model, folder / "model")
    desk = Desk(folder, capsys)
    desk.write("experiment.toml", CONFIG.format(model=folder / "model"))
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "500")
    monkeypatch.setenv("SSD_ITER_HOME", str(tmp_path / "cache"))
    yield desk


def test_the_config_of_these_tests_can_be_run(desk: Desk) -> None:
    assert desk.call("run", "experiment.toml", "--dry-run")[0] == 0


@pytest.mark.parametrize(
    ("key_and_value", "words"),
    [
        ("rouns=3", "rouns: no such key; did you mean 'rounds'?"),
        ("train.learning_rat=1e-5", "train.learning_rat: no such key; did you mean 'learning_rate'?"),
        ("sample.temprature=0.7", "sample.temprature: no such key; did you mean 'temperature'?"),
        ("train.zzz=1", "train.zzz: no such key"),
        ("sample.temperature=0", "sample.temperature: Input should be greater than or equal to 0.01 (got 0"),
        ("sample.top_p=1.5", "sample.top_p: Input should be less than or equal to 1 (got 1.5)"),
        ("sample.top_k=-1", "sample.top_k: Input should be greater than or equal to 0 (got -1)"),
        ("rounds=-1", "rounds: Input should be greater than or equal to 0 (got -1)"),
        ("rounds=many", "rounds: Input should be a valid integer"),
        ("seed=-1", "seed: Input should be greater than or equal to 0 (got -1)"),
        ("evaluate.k=[1, 1]", "each k may be given once"),
        ("evaluate.k=[0]", "evaluate.k.0: Input should be greater than or equal to 1 (got 0)"),
        ("name=Has Spaces", "name: String should match pattern"),
        ("train.batch_size=30", "batch_size 30 is not a multiple of micro_batch_size 4"),
        ("train.min_learning_rate=1", "min_learning_rate 1.0 is above learning_rate"),
        ("train.learning_rate=nan", "train.learning_rate: Input should be"),
        ("train.method=lore", "train.method: Input should be 'full' or 'lora' (got 'lore')"),
        ("lineage.data=collect", "lineage.data: Input should be 'replace', 'accumulate' or 'mix' (got 'collect')"),
        ("lineage.mix_fraction=0", "lineage.mix_fraction: Input should be greater than 0"),
        ("engine.name=vlm", "unknown engine 'vlm', did you mean 'vllm'? valid: auto, vllm, transformers"),
        ('filter.rules=["stubb"]', "unknown rule 'stubb', did you mean 'stub'?"),
        ('filter.rules=["stub", "stub"]', "each rule may be given once"),
        ("filter.rules=[empty, stub]", 'filter.rules: should be a list such as ["a", "b"] (got '),
        ("filter.drop_shortest=1", "filter.drop_shortest: Input should be less than 1 (got 1"),
        ("prompt={chat_template = false, system = 'x'}", "system needs chat_template = true"),
        ("problems.train=[]", "problems: train needs at least one selector"),
        ('problems.evaluate=["humanevil"]', "unknown source 'humanevil', did you mean 'humaneval'?"),
        ('problems.train=["fresh:trian?n=4"]', "unknown split 'trian', did you mean 'train'?"),
        ('problems.train=["fresh:train?style=x"]', "unknown style 'x'; valid: function, stdin"),
        ('problems.tune=["humaneval?n=1"]', "both tuned on and evaluated: humaneval/test/"),
        ('problems.evaluate=["humaneval?n=1&top_p=2"]', "selector 'humaneval?n=1&top_p=2': top_p=2"),
        ('problems.train=["fresh:train?n=4&levels=0-9"]', "levels=0-9 should be lowest-highest within 0-5"),
        ('problems.evaluate=["humaneval?n=999"]', "there are only 164 problems"),
        ('problems.train=["humaneval?n=2"]', "would be both trained on and evaluated: humaneval/test/"),
        ('problems.evaluate=["fresh:train?n=1&levels=0-0"]', "both trained on and evaluated: fresh-v1-1/train/"),
        ('problems.train=["humaneval?n=3", "humaneval?n=2"]', "the same problems twice"),
        ("sample.max_tokens=4000", "max_tokens"),
        ("engine.max_model_len=64", "engine.max_model_len"),
        ("train=3", "train"),
        ("sample.temperature", "--set takes KEY=VALUE such as sample.temperature=1.2, not 'sample.temperature'"),
        (".=3", "--set takes KEY=VALUE"),
        ("name.first=x", "name is a value in experiment.toml, a section in --set"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_run_is_refused_by_name(desk: Desk, key_and_value: str, words: str) -> None:
    desk.refuses(2, words, "run", "experiment.toml", "--set", key_and_value)


def test_a_missing_config_names_one_to_start_from(desk: Desk) -> None:
    desk.refuses(3, "no config file at missing.toml", "run", "missing.toml")


def test_a_config_that_is_no_toml_names_the_line(desk: Desk) -> None:
    desk.write("broken.toml", 'name = "x"\nrounds = = 3\n')
    desk.refuses(2, "(at line 2, column 10)", "run", "broken.toml")


def test_a_config_that_is_a_folder_is_refused(desk: Desk) -> None:
    desk.refuses(2, "model cannot be read", "run", "model")


def test_a_missing_model_says_what_a_model_can_be(desk: Desk) -> None:
    desk.refuses(3, "no model at './nowhere'", "run", "experiment.toml", "--set", "model.path=./nowhere")


def test_a_model_folder_without_weights_says_what_one_holds(desk: Desk) -> None:
    (desk.folder / "model" / "model.safetensors").unlink()
    desk.refuses(1, "a model folder holds safetensors, or one .gguf file", "run", "experiment.toml")


def test_torn_weights_are_named(desk: Desk) -> None:
    weights = desk.folder / "model" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])
    desk.refuses(1, "model.safetensors is not a readable safetensors file", "run", "experiment.toml")


def test_a_model_without_a_tokenizer_is_named(desk: Desk) -> None:
    for file in (desk.folder / "model").glob("*token*"):
        file.unlink()
    desk.refuses(1, "tokenizer", "run", "experiment.toml")


def test_a_model_without_a_chat_template_says_how_to_go_without(desk: Desk) -> None:
    _edit(desk.folder / "model" / "tokenizer_config.json", chat_template=None)
    (desk.folder / "model" / "chat_template.jinja").unlink(missing_ok=True)
    desk.refuses(2, "set prompt.chat_template = false", "run", "experiment.toml")


def test_a_template_that_takes_no_system_message_is_refused(desk: Desk) -> None:
    template = "{{ raise_exception('no system') if messages[0].role == 'system' }}{{ messages[0].content }}"
    (desk.folder / "model" / "chat_template.jinja").write_text(template)
    desk.refuses(2, "system", "run", "experiment.toml", "--set", "prompt.system=Be brief.")


def test_a_model_that_brings_code_is_refused_until_it_is_trusted(desk: Desk) -> None:
    _edit(desk.folder / "model" / "config.json", auto_map={"AutoModel": "x.X"})
    desk.refuses(2, "read it, then set model.trust_remote_code = true", "run", "experiment.toml")


def test_a_gguf_without_a_tokenizer_is_refused(desk: Desk) -> None:
    import gguf

    (desk.folder / "gguf").mkdir()
    writer = gguf.GGUFWriter(desk.folder / "gguf" / "model.gguf", "llama")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    desk.refuses(
        1, "cannot be read as a model with its tokenizer", "run", "experiment.toml", "--set", "model.path=gguf"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no problems"),
        ("\n\n", "holds no problems"),
        ('{"prompt": "def f():\\n", "entry_point": "f"}\n{"prompt": \n', "mine.jsonl, line 2"),
        ('{"entry_point": "f"}\n', "mine.jsonl, line 1: prompt is missing"),
        ('{"prompt": "def f():\\n", "entrypoint": "f"}\n', "unknown keys ['entrypoint']"),
        ('{"prompt": "def f():\\n", "entry_point": 3}\n', "entry_point should be text, found 3"),
        ("[1]\n", "mine.jsonl, line 1: expected an object, found list"),
    ],
)
def test_a_broken_problem_file_is_named_with_its_line(desk: Desk, text: str, words: str) -> None:
    desk.write("mine.jsonl", text)
    desk.refuses(1, words, "run", "experiment.toml", "--set", 'problems.train=["file:mine.jsonl"]')


def test_a_missing_problem_file_is_named(desk: Desk) -> None:
    desk.refuses(
        3, "no problem file at mine.jsonl", "run", "experiment.toml", "--set", 'problems.train=["file:mine.jsonl"]'
    )


def test_problems_without_tests_cannot_be_evaluated_on(desk: Desk) -> None:
    desk.write("mine.jsonl", '{"prompt": "def f():\\n    \\"\\"\\"x\\"\\"\\"\\n", "entry_point": "f"}\n')
    desk.refuses(
        2, "have no tests: mine/all/1", "run", "experiment.toml", "--set", 'problems.evaluate=["file:mine.jsonl"]'
    )


def test_checkpoints_that_do_not_fit_the_disk_are_refused_before_the_first(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.preflight.shutil.disk_usage", lambda _: SimpleNamespace(free=1000))
    desk.refuses(2, "1 rounds need", "run", "experiment.toml", "--dry-run")  # a run is made by another process


def test_a_runs_folder_that_is_a_file_is_refused(desk: Desk) -> None:
    desk.refuses(2, "is a file; name a folder", "run", "experiment.toml", "--runs-dir", "experiment.toml")


def test_an_engine_that_is_not_installed_names_the_install(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.preflight.importlib.util.find_spec", lambda _: None)
    desk.refuses(5, "pip install -e '.[vllm]'", "run", "experiment.toml", "--dry-run", "--set", "engine.name=vllm")


@pytest.mark.parametrize("command", [["resume", "nothing"], ["status", "nothing"], ["sql", "nothing", "SELECT 1"]])
def test_a_run_that_is_not_there_is_said_so(desk: Desk, command: list[str]) -> None:
    desk.refuses(3, "no runs in", *command)


def test_a_model_that_is_no_packaged_one_names_those_there_are(desk: Desk) -> None:
    desk.refuses(3, "no packaged model 'gpt-5'; there are: smollm2-135m-instruct", "models", "get", "gpt-5")


@pytest.fixture
def made(desk: Desk, make_run: Callable[..., RunPaths], monkeypatch: pytest.MonkeyPatch) -> RunPaths:
    """A run on the desk that was made and not begun, its model on the desk too."""
    sections = {"model": {"path": str(desk.folder / "model")}}
    paths = make_run(**sections)
    return RunPaths(Path(shutil.move(paths.root, desk.folder / "runs" / paths.run_id)))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("train.learning_rate=1e-5", "train.learning_rate: 0.001 -> 1e-05"),
        ("seed=7", "seed: 0 -> 7"),
        ("lineage.data=mix", "lineage.data: 'replace' -> 'mix'"),
        ("sample.tempratur=1", "did you mean 'temperature'?"),
    ],
)
def test_resuming_as_another_experiment_is_refused_and_named(
    desk: Desk, made: RunPaths, change: str, words: str
) -> None:
    desk.refuses(2, words, "resume", made.run_id, "--set", change)


def test_a_run_that_another_process_works_on_is_locked(desk: Desk, made: RunPaths) -> None:
    with run_lock(made.lock):
        desk.refuses(6, "is being worked on by process", "resume", made.run_id)


def test_an_ambiguous_name_lists_the_runs_it_could_mean(desk: Desk, made: RunPaths) -> None:
    shutil.copytree(made.root, made.root.with_name(f"{made.run_id}-2"))
    desk.refuses(3, f"2 runs in {desk.folder / 'runs'} match 'tiny'", "resume", "tiny")


def test_a_run_that_was_not_begun_cannot_be_rolled_back(desk: Desk, made: RunPaths) -> None:
    desk.refuses(2, "earlier rounds with a model: none yet", "resume", made.run_id, "--rollback-to", "0")


@pytest.mark.parametrize("query", ["DROP TABLE samples", "SELECT 1; SELECT 2", "COPY samples TO 'x.csv'"])
def test_sql_that_would_change_something_is_refused(desk: Desk, made: RunPaths, query: str) -> None:
    assert desk.call("sql", made.run_id, query)[0] == 2
    assert not (desk.folder / "x.csv").exists()


def _edit(file: Path, **values: Any) -> None:
    document = json.loads(file.read_text()) | values
    file.write_text(json.dumps({key: value for key, value in document.items() if value is not None}))
