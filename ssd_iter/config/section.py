"""What all sections of the config have in common, and how fields are marked."""

from __future__ import annotations

import difflib
from collections.abc import Collection

from pydantic import BaseModel, ConfigDict

OPERATIONAL = "operational"
"""Marks a field that may change between start and resume; the digest leaves it out."""

GROWS = "grows"
"""Marks a field that may grow on resume; the digest leaves it out."""


class Section(BaseModel):
    """Base of all sections: unknown keys are refused, values do not change."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
        allow_inf_nan=False,
        # Forms label a field with its title: it is called there what it is called here.
        field_title_generator=lambda name, _: name,
    )


def known(name: str, kind: str, valid: Collection[str]) -> str:
    """`name`, if it is one of `valid`; ValueError with the likeliest spelling where it is not."""
    if name in valid:
        return name
    close = difflib.get_close_matches(name, valid, n=1)
    hint = f", did you mean {close[0]!r}?" if close else ";"
    raise ValueError(f"unknown {kind} {name!r}{hint} valid: {', '.join(valid)}")
