"""Small config files, and the paper's numbers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

REQUIRED = """
name = "tiny"
model.path = "somewhere"
problems = { train = ["fresh:train?n=4"], evaluate = ["humaneval"], fresh_seed = 0 }
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write TOML to a file of the test's own folder; `required=True` adds all that has no default."""

    def write(name: str, text: str = "", *, required: bool = False) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((REQUIRED if required else "") + text)
        return path

    return write


@pytest.fixture
def smallest_file(write: Write) -> Path:
    """A config file that says what has no default, and nothing else."""
    return write("smallest.toml", required=True)


@pytest.fixture(scope="session")
def paper() -> dict[str, Any]:
    """The numbers of arXiv 2604.01193."""
    return json.loads((Path(__file__).parents[1] / "data" / "paper.json").read_text())
