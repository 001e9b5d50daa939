"""Weights that are gone: cast again where that can be, and else said how to have them again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ssd_iter.exceptions import NotFoundError
from ssd_iter.models.resolve import hash_folder
from ssd_iter.models.weights import LINEAGE_FILE, checkpoint_of, export_of, write_lineage
from ssd_iter.run.paths import RunPaths, read_json


@pytest.fixture
def trained(tiny_model: Path, tmp_path: Path) -> RunPaths:
    """A run whose round 1 has a checkpoint and no copy for engines."""
    paths = RunPaths(tmp_path / "run")
    shutil.copytree(tiny_model, paths.checkpoint(1))
    write_lineage(paths.checkpoint(1), {"round": 1, "parent_sha256": "of the base"})
    return paths


def test_an_export_that_is_gone_is_cast_again(trained: RunPaths) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    folder = export_of(trained, 1, "bfloat16", trust_remote_code=False)
    weights = [
        AutoModelForCausalLM.from_pretrained(place, dtype="auto").state_dict()
        for place in (trained.checkpoint(1), folder)
    ]
    assert all(torch.equal(weights[0][name].to(torch.bfloat16), weights[1][name]) for name in weights[0])


def test_the_copy_says_what_it_was_made_from(trained: RunPaths) -> None:
    folder = export_of(trained, 1, "float16", trust_remote_code=False)
    before, after = (read_json(place / LINEAGE_FILE) for place in (trained.checkpoint(1), folder))
    after_hash = after.pop("sha256")
    (folder / LINEAGE_FILE).unlink()
    assert before.pop("sha256") != after_hash == hash_folder(folder) and before == after


def test_an_export_that_is_there_is_taken(trained: RunPaths) -> None:
    trained.export(1).mkdir(parents=True)
    assert export_of(trained, 1, "bfloat16", trust_remote_code=False) == trained.export(1)
    assert not list(trained.export(1).iterdir())


def test_a_checkpoint_that_is_gone_says_how_to_have_it_again(trained: RunPaths) -> None:
    shutil.rmtree(trained.checkpoint(1))
    for missing in (
        lambda: checkpoint_of(trained, 1),
        lambda: export_of(trained, 1, "float16", trust_remote_code=False),
    ):
        with pytest.raises(NotFoundError, match=str(trained.stage(1, "train").done)):
            missing()
