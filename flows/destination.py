"""Where rows go: to the terminal, into a pipe, or into a file that is whole or as it was."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from flows.display import terminal_width
from ssd_iter.exceptions import ConfigError
from ssd_iter.run.paths import replacing
from stores.formats import Format, QueryResult, format_rows

Output = Literal[Format, "parquet"]

SUFFIXES: dict[str, Output] = {
    ".csv": "csv", ".json": "json", ".tex": "latex", ".parquet": "parquet", ".txt": "table",
}  # fmt: skip
"""What a file of that name holds, where no format is named."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A format, and the file that rows in it go to; None is stdout."""

    format: Output
    file: Path | None

    def put(self, result: QueryResult) -> None:
        """Write rows as text; ConfigError where the format is none."""
        if self.format == "parquet":
            raise ConfigError("--format parquet is for rows of a run; this comes as table, csv, json or latex")
        text = format_rows(result, self.format, terminal_width() if self.file is None else None)
        if self.file is None:
            print(text, end="")
            return
        with self.opened() as target:
            target.write(text.encode())

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """Where bytes go: the file takes its place when all is well; what is no file (/dev/null, a pipe) is written to.

        ConfigError for a terminal, and for a file that cannot be written.
        """
        if self.file is None:
            if sys.stdout.isatty():
                raise ConfigError("Parquet is no text: name a file with --out FILE, or send stdout to one")
            with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as target:
                yield target
            return
        try:
            if self.file.exists() and not self.file.is_file():
                with self.file.open("wb") as target:
                    yield target
            else:
                with replacing(self.file) as temporary, temporary.open("wb") as target:
                    yield target
        except OSError as error:
            raise ConfigError(
                f"--out {self.file} cannot be written: {error.strerror or error}; name another file"
            ) from None


def destination(out: Path | None, format: Output | None, force: bool) -> Destination:
    """Where rows go; without a format the file's name says it.

    ConfigError for a file that is there, unless `force`; for a folder that is not; and where no name says the format.
    """
    if out is None:
        return Destination(format or "table", None)
    if out.is_dir():
        raise ConfigError(f"--out {out} is a folder; name a file in it")
    if not out.parent.is_dir():
        raise ConfigError(f"--out {out}: there is no folder {out.parent}; make it first")
    if out.is_file() and not force:
        raise ConfigError(f"--out {out} is there already; --force replaces it")
    if format is None and out.suffix.lower() not in SUFFIXES:
        raise ConfigError(
            f"--out {out}: a name in {', '.join(SUFFIXES)} says what the file holds; for any other, name a --format"
        )
    return Destination(format or SUFFIXES[out.suffix.lower()], out)
