"""Folders that look like models: a few bytes each, never loaded."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

FILES = {
    "model.safetensors": b"weights",
    "config.json": json.dumps({"model_type": "llama"}).encode(),
    "tokenizer.json": b"{}",
}


@pytest.fixture
def make_model(tmp_path: Path) -> Callable[..., Path]:
    """A model folder; `files` are added to it or, where None, left out."""

    def make(name: str = "model", files: dict[str, bytes | None] | None = None) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        for file, content in (FILES | (files or {})).items():
            if content is not None:
                (folder / file).write_bytes(content)
        return folder

    return make


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the test's own."""
    monkeypatch.setenv("SSD_ITER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"
