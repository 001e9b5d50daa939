"""A config to start from, as text: what everyone edits on top, then all other fields with their documentation."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ssd_iter.config.extends import PRESET, preset_file, read_settings
from ssd_iter.config.fields import ConfigField, config_fields, sections
from ssd_iter.config.settings import leaves
from ssd_iter.config.toml_text import toml_line

START: Mapping[str, Any] = MappingProxyType(
    {
        "rounds": 3,
        "model.path": "smollm2-135m-instruct",
        "problems.train": ["fresh:train?n=2000&levels=0-1"],
        "problems.evaluate": ["humaneval", "fresh:test?n=200&levels=0-1"],
        # Not the defaults: at temperature 1 with all tokens kept, a model's own samples have nothing to teach it.
        "sample.temperature": 1.0,
        "sample.top_k": 20,
        "sample.top_p": 0.8,
        "sample.max_tokens": 1024,
        "evaluate.temperature": 0.7,
        "evaluate.top_k": 20,
        "evaluate.top_p": 0.8,
        "evaluate.max_tokens": 1024,
        "train.learning_rate": 5e-6,
    }
)
"""What a new config says where neither its writer nor a preset does."""

_HEAD = """\
# An experiment of ssd-iter: edit these lines, then `ssd-iter run` this file.
"""
_REST = """\
# All other fields, with the values they have anyway. To change one, delete the # in front of it; where it is not set,
# write a line.
#   identity      part of what the experiment is: never changes in a run
#   operational   how it is carried out: may change when a run is resumed
#   may grow      may be raised when a run is resumed
"""


def annotated_config(chosen: Mapping[str, Any], preset: str | None = None) -> str:
    """A TOML config that says `chosen`: values by key, `name` and `problems.fresh_seed` at least.

    All other fields follow as comments, with the preset's values or the defaults. NotFoundError for an unknown preset.
    """
    beneath = dict(leaves(read_settings(preset_file(preset)).data)) if preset else {}
    live = {**{key: value for key, value in START.items() if key not in beneath}, **chosen}
    top = [_HEAD, *([f"{toml_line('extends', PRESET + preset)}\n"] if preset else [])]
    rest = []
    for section, text in sections():
        fields = [field for field in config_fields() if field.section == section]
        said = [_said(field, live[field.key]) for field in fields if field.key in live]
        unsaid = [_unsaid(field, beneath.get(field.key, field.default)) for field in fields if field.key not in live]
        top += ["".join(said)] if said else []
        rest += ["\n".join([f"# ---- {section or 'run'}: {text}\n", *unsaid])] if unsaid else []
    return "\n".join([*top, _REST, *rest])


def _said(field: ConfigField, value: Any) -> str:
    return f"{toml_line(field.key, value)}  # {field.text} [{field.role}]\n"


def _unsaid(field: ConfigField, value: Any) -> str:
    text = textwrap.fill(field.text, 120, initial_indent="# ", subsequent_indent="# ")
    line = toml_line(field.key, value)
    return f"{text}\n{line if value is None else f'#{line}'}  # {field.role}; {field.values}\n"
