"""Who may import whom, and when the heavy libraries are loaded."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator

import pytest

ORDER = ("ssd_iter", "stores", "reports", "flows")
"""Each may import itself and those before it."""
HEAVY = ("torch", "transformers", "peft", "vllm", "datasets", "prefect", "duckdb", "altair", "vl_convert")
LATE = {*HEAVY, "huggingface_hub"}
"""The libraries that may be imported inside a function."""

LOAD_ALL = """
import importlib, sys
for name in sys.argv[1].split():
    importlib.import_module(name)
print(*sorted(sys.modules))
"""

HELP = """
import sys
from flows.cli import app
try:
    app(sys.argv[1].split())
except SystemExit as end:
    assert not end.code, end.code
print(*sorted(sys.modules))
"""


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0 and node.module, "imports are absolute"
        return [node.module.partition(".")[0]]
    return []


def late_imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for node in (node for function in functions for node in ast.walk(function)):
        yield from ((node.lineno, name) for name in imported(node) if isinstance(node, ast.stmt))


def loaded_by(code: str, argument: str) -> set[str]:
    """The last line that `code` prints, in a process of its own."""
    result = subprocess.run([sys.executable, "-c", code, argument], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return set(result.stdout.splitlines()[-1].split())


def test_packages_import_only_those_below_them(modules):
    wrong = [
        f"{file}: {name}"
        for file, tree in modules.items()
        for name in (name for node in ast.walk(tree) for name in imported(node))
        if name in ORDER and ORDER.index(name) > ORDER.index(file.partition("/")[0])
    ]
    assert not wrong


def test_nothing_of_ours_is_imported_late(modules):
    late = [(file, *found) for file, tree in modules.items() for found in late_imports(tree)]
    assert late and not [place for place in late if place[-1] in ORDER]


def test_no_library_but_the_heavy_ones_is_imported_late(modules):
    late = [(file, *found) for file, tree in modules.items() for found in late_imports(tree)]
    assert late and not [place for place in late if place[-1] not in {*LATE, *ORDER, *sys.stdlib_module_names}]


def test_importing_everything_below_the_flows_loads_nothing_heavy(modules):
    names = [file.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for file in modules]
    loaded = loaded_by(LOAD_ALL, " ".join(name for name in names if not name.startswith("flows")))
    assert "ssd_iter.training.sft" in loaded and "reports.charts" in loaded
    assert not loaded & set(HEAVY)


@pytest.mark.parametrize(
    "arguments",
    [
        "--help",
        "run --help",
        "resume --help",
        "init --help",
        "config show configs/demo.toml",
        "models --help",
        "toy --help",
        "problems list",
        "models list",
    ],
)
def test_help_and_lists_load_nothing_heavy(arguments):
    loaded = loaded_by(HELP, arguments)
    assert "flows.cli" in loaded
    assert not loaded & set(HEAVY)
