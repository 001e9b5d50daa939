"""The config's fields as a page.

`python -m ssd_iter.config.reference > docs/configuration.md` writes it again.
"""

from __future__ import annotations

from ssd_iter.config.extends import preset_names
from ssd_iter.config.fields import ConfigField, config_fields, sections
from ssd_iter.config.toml_text import toml_value

_HEAD = """\
# Configuration

<!-- Made from ssd_iter/config/schema.py: python -m ssd_iter.config.reference > docs/configuration.md -->

An experiment is a TOML file. `ssd-iter init` writes one with all fields explained; `ssd-iter run FILE` carries it out.
A key stands in its section (`[sample]`, then `top_k = 20`) or is spelt in full (`sample.top_k = 20`); a file spells all
keys of one section the same way. Unknown keys are refused.

* **`extends`**, at the top of a file, names what the file lies on: a path, relative to the file, or `preset:NAME`.
  Sections merge; values and lists are replaced. What is extended may extend something in turn. A value can be replaced
  but not taken away again.
* **Presets** come with ssd-iter: {presets}.
  Those named after a model hold what the paper (arXiv 2604.01193) did with it; a file that extends one adds `name`,
  `problems` and, if it wants others than {rounds}, `rounds`.
* **`--set KEY=VALUE`** lies on top of all files.
* **`ssd-iter config show FILE`** (or a run) prints every value; with `--origin`, where each comes from.

A run never changes fields that are **identity**: they are what the experiment is, and its digest covers them.
**Operational** fields say how it is carried out and may change when it is resumed; what **may grow** may be raised
then.
"""
_TABLE = "| field | may be | default | role | what it is |\n|---|---|---|---|---|\n"


def markdown() -> str:
    """The page: one table a section."""
    rounds = next(field.default for field in config_fields() if field.key == "rounds")
    parts = [_HEAD.format(presets=", ".join(f"`{name}`" for name in preset_names()), rounds=rounds)]
    for section, text in sections():
        rows = [_row(field) for field in config_fields() if field.section == section]
        title = f"`[{section}]`" if section else "At the top"
        parts.append(f"## {title}\n\n{text}\n\n{_TABLE}{''.join(rows)}")
    return "\n".join(parts)


def _row(field: ConfigField) -> str:
    if field.required:
        default = "required"
    elif field.default is None:
        default = "not set"
    else:
        default = f"`{toml_value(field.default)}`"
    return f"| `{field.name}` | {field.values} | {default} | {field.role} | {field.text} |\n"


if __name__ == "__main__":
    print(markdown(), end="")
