"""What a model is asked: the user turn of a problem. The chat template around it is the sampling room's job."""

from __future__ import annotations

import functools
import hashlib
import importlib.resources

from jinja2 import Environment, StrictUndefined, Template

from ssd_iter.problems.base import Problem

TEMPLATES = ("function", "described", "stdin")
"""A function whose docstring says what it does; one that is described beside its code; a program."""


def render_prompt(problem: Problem) -> str:
    """The user turn: the instruction, then what there is of the problem's words and starter code."""
    described = problem.style == "function" and not problem.statement_in_code
    return _template("described" if described else problem.style).render(problem=problem)


def template_sha256() -> str:
    """SHA-256 of the template files, one after the other, for provenance: another hash, another experiment."""
    return hashlib.sha256(b"".join(map(_template_bytes, TEMPLATES))).hexdigest()


def _template_bytes(name: str) -> bytes:
    return importlib.resources.files("ssd_iter.problems").joinpath("templates", f"{name}.j2").read_bytes()


@functools.cache
def _template(name: str) -> Template:
    return Environment(undefined=StrictUndefined).from_string(_template_bytes(name).decode())
