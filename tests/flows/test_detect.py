"""`ssd-iter detect --from`: anybody's counts, judged through the command line."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.cli import main
from ssd_iter.run.paths import RunPaths

Call = Callable[..., tuple[int, str, str]]
KEYS = ["name", "severity", "verdict", "message", "metric", "reference", "reference_round", "reference_rounds",
        "effect", "low", "high", "p", "problems"]  # fmt: skip
ANSWER = ["best_round", "best_verdict", "rollback_to"]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs `ssd-iter detect ...` in an empty folder: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main(["detect", *arguments])
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return run


def write(passes: list[int], problems: int = 40, first: int = 0) -> list[dict[str, Any]]:
    """`counts.jsonl` here: 10 samples of each problem, of which about so many pass by round; and its rows."""
    rows = [
        {"round": first + round, "problem_id": f"p{i:02}", "n": 10, "c": min(10, c + i % 3), "classes": [6, 4]}
        for round, c in enumerate(passes)
        for i in range(problems)
    ]
    Path("counts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return rows


@pytest.fixture
def answer(call: Call) -> Callable[..., dict[str, Any]]:
    """The JSON document about `counts.jsonl`."""

    def ask(*arguments: str) -> dict[str, Any]:
        code, out, _ = call("--from", "counts.jsonl", "--json", *arguments)
        assert code == 0
        return json.loads(out)

    return ask


def test_the_document_says_of_each_round_what_it_rests_on(answer: Callable[..., dict[str, Any]]) -> None:
    write([7, 7, 1])
    document = answer("--planned-rounds", "4")
    assert list(document) == ["alpha", "planned_rounds", "seed_sd", "rounds", *ANSWER]
    assert (document["alpha"], document["planned_rounds"], document["seed_sd"]) == (0.05, 4, 0)
    assert [(each["round"], each["verdict"]) for each in document["rounds"]] == [(0, "OK"), (1, "OK"), (2, "COLLAPSE")]
    assert document["rollback_to"] == document["best_round"] == 0
    assert [each["findings"] for each in document["rounds"][:2]] == [[], []]
    finding, *_ = document["rounds"][2]["findings"]
    assert list(finding) == KEYS
    assert (finding["metric"], finding["reference_round"], finding["verdict"]) == ("pass_at_1", 0, "COLLAPSE")
    assert finding["effect"] == pytest.approx(0.6) and finding["low"] <= finding["effect"] <= finding["high"]


def test_without_planned_rounds_they_go_up_to_the_last_in_the_file_and_that_is_said(call: Call) -> None:
    write([7, 7, 7, 7], first=2)
    code, out, err = call("--from", "counts.jsonl", "--json")
    assert code == 0 and "planned rounds: 3, up to the last round in counts.jsonl" in err
    assert json.loads(out)["planned_rounds"] == 3
    assert [each["alpha"] for each in json.loads(out)["rounds"]] == [None, *[pytest.approx(0.05 / 3)] * 3]


def test_the_first_round_in_the_file_is_the_base(answer: Callable[..., dict[str, Any]]) -> None:
    write([7, 1], first=5)
    assert [(each["round"], each["verdict"]) for each in answer()["rounds"]] == [(5, "OK"), (6, "COLLAPSE")]


def test_an_open_end_spends_ever_less_of_alpha(call: Call) -> None:
    write([7, 7, 7])
    code, out, err = call("--from", "counts.jsonl", "--json", "--open-ended")
    document = json.loads(out)
    assert code == 0 and err == "" and document["planned_rounds"] is None
    assert document["rounds"][1]["alpha"] == pytest.approx(4 * document["rounds"][2]["alpha"])


def test_a_round_before_a_collapse_is_what_to_go_back_to(answer: Callable[..., dict[str, Any]]) -> None:
    write([4, 7, 1])
    assert answer()["rollback_to"] == 1
    write([7, 1, 7])
    assert answer()["rollback_to"] is None


def test_a_best_round_that_was_warned_of_is_called_so(call: Call) -> None:
    rows = write([5, 5, 8, 1])
    for row in rows:
        if row["round"] == 2 and row["problem_id"] < "p15":
            row["classes"] = [7, 3]
    Path("counts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    document = json.loads(call("--from", "counts.jsonl", "--json")[1])
    assert [document[key] for key in ANSWER] == [2, "WARN", 2]
    told = call("--from", "counts.jsonl")[1]
    assert told.count("2, itself a WARN: look at what fell before you go on from it\n") == 2


def test_a_round_of_a_run_that_its_page_calls_invalid_is_not_the_best(call: Call, by_hand: Any) -> None:
    for round, num in enumerate((50, 70, 70)):
        by_hand.evaluated(round, lambda i, num=num: 10 if i < num else 0)
        by_hand.ended(round)
    asked = (str(by_hand.paths.root), "--json")
    assert json.loads(call(*asked)[1])["best_round"] == 1
    by_hand.invalid(1)
    document = json.loads(call(*asked)[1])
    assert (document["best_round"], document["rounds"][1]["invalid"]) == (2, ["Not finite."])
    assert "invalid: Not finite." in call(asked[0])[1]


def test_other_settings_change_the_verdict(answer: Callable[..., dict[str, Any]]) -> None:
    write([7, 6])
    assert answer()["rounds"][1]["verdict"] == "COLLAPSE"
    assert answer("--seed-sd", "0.06")["rounds"][1]["verdict"] == "OK"
    assert answer("--alpha", "0.01")["alpha"] == 0.01


def test_problems_that_a_round_lacks_are_counted(answer: Callable[..., dict[str, Any]]) -> None:
    rows = write([7, 7])
    Path("counts.jsonl").write_text("\n".join(json.dumps(row) for row in rows[:-8]))
    last = answer()["rounds"][1]
    assert (last["num_problems"], last["num_left_out"]) == (32, 8) and "8 of 40 problems" in last["notes"][0]


def test_one_round_or_one_problem_are_answered(answer: Callable[..., dict[str, Any]]) -> None:
    write([7])
    assert [each["verdict"] for each in answer()["rounds"]] == ["OK"]
    write([7, 1], problems=1)
    assert [each["verdict"] for each in answer()["rounds"]] == ["OK", "NOT_ENOUGH_DATA"]


def test_without_json_it_is_a_table_and_what_follows_from_it(call: Call) -> None:
    write([7, 7, 1])
    code, out, _ = call("--from", "counts.jsonl")
    assert code == 0
    assert "COLLAPSE" in out and "pass@1 fell by 60.0 points against round 0" in out
    assert "alpha 0.05, shared among 2 rounds; spread between seeds: not known, taken as 0" in out
    assert out.endswith("the last round has collapsed: roll back to round 0\n")


def test_strict_ends_with_4_where_a_round_has_collapsed(call: Call) -> None:
    write([7, 1, 7])
    code, out, _ = call("--from", "counts.jsonl", "--strict", "--json")
    assert code == 4 and json.loads(out)["rounds"][1]["verdict"] == "COLLAPSE"
    write([7, 7, 7])
    assert call("--from", "counts.jsonl", "--strict")[0] == 0


def test_a_pipe_is_read_as_well(call: Call, tmp_path: Path) -> None:
    write([7, 1])
    os.mkfifo(tmp_path / "pipe")
    text = Path("counts.jsonl").read_text()
    threading.Thread(target=(tmp_path / "pipe").write_text, args=(text,)).start()
    assert json.loads(call("--from", "pipe", "--json")[1])["rounds"][1]["verdict"] == "COLLAPSE"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run1", "--from", "counts.jsonl"], "a run or --from, not both"),
        (["--from", "counts.jsonl", "--open-ended", "--planned-rounds", "3"], "leave out --planned-rounds 3"),
        (["--from", "counts.jsonl", "--planned-rounds", "0"], "planned rounds are 0"),
        (["--from", "counts.jsonl", "--planned-rounds", "1"], "planned rounds are 1, but 2 rounds follow the base"),
        (["--from", "counts.jsonl", "--alpha", "0.9"], "alpha is 0.9"),
        (["--from", "counts.jsonl", "--seed-sd", "nan"], "seed_sd is nan"),
    ],
)
def test_what_cannot_be_asked_for_ends_with_2(call: Call, arguments: list[str], said: str) -> None:
    write([7, 7, 7])
    code, out, err = call(*arguments)
    assert (code, out) == (2, "") and said in err


def test_a_run_without_an_ended_round_ends_with_3(call: Call, make_run: Callable[..., RunPaths]) -> None:
    paths = make_run()
    code, _, err = call(paths.run_id, "--runs-dir", str(paths.root.parent))
    assert code == 3 and f"no round of {paths.run_id} has ended yet" in err


def test_a_file_that_is_not_there_ends_with_3_and_one_that_cannot_be_used_with_1(call: Call) -> None:
    code, _, err = call("--from", "nowhere.jsonl")
    assert code == 3 and "nowhere.jsonl is not there" in err
    write([7, 7])
    with open("counts.jsonl", "a") as file:
        file.write('{"round": 1, "problem_id": "late", "n": 10, "c": 11}\n')
    code, out, err = call("--from", "counts.jsonl")
    assert (code, out) == (1, "") and "line 81: c is 11, more than the 10 samples of n" in err
