"""What APPS and TACO share: most columns, and tests as one JSON text.

The text is `{"inputs": [...], "outputs": [...], "fn_name": "f"}`. Without `fn_name` they are what a program reads and
prints: texts, or lists of lines. With it they are a function's arguments and its answer. JSON cannot say all that those
can be, so two kinds of cases are left out: with an integer of more than 4,300 digits, which Python would not write as
JSON again; and with a dict whose keys were integers once, and are texts now. An answer stands in a list of its own in
many rows (`[[3], [5]]` for 3 and 5): where that is so in all cases of a row, it is taken out.
"""

from __future__ import annotations

import json
import math
import re
import sys
from dataclasses import dataclass
from typing import Any

from ssd_iter.exceptions import DataError
from ssd_iter.problems.base import Comparison, Problem, Style, TestCase
from ssd_iter.problems.public.columns import column

PREAMBLE = """\
import bisect, collections, functools, heapq, itertools, math, operator, random, re, string, sys
from collections import Counter, OrderedDict, defaultdict, deque
from functools import lru_cache, reduce
from typing import Any, Deque, Dict, List, Optional, Set, Tuple
"""
"""What starter code of these sites takes for granted, such as `List` in a signature."""


@dataclass(frozen=True, slots=True)
class ContestTests:
    """The tests of a row. Without `entry_point` they are of a program that reads and prints."""

    entry_point: str = ""
    cases: tuple[TestCase, ...] = ()

    @property
    def style(self) -> Style:
        """The style of a problem that has these tests."""
        return "function" if self.entry_point else "stdin"

    @property
    def comparison(self) -> Comparison:
        """When an answer is right."""
        return "exact" if self.entry_point else "tokens"

    @property
    def preamble(self) -> str:
        """What comes before a candidate: a whole program brings its own imports."""
        return PREAMBLE if self.entry_point else ""


class _LongInteger:
    """Stands for an integer of too many digits."""


def contest_problem(row: dict[str, Any], where: str, **more: Any) -> Problem:
    """The problem of a row, by the columns that both sets have; `more` are the fields that each fills in itself."""
    tests = contest_tests(text_or_empty(row, "input_output", where), where)
    starter_code = text_or_empty(row, "starter_code", where)
    return Problem(
        style=tests.style,
        statement=statement_of(column(row, "question", str, where), starter_code, tests.entry_point),
        starter_code=starter_code,
        statement_in_code=False,
        entry_point=tests.entry_point,
        preamble=tests.preamble,
        cases=tests.cases,
        comparison=tests.comparison,
        reference=first_solution(text_or_empty(row, "solutions", where), where),
        difficulty=text_or_empty(row, "difficulty", where) or None,
        **more,
    )


def contest_tests(text: str, where: str) -> ContestTests:
    """The tests that a row's `input_output` holds; none where it is empty. DataError says what is wrong with it."""
    place = f"{where}: column 'input_output'"
    document = _json(text, place) if text.strip() else {}
    if not isinstance(document, dict):
        raise DataError(f"{place} should hold an object, found {type(document).__name__}")
    inputs, outputs = document.get("inputs", []), document.get("outputs", [])
    if not isinstance(inputs, list) or not isinstance(outputs, list) or len(inputs) != len(outputs):
        raise DataError(f"{place}: `inputs` and `outputs` should be lists of the same length")
    entry_point = document.get("fn_name") or ""
    if not isinstance(entry_point, str):
        raise DataError(f"{place}: `fn_name` should be text, found {entry_point!r}")
    if not entry_point:
        cases = [TestCase((_lines(i, place),), _lines(o, place)) for i, o in zip(inputs, outputs, strict=True)]
        return ContestTests(cases=tuple(cases))
    for args in inputs:
        if not isinstance(args, list):
            raise DataError(f"{place}: arguments should be a list, found {type(args).__name__}")
    if all(isinstance(answer, list) and len(answer) == 1 for answer in outputs):
        outputs = [answer[0] for answer in outputs]
    pairs = [(i, o) for i, o in zip(inputs, outputs, strict=True) if _sayable(i) and _sayable(o)]
    return ContestTests(entry_point, tuple(TestCase(tuple(args), answer) for args, answer in pairs))


def first_solution(text: str, where: str) -> str:
    """The first of the solutions in a JSON list of texts; empty where there is none."""
    place = f"{where}: column 'solutions'"
    solutions = _json(text, place) if text.strip() else []
    if not isinstance(solutions, list) or not all(isinstance(solution, str) for solution in solutions):
        raise DataError(f"{place} should hold a list of programs")
    return solutions[0] if solutions else ""


def statement_of(question: str, starter_code: str, entry_point: str) -> str:
    """The question, and the function's name where there is one, and neither question nor starter code says it."""
    if not entry_point or entry_point in question or entry_point in starter_code:
        return question
    return f"{question.rstrip()}\n\nThe function's name is {entry_point}."


def text_or_empty(row: dict[str, Any], name: str, where: str) -> str:
    """A column that is text or null; null is empty text."""
    return "" if name in row and row[name] is None else column(row, name, str, where)


def memory_mb(mib: float | None) -> int | None:
    """A memory limit in whole MiB; None where none is given, or one that Python itself needs (16 MiB).

    Some rows give the most bytes that a program's text may have.
    """
    return math.ceil(mib) if mib and mib >= 16 else None


def _json(text: str, place: str) -> Any:
    try:
        return json.loads(text, parse_int=_integer)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{place}: no JSON ({error})") from None


def _integer(digits: str) -> int | _LongInteger:
    return int(digits) if len(digits) <= sys.int_info.default_max_str_digits else _LongInteger()


def _lines(value: object, place: str) -> str:
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "\n".join(value)
    if not isinstance(value, str):
        raise DataError(f"{place}: what a program reads or prints should be text, found {type(value).__name__}")
    return value


def _sayable(value: object) -> bool:
    """Whether JSON says what the value was."""
    if isinstance(value, dict):
        return not any(re.fullmatch(r"-?\d+", key) for key in value) and all(map(_sayable, value.values()))
    if isinstance(value, list):
        return all(map(_sayable, value))
    return not isinstance(value, _LongInteger)
