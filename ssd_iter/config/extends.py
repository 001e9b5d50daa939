"""Config files that extend one another, and the presets that come with the package.

A file's top-level key `extends` names what the file lies on: a path, relative to that file, or `preset:NAME`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

from ssd_iter.config.section import known
from ssd_iter.config.settings import Settings, overlaid
from ssd_iter.exceptions import ConfigError, NotFoundError

PRESET = "preset:"

_PRESETS = Path(__file__).with_name("presets")


def read_settings(path: Path, overrides: Sequence[str] = ()) -> Settings:
    """A file, what it extends beneath it, `a.b=VALUE` overrides on top.

    NotFoundError for a missing file or preset and ConfigError for what is no TOML or goes in a circle; both name
    the files that led there.
    """
    return overlaid(_read((path,)), overrides)


def preset_names() -> tuple[str, ...]:
    """The presets that come with the package."""
    return tuple(sorted(file.stem for file in _PRESETS.glob("*.toml")))


def preset_file(name: str) -> Path:
    """The file of a preset. NotFoundError with the likeliest spelling and all names where there is none."""
    try:
        return _PRESETS / f"{known(name, 'preset', preset_names())}.toml"
    except ValueError as error:
        raise NotFoundError(str(error)) from None


def _read(chain: tuple[Path, ...]) -> Settings:
    """The last file of a chain in which each extends the next, on what it extends itself."""
    path = chain[-1]
    via = f" ({_names(chain)})" if len(chain) > 1 else ""
    if path.resolve() in {earlier.resolve() for earlier in chain[:-1]}:
        raise ConfigError(f"a config cannot extend itself: {_names(chain)}")
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except FileNotFoundError:
        raise NotFoundError(f"no config file at {path}{via}; `ssd-iter init` writes one to start from") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}{via}") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error}{via}") from None
    if "extends" not in data:
        return Settings.of(_name(path), data, text)
    beneath = _extended(path, data.pop("extends"), via)
    return _read((*chain, beneath)).under(Settings.of(_name(path), data))


def _extended(path: Path, target: object, via: str) -> Path:
    if not isinstance(target, str) or not target:
        raise ConfigError(f"{path}: extends takes one path or one {PRESET}NAME, not {target!r}{via}")
    if not target.startswith(PRESET):
        return path.parent / target
    try:
        return preset_file(target.removeprefix(PRESET))
    except NotFoundError as error:
        raise NotFoundError(f"{path}: extends: {error}{via}") from None


def _names(chain: Sequence[Path]) -> str:
    return " extends ".join(_name(path) for path in chain)


def _name(path: Path) -> str:
    return f"{PRESET}{path.stem}" if path.parent == _PRESETS else str(path)
