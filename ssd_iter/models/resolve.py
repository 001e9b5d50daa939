"""From what the config calls a model to a folder with weights, tokenizer and a hash."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from ssd_iter.config.schema import ModelConfig
from ssd_iter.exceptions import ConfigError, DataError, NotFoundError
from ssd_iter.models.cache import cache_folder
from ssd_iter.models.gguf import convert_gguf
from ssd_iter.models.packaged import PACKAGED, get_packaged

_PARTS = ("*.safetensors", "*.json", "*.jinja", "*.model", "*.txt", "*.py")


@dataclass(frozen=True, slots=True)
class ResolvedModel:
    """A model that is here."""

    folder: Path
    sha256: str
    note: str
    """What a reader of a report must know about these weights; empty where there is nothing."""


def resolve_model(config: ModelConfig) -> ResolvedModel:
    """Find, or bring, the model a config names: a packaged name, a local folder, or a hub id, in this order.

    Raises NotFoundError where there is none, DataError for a folder that holds no usable weights, and
    ConfigError for a model that brings code while `trust_remote_code` is off.
    """
    note = ""
    if config.path in PACKAGED:
        folder, note = get_packaged(config.path), PACKAGED[config.path].note
    elif Path(config.path).is_dir():
        folder, note = _local(Path(config.path))
    elif config.path.count("/") == 1 and not config.path.startswith((".", "/", "~")):
        folder = _from_hub(config.path)
    else:
        raise NotFoundError(
            f"no model at {config.path!r}: not a folder here, not a packaged name ({', '.join(PACKAGED)}), not a hub id"
        )
    if not config.trust_remote_code and _brings_code(folder):
        raise ConfigError(
            f"{config.path} brings Python code of its own; read it, then set model.trust_remote_code = true"
        )
    return ResolvedModel(folder.resolve(), hash_folder(folder), note)


def hash_folder(folder: Path) -> str:
    """SHA-256 over the names and contents of a model folder's weights, config and tokenizer files; not lineage.json."""
    total = hashlib.sha256()
    for file in sorted({file for pattern in _PARTS for file in folder.glob(pattern) if file.name != "lineage.json"}):
        with file.open("rb") as stream:
            total.update(f"{file.name}\0{hashlib.file_digest(stream, 'sha256').hexdigest()}\n".encode())
    return total.hexdigest()


def _local(folder: Path) -> tuple[Path, str]:
    if any(folder.glob("*.safetensors")):
        return folder, ""
    ggufs = sorted(folder.glob("*.gguf"))
    if len(ggufs) != 1:
        found = f"{len(ggufs)} GGUF files" if ggufs else "neither safetensors nor a GGUF file"
        raise DataError(f"{folder} holds {found}: a model folder holds safetensors, or one .gguf file")
    with ggufs[0].open("rb") as stream:
        key = hashlib.file_digest(stream, "sha256").hexdigest()
    converted = cache_folder() / "models" / f"gguf-{key[:16]}"
    if not (converted / "config.json").exists():
        convert_gguf(ggufs[0], converted)
    return converted, f"Made whole again from {ggufs[0].name}: scores may differ from the original's."


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, allow_patterns=[*_PARTS, "*.py"]))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        raise NotFoundError(f"model {name!r} is neither a folder here nor to be had from the hub: {error}") from None


def _brings_code(folder: Path) -> bool:
    config = folder / "config.json"
    if not config.exists():
        raise DataError(f"{folder} holds no config.json: it is not a transformers model")
    try:
        return "auto_map" in json.loads(config.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataError(f"{config} is not a JSON document: {error}") from None
