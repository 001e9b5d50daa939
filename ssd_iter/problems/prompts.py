"""What a model is asked: the user turn of a problem. The chat template around it is the sampling room's job."""

from __future__ import annotations

import functools
import hashlib
import importlib.resources

from jinja2 import Environment, StrictUndefined, Template

from ssd_iter.problems.base import Problem

STYLES = ("function", "stdin")


def render_prompt(problem: Problem) -> str:
    """The user turn: the instruction, then the starter code in a fenced block, or for a program the problem's words."""
    return _template(problem.style).render(problem=problem)


def template_sha256() -> str:
    """SHA-256 of the template files, one after the other, for provenance: another hash, another experiment."""
    return hashlib.sha256(b"".join(map(_template_bytes, STYLES))).hexdigest()


def _template_bytes(style: str) -> bytes:
    return importlib.resources.files("ssd_iter.problems").joinpath("templates", f"{style}.j2").read_bytes()


@functools.cache
def _template(style: str) -> Template:
    return Environment(undefined=StrictUndefined).from_string(_template_bytes(style).decode())
