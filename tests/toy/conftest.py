"""The toy's numbers as they were worked out elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def golden() -> dict[str, Any]:
    """`tests/data/toy.json`."""
    document: dict[str, Any] = json.loads((Path(__file__).parents[1] / "data" / "toy.json").read_text(encoding="utf-8"))
    return document
