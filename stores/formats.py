"""Rows as text: a table for people, LaTeX for papers, and exactly, as CSV or JSON, for programs.

What a model wrote is hostile: in tables its control and invisible characters are spelt out (`visible`), in LaTeX its
special characters are escaped. CSV and JSON hold it as it is; a spreadsheet may run a text that begins like a formula.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal

from stores.tables import as_table
from stores.visible import clipped, visible

Format = Literal["table", "csv", "json", "latex"]

NOTHING = "\u2013"
"""An en dash: there is no value."""
CELL_LIMIT = 20_000
"""Characters of one value that a table shows."""
REST = "--format json or csv has them all"
"""Where the others are."""


_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\symbol{34}", "'": r"\textquotesingle{}", "`": r"\textasciigrave{}", "-": "-{}",
    "[": "{[}", "]": "{]}", NOTHING: "--", "␣": r"\textvisiblespace{}",
}  # fmt: skip
"""Quotes and hyphens make ligatures, brackets after a line's end are its options."""
_LATEX_SPECIAL = re.compile(r"(?P<minus>(?<![\w.-])-(?=\d))|[" + re.escape("".join(_LATEX)) + "]")


@dataclass(frozen=True, slots=True)
class QueryResult:
    """Rows as DuckDB hands them to Python; column names are distinct."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def format_rows(result: QueryResult, format: Format, width: int | None = None) -> str:
    """A result as text; `table` and `latex` show numbers to four digits and a dash for NULL, `csv` and `json` all.

    A `table` is made for `width` characters, such as a terminal's; None is as many as it takes.
    """
    if format == "table":
        return _as_table(result, width)
    return {"csv": _as_csv, "json": _as_json, "latex": _as_latex}[format](result)


def _as_csv(result: QueryResult) -> str:
    return "".join(map(_csv_line, (result.columns, *result.rows)))


def _csv_line(row: Sequence[Any]) -> str:
    """One line, ended by a plain line feed; told to end lines so itself, the writer leaves a lone \\r unquoted."""
    out = io.StringIO()
    csv.writer(out).writerow([_text(value) if isinstance(value, (datetime, date, time)) else value for value in row])
    return out.getvalue().removesuffix("\r\n") + "\n"


def _as_json(result: QueryResult) -> str:
    objects = [dict(zip(result.columns, map(plain, row), strict=True)) for row in result.rows]
    return json.dumps(objects, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def plain(value: Any) -> Any:
    """A value as JSON has it, times as text; NaN and infinities, which it has not, are null."""
    if isinstance(value, (float, Decimal)):
        return float(value) if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, dict):
        return {_text(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return _text(value)


def _as_table(result: QueryResult, width: int | None) -> str:
    rows = [[visible(clipped(_short(value), CELL_LIMIT, REST)).expandtabs() for value in row] for row in result.rows]
    return as_table([visible(name) for name in result.columns], rows, list(map(_is_numeric, _columns(result))), width)


def _columns(result: QueryResult) -> list[tuple[Any, ...]]:
    return list(zip(*result.rows, strict=True)) or [()] * len(result.columns)


def _as_latex(result: QueryResult) -> str:
    """A booktabs tabular; numbers stand to the right. Texts beyond ASCII want LuaLaTeX or XeLaTeX."""
    spec = "".join("r" if _is_numeric(column) else "l" for column in _columns(result))
    lines = [
        rf"\begin{{tabular}}{{{spec}}}", r"\toprule", _latex_line(result.columns), r"\midrule",
        *map(_latex_line, result.rows), r"\bottomrule", r"\end{tabular}",
    ]  # fmt: skip
    return "% needs \\usepackage{booktabs}\n" + "".join(f"{line}\n" for line in lines)


def _latex_line(row: Sequence[Any]) -> str:
    return " & ".join(_latex_cell(value) for value in row) + r" \\"


def _latex_cell(value: Any) -> str:
    # A paragraph's end is an error inside a cell.
    text = " ".join(visible(_short(value)).split())
    return _LATEX_SPECIAL.sub(lambda match: "$-$" if match["minus"] else _LATEX[match[0]], text)


def _is_numeric(column: Sequence[Any]) -> bool:
    values = [value for value in column if value is not None]
    return bool(values) and all(map(_is_number, values))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _short(value: Any) -> str:
    if value is None:
        return NOTHING
    return f"{value:.4g}" if isinstance(value, float) else _text(value)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, (datetime, date, time)) else str(value)
