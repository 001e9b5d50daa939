"""A run's settings as a reader compares them: what is not as it comes, and what makes another experiment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.wording import flatten
from ssd_iter.config.fields import config_fields

NAMED = ("name", "notes")
"""Fields that stand at the top of a page."""
OF_EVALUATION = (
    "seed", "evaluate.num_samples", "evaluate.temperature", "evaluate.top_k", "evaluate.top_p", "evaluate.max_tokens",
    "engine.name", "engine.dtype", "filter.extraction", "prompt.", "execution.", "prompt_template_sha256",
)  # fmt: skip
"""What a model's pass@1 depends on besides the model and the problems: keys, or how they begin."""
PROBLEMS = ("problems.evaluate", "problems.fresh_seed")
"""The fields that say which problems a model is evaluated on."""


def is_of_evaluation(key: str) -> bool:
    """Whether a field, or a fact of the provenance, can move results without moving the model."""
    return key in OF_EVALUATION or key.startswith(tuple(each for each in OF_EVALUATION if each.endswith(".")))


def own_settings(config: Mapping[str, Any], found: Mapping[str, Any]) -> list[dict[str, str]]:
    """The fields of a config that are not as they come: `key`, `value` and the `default`, in the schema's order.

    `found` are the fields that were left to `auto`, and what that came to on the run's machine.
    """
    values = {row["key"]: row["value"] for row in flatten(dict(config))}
    values |= {key: f"auto, found: {values[key]}" for key in found if key in values}
    defaults = {field.key: flatten(field.default)[0]["value"] for field in config_fields() if field.key not in NAMED}
    return [
        {"key": key, "value": values[key], "default": default}
        for key, default in defaults.items()
        if key in values and values[key] != default
    ]


def identity_of(report: Mapping[str, Any]) -> dict[str, str]:
    """What makes a run's experiment another one than a second run's: model and settings, but for the seed.

    From a run's report document; KeyError where that lacks config or provenance. Fields that this version does not
    know count too.
    """
    roles = {field.key: field.role for field in config_fields()}
    rows = {str(row["key"]): str(row["value"]) for row in report["config"]}
    named = {key: value for key, value in rows.items() if roles.get(key, "identity") == "identity" and key != "seed"}
    provenance = {row["key"]: row["value"] for row in report["provenance"]}
    return named | {"model_sha256": provenance["model_sha256"][:12]}
