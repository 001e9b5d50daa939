"""What keeps the code readable: small files, short functions, every one of them explained."""

from __future__ import annotations

import ast
import re

FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


def test_no_file_is_longer_than_300_lines(sources):
    assert not {file: text.count("\n") for file, text in sources.items() if text.count("\n") > 300}


def test_no_function_is_longer_than_60_lines(modules):
    lengths = {
        f"{file}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for file, tree in modules.items()
        for node in ast.walk(tree)
        if isinstance(node, FUNCTION)
    }
    assert lengths and not {name: length for name, length in lengths.items() if length > 60}


def test_nothing_is_left_to_do(sources):
    assert not [file for file, text in sources.items() if re.search(r"\b(TODO|FIXME|XXX)\b", text)]


def test_every_module_says_what_it_is_for(modules):
    assert not [file for file, tree in modules.items() if not ast.get_docstring(tree)]


def test_every_public_function_and_class_is_documented(modules):
    undocumented = [
        f"{file}:{node.lineno} {node.name}"
        for file, tree in modules.items()
        if file.startswith(("ssd_iter/", "stores/"))
        for node in tree.body
        if isinstance(node, FUNCTION | ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert not undocumented
