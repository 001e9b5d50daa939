"""The decode settings of a problem: the config's, with those its selector holds on top."""

from __future__ import annotations

from pydantic import ValidationError

from ssd_iter.config.schema import DecodeConfig
from ssd_iter.exceptions import ConfigError
from ssd_iter.problems.selectors import decode_settings


def decode_of(config: DecodeConfig, selector: str) -> DecodeConfig:
    """How the problems of a selector are sampled. ConfigError for a setting that cannot be."""
    settings = config.model_dump(include=set(DecodeConfig.model_fields)) | decode_settings(selector)
    try:
        return DecodeConfig(**settings)
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(f"selector {selector!r}: {first['loc'][0]}={first['input']}: {first['msg']}") from None
