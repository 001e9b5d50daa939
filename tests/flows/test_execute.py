"""`ssd-iter execute`: anybody's samples in, verdicts and pass@k out."""

from __future__ import annotations

import functools
import gzip
import hashlib
import json
import platform
import re

import pytest

from flows.cli import main
from ssd_iter.execution.levels import why_not
from ssd_iter.problems import humaneval

WRONG = "    return None\n"
SUM = {
    "task_id": "add",
    "prompt": 'def add(a, b):\n    """The sum of two numbers."""\n',
    "entry_point": "add",
    "test": "def check(candidate):\n    assert candidate(1, 2) == 3",
}
ECHO = {
    "task_id": "echo",
    "prompt": "Print the line.",
    "cases": [{"stdin": f"{n}\n", "stdout": f"{n}\n"} for n in "12"],
}
CASES = {
    "task_id": "pairs",
    "prompt": "def f(n):\n",
    "entry_point": "f",
    "cases": [{"args": [1], "expected": [[1, 2]]}],
}


@pytest.fixture(scope="session")
def bodies():
    """Right completions of two problems, by `task_id`."""
    problems = {f"HumanEval/{number}": humaneval.load()[number] for number in (0, 2)}
    return {name: problem.reference.removeprefix(problem.starter_code) for name, problem in problems.items()}


@pytest.fixture(scope="session")
def known_why_not():
    """The self-test of a level, taken once."""
    return functools.cache(why_not)


@pytest.fixture
def desk(tmp_path, monkeypatch, known_why_not):
    """An empty folder to work in, with a cache of its own."""
    monkeypatch.setattr("ssd_iter.execution.levels.why_not", known_why_not)
    monkeypatch.setenv("SSD_ITER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "500")
    (tmp_path / "desk").mkdir()
    monkeypatch.chdir(tmp_path / "desk")
    return tmp_path / "desk"


@pytest.fixture
def write(desk):
    def write_lines(name, *rows):
        data = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
        (desk / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return name

    return write_lines


@pytest.fixture
def call(desk, capsys):
    """Exit code, stdout and stderr of `ssd-iter execute ARGUMENTS...`."""

    def call_command(*arguments):
        with pytest.raises(SystemExit) as end:
            main(["execute", *arguments])
        out, err = capsys.readouterr()
        return end.value.code or 0, out, err

    return call_command


@pytest.fixture
def document(call):
    """The one JSON document that a call which goes well prints."""

    def parsed(*arguments):
        code, out, err = call(*arguments, "--json")
        assert code == 0, err
        return json.loads(out)

    return parsed


@pytest.fixture
def four(write, bodies):
    """A file of two samples of each of two problems: right and wrong, right and right."""
    first, second = bodies
    rows = [(first, bodies[first]), (second, bodies[second]), (first, WRONG), (second, bodies[second] + "\n# again")]
    return write("four.jsonl", *({"task_id": name, "completion": body} for name, body in rows))


def results(desk, name="results.jsonl"):
    return [json.loads(line) for line in (desk / name).read_text().splitlines()]


def refuses(answer, code, words):
    found, out, err = answer
    assert (found, out, words in " ".join(err.split())) == (code, "", True), answer


def test_the_document_holds_the_scores_and_how_they_came_about(document, four):
    found = document(four, "--problems", "humaneval")
    assert (found["pass@1"], found["verdicts"]) == (0.75, {"pass": 3, "wrong": 1})
    assert (found["samples"], found["problems"], found["problems_without_samples"]) == (4, 2, 162)
    assert (found["sandbox_errors"], found["cached"], found["inproc_problems"]) == (0, 0, [])
    assert (found["limits_id"], found["limits"]["cpu_seconds"]) == ("cpu3-mem1024-out16-ans8", 3.0)
    assert (found["python"], found["extraction"]) == (platform.python_version(), "entry_point")
    assert found["isolation"] in ("ns", "lsm") and found["workers"] >= 1 and found["seconds"] > 0


def test_the_text_says_the_same(call, four):
    code, out, _ = call(four, "--problems", "humaneval")
    assert code == 0
    assert out.startswith("pass@1 0.7500\npass 3, wrong 1\n4 samples of 2 problems\n")


def test_one_result_a_line_is_written_in_order_and_how_they_were_made_beside_it(call, four, desk):
    call(four, "--problems", "humaneval", "--out", "results.jsonl", "--workers", "2")
    rows = results(desk)
    assert [(row["task_id"], row["sample_idx"]) for row in rows] == [
        (f"HumanEval/{n}", i) for n in (0, 2) for i in (0, 1)
    ]
    assert [(row["verdict"], row["passed"]) for row in rows] == [("pass", True), ("wrong", False)] + [
        ("pass", True)
    ] * 2
    assert [bool(row["reason"]) for row in rows] == [False, True, False, False]
    header = json.loads((desk / "results.header.json").read_text())
    assert (header["pass@1"], header["workers"], header["limits_id"]) == (0.75, 2, rows[0]["limits_id"])


def test_the_files_are_the_same_but_for_times_however_many_workers_there_are(call, four, desk):
    for workers in ("1", "2", "4"):
        call(four, "--problems", "humaneval", "--no-cache", "--workers", workers, "--out", f"{workers}.jsonl")
    untimed = re.compile(r'"(cpu_seconds|wall_seconds|max_rss_mb)": [0-9.e-]+')
    one, two, four_ = (untimed.sub("", (desk / f"{workers}.jsonl").read_text()) for workers in (1, 2, 4))
    assert one == two == four_


def test_text_of_a_model_is_extracted_by_the_rule(document, write, bodies):
    right = humaneval.load()[0].reference
    said = f"So:\n```python\n{right}```\nTry it:\n```python\nprint(1)\n```\n"
    file = write("said.jsonl", {"task_id": "0", "text": said}, {"task_id": "0", "text": "I cannot."})
    found = [
        document(file, "--problems", "humaneval", "--extraction", rule)["verdicts"] for rule in ("entry_point", "last")
    ]
    assert found == [{"pass": 1, "no_code": 1}, {"exception": 1, "no_code": 1}]


@pytest.mark.parametrize("name", ["four.jsonl.gz", "other.name"])
def test_files_may_be_packed_or_have_any_name(document, write, bodies, name):
    file = write(name, *({"task_id": task, "completion": body} for task, body in bodies.items()))
    assert document(file, "--problems", "humaneval")["pass@1"] == 1.0


def test_problems_of_ones_own_work_in_every_form(document, write, desk):
    write("mine.jsonl", SUM, ECHO, CASES)
    samples = [("add", "    return a + b"), ("echo", "print(input())"), ("mine/all/pairs", "    return [(n, n + 1)]")]
    file = write("samples.jsonl", *({"task_id": name, "completion": code} for name, code in samples))
    found = document(file, "--problems", "file:mine.jsonl", "--out", "results.jsonl")
    assert (found["pass@1"], found["problems_without_samples"]) == (1.0, 0)
    assert [(row["num_tests"], row["num_passed"]) for row in results(desk)] == [(1, 1), (2, 2), (1, 1)]


def test_all_tests_go_on_after_one_that_fails(call, write, desk):
    write("mine.jsonl", ECHO)
    file = write("samples.jsonl", {"task_id": "echo", "completion": "print(2)"})
    for more in ([], ["--all-tests"]):
        call(file, "--problems", "file:mine.jsonl", "--out", f"{len(more)}.jsonl", *more)
    verdicts = [[test["verdict"] for test in results(desk, f"{n}.jsonl")[0]["tests"]] for n in (0, 1)]
    assert verdicts == [["wrong"], ["wrong", "pass"]]


def test_several_k_are_given_and_undefined_where_there_are_too_few_samples(document, four):
    found = document(four, "--problems", "humaneval", "--k", "2", "--k", "1", "--k", "3")
    scores = {name: value for name, value in found.items() if name.startswith("pass@")}
    assert scores == {"pass@2": 1.0, "pass@1": 0.75, "pass@3": None}


def test_limits_are_those_asked_for(document, write):
    file = write("loop.jsonl", {"task_id": "HumanEval/0", "completion": "    while True: pass"})
    found = document(file, "--problems", "humaneval", "--cpu-seconds", "0.25", "--memory-mb", "256", "--output-mb", "1")
    assert (found["verdicts"], found["limits_id"]) == ({"timeout:cpu": 1}, "cpu0.25-mem256-out1-ans8")


def test_a_second_run_knows_the_verdicts_unless_told_not_to(document, four):
    calls = [[], [], ["--no-cache"], ["--cpu-seconds", "2"]]
    found = [document(four, "--problems", "humaneval", *more) for more in calls]
    assert [answer["cached"] for answer in found] == [0, 4, 0, 0]
    assert len({str((answer["pass@1"], answer["verdicts"])) for answer in found}) == 1


def test_a_broken_cache_is_said_and_costs_nothing_else(call, four, desk):
    (desk.parent / "home").mkdir()
    (desk.parent / "home" / "verdicts.sqlite").write_text("broken " * 99)
    code, out, err = call(four, "--problems", "humaneval")
    assert code == 0 and "pass@1 0.7500" in out
    assert "the cache of verdicts is left alone" in err


def test_livecodebenchs_rules_are_shown_beside_ours(call, document, write, desk):
    write("mine.jsonl", CASES, ECHO)
    samples = [("pairs", "    return [(n, n + 1)]"), ("echo", "print(input())\nraise SystemExit(1)")]
    file = write("samples.jsonl", *({"task_id": name, "completion": code} for name, code in samples))
    found = document(file, "--problems", "file:mine.jsonl", "--lcb-compat", "--out", "results.jsonl")
    assert (found["verdicts"], found["livecodebench"]["verdicts"]) == ({"pass": 1, "exit": 1}, {"wrong": 1, "pass": 1})
    assert (found["pass@1"], found["livecodebench"]["pass@1"]) == (0.5, 0.5)
    assert [(row["verdict"], row["verdict_livecodebench"]) for row in results(desk)] == [
        ("pass", "wrong"),
        ("exit", "pass"),
    ]
    _, out, _ = call(file, "--problems", "file:mine.jsonl", "--lcb-compat")
    assert out.count("pass@1 0.5000") == 2 and "by livecodebench's rules: wrong 1, pass 1" in out


def test_a_level_without_walls_is_taken_only_when_asked_for(document, four):
    assert document(four, "--problems", "humaneval", "--isolation", "process")["isolation"] == "process"


def test_tests_that_run_beside_the_program_are_named(document, call, write, desk):
    check = "def check(candidate):\n    a = [1]\n    candidate(a, a)\n    assert a == [1, 2]"
    write("mine.jsonl", SUM | {"test": check, "inproc": True})
    file = write("samples.jsonl", {"task_id": "add", "completion": "    a.append(2)"})
    assert document(file, "--problems", "file:mine.jsonl")["inproc_problems"] == ["mine/all/add"]
    assert "where a pass can be forged: 1 problem, mine/all/add" in call(file, "--problems", "file:mine.jsonl")[1]


@pytest.fixture
def broken(write):
    """Samples of a sound problem and of one whose tests are broken."""
    write("mine.jsonl", SUM, SUM | {"task_id": "bad", "test": "def check(candidate):\n    assert candidate(one) == 1"})
    rows = [("add", "    return a + b"), ("bad", "    return 1"), ("add", WRONG)]
    return write("samples.jsonl", *({"task_id": name, "completion": code} for name, code in rows))


def test_faults_of_the_sandbox_or_the_tests_end_with_one_after_all_is_written(call, broken, desk):
    code, out, err = call(broken, "--problems", "file:mine.jsonl", "--out", "results.jsonl", "--json", "--k", "1")
    found = json.loads(out)
    assert (code, found["sandbox_errors"], found["pass@1"]) == (1, 1, 0.5)
    assert "what pass@k says is incomplete" in err and "bad, sample 0: the problem's tests are broken" in err
    [row] = [row for row in results(desk) if row["verdict"] == "sandbox_error"]
    assert row["task_id"] == "bad" and "NameError: name 'one' is not defined" in row["reason"]
    assert (row["passed"], row["tests"]) == (False, [])


def test_faults_may_be_allowed_and_are_still_counted(document, broken):
    found = document(broken, "--problems", "file:mine.jsonl", "--allow-sandbox-errors")
    assert (found["sandbox_errors"], found["verdicts"]["sandbox_error"]) == (1, 1)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"task_id": "HumanEvil/0", "completion": ""}, "bad.jsonl, line 1: no problem 'HumanEvil/0'"),
        ({"task_id": "HumanEval/0"}, "bad.jsonl, line 1: a sample needs `text`"),
        ({"task_id": "HumanEval/0", "completion": "", "sample_idx": -1}, "whole number from 0, found -1"),
    ],
)
def test_a_line_that_is_no_sample_ends_with_one_before_anything_runs(call, write, desk, row, words):
    refuses(call(write("bad.jsonl", row), "--problems", "humaneval", "--out", "results.jsonl"), 1, words)
    assert not (desk / "results.jsonl").exists()


def test_missing_files_end_with_three(call, four):
    refuses(call("missing.jsonl", "--problems", "humaneval"), 3, "no file of samples at missing.jsonl")
    refuses(call(four, "--problems", "file:missing.jsonl"), 3, "missing.jsonl")


def test_problems_without_tests_end_with_two(call, write):
    write("mine.jsonl", {name: value for name, value in SUM.items() if name != "test"})
    file = write("samples.jsonl", {"task_id": "add", "completion": "    return a + b"})
    refuses(call(file, "--problems", "file:mine.jsonl"), 2, "have no tests: mine/all/add")


def test_a_k_below_one_ends_with_two(call, four):
    refuses(call(four, "--problems", "humaneval", "--k", "0"), 2, "--k takes whole numbers from 1")


@pytest.mark.parametrize("arguments", [["--workers", "0"], ["--cpu-seconds", "0"], ["--isolation", "none"]])
def test_an_option_that_makes_no_sense_is_refused(call, four, arguments):
    code, out, err = call(four, "--problems", "humaneval", *arguments)
    assert code != 0 and "pass@1" not in out and arguments[0] in out + err


def test_results_do_not_take_the_place_of_what_they_are_made_from(call, broken, desk):
    for out in ("samples.jsonl", "mine.jsonl", "../" + desk.name + "/samples.jsonl"):
        refuses(call(broken, "--problems", "file:mine.jsonl", "--out", out), 2, "would overwrite")
    assert "canonical" not in (desk / "samples.jsonl").read_text() and "check" in (desk / "mine.jsonl").read_text()


def test_the_header_says_what_the_numbers_were_made_from(document, four, desk):
    found = document(four, "--problems", "humaneval")
    assert found["samples_sha256"] == hashlib.sha256((desk / "four.jsonl").read_bytes()).hexdigest()
    assert (found["problem_sets"], found["problems_scored"]) == (["humaneval"], 2)


def test_results_that_cannot_be_written_are_said_so_in_plain_words(call, four, desk):
    (desk / "file").write_text("")
    code, _, err = call(four, "--problems", "humaneval", "--out", "file/results.jsonl")
    assert code != 0 and "file/results.jsonl" in err and "Traceback" not in err
