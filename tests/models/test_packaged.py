from __future__ import annotations

import re
from pathlib import Path

import pytest

from ssd_iter.models.cache import cache_folder
from ssd_iter.models.packaged import PACKAGED, packaged_folder


@pytest.mark.parametrize("name", PACKAGED)
def test_a_packaged_model_is_pinned_and_says_what_it_is(name):
    model = PACKAGED[name]
    assert model.name == name and re.fullmatch(r"[a-z0-9.-]+", name)
    assert re.fullmatch(r"[\w-]+==[\d.]+", model.requirement)
    assert re.fullmatch(r"[0-9a-f]{64}", model.wheel_sha256)
    assert model.member.endswith(".gguf") and not model.member.startswith("/")
    assert model.licence and model.note


def test_no_packaged_name_can_be_taken_for_a_hub_id():
    assert not any("/" in name for name in PACKAGED)


def test_the_cache_is_where_it_is_told_to_be(home, monkeypatch):
    assert cache_folder() == home
    assert packaged_folder("some-model").is_relative_to(home)
    monkeypatch.setenv("SSD_ITER_HOME", str(home / "other"))
    assert cache_folder() == home / "other"


@pytest.mark.parametrize("unset", [None, ""])
def test_else_it_is_in_the_users_cache(monkeypatch, tmp_path, unset):
    monkeypatch.delenv("SSD_ITER_HOME")
    if unset is not None:
        monkeypatch.setenv("SSD_ITER_HOME", unset)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "ssd-iter"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path.home() / ".cache" / "ssd-iter"
