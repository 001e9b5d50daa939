from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.config.settings import Settings, overlaid, parse_override
from ssd_iter.exceptions import ConfigError

SCALARS = (
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(min_codepoint=32, max_codepoint=126))
)
KEYS = st.lists(st.from_regex(r"[a-z_]+", fullmatch=True), min_size=1, max_size=3)
# Few names, so that two documents often speak of the same thing, as section or as value.
DOCUMENTS = st.recursive(
    st.integers(0, 9) | st.lists(st.integers(0, 9), max_size=2),
    lambda values: st.dictionaries(st.sampled_from("abc"), values, max_size=3),
    max_leaves=8,
).filter(lambda value: isinstance(value, dict))


def laid(*layers: Settings) -> Settings | str:
    """All layers over each other, or why they cannot be."""
    try:
        below, *above = layers
        for layer in above:
            below = below.under(layer)
        return below
    except ConfigError:
        return "refused"


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_it_does_not_matter_which_neighbours_are_merged_first(low, middle, high):
    a, b, c = (Settings.of(name, data) for name, data in (("a", low), ("b", middle), ("c", high)))
    bc = laid(b, c)
    assert laid(a, b, c) == ("refused" if bc == "refused" else laid(a, bc))


@given(DOCUMENTS, DOCUMENTS)
def test_what_lies_on_top_is_all_there_and_nothing_else_is_lost(low, high):
    a, b = Settings.of("a", low), Settings.of("b", high)
    both = laid(a, b)
    if both != "refused":
        assert both.under(b) == both
        assert {key for key, origin in both.origins.items() if origin == "b"} >= {
            k for k in b.origins if k in both.origins
        }
        assert set(both.origins) <= {*a.origins, *b.origins}


@given(DOCUMENTS)
def test_nothing_under_or_over_something_changes_it(data):
    nothing, something = Settings.of("nothing", {}), Settings.of("something", data)
    assert laid(nothing, something) == laid(something, nothing) == something


def test_sections_merge_and_lists_are_replaced():
    below = Settings.of("below", {"train": {"lora": {"rank": 4, "alpha": 8}}, "evaluate": {"k": [1, 5]}})
    both = below.under(Settings.of("above", {"train": {"lora": {"rank": 8}}, "evaluate": {"k": [2]}}))
    assert both.data == {"train": {"lora": {"rank": 8, "alpha": 8}}, "evaluate": {"k": [2]}}
    assert both.origins == {"train.lora.rank": "above", "train.lora.alpha": "below", "evaluate.k": "above"}


def test_merging_changes_neither_side():
    below, above = Settings.of("below", {"train": {"a": 1}}), Settings.of("above", {"train": {"a": 2, "b": 3}})
    below.under(above)
    assert below.data == {"train": {"a": 1}} and above.data == {"train": {"a": 2, "b": 3}}


@pytest.mark.parametrize(
    ("low", "high"), [({"a": {"b": 1}}, {"a": 2}), ({"a": 2}, {"a": {"b": 1}}), ({"a": 2}, {"a": {}})]
)
def test_a_section_cannot_lie_on_a_value_nor_a_value_on_a_section(low, high):
    with pytest.raises(ConfigError, match=r"^a is a (section|value) in low\.toml, a (section|value) in high\.toml$"):
        Settings.of("low.toml", low).under(Settings.of("high.toml", high))


def test_a_section_comes_from_all_that_speak_of_it():
    both = Settings.of("below", {"a": {"b": 1}, "c": 2}).under(Settings.of("above", {"a": {"d": 3}}))
    assert [both.origin(key) for key in ("a", "a.b", "a.d", "c", "c.0", "e")] == [
        "below, above",
        "below",
        "above",
        "below",
        "below",
        "",
    ]


@given(KEYS, SCALARS)
def test_an_override_is_read_as_toml(keys, value):
    assert parse_override(f"{'.'.join(keys)}={json.dumps(value)}") == (keys, value)


@pytest.mark.parametrize("text", ["bare words", "fresh:train?n=48&levels=0-1", "org/model", "", "a=b", "[1, 2", "True"])
def test_what_is_not_toml_is_a_string(text):
    assert parse_override(f"notes={text}") == (["notes"], text)


@given(st.text())
def test_no_value_is_refused_by_the_parser_itself(text):
    assert parse_override(f"a.b={text}")[0] == ["a", "b"]


@pytest.mark.parametrize("text", ["seed", "", "=1", "a..b=1", ".a=1", "a.=1", " =1"])
def test_an_override_without_key_and_value_is_refused(text):
    with pytest.raises(ConfigError, match="--set takes KEY=VALUE"):
        parse_override(text)


def test_overrides_lie_on_top_and_say_so():
    settings = overlaid(Settings.of("a.toml", {"seed": 1, "rounds": 2}), ["seed=3", "seed=4", "sample.top_k=5"])
    assert settings.data == {"seed": 4, "rounds": 2, "sample": {"top_k": 5}}
    assert settings.origins == {"seed": "--set", "rounds": "a.toml", "sample.top_k": "--set"}
