from __future__ import annotations

from pathlib import Path

from ssd_iter.config.extends import preset_names
from ssd_iter.config.fields import config_fields, sections
from ssd_iter.config.reference import markdown

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"


def test_the_page_is_the_schemas():
    again = "the schema has changed: python -m ssd_iter.config.reference > docs/configuration.md"
    assert PAGE.read_text(encoding="utf-8") == markdown(), again


def test_every_field_has_a_row_in_its_sections_table():
    _, *tables = markdown().split("\n## ")
    assert len(tables) == len(list(sections()))
    for (section, _), table in zip(sections(), tables, strict=True):
        names = [line.split("`")[1] for line in table.splitlines() if line.startswith("| `")]
        assert names == [field.name for field in config_fields() if field.section == section]


def test_a_row_has_five_cells():
    rows = [line for line in markdown().splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {6}


def test_every_preset_is_named():
    assert all(f"`{name}`" in markdown() for name in preset_names())
