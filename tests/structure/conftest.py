"""The packages' source, parsed."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("ssd_iter", "stores", "reports", "flows")


@pytest.fixture(scope="session")
def modules() -> dict[str, ast.Module]:
    """The syntax tree of every file of the packages, by its path from the root, such as `stores/schema.py`."""
    files = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
    return {file.relative_to(ROOT).as_posix(): ast.parse(file.read_text(encoding="utf-8")) for file in files}


@pytest.fixture(scope="session")
def sources(modules: dict[str, ast.Module]) -> dict[str, str]:
    """The text of the same files."""
    return {name: (ROOT / name).read_text(encoding="utf-8") for name in modules}
