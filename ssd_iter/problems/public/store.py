"""Imported problem sets in the cache, a folder a split: `problems/<set>/<split>/`, with a manifest beside the problems.

An import is whole or not there. A public file is what it is: problems with texts that cannot be stored or shown, and
those seen before, are left out and counted by reason; a file that breaks its schema is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ssd_iter
from ssd_iter.exceptions import ConfigError, DataError, NotFoundError
from ssd_iter.models.cache import cache_folder
from ssd_iter.problems.base import Problem, first_n, is_unusable
from ssd_iter.problems.public.base import PublicSet, PublicSplit
from ssd_iter.problems.public.problem_file import ProblemWriter, read_problems
from ssd_iter.problems.selectors import Selector, Source
from ssd_iter.run.paths import replacing, write_json

HUB = "https://huggingface.co/datasets"


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A file that a split was imported from."""

    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What was imported, from what, and what was not."""

    set: str
    split: str
    repo: str
    revision: str | None
    """Commit of the hub's repository; None for files given by hand."""
    files: tuple[ImportedFile, ...]
    rows: int
    """Problems that can be loaded."""
    left_out: dict[str, int]
    """Problems that cannot, by reason."""
    expected: int | None
    """Problems that the split is known to have, where that is known."""
    licence: str
    imported_at: str
    content_sha256: str
    """Hash over the ids and contents of the problems, in order."""
    ssd_iter: str
    """Version that imported it."""

    @property
    def differs(self) -> bool:
        """Whether the files hold another number of problems than the split is known to have."""
        return self.expected is not None and self.rows + sum(self.left_out.values()) != self.expected


def folder_of(public_set: PublicSet, split: str) -> Path:
    """Where a split lies once it is imported."""
    return cache_folder() / "problems" / public_set.name / split


def split_of(public_set: PublicSet, split: str) -> PublicSplit:
    """The split of that name; ConfigError names those there are."""
    if split not in public_set.splits:
        valid = ", ".join(public_set.splits)
        raise ConfigError(f"problem set {public_set.name}: unknown split {split!r}; valid: {valid}")
    return public_set.splits[split]


def import_split(public_set: PublicSet, split: str, files: Sequence[Path], revision: str | None) -> Manifest:
    """Read a split's files, in order, and put its problems into the cache in place of what was imported before.

    `revision` is the hub's commit, None for files given by hand. One problem is in memory at a time, and a few
    megabytes. NotFoundError for a file that is not there; DataError names file, row and column of what is not as it
    should be; then, and when interrupted, what was imported before stays.
    """
    known = split_of(public_set, split)
    if not files:
        raise ConfigError(f"{public_set.name}:{split}: no file to import; {files_to_bring(public_set, split)}")
    sources = tuple(map(_described, files))
    seen = _Seen()
    with replacing(folder_of(public_set, split)) as temporary:
        temporary.mkdir()
        with ProblemWriter(temporary / "problems.parquet") as writer:
            for path, source in zip(files, sources, strict=True):
                for problem in _parsed(public_set, split, path, source):
                    if seen.takes(problem):
                        writer.write(problem)
        if not seen.rows:
            window = f" (dated {known.dates[0]} to {known.dates[1]})" if known.dates else ""
            raise DataError(
                f"{', '.join(map(str, files))}: no problem of {public_set.name}:{split}{window} that can be used; "
                f"left out: {dict(seen.left_out) or 'none'}; {files_to_bring(public_set, split)}"
            )
        manifest = Manifest(
            set=public_set.name,
            split=split,
            repo=public_set.repo,
            revision=revision,
            files=sources,
            rows=seen.rows,
            left_out=dict(seen.left_out),
            expected=known.count,
            licence=public_set.licence,
            imported_at=datetime.now(UTC).isoformat(timespec="seconds"),
            content_sha256=seen.total.hexdigest(),
            ssd_iter=ssd_iter.__version__,
        )
        write_json(temporary / "manifest.json", asdict(manifest))
    return manifest


def manifest_of(public_set: PublicSet, split: str) -> Manifest:
    """What is imported. NotFoundError, with the way to import it, where nothing is; DataError where it is broken."""
    split_of(public_set, split)
    path = folder_of(public_set, split) / "manifest.json"
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        files = tuple(ImportedFile(**file) for file in values.pop("files"))
        return Manifest(**values, files=files)
    except FileNotFoundError:
        raise NotFoundError(
            f"problem set {public_set.name}:{split} is not imported here: {how_to_import(public_set, split)}"
        ) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{path} is no manifest ({error}); {how_to_import(public_set, split)}") from None


def load_split(public_set: PublicSet, split: str) -> Iterator[Problem]:
    """The problems of an imported split in order, read as they are asked for. Errors as of `manifest_of`, at once."""
    manifest_of(public_set, split)
    return read_problems(_problems_of(public_set, split), way_out=how_to_import(public_set, split))


def how_to_import(public_set: PublicSet, split: str) -> str:
    """The command that brings a split, and what to do without network."""
    return (
        f"run `ssd-iter problems import {public_set.name} --split {split}`; on a machine without network, "
        f"{files_to_bring(public_set, split)} and add `--file PATH` for each"
    )


def source_of(public_set: PublicSet) -> Source:
    """The set as the catalog lists it, imported or not: loading it is what asks for the import."""

    def load(selector: Selector, fresh_seed: int) -> list[Problem]:
        return _select(public_set, selector)

    return Source(
        name=public_set.name,
        splits=tuple(public_set.splits),
        keys=("n",),
        licence=public_set.licence,
        description=public_set.description,
        load=load,
    )


def _select(public_set: PublicSet, selector: Selector) -> list[Problem]:
    if selector.n is None:
        return list(load_split(public_set, selector.split))
    manifest_of(public_set, selector.split)
    path = _problems_of(public_set, selector.split)
    way_out = how_to_import(public_set, selector.split)
    # Which ones is found out without reading tests, most of the bytes.
    outlines = first_n(list(read_problems(path, tests=False, way_out=way_out)), selector.n, str(selector))
    return list(read_problems(path, {problem.problem_id for problem in outlines}, way_out=way_out))


class _Seen:
    """What has been taken so far, and what not."""

    def __init__(self) -> None:
        self.rows = 0
        self.left_out: Counter[str] = Counter()
        self.total = hashlib.sha256()
        self._taken: dict[str, set[str]] = {"id": set(), "content": set(), "statement": set()}

    def takes(self, problem: Problem) -> bool:
        """Whether a problem is to be stored; counts it either way."""
        texts = (
            *(problem.problem_id, problem.statement, problem.starter_code, problem.entry_point, problem.preamble),
            *(problem.reference, problem.difficulty or "", *problem.tags, problem.family or "", problem.check or ""),
        )
        if any(map(is_unusable, texts)):
            return self._leave("a NUL or a lone surrogate in its text")
        content = problem.content_sha256
        names = {"id": problem.problem_id, "content": content, "statement": problem.semantic_key}
        for kind, name in names.items():
            if name in self._taken[kind]:
                return self._leave(f"the same {kind} as one before")
        for kind, name in names.items():
            if name is not None:
                self._taken[kind].add(name)
        self.total.update(f"{problem.problem_id}\0{content}\n".encode())
        self.rows += 1
        return True

    def _leave(self, reason: str) -> bool:
        self.left_out[reason] += 1
        return False


def _described(path: Path) -> ImportedFile:
    try:
        with path.open("rb") as file:
            return ImportedFile(path.name, hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)
    except OSError as error:
        raise NotFoundError(f"no problem file at {path}: {error.strerror}") from None


def _parsed(public_set: PublicSet, split: str, path: Path, source: ImportedFile) -> Iterator[Problem]:
    """The problems of a file; its name begins the message of what is wrong with it."""
    with path.open("rb") as file:
        try:
            yield from public_set.parse(file, split, source.sha256)
        except DataError as error:
            raise DataError(f"{path}: {error}") from None
        except RecursionError:
            raise DataError(f"{path}: nested too deeply to be read; is it a file of {public_set.name}?") from None


def files_to_bring(public_set: PublicSet, split: str) -> str:
    """Which files hold a split, and from where."""
    files = public_set.splits[split].files
    if any("*" in file for file in files):
        return f"bring {', '.join(files)} from {HUB}/{public_set.repo}/tree/main"
    return f"bring {', '.join(f'{HUB}/{public_set.repo}/resolve/main/{file}' for file in files)}"


def _problems_of(public_set: PublicSet, split: str) -> Path:
    return folder_of(public_set, split) / "problems.parquet"
