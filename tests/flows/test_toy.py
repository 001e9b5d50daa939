"""`ssd-iter toy`, as a user tries it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from flows.cli import main

GOLDEN = json.loads((Path(__file__).parents[1] / "data" / "toy.json").read_text(encoding="utf-8"))["iterated"]["cases"]
ISSUE = ("--temperature", "0.9", "--top-p", "0.85", "--rounds", "12", "--sample-from", "previous", "--data", "replace")

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs `ssd-iter toy ...` in an empty folder: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main(["toy", *arguments])
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return run


def told(call: Call, *arguments: str) -> dict[str, Any]:
    code, out, err = call(*arguments, "--json")
    assert code == 0, err
    document: dict[str, Any] = json.loads(out)
    return document


def test_json_is_one_document_with_the_golden_numbers(call: Call) -> None:
    document = told(call, *ISSUE)
    assert document.keys() == {"parameters", "keys", "rounds"}
    assert [row["round"] for row in document["rounds"]] == list(range(13))
    for name, wanted in GOLDEN["on_policy replace T.9 P.85"].items():
        found = [row[name] for row in document["rounds"]][-len(wanted) :]
        assert found == pytest.approx(wanted, abs=5.0001e-5), name


def test_what_is_asked_for_is_told_and_done(call: Call) -> None:
    document = told(call, "--data", "mix_base", "--mix-fraction", "1", "--rounds", "2", "--eval-temperature", "0.639")
    assert document["parameters"] == {
        "temperature": 0.9,
        "top_p": 0.85,
        "rounds": 2,
        "sample_from": "previous",
        "data": "mix_base",
        "mix_fraction": 1.0,
        "eval_temperature": 0.639,
        "eval_top_p": 0.8,
    }
    assert [row["S_fix"] for row in document["rounds"]] == pytest.approx([8.3281] * 3, abs=5.0001e-5)


def test_a_frozen_sampler_gives_a_constant(call: Call) -> None:
    rows = told(call, "--sample-from", "base", "--rounds", "3")["rounds"]
    assert [row["S_fix"] for row in rows[1:]] == pytest.approx([10.6209] * 3, abs=5e-5)


def test_people_read_the_same_numbers(call: Call) -> None:
    code, out, _ = call(*ISSUE)
    assert code == 0
    [first] = [line.split() for line in out.splitlines() if line.split()[:1] == ["1"]]
    assert first == ["1", "10.62", "13.77", "2.09", "6.55", "0.29", "2.24", "1.90", "2", "5", "4", "0.17", "0.86"]
    assert "Drawn from previous at T 0.9, top-p 0.85; data replace; exact; evaluated at T 1, top-p 0.8" in out


def test_finite_samples_are_seeded_and_say_how_chains_are_spread(call: Call) -> None:
    asked = ("--samples", "20", "--chains", "200", "--rounds", "3", "--temperature", "1", "--top-p", "1")
    document = told(call, *asked)
    assert document == told(call, *asked, "--seed", "0") != told(call, *asked, "--seed", "1")
    assert document["parameters"].items() >= {"samples": 20, "chains": 200, "seed": 0}.items()
    last = document["rounds"][-1]
    assert 0 < last["dead"] < 1 and last["S_fix_median"] != last["S_fix"] and last["S_fix_se"] > 0
    assert last["expected_simpson_fork"] == pytest.approx(last["simpson_fork"], abs=0.05)
    out = call(*asked)[1]
    assert "20 samples, 200 chains, seed 0" in out and "median" in out and "lost" in out


@pytest.mark.parametrize("finite", [(), ("--samples", "20", "--chains", "50")], ids=["exact", "finite"])
def test_a_picture_is_written_beside_the_numbers(call: Call, tmp_path: Path, finite: tuple[str, ...]) -> None:
    code, out, err = call("--rounds", "2", "--plot", "toy.svg", "--json", *finite)
    assert code == 0 and "picture in toy.svg" in err
    assert len(json.loads(out)["rounds"]) == 3
    words = {element.text for element in ElementTree.parse(tmp_path / "toy.svg").iter() if element.text}
    assert {"fixed T", "lock", "fork", "root", "round", "success, %", "entropy, bits"} <= words
    assert ("share of chains" in words) == bool(finite)


def test_a_png_is_one(call: Call, tmp_path: Path) -> None:
    assert call("--rounds", "0", "--plot", "toy.png")[0] == 0
    assert (tmp_path / "toy.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--temperature", "0"), "temperature 0.0 should be from 0.01 to 10"),
        (("--temperature", "nan"), "temperature nan should be from 0.01 to 10"),
        (("--eval-temperature", "11"), "eval_temperature 11.0 should be from 0.01 to 10"),
        (("--top-p", "1.5"), "top_p 1.5 should be above 0 and at most 1"),
        (("--eval-top-p", "0"), "eval_top_p 0.0 should be above 0 and at most 1"),
        (("--rounds", "-1"), "rounds -1 should be from 0 to 1000"),
        (("--data", "mix_base", "--mix-fraction", "0"), "mix_fraction 0.0 should be above 0 and at most 1"),
        (("--mix-fraction", "0.5"), "--mix-fraction 0.5 is for --data mix_base; data is replace"),
        (("--samples", "0"), "samples 0 should be from 1 to 1000000000"),
        (("--samples", "9", "--chains", "100001"), "chains 100001 should be from 1 to 100000"),
        (("--samples", "9", "--seed", "-1"), "seed -1 should be a whole number from 0"),
        (("--chains", "9"), "--chains is for finite samples; add --samples"),
        (("--seed", "9"), "--seed is for finite samples; add --samples"),
        (("--plot", "toy.pdf"), "--plot toy.pdf: a picture's name ends in .svg or .png"),
        (("--plot", "toy"), "--plot toy: a picture's name ends in .svg or .png"),
    ],
)
def test_what_is_wrong_is_said_with_the_way_out(call: Call, arguments: tuple[str, ...], words: str) -> None:
    code, out, err = call(*arguments)
    assert (code, out) == (2, "") and words in err


def test_a_place_that_cannot_be_written_is_said_so(call: Call) -> None:
    code, _, err = call("--rounds", "0", "--plot", "nowhere/toy.svg")
    assert (code, err) == (2, "ssd-iter: --plot nowhere/toy.svg cannot be written: No such file or directory; "
                              "name another file\n")  # fmt: skip


@pytest.mark.parametrize("arguments", [("--data", "mix"), ("--sample-from", "student"), ("--rounds", "many")])
def test_what_cannot_be_read_is_a_usage_error(call: Call, arguments: tuple[str, ...]) -> None:
    assert call(*arguments)[:2] == (2, "")
