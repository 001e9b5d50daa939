from __future__ import annotations

import ast
import pickle
import re
from pathlib import Path

import pytest

from ssd_iter import exceptions
from ssd_iter.exceptions import SsdIterError

COMMAND_LINE = Path(__file__).parents[1] / "flows" / "cli.py"
PARENTS = {
    "ConfigError": ValueError,
    "NotFoundError": LookupError,
    "MissingExtraError": ImportError,
    "IsolationError": OSError,
    "RunLockedError": RuntimeError,
    "StageError": RuntimeError,
    "DiskFullError": OSError,
    "DataError": ValueError,
}
ERRORS = [error for error in vars(exceptions).values() if isinstance(error, type) and issubclass(error, BaseException)]
EACH = pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)


@EACH
def test_every_error_has_the_one_base_and_its_stdlib_parent(error):
    assert issubclass(error, SsdIterError)
    assert error is SsdIterError or error.__bases__ == (SsdIterError, PARENTS[error.__name__])


@EACH
def test_every_exit_code_is_one_the_command_line_documents(error):
    documented = ast.get_docstring(ast.parse(COMMAND_LINE.read_text(encoding="utf-8"))) or ""
    codes = re.findall(r"\b(\d+) [a-z]", documented.partition("Exit codes:")[2])
    assert codes[0] == "0" and error.exit_code != 0
    assert str(error.exit_code) in codes


@EACH
def test_the_tree_in_the_docstring_shows_it_with_its_exit_code(error):
    line = next(line for line in (exceptions.__doc__ or "").splitlines() if re.search(rf"\b{error.__name__}\b", line))
    assert error is SsdIterError or line.endswith(f"exit {error.exit_code}")


@EACH
def test_an_error_survives_the_way_to_another_process(error):
    again = pickle.loads(pickle.dumps(error("what, where, the value, and the way out")))
    assert type(again) is error and again.exit_code == error.exit_code
    assert str(again) == "what, where, the value, and the way out"
