"""Questions asked often, each a file of plain SQL in `stores/named`.

A file begins with what it answers, in a comment of one line, then says its parameters, a line each:
`-- $name = default: what it does`, the default as JSON (the text is optional). The rest is a query that anybody may
copy; its `$name`s are bound, never pasted.
"""

from __future__ import annotations

import difflib
import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from ssd_iter.exceptions import ConfigError

_PARAMETER = re.compile(r"-- \$(?P<name>\w+) = (?P<default>null|\"\w*\"|\d+)(?:: .+)?")


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """One question and the SQL that answers it."""

    name: str
    question: str
    sql: str
    """The whole file, comments included."""
    defaults: Mapping[str, Any]
    """What each parameter is unless somebody says otherwise."""

    def parameters(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """All parameters, those `given` in place of their defaults; ConfigError for one it does not have."""
        for name in given:
            _known(name, f"parameter of {self.name}", self.defaults)
        return {**self.defaults, **given}


def named_queries() -> list[NamedQuery]:
    """All of them, by name."""
    return list(_queries().values())


def named_query(name: str) -> NamedQuery:
    """The query of that name; ConfigError with the likeliest spelling where there is none."""
    _known(name, "named query", _queries())
    return _queries()[name]


def parse_query(name: str, text: str) -> NamedQuery:
    """A named query from its file's text; ValueError where the head is not as it should be."""
    question, *rest = text.splitlines()
    head = [line for line in rest if line.startswith("-- $")]
    found = [_PARAMETER.fullmatch(line) for line in head]
    if not question.startswith("-- ") or None in found:
        raise ValueError(f"{name}.sql: the head is not a question and parameters: {[question, *head]}")
    matches = [match for match in found if match is not None]
    return NamedQuery(
        name,
        question.removeprefix("-- "),
        text,
        MappingProxyType({match["name"]: json.loads(match["default"]) for match in matches}),
    )


@functools.cache
def _queries() -> Mapping[str, NamedQuery]:
    folder = files("stores") / "named"
    sources = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    names = [source.removesuffix(".sql") for source in sources]
    return {name: parse_query(name, (folder / f"{name}.sql").read_text(encoding="utf-8")) for name in names}


def _known(name: str, kind: str, valid: Mapping[str, Any]) -> None:
    if name not in valid:
        close = difflib.get_close_matches(name, valid, n=1)
        hint = f", did you mean {close[0]!r}?" if close else ";"
        raise ConfigError(f"no {kind} is called {name!r}{hint} there are: {', '.join(valid) or 'none'}")
