"""Rounds whose numbers cannot be trusted, as the pages call them: none is ever gone back to."""

from __future__ import annotations

from reports.checks import faults_of
from reports.facts import load_facts
from ssd_iter.run.paths import RunPaths
from stores.snapshot import open_snapshot


def invalid_rounds(paths: RunPaths) -> dict[int, list[str]]:
    """The ended rounds that are invalid, and why, a sentence each."""
    with open_snapshot(paths) as connection:
        facts = load_facts(connection, paths.run_id)
    return {row.round: faults for row in facts.rounds if (faults := faults_of(facts, row.round))}
