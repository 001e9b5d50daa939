"""What a model is asked: the user turn of a problem. The chat template around it is the sampling room's job."""

from __future__ import annotations

import functools
import hashlib
import importlib.resources

from jinja2 import Environment, StrictUndefined, Template

from ssd_iter.problems.base import Problem


def render_prompt(problem: Problem) -> str:
    """The user turn for a function-style problem: the instruction, then the starter code in a fenced block."""
    return _template().render(problem=problem)


def template_sha256() -> str:
    """SHA-256 of the template file, for provenance: another hash, another experiment."""
    return hashlib.sha256(_template_bytes()).hexdigest()


def _template_bytes() -> bytes:
    return importlib.resources.files("ssd_iter.problems").joinpath("templates", "function.j2").read_bytes()


@functools.cache
def _template() -> Template:
    return Environment(undefined=StrictUndefined).from_string(_template_bytes().decode())
