"""Parts of a report as they are shown: with nothing hidden in any text."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from stores.visible import visible


def spelt_out(part: Any) -> Any:
    """A part of a report with all its texts made visible; numbers, and our own markup, are as they were."""
    if isinstance(part, dict):
        return {key: spelt_out(value) for key, value in part.items()}
    if isinstance(part, list):
        return [spelt_out(value) for value in part]
    return visible(part) if isinstance(part, str) and not isinstance(part, Markup) else part
