from __future__ import annotations

import re

import pytest

from ssd_iter.config.annotated import START, annotated_config
from ssd_iter.config.extends import preset_file, preset_names, read_settings
from ssd_iter.config.fields import config_fields, values_of
from ssd_iter.config.load import load_config
from ssd_iter.exceptions import NotFoundError
from ssd_iter.problems.catalog import SOURCES
from ssd_iter.problems.selectors import parse_selector

CHOSEN = {"name": "mine", "problems.fresh_seed": 17}
PRESETS = [None, *preset_names()]


@pytest.mark.parametrize("preset", PRESETS)
def test_a_new_config_says_what_it_was_told_and_all_else_is_the_presets_or_the_default(write, preset):
    path = write("mine.toml", annotated_config(CHOSEN | {"model.path": "own"}, preset))
    origins = read_settings(path).origins
    values, said = values_of(load_config(path)), {"model.path": "own", **CHOSEN}
    for field in config_fields():
        if field.key in said:
            assert values[field.key] == said[field.key]
        elif origins.get(field.key) == str(path):
            assert values[field.key] == START[field.key]
        elif field.key not in origins:
            assert values[field.key] == field.default


@pytest.mark.parametrize("preset", PRESETS)
def test_nothing_changes_when_every_line_is_freed(write, preset):
    text = annotated_config(CHOSEN, preset)
    freed, count = re.subn(r"^#(?! )", "", text, flags=re.MULTILINE)
    assert count > 30
    assert load_config(write("freed.toml", freed)) == load_config(write("mine.toml", text))


@pytest.mark.parametrize("preset", PRESETS)
def test_every_field_is_there_once_with_its_role(preset):
    text = annotated_config(CHOSEN, preset)
    for field in config_fields():
        lines = re.findall(rf"^(?:# ?)?{re.escape(field.key)} (?:=|is not set).*$", text, re.MULTILINE)
        assert len(lines) == 1 and field.role in lines[0]
        assert field.text.split(". ")[0] in " ".join(text.replace("\n# ", " ").split())


def test_a_presets_values_are_shown_as_comments():
    text = annotated_config(CHOSEN, "qwen3-4b-instruct")
    assert text.index('extends = "preset:qwen3-4b-instruct"') < text.index("name = ")
    assert "\n#sample.temperature = 1.6 " in text and "\n#train.max_steps = 2500 " in text


def test_what_everyone_edits_is_on_top_and_short():
    live = [line for line in annotated_config(CHOSEN).splitlines() if line and not line.startswith("#")]
    assert len(live) == len(START) + len(CHOSEN) < 20
    assert annotated_config(CHOSEN).index(live[-1]) < annotated_config(CHOSEN).index("\n#")


def test_the_starting_selectors_are_valid():
    assert all(parse_selector(text, SOURCES) for text in START["problems.train"] + START["problems.evaluate"])


def test_a_preset_keeps_what_it_says_and_lets_go_of_what_it_does_not(write):
    says = read_settings(preset_file("paper")).origins
    path = write("mine.toml", annotated_config(CHOSEN, "paper"))
    own = {key for key, origin in read_settings(path).origins.items() if origin == str(path)}
    assert not own & set(says) and "sample.temperature" in own and "sample.max_tokens" not in own


def test_an_unknown_preset_is_refused():
    with pytest.raises(NotFoundError, match="unknown preset 'papre', did you mean 'paper'"):
        annotated_config(CHOSEN, "papre")
