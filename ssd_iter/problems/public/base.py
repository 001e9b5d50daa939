"""What a public problem set is: where its files are, and how one of them becomes problems."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from ssd_iter.problems.base import Problem


@dataclass(frozen=True, kw_only=True)
class PublicSplit:
    """One split of a set, and the files of the hub's repository that hold it."""

    files: tuple[str, ...]
    """Paths in the repository, in order; one file given by hand stands for all of them."""
    count: int | None = None
    """Rows that the split is known to have, where its card says so; another number is reported, not refused."""
    dates: tuple[str, str] | None = None
    """First and last ISO date, both included, of the problems that belong to it; None: all do."""


@dataclass(frozen=True, kw_only=True)
class PublicSet:
    """A problem set that others publish."""

    name: str
    """As selectors name it."""
    repo: str
    """Dataset repository on the Hugging Face hub."""
    splits: Mapping[str, PublicSplit]
    licence: str
    description: str
    """One line: what it is, with author and year."""
    parse: Callable[[BinaryIO, str, str], Iterator[Problem]]
    """(open file, split, SHA-256 of the file) to problems, one at a time, in the file's order. A pure function of the
    bytes: it fetches nothing, executes nothing and unpickles nothing. DataError names row and column."""
