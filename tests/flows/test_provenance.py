"""What a run says of where its numbers come from."""

from __future__ import annotations

import json
import platform
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.provenance import (
    chat_template_sha256,
    command_line,
    found_by_auto,
    gather_provenance,
    git_state,
    hash_files,
    hash_problem_sets,
)
from ssd_iter.config.load import validate
from ssd_iter.models.resolve import ResolvedModel
from ssd_iter.problems.catalog import load_problems

NAMES = st.from_regex("[a-z0-9-]+", fullmatch=True)


@pytest.fixture
def provenance(tiny_config: dict[str, Any], tiny_model: Path) -> dict[str, Any]:
    """Of a run that begins here."""
    config = validate(tiny_config, source="the test")
    sides = {"train": config.problems.train, "eval": config.problems.evaluate}
    problems = {purpose: load_problems(selectors, fresh_seed=1) for purpose, selectors in sides.items()}
    return gather_provenance(config, ResolvedModel(tiny_model, "0" * 64, ""), problems)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with a commit of the code and a page beside it."""
    for name, text in {"ssd_iter/__init__.py": "", "flows/run.py": "rounds = 3\n", "README.md": "Hello.\n"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    author = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "first"]):
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True)
    return tmp_path


def changes(checkout: Path) -> str | None:
    state = git_state(checkout)
    assert state is not None and state["dirty"] == (state["changes_sha256"] is not None)
    return state["changes_sha256"]


def test_what_was_left_to_auto_is_told(tiny_config):
    asked = validate(tiny_config | {"engine": {"dtype": "auto"}, "train": {"bf16": False}}, source="the test")
    found = asked.model_copy(update={"engine": asked.engine.model_copy(update={"name": "vllm", "dtype": "float32"})})
    assert found_by_auto(asked, found) == {"engine.name": "vllm", "engine.dtype": "float32"}
    assert found_by_auto(found, found) == {}


def test_a_clean_checkout_is_named_by_its_commit(checkout):
    head = subprocess.run(["git", "-C", str(checkout), "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
    assert git_state(checkout) == {"commit": head.stdout.strip(), "dirty": False, "changes_sha256": None}


def test_only_changes_to_the_code_count(checkout):
    (checkout / "README.md").write_text("Good evening.\n")
    assert changes(checkout) is None
    (checkout / "flows" / "run.py").write_text("rounds = 4\n")
    assert changes(checkout)


def test_every_change_has_a_hash_of_its_own(checkout):
    code, found = checkout / "flows" / "run.py", []
    for change in (
        lambda: code.write_text("rounds = 4\n"),
        lambda: code.write_text("rounds = 5\n"),
        lambda: (checkout / "flows" / "new.py").write_text("rounds = 5\n"),
        lambda: code.unlink(),
    ):
        change()
        found.append(changes(checkout))
    assert None not in found and len(set(found)) == 4


def test_a_checkout_inside_another_repository_is_seen_the_same_way(checkout):
    inner = checkout / "inner"
    (checkout / "ssd_iter").rename(checkout / "moved")
    (inner / "flows").mkdir(parents=True)
    (checkout / "moved").rename(inner / "ssd_iter")
    subprocess.run(["git", "-C", str(checkout), "add", "."], check=True)
    (inner / "flows" / "new.py").write_text("one\n")
    first = changes(inner)
    (inner / "flows" / "new.py").write_text("two\n")
    assert first and changes(inner) not in (None, first)


def test_code_that_a_repository_merely_holds_has_no_state(checkout, tmp_path_factory):
    installed = checkout / "site-packages"
    (installed / "ssd_iter").mkdir(parents=True)
    (installed / "ssd_iter" / "__init__.py").touch()
    assert git_state(installed) is None
    assert git_state(tmp_path_factory.mktemp("bare")) is None


def test_without_git_there_is_no_state(checkout, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert git_state(checkout) is None


@given(name=NAMES, arguments=st.lists(st.text()))
def test_a_command_line_keeps_what_was_given(name, arguments):
    assert command_line([f"/opt/venv/bin/{name}", *arguments], Path("/home/someone")) == [name, *arguments]


def test_a_command_line_names_no_home():
    given = ["/home/me/bin/ssd-iter", "run", "/home/me/a.toml", "--set", 'model.path="/home/me/m"', "/home/meme"]
    told = command_line(given, Path("/home/me"))
    assert told == ["ssd-iter", "run", "~/a.toml", "--set", 'model.path="~/m"', "/home/meme"]


def test_a_chat_template_has_one_hash_wherever_it_stands(tmp_path):
    old, new, none = (tmp_path / name for name in ("old", "new", "none"))
    for folder in (old, new, none):
        folder.mkdir()
        (folder / "tokenizer_config.json").write_text("{}")
    (old / "tokenizer_config.json").write_text(json.dumps({"chat_template": "{{ é }}\n"}))
    (new / "chat_template.jinja").write_text("{{ é }}\n", encoding="utf-8")
    assert chat_template_sha256(old) == chat_template_sha256(new) != chat_template_sha256(none)
    assert chat_template_sha256(none) is None


def test_a_file_hash_depends_on_names_and_contents_and_on_no_order(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("1")
    other.write_text("2")
    assert hash_files([one, other]) == hash_files([other, one, other]) != hash_files([one])
    before = hash_files([one, other])
    one.write_text("2")
    other.write_text("1")
    assert hash_files([one, other]) != before


def test_problem_sets_are_told_apart_by_contents_and_order():
    problems = load_problems(["humaneval?n=3", "fresh:test?n=2"], fresh_seed=1)
    found = hash_problem_sets(problems)
    assert [found[name]["count"] for name in found] == [3, 2]
    turned = hash_problem_sets([*reversed(problems[:3]), *problems[3:]])
    assert [found[name] == turned[name] for name in found] == [False, True]


def test_provenance_names_no_person_and_no_machine(provenance):
    told = json.dumps(provenance)
    assert not re.search(rf"\b{re.escape(platform.node())}\b", told)
    assert str(Path.home()) + "/" not in told


def test_everything_a_number_depends_on_is_there(provenance, tiny_model):
    assert provenance["tokenizer_sha256"] == hash_files(tiny_model.glob("tokenizer*"))
    assert provenance["chat_template_sha256"] == chat_template_sha256(tiny_model)
    assert provenance["seeds"] == {"run": 0, "fresh": 1}
    assert provenance["problem_sets"]["eval"]["humaneval"]["count"] == 2
    assert {"torch", "transformers", "tokenizers", "numpy"} <= provenance["packages"].keys()
    assert provenance["hardware"]["cores"] >= 1 and provenance["hardware"]["cpu"]
