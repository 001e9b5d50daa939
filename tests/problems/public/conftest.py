"""Fixtures of the public sets' tests: a cache of its own for each test, and small files of the published form."""

from __future__ import annotations

import base64
import io
import json
import pickle
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import ssd_iter.problems.public.livecodebench as livecodebench
from ssd_iter.problems.public.base import PublicSet, PublicSplit


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache folder, which no test shares with another or with the user."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("SSD_ITER_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def json_lines_of() -> Callable[..., bytes]:
    """Rows as a file of JSON lines; a row that is text already goes in as it is."""

    def pack(*rows: object) -> bytes:
        return "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows).encode()

    return pack


@pytest.fixture(scope="session")
def packed() -> Callable[..., str]:
    """A value as LiveCodeBench packs its private tests."""

    def pack(value: object, protocol: int = 4) -> str:
        return base64.b64encode(zlib.compress(pickle.dumps(json.dumps(value), protocol))).decode()

    return pack


@pytest.fixture
def stdin_row(packed: Callable[..., str]) -> dict[str, Any]:
    """A row of LiveCodeBench about a program that reads and prints."""
    return {
        "question_title": "Sum",
        "question_content": "Print the sum of two numbers.",
        "platform": "atcoder",
        "question_id": "abc400_a",
        "contest_id": "abc400",
        "contest_date": "2025-03-01T00:00:00",
        "starter_code": "",
        "difficulty": "easy",
        "public_test_cases": json.dumps([{"input": "1 2\n", "output": "3\n", "testtype": "stdin"}]),
        "private_test_cases": packed([{"input": "2 2\n", "output": "4\n", "testtype": "stdin"}]),
        "metadata": "{}",
    }


@pytest.fixture
def functional_row(packed: Callable[..., str], stdin_row: dict[str, Any]) -> dict[str, Any]:
    """A row of LiveCodeBench about a method of `class Solution`."""
    return stdin_row | {
        "platform": "leetcode",
        "question_id": "3800",
        "starter_code": "class Solution:\n    def total(self, left: List[int], right: int) -> int:\n        ",
        "public_test_cases": json.dumps([{"input": "[1, 2]\n3", "output": "6", "testtype": "functional"}]),
        "private_test_cases": packed([{"input": '[]\n"x"', "output": "[null]", "testtype": "functional"}]),
        "metadata": '{"func_name": "total"}',
    }


@pytest.fixture
def livecodebench_file(tmp_path: Path, json_lines_of: Callable[..., bytes]) -> Callable[..., Path]:
    """Rows as a file of LiveCodeBench."""

    def write(*rows: Mapping[str, object] | str, name: str = "test6.jsonl") -> Path:
        path = tmp_path / name
        path.write_bytes(json_lines_of(*rows))
        return path

    return write


@pytest.fixture
def problems_of() -> Callable[..., list[Any]]:
    """The problems of the bytes of a file of LiveCodeBench."""

    def parse(data: bytes, split: str = "release_v6") -> list[Any]:
        return list(livecodebench.parse(io.BytesIO(data), split, "0" * 64))

    return parse


@pytest.fixture
def small_set() -> PublicSet:
    """LiveCodeBench's form under another name, with a split that is known to have two problems."""
    splits = {"v6": PublicSplit(files=("a.jsonl", "b.jsonl"), count=2)}
    return PublicSet(
        name="small",
        repo="someone/small",
        splits=splits,
        licence="MIT",
        description="two problems",
        parse=livecodebench.parse,
    )
