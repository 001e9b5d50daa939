"""A run that evaluates a model and trains nothing: round 0 alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

from ssd_iter.config.annotated import START
from ssd_iter.config.settings import Settings, nested

EVALUATED = (
    "name", "notes", "seed", "stage_timeout_minutes", "model", "problems", "prompt", "evaluate", "engine", "filter",
    "execution",
)  # fmt: skip
"""The fields that such a run heeds."""

EVALUATION: Mapping[str, Any] = MappingProxyType({"rounds": 0, "problems": {"train": [], "tune": []}})
"""What makes a run one of these, whatever else is said."""


def evaluation_of(model: str) -> Settings:
    """How a model is evaluated where nothing else is said: as in a config that `ssd-iter init` writes."""
    name = re.sub(r"[^a-z0-9]+", "-", PurePath(model).name.lower()).strip("-")
    own = {"name": f"eval-{name}"[:41].rstrip("-"), "model.path": model, "problems.fresh_seed": 0}
    said = {key: value for key, value in START.items() if key.startswith(("evaluate.", "problems.evaluate"))} | own
    settings = Settings({}, {})
    for key, value in said.items():
        settings = settings.under(Settings.of("ssd-iter eval", nested(key.split("."), value)))
    return settings
