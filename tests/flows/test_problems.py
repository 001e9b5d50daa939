"""`ssd-iter problems`, verb by verb, as a new user tries them."""

from __future__ import annotations

import base64
import json
import pickle
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.cli import main
from ssd_iter.problems.catalog import load_problems

ROW = {
    "prompt": 'def double(x):\n    """Twice x."""\n',
    "entry_point": "double",
    "test_list": ["assert double(2) == 4"],
}
MBPP = {
    "task_id": 11,
    "text": "Write a function to double a number.",
    "code": "def double(x):\n    return 2 * x",
    "test_list": ["assert double(2) == 4", "assert double(0) == 0"],
    "test_setup_code": "",
    "challenge_test_list": [],
}

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs `ssd-iter problems ...` in an empty folder with an empty cache: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SSD_ITER_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main(["problems", *arguments])
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return run


def test_every_source_is_listed_with_where_it_stands(call: Call) -> None:
    code, out, _ = call("list")
    assert code == 0
    for name in ("humaneval  (here)", "fresh  (here)", "livecodebench  (not imported)", "mbpp", "file:PATH"):
        assert name in out
    assert {row["source"] for row in json.loads(call("list", "--json")[1])} >= {"apps", "taco", "code-contests"}


def test_the_problems_of_a_selector_are_listed_with_ids_that_show_takes(call: Call) -> None:
    rows = json.loads(call("list", "fresh:test?n=3&levels=0-1", "--json")[1])
    code, out, _ = call("show", rows[2]["problem_id"], "--tests", "--reference")
    assert code == 0
    assert f"def {rows[2]['asks for']}(" in out and '"expected"' in out and "return" in out


def test_a_prompt_is_shown_as_the_model_is_given_it(call: Call, tiny_model: Path) -> None:
    code, out, err = call("show", "humaneval/test/0", "--prompt", "--model", str(tiny_model))
    assert code == 0
    assert out.startswith("<|im_start|>user\nComplete the following Python function.")
    assert out.endswith("<|im_start|>assistant\n\n") and "tokens" in err


def test_model_without_prompt_is_refused_with_the_way_out(call: Call) -> None:
    assert call("show", "humaneval/test/0", "--model", "m")[0::2] == (
        2,
        "ssd-iter: --model says how --prompt is rendered; add --prompt\n",
    )


def test_a_file_that_is_here_is_imported_listed_checked_and_exported(call: Call, tmp_path: Path) -> None:
    (tmp_path / "test.jsonl").write_text(json.dumps(MBPP) + "\n" + json.dumps(MBPP) + "\n")
    code, out, err = call("import", "mbpp", "--split", "test", "--file", "test.jsonl")
    assert (code, out) == (0, "mbpp:test: 1 problems; 1 left out: the same id as one before\n")
    assert "known to have 500 problems" in err
    assert "mbpp  (test (1))" in call("list")[1]
    assert "assert double(2) == 4" in call("show", "mbpp/test/11")[1]
    assert "1 references pass, 0 do not" in call("check", "mbpp:test", "--isolation", "process")[1]
    assert call("export", "mbpp:test", "--out", "out.jsonl")[0] == 0
    [again] = load_problems(["file:out.jsonl"], fresh_seed=0)
    assert (again.entry_point, again.licence) == ("double", "CC-BY-4.0")


def test_without_network_or_file_the_import_says_what_to_bring_from_where(call: Call) -> None:
    code, _, err = call("import", "livecodebench", "--split", "v6")
    assert code == 3
    assert "https://huggingface.co/datasets/livecodebench/code_generation_lite/resolve/main/test6.jsonl" in err
    assert "--file" in err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("import", "mbbp"), 3, "no public problem set 'mbbp'; there are: humaneval-plus, mbpp"),
        (("import", "mbpp", "--split", "tset", "--file", "x"), 2, "unknown split 'tset'; valid: train, test"),
        (("import", "mbpp", "--file", "x"), 2, "--file is for one split; add --split"),
        (("import", "mbpp", "--split", "test", "--file", "none"), 3, "no problem file at none"),
        (("import", "mbpp", "--split", "test", "--file", "x", "--revision", "a"), 2, "--revision is for the hub"),
        (("list", "mbpp:test"), 3, "ssd-iter problems import mbpp --split test"),
        (("list", "humanevil"), 2, "did you mean 'humaneval'?"),
        (("show", "humaneval/test/999"), 3, "no problem 'humaneval/test/999'"),
        (("check", "humaneval?n=1", "--against", "none"), 3, "no corpus at none"),
        (("export", "humaneval?n=1", "--out", "/dev/null/out.jsonl"), 2, "--out"),
        (("make", "out.jsonl", "--levels", "9"), 2, "levels=9 should be lowest-highest"),
        (("list", "fresh:train?n=1", "--seed", "-1"), 2, "seed -1 should be a whole number from 0"),
        (("list", "humaneval?temperature=hot"), 2, "selector 'humaneval?temperature=hot': temperature=hot"),
        (("show", "humaneval/test/0", "--prompt", "--thinking"), 2, "add --prompt --model MODEL"),
        (("list", "fresh:train?tiers=nobody"), 3, "no calibration 'nobody' here"),
    ],
)
def test_what_is_wrong_is_said_with_the_way_out(call: Call, arguments: tuple, code: int, words: str) -> None:
    ended, _, err = call(*arguments)
    assert words in err
    assert ended == code


def hostile() -> str:
    class Attack:
        def __reduce__(self):
            return (print, ("pwned",))

    return base64.b64encode(zlib.compress(pickle.dumps(Attack()))).decode()


@pytest.mark.parametrize(
    ("tests", "words"),
    [(hostile(), "line 1"), (base64.b64encode(zlib.compress(bytes(600 << 20), 9)).decode(), "536,870,912 bytes")],
    ids=["pickle", "bomb"],
)
def test_a_hostile_file_is_refused_and_nothing_runs(call: Call, tmp_path: Path, tests: str, words: str) -> None:
    row = {
        "question_title": "t", "question_content": "Add.", "platform": "atcoder", "question_id": "a1",
        "contest_id": "a", "contest_date": "2025-03-01T00:00:00", "starter_code": "", "difficulty": "easy",
        "metadata": "{}",
        "public_test_cases": json.dumps([{"input": "1", "output": "1", "testtype": "stdin"}]),
        "private_test_cases": tests,
    }  # fmt: skip
    (tmp_path / "test6.jsonl").write_text(json.dumps(row) + "\n")
    code, out, err = call("import", "livecodebench", "--split", "v6", "--file", "test6.jsonl")
    assert (code, out) == (1, "") and words in err and "test6.jsonl" in err
    assert "not imported" in call("list")[1].partition("livecodebench")[2].splitlines()[0]


def test_references_that_fail_their_own_tests_are_listed_and_end_with_1(call: Call, tmp_path: Path) -> None:
    prompts = {name: f'def double(x):\n    """Twice x ({name})."""\n' for name in ("2", "3", "none")}
    rows = [ROW | {"task_id": name, "prompt": prompt} for name, prompt in prompts.items()]
    solved = [row | {"canonical_solution": f"    return {row['task_id']} * x\n"} for row in rows[:2]]
    (tmp_path / "mine.jsonl").write_text("".join(json.dumps(row) + "\n" for row in [*solved, rows[2]]))
    code, out, _ = call("check", "file:mine.jsonl", "--isolation", "process")
    assert code == 1
    assert "mine/all/3" in out and "wrong" in out
    assert "3 problems: 1 references pass, 1 do not; 1 have no reference, 0 no tests" in out


def test_shared_words_with_a_corpus_are_listed(call: Call, tmp_path: Path) -> None:
    [problem] = load_problems(["humaneval?n=1"], fresh_seed=0)
    (tmp_path / "corpus.jsonl").write_text(json.dumps({"text": ["Read:", problem.statement]}) + "\n")
    arguments = ("check", "humaneval?n=1", "--against", "corpus.jsonl", "--isolation", "process", "--json")
    [found] = json.loads(call(*arguments)[1])["overlap"]
    assert (found["problem_id"], found["share"]) == (problem.problem_id, 1.0)


def test_generated_problems_are_made_into_a_file_that_is_a_selector(call: Call) -> None:
    code, out, _ = call("make", "set.jsonl", "--n", "6", "--levels", "0-2", "--seed", "7", "--style", "stdin")
    assert code == 0 and "6 problems in set.jsonl; the selector for it: file:set.jsonl" in out
    made = load_problems(["fresh:train?n=6&levels=0-2&style=stdin&seed=7"], fresh_seed=0)
    read = load_problems(["file:set.jsonl"], fresh_seed=0)
    assert [(p.statement, p.cases, p.semantic_key) for p in read] == [
        (p.statement, p.cases, p.semantic_key) for p in made
    ]


def test_a_model_is_calibrated_and_its_levels_can_be_selected(
    call: Call, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = load_problems(["fresh:dev?n=6"], fresh_seed=0)
    monkeypatch.setattr("flows.calibrate.of_each_kind", lambda seed, per_kind: few)
    arguments = ("calibrate", str(tiny_model), "--name", "tiny", "--engine", "transformers", "--max-tokens", "8")
    code, out, _ = call(*arguments, "--per-kind", "6")
    assert code == 0 and "tiers=tiny" in out and "0 of 1" in out
    rows = json.loads(call("list", "fresh:train?n=4&levels=3-5&tiers=tiny", "--json")[1])
    assert {row["level"] for row in rows} <= {3, 4, 5}
