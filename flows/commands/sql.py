"""`ssd-iter sql`: questions to a run's tables, one's own or those asked often."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from flows.commands.options import RUNS, Reference, RunsDir, Timeout
from flows.experiment import find_run
from flows.missing import warn_of_missing, warn_of_no_round
from ssd_iter.config.settings import parse_override
from ssd_iter.exceptions import ConfigError
from ssd_iter.run.paths import RunPaths, replacing
from stores.formats import Format, QueryResult, format_rows
from stores.named_queries import named_queries, named_query
from stores.sql_console import TIMEOUT_SECONDS, run_query, write_query

Output = Format | Literal["parquet"]

SUFFIXES: dict[str, Output] = {".csv": "csv", ".json": "json", ".tex": "latex", ".parquet": "parquet"}
"""What a file of that name holds, where no format is named."""


def sql(
    run: Reference = "@latest",
    query: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    *,
    named: Annotated[
        bool, Parameter(negative="", help="QUERY names a question asked often; without it, list them.")
    ] = False,
    show: Annotated[
        bool, Parameter(negative="", help="Print the SQL of the named query QUERY, and do no more.")
    ] = False,
    param: Annotated[
        list[str] | None,
        Parameter(negative="", help="NAME=VALUE for a $NAME in the query, such as round=3; repeatable."),
    ] = None,
    format: Annotated[
        Output | None, Parameter(help="How rows come out; default: by the name of --out, else table.")
    ] = None,
    out: Annotated[Path | None, Parameter(help="The file that rows go to, instead of the terminal.")] = None,
    timeout: Timeout = TIMEOUT_SECONDS,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Ask a run's tables a question, also while it runs: `ssd-iter sql @latest "SELECT * FROM v_rounds"`.

    `ssd-iter sql --named` lists the questions asked often, `ssd-iter sql @latest --named drift` asks one,
    `ssd-iter sql --show drift` prints its SQL. docs/store.md has every table and column.

    Parameters
    ----------
    query
        One SQL query. It reads the run's tables and nothing else: no files, no network, no changes.
    """
    format = format or SUFFIXES.get(out.suffix if out else "", "table")
    # A query may begin with a comment; where nothing follows, it was meant as an option.
    if query is not None and query.startswith("-") and "\n" not in query:
        raise ConfigError(f"sql has no option {query}; `ssd-iter sql --help` lists those it has")
    if show:
        print(named_query(query or run).sql, end="")
    elif query is not None:
        parameters = parse_parameters(param or [])
        if named:
            known = named_query(query)
            query, parameters = known.sql, known.parameters(parameters)
        _ask(find_run(runs_dir, run), query, parameters, format, out, timeout)
    elif named and run not in {known.name for known in named_queries()}:
        _put(format_rows(_list(), _text(format)), out)
    else:
        raise ConfigError(
            f"name the run and then what to ask it, such as: ssd-iter sql @latest --named drift (got {run!r} alone)"
        )


def _ask(
    paths: RunPaths, query: str, parameters: dict[str, Any], format: Output, out: Path | None, timeout: float
) -> None:
    warn_of_missing(paths)
    if format == "parquet":
        _put_parquet(paths, query, parameters, out, timeout)
        return
    result = run_query(paths, query, parameters, timeout_seconds=timeout)
    _put(format_rows(result, format), out)
    if not result.rows:
        warn_of_no_round(paths)


def parse_parameters(texts: Sequence[str]) -> dict[str, Any]:
    """`round=3` as a parameter: its value is read as TOML, else taken as text. ConfigError for what is no pair."""
    for text in texts:
        if not re.match(r"\$?\w+=", text):
            raise ConfigError(f"--param takes NAME=VALUE such as round=3, not {text!r}")
    return {name.removeprefix("$"): value for (name,), value in map(parse_override, texts)}


def _list() -> QueryResult:
    rows: list[tuple[Any, ...]] = [
        (known.name, known.question, ", ".join(f"{name}={_default(value)}" for name, value in known.defaults.items()))
        for known in named_queries()
    ]
    return QueryResult(("name", "what it answers", "parameters"), rows)


def _default(value: Any) -> str:
    return "all" if value is None else str(value)


def _text(format: Output) -> Format:
    if format == "parquet":
        raise ConfigError(
            "--format parquet is for rows of a run; the list of named queries comes as table, csv, json or latex"
        )
    return format


def _put(text: str, out: Path | None) -> None:
    if out is None:
        print(text, end="")
        return
    with _written(out) as target:
        target.write_text(text, encoding="utf-8")


def _put_parquet(paths: RunPaths, query: str, parameters: dict[str, Any], out: Path | None, timeout: float) -> None:
    if out is not None:
        with _written(out) as target:
            write_query(paths, query, parameters, target, timeout_seconds=timeout)
    elif sys.stdout.isatty():
        raise ConfigError("Parquet is no text: name a file with --out FILE, or send stdout to one")
    else:
        # pyarrow closes what it has written to.
        with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as target:
            write_query(paths, query, parameters, target, timeout_seconds=timeout)


@contextmanager
def _written(out: Path) -> Iterator[Path]:
    """Where to write, so that the file is whole or as it was; what is no file (/dev/null, a pipe) is written to."""
    whole = out.is_file() or not out.exists()
    try:
        with replacing(out) if whole else nullcontext(out) as target:
            yield target
    except OSError as error:
        raise ConfigError(f"--out {out} cannot be written: {error.strerror or error}; name another file") from None
