"""What is added as a file is known by its line: docs/extending.md promises that a forgotten one is seen."""

from __future__ import annotations

from pathlib import Path

import ssd_iter
from ssd_iter.detectors import DETECTORS
from ssd_iter.filtering.rules import RULES
from ssd_iter.sampling.engines import ENGINES

ROOM = Path(ssd_iter.__file__).parent


def modules_in(folder: str) -> set[str]:
    package = f"ssd_iter.{folder.replace('/', '.')}"
    return {f"{package}.{file.stem}" for file in (ROOM / folder).glob("*.py") if file.stem not in ("__init__", "base")}


def test_every_rule_is_listed():
    assert {rule.__module__ for rule in RULES.values()} == modules_in("filtering/rules")


def test_every_detector_is_listed():
    assert {detector.__module__ for detector in DETECTORS} == modules_in("detectors")


def test_every_engine_is_where_its_line_says():
    assert {engine.sampler.partition(":")[0] for engine in ENGINES} <= modules_in("sampling")
