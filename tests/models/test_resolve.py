from __future__ import annotations

import hashlib
import json
import os

import pytest

from ssd_iter.config.schema import ModelConfig
from ssd_iter.exceptions import ConfigError, DataError, NotFoundError
from ssd_iter.models.packaged import PACKAGED, packaged_folder
from ssd_iter.models.resolve import hash_folder, resolve_model

AUTO_MAP = json.dumps({"auto_map": {"AutoModelForCausalLM": "modeling.Model"}}).encode()
HASHED = ["model.safetensors", "config.json", "tokenizer.json", "chat_template.jinja", "merges.txt", "tokenizer.model"]


def resolve(path, **fields):
    return resolve_model(ModelConfig(path=str(path), **fields))


def test_a_folder_with_safetensors_is_a_model(make_model):
    model = resolve(make_model())
    assert model.folder.is_absolute() and model.folder.name == "model"
    assert model.sha256 == hash_folder(model.folder) and model.note == ""


def test_a_relative_path_is_made_absolute(make_model, monkeypatch):
    monkeypatch.chdir(make_model().parent)
    assert resolve("model").folder.is_absolute()


@pytest.mark.parametrize("path", ["absent", "./absent", "../absent", "/absent", "~/absent", "too/many/parts"])
def test_what_is_nowhere_is_not_found(path, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotFoundError, match=f"no model at {path!r}.*smollm2-135m-instruct"):
        resolve(path)


def test_an_empty_folder_holds_no_model(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="neither safetensors nor a GGUF file"):
        resolve(tmp_path / "empty")


def test_two_gguf_files_are_one_too_many(make_model):
    with pytest.raises(DataError, match="holds 2 GGUF files"):
        resolve(make_model(files={"model.safetensors": None, "a.gguf": b"a", "b.gguf": b"b"}))


def test_weights_without_a_config_are_no_model(make_model):
    with pytest.raises(DataError, match=r"holds no config\.json"):
        resolve(make_model(files={"config.json": None}))


def test_a_torn_config_is_named(make_model):
    with pytest.raises(DataError, match=r"config\.json"):
        resolve(make_model(files={"config.json": b'{"model_ty'}))


def test_a_model_that_brings_code_is_refused_unless_trusted(make_model):
    folder = make_model(files={"config.json": AUTO_MAP, "modeling.py": b"pass"})
    assert resolve(folder, trust_remote_code=True).folder == folder.resolve()
    with pytest.raises(ConfigError, match=r"model\.trust_remote_code = true"):
        resolve(folder)


def test_a_gguf_file_made_whole_before_is_not_made_again(make_model, home):
    folder = make_model(files={"model.safetensors": None, "weights.gguf": b"gguf"})
    converted = home / "models" / f"gguf-{hashlib.sha256(b'gguf').hexdigest()[:16]}"
    converted.parent.mkdir(parents=True)
    make_model("converted").rename(converted)
    model = resolve(folder)
    assert model.folder == converted.resolve() and "weights.gguf" in model.note


@pytest.mark.parametrize("name", PACKAGED)
def test_a_packaged_model_that_was_brought_is_taken_from_the_cache(make_model, name):
    packaged_folder(name).parent.mkdir(parents=True)
    make_model("brought").rename(packaged_folder(name))
    model = resolve(name)
    assert model.folder == packaged_folder(name).resolve() and model.note == PACKAGED[name].note


@pytest.mark.parametrize("file", HASHED)
def test_the_hash_sees_every_file_a_model_is_made_of(make_model, file):
    folder = make_model()
    (folder / file).write_bytes(b"one")
    hashes = [hash_folder(folder)]
    (folder / file).write_bytes(b"two")
    hashes.append(hash_folder(folder))
    (folder / file).rename(folder / f"renamed-{file}")
    hashes.append(hash_folder(folder))
    (folder / f"renamed-{file}").unlink()
    hashes.append(hash_folder(folder))
    assert len(set(hashes)) == 4


def test_the_hash_sees_the_code_a_model_brings(make_model):
    folder = make_model(files={"config.json": AUTO_MAP, "modeling.py": b"pass"})
    before = resolve(folder, trust_remote_code=True).sha256
    (folder / "modeling.py").write_bytes(b"raise")
    assert resolve(folder, trust_remote_code=True).sha256 != before


def test_the_hash_sees_what_a_file_holds_and_not_which_file_holds_it_first(make_model):
    one = make_model("one", {"a.json": b"a", "b.json": b"b"})
    other = make_model("other", {"b.json": b"b", "a.json": b"a"})
    swapped = make_model("swapped", {"a.json": b"b", "b.json": b"a"})
    assert hash_folder(one) == hash_folder(other) != hash_folder(swapped)


def test_the_hash_does_not_see_times_places_or_papers(make_model):
    folder = make_model()
    before = hash_folder(folder)
    os.utime(folder / "model.safetensors", (1, 1))
    (folder / "README.md").write_text("read me")
    (folder / "lineage.json").write_text("{}")
    assert hash_folder(folder) == before
    assert hash_folder(folder.rename(folder.with_name("elsewhere"))) == before
