"""How often a model solves each kind of problem, and the levels that follow: hard is what a model finds hard.

A family's own levels are its author's guess. `ssd-iter problems calibrate MODEL` measures a model and keeps the result
in the cache by name; `fresh:train?levels=0-1&tiers=NAME` then means its levels.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ssd_iter.exceptions import ConfigError, DataError, NotFoundError
from ssd_iter.models.cache import cache_folder
from ssd_iter.problems.fresh.generator import Tiers
from ssd_iter.run.paths import read_json, write_json

BOUNDS = (0.5, 0.25, 0.1, 0.05)
"""Solve rates from which a kind is at level 0, 1, 2, 3; what is solved less often, but at all, is at level 4."""
PRIOR_PROBLEMS = 2
"""A kind's few problems are eked out by so many that are solved as often as its level on the whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRate:
    """What a model made of one kind's problems, one answer each."""

    family: str
    kind: str
    level: int
    """The family's guess."""
    problems: int
    solved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A model's solve rates."""

    name: str
    model: str
    model_sha256: str
    version: str
    """Of the generated set."""
    seed: int
    decode_id: str
    isolation: str
    rates: tuple[KindRate, ...]

    @property
    def tiers(self) -> Tiers:
        """Level by (family, kind)."""
        return {(rate.family, rate.kind): tier_of(rate, self.rates) for rate in self.rates}

    @property
    def sha256(self) -> str:
        """Of the levels, which decide what a selector means."""
        return hashlib.sha256(json.dumps(sorted(self.tiers.items())).encode()).hexdigest()


def tier_of(rate: KindRate, rates: Sequence[KindRate]) -> int:
    """The level that a kind's solve rate stands for.

    Kinds that are never solved are at level 3, 4 or 5: where their family has them, or else at 3.
    """
    if not rate.solved:
        return max(rate.level, 3)
    alike = [other for other in rates if other.level == rate.level]
    common = sum(other.solved for other in alike) / sum(other.problems for other in alike)
    estimate = (rate.solved + PRIOR_PROBLEMS * common) / (rate.problems + PRIOR_PROBLEMS)
    return next((level for level, bound in enumerate(BOUNDS) if estimate >= bound), len(BOUNDS))


def calibration_file(name: str) -> Path:
    """Where a calibration is kept. ConfigError for a name that no file should have."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", name):
        raise ConfigError(f"calibration {name!r}: a name has letters, digits, dots, dashes and underscores only")
    return cache_folder() / "problems" / "calibrations" / f"{name}.json"


def save_calibration(calibration: Calibration) -> Path:
    """Keep a calibration under its name, in place of an earlier one; returns where."""
    path = calibration_file(calibration.name)
    write_json(path, asdict(calibration))
    return path


def load_calibration(name: str) -> Calibration:
    """A kept calibration. NotFoundError where there is none of that name."""
    path = calibration_file(name)
    if not path.exists():
        there = ", ".join(sorted(file.stem for file in path.parent.glob("*.json"))) or "none"
        raise NotFoundError(
            f"no calibration {name!r} here (there are: {there}); "
            f"`ssd-iter problems calibrate MODEL --name {name}` makes it"
        )
    try:
        values = read_json(path)
        return Calibration(**values | {"rates": tuple(KindRate(**rate) for rate in values["rates"])})
    except (ValueError, TypeError, KeyError) as error:
        raise DataError(f"{path} is no calibration ({error}); delete it and calibrate again") from None
