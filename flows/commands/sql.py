"""`ssd-iter sql`: questions to a run's tables, one's own or those asked often."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from flows.commands.options import RUNS, Reference, RunsDir, Timeout
from flows.destination import SUFFIXES, Destination, Output, destination
from flows.experiment import find_run
from flows.missing import warn_of_missing, warn_of_no_round
from ssd_iter.config.settings import parse_override
from ssd_iter.exceptions import ConfigError
from ssd_iter.run.paths import RunPaths
from stores.formats import QueryResult
from stores.named_queries import NamedQuery, named_queries, named_query
from stores.sql_console import TIMEOUT_SECONDS, run_query, write_query


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
    out: Annotated[
        Path | None, Parameter(help=f"The file that rows go to, instead of the terminal: {', '.join(SUFFIXES)}.")
    ] = None,
    force: Annotated[bool, Parameter(negative="", help="Replace the file of --out where there is one.")] = False,
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
    # A query may begin with a comment; where nothing follows, it was meant as an option.
    if query is not None and query.startswith("-") and "\n" not in query:
        raise ConfigError(f"sql has no option {query}; `ssd-iter sql --help` lists those it has")
    if show and out is not None:
        raise ConfigError("--show prints a query, no rows: `ssd-iter sql --show NAME > FILE` keeps it")
    to = destination(out, format, force)
    if show:
        print(named_query(query or run).sql, end="")
    elif query is not None and named:
        with _telling_parameters(known := named_query(query), param or []) as parameters:
            _ask(find_run(runs_dir, run), known.sql, parameters, to, timeout)
    elif query is not None:
        _ask(find_run(runs_dir, run), query, parse_parameters(param or []), to, timeout)
    elif named and run not in {known.name for known in named_queries()}:
        to.put(_list())
    else:
        raise ConfigError(
            f"name the run and then what to ask it, such as: ssd-iter sql @latest --named drift (got {run!r} alone)"
        )


def _ask(paths: RunPaths, query: str, parameters: dict[str, Any], to: Destination, timeout: float) -> None:
    warn_of_missing(paths)
    if to.format == "parquet":
        with to.opened() as target:
            write_query(paths, query, parameters, target, timeout_seconds=timeout)
        return
    result = run_query(paths, query, parameters, timeout_seconds=timeout)
    to.put(result)
    if not result.rows:
        warn_of_no_round(paths)


@contextmanager
def _telling_parameters(known: NamedQuery, texts: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The parameters of a named query; whatever is refused, the error names those it takes."""
    try:
        yield known.parameters(parse_parameters(texts))
    except ConfigError as error:
        if not texts:
            raise
        raise ConfigError(f"{error}\n{known.name} takes: {_defaults(known) or 'no parameters'}") from None


def parse_parameters(texts: Sequence[str]) -> dict[str, Any]:
    """`round=3` as a parameter: its value is read as TOML, else taken as text. ConfigError for what is no pair."""
    for text in texts:
        if not re.match(r"\$?\w+=", text):
            raise ConfigError(f"--param takes NAME=VALUE such as round=3, not {text!r}")
    return {name.removeprefix("$"): value for (name,), value in map(parse_override, texts)}


def _list() -> QueryResult:
    rows: list[tuple[Any, ...]] = [(known.name, known.question, _defaults(known)) for known in named_queries()]
    return QueryResult(("name", "what it answers", "parameters"), rows)


def _defaults(known: NamedQuery) -> str:
    """`round=all, limit=40`."""
    return ", ".join(f"{name}={'all' if value is None else value}" for name, value in known.defaults.items())
