"""Anybody's counts as JSON lines: one row a problem and round.

`{"round": 3, "problem_id": "p7", "n": 10, "c": 4, "extracted": 9, "classes": [5, 3, 1]}`: samples, passes, samples that
hold code, sizes of the classes of equal programs. The last two may be left out; what needs them is then not tested.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from ssd_iter.exceptions import DataError, NotFoundError


def _as_counted(value: Any) -> Any:
    """Tables with holes are written with NaN for them, and with whole numbers as floats."""
    if isinstance(value, float):
        return None if math.isnan(value) else int(value) if value.is_integer() else value
    return value


Count = Annotated[int, Field(ge=0)]
PerhapsCount = Annotated[Count | None, BeforeValidator(_as_counted)]
Classes = Annotated[tuple[Annotated[int, Field(ge=1)], ...] | None, BeforeValidator(_as_counted)]


class CountsRow(BaseModel):
    """One line of the file. A row without a finite `n` and `c` says that the problem has no samples in that round."""

    model_config = ConfigDict(frozen=True, strict=True)

    round: Annotated[Count, BeforeValidator(_as_counted)]
    problem_id: str
    n: PerhapsCount
    c: PerhapsCount
    extracted: PerhapsCount = None
    classes: Classes = Field(default=None, strict=False)

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if self.n is None or self.c is None:
            return self
        if self.c > self.n:
            raise ValueError(f"c is {self.c}, more than the {self.n} samples of n")
        if self.extracted is not None and self.extracted > self.n:
            raise ValueError(f"extracted is {self.extracted}, more than the {self.n} samples of n")
        if self.classes is not None and sum(self.classes) > self.n:
            raise ValueError(f"classes hold {sum(self.classes)} samples, more than the {self.n} of n")
        return self


class FileCounts(BaseModel):
    """The counts of one problem in one round, as `ssd_iter.decline.panel` wants them."""

    model_config = ConfigDict(frozen=True)

    round: int
    problem_id: str
    n: int
    c: int
    extracted: int | None
    classes: tuple[int, ...] | None


def read_counts(path: Path) -> list[FileCounts]:
    """All rows of the file, in order. DataError names the line that cannot be used, or a problem counted twice."""
    counts = []
    seen: dict[tuple[int, str], int] = {}
    for number, row in _rows(path):
        key = row.round, row.problem_id
        if key in seen:
            raise DataError(
                f"{path}, line {number}: round {row.round} has {row.problem_id!r} already, in line {seen[key]}; "
                "add the counts up, or give the problems different ids"
            )
        seen[key] = number
        none = {"n": 0, "c": 0, "extracted": None, "classes": None}
        counts.append(FileCounts(**row.model_dump() | (none if row.n is None or row.c is None else {})))
    if not counts:
        raise DataError(f"{path} holds no counts: one JSON object a line, such as {_EXAMPLE}")
    return counts


_EXAMPLE = '{"round": 3, "problem_id": "p7", "n": 10, "c": 4, "extracted": 9, "classes": [5, 3, 1]}'


def _rows(path: Path) -> Iterator[tuple[int, CountsRow]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        raise NotFoundError(f"{path} is not there; it should hold counts as JSON lines, such as {_EXAMPLE}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"{path} cannot be read as UTF-8 text: {error}; it should hold rows such as {_EXAMPLE}"
        ) from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield number, CountsRow.model_validate(json.loads(line))
        except ValidationError as error:
            reasons = "; ".join(
                ".".join(map(str, fault["loc"]))
                + (": " if fault["loc"] else "")
                + fault["msg"].removeprefix("Value error, ")
                for fault in error.errors()
            )
            raise DataError(f"{path}, line {number}: {reasons}; a row looks like {_EXAMPLE}") from None
        except (ValueError, RecursionError) as error:
            raise DataError(f"{path}, line {number} is no JSON: {error}; a row looks like {_EXAMPLE}") from None
