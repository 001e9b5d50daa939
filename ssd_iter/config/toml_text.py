"""Values written as TOML. Only what a config holds: text, numbers, true and false, lists of these."""

from __future__ import annotations

import json
from typing import Any


def toml_value(value: Any) -> str:
    """A value as TOML reads it back."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(toml_value(item) for item in value)}]"
    raise TypeError(f"no config holds a {type(value).__name__}: {value!r}")


def toml_line(key: str, value: Any) -> str:
    """`key = value`; a comment for None, which TOML cannot say."""
    return f"# {key} is not set" if value is None else f"{key} = {toml_value(value)}"
